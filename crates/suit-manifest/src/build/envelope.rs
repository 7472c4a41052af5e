//! Envelopes around a manifest.

use super::BuildError;
use crate::{
    cbor::{Head, Writer},
    cose::{self, SignError, Signer},
    crypto::{Crypto, RustCrypto},
    digest::DigestAlgorithm,
    envelope::{Mode, MAX_BLOCKS, TAG},
    manifest::Manifest,
};
use alloc::vec::Vec;

/// Media type of an envelope.
pub const CONTENT_TYPE: &str = "application/suit-envelope+cose";

/// Puts a manifest into an envelope, with its SHA-256 digest and one COSE_Sign1 for each signer, which names its key by
/// thumbprint in the protected header.
///
/// # Errors
/// Where the manifest is not one, no signer is given, or one of them twice.
pub fn envelope(manifest: &[u8], signers: &[&dyn Signer]) -> Result<Vec<u8>, BuildError> {
    // Nobody should sign what no recipient would read.
    Manifest::decode(manifest, Mode::Strict)?;
    if signers.is_empty() {
        return Err(SignError::NoSigner.into());
    }
    if signers.len() > MAX_BLOCKS {
        return Err(SignError::TooManySigners.into());
    }
    let head = Head::bytes(manifest.len());
    let mut digest = Writer::new();
    let sha256 = RustCrypto.sha256(&[head.as_slice(), manifest]);
    digest.array(2).int(DigestAlgorithm::Sha256.number()).bytes(&sha256);
    let digest = digest.finish();

    let mut wrapper = Writer::new();
    wrapper.array(signers.len().saturating_add(1)).bytes(&digest);
    for (index, signer) in signers.iter().enumerate() {
        let key = signer.public_key();
        if signers.iter().take(index).any(|earlier| earlier.public_key() == key) {
            return Err(SignError::AlreadySigned.into());
        }
        let kid = key.thumbprint(&RustCrypto);
        wrapper.bytes(&cose::sign1(&digest, None, Some(&kid), true, *signer)?);
    }

    let mut writer = Writer::new();
    writer
        .tag(TAG)
        .map(2)
        .uint(2)
        .bytes(&wrapper.finish())
        .uint(3)
        .bytes(manifest);
    Ok(writer.finish())
}
