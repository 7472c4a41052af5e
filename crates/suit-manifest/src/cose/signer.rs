//! Who signs: a trait for keys in memory, hardware tokens and services.

use super::{Algorithm, PublicKey};
use crate::error::Error;
use alloc::vec::Vec;
use core::fmt;

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
    /// The signature that came back is not as long as the algorithm's are.
    SignatureLength,
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
            Self::SignatureLength => f.write_str("the signature is not as long as the algorithm's are"),
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
    /// Signs: r ‖ s for ECDSA (64 bytes with P-256, 96 with P-384), R ‖ S for Ed25519 (64), an HSS signature for HSS-LMS.
    ///
    /// # Errors
    /// [`SignError::Failed`], or what else the signer has to say.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}
