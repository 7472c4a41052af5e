//! Who vouches for an envelope: authentication blocks of every kind, thresholds, MACs.

use suit_manifest::{
    build::Firmware,
    cbor::Writer,
    cose::{self, Algorithm, PublicKey, Signer, SigningKey, SymmetricKey},
    crypto::{Crypto, RustCrypto},
    envelope::{Block, Envelope, Mode, MAX_BLOCKS},
    error::{Error, ErrorKind, Section},
};

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

fn p256(seed: u8) -> SigningKey {
    SigningKey::from_bytes_p256(&[seed; 32]).unwrap()
}

fn p384(seed: u8) -> SigningKey {
    SigningKey::from_bytes_p384(&[seed; 48]).unwrap()
}

fn ed25519(seed: u8) -> SigningKey {
    SigningKey::from_bytes_ed25519(&[seed; 32])
}

fn publics(keys: &[&SigningKey]) -> Vec<PublicKey> {
    keys.iter().map(|key| key.public_key()).collect()
}

fn manifest() -> Vec<u8> {
    Firmware {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 7,
        component: &[b"app"],
        digest: [3; 32],
        size: 1024,
        uri: "ipfs://x",
    }
    .manifest()
    .unwrap()
}

/// The SUIT_Digest of [`manifest`].
fn suit_digest(algorithm: i64) -> Vec<u8> {
    let mut wrapped = Writer::new();
    wrapped.bytes(&manifest());
    let wrapped = wrapped.finish();
    let mut writer = Writer::new();
    writer.array(2).int(algorithm);
    match algorithm {
        -16 => writer.bytes(&RustCrypto.sha256(&[&wrapped])),
        -43 => writer.bytes(&RustCrypto.sha384(&[&wrapped])),
        -44 => writer.bytes(&RustCrypto.sha512(&[&wrapped])),
        -18 => writer.bytes(&RustCrypto.shake128(&[&wrapped]).unwrap()),
        _ => writer.bytes(&RustCrypto.shake256(&[&wrapped]).unwrap()),
    };
    writer.finish()
}

/// An envelope around [`manifest`] with these authentication blocks.
fn envelope_with(digest: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut wrapper = Writer::new();
    wrapper.array(1 + blocks.len()).bytes(digest);
    for block in blocks {
        wrapper.bytes(block);
    }
    let mut writer = Writer::new();
    writer
        .tag(107)
        .map(2)
        .uint(2)
        .bytes(&wrapper.finish())
        .uint(3)
        .bytes(&manifest());
    writer.finish()
}

fn envelope(blocks: &[Vec<u8>]) -> Vec<u8> {
    envelope_with(&suit_digest(-16), blocks)
}

fn sign1(key: &SigningKey) -> Vec<u8> {
    cose::sign1(&suit_digest(-16), None, None, true, key).unwrap()
}

fn sign(keys: &[&SigningKey]) -> Vec<u8> {
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| *key as &dyn Signer).collect();
    cose::sign_detached(&suit_digest(-16), None, &signers).unwrap()
}

fn decode(bytes: &[u8]) -> Envelope<'_> {
    Envelope::decode(bytes, Mode::Strict).unwrap()
}

fn threshold(bytes: &[u8], keys: &[PublicKey], threshold: usize) -> Result<usize, ErrorKind> {
    decode(bytes)
        .verify_threshold(&RustCrypto, keys, threshold)
        .map_err(|error| error.kind)
}

#[test]
fn a_key_has_signed_where_it_signed_alone_or_among_others() {
    let (alone, first, second, stranger) = (p256(1), ed25519(2), p384(3), p256(4));
    let bytes = envelope(&[sign1(&alone), sign(&[&first, &second])]);
    let envelope = decode(&bytes);
    for key in [&alone, &first, &second] {
        assert!(envelope.signed_by(&RustCrypto, &key.public_key()));
    }
    assert!(!envelope.signed_by(&RustCrypto, &stranger.public_key()));
    assert_eq!((envelope.signatures().count(), envelope.other_blocks()), (1, 1));
    assert_eq!(envelope.check_complete(&RustCrypto), Ok(()));
}

