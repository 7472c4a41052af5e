//! Key handovers as they should be, and every way in which they are refused.

mod common;

use common::*;
use suit_device::{
    handover::{
        add_signature, prepare, prepare_signature, sign, Error, Handover, HandoverPayload, Keys, CONTENT_TYPE,
        MAX_HANDOVER, MAX_KEYS,
    },
    IssueError,
};
use suit_manifest::{
    cbor::Writer,
    cose::{self, Algorithm, PublicKey, SignError, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    error::ErrorKind,
};

/// Two old keys sign for two next ones.
fn both_signed() -> Vec<u8> {
    sign(&handover_payload(), &[&p256(1), &ed25519(2)]).unwrap()
}

fn known() -> [PublicKey; 2] {
    [p256(1).public_key(), ed25519(2).public_key()]
}

/// Signs bytes that need not be a payload, under a content type that need not be a handover's.
fn signed(payload: &[u8], content_type: Option<&str>) -> Vec<u8> {
    cose::sign(payload, content_type, &[&ed25519(2)]).unwrap()
}

fn refusal(payload: &[u8]) -> Error {
    Handover::decode(&signed(payload, Some(CONTENT_TYPE))).unwrap_err()
}

fn follow(bytes: &[u8], known: &[PublicKey], threshold: u8, last_number: u64) -> Result<(), Error> {
    Handover::decode(bytes)
        .unwrap()
        .follow(&RustCrypto, known, threshold, &VENDOR, last_number)
}

/// A payload whose members may be wrong.
fn odd_payload(version: u64, number: u64, threshold: u64, keys: &[&[u8]]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(5).int(1).uint(version).int(2).bytes(&VENDOR);
    w.int(3).uint(number).int(4).uint(threshold);
    w.int(5).array(keys.len());
    for key in keys {
        w.bytes(key);
    }
    w.finish()
}

fn cose_key(key: &SigningKey) -> Vec<u8> {
    key.public_key().to_cose_key()
}

/// The handover by this number to these keys, signed by those.
fn rotation(number: u64, threshold: u8, next: &[&SigningKey], old: &[&dyn Signer]) -> Vec<u8> {
    let keys: Vec<_> = next.iter().map(|key| key.public_key()).collect();
    let payload = HandoverPayload {
        vendor: VENDOR,
        number,
        threshold,
        keys: Keys::new(&keys).unwrap(),
    };
    sign(&payload, old).unwrap()
}

#[test]
fn what_was_signed_is_read_back_with_every_algorithm() {
    for key in all_algorithms() {
        let bytes = sign(&handover_payload(), &[&key]).unwrap();
        let handover = Handover::decode(&bytes).unwrap();
        assert_eq!(handover.payload, handover_payload());
        let (kid, signature) = handover.signers().next().unwrap();
        assert_eq!(kid, key.public_key().thumbprint(&RustCrypto));
        assert_eq!(handover.verify(&RustCrypto, &signature, &key.public_key()), Ok(()));
        assert_eq!(follow(&bytes, &[key.public_key()], 1, 6), Ok(()));
    }
}

#[test]
fn eight_signatures_and_eight_keys_fit() {
    let old: Vec<_> = (1..=8).map(p256).collect();
    let signers: Vec<&dyn Signer> = old.iter().map(|key| key as &dyn Signer).collect();
    let next: Vec<_> = (11..=18).map(|seed| p256(seed).public_key()).collect();
    let payload = HandoverPayload {
        number: u64::MAX,
        threshold: 8,
        keys: Keys::new(&next).unwrap(),
        ..handover_payload()
    };
    let bytes = sign(&payload, &signers).unwrap();
    assert!(bytes.len() <= MAX_HANDOVER, "{} bytes", bytes.len());
    assert_eq!(Handover::decode(&bytes).unwrap().payload, payload);
    let known: Vec<_> = old.iter().map(|key| key.public_key()).collect();
    assert_eq!(follow(&bytes, &known, 8, u64::MAX - 1), Ok(()));
    assert_eq!(follow(&bytes, &known, 9, u64::MAX - 1), Err(Error::TooFewSignatures));
}

#[test]
fn a_device_with_an_old_key_follows_three_rotations_to_the_newest() {
    let (first, second, third) = (p256(1), ed25519(2), p256(3));
    let chain = [
        rotation(1, 1, &[&second], &[&first]),
        rotation(2, 2, &[&second, &third], &[&second]),
        rotation(3, 1, &[&third], &[&second, &third]),
    ];
    let (mut known, mut threshold, mut number) = (vec![first.public_key()], 1, 0);
    for bytes in &chain {
        let handover = Handover::decode(bytes).unwrap();
        handover
            .follow(&RustCrypto, &known, threshold, &VENDOR, number)
            .unwrap();
        let next = handover.payload;
        (known, threshold, number) = (next.keys.to_vec(), next.threshold, next.number);
    }
    assert_eq!((known, threshold, number), (vec![third.public_key()], 1, 3));
}

#[test]
fn handovers_are_followed_one_after_the_other() {
    let bytes = both_signed();
    for (last_number, expected) in [
        (6, Ok(())),
        (7, Err(Error::AlreadyFollowed)),
        (8, Err(Error::AlreadyFollowed)),
        (u64::MAX, Err(Error::AlreadyFollowed)),
        (5, Err(Error::EarlierMissing)),
        (0, Err(Error::EarlierMissing)),
    ] {
        assert_eq!(
            follow(&bytes, &known(), 2, last_number),
            expected,
            "after {last_number}"
        );
    }
}

#[test]
fn another_vendors_handover_is_refused() {
    let handover = both_signed();
    let handover = Handover::decode(&handover).unwrap();
    let refused = handover.follow(&RustCrypto, &known(), 1, &[0; 16], 6);
    assert_eq!(refused, Err(Error::OtherVendor));
}

#[test]
fn as_many_known_keys_must_have_signed_as_the_threshold_says() {
    let one = sign(&handover_payload(), &[&p256(1)]).unwrap();
    assert_eq!(follow(&one, &known(), 1, 6), Ok(()));
    assert_eq!(follow(&one, &known(), 2, 6), Err(Error::TooFewSignatures));
    // Keys that a device does not know count for nothing, the next ones among them.
    let [first, second] = next_keys();
    let strangers = sign(&handover_payload(), &[&first, &second, &p256(1)]).unwrap();
    assert_eq!(follow(&strangers, &known(), 1, 6), Ok(()));
    assert_eq!(follow(&strangers, &known(), 2, 6), Err(Error::TooFewSignatures));
    // A key that a device was given twice is one key all the same.
    let twice = [known()[0], known()[0]];
    assert_eq!(follow(&one, &twice, 2, 6), Err(Error::TooFewSignatures));
}

#[test]
fn a_threshold_of_zero_asks_for_one_signature() {
    let bytes = both_signed();
    assert_eq!(follow(&bytes, &known(), 0, 6), Ok(()));
    assert_eq!(follow(&bytes, &[], 0, 6), Err(Error::TooFewSignatures));
    assert_eq!(
        follow(&bytes, &[p256(9).public_key()], 0, 6),
        Err(Error::TooFewSignatures)
    );
}

#[test]
fn a_signature_that_names_a_known_key_and_is_not_its_own_is_refused_even_where_others_suffice() {
    let bytes = both_signed();
    let signature = Handover::decode(&bytes).unwrap().signatures().next().unwrap().signature;
    let at = bytes
        .windows(signature.len())
        .position(|window| window == signature)
        .unwrap();
    let broken = flip(&bytes, at * 8);
    assert_eq!(follow(&broken, &known(), 1, 6), Err(Error::Signature));
    // Where the key is unknown, it is nobody's business.
    assert_eq!(follow(&broken, &known()[1..], 1, 6), Ok(()));
}

#[test]
fn next_keys_that_nobody_or_anybody_could_sign_with_are_refused() {
    // Not on the curve, and the neutral element of Ed25519.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    for bad in [PublicKey::P256([1; 64]), PublicKey::Ed25519(neutral)] {
        let payload = HandoverPayload {
            keys: Keys::new(&[next_keys()[0].public_key(), bad]).unwrap(),
            ..handover_payload()
        };
        assert_eq!(payload.check_keys(&RustCrypto), Err(Error::KeyNotValid));
        let refused = |result| matches!(result, Err(IssueError::Handover(Error::KeyNotValid)));
        assert!(refused(sign(&payload, &[&p256(1)])));
        // Others may have signed it all the same.
        let bytes = cose::sign(&payload.encode(), Some(CONTENT_TYPE), &[&p256(1)]).unwrap();
        assert_eq!(follow(&bytes, &known(), 1, 6), Err(Error::KeyNotValid));
        assert!(refused(add_signature(&bytes, &ed25519(2))));
    }
}

