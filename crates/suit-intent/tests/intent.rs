//! Intents as they should be, and every way in which they are refused.

mod common;

use common::*;
use suit_intent::{add_signature, sign, Error, Intent, IntentPayload, Root, Roots, CONTENT_TYPE, MAX_INTENT};
use suit_manifest::{
    cbor::Writer,
    cose::{self, SignError, Signer},
    crypto::{Crypto, RustCrypto},
    error::ErrorKind,
};

/// Signs bytes that need not be a payload, under a content type that need not be an intent's.
fn signed(payload: &[u8], content_type: Option<&str>) -> Vec<u8> {
    cose::sign(payload, content_type, &[&ed25519(2)]).unwrap()
}

fn refusal(payload: &[u8]) -> Error {
    Intent::decode(&signed(payload, Some(CONTENT_TYPE))).unwrap_err()
}

#[test]
fn what_was_signed_is_read_back_with_every_algorithm() {
    for key in all_algorithms() {
        let bytes = sign(&payload(), &[&key]).unwrap();
        let intent = Intent::decode(&bytes).unwrap();
        assert_eq!(intent.payload, payload());
        let (kid, signature) = intent.signers().next().unwrap();
        assert_eq!(kid, key.public_key().thumbprint(&RustCrypto));
        assert_eq!(intent.verify(&RustCrypto, &signature, &key.public_key()), Ok(()));
    }
}

#[test]
fn a_key_of_a_kind_that_the_chain_does_not_keep_signs_no_intent() {
    let key = cose::SigningKey::from_bytes_p384(&[3; 48]).unwrap();
    let unsupported = |error: SignError| matches!(error, SignError::Malformed(error) if error.kind == ErrorKind::UnsupportedAlgorithm);
    assert!(unsupported(sign(&payload(), &[&key]).unwrap_err()));
    let good = sign(&payload(), &[&ed25519(2)]).unwrap();
    assert!(unsupported(add_signature(&good, &key).unwrap_err()));
    // Nor is one taken that others made.
    let bytes = cose::sign(&payload().encode(), Some(CONTENT_TYPE), &[&ed25519(2), &key]).unwrap();
    let error = Intent::decode(&bytes).unwrap_err();
    assert!(matches!(error, Error::Message(error) if error.kind == ErrorKind::UnsupportedAlgorithm));
}

#[test]
fn eight_authors_and_eight_roots_fit() {
    let keys: Vec<_> = (1..=8)
        .map(|seed| if seed % 2 == 0 { p256(seed) } else { ed25519(seed) })
        .collect();
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| key as &dyn Signer).collect();
    let bytes = sign(&largest_payload(), &signers).unwrap();
    assert!(bytes.len() <= MAX_INTENT, "{} bytes", bytes.len());
    let intent = Intent::decode(&bytes).unwrap();
    assert_eq!(intent.payload, largest_payload());
    assert_eq!(intent.signatures().count(), 8);
    for (signature, key) in intent.signatures().zip(&keys) {
        assert_eq!(intent.verify(&RustCrypto, &signature, &key.public_key()), Ok(()));
    }
}

#[test]
fn an_intent_without_roots_is_read() {
    let payload = IntentPayload {
        roots: Roots::EMPTY,
        ..payload()
    };
    let bytes = sign(&payload, &[&p256(1)]).unwrap();
    assert_eq!(Intent::decode(&bytes).unwrap().payload, payload);
}

#[test]
fn authors_sign_one_after_the_other() {
    let together = sign(&payload(), &[&p256(1), &ed25519(2)]).unwrap();
    let first = sign(&payload(), &[&p256(1)]).unwrap();
    assert_eq!(add_signature(&first, &ed25519(2)).unwrap(), together);
}

#[test]
fn the_payload_is_encoded_as_the_format_lays_it_down() {
    let mut expected = vec![0xa6, 0x01, 0x01, 0x02, 0x58, 0x20];
    expected.extend([0xaa; 32]);
    expected.extend([0x03, 0x01, 0x04, 0x58, 0x20]);
    expected.extend([0xbb; 32]);
    expected.extend([0x05, 0x82]);
    expected.extend([0x83, 0x00, 0x58, 0x24, 0x01, 0x70, 0x12, 0x20]);
    expected.extend([0xcc; 32]);
    expected.extend([0x1a, 0x00, 0x10, 0x00, 0x00]);
    expected.extend([0x83, 0x01, 0x58, 0x24, 0x01, 0x55, 0x12, 0x20]);
    expected.extend([0xdd; 32]);
    expected.extend([0x07, 0x06, 0x19, 0x02, 0x58]);
    assert_eq!(payload().encode(), expected);
}

