//! Hashes and signatures, behind a trait: a runtime has host functions for some, a device hardware.

mod rust;

pub use rust::RustCrypto;

use crate::digest::DigestAlgorithm;

/// What verification needs. `parts` are concatenated, so that nothing has to be copied together first.
///
/// Implementations on one chain must agree to the last signature: see [`Self::verify_ed25519`].
pub trait Crypto {
    /// Whether digests by this algorithm are computed at all. A device that has no room for SHA-384 and SHA-512 says so
    /// here; what asks for one is then refused as [`crate::error::ErrorKind::UnsupportedDigest`].
    fn has_digest(&self, algorithm: DigestAlgorithm) -> bool {
        let _ = algorithm;
        true
    }
    /// SHA-256.
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32];
    /// SHA-384.
    fn sha384(&self, parts: &[&[u8]]) -> [u8; 48];
    /// SHA-512.
    fn sha512(&self, parts: &[&[u8]]) -> [u8; 64];
    /// ECDSA with SHA-256 over P-256. The key is x ‖ y, the signature r ‖ s; a high s is as good as a low one, as in COSE.
    fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool;
    /// Ed25519 (RFC 8032), cofactorless, s canonical. False for keys of low order.
    fn verify_ed25519(&self, key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool;
    /// Whether x ‖ y is a point of P-256.
    fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool;
    /// Whether this is a point of edwards25519, and not one of low order, for which anybody can sign.
    fn ed25519_point_is_valid(&self, key: &[u8; 32]) -> bool;
}