#[test]
fn a_key_of_a_kind_that_version_1_has_not_neither_signs_nor_follows() {
    let key = SigningKey::from_bytes_p384(&[3; 48]).unwrap();
    let unsupported = |error: IssueError| matches!(error, IssueError::Sign(SignError::Malformed(error)) if error.kind == ErrorKind::UnsupportedAlgorithm);
    assert!(unsupported(sign(&handover_payload(), &[&key]).unwrap_err()));
    assert!(unsupported(add_signature(&both_signed(), &key).unwrap_err()));
    let bytes = cose::sign(&handover_payload().encode(), Some(CONTENT_TYPE), &[&ed25519(2), &key]).unwrap();
    let error = Handover::decode(&bytes).unwrap_err();
    assert!(matches!(error, Error::Message(error) if error.kind == ErrorKind::UnsupportedAlgorithm));

    let unsupported = |error: Error| matches!(error, Error::Key(error) if error.kind == ErrorKind::UnsupportedKey);
    assert!(unsupported(Keys::new(&[key.public_key()]).unwrap_err()));
    assert!(unsupported(refusal(&odd_payload(1, 1, 1, &[&cose_key(&key)]))));
}

#[test]
fn authors_sign_one_after_the_other_here_or_elsewhere() {
    let together = both_signed();
    let first = sign(&handover_payload(), &[&p256(1)]).unwrap();
    assert_eq!(add_signature(&first, &ed25519(2)).unwrap(), together);

    let (one, other) = (p256(1), ed25519(2));
    let elsewhere = |prepared: cose::Prepared, key: &SigningKey| {
        let signature = key.sign(prepared.to_be_signed()).unwrap();
        prepared.finish(&signature).unwrap()
    };
    let prepared = prepare(&handover_payload(), one.algorithm(), &one.public_key()).unwrap();
    let first = elsewhere(prepared, &one);
    let prepared = prepare_signature(&first, other.algorithm(), &other.public_key()).unwrap();
    assert_eq!(elsewhere(prepared, &other), together);

    assert!(matches!(
        prepare(&handover_payload(), Algorithm::Ed25519, &one.public_key()),
        Err(IssueError::Sign(SignError::AlgorithmMismatch))
    ));
    assert!(matches!(
        prepare_signature(&together, one.algorithm(), &one.public_key()),
        Err(IssueError::Sign(SignError::AlreadySigned))
    ));
}

