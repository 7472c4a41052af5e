//! Hashes, MACs and signatures against the numbers in their standards, and through COSE with every kind of key.

use suit_manifest::{
    cose::{self, Algorithm, Mac0, PublicKey, Sign, Sign1, SignError, Signer, SigningKey, SymmetricKey},
    crypto::{Crypto, RustCrypto},
    digest::{Digest, DigestAlgorithm},
    error::{ErrorKind, Section},
};

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace([' ', '\n'], "")).unwrap()
}

/// One of each kind that signs here, by each name of its algorithm.
fn signers() -> Vec<SigningKey> {
    let p256 = || SigningKey::from_bytes_p256(&[3; 32]).unwrap();
    let p384 = || SigningKey::from_bytes_p384(&[3; 48]).unwrap();
    let ed25519 = || SigningKey::from_bytes_ed25519(&[3; 32]);
    vec![
        p256(),
        p256().with_algorithm(Algorithm::Es256).unwrap(),
        p384(),
        p384().with_algorithm(Algorithm::Es384).unwrap(),
        ed25519(),
        ed25519().with_algorithm(Algorithm::EdDsa).unwrap(),
    ]
}

#[test]
fn shake_is_that_of_fips_202() {
    // Of the empty message.
    let shake128 = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26";
    let shake256 = "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f\
                    d75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be";
    assert_eq!(hex::encode(RustCrypto.shake128(&[]).unwrap()), shake128);
    assert_eq!(hex::encode(RustCrypto.shake256(&[b""]).unwrap()), shake256);
    assert_eq!(RustCrypto.shake128(&[b"ab", b"c"]), RustCrypto.shake128(&[b"abc"]));
    assert_ne!(RustCrypto.shake256(&[b"abc"]), RustCrypto.shake256(&[b"ab"]));
}

#[test]
fn a_digest_is_checked_by_its_own_algorithm() {
    let shake128 = RustCrypto.shake128(&[b"manifest"]).unwrap();
    let shake256 = RustCrypto.shake256(&[b"manifest"]).unwrap();
    for (number, bytes) in [
        (-16, RustCrypto.sha256(&[b"manifest"]).to_vec()),
        (-43, RustCrypto.sha384(&[b"manifest"]).to_vec()),
        (-44, RustCrypto.sha512(&[b"manifest"]).to_vec()),
        (-18, shake128.to_vec()),
        (-45, shake256.to_vec()),
    ] {
        let algorithm = DigestAlgorithm::from_number(number);
        assert_eq!(
            (algorithm.number(), algorithm.digest_len()),
            (number, Some(bytes.len()))
        );
        let digest = Digest {
            algorithm,
            bytes: &bytes,
        };
        assert_eq!(digest.check(&RustCrypto, &[b"mani", b"fest"]), Ok(()));
        let other = digest.check(&RustCrypto, &[b"manifesto"]).unwrap_err();
        assert_eq!(other.kind, ErrorKind::DigestMismatch);
    }
}

/// Has nothing but what every implementation must have.
struct Bare;

impl Crypto for Bare {
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

#[test]
fn what_an_implementation_has_not_got_is_unsupported_and_not_invalid() {
    let key = SigningKey::from_bytes_p384(&[3; 48]).unwrap();
    let message = cose::sign1(b"payload", None, None, false, &key).unwrap();
    let error = Sign1::decode(&message)
        .unwrap()
        .verify(&Bare, &key.public_key(), None)
        .unwrap_err();
    assert_eq!(
        (error.kind, error.section),
        (ErrorKind::UnsupportedAlgorithm, Section::Cose)
    );
    assert!(!key.public_key().is_valid(&Bare));

    let shared = SymmetricKey::from_bytes(&[1; 32]).unwrap();
    let message = cose::mac0(&RustCrypto, b"payload", None, None, false, &shared).unwrap();
    let error = Mac0::decode(&message)
        .unwrap()
        .verify(&Bare, &shared, None)
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnsupportedAlgorithm);
    let refused = cose::mac0(&Bare, b"payload", None, None, false, &shared);
    assert_eq!(refused, Err(SignError::Failed));

    let digest = Digest {
        algorithm: DigestAlgorithm::Shake128,
        bytes: &[0; 32],
    };
    assert_eq!(digest.check(&Bare, &[]).unwrap_err().kind, ErrorKind::UnsupportedDigest);
}

