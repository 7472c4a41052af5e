//! Properties that hold for whatever comes in.

use proptest::{collection::vec, prelude::*, sample::Index};
use std::sync::OnceLock;
use suit_manifest::{
    build::{envelope, Firmware},
    cbor::Writer,
    cose::{Algorithm, PublicKey, Signer, SigningKey},
    crypto::RustCrypto,
    envelope::{Envelope, Mode},
    manifest::Manifest,
    resolve::{ipfs_uri, resolve},
};

fn key(seed: [u8; 32], algorithm: Algorithm) -> Option<SigningKey> {
    let key = match algorithm {
        Algorithm::Es256 | Algorithm::Esp256 => SigningKey::from_bytes_p256(&seed).ok()?,
        Algorithm::EdDsa | Algorithm::Ed25519 => SigningKey::from_bytes_ed25519(&seed),
        Algorithm::Es384 | Algorithm::Esp384 => SigningKey::from_bytes_p384(&[seed[0]; 48]).ok()?,
        Algorithm::HssLms => return None,
    };
    key.with_algorithm(algorithm).ok()
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![
        Just(Algorithm::Es256),
        Just(Algorithm::Esp256),
        Just(Algorithm::EdDsa),
        Just(Algorithm::Ed25519),
        Just(Algorithm::Es384),
        Just(Algorithm::Esp384)
    ]
}

/// A signed envelope and its key, for both curves.
fn signed() -> &'static [(Vec<u8>, PublicKey)] {
    static SIGNED: OnceLock<Vec<(Vec<u8>, PublicKey)>> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let manifest = Firmware {
            vendor: [1; 16],
            class: [2; 16],
            sequence_number: 7,
            component: &[b"app"],
            digest: [3; 32],
            size: 1024,
            uri: "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        }
        .manifest()
        .unwrap();
        [Algorithm::Esp256, Algorithm::Ed25519]
            .into_iter()
            .map(|algorithm| {
                let key = key([9; 32], algorithm).unwrap();
                (envelope(&manifest, &[&key]).unwrap(), key.public_key())
            })
            .collect()
    })
}

/// The manifest of an envelope that passes every check with this key.
fn verified<'a>(bytes: &'a [u8], mode: Mode, key: &PublicKey) -> Option<&'a [u8]> {
    let envelope = Envelope::decode(bytes, mode).ok()?;
    envelope.check_complete(&RustCrypto).ok()?;
    envelope
        .signatures()
        .find(|block| envelope.verify_signature(&RustCrypto, block, key).is_ok())?;
    Some(envelope.manifest_bytes())
}

/// Sequences of known and unknown commands with arguments that often, not always, are of the right type; some nested.
fn commands() -> impl Strategy<Value = Vec<u8>> {
    let leaf = (0i64..40, argument());
    let sequence = vec(leaf, 0..6).prop_map(sequence_of);
    sequence.prop_recursive(5, 30, 3, |inner| {
        vec((any::<bool>(), inner.clone(), inner), 1..3).prop_map(|nested| {
            let commands = nested.into_iter().map(|(try_each, one, other)| {
                let mut argument = Writer::new();
                if try_each {
                    argument.array(2).bytes(&one).bytes(&other);
                } else {
                    argument.bytes(&one);
                }
                (if try_each { 15 } else { 32 }, argument.finish())
            });
            sequence_of(commands.collect())
        })
    })
}

fn sequence_of(commands: Vec<(i64, Vec<u8>)>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(2 * commands.len());
    for (code, argument) in &commands {
        writer.int(*code).raw(argument);
    }
    writer.finish()
}

fn argument() -> impl Strategy<Value = Vec<u8>> {
    let written = |write: &dyn Fn(&mut Writer)| {
        let mut writer = Writer::new();
        write(&mut writer);
        writer.finish()
    };
    prop_oneof![
        4 => (0u64..20).prop_map(move |policy| written(&|writer| {
            writer.uint(policy);
        })),
        1 => Just(written(&|writer| {
            writer.bool(true);
        })),
        1 => vec(0u64..5, 0..4).prop_map(move |list| written(&|writer| {
            writer.array(list.len());
            for index in &list {
                writer.uint(*index);
            }
        })),
        3 => (vec(any::<u8>(), 16..17), ".{0,9}", 0u64..5).prop_map(move |(id, uri, size)| written(&|writer| {
            writer.map(5).uint(1).bytes(&id).uint(2).bytes(&id).uint(14).uint(size).uint(21).text(&uri).uint(22).uint(size);
        })),
        1 => vec(any::<u8>(), 0..8),
    ]
}

/// Everything that reads, over one input.
fn read_everything(bytes: &[u8]) {
    for mode in [Mode::Strict, Mode::Lenient] {
        if let Ok(envelope) = Envelope::decode(bytes, mode) {
            let _ = envelope.check_complete(&RustCrypto);
            let _ = (envelope.blocks().count(), envelope.integrated_payloads().count());
            if let Ok(manifest) = envelope.manifest() {
                read_manifest(&manifest);
            }
        }
        if let Ok(manifest) = Manifest::decode(bytes, mode) {
            read_manifest(&manifest);
        }
    }
}

fn read_manifest(manifest: &Manifest<'_>) {
    let _ = resolve(manifest);
    assert_eq!(manifest.components().count(), manifest.component_count());
    assert!(
        manifest.visit(&mut |_| Ok(())).is_ok(),
        "sequences were checked when the manifest was read"
    );
    for language in manifest.text().into_iter().flatten() {
        language.visit(&mut |entry| assert!(entry.text.len() <= 64 * 1024));
    }
}

