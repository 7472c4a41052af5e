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

    // What follows is optional: `None` says that this implementation has not got it.

    /// SHAKE128 with 256 bits of output, COSE -18 (RFC 9054 §3.3).
    fn shake128(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let _ = parts;
        None
    }
    /// SHAKE256 with 512 bits of output, COSE -45 (RFC 9054 §3.3).
    fn shake256(&self, parts: &[&[u8]]) -> Option<[u8; 64]> {
        let _ = parts;
        None
    }
    /// ECDSA with SHA-384 over P-384. The key is x ‖ y, the signature r ‖ s; a high s is as good as a low one, as in COSE.
    fn verify_p384(&self, key: &[u8; 96], message: &[&[u8]], signature: &[u8; 96]) -> Option<bool> {
        let _ = (key, message, signature);
        None
    }
    /// Whether x ‖ y is a point of P-384; false too where the curve is not there.
    fn p384_point_is_valid(&self, key: &[u8; 96]) -> bool {
        let _ = key;
        false
    }
    /// HMAC with SHA-256 (RFC 2104), not cut off. Whoever compares MACs does so in constant time.
    fn hmac_sha256(&self, key: &[u8], message: &[&[u8]]) -> Option<[u8; 32]> {
        let _ = (key, message);
        None
    }
    /// HSS-LMS (RFC 8554) with SHA-256 and 32 bytes. Key and signature may be anything: neither is checked before.
    fn verify_hss_lms(&self, key: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<bool> {
        let _ = (key, message, signature);
        None
    }
}
