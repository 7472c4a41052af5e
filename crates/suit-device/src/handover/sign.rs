//! Making key handovers.

use super::{
    payload::{key, HandoverPayload, VERSION},
    Handover, CONTENT_TYPE,
};
use crate::{message::is_known, IssueError};
use alloc::vec::Vec;
use suit_manifest::{
    cbor::Writer,
    cose::{self, Algorithm, Prepared, PublicKey, SignError, Signer},
    crypto::RustCrypto,
    error::ErrorKind,
};

impl HandoverPayload {
    /// The deterministic encoding: what the old keys sign.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(5);
        w.int(key::VERSION).uint(VERSION);
        w.int(key::VENDOR).bytes(&self.vendor);
        w.int(key::NUMBER).uint(self.number);
        w.int(key::THRESHOLD).uint(self.threshold.into());
        w.int(key::KEYS).array(self.keys.len());
        for key in &self.keys {
            w.bytes(&key.to_cose_key());
        }
        w.finish()
    }
}

/// Makes a handover with the signatures of one to eight old keys, none of them twice.
///
/// # Errors
/// [`IssueError::Handover`] where the payload is not one that a device would read, or a next key is not valid;
/// [`IssueError::Sign`], with [`ErrorKind::UnsupportedAlgorithm`] where an old key is neither of P-256 nor Ed25519.
pub fn sign(payload: &HandoverPayload, signers: &[&dyn Signer]) -> Result<Vec<u8>, IssueError> {
    check_payload(payload)?;
    signers
        .iter()
        .try_for_each(|signer| check_algorithm(signer.algorithm(), &signer.public_key()))?;
    Ok(cose::sign(&payload.encode(), Some(CONTENT_TYPE), signers)?)
}

/// Adds an old key's signature to a handover that others have signed before.
///
/// # Errors
/// [`IssueError::Handover`] where this is not a handover: nobody shall sign another message by mistake;
/// [`SignError::AlreadySigned`] and [`SignError::TooManySigners`]; those of [`sign`].
pub fn add_signature(handover: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, IssueError> {
    check_handover(handover)?;
    check_algorithm(signer.algorithm(), &signer.public_key())?;
    Ok(cose::add_signature(handover, signer)?)
}

/// Prepares a handover with its first signature, for an old key that signs elsewhere: what it has to sign is
/// [`Prepared::to_be_signed`], and [`Prepared::finish`] makes the handover of its signature.
///
/// # Errors
/// Those of [`sign`].
pub fn prepare(payload: &HandoverPayload, algorithm: Algorithm, key: &PublicKey) -> Result<Prepared, IssueError> {
    check_payload(payload)?;
    check_algorithm(algorithm, key)?;
    let kid = key.thumbprint(&RustCrypto);
    Ok(cose::prepare_sign(
        &payload.encode(),
        algorithm,
        Some(CONTENT_TYPE),
        Some(&kid),
        false,
    ))
}

/// As [`add_signature`], for an old key that signs elsewhere: see [`prepare`].
///
/// # Errors
/// Those of [`add_signature`].
pub fn prepare_signature(handover: &[u8], algorithm: Algorithm, key: &PublicKey) -> Result<Prepared, IssueError> {
    check_handover(handover)?;
    check_algorithm(algorithm, key)?;
    let kid = key.thumbprint(&RustCrypto);
    Ok(cose::prepare_signature(handover, None, algorithm, Some(&kid))?)
}

fn check_payload(payload: &HandoverPayload) -> Result<(), IssueError> {
    payload.check().map_err(IssueError::Handover)?;
    payload.check_keys(&RustCrypto).map_err(IssueError::Handover)
}

fn check_handover(handover: &[u8]) -> Result<(), IssueError> {
    let handover = Handover::decode(handover).map_err(IssueError::Handover)?;
    check_payload(&handover.payload)
}

/// Whether version 1 has this algorithm, and it is one of the key's.
fn check_algorithm(algorithm: Algorithm, key: &PublicKey) -> Result<(), SignError> {
    if !is_known(algorithm) {
        return Err(SignError::Malformed(ErrorKind::UnsupportedAlgorithm.into()));
    }
    if !algorithm.fits(key) {
        return Err(SignError::AlgorithmMismatch);
    }
    Ok(())
}
