//! Manifests that others made, against what an independent verifier says of them.
//!
//! The files are not part of this repository: `SUIT_VECTORS` names their folder. Without it the tests say that they were
//! skipped; with `SUIT_VECTORS_REQUIRED=1` they fail instead.

use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};
use suit_manifest::{
    cose::PublicKey,
    crypto::{Crypto, RustCrypto},
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode},
    error::{Error, ErrorKind},
    manifest::{Manifest, Member, Severable},
    resolve::resolve,
};

/// The folder, or `None` after having said that the test is skipped.
fn folder(test: &str) -> Option<PathBuf> {
    match std::env::var_os("SUIT_VECTORS")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
    {
        Some(folder) => Some(folder),
        None => {
            let required = std::env::var("SUIT_VECTORS_REQUIRED").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "{test}: SUIT_VECTORS does not name a folder, and SUIT_VECTORS_REQUIRED=1"
            );
            println!("SKIPPED {test}: set SUIT_VECTORS to the folder of test vectors");
            None
        }
    }
}

fn read(folder: &std::path::Path, file: &str) -> Vec<u8> {
    fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn expected(folder: &std::path::Path) -> Vec<BTreeMap<String, Value>> {
    let files: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&read(folder, "expected.json")).unwrap();
    assert!(files.len() >= 19, "expected.json has lost entries");
    files
}

fn decode(bytes: &[u8], mode: Mode) -> Result<(Envelope<'_>, Manifest<'_>), Error> {
    let envelope = Envelope::decode(bytes, mode)?;
    let manifest = envelope.manifest()?;
    Ok((envelope, manifest))
}

/// The key that `expected.json` names in the description of a block.
fn key_of(folder: &std::path::Path, block: &str) -> PublicKey {
    let (_, pem) = block.split_once("valid_with=").expect("the block names its key");
    PublicKey::from_spki_pem(&String::from_utf8(read(folder, pem)).unwrap()).unwrap()
}

#[test]
fn every_vector_has_the_outcome_that_the_independent_verifier_names() {
    let Some(folder) = folder("every_vector_has_the_outcome…") else {
        return;
    };
    for entry in expected(&folder) {
        let file = entry["file"].as_str().unwrap();
        let bytes = read(&folder, file);
        assert_eq!(
            hex::encode(RustCrypto.sha256(&[&bytes])),
            entry["sha256"].as_str().unwrap(),
            "{file}"
        );
        for (mode, name) in [(Mode::Strict, "strict"), (Mode::Lenient, "lenient")] {
            let accepted = decode(&bytes, mode).is_ok();
            assert_eq!(
                accepted,
                entry[name] == "accepted",
                "{file} {name}: {:?}",
                decode(&bytes, mode).err()
            );
        }

        // What lies around a manifest that is refused still has a digest and signatures.
        let mode = if entry["strict"] == "accepted" {
            Mode::Strict
        } else {
            Mode::Lenient
        };
        let envelope = Envelope::decode(&bytes, mode).unwrap();
        let digest = envelope.check_manifest_digest(&RustCrypto);
        assert_eq!(digest.is_ok(), entry["digest_ok"] == true, "{file}: {digest:?}");
        if entry["lenient"] == "accepted" {
            assert_eq!(
                envelope.check_digest(&RustCrypto).is_ok(),
                entry["digest_ok"] == true,
                "{file}"
            );
            let manifest = envelope.manifest().unwrap();
            assert_eq!(manifest.sequence_number(), entry["seq"].as_u64().unwrap(), "{file}");
        }
        let blocks: Vec<_> = envelope.signatures().collect();
        let named = entry["auth"].as_array().unwrap();
        assert_eq!(blocks.len(), named.len(), "{file}");
        assert_eq!(envelope.other_blocks(), 0, "{file}");
        for ((block, named), valid) in blocks.iter().zip(named).zip(entry["auth_ok"].as_array().unwrap()) {
            let key = key_of(&folder, named.as_str().unwrap());
            let result = envelope.verify_signature(&RustCrypto, block, &key);
            assert_eq!(result.is_ok(), *valid == true, "{file}: {result:?}");
        }
    }
}

#[test]
fn refusals_of_noncanonical_vectors_have_the_right_reason() {
    let Some(folder) = folder("refusals_of_noncanonical_vectors…") else {
        return;
    };
    let reason = |file, mode| decode(&read(&folder, file), mode).err().map(|error| error.kind);
    let unsorted = "taylor-noncanonical/parameters-out-of-order.cbor";
    assert_eq!(reason(unsorted, Mode::Strict), Some(ErrorKind::KeyOrder));
    assert_eq!(reason(unsorted, Mode::Lenient), None);
    // Its parameters are out of order as well, and in front of the index.
    let index = "taylor-noncanonical/component-index-out-of-range.cbor";
    assert!(reason(index, Mode::Strict).is_some());
    assert_eq!(reason(index, Mode::Lenient), Some(ErrorKind::ComponentIndex));
}

#[test]
fn severed_and_complete_forms_of_example_2_are_told_apart() {
    let Some(folder) = folder("severed_and_complete_forms…") else {
        return;
    };
    let full = read(&folder, "official-draft37/example2.signed-full.cbor");
    let (envelope, manifest) = decode(&full, Mode::Strict).unwrap();
    assert_eq!(envelope.check_complete(&RustCrypto), Ok(()));
    assert_eq!(resolve(&manifest).unwrap().payloads.len(), 1);

    let severed = read(&folder, "official-draft37/example2.signed-severed.cbor");
    let (envelope, manifest) = decode(&severed, Mode::Strict).unwrap();
    assert_eq!(envelope.check_digest(&RustCrypto), Ok(()));
    assert!(matches!(
        manifest.severable(Severable::Install),
        Member::Severed { content: None, .. }
    ));
    assert_eq!(
        envelope.check_complete(&RustCrypto).unwrap_err().kind,
        ErrorKind::Stripped
    );
    assert_eq!(resolve(&manifest).unwrap_err().kind, ErrorKind::Stripped);
}

