//! What the tests share: an operator, a device, a node, a chain, a moment.
#![allow(dead_code)]

pub mod ideal;

use std::sync::LazyLock;
use suit_device::{
    challenge::Challenger,
    credential::{self, Credential},
    handover::{HandoverPayload, Keys},
    request::{self, Request},
    ticket::{self, Roots},
    verify::{verify_device, Verified},
    Error,
};
use suit_manifest::{
    cose::{Algorithm, PublicKey, SignError, Signer, SigningKey},
    crypto::Crypto,
};

pub const NOW: u64 = 1_800_000_000;
pub const VENDOR: [u8; 16] = [0x11; 16];
pub const CLASS: [u8; 16] = [0x22; 16];
pub const GENESIS: [u8; 32] = [0x33; 32];
pub const PSEUDONYM: [u8; 16] = [0x44; 16];

pub fn p256(seed: u8) -> SigningKey {
    SigningKey::from_bytes_p256(&[seed; 32]).unwrap()
}

pub fn ed25519(seed: u8) -> SigningKey {
    SigningKey::from_bytes_ed25519(&[seed; 32])
}

/// A key for each of the four algorithms.
pub fn all_algorithms() -> [SigningKey; 4] {
    [
        p256(1),
        ed25519(2),
        p256(3).with_algorithm(Algorithm::Es256).unwrap(),
        ed25519(4).with_algorithm(Algorithm::EdDsa).unwrap(),
    ]
}

pub fn operator() -> SigningKey {
    ed25519(10)
}

pub fn device() -> SigningKey {
    p256(11)
}

pub fn node() -> SigningKey {
    ed25519(12)
}

pub fn node_key() -> [u8; 32] {
    static KEY: LazyLock<PublicKey> = LazyLock::new(|| node().public_key());
    let PublicKey::Ed25519(key) = *KEY else { unreachable!() };
    key
}

pub fn operator_key() -> PublicKey {
    static KEY: LazyLock<PublicKey> = LazyLock::new(|| operator().public_key());
    *KEY
}

pub fn challenger() -> Challenger {
    Challenger::new([0x55; 32])
}

pub fn cid(codec: u8, byte: u8) -> [u8; 36] {
    let mut cid = [byte; 36];
    cid[..4].copy_from_slice(&[0x01, codec, 0x12, 0x20]);
    cid
}

pub fn credential_claims() -> credential::Claims {
    credential::Claims {
        exp: NOW + 86_400,
        iat: NOW - 86_400,
        pseudonym: PSEUDONYM,
        device_key: device().public_key(),
        vendor: VENDOR,
        class: CLASS,
    }
}

pub fn request_claims() -> request::Claims {
    request::Claims {
        audience: node_key(),
        challenge: challenger().issue([0x66; 16], NOW + 60),
        vendor: VENDOR,
        class: CLASS,
        genesis: GENESIS,
        installed: Some(7),
    }
}

pub fn ticket_claims() -> ticket::Claims {
    let roots = Roots::new(&[cid(0x70, 1), cid(0x55, 2)]).unwrap();
    ticket::Claims {
        exp: NOW + 300,
        genesis: GENESIS,
        roots,
    }
}

/// The author keys that are handed over to.
pub fn next_keys() -> [SigningKey; 2] {
    [p256(13), ed25519(14)]
}

/// The vendor's seventh handover.
pub fn handover_payload() -> HandoverPayload {
    HandoverPayload {
        vendor: VENDOR,
        number: 7,
        threshold: 2,
        keys: Keys::new(&next_keys().map(|key| key.public_key())).unwrap(),
    }
}

/// The conversation with these messages, at this node and moment.
pub fn converse_with(crypto: &impl Crypto, credential: &[u8], request: &[u8], now: u64) -> Result<Verified, Error> {
    let credential = Credential::decode(credential)?;
    let request = Request::decode(request)?;
    verify_device(
        crypto,
        &credential,
        &operator_key(),
        &request,
        &node_key(),
        &GENESIS,
        &challenger(),
        now,
    )
}

pub fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[bit / 8] ^= 1 << (bit % 8);
    flipped
}

/// Encodings of the same claims that are not the deterministic one, and maps with a member too many or too few.
pub fn odd_encodings(payload: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let head = payload[0];
    assert!((0xa1..0xb6).contains(&head), "a map with a short head");
    vec![
        ("long head of the map", [&[0xb8, head & 0x1f], &payload[1..]].concat()),
        ("indefinite map", [&[0xbf], &payload[1..], &[0xff]].concat()),
        ("long first key", [&[head, 0x18], &payload[1..]].concat()),
        (
            "first key twice",
            [&[head + 1, payload[1], 0x00], &payload[1..]].concat(),
        ),
        (
            "first key once more at the end",
            [&[head + 1], &payload[1..], &[payload[1], 0x00]].concat(),
        ),
        (
            "unknown member at the end",
            [&[head + 1], &payload[1..], &[0x3b, 1, 0, 0, 0, 0, 0, 0, 0, 0x00]].concat(),
        ),
        (
            "unknown member in front",
            [&[head + 1, 0x00, 0x00], &payload[1..]].concat(),
        ),
        ("one member fewer than announced", [&[head + 1], &payload[1..]].concat()),
        ("one member more than announced", [&[head - 1], &payload[1..]].concat()),
        ("byte after the end", [payload, &[0x00]].concat()),
        ("cut off", payload[..payload.len() - 1].to_vec()),
        ("empty", Vec::new()),
        ("no map", vec![0x80]),
    ]
}

/// The payload of a message of ours.
pub fn payload_of(message: &[u8]) -> Vec<u8> {
    suit_manifest::cose::Sign1::decode(message)
        .unwrap()
        .payload
        .unwrap()
        .to_vec()
}

/// Signs nothing, at once: for what is decided before a signature is looked at.
pub struct Fake;

impl Signer for Fake {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }
    fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519([0x99; 32])
    }
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(vec![0; 64])
    }
}