#[test]
fn the_payload_is_encoded_as_the_format_lays_it_down() {
    let PublicKey::P256(point) = next_keys()[0].public_key() else {
        unreachable!()
    };
    let PublicKey::Ed25519(x) = next_keys()[1].public_key() else {
        unreachable!()
    };
    let expected = [
        &[0xa5, 0x01, 0x01, 0x02, 0x50][..],
        &VENDOR,
        &[0x03, 0x07, 0x04, 0x02, 0x05, 0x82],
        &[0x58, 0x4b, 0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, 0x20],
        &point[..32],
        &[0x22, 0x58, 0x20],
        &point[32..],
        &[0x58, 0x28, 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20],
        &x,
    ]
    .concat();
    assert_eq!(handover_payload().encode(), expected);
}

#[test]
fn the_message_and_what_is_signed_are_as_the_format_lays_them_down() {
    let key = ed25519(2);
    let bytes = sign(&handover_payload(), &[&key]).unwrap();
    let encoded = handover_payload().encode();
    let length = [0x58, u8::try_from(encoded.len()).unwrap()];
    let body = body_header();
    let signer = [
        &[0xa2, 0x01, 0x32, 0x04, 0x58, 0x20][..],
        &key.public_key().thumbprint(&RustCrypto),
    ]
    .concat();
    let start = [
        &[0xd8, 0x62, 0x84, 0x58, 0x26],
        &body[..],
        &[0xa0],
        &length,
        &encoded,
        &[0x81, 0x83, 0x58, 0x26],
        &signer,
        &[0xa0, 0x58, 0x40],
    ]
    .concat();
    let signature = bytes.strip_prefix(&start[..]).unwrap();

    let to_be_signed = [
        &[0x85, 0x69],
        &b"Signature"[..],
        &[0x58, 0x26],
        &body,
        &[0x58, 0x26],
        &signer,
        &[0x40],
        &length,
        &encoded,
    ];
    let PublicKey::Ed25519(public) = key.public_key() else {
        unreachable!()
    };
    assert!(RustCrypto.verify_ed25519(&public, &to_be_signed, signature.try_into().unwrap()));
}

