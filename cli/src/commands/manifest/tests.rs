//! The table of kinds in the documentation is complete, and what was damaged is refused without a panic.

use super::*;
use crate::output::Progress;
use clap::Parser;
use suit_manifest::cose::{Signer, SigningKey};

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

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

/// Runs `suit manifest` with these arguments.
fn manifest(arguments: &[&str]) -> Result<Report> {
    let line = ["manifest"].iter().chain(arguments).copied();
    let context = Context {
        node: String::new(),
        timeout: 20,
        progress: Progress::new(true),
    };
    run(Line::try_parse_from(line).unwrap().command, &context)
}

#[test]
fn a_flipped_bit_is_refused_and_shown_without_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (spec, envelope, key) = (path("a.json"), path("a.suit"), path("a.key"));
    let signer = SigningKey::from_bytes_ed25519(&[1; 32]);
    std::fs::write(&key, signer.to_cose_key()).unwrap();
    std::fs::write(path("a.pub"), signer.public_key().to_cose_key()).unwrap();
    let description = r##"{"sequence-number": 1, "components": ["a", "b"],
        "shared-sequence": [{"set-component-index": true},
            {"override-parameters": {"vendor-id": {"dns": "x"}, "class-id": {"name": "y"}}}, "vendor-id", "class-id"],
        "install": {"sever": true, "commands": [{"set-component-index": 0}, {"try-each": [["abort"], ["fetch"]]},
            {"override-parameters": {"uri": "https://example.com", "image-digest": {"file": "a.json"}}}, "fetch"]},
        "text": {"sever": true, "languages": {"en": {"update-description": "z", "components": [
            {"component": 1, "vendor-domain": "x"}]}}}}"##;
    std::fs::write(&spec, description).unwrap();
    manifest(&["create", &spec, "--key", &key]).unwrap();
    let verify = ["verify", &envelope, "--key", &path("a.pub")];
    manifest(&verify).unwrap();

    let whole = std::fs::read(&envelope).unwrap();
    // Every third byte: each is a signature to check, and these are builds without optimisation.
    for place in (0..whole.len()).step_by(3) {
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << (place % 8);
        std::fs::write(&envelope, flipped).unwrap();
        assert!(manifest(&verify).is_err(), "byte {place}");
        for show in ["inspect", "payloads"] {
            // What can be shown is; a panic would fail the test.
            let _ = manifest(&[show, &envelope, "--lenient"]);
        }
    }
}
