//! Who signs: keys in memory, and a trait for those that are elsewhere.

use super::{
    key::{Members, CRV, CRV_ED25519, CRV_P256, D, KEY_ALG, KTY, KTY_EC2, KTY_OKP, X, Y},
    Algorithm, PublicKey,
};
use crate::{
    cbor::Writer,
    error::{Error, ErrorKind},
};
use alloc::vec::Vec;
use core::fmt;
use p256::ecdsa::signature::Signer as _;
use zeroize::Zeroizing;

/// Why a message could not be signed. New reasons may be added.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SignError {
    /// No signer was given.
    NoSigner,
    /// More signers than a message may have ([`super::MAX_SIGNATURES`]).
    TooManySigners,
    /// This key has signed the message already.
    AlreadySigned,
    /// The signer's algorithm is not one of its key's.
    AlgorithmMismatch,
    /// The message to sign or to add to is not valid.
    Malformed(Error),
    /// The signer itself failed.
    Failed,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSigner => f.write_str("no signer was given; name at least one key"),
            Self::TooManySigners => f.write_str("more signers than a message may have"),
            Self::AlreadySigned => f.write_str("this key has signed the message already"),
            Self::AlgorithmMismatch => f.write_str("the signer's algorithm is not one of its key's"),
            Self::Malformed(error) => write!(f, "the message is not valid: {error}"),
            Self::Failed => f.write_str("the signer failed"),
        }
    }
}

impl core::error::Error for SignError {}

impl From<Error> for SignError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}

/// Signs messages: a key in memory, a hardware token, a service.
pub trait Signer {
    /// How it signs.
    fn algorithm(&self) -> Algorithm;
    /// What its signatures are verified with.
    fn public_key(&self) -> PublicKey;
    /// Signs; r ‖ s for ECDSA.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;
}

/// A private key in memory. It is erased when dropped, and `Debug` shows nothing of it.
pub struct SigningKey {
    secret: Secret,
    algorithm: Algorithm,
}

// Both erase themselves when dropped.
enum Secret {
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
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
    /// not that of the private one.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, Error> {
        let members = Members::read(bytes)?;
        let public = members.public()?;
        let d = members.d.ok_or(ErrorKind::MissingMember)?;
        let key = match public {
            PublicKey::P256(_) => Self::from_bytes_p256(d)?,
            PublicKey::Ed25519(_) => Self::from_bytes_ed25519(d),
        };
        if key.public_key() != public {
            return Err(ErrorKind::InvalidKey.into());
        }
        let algorithm = members.algorithm.unwrap_or(key.algorithm);
        Ok(Self {
            secret: key.secret,
            algorithm,
        })
    }

    /// The private COSE_Key, deterministic, with the algorithm. Whoever keeps it erases it.
    pub fn to_cose_key(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        let alg = self.algorithm.number();
        match (&self.secret, self.public_key()) {
            (Secret::P256(key), PublicKey::P256(point)) => {
                let (x, y) = point.split_at(32);
                let d = Zeroizing::new(<[u8; 32]>::from(key.to_bytes()));
                writer
                    .map(6)
                    .int(KTY)
                    .int(KTY_EC2)
                    .int(KEY_ALG)
                    .int(alg)
                    .int(CRV)
                    .int(CRV_P256);
                writer.int(X).bytes(x).int(Y).bytes(y).int(D).bytes(d.as_slice());
            }
            (Secret::Ed25519(key), public) => {
                let x = match public {
                    PublicKey::Ed25519(x) => x,
                    PublicKey::P256(_) => key.verifying_key().to_bytes(),
                };
                writer
                    .map(5)
                    .int(KTY)
                    .int(KTY_OKP)
                    .int(KEY_ALG)
                    .int(alg)
                    .int(CRV)
                    .int(CRV_ED25519);
                writer
                    .int(X)
                    .bytes(&x)
                    .int(D)
                    .bytes(Zeroizing::new(key.to_bytes()).as_slice());
            }
            // A P-256 key's public part is a P-256 point.
            (Secret::P256(_), PublicKey::Ed25519(_)) => {}
        }
        writer.finish()
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
        }
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).map_err(|_| SignError::Failed)?;
                Ok(signature.to_bytes().into())
            }
            Secret::Ed25519(key) => key
                .try_sign(message)
                .map(|s| s.to_bytes())
                .map_err(|_| SignError::Failed),
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

/// x ‖ y of a P-256 key.
pub(super) fn p256_public(key: &p256::ecdsa::VerifyingKey) -> PublicKey {
    let mut out = [0u8; 64];
    // Uncompressed: the tag 4, x, y. A verifying key is never the point at infinity, so that both are there.
    if let Some(point) = key.to_encoded_point(false).as_bytes().last_chunk::<64>() {
        out = *point;
    }
    PublicKey::P256(out)
}