#[test]
fn every_digest_algorithm_carries_signatures_alone_and_among_others() {
    for (algorithm, key) in [
        (-16, p256(1)),
        (-43, p384(1)),
        (-44, ed25519(1)),
        (-18, p256(1)),
        (-45, ed25519(1)),
    ] {
        let digest = suit_digest(algorithm);
        let one = cose::sign1(&digest, None, None, true, &key).unwrap();
        let several = cose::sign_detached(&digest, None, &[&key]).unwrap();
        for block in [one, several] {
            let bytes = envelope_with(&digest, &[block]);
            let envelope = decode(&bytes);
            assert_eq!(envelope.check_complete(&RustCrypto), Ok(()));
            assert!(envelope.signed_by(&RustCrypto, &key.public_key()), "{algorithm}");
        }
        let mut other = digest.clone();
        *other.last_mut().unwrap() ^= 1;
        let bytes = envelope_with(&other, &[]);
        let error = decode(&bytes).check_manifest_digest(&RustCrypto).unwrap_err();
        assert_eq!(error.kind, ErrorKind::DigestMismatch);
    }
}

#[test]
fn a_threshold_counts_keys_and_not_signatures() {
    let (a, b, c, d) = (p256(1), ed25519(2), p384(3), p256(4));
    let all = publics(&[&a, &b, &c, &d]);
    // The first key signs three times.
    let older = p256(1).with_algorithm(Algorithm::Es256).unwrap();
    let bytes = envelope(&[sign1(&a), sign1(&older), sign(&[&a, &b]), sign(&[&c])]);
    assert_eq!(threshold(&bytes, &all, 1), Ok(3));
    assert_eq!(threshold(&bytes, &all, 3), Ok(3));
    assert_eq!(threshold(&bytes, &all, 4), Err(ErrorKind::TooFewSignatures));
    assert_eq!(
        threshold(&bytes, &publics(&[&a, &d]), 2),
        Err(ErrorKind::TooFewSignatures)
    );
    // Nor does it count more for being trusted twice.
    assert_eq!(threshold(&bytes, &publics(&[&a, &a, &a]), 1), Ok(1));
    assert_eq!(
        threshold(&bytes, &publics(&[&a, &a, &a]), 2),
        Err(ErrorKind::TooFewSignatures)
    );
}

#[test]
fn a_threshold_of_none_and_no_keys_let_nobody_in() {
    let bytes = envelope(&[sign1(&p256(1))]);
    assert_eq!(threshold(&bytes, &publics(&[&p256(1)]), 0), Err(ErrorKind::BadValue));
    assert_eq!(threshold(&bytes, &[], 1), Err(ErrorKind::TooFewSignatures));
    assert_eq!(threshold(&bytes, &[], 0), Err(ErrorKind::BadValue));
    let unsigned = envelope(&[]);
    let error = decode(&unsigned).verify_threshold(&RustCrypto, &publics(&[&p256(1)]), 1);
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind, error.section),
        (ErrorKind::TooFewSignatures, Section::Authentication)
    );
}

#[test]
fn a_signature_over_another_digest_or_with_the_payload_inside_does_not_count() {
    let key = p256(1);
    let digest = suit_digest(-16);
    let other = cose::sign1(b"another digest", None, None, true, &key).unwrap();
    let attached = cose::sign1(&digest, None, None, false, &key).unwrap();
    let attached_sign = cose::sign(&digest, None, &[&key]).unwrap();
    for block in [other, attached, attached_sign] {
        let bytes = envelope(&[block]);
        assert!(!decode(&bytes).signed_by(&RustCrypto, &key.public_key()));
        assert_eq!(
            threshold(&bytes, &publics(&[&key]), 1),
            Err(ErrorKind::TooFewSignatures)
        );
    }
}

