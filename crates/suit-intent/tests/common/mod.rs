//! What the tests share.
#![allow(dead_code)]

pub mod ideal;

use suit_intent::{IntentPayload, Root, Roots};
use suit_manifest::cose::{Algorithm, PublicKey, SignError, Signer, SigningKey};

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

pub fn cid(codec: u8, byte: u8) -> [u8; 36] {
    let mut cid = [byte; 36];
    cid[..4].copy_from_slice(&[0x01, codec, 0x12, 0x20]);
    cid
}

pub fn payload() -> IntentPayload {
    IntentPayload {
        genesis: [0xaa; 32],
        envelope_digest: [0xbb; 32],
        roots: Roots::new(&[
            Root {
                component_index: 0,
                root: cid(0x70, 0xcc),
                stored_size: 1_048_576,
            },
            Root {
                component_index: 1,
                root: cid(0x55, 0xdd),
                stored_size: 7,
            },
        ])
        .unwrap(),
        last_block: 600,
    }
}

/// A payload that fills all there is room for.
pub fn largest_payload() -> IntentPayload {
    let root = Root {
        component_index: u32::MAX,
        root: cid(0x70, 0xff),
        stored_size: u64::MAX,
    };
    IntentPayload {
        roots: Roots::new(&[root; 8]).unwrap(),
        last_block: u64::MAX,
        ..payload()
    }
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
