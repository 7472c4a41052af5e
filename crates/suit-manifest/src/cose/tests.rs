use super::*;
use crate::{cbor::Writer, crypto::RustCrypto};
use std::{format, vec::Vec};

fn p256() -> SigningKey {
    SigningKey::from_bytes_p256(&[7; 32]).unwrap()
}

fn ed25519() -> SigningKey {
    SigningKey::from_bytes_ed25519(&[7; 32])
}

fn p384() -> SigningKey {
    SigningKey::from_bytes_p384(&[7; 48]).unwrap()
}

fn keys() -> [SigningKey; 6] {
    [
        p256(),
        p256().with_algorithm(Algorithm::Es256).unwrap(),
        p384(),
        p384().with_algorithm(Algorithm::Es384).unwrap(),
        ed25519(),
        ed25519().with_algorithm(Algorithm::EdDsa).unwrap(),
    ]
}

fn kind<T>(result: Result<T, Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind)
}

#[test]
fn the_thumbprint_is_that_of_rfc_9679() {
    // RFC 9679 §6.
    let x = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
    let y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
    let key = PublicKey::P256(hex::decode(format!("{x}{y}")).unwrap().try_into().unwrap());
    let expected = "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec";
    assert_eq!(hex::encode(key.thumbprint(&RustCrypto)), expected);
}

#[test]
fn a_thumbprint_is_the_hash_of_the_key_without_optional_members() {
    for key in keys() {
        let key = key.public_key();
        assert_eq!(key.thumbprint(&RustCrypto), RustCrypto.sha256(&[&key.to_cose_key()]));
    }
}

#[test]
fn public_keys_come_back_as_written() {
    for key in keys() {
        let key = key.public_key();
        assert_eq!(PublicKey::from_cose_key(&key.to_cose_key()), Ok(key));
        assert!(key.is_valid(&RustCrypto));
    }
}

#[test]
fn private_keys_come_back_as_written_with_their_algorithm() {
    for key in keys() {
        let again = SigningKey::from_cose_key(&key.to_cose_key()).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(again.algorithm(), key.algorithm());
        assert_eq!(again.sign(b"m"), key.sign(b"m"));
    }
}

#[test]
fn a_private_key_is_not_taken_for_a_public_one() {
    for key in keys() {
        assert_eq!(
            kind(PublicKey::from_cose_key(&key.to_cose_key())),
            Some(ErrorKind::PrivateKey)
        );
    }
}

#[test]
fn a_private_key_whose_public_part_is_anothers_is_refused() {
    let mine = p256().to_cose_key();
    let PublicKey::P256(other) = SigningKey::from_bytes_p256(&[9; 32]).unwrap().public_key() else {
        panic!()
    };
    let PublicKey::P256(point) = p256().public_key() else {
        panic!()
    };
    let swapped = hex::encode(mine).replace(&hex::encode(point)[..64], &hex::encode(other)[..64]);
    assert_eq!(
        kind(SigningKey::from_cose_key(&hex::decode(swapped).unwrap())),
        Some(ErrorKind::InvalidKey)
    );
}

#[test]
fn debug_shows_nothing_secret() {
    for key in keys() {
        let shown = format!("{key:?}");
        assert!(shown.contains("public_key"), "{shown}");
        assert!(!shown.contains("7, 7, 7"), "{shown}");
        assert!(!shown.contains("0707"), "{shown}");
    }
}