#[test]
fn p384_signs_as_rfc_6979_says() {
    // RFC 6979 A.2.6, SHA-384, "sample".
    let secret =
        hex("6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5");
    let public = hex(
        "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13
         8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
    );
    let expected = hex(
        "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46
         99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    );
    let key = SigningKey::from_bytes_p384(&secret.try_into().unwrap()).unwrap();
    let PublicKey::P384(point) = key.public_key() else {
        panic!()
    };
    assert_eq!(point[..], public);
    assert_eq!(key.sign(b"sample").unwrap(), expected);
    let signature: [u8; 96] = expected.try_into().unwrap();
    assert_eq!(
        RustCrypto.verify_p384(&point, &[b"sam", b"ple"], &signature),
        Some(true)
    );
    assert_eq!(RustCrypto.verify_p384(&point, &[b"sampel"], &signature), Some(false));
    assert_eq!(RustCrypto.verify_p384(&point, &[b"sample"], &[0; 96]), Some(false));
    assert_eq!(RustCrypto.verify_p384(&[7; 96], &[b"sample"], &signature), Some(false));
    assert!(RustCrypto.p384_point_is_valid(&point));
    assert!(!RustCrypto.p384_point_is_valid(&[7; 96]));
    assert!(!RustCrypto.p384_point_is_valid(&[0; 96]));
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    // Test cases 2 and 6: a short key, and one longer than the block.
    for (key, message, expected) in [
        (
            b"Jefe".to_vec(),
            &b"what do ya want for nothing?"[..],
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ] {
        let (left, right) = message.split_at(9);
        let tag = RustCrypto.hmac_sha256(&key, &[left, right]).unwrap();
        assert_eq!(hex::encode(tag), expected);
    }
}

#[test]
fn a_mac_verifies_with_its_key_and_its_payload_only() {
    let key = SymmetricKey::from_bytes(&[1; 32]).unwrap();
    for detached in [false, true] {
        let message = cose::mac0(&RustCrypto, b"payload", Some("text/x"), Some(b"k"), detached, &key).unwrap();
        let decoded = Mac0::decode(&message).unwrap();
        assert_eq!((decoded.content_type, decoded.kid), (Some("text/x"), Some(&b"k"[..])));
        let (right, wrong) = match detached {
            true => (
                Some(&b"payload"[..]),
                Some((Some(&b"payloaf"[..]), ErrorKind::SignatureNotValid)),
            ),
            false => (None, Some((Some(&b"payload"[..]), ErrorKind::PayloadUnexpected))),
        };
        assert_eq!(decoded.verify(&RustCrypto, &key, right), Ok(()));
        if let Some((wrong, expected)) = wrong {
            assert_eq!(decoded.verify(&RustCrypto, &key, wrong).unwrap_err().kind, expected);
        }
        let other = SymmetricKey::from_bytes(&[2; 32]).unwrap();
        let error = decoded.verify(&RustCrypto, &other, right).unwrap_err();
        assert_eq!(error.kind, ErrorKind::SignatureNotValid);
    }
    let detached = cose::mac0(&RustCrypto, b"payload", None, None, true, &key).unwrap();
    let missing = Mac0::decode(&detached).unwrap().verify(&RustCrypto, &key, None);
    assert_eq!(missing.unwrap_err().kind, ErrorKind::PayloadMissing);
}

#[test]
fn a_mac_of_another_algorithm_or_length_is_refused() {
    let decode = |text: &str| Mac0::decode(&hex(text)).unwrap_err().kind;
    let tag = format!("5820{}", "00".repeat(32));
    assert_eq!(
        decode(&format!("d1 84 43a10104 a0 f6 {tag}")),
        ErrorKind::UnsupportedAlgorithm
    );
    assert_eq!(
        decode(&format!("d1 84 43a10126 a0 f6 {tag}")),
        ErrorKind::UnsupportedAlgorithm
    );
    assert_eq!(decode(&format!("d1 84 40 a0 f6 {tag}")), ErrorKind::MissingMember);
    assert_eq!(
        decode("d1 84 43a10105 a0 f6 480000000000000000"),
        ErrorKind::WrongLength
    );
    assert_eq!(decode(&format!("d2 84 43a10105 a0 f6 {tag}")), ErrorKind::WrongTag);
    assert_eq!(
        decode(&format!("d1 84 43a10105 a1044101 f6 {tag}")),
        ErrorKind::UnknownMember
    );
    assert_eq!(
        decode(&format!("d1 84 43a10105 a0 f6 {tag} 00")),
        ErrorKind::TrailingBytes
    );
    assert!(Mac0::decode_open(&hex(&format!("d1 84 43a10105 a1044101 f6 {tag}"))).is_ok());
}

#[test]
fn symmetric_keys_come_back_as_written_and_show_nothing() {
    let key = SymmetricKey::from_bytes(&[7; 32]).unwrap();
    let encoded = key.to_cose_key();
    assert_eq!(hex::encode(&encoded), format!("a301040305205820{}", "07".repeat(32)));
    let again = SymmetricKey::from_cose_key(&encoded).unwrap();
    assert_eq!(again.to_cose_key(), encoded);
    let shown = format!("{key:?}");
    assert!(!shown.contains('7'), "{shown}");
    // Nobody takes it for a public key.
    let public = PublicKey::from_cose_key(&encoded).unwrap_err();
    assert_eq!((public.kind, public.section), (ErrorKind::PrivateKey, Section::CoseKey));
    assert!(SigningKey::from_cose_key(&encoded).is_err());
}

#[test]
fn symmetric_keys_of_other_kinds_are_refused() {
    let k = format!("205820{}", "07".repeat(32));
    for (text, expected) in [
        // HMAC 256/64, a point, another type, a coordinate besides, no secret, too short, too long.
        (format!("a3010403 04 {k}"), ErrorKind::UnsupportedKey),
        (
            format!("a301012006215820{}", "01".repeat(32)),
            ErrorKind::UnsupportedKey,
        ),
        (format!("a20105{k}"), ErrorKind::UnsupportedKey),
        (format!("a30104{k}215820{}", "01".repeat(32)), ErrorKind::UnsupportedKey),
        ("a10104".into(), ErrorKind::MissingMember),
        (format!("a2010420581f{}", "01".repeat(31)), ErrorKind::WrongLength),
        (format!("a201042058 41{}", "01".repeat(65)), ErrorKind::WrongLength),
        (format!("a3010404 8109 {k}"), ErrorKind::UnknownMember),
    ] {
        let error = SymmetricKey::from_cose_key(&hex(&text)).unwrap_err();
        assert_eq!((error.kind, error.section), (expected, Section::CoseKey), "{text}");
    }
    assert!(SymmetricKey::from_cose_key(&hex(&format!("a20104{k}"))).is_ok());
}

#[test]
fn hss_lms_keys_come_back_as_written() {
    // One level, height 5, Winternitz 8.
    let mut bytes = [7; 60];
    bytes[..12].copy_from_slice(&hex("00000001 00000005 00000004"));
    let key = PublicKey::HssLms(bytes);
    let encoded = key.to_cose_key();
    assert_eq!(hex::encode(&encoded), format!("a2010520583c{}", hex::encode(bytes)));
    assert_eq!(PublicKey::from_cose_key(&encoded), Ok(key));
    assert_eq!(key.thumbprint(&RustCrypto), RustCrypto.sha256(&[&encoded]));
    assert!(key.is_valid(&RustCrypto));
    // Levels 0 and 9, LMS types and LM-OTS types that RFC 8554 has not.
    for header in [
        "00000000 00000005 00000004",
        "00000009 00000005 00000004",
        "00000001 00000004 00000004",
        "00000001 0000000a 00000004",
        "00000001 00000005 00000000",
        "00000001 00000005 00000005",
    ] {
        bytes[..12].copy_from_slice(&hex(header));
        assert!(!PublicKey::HssLms(bytes).is_valid(&RustCrypto), "{header}");
    }
}

#[test]
fn hss_lms_keys_of_other_forms_are_refused() {
    let key = format!("20583c{}", "07".repeat(60));
    for (text, expected) in [
        (format!("a3010503382d{key}"), None),
        (format!("a301050326{key}"), Some(ErrorKind::UnsupportedKey)),
        (format!("a20102{key}"), Some(ErrorKind::UnsupportedKey)),
        (
            format!("a201052058 34{}", "07".repeat(52)),
            Some(ErrorKind::WrongLength),
        ),
        ("a201052006".into(), Some(ErrorKind::UnsupportedKey)),
        ("a10105".into(), Some(ErrorKind::MissingMember)),
        (format!("a30105{key}234107"), Some(ErrorKind::PrivateKey)),
    ] {
        let outcome = PublicKey::from_cose_key(&hex(&text)).err().map(|error| error.kind);
        assert_eq!(outcome, expected, "{text}");
    }
}

#[test]
fn der_is_no_cose_key_and_no_signature() {
    // SubjectPublicKeyInfo of RFC 8410 §10.1, and the start of a PKCS #8 key.
    let spki = hex("302a300506032b6570032100 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    assert!(PublicKey::from_cose_key(&spki).is_err());
    assert!(SigningKey::from_cose_key(&spki).is_err());
    assert!(SymmetricKey::from_cose_key(&spki).is_err());
    let key = SigningKey::from_bytes_p384(&[3; 48]).unwrap();
    let prepared = cose::prepare_sign1(b"payload", Algorithm::Esp384, None, None, true);
    let raw = key.sign(prepared.to_be_signed()).unwrap();
    let der = [&hex("3064 0230")[..], &raw[..48], &hex("0230"), &raw[48..]].concat();
    assert_eq!(prepared.finish(&der), Err(SignError::SignatureLength));
}

#[test]
fn a_p384_pem_file_is_read() {
    // The public key of RFC 6979 A.2.6.
    let pem = "-----BEGIN PUBLIC KEY-----\n\
               MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE7DpOQVtOGaRWhhgCn0J/pdqai8SukuAu\n\
               BqrlKGswDGTe+PDqkFWGYGSiVFFUgLwTgBXZty19VyROqO+awMYhiWcIpZNn+d+5\n\
               9UyoSz8cnbEoiyMcOuDU/nNE/SUzJkcg\n\
               -----END PUBLIC KEY-----\n";
    let secret =
        hex("6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5");
    let key = SigningKey::from_bytes_p384(&secret.try_into().unwrap()).unwrap();
    assert_eq!(PublicKey::from_spki_pem(pem), Ok(key.public_key()));
    let private = pem.replace("PUBLIC KEY", "PRIVATE KEY");
    assert_eq!(
        PublicKey::from_spki_pem(&private).unwrap_err().kind,
        ErrorKind::PrivateKey
    );
}

#[test]
fn what_is_signed_elsewhere_is_what_a_signer_here_makes() {
    for key in signers() {
        let prepared = cose::prepare_sign1(b"payload", key.algorithm(), Some("text/x"), Some(b"k"), true);
        assert_eq!(prepared.algorithm(), key.algorithm());
        let signature = key.sign(prepared.to_be_signed()).unwrap();
        let here = cose::sign1(b"payload", Some("text/x"), Some(b"k"), true, &key).unwrap();
        assert_eq!(prepared.finish(&signature), Ok(here));
    }
    // The Sig_structure of Example 0 in the manifest draft.
    let digest = hex("822f58206658ea560262696dd1f13b782239a064da7c6c5cbaf52fded428a6fc83c7e5af");
    let prepared = cose::prepare_sign1(&digest, Algorithm::Es256, None, None, true);
    assert_eq!(
        hex::encode(prepared.to_be_signed()),
        "846a5369676e61747572653143a10126405824822f58206658ea560262696dd1f13b782239a064da7c6c5cbaf52fded428a6fc83c7e5af"
    );
}

#[test]
fn a_signature_of_another_length_is_refused_before_it_gets_into_a_message() {
    for key in signers() {
        let right = key.sign(b"").unwrap().len();
        for wrong in [0, 1, right - 1, right + 1, 64 + 96 - right] {
            let prepared = cose::prepare_sign1(b"payload", key.algorithm(), None, None, true);
            assert_eq!(
                prepared.finish(&vec![1; wrong]),
                Err(SignError::SignatureLength),
                "{wrong}"
            );
        }
    }
    struct Short;
    impl Signer for Short {
        fn algorithm(&self) -> Algorithm {
            Algorithm::Ed25519
        }
        fn public_key(&self) -> PublicKey {
            PublicKey::Ed25519([9; 32])
        }
        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
            Ok(vec![0; 63])
        }
    }
    assert_eq!(
        cose::sign1(b"payload", None, None, false, &Short),
        Err(SignError::SignatureLength)
    );
    assert_eq!(cose::sign(b"payload", None, &[&Short]), Err(SignError::SignatureLength));
}

#[test]
fn several_people_sign_one_message_at_different_places() {
    let keys = signers();
    let kid = |key: &SigningKey| key.public_key().thumbprint(&RustCrypto);
    for detached in [false, true] {
        let carried = detached.then_some(&b"payload"[..]);
        let [first, second, third] = [&keys[0], &keys[2], &keys[4]];
        let prepared = cose::prepare_sign(
            b"payload",
            first.algorithm(),
            Some("text/x"),
            Some(&kid(first)),
            detached,
        );
        let signature = first.sign(prepared.to_be_signed()).unwrap();
        let mut message = prepared.finish(&signature).unwrap();
        for key in [second, third] {
            let prepared = cose::prepare_signature(&message, carried, key.algorithm(), Some(&kid(key))).unwrap();
            let signature = key.sign(prepared.to_be_signed()).unwrap();
            message = prepared.finish(&signature).unwrap();
        }
        let all: [&dyn Signer; 3] = [first, second, third];
        let at_once = match detached {
            true => cose::sign_detached(b"payload", Some("text/x"), &all),
            false => cose::sign(b"payload", Some("text/x"), &all),
        };
        assert_eq!(at_once.unwrap(), message);
        let decoded = Sign::decode(&message).unwrap();
        for (index, signature) in decoded.signatures().enumerate() {
            for (other, key) in [first, second, third].into_iter().enumerate() {
                let outcome = decoded.verify_detached(&RustCrypto, &signature, &key.public_key(), carried);
                assert_eq!(outcome.is_ok(), index == other);
            }
        }
        let again = cose::prepare_signature(&message, carried, second.algorithm(), Some(&kid(second)));
        assert_eq!(again, Err(SignError::AlreadySigned));
        // The payload comes from one place.
        let wrong = match detached {
            true => None,
            false => Some(&b"payload"[..]),
        };
        let refused = cose::prepare_signature(&message, wrong, Algorithm::EdDsa, None);
        assert!(matches!(refused, Err(SignError::Malformed(_))));
    }
}

#[test]
fn the_open_form_of_a_sign_passes_over_signatures_that_it_cannot_verify() {
    let (mine, other) = (
        SigningKey::from_bytes_ed25519(&[3; 32]),
        SigningKey::from_bytes_ed25519(&[4; 32]),
    );
    let message = cose::sign(b"payload", None, &[&mine, &other]).unwrap();
    let text = hex::encode(&message);
    // One signer's algorithm becomes 99, which nobody has: alg -19 in the first protected header.
    let strange = hex(&text.replacen("a20132", "a20117", 1));
    assert_eq!(
        Sign::decode(&strange).unwrap_err().kind,
        ErrorKind::UnsupportedAlgorithm
    );
    let decoded = Sign::decode_open(&strange).unwrap();
    assert_eq!((decoded.signatures().len(), decoded.other_signatures()), (1, 1));
    let left = decoded.signatures().next().unwrap();
    assert_eq!(decoded.verify(&RustCrypto, &left, &other.public_key()), Ok(()));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (Mac0::decode(&bytes), Mac0::decode_open(&bytes), Sign::decode_open(&bytes));
            let _ = (SymmetricKey::from_cose_key(&bytes), SymmetricKey::from_bytes(&bytes));
            let _ = cose::prepare_signature(&bytes, None, Algorithm::Es384, None);
        }

        #[test]
        fn a_changed_byte_in_a_mac_is_refused(at in any::<proptest::sample::Index>(), xor in 1u8..) {
            let key = SymmetricKey::from_bytes(&[1; 32]).unwrap();
            let mut message = cose::mac0(&RustCrypto, b"payload", Some("text/x"), Some(b"k"), false, &key).unwrap();
            let at = at.index(message.len());
            message[at] ^= xor;
            let verified = Mac0::decode(&message).is_ok_and(|mac| mac.verify(&RustCrypto, &key, None).is_ok());
            prop_assert!(!verified);
        }

        #[test]
        fn a_changed_byte_in_an_open_sign_never_verifies_another_payload(
            at in any::<proptest::sample::Index>(),
            xor in 1u8..,
        ) {
            let key = SigningKey::from_bytes_ed25519(&[3; 32]);
            let mut message = cose::sign(b"payload", Some("text/x"), &[&key]).unwrap();
            let at = at.index(message.len());
            message[at] ^= xor;
            if let Ok(sign) = Sign::decode_open(&message) {
                let verified = sign.signatures().any(|one| sign.verify(&RustCrypto, &one, &key.public_key()).is_ok());
                prop_assert!(!verified || sign.payload == Some(b"payload"));
            }
        }
    }
}