#[test]
fn a_sign1_signature_does_not_count_within_a_sign_nor_the_other_way_round() {
    // RFC 9052 §4.4: the context string tells them apart.
    let key = ed25519(1);
    let digest = suit_digest(-16);
    let prepared = cose::prepare_sign(&digest, Algorithm::Ed25519, None, None, true);
    let borrowed = cose::prepare_sign1(&digest, Algorithm::Ed25519, None, None, true);
    let (for_sign, for_sign1) = (key.sign(prepared.to_be_signed()), key.sign(borrowed.to_be_signed()));
    let swapped = [
        prepared.finish(&for_sign1.unwrap()).unwrap(),
        borrowed.finish(&for_sign.unwrap()).unwrap(),
    ];
    assert!(!decode(&envelope(&swapped)).signed_by(&RustCrypto, &key.public_key()));
}

#[test]
fn blocks_say_what_they_are() {
    let shared = SymmetricKey::from_bytes(&[1; 32]).unwrap();
    let mac = cose::mac0(&RustCrypto, &suit_digest(-16), None, None, true, &shared).unwrap();
    let bytes = envelope(&[
        sign1(&p384(1)),
        sign(&[&ed25519(2), &p256(3)]),
        mac,
        // COSE_Mac, COSE_Sign1 with ES512, COSE_Mac0 with HMAC 256/64, COSE_Sign with a critical header.
        hex("d861 85 43a10105 a0 f6 41ff 80"),
        hex("d2 84 44a1013823 a0 f6 41ff"),
        hex("d1 84 43a10104 a0 f6 41ff"),
        hex("d862 84 44a1028103 a0 f6 81 83 43a10126 a0 41ff"),
    ]);
    let envelope = decode(&bytes);
    let kinds: Vec<_> = envelope
        .blocks()
        .map(|block| match block {
            Block::Sign1(_) => (18, true),
            Block::Sign(sign) => (98, sign.signatures().len() == 2),
            Block::Mac0(_) => (17, true),
            Block::Other { tag } => (tag, false),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            (18, true),
            (98, true),
            (17, true),
            (97, false),
            (18, false),
            (17, false),
            (98, false)
        ]
    );
    assert_eq!((envelope.signatures().count(), envelope.other_blocks()), (1, 6));
}

#[test]
fn signatures_within_a_sign_that_nobody_here_verifies_do_not_hide_the_others() {
    let key = p256(1);
    let digest = suit_digest(-16);
    let mut body = Writer::new();
    body.tag(98).array(4).bytes(b"").raw(&hex("a1 182a 00")).null().array(3);
    // ES512; then a critical header; then ours, its key identifier outside.
    body.raw(&hex("83 44a1013823 a0 41ff"));
    body.raw(&hex("83 46 a20126028103 a0 41ff"));
    let prepared = cose::prepare_sign(&digest, Algorithm::Esp256, None, None, true);
    let signature = key.sign(prepared.to_be_signed()).unwrap();
    body.array(3)
        .bytes(&hex("a10128"))
        .raw(&hex("a1 04 41 6b"))
        .bytes(&signature);
    let bytes = envelope(&[body.finish()]);
    let envelope = decode(&bytes);
    let Some(Block::Sign(sign)) = envelope.blocks().next() else {
        panic!()
    };
    assert_eq!((sign.signatures().len(), sign.other_signatures()), (1, 2));
    assert_eq!(sign.signatures().next().unwrap().kid, Some(&b"k"[..]));
    assert!(envelope.signed_by(&RustCrypto, &key.public_key()));
    // The unprotected 42 in the body is outside of every signature.
    let error = envelope.check_complete(&RustCrypto).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Stuffed);
}