#[test]
fn what_the_examples_fetch_is_resolved() {
    let Some(folder) = folder("what_the_examples_fetch…") else {
        return;
    };
    let resolve = |file: &str| {
        let bytes = read(&folder, file);
        let (_, manifest) = decode(&bytes, Mode::Strict).unwrap();
        let resolved = resolve(&manifest).map_err(|error| error.kind)?;
        let payloads: Vec<_> = resolved
            .payloads
            .iter()
            .map(|p| (p.component_index, p.uri.unwrap_or_default().to_string(), p.size))
            .collect();
        assert_eq!((resolved.products.len(), resolved.open), (1, false), "{file}");
        Ok::<_, ErrorKind>(payloads)
    };
    let uri = |name: &str| format!("http://example.com/{name}");
    assert_eq!(resolve("official-draft37/example0.signed.cbor"), Ok(vec![]));
    let one = vec![(0, uri("file.bin"), Some(34768))];
    assert_eq!(resolve("official-draft37/example1.signed.cbor"), Ok(one));
    let slots = vec![(0, uri("file1.bin"), Some(34768)), (0, uri("file2.bin"), Some(76834))];
    assert_eq!(resolve("official-draft37/example3.signed.cbor"), Ok(slots));
    let staged = resolve("official-draft37/example4.signed.cbor").unwrap();
    assert_eq!(staged.len(), 1);
    assert_eq!((staged[0].0, &staged[0].1), (1, &uri("file.bin")));
    let two = vec![(0, uri("file1.bin"), Some(34768)), (1, uri("file2.bin"), Some(76834))];
    assert_eq!(resolve("official-draft37/example5.signed.cbor"), Ok(two));
    let taylor = vec![(0, "coap://[2001:db8::1]/fw/app.bin".to_string(), Some(1024))];
    assert_eq!(resolve("taylor/update.es256.cbor"), Ok(taylor));
}

#[test]
fn the_manifest_digest_of_taylors_sha_384_vector_is_sha_384() {
    let Some(folder) = folder("the_manifest_digest_of_taylors…") else {
        return;
    };
    let bytes = read(&folder, "taylor/update.es256-sha384.cbor");
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(envelope.manifest_digest().algorithm, DigestAlgorithm::Sha384);
    assert_eq!(envelope.check_complete(&RustCrypto), Ok(()));
}

#[test]
fn example_0_signs_the_sig_structure_of_the_reference() {
    let Some(folder) = folder("example_0_signs…") else {
        return;
    };
    /// Records what is verified, and passes it on.
    struct Recorder(std::cell::RefCell<Vec<u8>>);
    impl Crypto for Recorder {
        fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
            RustCrypto.sha256(parts)
        }
        fn sha384(&self, parts: &[&[u8]]) -> [u8; 48] {
            RustCrypto.sha384(parts)
        }
        fn sha512(&self, parts: &[&[u8]]) -> [u8; 64] {
            RustCrypto.sha512(parts)
        }
        fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool {
            *self.0.borrow_mut() = message.concat();
            RustCrypto.verify_p256(key, message, signature)
        }
        fn verify_ed25519(&self, key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool {
            RustCrypto.verify_ed25519(key, message, signature)
        }
        fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool {
            RustCrypto.p256_point_is_valid(key)
        }
        fn ed25519_point_is_valid(&self, key: &[u8; 32]) -> bool {
            RustCrypto.ed25519_point_is_valid(key)
        }
    }
    let recorder = Recorder(Default::default());
    let bytes = read(&folder, "official-draft37/example0.signed.cbor");
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    let block = envelope.signatures().next().unwrap();
    let key = key_of(&folder, "valid_with=official-draft37/public_key.pem");
    envelope.verify_signature(&recorder, &block, &key).unwrap();
    assert_eq!(
        hex::encode(&*recorder.0.borrow()),
        "846a5369676e61747572653143a10126405824822f58206658ea560262696dd1f13b782239a064da7c6c5cbaf52fded428a6fc83c7e5af"
    );
}

/// The examples again, built by this crate: the manifests are the same to the last byte.
#[test]
fn building_example_1_gives_its_manifest() {
    let Some(folder) = folder("building_example_1…") else {
        return;
    };
    let bytes = read(&folder, "official-draft37/example1.signed.cbor");
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    let vendor = suit_manifest::uuid::vendor_id("arm.com");
    let digest = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
    let firmware = suit_manifest::build::Firmware {
        vendor,
        class: suit_manifest::uuid::class_id(&vendor, "suit"),
        sequence_number: 1,
        component: &[&[0x00]],
        digest: hex::decode(digest).unwrap().try_into().unwrap(),
        size: 34768,
        uri: "http://example.com/file.bin",
    };
    assert_eq!(
        hex::encode(firmware.manifest().unwrap()),
        hex::encode(envelope.manifest_bytes())
    );
}

#[test]
fn every_single_bit_of_a_vector_counts() {
    let Some(folder) = folder("every_single_bit…") else {
        return;
    };
    let bytes = read(&folder, "official-draft37/example1.signed.cbor");
    let key = key_of(&folder, "valid_with=official-draft37/public_key.pem");
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let verified = Envelope::decode(&changed, Mode::Strict).is_ok_and(|envelope| {
            envelope.check_digest(&RustCrypto).is_ok()
                && envelope
                    .signatures()
                    .any(|block| envelope.verify_signature(&RustCrypto, &block, &key).is_ok())
        });
        assert!(!verified, "bit {bit} can be flipped");
    }
}
