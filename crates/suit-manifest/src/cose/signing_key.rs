//! Private keys in memory.

use super::{encode, members::Members, Algorithm, PublicKey, SignError, Signer};
use crate::error::{Error, ErrorKind};
use alloc::vec::Vec;
use core::fmt;
use p256::ecdsa::signature::Signer as _;
use zeroize::Zeroizing;

/// A private key in memory: P-256, P-384 (feature `p384`) or Ed25519. It is erased when dropped, and `Debug` shows nothing
/// of it.
///
/// There is none for HSS-LMS: such a key must never sign twice with the same leaf, so that it belongs into something that
/// keeps count over copies and restarts. Implement [`Signer`] for that.
pub struct SigningKey {
    secret: Secret,
    algorithm: Algorithm,
}

// All erase themselves when dropped.
enum Secret {
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    #[cfg(feature = "p384")]
    P384(p384::ecdsa::SigningKey),
}

impl SigningKey {
    /// A P-256 key from its scalar, big-endian; signs with ESP256.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidKey`] for zero and for what is not below the group's order: draw again.
    pub fn from_bytes_p256(secret: &[u8; 32]) -> Result<Self, Error> {
        let key = p256::ecdsa::SigningKey::from_bytes(secret.into()).map_err(|_| ErrorKind::InvalidKey)?;
        Ok(Self {
            secret: Secret::P256(key),
            algorithm: Algorithm::Esp256,
        })
    }

    /// A P-384 key from its scalar, big-endian; signs with ESP384.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidKey`] for zero and for what is not below the group's order: draw again.
    #[cfg(feature = "p384")]
    pub fn from_bytes_p384(secret: &[u8; 48]) -> Result<Self, Error> {
        let key = p384::ecdsa::SigningKey::from_bytes(secret.into()).map_err(|_| ErrorKind::InvalidKey)?;
        Ok(Self {
            secret: Secret::P384(key),
            algorithm: Algorithm::Esp384,
        })
    }

    /// An Ed25519 key from its seed; signs with Ed25519.
    pub fn from_bytes_ed25519(seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Self {
            secret: Secret::Ed25519(key),
            algorithm: Algorithm::Ed25519,
        }
    }

    /// The same key, signing with this algorithm: the older numbers are for verifiers that know no other.
    ///
    /// # Errors
    /// [`SignError::AlgorithmMismatch`] where it is not one of the key's.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, SignError> {
        if algorithm.fits(&self.public_key()) {
            Ok(Self {
                secret: self.secret,
                algorithm,
            })
        } else {
            Err(SignError::AlgorithmMismatch)
        }
    }

    /// Reads a private COSE_Key, as [`Self::to_cose_key`] writes it.
    ///
    /// # Errors
    /// [`ErrorKind::MissingMember`] where there is no private part, [`ErrorKind::InvalidKey`] where the public part is
    /// not that of the private one, [`ErrorKind::UnsupportedKey`] where this crate does not sign with such keys.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, Error> {
        let members = Members::read(bytes)?;
        let public = members.public()?;
        let d = members.d.ok_or(ErrorKind::MissingMember)?;
        let key = match public {
            PublicKey::P256(_) => Self::from_bytes_p256(d.of()?)?,
            PublicKey::Ed25519(_) => Self::from_bytes_ed25519(d.of()?),
            #[cfg(feature = "p384")]
            PublicKey::P384(_) => Self::from_bytes_p384(d.of()?)?,
            _ => return Err(ErrorKind::UnsupportedKey.into()),
        };
        if key.public_key() != public {
            return Err(ErrorKind::InvalidKey.into());
        }
        let algorithm = members.signature_algorithm()?.unwrap_or(key.algorithm);
        Ok(Self {
            secret: key.secret,
            algorithm,
        })
    }

    /// The private COSE_Key, deterministic, with the algorithm. Whoever keeps it erases it.
    pub fn to_cose_key(&self) -> Vec<u8> {
        let alg = Some(self.algorithm.number());
        let public = self.public_key();
        match &self.secret {
            Secret::P256(key) => encode::cose_key(
                &public,
                alg,
                Some(Zeroizing::new(<[u8; 32]>::from(key.to_bytes())).as_slice()),
            ),
            Secret::Ed25519(key) => encode::cose_key(&public, alg, Some(Zeroizing::new(key.to_bytes()).as_slice())),
            #[cfg(feature = "p384")]
            Secret::P384(key) => encode::cose_key(
                &public,
                alg,
                Some(Zeroizing::new(<[u8; 48]>::from(key.to_bytes())).as_slice()),
            ),
        }
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn public_key(&self) -> PublicKey {
        match &self.secret {
            Secret::P256(key) => p256_public(key.verifying_key()),
            Secret::Ed25519(key) => PublicKey::Ed25519(key.verifying_key().to_bytes()),
            #[cfg(feature = "p384")]
            Secret::P384(key) => p384_public(key.verifying_key()),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).map_err(|_| SignError::Failed)?;
                Ok(signature.to_bytes().to_vec())
            }
            Secret::Ed25519(key) => key
                .try_sign(message)
                .map(|signature| signature.to_bytes().to_vec())
                .map_err(|_| SignError::Failed),
            #[cfg(feature = "p384")]
            Secret::P384(key) => {
                let signature: p384::ecdsa::Signature = key.try_sign(message).map_err(|_| SignError::Failed)?;
                Ok(signature.to_bytes().to_vec())
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public_key", &self.public_key())
            .finish_non_exhaustive()
    }
}

// Uncompressed points: the tag 4, x, y. A verifying key is never the point at infinity, so that both are there.

/// x ‖ y of a P-256 key.
pub(super) fn p256_public(key: &p256::ecdsa::VerifyingKey) -> PublicKey {
    let mut out = [0u8; 64];
    if let Some(point) = key.to_encoded_point(false).as_bytes().last_chunk::<64>() {
        out = *point;
    }
    PublicKey::P256(out)
}

/// x ‖ y of a P-384 key.
#[cfg(feature = "p384")]
pub(super) fn p384_public(key: &p384::ecdsa::VerifyingKey) -> PublicKey {
    let mut out = [0u8; 96];
    if let Some(point) = key.to_encoded_point(false).as_bytes().last_chunk::<96>() {
        out = *point;
    }
    PublicKey::P384(out)
}