#[test]
fn an_unsigned_header_in_any_kind_of_block_is_stuffing() {
    let tag = "00".repeat(32);
    let signature = "00".repeat(64);
    let header = |unprotected: &str| {
        [
            format!("d2 84 43a10126 {unprotected} f6 5840{signature}"),
            format!("d1 84 43a10105 {unprotected} f6 5820{tag}"),
            format!("d862 84 40 {unprotected} f6 81 83 43a10126 a0 5840{signature}"),
            format!("d862 84 40 a0 f6 81 83 43a10126 {unprotected} 5840{signature}"),
        ]
    };
    for block in header("a0") {
        assert_eq!(
            decode(&envelope(&[hex(&block)])).check_complete(&RustCrypto),
            Ok(()),
            "{block}"
        );
    }
    for block in header("a1 182a 00") {
        let bytes = envelope(&[hex(&block)]);
        let error = decode(&bytes).check_complete(&RustCrypto).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Stuffed, "{block}");
    }
}

#[test]
fn blocks_that_are_malformed_are_refused_at_their_place() {
    let refused = |block: &str| -> Error {
        let bytes = envelope(&[hex(block)]);
        Envelope::decode(&bytes, Mode::Strict).unwrap_err()
    };
    for (block, kind, section) in [
        ("d862 84 40 a0 f6 80", ErrorKind::MissingMember, Section::Cose),
        (
            "d862 84 40 a0 f6 81 83 40 a0 41ff",
            ErrorKind::MissingMember,
            Section::Cose,
        ),
        ("d862 83 40 a0 f6", ErrorKind::WrongLength, Section::Cose),
        (
            "d862 84 40 a0 f6 81 83 43a10126 a0 41ff",
            ErrorKind::WrongLength,
            Section::Cose,
        ),
        ("d1 84 43a10105 a0 f6 41ff", ErrorKind::WrongLength, Section::Cose),
        ("d1 84 43a10105 a0 01 41ff", ErrorKind::WrongType, Section::Cose),
        ("d2 84 44a1013822 a0 f6 41ff", ErrorKind::WrongLength, Section::Cose),
        // An unprotected algorithm, twice; a header that nobody knows, twice.
        (
            "d2 84 43a10126 a201000100 f6 40",
            ErrorKind::UnknownMember,
            Section::Cose,
        ),
        (
            "d2 84 43a10126 a2182a00182a00 f6 40",
            ErrorKind::DuplicateKey,
            Section::Encoding,
        ),
        ("d860 84 40 a0 f6 80", ErrorKind::WrongTag, Section::Authentication),
    ] {
        let error = refused(block);
        assert_eq!((error.kind, error.section), (kind, section), "{block}");
        assert!(error.offset > 40, "{block}: {error:?}");
    }
    let nine = format!("d862 84 40 a0 f6 89 {}", "83 43a10126 a0 41ff".repeat(9));
    assert_eq!(refused(&nine).kind, ErrorKind::TooMany);
    let too_many = vec![sign1(&ed25519(1)); MAX_BLOCKS + 1];
    let bytes = envelope(&too_many);
    assert_eq!(
        Envelope::decode(&bytes, Mode::Strict).unwrap_err().kind,
        ErrorKind::TooMany
    );
}