#[test]
fn keys_of_other_kinds_are_refused() {
    let x = "58200101010101010101010101010101010101010101010101010101010101010101";
    let x48 = format!("5830{}", "01".repeat(48));
    for (hex, expected) in [
        // EC2 on P-521, coordinates of the other curve, OKP with X25519, EC2 without y, OKP with y, algorithm of the other curve, unknown member.
        (format!("a401022003 21{x} 22{x}"), ErrorKind::UnsupportedKey),
        (format!("a401022002 21{x} 22{x}"), ErrorKind::WrongLength),
        (format!("a401022001 21{x48} 22{x48}"), ErrorKind::WrongLength),
        (format!("a401022002 21{x48} 22{x}"), ErrorKind::WrongLength),
        (format!("a501020326 2002 21{x48} 22{x48}"), ErrorKind::UnsupportedKey),
        (format!("a301012004 21{x}"), ErrorKind::UnsupportedKey),
        (format!("a301022001 21{x}"), ErrorKind::UnsupportedKey),
        (format!("a401012006 21{x} 22{x}"), ErrorKind::UnsupportedKey),
        (format!("a40101032820 06 21{x}"), ErrorKind::UnsupportedKey),
        (format!("a401010241002006 21{x}"), ErrorKind::UnknownMember),
        (format!("a2200621{x}"), ErrorKind::MissingMember),
        (format!("a32006010121{x}"), ErrorKind::KeyOrder),
        ("a301012006214100".into(), ErrorKind::WrongLength),
        (format!("a301012006 21{x} 00"), ErrorKind::TrailingBytes),
    ] {
        let bytes = hex::decode(hex.replace(' ', "")).unwrap();
        assert_eq!(kind(PublicKey::from_cose_key(&bytes)), Some(expected), "{hex}");
    }
}

#[test]
fn points_off_the_curve_and_of_low_order_are_not_valid() {
    assert!(!PublicKey::P256([1; 64]).is_valid(&RustCrypto));
    assert!(!PublicKey::P256([0; 64]).is_valid(&RustCrypto));
    let mut identity = [0; 32];
    identity[0] = 1;
    assert!(!PublicKey::Ed25519(identity).is_valid(&RustCrypto));
    assert!(!PublicKey::Ed25519([0; 32]).is_valid(&RustCrypto));
}

#[test]
fn a_low_order_key_verifies_nothing() {
    // With the identity as the key, R = identity and s = 0 satisfy the equation for every message.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert!(!RustCrypto.verify_ed25519(&identity, &[b"anything"], &signature));
}

#[test]
fn a_high_s_is_as_good_as_a_low_one() {
    let key = p256();
    let PublicKey::P256(point) = key.public_key() else {
        panic!()
    };
    let signature: [u8; 64] = key.sign(b"message").unwrap().try_into().unwrap();
    let parsed = ::p256::ecdsa::Signature::from_slice(&signature).unwrap();
    let (r, s) = parsed.split_scalars();
    let other = ::p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
    assert_ne!(other.to_bytes()[..], signature);
    assert!(RustCrypto.verify_p256(&point, &[b"message"], &signature));
    assert!(RustCrypto.verify_p256(&point, &[b"mess", b"age"], &other.to_bytes().into()));
}

#[test]
fn an_ed25519_signature_with_s_beyond_the_order_is_refused() {
    let key = ed25519();
    let PublicKey::Ed25519(public) = key.public_key() else {
        panic!()
    };
    let mut signature: [u8; 64] = key.sign(b"message").unwrap().try_into().unwrap();
    assert!(RustCrypto.verify_ed25519(&public, &[b"message"], &signature));
    // s + L, L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut carry = 0u16;
    for (byte, add) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert!(!RustCrypto.verify_ed25519(&public, &[b"message"], &signature));
}

