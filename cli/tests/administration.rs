//! What vendors' admins and council members type, as far as it is decided without a node: the program itself, its exit
//! codes and what it writes.

use serde_json::Value;
use std::process::{Command, Stdio};

/// Nobody listens there.
const NOWHERE: &str = "ws://127.0.0.1:1";
const UUID: &str = "0c0f6e2a-2f4c-4d3e-9a53-9f6d2f2f6b11";
const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

/// Runs `suit … --json`: the exit code, and the one object on standard output.
fn suit(arguments: &str) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_suit"))
        .args(arguments.split_whitespace())
        .args(["--json", "--node", NOWHERE, "--timeout", "5"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments}: {e}: {output:?}"));
    (output.status.code().unwrap(), json)
}

/// A command that is not understood: exit code 2, and why.
fn misused(arguments: &str) -> String {
    let (code, json) = suit(arguments);
    assert_eq!(code, 2, "{arguments}: {json}");
    assert_eq!(json["error"]["kind"], "Misuse", "{arguments}: {json}");
    json["error"]["message"].as_str().unwrap().to_owned()
}

/// A command that is understood, and fails only because there is no node.
fn understood(arguments: &str) {
    let (code, json) = suit(arguments);
    assert_eq!(code, 1, "{arguments}: {json}");
    assert_eq!(json["error"]["kind"], "Unreachable", "{arguments}: {json}");
}

#[test]
fn what_an_admin_may_do_to_a_vendor_is_understood() {
    let thumbprint = format!("0x{}", "5c".repeat(32));
    for vendor in ["example.com", UUID] {
        for command in [
            format!("show {vendor}"),
            format!("revoke-key {vendor} {thumbprint} --suri //Alice"),
            format!("revoke-key {vendor} {thumbprint} --compromised-since 7 --no-wait --suri //Alice"),
            format!("void-credentials {vendor} {thumbprint} --before 5 --suri //Alice"),
            format!("set-threshold {vendor} 2 --suri //Alice"),
            format!("set-publishers {vendor} --publisher {BOB} --suri //Alice"),
            format!("transfer {vendor} --to {BOB} --suri //Alice"),
            format!("cancel-transfer {vendor} --suri //Alice"),
            format!("accept {vendor} --suri //Bob"),
            format!("retire {vendor} --suri //Alice"),
        ] {
            understood(&format!("vendor {command}"));
        }
    }
    understood("vendor list");
    understood("vendor register example.com --suri //Alice");
    understood(&format!("vendor register --uuid {UUID} --suri //Alice"));
}

#[test]
fn what_makes_no_sense_for_a_vendor_is_misuse() {
    for arguments in [
        "vendor register --suri //Alice",
        "vendor register example.com",
        "vendor register example.com --uuid x --suri //Alice",
        "vendor register --uuid x --suri //Alice",
        "vendor set-threshold example.com 9 --suri //Alice",
        "vendor set-threshold example.com 0 --suri //Alice",
        "vendor transfer example.com --to //Bob --suri //Alice",
        "vendor revoke-key example.com 0x5c --suri //Alice",
        "vendor revoke-key example.com 0x5c --no-wait --suri //Alice",
    ] {
        misused(arguments);
    }
    let said = misused(&format!("vendor register {UUID} --suri //Alice"));
    assert!(said.contains(&format!("--uuid {UUID}")), "{said}");
}

#[test]
fn what_an_admin_may_do_to_a_product_and_its_releases_is_understood() {
    let product = "example.com thermostat-2";
    for command in [
        format!("product create {product} --submission intents --frozen --suri //Alice"),
        format!("product set-policy {product} --submission accounts --frozen false --suri //Alice"),
        format!("product freeze {product} --suri //Alice"),
        format!("product unfreeze {product} --suri //Alice"),
        format!("product retire {product} --suri //Alice"),
        format!("product show {product}"),
        "product list example.com".to_owned(),
        format!("release history {product} --limit 5 --before 9"),
        format!("release revoke {product} --sequence 3 --suri //Alice"),
        format!("release suspend {product} --sequence 3 --suri //Alice"),
        format!("release resume {product} --sequence 3 --suri //Alice"),
        format!("release stepping-stone declare {product} --sequence 3 --suri //Alice"),
        format!("release stepping-stone withdraw {product} --sequence 3 --suri //Alice"),
    ] {
        understood(&command);
    }
}

#[test]
fn what_makes_no_sense_for_a_product_or_a_release_is_misuse() {
    let product = "example.com thermostat-2";
    for arguments in [
        format!("product set-policy {product} --suri //Alice"),
        format!("product set-policy {product} --submission anyhow --suri //Alice"),
        format!("release revoke {product} --suri //Alice"),
        format!("release history {product} --limit 0"),
        "release check".to_owned(),
        "release check x --key k --intent i".to_owned(),
    ] {
        misused(&arguments);
    }
}

#[test]
fn what_the_council_decides_is_understood() {
    let product = "example.com thermostat-2";
    let motion = format!("0x{} 4", "5c".repeat(32));
    for command in [
        format!("revoke-release {product} --sequence 3 --suri //Alice"),
        format!("suspend-release {product} --sequence 3 --suri //Alice --no-vote"),
        format!("resume-release {product} --sequence 3 --suri //Alice"),
        format!("lower-floor {product} --floor 3 --suri //Alice"),
        "admission closed --suri //Alice".to_owned(),
        "admission close --suri //Alice".to_owned(),
        format!("admit {BOB} --suri //Alice"),
        format!("dismiss {BOB} --suri //Alice"),
        "pause publishing --suri //Alice".to_owned(),
        "unpause SuitRegistry.register_vendor --suri //Alice".to_owned(),
        format!("add-node {BOB} --suri //Alice"),
        format!("remove-node {BOB} --suri //Alice"),
        format!("add-member {BOB} --suri //Alice"),
        format!("remove-member {BOB} --suri //Alice"),
        "motions".to_owned(),
        format!("vote {motion} aye --suri //Alice"),
        format!("close {motion} --suri //Alice"),
    ] {
        understood(&format!("council {command}"));
    }
}

#[test]
fn what_makes_no_sense_for_the_council_is_misuse() {
    for arguments in [
        "admit //Bob --suri //Alice",
        "pause everything --suri //Alice",
        "admission ajar --suri //Alice",
        "vote 0x5c 4 aye --suri //Alice",
        "motions --suri //Alice",
        "authorize-upgrade code.wasm",
        "authorize-upgrade code.wasm --suri //Alice --hash-only",
    ] {
        misused(&format!("council {arguments}"));
    }
    let (code, json) = suit("council apply-upgrade /dev/null");
    assert_eq!((code, json["error"]["kind"].as_str()), (1, Some("BadCode")));
}