#[test]
fn a_signature_of_another_key_is_refused() {
    for key in all_algorithms() {
        let bytes = sign(&handover_payload(), &[&key]).unwrap();
        let handover = Handover::decode(&bytes).unwrap();
        let signature = handover.signatures().next().unwrap();
        for other in [p256(9), ed25519(9)] {
            let refused = handover.verify(&RustCrypto, &signature, &other.public_key());
            assert_eq!(refused, Err(Error::Signature));
        }
    }
}

#[test]
fn a_signature_over_another_payload_is_refused() {
    let key = p256(1);
    let bytes = sign(&handover_payload(), &[&key]).unwrap();
    let later = HandoverPayload {
        number: 8,
        ..handover_payload()
    };
    let later = sign(&later, &[&key]).unwrap();
    let (handover, later) = (Handover::decode(&bytes).unwrap(), Handover::decode(&later).unwrap());
    let signature = later.signatures().next().unwrap();
    let refused = handover.verify(&RustCrypto, &signature, &key.public_key());
    assert_eq!(refused, Err(Error::Signature));
}

#[test]
fn a_signature_that_names_another_key_is_refused_though_it_is_valid() {
    // A signer with a wrong idea of its own key.
    struct Misnamed;
    impl Signer for Misnamed {
        fn algorithm(&self) -> Algorithm {
            ed25519(2).algorithm()
        }
        fn public_key(&self) -> PublicKey {
            ed25519(3).public_key()
        }
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
            ed25519(2).sign(message)
        }
    }
    let bytes = sign(&handover_payload(), &[&Misnamed]).unwrap();
    let handover = Handover::decode(&bytes).unwrap();
    let signature = handover.signatures().next().unwrap();
    for key in [ed25519(2), ed25519(3)] {
        let refused = handover.verify(&RustCrypto, &signature, &key.public_key());
        assert_eq!(refused, Err(Error::Signature));
    }
}

#[test]
fn a_message_of_another_content_type_is_no_handover() {
    for content_type in [
        None,
        Some("application/suit-intent+cbor"),
        Some("application/suit-key-handover+cbor2"),
    ] {
        let bytes = signed(&handover_payload().encode(), content_type);
        assert_eq!(Handover::decode(&bytes).unwrap_err(), Error::Header);
    }
}

#[test]
fn a_cose_sign1_is_no_handover() {
    let payload = handover_payload().encode();
    let sign1 = cose::sign1(&payload, Some(CONTENT_TYPE), Some(&[0; 32]), false, &ed25519(2)).unwrap();
    let error = Handover::decode(&sign1).unwrap_err();
    assert!(matches!(error, Error::Message(error) if error.kind == ErrorKind::WrongTag));
}

/// A handover with these protected headers for body and signers. The signatures are no good, which decoding does not see.
fn message(body: &[u8], signers: &[&[u8]], unprotected: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.tag(98)
        .array(4)
        .bytes(body)
        .raw(unprotected)
        .bytes(&handover_payload().encode())
        .array(signers.len());
    for signer in signers {
        w.array(3).bytes(signer).map(0).bytes(&[0; 64]);
    }
    w.finish()
}

fn body_header() -> Vec<u8> {
    [&[0xa1, 0x03, 0x78, 0x22], CONTENT_TYPE.as_bytes()].concat()
}

fn signer_header(kid: u8) -> Vec<u8> {
    [&[0xa2, 0x01, 0x32, 0x04, 0x58, 0x20][..], &[kid; 32]].concat()
}

#[test]
fn a_key_that_signs_twice_is_refused() {
    let (one, two) = (signer_header(1), signer_header(2));
    assert!(Handover::decode(&message(&body_header(), &[&one, &two], &[0xa0])).is_ok());
    let twice = message(&body_header(), &[&one, &two, &one], &[0xa0]);
    assert_eq!(Handover::decode(&twice).unwrap_err(), Error::SignerTwice);
    let already = |result| matches!(result, Err(IssueError::Sign(SignError::AlreadySigned)));
    assert!(already(sign(&handover_payload(), &[&p256(1), &p256(1)])));
    assert!(already(add_signature(&both_signed(), &p256(1))));
}