#[test]
fn a_mac_verifies_with_the_shared_key_only() {
    let (key, other) = (
        SymmetricKey::from_bytes(&[1; 32]).unwrap(),
        SymmetricKey::from_bytes(&[2; 64]).unwrap(),
    );
    let digest = suit_digest(-16);
    let with = |payload: &[u8], detached, key| cose::mac0(&RustCrypto, payload, None, None, detached, key).unwrap();
    let verify = |blocks: &[Vec<u8>]| {
        let bytes = envelope(blocks);
        let outcome = decode(&bytes).verify_mac(&RustCrypto, &key);
        outcome.map_err(|error| error.kind)
    };
    assert_eq!(verify(&[with(&digest, true, &key)]), Ok(()));
    assert_eq!(
        verify(&[with(&digest, true, &other)]),
        Err(ErrorKind::SignatureNotValid)
    );
    // Whichever comes first.
    assert_eq!(
        verify(&[with(&digest, true, &key), with(&digest, true, &other)]),
        Ok(())
    );
    assert_eq!(
        verify(&[with(&digest, true, &other), with(&digest, true, &key)]),
        Ok(())
    );
    assert_eq!(verify(&[with(b"other", true, &key)]), Err(ErrorKind::SignatureNotValid));
    assert_eq!(verify(&[with(&digest, false, &key)]), Err(ErrorKind::PayloadUnexpected));
    assert_eq!(verify(&[sign1(&p256(1))]), Err(ErrorKind::MissingMember));
    assert_eq!(verify(&[]), Err(ErrorKind::MissingMember));
    // A MAC is nobody's signature.
    let bytes = envelope(&[with(&digest, true, &key)]);
    assert_eq!(
        threshold(&bytes, &publics(&[&p256(1)]), 1),
        Err(ErrorKind::TooFewSignatures)
    );
}

#[test]
fn a_lenient_envelope_takes_keys_of_headers_in_any_order() {
    let key = p256(1);
    let digest = suit_digest(-16);
    // {4: 'k', 1: -9}
    let protected = hex("a2 04 41 6b 01 28");
    let mut message = Writer::new();
    message
        .array(5)
        .text("Signature")
        .bytes(b"")
        .bytes(&protected)
        .bytes(b"")
        .bytes(&digest);
    let mut block = Writer::new();
    block.tag(98).array(4).bytes(b"").map(0).null().array(1);
    block
        .array(3)
        .bytes(&protected)
        .map(0)
        .bytes(&key.sign(&message.finish()).unwrap());
    let bytes = envelope(&[block.finish()]);
    let strict = Envelope::decode(&bytes, Mode::Strict).unwrap_err();
    assert_eq!(strict.kind, ErrorKind::KeyOrder);
    let lenient = Envelope::decode(&bytes, Mode::Lenient).unwrap();
    assert!(lenient.signed_by(&RustCrypto, &key.public_key()));
}

mod properties {
    use super::*;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    fn signed() -> &'static Vec<u8> {
        static SIGNED: OnceLock<Vec<u8>> = OnceLock::new();
        SIGNED.get_or_init(|| {
            let shared = SymmetricKey::from_bytes(&[1; 32]).unwrap();
            let mac = cose::mac0(&RustCrypto, &suit_digest(-16), None, None, true, &shared).unwrap();
            envelope(&[sign(&[&ed25519(1), &ed25519(2)]), mac])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_changed_bit_never_changes_what_was_signed(at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut bytes = signed().clone();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let trusted = publics(&[&ed25519(1), &ed25519(2)]);
            let decoded = Envelope::decode(&bytes, Mode::Lenient);
            if let Ok(envelope) = decoded {
                let shared = SymmetricKey::from_bytes(&[1; 32]).unwrap();
                let signed = envelope.verify_threshold(&RustCrypto, &trusted, 1).is_ok();
                let macced = envelope.verify_mac(&RustCrypto, &shared).is_ok();
                if (signed || macced) && envelope.check_complete(&RustCrypto).is_ok() {
                    prop_assert_eq!(envelope.manifest_bytes(), &manifest()[..]);
                }
            }
        }

        #[test]
        fn arbitrary_blocks_never_panic(block in proptest::collection::vec(any::<u8>(), 0..200), tag in prop_oneof![Just("d1"), Just("d2"), Just("d862"), Just("d861")]) {
            let bytes = envelope(&[[hex(tag), block].concat()]);
            let decoded = Envelope::decode(&bytes, Mode::Lenient);
            if let Ok(envelope) = decoded {
                let _ = envelope.check_complete(&RustCrypto);
                prop_assert!(!envelope.signed_by(&RustCrypto, &ed25519(1).public_key()));
            }
        }
    }
}