#[test]
fn the_message_and_what_is_signed_are_as_the_format_lays_them_down() {
    let key = ed25519(2);
    let bytes = sign(&payload(), &[&key]).unwrap();
    let encoded = payload().encode();
    let length = [0x58, u8::try_from(encoded.len()).unwrap()];

    let body = [&[0xa1, 0x03, 0x78, 0x1c], CONTENT_TYPE.as_bytes()].concat();
    let signer = [
        &[0xa2, 0x01, 0x32, 0x04, 0x58, 0x20][..],
        &key.public_key().thumbprint(&RustCrypto),
    ]
    .concat();
    let start = [
        &[0xd8, 0x62, 0x84, 0x58, 0x20],
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
        &[0x58, 0x20],
        &body,
        &[0x58, 0x26],
        &signer,
        &[0x40],
        &length,
        &encoded,
    ];
    let cose::PublicKey::Ed25519(public) = key.public_key() else {
        unreachable!()
    };
    assert!(RustCrypto.verify_ed25519(&public, &to_be_signed, signature.try_into().unwrap()));
}

#[test]
fn decoding_exposes_what_the_chain_compares() {
    // For another chain or envelope, or past its last block: the form is right, and the chain sees it.
    let other = IntentPayload {
        genesis: [1; 32],
        envelope_digest: [2; 32],
        last_block: 0,
        roots: payload().roots,
    };
    let bytes = sign(&other, &[&p256(1)]).unwrap();
    let read = Intent::decode(&bytes).unwrap().payload;
    assert_eq!(
        (read.genesis, read.envelope_digest, read.last_block),
        ([1; 32], [2; 32], 0)
    );
    assert_eq!(
        read.roots[0],
        Root {
            component_index: 0,
            root: cid(0x70, 0xcc),
            stored_size: 1_048_576
        }
    );
    assert_eq!(read.roots.len(), 2);
}

#[test]
fn a_signature_of_another_key_is_refused() {
    for key in all_algorithms() {
        let bytes = sign(&payload(), &[&key]).unwrap();
        let intent = Intent::decode(&bytes).unwrap();
        let signature = intent.signatures().next().unwrap();
        for other in [p256(9), ed25519(9)] {
            assert_eq!(
                intent.verify(&RustCrypto, &signature, &other.public_key()),
                Err(Error::Signature)
            );
        }
    }
}

#[test]
fn a_signature_over_another_payload_is_refused() {
    let key = p256(1);
    let bytes = sign(&payload(), &[&key]).unwrap();
    let later = sign(
        &IntentPayload {
            last_block: 601,
            ..payload()
        },
        &[&key],
    )
    .unwrap();
    let (intent, later) = (Intent::decode(&bytes).unwrap(), Intent::decode(&later).unwrap());
    let signature = later.signatures().next().unwrap();
    assert_eq!(
        intent.verify(&RustCrypto, &signature, &key.public_key()),
        Err(Error::Signature)
    );
}

#[test]
fn a_signature_that_names_another_key_is_refused_though_it_is_valid() {
    // Two messages by hand would be needed to misname a key; a signer with a wrong idea of its own key does it as well.
    struct Misnamed;
    impl Signer for Misnamed {
        fn algorithm(&self) -> cose::Algorithm {
            ed25519(2).algorithm()
        }
        fn public_key(&self) -> cose::PublicKey {
            ed25519(3).public_key()
        }
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
            ed25519(2).sign(message)
        }
    }
    let bytes = sign(&payload(), &[&Misnamed]).unwrap();
    let intent = Intent::decode(&bytes).unwrap();
    let signature = intent.signatures().next().unwrap();
    for key in [ed25519(2), ed25519(3)] {
        assert_eq!(
            intent.verify(&RustCrypto, &signature, &key.public_key()),
            Err(Error::Signature)
        );
    }
}

#[test]
fn a_message_of_another_content_type_is_no_intent() {
    for content_type in [
        None,
        Some("application/suit-credential+cwt"),
        Some("application/suit-intent+cbor2"),
    ] {
        assert_eq!(
            Intent::decode(&signed(&payload().encode(), content_type)).unwrap_err(),
            Error::Header
        );
    }
}

#[test]
fn a_cose_sign1_is_no_intent() {
    let sign1 = cose::sign1(
        &payload().encode(),
        Some(CONTENT_TYPE),
        Some(&[0; 32]),
        false,
        &ed25519(2),
    )
    .unwrap();
    assert!(matches!(Intent::decode(&sign1), Err(Error::Message(error)) if error.kind == ErrorKind::WrongTag));
}