#[test]
fn a_signature_that_names_no_key_is_refused() {
    let unnamed: &[u8] = &[0xa1, 0x01, 0x32];
    let short: &[u8] = &[0xa2, 0x01, 0x32, 0x04, 0x41, 0x00];
    for header in [unnamed, short] {
        let bytes = message(&body_header(), &[header], &[0xa0]);
        assert_eq!(Handover::decode(&bytes).unwrap_err(), Error::Header);
    }
}

#[test]
fn headers_that_the_format_does_not_have_are_refused() {
    let named = signer_header(1);
    let unprotected = message(&body_header(), &[&named], &[0xa1, 0x04, 0x41, 0x00]);
    assert!(matches!(Handover::decode(&unprotected), Err(Error::Message(_))));
    let more = [&[0xa2, 0x03, 0x78, 0x22], CONTENT_TYPE.as_bytes(), &[0x04, 0x41, 0x00]].concat();
    let more = message(&more, &[&named], &[0xa0]);
    assert!(matches!(Handover::decode(&more), Err(Error::Message(_))));
}

#[test]
fn no_signature_and_nine_signatures_are_refused() {
    let headers: Vec<_> = (0..9).map(signer_header).collect();
    let headers: Vec<&[u8]> = headers.iter().map(|header| &header[..]).collect();
    let decoded = |count: usize| Handover::decode(&message(&body_header(), &headers[..count], &[0xa0])).map(drop);
    assert!(matches!(decoded(0), Err(Error::Message(_))));
    assert_eq!(decoded(8), Ok(()));
    assert!(matches!(decoded(9), Err(Error::Message(error)) if error.kind == ErrorKind::TooMany));
    let no_signer = sign(&handover_payload(), &[]);
    assert!(matches!(no_signer, Err(IssueError::Sign(SignError::NoSigner))));
}

#[test]
fn a_detached_payload_is_refused() {
    let mut w = Writer::new();
    w.tag(98).array(4).bytes(&body_header()).map(0).null().array(1);
    w.array(3).bytes(&signer_header(1)).map(0).bytes(&[0; 64]);
    assert_eq!(Handover::decode(&w.finish()).unwrap_err(), Error::Header);
}

#[test]
fn a_message_that_is_too_long_is_refused_before_it_is_read() {
    assert_eq!(Handover::decode(&[0; MAX_HANDOVER + 1]).unwrap_err(), Error::TooLong);
    assert!(matches!(Handover::decode(&[0; MAX_HANDOVER]), Err(Error::Message(_))));
}

#[test]
fn another_version_is_refused_by_name() {
    let key = cose_key(&p256(3));
    assert_eq!(refusal(&odd_payload(2, 1, 1, &[&key])), Error::UnsupportedVersion);
    // Whatever else it holds.
    let mut w = Writer::new();
    w.map(2).int(1).uint(2).int(99).text("something new");
    assert_eq!(refusal(&w.finish()), Error::UnsupportedVersion);
}

#[test]
fn a_handover_without_a_number_or_with_a_threshold_that_cannot_be_met_is_refused() {
    let (one, other) = (cose_key(&p256(3)), cose_key(&ed25519(4)));
    let keys: [&[u8]; 2] = [&one, &other];
    assert_eq!(refusal(&odd_payload(1, 0, 1, &keys)), Error::Number);
    for threshold in [0, 3, 256, 257, u64::MAX] {
        assert_eq!(
            refusal(&odd_payload(1, 1, threshold, &keys)),
            Error::Threshold,
            "{threshold}"
        );
    }
    let odd = [
        (
            HandoverPayload {
                number: 0,
                ..handover_payload()
            },
            Error::Number,
        ),
        (
            HandoverPayload {
                threshold: 0,
                ..handover_payload()
            },
            Error::Threshold,
        ),
        (
            HandoverPayload {
                threshold: 3,
                ..handover_payload()
            },
            Error::Threshold,
        ),
    ];
    for (payload, expected) in odd {
        let refused = sign(&payload, &[&p256(1)]).unwrap_err();
        assert!(matches!(refused, IssueError::Handover(error) if error == expected));
        let refused = prepare(&payload, Algorithm::Ed25519, &ed25519(2).public_key()).unwrap_err();
        assert!(matches!(refused, IssueError::Handover(error) if error == expected));
    }
}

