//! The builder's model against manifests that others made.
//!
//! The files are not part of this repository: `SUIT_VECTORS` names their folder. Without it the tests say that they were
//! skipped; with `SUIT_VECTORS_REQUIRED=1` they fail instead.

use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};
use suit_manifest::{
    build::{
        self,
        model::{self, ComponentId, Digest, Severable},
        Image, Payload, Release, Source,
    },
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

#[test]
fn every_strict_vector_becomes_an_owned_envelope_and_the_same_bytes_again() {
    for (file, bytes) in vectors("every_strict_vector_becomes…", "strict") {
        let envelope = build::Envelope::decode(&bytes, Mode::Strict).unwrap();
        assert_eq!(hex::encode(envelope.encode().unwrap()), hex::encode(&bytes), "{file}");
        let again = build::Envelope::new(&envelope.model().unwrap(), digest_algorithm(&bytes)).unwrap();
        assert_eq!(again.signed_bytes(), envelope.signed_bytes(), "{file}");
        assert_eq!(
            again.severed().collect::<Vec<_>>(),
            envelope.severed().collect::<Vec<_>>(),
            "{file}"
        );
    }
}

#[test]
fn a_lenient_vector_keeps_its_manifest_and_what_was_signed() {
    let lenient: Vec<_> = vectors("a_lenient_vector_keeps…", "lenient")
        .into_iter()
        .filter(|(_, bytes)| {
            Envelope::decode(bytes, Mode::Strict)
                .and_then(|envelope| envelope.manifest().map(drop))
                .is_err()
        })
        .collect();
    for (file, bytes) in lenient {
        let envelope = build::Envelope::decode(&bytes, Mode::Lenient).unwrap();
        let encoded = envelope.encode().unwrap();
        let before = Envelope::decode(&bytes, Mode::Lenient).unwrap();
        let after = Envelope::decode(&encoded, Mode::Lenient).unwrap();
        assert_eq!(after.manifest_bytes(), before.manifest_bytes(), "{file}");
        assert_eq!(after.signed_bytes(), before.signed_bytes(), "{file}");
        assert_eq!(after.signatures().count(), before.signatures().count(), "{file}");
    }
}

fn digest_algorithm(bytes: &[u8]) -> suit_manifest::digest::DigestAlgorithm {
    Envelope::decode(bytes, Mode::Strict)
        .unwrap()
        .manifest_digest()
        .algorithm
}

/// What the examples' images have in common.
fn payload(digest: &str, size: u64, file: &str) -> Payload {
    Payload {
        digest: Digest::sha256(hex::decode(digest).unwrap().try_into().unwrap()),
        size,
        uri: format!("http://example.com/{file}"),
    }
}

const FIRST: &str = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
const SECOND: &str = "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff";

fn release(sequence_number: u64, images: Vec<Image>) -> Vec<u8> {
    let vendor = suit_manifest::uuid::vendor_id("arm.com");
    let release = Release {
        vendor,
        class: suit_manifest::uuid::class_id(&vendor, "suit"),
        sequence_number,
        images,
        ..Release::default()
    };
    release.manifest().unwrap().encode().unwrap()
}

fn manifest_of(vector: &str) -> Option<Vec<u8>> {
    let (_, bytes) = vectors(vector, "strict")
        .into_iter()
        .find(|(file, _)| file.ends_with(vector))?;
    let envelope = build::Envelope::decode(&bytes, Mode::Strict).unwrap();
    Some(envelope.manifest_bytes().to_vec())
}

#[test]
fn a_release_with_two_slots_is_example_3() {
    let image = Image {
        component: ComponentId::new([[0]]),
        source: Source::Slots(vec![
            (0, payload(FIRST, 34768, "file1.bin")),
            (1, payload(SECOND, 76834, "file2.bin")),
        ]),
        invoke: false,
    };
    if let Some(manifest) = manifest_of("example3.signed.cbor") {
        assert_eq!(hex::encode(release(3, vec![image])), hex::encode(manifest));
    }
}

#[test]
fn a_release_of_two_images_is_example_5() {
    let image = |component, digest, size, file, invoke| Image {
        component: ComponentId::new([[component]]),
        source: Source::Fetched(payload(digest, size, file)),
        invoke,
    };
    let images = vec![
        image(0, FIRST, 34768, "file1.bin", true),
        image(1, SECOND, 76834, "file2.bin", false),
    ];
    if let Some(manifest) = manifest_of("example5.signed.cbor") {
        assert_eq!(hex::encode(release(5, images)), hex::encode(manifest));
    }
}
