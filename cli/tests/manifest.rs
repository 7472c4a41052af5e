//! `suit manifest` as people and scripts meet it: the program itself, its exit codes and what it writes.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use suit_manifest::{
    build::Envelope,
    cose::{self, Signer, SigningKey, SymmetricKey},
    crypto::RustCrypto,
};

/// Runs the program.
fn suit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_suit"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs `suit manifest … --json`: the exit code, and the one object on standard output.
fn manifest(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["manifest"]
        .iter()
        .chain(arguments)
        .chain(&["--json"])
        .copied()
        .collect();
    let output = suit(folder, &all);
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{all:?}: {e}: {output:?}"));
    (output.status.code().unwrap(), json)
}

/// The same, which must succeed.
fn ok(folder: &Path, arguments: &[&str]) -> Value {
    let (code, json) = manifest(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {json}");
    json
}

/// The same, which must be refused: the kind.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (code, json) = manifest(folder, arguments);
    assert_eq!(code, 1, "{arguments:?}: {json}");
    assert!(json["error"]["message"]
        .as_str()
        .is_some_and(|message| !message.is_empty()));
    json["error"]["kind"].as_str().unwrap().to_owned()
}

/// The folder of vectors, or `None` after having said that the test is skipped.
fn vectors(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SUIT_VECTORS")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        let required = std::env::var("SUIT_VECTORS_REQUIRED").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "{test}: SUIT_VECTORS does not name a folder, and SUIT_VECTORS_REQUIRED=1"
        );
        println!("SKIPPED {test}: set SUIT_VECTORS to the folder of test vectors");
    }
    folder
}

/// The example of the documentation and its files; `release.suit` is made from it.
fn release() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let document = include_str!("../../docs/manifest-create.md");
    let example = document.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    fs::write(folder.path().join("release.toml"), example).unwrap();
    for name in ["slot-a.bin", "slot-b.bin", "settings.bin"] {
        fs::write(folder.path().join(name), name.repeat(10)).unwrap();
    }
    ok(folder.path(), &["create", "release.toml"]);
    folder
}

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

