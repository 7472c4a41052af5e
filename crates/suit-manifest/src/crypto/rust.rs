//! Cryptography in pure Rust, on every target.

use super::Crypto;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The `sha2`, `p256` and `ed25519-dalek` crates.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RustCrypto;

impl Crypto for RustCrypto {
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        hash::<Sha256>(parts).into()
    }

    fn sha384(&self, parts: &[&[u8]]) -> [u8; 48] {
        hash::<Sha384>(parts).into()
    }

    fn sha512(&self, parts: &[&[u8]]) -> [u8; 64] {
        hash::<Sha512>(parts).into()
    }

    fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        let Some(key) = p256_key(key) else { return false };
        let Ok(signature) = p256::ecdsa::Signature::from_slice(signature) else {
            return false;
        };
        key.verify_prehash(&self.sha256(message), &signature).is_ok()
    }

    fn verify_ed25519(&self, key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        let Some(key) = ed25519_key(key) else { return false };
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        let Ok(mut verifier) = key.verify_stream(&signature) else {
            return false;
        };
        for part in message {
            verifier.update(part);
        }
        verifier.finalize_and_verify().is_ok()
    }

    fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool {
        p256_key(key).is_some()
    }

    fn ed25519_point_is_valid(&self, key: &[u8; 32]) -> bool {
        ed25519_key(key).is_some()
    }
}

fn hash<D: Digest>(parts: &[&[u8]]) -> sha2::digest::Output<D> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

fn p256_key(key: &[u8; 64]) -> Option<p256::ecdsa::VerifyingKey> {
    let point = p256::EncodedPoint::from_untagged_bytes(key.into());
    p256::ecdsa::VerifyingKey::from_encoded_point(&point).ok()
}

fn ed25519_key(key: &[u8; 32]) -> Option<ed25519_dalek::VerifyingKey> {
    let parsed = ed25519_dalek::VerifyingKey::from_bytes(key).ok()?;
    (!parsed.is_weak()).then_some(parsed)
}
