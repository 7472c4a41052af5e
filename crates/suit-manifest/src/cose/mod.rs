//! COSE (RFC 9052): keys, thumbprints (RFC 9679), COSE_Sign1, COSE_Sign and COSE_Mac0.
//!
//! What decodes borrows and does not allocate. `decode` takes the closed form that our own formats have: protected headers
//! 1 (alg), 3 (content type) and 4 (kid) only, unprotected headers empty, so that nothing in a message is outside of its
//! signature. `decode_open` takes what others put into a SUIT envelope.
//!
//! COSE_Mac (97), which wraps its key for each recipient, is not read: an envelope carries and counts it.

mod algorithm;
#[cfg(feature = "alloc")]
mod build;
#[cfg(feature = "alloc")]
mod encode;
mod header;
pub(crate) mod hss;
mod key;
mod mac0;
mod members;
#[cfg(feature = "std")]
mod pem;
#[cfg(feature = "alloc")]
mod prepare;
mod sign;
mod sign1;
#[cfg(feature = "alloc")]
mod signer;
#[cfg(feature = "alloc")]
mod signing_key;
mod structure;
mod symmetric;

pub use algorithm::{Algorithm, MacAlgorithm};
#[cfg(feature = "alloc")]
pub use build::{add_signature, add_signature_detached, mac0, sign, sign1, sign_detached};
pub use header::MAX_KID;
pub use hss::{HSS_PUBLIC_KEY, MAX_HSS_SIGNATURE};
pub use key::PublicKey;
pub use mac0::Mac0;
#[cfg(feature = "alloc")]
pub use prepare::{prepare_sign, prepare_sign1, prepare_signature, Prepared};
pub use sign::{Sign, Signature, Signatures, MAX_SIGNATURES};
pub use sign1::Sign1;
#[cfg(feature = "alloc")]
pub use signer::{SignError, Signer};
#[cfg(feature = "alloc")]
pub use signing_key::SigningKey;
pub use symmetric::{SymmetricKey, MAX_SYMMETRIC_KEY, MIN_SYMMETRIC_KEY};

use crate::{
    cbor::{Kind, Reader},
    crypto::Crypto,
    error::{Error, ErrorKind},
};

/// CBOR tag of a COSE_Mac0.
pub const TAG_MAC0: u64 = 17;
/// CBOR tag of a COSE_Sign1.
pub const TAG_SIGN1: u64 = 18;
/// CBOR tag of a COSE_Mac.
pub const TAG_MAC: u64 = 97;
/// CBOR tag of a COSE_Sign.
pub const TAG_SIGN: u64 = 98;

/// Checks a signature over a message that is given in parts.
fn verify<C: Crypto>(
    crypto: &C,
    algorithm: Algorithm,
    key: &PublicKey,
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), Error> {
    if !algorithm.fits(key) {
        return Err(ErrorKind::AlgorithmMismatch.into());
    }
    let wrong_length = |_| ErrorKind::SignatureNotValid;
    let valid = match key {
        PublicKey::P256(key) => Some(crypto.verify_p256(key, message, signature.try_into().map_err(wrong_length)?)),
        PublicKey::Ed25519(key) => {
            Some(crypto.verify_ed25519(key, message, signature.try_into().map_err(wrong_length)?))
        }
        PublicKey::P384(key) => crypto.verify_p384(key, message, signature.try_into().map_err(wrong_length)?),
        PublicKey::HssLms(key) => crypto.verify_hss_lms(key, message, signature),
    };
    match valid {
        Some(true) => Ok(()),
        Some(false) => Err(ErrorKind::SignatureNotValid.into()),
        None => Err(ErrorKind::UnsupportedAlgorithm.into()),
    }
}

/// The payload: the message's own or the one that is given, never both.
fn either<'x>(own: Option<&'x [u8]>, detached: Option<&'x [u8]>) -> Result<&'x [u8], Error> {
    match (own, detached) {
        (Some(payload), None) | (None, Some(payload)) => Ok(payload),
        (None, None) => Err(ErrorKind::PayloadMissing.into()),
        (Some(_), Some(_)) => Err(ErrorKind::PayloadUnexpected.into()),
    }
}

/// A payload, or `null` for a detached one.
fn payload<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Error> {
    if reader.kind()? == Kind::Null {
        reader.null().map(|()| None)
    } else {
        reader.bytes().map(Some)
    }
}

/// A signature, as long as the algorithm's are.
fn signature<'a>(reader: &mut Reader<'a>, algorithm: Algorithm) -> Result<&'a [u8], Error> {
    let offset = reader.offset();
    let signature = reader.bytes()?;
    if algorithm.has_signature_length(signature.len()) {
        Ok(signature)
    } else {
        Err(ErrorKind::WrongLength.at(offset))
    }
}

#[cfg(test)]
mod tests;
