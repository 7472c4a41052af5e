//! Public keys from PEM files (SubjectPublicKeyInfo, RFC 5280; Ed25519 as in RFC 8410).

use super::{signing_key, PublicKey};
use crate::error::{Error, ErrorKind};
use ed25519_dalek::pkcs8::DecodePublicKey as _;

/// Longest PEM text in bytes. One key has about 180.
const MAX_PEM: usize = 4096;

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`: a P-256, P-384 or Ed25519 key.
    ///
    /// # Errors
    /// [`ErrorKind::PrivateKey`] where the text is a private key, [`ErrorKind::UnsupportedKey`] where it is none of
    /// these.
    pub fn from_spki_pem(pem: &str) -> Result<Self, Error> {
        if pem.len() > MAX_PEM {
            return Err(ErrorKind::TooLong.at(MAX_PEM));
        }
        let pem = pem.trim();
        if pem.contains("PRIVATE KEY-----") {
            return Err(ErrorKind::PrivateKey.into());
        }
        if let Ok(key) = p256::PublicKey::from_public_key_pem(pem) {
            return Ok(signing_key::p256_public(&p256::ecdsa::VerifyingKey::from(key)));
        }
        // The feature `std` has it.
        #[cfg(feature = "p384")]
        if let Ok(key) = p384::PublicKey::from_public_key_pem(pem) {
            return Ok(signing_key::p384_public(&p384::ecdsa::VerifyingKey::from(key)));
        }
        ed25519_dalek::VerifyingKey::from_public_key_pem(pem)
            .map(|key| Self::Ed25519(key.to_bytes()))
            .map_err(|_| ErrorKind::UnsupportedKey.into())
    }
}