#[test]
fn a_sign1_verifies_with_its_key_and_no_other() {
    for key in keys() {
        let message = sign1(b"payload", Some("text/x"), Some(b"kid"), false, &key).unwrap();
        let decoded = Sign1::decode(&message).unwrap();
        assert_eq!(decoded.algorithm, key.algorithm());
        assert_eq!(decoded.content_type, Some("text/x"));
        assert_eq!(decoded.kid, Some(&b"kid"[..]));
        assert_eq!(decoded.payload, Some(&b"payload"[..]));
        assert_eq!(decoded.verify(&RustCrypto, &key.public_key(), None), Ok(()));
        for other in [
            SigningKey::from_bytes_p256(&[8; 32]).unwrap(),
            SigningKey::from_bytes_p384(&[8; 48]).unwrap(),
            SigningKey::from_bytes_ed25519(&[8; 32]),
        ] {
            let same_kind = key.algorithm().fits(&other.public_key());
            let expected = if same_kind {
                ErrorKind::SignatureNotValid
            } else {
                ErrorKind::AlgorithmMismatch
            };
            assert_eq!(
                kind(decoded.verify(&RustCrypto, &other.public_key(), None)),
                Some(expected)
            );
        }
    }
}

#[test]
fn a_detached_payload_must_be_given_and_an_attached_one_must_not() {
    let key = p256();
    let detached = sign1(b"payload", None, None, true, &key).unwrap();
    let decoded = Sign1::decode(&detached).unwrap();
    let public = key.public_key();
    assert_eq!(decoded.payload, None);
    assert_eq!(decoded.verify(&RustCrypto, &public, Some(b"payload")), Ok(()));
    assert_eq!(
        kind(decoded.verify(&RustCrypto, &public, Some(b"other"))),
        Some(ErrorKind::SignatureNotValid)
    );
    assert_eq!(
        kind(decoded.verify(&RustCrypto, &public, None)),
        Some(ErrorKind::PayloadMissing)
    );
    let attached = sign1(b"payload", None, None, false, &key).unwrap();
    let decoded = Sign1::decode(&attached).unwrap();
    assert_eq!(
        kind(decoded.verify(&RustCrypto, &public, Some(b"payload"))),
        Some(ErrorKind::PayloadUnexpected)
    );
}

/// A COSE_Sign1 with these headers and a signature of zeros.
fn raw_sign1(protected: &str, unprotected: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    writer
        .tag(TAG_SIGN1)
        .array(4)
        .bytes(&hex::decode(protected).unwrap())
        .raw(&hex::decode(unprotected).unwrap());
    writer.bytes(b"").bytes(&[0; 64]);
    writer.finish()
}

#[test]
fn the_closed_form_refuses_every_further_header() {
    let decode = |protected, unprotected| kind(Sign1::decode(&raw_sign1(protected, unprotected)).map(|_| ()));
    assert_eq!(decode("a10126", "a0"), None);
    assert_eq!(decode("a10126", "a1044101"), Some(ErrorKind::UnknownMember));
    assert_eq!(decode("a201260500", "a0"), Some(ErrorKind::UnknownMember));
    assert_eq!(decode("a20126616100", "a0"), Some(ErrorKind::UnknownMember));
    assert_eq!(decode("a2012603182a", "a0"), Some(ErrorKind::UnknownMember));
    assert_eq!(decode("a20126028103", "a0"), Some(ErrorKind::UnsupportedCritical));
    assert_eq!(decode("", "a0"), Some(ErrorKind::MissingMember));
    assert_eq!(decode("a0", "a0"), Some(ErrorKind::BadValue));
    assert_eq!(decode("a1044101", "a0"), Some(ErrorKind::MissingMember));
    assert_eq!(decode("", "a10126"), Some(ErrorKind::UnknownMember));
    assert_eq!(decode("a1013823", "a0"), Some(ErrorKind::UnsupportedAlgorithm));
    assert_eq!(decode("a10105", "a0"), Some(ErrorKind::UnsupportedAlgorithm));
    // ES384 with a signature as long as ES256's.
    assert_eq!(decode("a1013822", "a0"), Some(ErrorKind::WrongLength));
    assert_eq!(decode("a1012600", "a0"), Some(ErrorKind::TrailingBytes));
}

