//! COSE messages and keys.

use crate::harness::target;
use fuzz::keys;
use suit_manifest::{
    cose::{Mac0, PublicKey, Sign, Sign1, Signer as _, SigningKey, SymmetricKey, MAX_SIGNATURES},
    crypto::RustCrypto,
};

target!(cose_sign1, check_sign1);
target!(cose_sign, check_sign);
target!(cose_mac0, check_mac0);
target!(public_key, check_public);
target!(public_key_pem, check_pem);
target!(private_key, check_private);

/// What the seeds sign.
const PAYLOAD: &[u8] = b"what is signed";

fn check_sign1(input: &[u8]) {
    let closed = Sign1::decode(input);
    let open = Sign1::decode_open(input);
    if closed.is_ok() {
        assert_eq!(closed, open, "the closed form is one of the open ones");
    }
    let Ok(message) = open else { return };
    let detached = if message.payload.is_some() { None } else { Some(PAYLOAD) };
    for key in keys::public() {
        if message.verify(&RustCrypto, &key, detached).is_ok() {
            assert_eq!(message.payload.or(detached), Some(PAYLOAD), "only this was ever signed");
        }
    }
}

fn check_sign(input: &[u8]) {
    let closed = Sign::decode(input);
    let open = Sign::decode_open(input);
    if let Ok(message) = closed {
        assert_eq!(open.map(|open| open.payload), Ok(message.payload));
    }
    let Ok(message) = open else { return };
    assert!(message.signatures().count() + message.other_signatures() <= MAX_SIGNATURES);
    for signature in message.signatures() {
        for key in keys::public() {
            if message.verify(&RustCrypto, &signature, &key).is_ok() {
                assert_eq!(message.payload, Some(PAYLOAD), "only this was ever signed");
            }
        }
    }
}

fn check_mac0(input: &[u8]) {
    let closed = Mac0::decode(input);
    let open = Mac0::decode_open(input);
    if closed.is_ok() {
        assert_eq!(closed, open, "the closed form is one of the open ones");
    }
    let Ok(message) = open else { return };
    let detached = if message.payload.is_some() { None } else { Some(PAYLOAD) };
    if message.verify(&RustCrypto, &keys::shared(), detached).is_ok() {
        assert_eq!(
            message.payload.or(detached),
            Some(PAYLOAD),
            "only this was ever authenticated"
        );
    }
}

fn check_public(input: &[u8]) {
    let Ok(key) = PublicKey::from_cose_key(input) else {
        return;
    };
    let encoded = key.to_cose_key();
    assert_eq!(PublicKey::from_cose_key(&encoded), Ok(key));
    let _ = (key.is_valid(&RustCrypto), key.thumbprint(&RustCrypto));
    assert!(SigningKey::from_cose_key(input).is_err(), "a public key does not sign");
}

fn check_pem(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let Ok(key) = PublicKey::from_spki_pem(text) else {
        return;
    };
    assert!(key.is_valid(&RustCrypto));
    assert_eq!(PublicKey::from_cose_key(&key.to_cose_key()), Ok(key));
}

fn check_private(input: &[u8]) {
    if let Ok(key) = SymmetricKey::from_cose_key(input) {
        let encoded = key.to_cose_key();
        let again = SymmetricKey::from_cose_key(&encoded).expect("what is written is read");
        assert_eq!(again.to_cose_key(), encoded);
    }
    let Ok(key) = SigningKey::from_cose_key(input) else {
        return;
    };
    assert!(
        PublicKey::from_cose_key(input).is_err(),
        "a private key is not given away as a public one"
    );
    let again = SigningKey::from_cose_key(&key.to_cose_key()).expect("what is written is read");
    assert_eq!(again.public_key(), key.public_key());
    assert!(key.public_key().is_valid(&RustCrypto));
}