fn key(folder: &Path, name: &str, alg: &str) {
    let output = suit(folder, &["key", "generate", "--out", name, "--alg", alg]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn every_vector_is_taken_or_refused_as_the_independent_verifier_says() {
    let Some(folder) = vectors("vectors") else { return };
    let expected: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    assert!(expected.len() >= 19, "expected.json has lost entries");
    for entry in &expected {
        let file = entry["file"].as_str().unwrap();
        for mode in ["strict", "lenient"] {
            let lenient: &[&str] = if mode == "lenient" { &["--lenient"] } else { &[] };
            let accepted = entry[mode] == "accepted";
            let (code, json) = manifest(&folder, &[&["inspect", file], lenient].concat());
            assert_eq!(code, if accepted { 0 } else { 1 }, "{file} {mode}: {json}");
            if accepted {
                assert_eq!(json["manifest"]["sequence-number"], entry["seq"].to_string(), "{file}");
                let blocks = json["authentication"].as_array().unwrap().len();
                assert_eq!(blocks, entry["auth"].as_array().unwrap().len(), "{file}");
            } else {
                assert!(
                    json["error"]["offset"].as_u64().is_some_and(|offset| offset > 0),
                    "{json}"
                );
                assert!(json["error"]["section"].as_str().unwrap().contains("§"), "{json}");
            }
            let Some((_, key)) = entry["auth"][0]
                .as_str()
                .and_then(|block| block.split_once("valid_with="))
            else {
                continue;
            };
            let verify = [&["verify", file, "--key", key], lenient].concat();
            let (code, json) = manifest(&folder, &verify);
            assert_eq!(code, if accepted { 0 } else { 1 }, "{file} {mode}: {json}");
        }
    }
}

#[test]
fn an_envelope_that_cannot_be_read_is_shown_as_far_as_it_goes() {
    let Some(folder) = vectors("partly") else { return };
    let file = "taylor-noncanonical/component-index-out-of-range.cbor";
    let (code, json) = manifest(&folder, &["inspect", file]);
    assert_eq!(code, 1);
    assert_eq!(json["error"]["kind"], "ComponentIndex");
    assert_eq!(json["error"]["section"], "draft-ietf-suit-manifest-37 §6.5");
    assert_eq!(json["authentication"][0]["type"], "COSE_Sign1");
    let people = suit(&folder, &["manifest", "inspect", file]);
    assert_eq!(people.status.code(), Some(1));
    assert!(String::from_utf8(people.stdout).unwrap().contains("COSE_Sign1"));
    assert!(String::from_utf8(people.stderr).unwrap().contains("at byte"));
}

#[test]
fn the_payloads_of_both_slots_are_listed() {
    let Some(folder) = vectors("payloads") else { return };
    let json = ok(&folder, &["payloads", "official-draft37/example3.signed.cbor"]);
    let uris: Vec<&str> = json["payloads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["uri"].as_str().unwrap())
        .collect();
    assert_eq!(uris, ["http://example.com/file1.bin", "http://example.com/file2.bin"]);
    assert_eq!(json["products"][0]["vendor"], "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe");
}

#[test]
fn a_release_is_made_signed_by_two_severed_filled_and_verified() {
    let folder = release();
    let at = folder.path();
    for (name, alg) in [("a.key", "esp256"), ("b.key", "ed25519"), ("c.key", "esp384")] {
        key(at, name, alg);
    }
    let both = [
        "verify",
        "release.suit",
        "--key",
        "a.key.pub",
        "--key",
        "b.key.pub",
        "--threshold",
        "2",
    ];
    assert_eq!(refused(at, &both), "SignatureNotValid");
    ok(at, &["sign", "release.suit", "--key", "a.key"]);
    assert_eq!(
        refused(at, &["sign", "release.suit", "--key", "a.key"]),
        "AlreadySigned"
    );
    // One key is one signer, however often it is named.
    let twice = [
        "verify",
        "release.suit",
        "--key",
        "a.key.pub",
        "--key",
        "a.key.pub",
        "--threshold",
        "2",
    ];
    assert_eq!(refused(at, &twice), "SignatureNotValid");
    ok(at, &["sign", "release.suit", "--key", "b.key"]);
    assert_eq!(ok(at, &both)["signers"].as_array().unwrap().len(), 2);
    ok(
        at,
        &[
            "sign",
            "release.suit",
            "--key",
            "c.key",
            "--alg",
            "es384",
            "--out",
            "three.suit",
        ],
    );
    ok(at, &["verify", "three.suit", "--key", "c.key.pub"]);

    assert_eq!(
        ok(at, &with(&both, &["--payload", "slot-b.bin"]))["payload"]["index"],
        0
    );
    assert_eq!(
        ok(at, &with(&both, &["--payload", "settings.bin"]))["payload"]["index"],
        1
    );
    fs::write(at.join("other.bin"), "slot-c.bin".repeat(10)).unwrap();
    assert_eq!(refused(at, &with(&both, &["--payload", "other.bin"])), "DigestMismatch");
    assert_eq!(
        refused(at, &with(&both, &["--payload", "release.toml"])),
        "SizeMismatch"
    );

    let full = fs::read(at.join("release.suit")).unwrap();
    let sever = [
        "sever",
        "release.suit",
        "--member",
        "text",
        "--member",
        "install",
        "--keep-in",
        "parts",
        "--out",
        "small.suit",
    ];
    ok(at, &sever);
    assert!(fs::metadata(at.join("small.suit")).unwrap().len() < full.len() as u64);
    // The signatures hold still; what a device needs is missing.
    let small = ["verify", "small.suit", "--key", "a.key.pub"];
    assert_eq!(ok(at, &small)["missing"], serde_json::json!(["install", "text"]));
    assert_eq!(refused(at, &with(&small, &["--complete"])), "Stripped");
    assert_eq!(
        ok(at, &["inspect", "small.suit"])["manifest"]["install"]["state"],
        "severed; not here"
    );
    assert_eq!(
        refused(at, &["attach", "small.suit", "--member", "install=parts/text.cbor"]),
        "DigestMismatch"
    );
    ok(
        at,
        &[
            "attach",
            "small.suit",
            "--member",
            "install=parts/install.cbor",
            "--member",
            "text=parts/text.cbor",
        ],
    );
    assert_eq!(fs::read(at.join("small.suit")).unwrap(), full);
    assert_eq!(
        refused(at, &["sever", "release.suit", "--member", "coswid", "--out", "x"]),
        "NotSevered"
    );

    let mut flipped = full.clone();
    let place = full.windows(9).position(|window| window == b"firmware\x82").unwrap();
    flipped[place] ^= 1;
    fs::write(at.join("flipped.suit"), flipped).unwrap();
    let (code, json) = manifest(at, &["verify", "flipped.suit", "--key", "a.key.pub"]);
    assert_eq!(
        (code, json["error"]["kind"].as_str()),
        (1, Some("DigestMismatch")),
        "{json}"
    );
    assert_eq!(json["error"]["section"], "draft-ietf-suit-manifest-37 §10");
    fs::write(at.join("short.suit"), &full[..full.len() - 1]).unwrap();
    assert_eq!(refused(at, &["inspect", "short.suit"]), "UnexpectedEnd");
}

/// Adds a block to `release.suit` that this program does not make.
fn add_block(folder: &Path, make: impl FnOnce(&[u8]) -> Vec<u8>) {
    let path = folder.join("release.suit");
    let mut envelope = Envelope::try_from(fs::read(&path).unwrap().as_slice()).unwrap();
    let block = make(envelope.signed_bytes());
    envelope.add_block(&block).unwrap();
    fs::write(path, envelope.encode().unwrap()).unwrap();
}

#[test]
fn a_mac_holds_by_its_secret_alone() {
    let folder = release();
    let at = folder.path();
    let secret = |byte| SymmetricKey::from_bytes(&[byte; 32]).unwrap();
    fs::write(at.join("right"), secret(1).to_cose_key()).unwrap();
    fs::write(at.join("wrong"), secret(2).to_cose_key()).unwrap();
    let verify = |key| ["verify", "release.suit", "--mac-key", key];
    assert_eq!(refused(at, &verify("right")), "MissingMember");
    add_block(at, |digest| {
        cose::mac0(&RustCrypto, digest, None, None, true, &secret(1)).unwrap()
    });
    assert_eq!(ok(at, &verify("right"))["mac"], true);
    assert_eq!(refused(at, &verify("wrong")), "SignatureNotValid");
    assert_eq!(refused(at, &verify("slot-a.bin")), "BadKey");
    assert_eq!(
        ok(at, &["inspect", "release.suit"])["authentication"][0]["type"],
        "COSE_Mac0"
    );
}

#[test]
fn the_signers_of_one_cose_sign_count_each() {
    let folder = release();
    let at = folder.path();
    let keys = [
        SigningKey::from_bytes_p256(&[1; 32]).unwrap(),
        SigningKey::from_bytes_ed25519(&[2; 32]),
    ];
    for (name, key) in ["one", "two"].iter().zip(&keys) {
        fs::write(at.join(name), key.public_key().to_cose_key()).unwrap();
    }
    add_block(at, |digest| {
        cose::sign_detached(digest, None, &[&keys[0], &keys[1]]).unwrap()
    });
    let both = [
        "verify",
        "release.suit",
        "--key",
        "one",
        "--key",
        "two",
        "--threshold",
        "2",
    ];
    assert_eq!(ok(at, &both)["signers"].as_array().unwrap().len(), 2);
    let shown = ok(at, &["inspect", "release.suit"]);
    assert_eq!(shown["authentication"][0]["signatures"].as_array().unwrap().len(), 2);
}

/// Whether openssl is there and does this.
fn openssl(folder: &Path, arguments: &[&str]) -> bool {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[test]
fn a_key_that_never_comes_here_signs_by_a_command_and_by_a_file() {
    let folder = release();
    let at = folder.path();
    if !openssl(
        at,
        &["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "far.key"],
    ) {
        println!("SKIPPED signing by a command: openssl is not there");
        return;
    }
    assert!(openssl(at, &["ec", "-in", "far.key", "-pubout", "-out", "far.pem"]));
    let sign = ["sign", "release.suit", "--public-key", "far.pem"];
    let with = |more: &[&'static str]| with(&sign, more);

    // By a file, as on a machine without network.
    ok(at, &with(&["--print-to-sign", "--out", "to-sign.bin"]));
    let bytes = fs::read(at.join("to-sign.bin")).unwrap();
    let shown = ok(at, &with(&["--print-to-sign"]));
    assert_eq!(shown["toSign"], format!("0x{}", hex::encode(&bytes)));
    assert!(openssl(
        at,
        &["dgst", "-sha256", "-sign", "far.key", "-out", "far.sig", "to-sign.bin"]
    ));
    ok(at, &with(&["--signature", "far.sig", "--out", "by-file.suit"]));
    ok(at, &["verify", "by-file.suit", "--key", "far.pem"]);

    // By a command, in words and in a shell.
    ok(
        at,
        &with(&[
            "--sign-with",
            "openssl dgst -sha256 -sign 'far.key'",
            "--out",
            "by-command.suit",
        ]),
    );
    ok(at, &["verify", "by-command.suit", "--key", "far.pem"]);
    ok(
        at,
        &with(&[
            "--shell",
            "--sign-with",
            "cat >m && openssl dgst -sha256 -sign far.key m",
            "--out",
            "by-shell.suit",
        ]),
    );
    ok(at, &["verify", "by-shell.suit", "--key", "far.pem"]);

    // A signature that does not hold changes nothing.
    let before = fs::read(at.join("release.suit")).unwrap();
    for (command, kind) in [
        ("openssl dgst -sha512 -sign far.key", "SignatureNotValid"),
        ("cat", "SignatureNotValid"),
        ("false", "SignerFailed"),
    ] {
        assert_eq!(refused(at, &with(&["--sign-with", command])), kind, "{command}");
    }
    assert_eq!(
        refused(at, &with(&["--sign-with", "true", "--alg", "ed25519"])),
        "AlgorithmMismatch"
    );
    assert_eq!(fs::read(at.join("release.suit")).unwrap(), before);
    assert_eq!(
        refused(
            at,
            &["sign", "by-file.suit", "--public-key", "far.pem", "--sign-with", "true"]
        ),
        "AlreadySigned"
    );
}

#[test]
fn payloads_and_keys_of_the_command_line_go_into_the_envelope() {
    let folder = release();
    let at = folder.path();
    key(at, "a.key", "esp256");
    fs::write(at.join("changed.bin"), "changed").unwrap();
    let create = |payload| {
        [
            "create",
            "release.toml",
            "--out",
            "x.suit",
            "--key",
            "a.key",
            "--payload",
            payload,
        ]
    };
    assert_eq!(ok(at, &create("#settings.bin=changed.bin"))["signatures"], 1);
    ok(at, &["verify", "x.suit", "--key", "a.key.pub"]);
    assert_eq!(ok(at, &["inspect", "x.suit"])["integratedPayloads"][0]["size"], 7);
    assert_eq!(refused(at, &create("#other.bin=changed.bin")), "UnusedPayload");
}

#[test]
fn misuse_has_its_own_exit_code_and_says_so_in_json() {
    let folder = release();
    let at = folder.path();
    for arguments in [
        ["verify", "release.suit"].as_slice(),
        &["verify", "release.suit", "--key", "k", "--threshold", "0"],
        &["sign", "release.suit"],
        &["sign", "release.suit", "--sign-with", "x"],
        &["sever", "release.suit", "--member", "text"],
        &["sever", "release.suit", "--member", "txt", "--out", "x"],
        &["attach", "release.suit", "--member", "text"],
        &["create", "release.toml", "--out", "release.toml"],
        &["create", "release.toml", "--payload", "x"],
        &["inspect"],
    ] {
        let (code, json) = manifest(at, arguments);
        assert_eq!(
            (code, json["error"]["kind"].as_str()),
            (2, Some("Misuse")),
            "{arguments:?}: {json}"
        );
    }
    assert_eq!(refused(at, &["inspect", "not-there"]), "File");
    fs::write(
        at.join("bad.json"),
        r#"{"sequence-number": 1, "components": ["a"], "install": [{"fetch": 99}]}"#,
    )
    .unwrap();
    let (code, json) = manifest(at, &["create", "bad.json"]);
    assert_eq!(
        (code, json["error"]["path"].as_str()),
        (1, Some("install[0].fetch")),
        "{json}"
    );
    assert!(!at.join("bad.suit").exists());
}

#[test]
fn a_hostile_text_cannot_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let spec =
        "sequence-number = 1\ncomponents = [\"a\"]\nreference-uri = \"x\\u001b[2J\\u009b\\u202e\\r\\nforged: line\"\n";
    fs::write(at.join("hostile.toml"), spec).unwrap();
    ok(at, &["create", "hostile.toml"]);
    let shown = suit(at, &["manifest", "inspect", "hostile.suit"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'));
    assert!(!text.lines().any(|line| line.starts_with("forged")), "{text}");
}

#[test]
fn help_teaches_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["inspect", "verify", "payloads", "create", "sign", "sever", "attach"] {
        let output = suit(folder.path(), &["manifest", command, "--help"]);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains("Example") && text.contains(&format!("suit manifest {command} ")),
            "{command}: {text}"
        );
    }
}