#[test]
fn the_open_form_takes_further_headers_unless_critical() {
    let decode = |protected, unprotected| {
        Sign1::decode_open(&raw_sign1(protected, unprotected))
            .map(|m| m.unprotected_is_plain)
            .map_err(|e| e.kind)
    };
    assert_eq!(decode("a10126", "a0"), Ok(true));
    assert_eq!(decode("a10126", "a1044101"), Ok(true));
    assert_eq!(decode("a201260500", "a0"), Ok(true));
    assert_eq!(decode("a2012603182a", "a0"), Ok(true));
    assert_eq!(decode("a10126", "a1182100"), Ok(false));
    assert_eq!(decode("a20126044101", "a1044101"), Err(ErrorKind::DuplicateKey));
    assert_eq!(decode("a20126028103", "a0"), Err(ErrorKind::UnsupportedCritical));
    assert_eq!(decode("a10126", "a10126"), Err(ErrorKind::UnknownMember));
    let long_kid = format!("a1045841{}", "00".repeat(65));
    assert_eq!(decode("a10126", long_kid.as_str()), Err(ErrorKind::TooLong));
}

#[test]
fn a_sign1_needs_its_tag_and_nothing_after_it() {
    let message = sign1(b"payload", None, None, false, &p256()).unwrap();
    assert_eq!(kind(Sign1::decode(&message[1..])), Some(ErrorKind::WrongTag));
    let mut longer = message.clone();
    longer.push(0);
    assert_eq!(kind(Sign1::decode(&longer)), Some(ErrorKind::TrailingBytes));
    for end in 0..message.len() {
        assert!(Sign1::decode(&message[..end]).is_err(), "{end}");
    }
}

#[test]
fn every_signature_of_a_sign_verifies_with_its_own_key() {
    let [a, b, c] = [p256(), ed25519(), SigningKey::from_bytes_p256(&[9; 32]).unwrap()];
    let message = sign(b"payload", Some("application/x"), &[&a, &b]).unwrap();
    let message = add_signature(&message, &c).unwrap();
    let decoded = Sign::decode(&message).unwrap();
    assert_eq!(decoded.content_type, Some("application/x"));
    assert_eq!(decoded.payload, Some(&b"payload"[..]));
    let signatures: Vec<_> = decoded.signatures().collect();
    assert_eq!(signatures.len(), 3);
    for (index, signature) in signatures.iter().enumerate() {
        for (other, key) in [&a, &b, &c].into_iter().enumerate() {
            let valid = decoded.verify(&RustCrypto, signature, &key.public_key()).is_ok();
            assert_eq!(valid, index == other);
        }
    }
    assert_eq!(signatures[1].kid, Some(&b.public_key().thumbprint(&RustCrypto)[..]));
    assert_eq!(add_signature(&message, &b), Err(SignError::AlreadySigned));
}

#[test]
fn a_sign_with_another_content_type_does_not_verify() {
    let key = p256();
    let message = hex::encode(sign(b"payload", Some("application/a"), &[&key]).unwrap());
    let changed = hex::decode(message.replace(&hex::encode("application/a"), &hex::encode("application/b"))).unwrap();
    let decoded = Sign::decode(&changed).unwrap();
    let signature = decoded.signatures().next().unwrap();
    let result = decoded.verify(&RustCrypto, &signature, &key.public_key());
    assert_eq!(kind(result), Some(ErrorKind::SignatureNotValid));
}

#[test]
fn a_sign1_signature_does_not_serve_as_one_of_a_sign() {
    let key = p256();
    let one = sign1(b"payload", None, None, false, &key).unwrap();
    let one = Sign1::decode(&one).unwrap();
    let mut writer = Writer::new();
    writer
        .tag(TAG_SIGN)
        .array(4)
        .bytes(b"")
        .map(0)
        .bytes(b"payload")
        .array(1);
    writer.array(3).bytes(one.protected).map(0).bytes(one.signature);
    let many = writer.finish();
    let many = Sign::decode(&many).unwrap();
    let result = many.verify(&RustCrypto, &many.signatures().next().unwrap(), &key.public_key());
    assert_eq!(kind(result), Some(ErrorKind::SignatureNotValid));
}

