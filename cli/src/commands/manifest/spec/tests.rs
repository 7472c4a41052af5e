//! Descriptions: what the documentation promises, and what is refused.

use super::*;
use std::fs;
use suit_manifest::{
    build::{
        model::{Command, Condition, Index, Parameters, VendorId},
        Envelope,
    },
    manifest::Comparison,
};

const DOCUMENT: &str = include_str!("../../../../../docs/manifest-create.md");

/// The example in this language, from the documentation.
fn example(language: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// A folder with the files that the example names.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["slot-a.bin", "slot-b.bin", "settings.bin"] {
        fs::write(folder.path().join(name), name.repeat(10)).unwrap();
    }
    folder
}

fn json(text: &str) -> Result<Spec> {
    read(Path::new("spec.json"), text)
}

/// A description whose install is this.
fn install(commands: &str) -> Result<Spec> {
    json(&format!(
        r#"{{"sequence-number": 1, "components": ["a", "b"], "install": {commands}}}"#
    ))
}

/// The commands of such an install.
fn commands(text: &str) -> Vec<Command> {
    let spec = install(text).unwrap();
    spec.manifest.install.unwrap().content().unwrap().clone()
}

/// The parameters of its only command.
fn parameters(text: &str) -> Parameters {
    match commands(&format!(r#"[{{"override-parameters": {text}}}]"#)).remove(0) {
        Command::OverrideParameters(parameters) => parameters,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_documented_examples_make_one_envelope() {
    let folder = folder();
    let made = ["toml", "json"].map(|language| {
        let name = folder.path().join(format!("release.{language}"));
        let spec = read(&name, example(language)).unwrap();
        let mut envelope = Envelope::new(&spec.manifest, spec.digest).unwrap();
        for (name, payload) in &spec.payloads {
            envelope.add_payload(name, payload).unwrap();
        }
        envelope
    });
    let [toml, json] = &made;
    assert_eq!(toml.encode().unwrap(), json.encode().unwrap());
    assert_eq!(toml.severed().count(), 2);
    assert_eq!(
        toml.payloads().collect::<Vec<_>>(),
        [("#settings.bin", "settings.bin".repeat(10).as_bytes())]
    );
}

#[test]
fn every_name_of_the_top_level_is_documented() {
    for name in MEMBERS.into_iter().chain([PAYLOADS]) {
        assert!(DOCUMENT.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn an_error_names_its_place() {
    for (description, at) in [
        (
            r#"["fetch", {"override-parameters": {"uri": 3}}]"#,
            "install[1].override-parameters.uri",
        ),
        (
            r#"[{"override-parameters": {"urn": "x"}}]"#,
            "install[0].override-parameters.urn",
        ),
        (
            r#"[{"try-each": [["abort"], [{"fetch": 16}]]}]"#,
            "install[0].try-each[1][0].fetch",
        ),
        (r#"[{"fetch": ["send-nothing"]}]"#, "install[0].fetch[0]"),
        (r#"["fetsch"]"#, "install[0]"),
        (r#"["override-parameters"]"#, "install[0]"),
        (r#"[{"fetch": 2, "write": 2}]"#, "install[0]"),
        (r#"[{"try-each": [["abort"]]}]"#, "install[0].try-each"),
        (r#"[{"run-sequence": []}]"#, "install[0].run-sequence"),
        (r#"[]"#, "install"),
        (r#"{"commands": ["fetch"], "severed": true}"#, "install.severed"),
        (r#"[{"set-component-index": false}]"#, "install[0].set-component-index"),
        (r#"[{"set-component-index": -1}]"#, "install[0].set-component-index"),
        (
            r#"[{"override-parameters": {"vendor-id": "x"}}]"#,
            "install[0].override-parameters.vendor-id",
        ),
        (
            r#"[{"override-parameters": {"class-id": {"name": "x"}}}]"#,
            "install[0].override-parameters.class-id",
        ),
        (
            r#"[{"override-parameters": {"image-digest": "sha-256:00"}}]"#,
            "install[0].override-parameters.image-digest",
        ),
        (
            r#"[{"override-parameters": {"image-digest": {"file": "/nonexistent"}}}]"#,
            "install[0].override-parameters.image-digest.file",
        ),
        (
            r#"[{"override-parameters": {"21": {"hex": "00"}}}]"#,
            "install[0].override-parameters.21",
        ),
        (
            r#"[{"override-multiple": {"x": {"uri": "y"}}}]"#,
            "install[0].override-multiple.x",
        ),
        (r#"[{"copy-params": {"0": ["x"]}}]"#, "install[0].copy-params.0[0]"),
        (r#"[{"custom": {"code": -1}}]"#, "install[0].custom"),
    ] {
        match install(description).unwrap_err() {
            Error::Spec { at: found, .. } => assert_eq!(found, at, "{description}"),
            other => panic!("{description}: {other}"),
        }
    }
}

#[test]
fn what_is_not_a_description_is_refused() {
    for wrong in [
        "",
        "[]",
        "{}",
        "{",
        r#"{"sequence-number": 1}"#,
        r#"{"sequence-number": 1.5, "components": ["a"]}"#,
        r#"{"sequence-number": 1, "sequence-number": 2, "components": ["a"]}"#,
        r#"{"sequence-number": 99999999999999999999, "components": ["a"]}"#,
        r#"{"sequence-number": 1, "components": ["a"], "extra": 1}"#,
    ] {
        assert_eq!(json(wrong).unwrap_err().kind(), "BadSpec", "{wrong}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(json(&deep).unwrap_err().kind(), "BadSpec");
    let toml = read(Path::new("x.toml"), &format!("a = {deep}"));
    assert_eq!(toml.unwrap_err().kind(), "BadSpec");
    assert_eq!(read(Path::new("x.toml"), "a = 1\na = 2").unwrap_err().kind(), "BadSpec");
    let nested = format!("{}[\"abort\"]{}", "[{\"run-sequence\": ".repeat(6), "}]".repeat(6));
    assert_eq!(install(&nested).unwrap_err().kind(), "BadSpec");
}

#[test]
fn identifiers_are_derived_from_names() {
    let vendor = suit_manifest::uuid::vendor_id("arm.com");
    let class = suit_manifest::uuid::class_id(&vendor, "suit");
    for text in [
        r#"{"class-id": {"name": "suit"}, "vendor-id": {"dns": "arm.com"}}"#,
        r#"{"class-identifier": {"name": "suit", "dns": "arm.com"}, "vendor-identifier": "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe"}"#,
    ] {
        let set = parameters(text);
        assert_eq!(set.vendor_id, Some(VendorId::Uuid(vendor)));
        assert_eq!(set.class_id, Some(class));
    }
    let both = r#"[{"override-parameters": {"vendor-id": {"pen": 1}, "vendor-identifier": {"pen": 2}}}]"#;
    assert_eq!(install(both).unwrap_err().kind(), "BadSpec");
}

#[test]
fn a_file_gives_digest_and_size() {
    let folder = folder();
    let name = folder.path().join("spec.json");
    let text = |more: &str| {
        format!(
            r#"{{"sequence-number": 1, "components": ["a"], "digest-algorithm": "sha-512",
                "shared-sequence": [{{"override-parameters": {{"image-digest": {{"file": "slot-a.bin"}}{more}}}}}]}}"#
        )
    };
    let spec = read(&name, &text("")).unwrap();
    let Some([Command::OverrideParameters(set)]) = spec.manifest.shared.as_deref() else {
        panic!("{spec:?}");
    };
    assert_eq!(set.image_size, Some(100));
    assert_eq!(set.image_digest.as_ref().unwrap().algorithm, DigestAlgorithm::Sha512);
    assert!(read(&name, &text(r#", "image-size": 100"#)).is_ok());
    assert_eq!(
        read(&name, &text(r#", "image-size": 99"#)).unwrap_err().kind(),
        "BadSpec"
    );
}

#[test]
fn every_kind_of_command_is_read() {
    let all = commands(
        r#"["version", {"image-match": []}, {"set-component-index": true}, {"try-each": [["abort"], ["abort"], null]},
            {"override-multiple": {"1": {"uri": "x"}}}, {"copy-params": {"0": ["uri", -3]}},
            {"custom": {"code": -9, "argument": {"hex": "0xf6"}}}, {"run-sequence": ["unlink"]}]"#,
    );
    assert_eq!(all[0], Command::condition(Condition::Version));
    assert_eq!(
        all[1],
        Command::Condition {
            condition: Condition::ImageMatch,
            policy: 0
        }
    );
    assert_eq!(all[2], Command::SetComponentIndex(Index::All));
    assert!(matches!(&all[3], Command::TryEach { alternatives, optional: true } if alternatives.len() == 2));
    assert!(matches!(&all[4], Command::OverrideMultiple(map) if map[&1].uri.as_deref() == Some("x")));
    assert!(matches!(&all[5], Command::CopyParameters(map) if map[&0] == [21, -3]));
    assert_eq!(
        all[6],
        Command::Custom {
            code: -9,
            argument: vec![0xf6]
        }
    );
    assert!(matches!(&all[7], Command::RunSequence(commands) if commands.len() == 1));
    let version = parameters(r#"{"version": {"comparison": "lesser", "version": [1, -2]}, "-5": {"hex": "01"}}"#);
    assert_eq!(version.version.unwrap().comparison, Comparison::Lesser);
    assert_eq!(version.custom[&-5], [1]);
}
