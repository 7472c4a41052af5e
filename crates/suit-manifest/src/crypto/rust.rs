//! Cryptography in pure Rust, on every target.

mod ecdsa;
mod ed25519;
mod hash;
#[cfg(feature = "hss-lms")]
mod hss;

use super::Crypto;

/// The `sha2`, `p256` and `ed25519-dalek` crates; with the features of the same names also `p384`, `sha3` (`shake`), `hmac`
/// and `hbs-lms` (`hss-lms`).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RustCrypto;

impl Crypto for RustCrypto {
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        hash::fixed::<sha2::Sha256>(parts).into()
    }

    fn sha384(&self, parts: &[&[u8]]) -> [u8; 48] {
        hash::fixed::<sha2::Sha384>(parts).into()
    }

    fn sha512(&self, parts: &[&[u8]]) -> [u8; 64] {
        hash::fixed::<sha2::Sha512>(parts).into()
    }

    fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        ecdsa::verify_p256(key, &self.sha256(message), signature)
    }

    fn verify_ed25519(&self, key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        ed25519::verify(key, message, signature)
    }

    fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool {
        ecdsa::p256_key(key).is_some()
    }

    fn ed25519_point_is_valid(&self, key: &[u8; 32]) -> bool {
        ed25519::key(key).is_some()
    }

    #[cfg(feature = "shake")]
    fn shake128(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        Some(hash::extendable::<sha3::Shake128, 32>(parts))
    }

    #[cfg(feature = "shake")]
    fn shake256(&self, parts: &[&[u8]]) -> Option<[u8; 64]> {
        Some(hash::extendable::<sha3::Shake256, 64>(parts))
    }

    #[cfg(feature = "p384")]
    fn verify_p384(&self, key: &[u8; 96], message: &[&[u8]], signature: &[u8; 96]) -> Option<bool> {
        Some(ecdsa::verify_p384(key, &self.sha384(message), signature))
    }

    #[cfg(feature = "p384")]
    fn p384_point_is_valid(&self, key: &[u8; 96]) -> bool {
        ecdsa::p384_key(key).is_some()
    }

    #[cfg(feature = "hmac")]
    fn hmac_sha256(&self, key: &[u8], message: &[&[u8]]) -> Option<[u8; 32]> {
        hash::hmac_sha256(key, message)
    }

    #[cfg(feature = "hss-lms")]
    fn verify_hss_lms(&self, key: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<bool> {
        hss::verify(key, message, signature)
    }
}