/// An intent with these protected headers for body and signer. The signatures are no good, which decoding does not see.
fn message(body: &[u8], signers: &[&[u8]], unprotected: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.tag(98)
        .array(4)
        .bytes(body)
        .raw(unprotected)
        .bytes(&payload().encode())
        .array(signers.len());
    for signer in signers {
        w.array(3).bytes(signer).map(0).bytes(&[0; 64]);
    }
    w.finish()
}

fn body_header() -> Vec<u8> {
    [&[0xa1, 0x03, 0x78, 0x1c], CONTENT_TYPE.as_bytes()].concat()
}

fn signer_header(kid: u8) -> Vec<u8> {
    [&[0xa2, 0x01, 0x32, 0x04, 0x58, 0x20][..], &[kid; 32]].concat()
}

#[test]
fn a_key_that_signs_twice_is_refused() {
    let (one, two) = (signer_header(1), signer_header(2));
    assert!(Intent::decode(&message(&body_header(), &[&one, &two], &[0xa0])).is_ok());
    assert_eq!(
        Intent::decode(&message(&body_header(), &[&one, &two, &one], &[0xa0])).unwrap_err(),
        Error::SignerTwice
    );
    assert_eq!(
        sign(&payload(), &[&p256(1), &p256(1)]).unwrap_err(),
        SignError::AlreadySigned
    );
    let intent = sign(&payload(), &[&p256(1)]).unwrap();
    assert_eq!(add_signature(&intent, &p256(1)).unwrap_err(), SignError::AlreadySigned);
}

#[test]
fn a_signature_that_names_no_key_is_refused() {
    let unnamed: &[u8] = &[0xa1, 0x01, 0x32];
    let short: &[u8] = &[0xa2, 0x01, 0x32, 0x04, 0x41, 0x00];
    for header in [unnamed, short] {
        assert_eq!(
            Intent::decode(&message(&body_header(), &[header], &[0xa0])).unwrap_err(),
            Error::Header
        );
    }
}

#[test]
fn headers_that_the_format_does_not_have_are_refused() {
    let named = signer_header(1);
    let unprotected = message(&body_header(), &[&named], &[0xa1, 0x04, 0x41, 0x00]);
    assert!(matches!(Intent::decode(&unprotected), Err(Error::Message(_))));
    let more = [&[0xa2, 0x03, 0x78, 0x1c], CONTENT_TYPE.as_bytes(), &[0x04, 0x41, 0x00]].concat();
    assert!(matches!(
        Intent::decode(&message(&more, &[&named], &[0xa0])),
        Err(Error::Message(_))
    ));
}

#[test]
fn no_signature_and_nine_signatures_are_refused() {
    let headers: Vec<_> = (0..9).map(signer_header).collect();
    let headers: Vec<&[u8]> = headers.iter().map(|header| &header[..]).collect();
    assert!(matches!(
        Intent::decode(&message(&body_header(), &[], &[0xa0])),
        Err(Error::Message(_))
    ));
    assert!(Intent::decode(&message(&body_header(), &headers[..8], &[0xa0])).is_ok());
    assert!(matches!(
        Intent::decode(&message(&body_header(), &headers, &[0xa0])),
        Err(Error::Message(error)) if error.kind == ErrorKind::TooMany
    ));
    assert_eq!(sign(&payload(), &[]).unwrap_err(), SignError::NoSigner);
}

#[test]
fn a_detached_payload_is_refused() {
    let mut w = Writer::new();
    w.tag(98).array(4).bytes(&body_header()).map(0).null().array(1);
    w.array(3).bytes(&signer_header(1)).map(0).bytes(&[0; 64]);
    assert_eq!(Intent::decode(&w.finish()).unwrap_err(), Error::Header);
}

#[test]
fn a_message_that_is_too_long_is_refused_before_it_is_read() {
    assert_eq!(Intent::decode(&[0; MAX_INTENT + 1]).unwrap_err(), Error::TooLong);
    assert!(matches!(Intent::decode(&[0; MAX_INTENT]), Err(Error::Message(_))));
}

/// A payload whose members may be wrong.
fn odd_payload(version: u64, call: u64, roots: &[([u8; 36], u64)]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(6)
        .int(1)
        .uint(version)
        .int(2)
        .bytes(&[0; 32])
        .int(3)
        .uint(call)
        .int(4)
        .bytes(&[0; 32]);
    w.int(5).array(roots.len());
    for (root, index) in roots {
        w.array(3).uint(*index).bytes(root).uint(1);
    }
    w.int(6).uint(600);
    w.finish()
}