#[test]
fn one_to_eight_next_keys_are_named_and_each_once() {
    let keys: Vec<_> = (1..=9).map(|seed| ed25519(seed).public_key()).collect();
    let encoded: Vec<_> = keys.iter().map(PublicKey::to_cose_key).collect();
    let encoded: Vec<&[u8]> = encoded.iter().map(Vec::as_slice).collect();
    let taken = |keys: &[&[u8]]| {
        let bytes = signed(&odd_payload(1, 1, 1, keys), Some(CONTENT_TYPE));
        Handover::decode(&bytes).map(|handover| handover.payload.keys.len())
    };
    assert_eq!(taken(&encoded[..MAX_KEYS]), Ok(MAX_KEYS));
    assert_eq!(taken(&encoded), Err(Error::KeyCount));
    assert_eq!(taken(&[]), Err(Error::KeyCount));
    assert_eq!(taken(&[encoded[0], encoded[1], encoded[0]]), Err(Error::KeyTwice));

    assert_eq!(Keys::new(&keys), Err(Error::KeyCount));
    assert_eq!(Keys::new(&[]), Err(Error::KeyCount));
    assert_eq!(Keys::new(&[keys[0], keys[0]]), Err(Error::KeyTwice));
    assert_eq!(Keys::new(&keys[..8]).unwrap().as_slice(), &keys[..8]);
}

#[test]
fn a_next_key_is_public_and_has_one_encoding() {
    let kind = |key: &[u8]| match refusal(&odd_payload(1, 1, 1, &[key])) {
        Error::Key(error) => error.kind,
        other => panic!("{other:?}"),
    };
    for key in [p256(3), ed25519(4)] {
        assert_eq!(kind(&key.to_cose_key()), ErrorKind::PrivateKey);
        // With its algorithm, which the thumbprint does not cover.
        let plain = cose_key(&key);
        let alg: &[u8] = if plain.len() == 40 {
            &[0x03, 0x32]
        } else {
            &[0x03, 0x28]
        };
        let restricted = [&[plain[0] + 1], &plain[1..3], alg, &plain[3..]].concat();
        assert_eq!(PublicKey::from_cose_key(&restricted), Ok(key.public_key()));
        assert_eq!(kind(&restricted), ErrorKind::UnknownMember);
        assert_eq!(kind(&[&plain[..], &[0x00]].concat()), ErrorKind::TrailingBytes);
        assert_eq!(kind(&plain[..plain.len() - 1]), ErrorKind::UnexpectedEnd);
    }
    assert_eq!(kind(&[]), ErrorKind::UnexpectedEnd);
}

#[test]
fn encodings_that_are_not_deterministic_are_refused() {
    let good = handover_payload().encode();
    for (what, odd) in odd_encodings(&good) {
        let refused = refusal(&odd);
        // Two of them show another version first.
        let expected = matches!(refused, Error::Payload(_) | Error::UnsupportedVersion);
        assert!(expected, "{what}: {refused:?}");
    }
    // The vendor before the version.
    let swapped = [&good[..1], &good[3..21], &good[1..3], &good[21..]].concat();
    assert!(matches!(refusal(&swapped), Error::Payload(error) if error.kind == ErrorKind::MissingMember));
}

#[test]
fn nobody_adds_a_signature_to_something_else_by_mistake() {
    let other = signed(&handover_payload().encode(), Some("application/something-else"));
    let refused = |result| matches!(result, Err(IssueError::Handover(_)));
    assert!(refused(add_signature(&other, &p256(1))));
    assert!(refused(add_signature(b"", &p256(1))));
    let key = p256(1);
    let prepared = prepare_signature(&other, key.algorithm(), &key.public_key());
    assert!(matches!(prepared, Err(IssueError::Handover(Error::Header))));
}

#[test]
fn every_refusal_says_what_is_wrong() {
    let errors = [
        Error::TooLong,
        Error::Message(ErrorKind::WrongTag.at(3)),
        Error::Header,
        Error::Payload(ErrorKind::NotShortest.at(4)),
        Error::UnsupportedVersion,
        Error::Number,
        Error::Threshold,
        Error::KeyCount,
        Error::Key(ErrorKind::PrivateKey.at(5)),
        Error::KeyTwice,
        Error::KeyNotValid,
        Error::SignerTwice,
        Error::Signature,
        Error::OtherVendor,
        Error::AlreadyFollowed,
        Error::EarlierMissing,
        Error::TooFewSignatures,
    ];
    let messages: std::collections::BTreeSet<_> = errors.iter().map(|error| error.to_string()).collect();
    assert_eq!(messages.len(), errors.len());
    for error in errors {
        assert_eq!(IssueError::Handover(error).to_string(), error.to_string());
    }
}
