//! Building and signing COSE messages of the closed form.

use super::{
    prepare::{prepare_sign, prepare_sign1, prepare_signature, protected, write_payload},
    structure, Algorithm, MacAlgorithm, SignError, Signer, SymmetricKey, MAX_SIGNATURES, TAG_MAC0,
};
use crate::{
    cbor::{Head, Writer},
    crypto::{Crypto, RustCrypto},
};
use alloc::vec::Vec;

/// Signs `payload` as a COSE_Sign1. Where it is `detached`, the message does not carry it.
pub fn sign1(
    payload: &[u8],
    content_type: Option<&str>,
    kid: Option<&[u8]>,
    detached: bool,
    signer: &dyn Signer,
) -> Result<Vec<u8>, SignError> {
    prepare_sign1(payload, check(signer)?, content_type, kid, detached).sign(signer)
}

/// Signs `payload` as a COSE_Sign, once with each signer; the key identifiers are the keys' thumbprints.
pub fn sign(payload: &[u8], content_type: Option<&str>, signers: &[&dyn Signer]) -> Result<Vec<u8>, SignError> {
    sign_all(payload, content_type, signers, false)
}

/// As [`sign`], and the message does not carry the payload: what a SUIT envelope takes.
pub fn sign_detached(
    payload: &[u8],
    content_type: Option<&str>,
    signers: &[&dyn Signer],
) -> Result<Vec<u8>, SignError> {
    sign_all(payload, content_type, signers, true)
}

fn sign_all(
    payload: &[u8],
    content_type: Option<&str>,
    signers: &[&dyn Signer],
    detached: bool,
) -> Result<Vec<u8>, SignError> {
    let (first, others) = signers.split_first().ok_or(SignError::NoSigner)?;
    if signers.len() > MAX_SIGNATURES {
        return Err(SignError::TooManySigners);
    }
    let kid = first.public_key().thumbprint(&RustCrypto);
    let mut message = prepare_sign(payload, check(*first)?, content_type, Some(&kid), detached).sign(*first)?;
    for signer in others {
        message = add(&message, detached.then_some(payload), *signer)?;
    }
    Ok(message)
}

/// Adds a signature to a COSE_Sign, so that several people can sign one after the other.
pub fn add_signature(cose_sign: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    add(cose_sign, None, signer)
}

/// As [`add_signature`], for a message that does not carry its payload.
pub fn add_signature_detached(cose_sign: &[u8], payload: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    add(cose_sign, Some(payload), signer)
}

fn add(cose_sign: &[u8], detached: Option<&[u8]>, signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let kid = signer.public_key().thumbprint(&RustCrypto);
    prepare_signature(cose_sign, detached, check(signer)?, Some(&kid))?.sign(signer)
}

/// Makes a COSE_Mac0 over `payload` with HMAC 256/256. Where it is `detached`, the message does not carry it.
///
/// # Errors
/// [`SignError::Failed`] where `crypto` has not got HMAC.
pub fn mac0<C: Crypto>(
    crypto: &C,
    payload: &[u8],
    content_type: Option<&str>,
    kid: Option<&[u8]>,
    detached: bool,
    key: &SymmetricKey,
) -> Result<Vec<u8>, SignError> {
    let protected = protected(Some(MacAlgorithm::Hmac256.number()), content_type, kid);
    let (protected_head, payload_head) = (Head::bytes(protected.len()), Head::bytes(payload.len()));
    let message = structure::mac0(&protected_head, &protected, &payload_head, payload);
    let tag = crypto.hmac_sha256(key.secret(), &message).ok_or(SignError::Failed)?;
    let mut writer = Writer::new();
    writer.tag(TAG_MAC0).array(4).bytes(&protected).map(0);
    write_payload(&mut writer, (!detached).then_some(payload));
    writer.bytes(&tag);
    Ok(writer.finish())
}

/// The signer's algorithm, which must be one of its key's.
fn check(signer: &dyn Signer) -> Result<Algorithm, SignError> {
    let algorithm = signer.algorithm();
    if algorithm.fits(&signer.public_key()) {
        Ok(algorithm)
    } else {
        Err(SignError::AlgorithmMismatch)
    }
}
