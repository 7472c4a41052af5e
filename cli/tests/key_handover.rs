//! `suit key handover` as people and scripts meet it: the program itself, its exit codes and what it writes.

use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Runs `suit key … --json`: the exit code, and the one object on standard output.
fn key(folder: &Path, arguments: &str) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_suit"))
        .arg("key")
        .args(arguments.split_whitespace())
        .arg("--json")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments}: {e}: {output:?}"));
    (output.status.code().unwrap(), json)
}

/// The same, which must succeed.
fn ok(folder: &Path, arguments: &str) -> Value {
    let (code, json) = key(folder, arguments);
    assert_eq!(code, 0, "{arguments}: {json}");
    json
}

/// The same, which must be refused: the kind.
fn refused(folder: &Path, arguments: &str) -> String {
    let (code, json) = key(folder, arguments);
    assert_eq!(code, 1, "{arguments}: {json}");
    json["error"]["kind"].as_str().unwrap().to_owned()
}

/// A folder with two old keys, two next ones, and one of a kind that hands nothing over.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, alg) in [
        ("old-a", "esp256"),
        ("old-b", "ed25519"),
        ("new-a", "esp256"),
        ("new-b", "ed25519"),
        ("long", "esp384"),
    ] {
        ok(folder.path(), &format!("generate --out {name} --alg {alg}"));
    }
    folder
}

const CREATE: &str = "handover create --vendor example.com --number 1 --next new-a.pub --next new-b.pub";

#[test]
fn old_keys_sign_one_after_the_other_and_a_device_that_knows_them_follows() {
    let folder = folder();
    let folder = folder.path();
    let thumbprint = |name: &str| ok(folder, &format!("show {name}.pub"))["thumbprint"].clone();

    let made = ok(folder, &format!("{CREATE} --threshold 2 --key old-a --out 1.handover"));
    assert_eq!(made["number"], "1");
    assert_eq!(made["threshold"], 2);
    assert_eq!(made["signers"], Value::from(vec![thumbprint("old-a")]));
    assert_eq!(
        refused(folder, &format!("{CREATE} --threshold 2 --key old-a --out 1.handover")),
        "FileExists"
    );

    let both = "handover verify 1.handover --key old-a.pub --key old-b.pub";
    assert_eq!(ok(folder, both)["holds"], true);
    assert_eq!(refused(folder, &format!("{both} --threshold 2")), "SignatureNotValid");
    ok(folder, "handover sign 1.handover --key old-b");
    assert_eq!(refused(folder, "handover sign 1.handover --key old-b"), "AlreadySigned");

    let verified = ok(folder, &format!("{both} --threshold 2 --vendor example.com --last 0"));
    let signers = Value::from(vec![thumbprint("old-a"), thumbprint("old-b")]);
    assert_eq!(verified["signers"], signers);
    assert_eq!(verified["next"][0]["thumbprint"], thumbprint("new-a"));
    assert_eq!(verified["next"][1]["thumbprint"], thumbprint("new-b"));

    let shown = ok(folder, "handover inspect 1.handover");
    assert_eq!(shown["vendor"], verified["vendor"]);
    assert_eq!(shown["next"], verified["next"]);
    assert_eq!(shown["signatures"][1]["kid"], thumbprint("old-b"));
    assert_eq!(shown["signatures"][1]["algorithm"], "Ed25519");
}

#[test]
fn what_a_device_would_not_follow_is_refused_by_name() {
    let folder = folder();
    let folder = folder.path();
    ok(folder, &format!("{CREATE} --threshold 1 --key old-a --out 1.handover"));
    let verify = "handover verify 1.handover --key old-a.pub";
    assert_eq!(
        refused(folder, "handover verify 1.handover --key old-b.pub"),
        "SignatureNotValid"
    );
    assert_eq!(
        refused(folder, &format!("{verify} --vendor example.org")),
        "OtherVendor"
    );
    assert_eq!(refused(folder, &format!("{verify} --last 1")), "AlreadyFollowed");

    let mut bytes = fs::read(folder.join("1.handover")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(folder.join("1.handover"), &bytes).unwrap();
    assert_eq!(refused(folder, verify), "SignatureNotValid");
    // It is shown all the same, and signed by nobody who does not look.
    ok(folder, "handover inspect 1.handover");
    fs::write(folder.join("1.handover"), &bytes[..40]).unwrap();
    for command in ["verify", "sign"] {
        let key = if command == "sign" { "old-b" } else { "old-b.pub" };
        assert_eq!(
            refused(folder, &format!("handover {command} 1.handover --key {key}")),
            "UnexpectedEnd"
        );
    }
    assert_eq!(
        refused(folder, "handover submit 1.handover --suri //Alice"),
        "UnexpectedEnd"
    );
    fs::write(folder.join("1.handover"), [0; 2049]).unwrap();
    assert_eq!(refused(folder, "handover inspect 1.handover"), "TooLarge");
}

#[test]
fn what_cannot_be_handed_over_is_not_written() {
    let folder = folder();
    let folder = folder.path();
    let create = "handover create --vendor example.com --number 1 --out 1.handover";
    for (arguments, kind) in [
        ("--threshold 2 --next new-a.pub --key old-a", "Threshold"),
        ("--threshold 0 --next new-a.pub --key old-a", "Threshold"),
        (
            "--threshold 1 --next new-a.pub --next new-a.pub --key old-a",
            "KeyTwice",
        ),
        ("--threshold 1 --next long.pub --key old-a", "UnsupportedKey"),
        ("--threshold 1 --next new-a.pub --key long", "UnsupportedAlgorithm"),
        (
            "--threshold 1 --next new-a.pub --key old-a --key old-a",
            "AlreadySigned",
        ),
        ("--threshold 1 --next new-a.pub --key old-a.pub", "BadKey"),
    ] {
        assert_eq!(refused(folder, &format!("{create} {arguments}")), kind, "{arguments}");
    }
    for misuse in [
        "handover create --vendor example.com --number 0 --threshold 1 --next new-a.pub --key old-a --out 1.handover",
        "handover create --vendor example.com --number 1 --threshold 1 --key old-a --out 1.handover",
        "handover verify 1.handover --key old-a.pub --threshold 0",
    ] {
        assert_eq!(key(folder, misuse).0, 2, "{misuse}");
    }
    assert!(!folder.join("1.handover").exists());
}