#[test]
fn another_version_is_refused_by_name() {
    assert_eq!(refusal(&odd_payload(2, 1, &[])), Error::UnsupportedVersion);
    // Whatever else it holds.
    let mut w = Writer::new();
    w.map(2).int(1).uint(2).int(99).text("something new");
    assert_eq!(refusal(&w.finish()), Error::UnsupportedVersion);
}

#[test]
fn another_call_is_refused_by_name() {
    assert_eq!(refusal(&odd_payload(1, 2, &[])), Error::UnsupportedCall);
}

#[test]
fn roots_that_are_no_cid_of_the_known_form_are_refused() {
    let cid = cid(0x70, 1);
    assert!(Intent::decode(&signed(&odd_payload(1, 1, &[(cid, 0)]), Some(CONTENT_TYPE))).is_ok());
    for (at, byte) in [(0, 0x00), (1, 0x71), (2, 0x13), (3, 0x1f)] {
        let mut bad = cid;
        bad[at] = byte;
        assert_eq!(refusal(&odd_payload(1, 1, &[(bad, 0)])), Error::BadCid);
        assert_eq!(
            Roots::new(&[Root {
                component_index: 0,
                root: bad,
                stored_size: 1
            }]),
            Err(Error::BadCid)
        );
    }
}

#[test]
fn nine_roots_are_refused() {
    let root = Root {
        component_index: 0,
        root: cid(0x70, 1),
        stored_size: 1,
    };
    assert_eq!(refusal(&odd_payload(1, 1, &[(root.root, 0); 9])), Error::TooManyRoots);
    assert_eq!(Roots::new(&[root; 9]), Err(Error::TooManyRoots));
}

#[test]
fn a_component_index_beyond_32_bits_is_refused() {
    let payload = odd_payload(1, 1, &[(cid(0x70, 1), 1 << 32)]);
    assert!(matches!(refusal(&payload), Error::Payload(error) if error.kind == ErrorKind::ComponentIndex));
}

#[test]
fn encodings_that_are_not_deterministic_are_refused() {
    let good = payload().encode();
    let kind = |bytes: &[u8]| match refusal(bytes) {
        Error::Payload(error) => error.kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(kind(&[&[0xb8, 0x06], &good[1..]].concat()), ErrorKind::NotShortest);
    assert_eq!(
        kind(&[&[0xa6, 0x01, 0x18, 0x01], &good[3..]].concat()),
        ErrorKind::NotShortest
    );
    assert_eq!(kind(&[&[0xbf], &good[1..], &[0xff]].concat()), ErrorKind::Indefinite);
    assert_eq!(kind(&[&good[..], &[0x00]].concat()), ErrorKind::TrailingBytes);
    // The genesis hash before the version.
    let swapped = [&good[..1], &good[3..38], &good[1..3], &good[38..]].concat();
    assert_eq!(kind(&swapped), ErrorKind::MissingMember);
    // One more member, and one less.
    assert_eq!(
        kind(&[&[0xa7], &good[1..], &[0x07, 0x00]].concat()),
        ErrorKind::UnknownMember
    );
    assert_eq!(
        kind(&[&[0xa5], &good[1..good.len() - 4]].concat()),
        ErrorKind::MissingMember
    );
    // The version given twice.
    assert_eq!(
        kind(&[&[0xa7, 0x01, 0x01, 0x01, 0x01], &good[3..]].concat()),
        ErrorKind::DuplicateKey
    );
}

#[test]
fn nobody_adds_a_signature_to_something_else_by_mistake() {
    let other = signed(&payload().encode(), Some("application/something-else"));
    assert!(matches!(add_signature(&other, &p256(1)), Err(SignError::Malformed(_))));
    assert!(matches!(add_signature(b"", &p256(1)), Err(SignError::Malformed(_))));
}

#[test]
fn every_refusal_says_what_is_wrong() {
    let errors = [
        Error::TooLong,
        Error::Message(ErrorKind::WrongTag.at(3)),
        Error::Header,
        Error::Payload(ErrorKind::NotShortest.at(4)),
        Error::UnsupportedVersion,
        Error::UnsupportedCall,
        Error::TooManyRoots,
        Error::BadCid,
        Error::SignerTwice,
        Error::Signature,
    ];
    let messages: std::collections::BTreeSet<_> = errors.iter().map(|error| error.to_string()).collect();
    assert_eq!(messages.len(), errors.len());
}
