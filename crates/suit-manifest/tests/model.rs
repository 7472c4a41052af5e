//! The builder's model against manifests that others made.
//!
//! The files are not part of this repository: `SUIT_VECTORS` names their folder. Without it the tests say that they were
//! skipped; with `SUIT_VECTORS_REQUIRED=1` they fail instead.

use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};
use suit_manifest::{
    build::model::{self, Severable},
    envelope::{Envelope, Mode},
};

/// Every vector that a mode accepts: its name and its bytes.
fn vectors(test: &str, mode: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = std::env::var_os("SUIT_VECTORS")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
    else {
        let required = std::env::var("SUIT_VECTORS_REQUIRED").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "{test}: SUIT_VECTORS does not name a folder, and SUIT_VECTORS_REQUIRED=1"
        );
        println!("SKIPPED {test}: set SUIT_VECTORS to the folder of test vectors");
        return Vec::new();
    };
    let files: Vec<BTreeMap<String, Value>> =
        serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let accepted: Vec<_> = files
        .into_iter()
        .filter(|entry| entry[mode] == "accepted")
        .map(|entry| {
            let file = entry["file"].as_str().unwrap().to_string();
            let bytes = fs::read(folder.join(&file)).unwrap();
            (file, bytes)
        })
        .collect();
    assert!(accepted.len() >= 13, "the vectors have lost entries");
    accepted
}

#[test]
fn every_strict_vectors_manifest_becomes_a_model_and_the_same_bytes_again() {
    for (file, bytes) in vectors("every_strict_vectors_manifest…", "strict") {
        let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
        let model = model::Manifest::from_decoded(&envelope.manifest().unwrap()).unwrap();
        let encoded = model.encode_parts().unwrap();
        assert_eq!(
            hex::encode(&encoded.manifest),
            hex::encode(envelope.manifest_bytes()),
            "{file}"
        );
        assert_eq!(
            model::Manifest::try_from(&envelope.manifest().unwrap()),
            Ok(model.clone()),
            "{file}"
        );
        if file.ends_with("signed-full.cbor") {
            assert!(matches!(model.install, Some(Severable::Severed { .. })), "{file}");
            assert_eq!(encoded.severed.len(), 2, "{file}");
        }
        if file.ends_with("severed.cbor") {
            assert!(matches!(model.install, Some(Severable::Digest(_))), "{file}");
        }
    }
}

#[test]
fn every_lenient_vectors_manifest_becomes_deterministic_and_keeps_its_meaning() {
    for (file, bytes) in vectors("every_lenient_vectors_manifest…", "lenient") {
        let envelope = Envelope::decode(&bytes, Mode::Lenient).unwrap();
        let model = model::Manifest::from_decoded(&envelope.manifest().unwrap()).unwrap();
        let again = model.encode().unwrap();
        let read = model::Manifest::decode(&again, Mode::Strict).unwrap();
        if !file.contains("example2") {
            assert_eq!(read, model, "{file}");
        }
        assert_eq!(read.encode().unwrap(), again, "{file}");
    }
}
