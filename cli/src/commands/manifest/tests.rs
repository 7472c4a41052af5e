//! The table of kinds in the documentation is complete.

const TABLE: &str = include_str!("../../../../docs/manifest-errors.md");

/// The variants of `ErrorKind`, which has no list of its own.
fn library_kinds() -> Vec<&'static str> {
    let source = include_str!("../../../../crates/suit-manifest/src/error.rs");
    let (_, from_here) = source.split_once("pub enum ErrorKind {").unwrap();
    let (variants, _) = from_here.split_once("\n}").unwrap();
    variants
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect()
}

/// The kinds that the commands name: words in quotes that look like one.
fn own_kinds() -> Vec<&'static str> {
    let sources = [
        include_str!("mod.rs"),
        include_str!("create.rs"),
        include_str!("external.rs"),
        include_str!("sign.rs"),
        include_str!("verify.rs"),
        include_str!("../../keys.rs"),
        include_str!("../../files.rs"),
    ];
    let is_kind = |word: &&str| {
        word.starts_with(char::is_uppercase)
            && word.contains(char::is_lowercase)
            && word.chars().filter(|c| c.is_uppercase()).count() > 1
            && word.chars().all(char::is_alphanumeric)
    };
    sources
        .into_iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2))
        .filter(is_kind)
        .collect()
}

#[test]
fn every_kind_of_error_stands_in_the_table() {
    let (library, own) = (library_kinds(), own_kinds());
    assert!(library.len() >= 40 && own.len() > 15, "{library:?} {own:?}");
    for kind in library
        .iter()
        .chain(&own)
        .chain(&["BadSpec", "Misuse", "File", "Timeout"])
    {
        assert!(TABLE.contains(&format!("\n| `{kind}` | ")), "{kind} is missing");
    }
}