#[test]
fn the_unchanged_envelopes_verify_in_both_modes() {
    for (bytes, key) in signed() {
        for mode in [Mode::Strict, Mode::Lenient] {
            assert!(verified(bytes, mode, key).is_some());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_flipped_bit_is_refused_or_leaves_the_verified_manifest_unchanged(at in any::<Index>(), bit in 0u8..8) {
        for (bytes, key) in signed() {
            let mut changed = bytes.clone();
            changed[at.index(bytes.len())] ^= 1 << bit;
            let good = Envelope::decode(bytes, Mode::Strict).unwrap().manifest_bytes();
            for mode in [Mode::Strict, Mode::Lenient] {
                if let Some(manifest) = verified(&changed, mode, key) {
                    prop_assert_eq!(manifest, good);
                }
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..4096)) {
        read_everything(&bytes);
    }

    #[test]
    fn pieces_of_envelopes_put_together_never_panic(pieces in vec((any::<Index>(), any::<Index>(), any::<bool>()), 1..24)) {
        let (bytes, _) = &signed()[0];
        let mut together = Vec::new();
        for (from, to, whole) in pieces {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            together.extend_from_slice(if whole { bytes } else { &bytes[from.min(to)..from.max(to)] });
        }
        together.truncate(4096);
        read_everything(&together);
    }

    #[test]
    fn changed_envelopes_never_panic(edits in vec((any::<Index>(), any::<u8>()), 1..6), cut in any::<Index>()) {
        let (bytes, _) = &signed()[0];
        let mut changed = bytes.clone();
        for (at, value) in edits {
            changed[at.index(bytes.len())] = value;
        }
        read_everything(&changed);
        read_everything(&changed[cut.index(changed.len())..]);
    }

    #[test]
    fn changed_manifests_never_panic(edits in vec((any::<Index>(), any::<u8>()), 1..6)) {
        let (bytes, _) = &signed()[0];
        let envelope = Envelope::decode(bytes, Mode::Strict).unwrap();
        let mut manifest = envelope.manifest_bytes().to_vec();
        for (at, value) in edits {
            let at = at.index(manifest.len());
            manifest[at] = value;
        }
        read_everything(&manifest);
    }

    #[test]
    fn arbitrary_commands_never_panic(
        components in 0usize..4,
        shared in commands(),
        install in commands(),
        severed in any::<bool>(),
    ) {
        let mut common = Writer::new();
        common.map(2).uint(2).array(components);
        for index in 0..components {
            common.array(1).bytes(&[index as u8]);
        }
        common.uint(4).bytes(&shared);
        let mut writer = Writer::new();
        writer.map(4).uint(1).uint(1).uint(2).uint(1).uint(3).bytes(&common.finish()).uint(20);
        if severed {
            writer.array(2).int(-16).bytes(&[0; 32]);
        } else {
            writer.bytes(&install);
        }
        read_everything(&writer.finish());
    }

    #[test]
    fn what_strict_takes_lenient_takes_too(edits in vec((any::<Index>(), any::<u8>()), 1..3)) {
        let (bytes, _) = &signed()[0];
        let mut changed = bytes.clone();
        for (at, value) in edits {
            changed[at.index(bytes.len())] = value;
        }
        let takes = |mode| Envelope::decode(&changed, mode).is_ok_and(|envelope| envelope.manifest().is_ok());
        prop_assert!(!takes(Mode::Strict) || takes(Mode::Lenient));
    }

    #[test]
    fn arbitrary_text_is_no_cid_or_one_that_spells_the_same(text in "(ipfs://)?b[a-z2-7]{58}|\\PC{0,80}") {
        if let Some(cid) = ipfs_uri(&text) {
            prop_assert_eq!(&cid[2..4], &[0x12, 0x20][..]);
            prop_assert!(text.starts_with("ipfs://bafkrei") || text.starts_with("ipfs://bafybei"));
        }
    }
}

proptest! {
    // Each signs twice, which is slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_built_comes_back(
        ids in any::<([u8; 16], [u8; 16])>(),
        sequence_number in any::<u64>(),
        size in 1u64..,
        component in vec(vec(any::<u8>(), 0..20), 0..4),
        digest in any::<[u8; 32]>(),
        uri in "[a-z]{1,10}://\\PC{0,60}",
        seeds in any::<([u8; 32], [u8; 32])>(),
        algorithms in (algorithm(), algorithm()),
    ) {
        let keys = [key(seeds.0, algorithms.0), key(seeds.1, algorithms.1)];
        let keys: Vec<SigningKey> = keys.into_iter().flatten().collect();
        prop_assume!(keys.len() == 2 && keys[0].public_key() != keys[1].public_key());
        let parts: Vec<&[u8]> = component.iter().map(Vec::as_slice).collect();
        let firmware = Firmware { vendor: ids.0, class: ids.1, sequence_number, component: &parts, digest, size, uri: &uri };
        let bytes = envelope(&firmware.manifest().unwrap(), &[&keys[0], &keys[1]]).unwrap();

        for key in &keys {
            prop_assert!(verified(&bytes, Mode::Strict, &key.public_key()).is_some());
        }
        let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
        let manifest = envelope.manifest().unwrap();
        prop_assert_eq!(manifest.sequence_number(), sequence_number);
        let resolved = resolve(&manifest).unwrap();
        prop_assert_eq!(&resolved.products[..], &[ids][..]);
        prop_assert_eq!(resolved.payloads.len(), 1);
        let payload = resolved.payloads[0];
        prop_assert_eq!(payload.uri, Some(uri.as_str()));
        prop_assert_eq!(payload.size, Some(size));
        prop_assert_eq!(payload.digest.unwrap().bytes, &digest[..]);
        prop_assert_eq!(Some(payload.component), manifest.components().next());
    }
}