#[test]
fn the_number_of_signers_is_bounded() {
    let keys: Vec<_> = (1u8..=9)
        .map(|seed| SigningKey::from_bytes_ed25519(&[seed; 32]))
        .collect();
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| key as &dyn Signer).collect();
    assert_eq!(sign(b"", None, &[]), Err(SignError::NoSigner));
    assert_eq!(sign(b"", None, &signers), Err(SignError::TooManySigners));
    assert_eq!(
        sign(b"", None, &[signers[0], signers[0]]),
        Err(SignError::AlreadySigned)
    );
    let eight = sign(b"", None, &signers[..8]).unwrap();
    assert_eq!(Sign::decode(&eight).unwrap().signatures().len(), 8);
    assert_eq!(add_signature(&eight, signers[8]), Err(SignError::TooManySigners));
}

#[test]
fn pem_files_of_both_curves_are_read() {
    // The public key of the official examples, and RFC 8410 §10.1.
    let p256 = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhJaBGq4LqqvSYVcYnuzaJr6qi/Eb\n\
                bz/m4rVlnIXbwK07HypLbAmBMcCjbazR14vTgdzfsJwFLbM5kdtzOLSolg==\n-----END PUBLIC KEY-----\n";
    assert!(matches!(PublicKey::from_spki_pem(p256), Ok(PublicKey::P256(point)) if point[0] == 0x84));
    let ed25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                   -----END PUBLIC KEY-----\n";
    assert!(matches!(PublicKey::from_spki_pem(ed25519), Ok(PublicKey::Ed25519(key)) if key[0] == 0x19));
    assert_eq!(
        kind(PublicKey::from_spki_pem("rubbish")),
        Some(ErrorKind::UnsupportedKey)
    );
    let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(kind(PublicKey::from_spki_pem(private)), Some(ErrorKind::PrivateKey));
}

mod properties {
    use super::*;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (Sign1::decode(&bytes), Sign1::decode_open(&bytes), Sign::decode(&bytes));
            let _ = (PublicKey::from_cose_key(&bytes), SigningKey::from_cose_key(&bytes));
        }

        #[test]
        fn arbitrary_pem_never_panics(label in "PUBLIC KEY|EC PUBLIC KEY|\\PC{0,9}", text in "[A-Za-z0-9+/=\n]{0,200}") {
            let _ = PublicKey::from_spki_pem(&format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n"));
        }

        #[test]
        fn a_changed_byte_in_a_sign_is_refused(at in any::<proptest::sample::Index>(), xor in 1u8..) {
            static MESSAGE: OnceLock<Vec<u8>> = OnceLock::new();
            let key = ed25519();
            let mut message = MESSAGE
                .get_or_init(|| sign(b"payload", Some("application/x"), &[&key]).unwrap())
                .clone();
            let at = at.index(message.len());
            message[at] ^= xor;
            if let Ok(decoded) = Sign::decode(&message) {
                let verified = decoded.signatures().any(|s| decoded.verify(&RustCrypto, &s, &key.public_key()).is_ok());
                prop_assert!(!verified);
            }
        }

        #[test]
        fn a_changed_byte_in_a_key_never_leaves_the_same_key(at in any::<proptest::sample::Index>(), xor in 1u8..) {
            let key = p256().public_key();
            let mut bytes = key.to_cose_key();
            let at = at.index(bytes.len());
            bytes[at] ^= xor;
            prop_assert_ne!(PublicKey::from_cose_key(&bytes).ok(), Some(key));
        }
    }

    #[test]
    fn cut_off_messages_are_refused() {
        let message = sign(b"payload", None, &[&p256()]).unwrap();
        assert!((0..message.len()).all(|end| Sign::decode(&message[..end]).is_err()));
    }
}
