//! Signatures and MACs.

use super::Envelope;
use crate::{
    build::{digest::Digest, BuildError},
    cbor::{Kind, Reader},
    cose::{self, PublicKey, Sign1, SignError, Signer},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::MAX_BLOCKS,
    error::{Error, ErrorKind},
};
use alloc::vec::Vec;

/// Puts a manifest into an envelope, with its SHA-256 digest and one COSE_Sign1 for each signer, which names its key by
/// thumbprint in the protected header.
///
/// # Errors
/// Where the manifest is not one, no signer is given, or one of them twice.
pub fn envelope(manifest: &[u8], signers: &[&dyn Signer]) -> Result<Vec<u8>, BuildError> {
    let mut envelope = Envelope::from_manifest_bytes(manifest, DigestAlgorithm::Sha256)?;
    if signers.is_empty() {
        return Err(SignError::NoSigner.into());
    }
    for signer in signers {
        envelope.sign(*signer)?;
    }
    envelope.encode()
}

impl Envelope {
    /// Adds a COSE_Sign1 over the manifest's digest; it names the key by its thumbprint in the protected header.
    ///
    /// # Errors
    /// [`BuildError::Sign`] with [`SignError::AlreadySigned`], [`SignError::TooManySigners`] ([`MAX_BLOCKS`]) or the
    /// signer's own; [`BuildError::Malformed`] with [`ErrorKind::DigestMismatch`] where the envelope's digest is not the
    /// manifest's.
    pub fn sign(&mut self, signer: &dyn Signer) -> Result<(), BuildError> {
        self.check_signable()?;
        let key = signer.public_key();
        let kid = key.thumbprint(&RustCrypto);
        if self.has_signature_of(&key, &kid) {
            return Err(SignError::AlreadySigned.into());
        }
        let block = cose::sign1(&self.digest, None, Some(&kid), true, signer)?;
        self.add_block(&block)
    }

    /// Adds a block that was made elsewhere: a COSE_Sign1, COSE_Sign, COSE_Mac0 or COSE_Mac over
    /// [`Self::signed_bytes`], its payload detached. The signature itself is not checked, because that needs the key.
    ///
    /// # Errors
    /// [`BuildError::Sign`] with [`SignError::AlreadySigned`] where the block, or a COSE_Sign1 with its key identifier,
    /// is there already, and with [`SignError::TooManySigners`] ([`MAX_BLOCKS`]); [`BuildError::Malformed`] where it is
    /// none of these messages, or [`ErrorKind::PayloadUnexpected`].
    pub fn add_block(&mut self, cose: &[u8]) -> Result<(), BuildError> {
        self.check_signable()?;
        check_detached(&mut Reader::with_order(cose, self.mode.order()))?;
        let named = kid(cose);
        if self
            .blocks
            .iter()
            .any(|block| block == cose || (named.is_some() && kid(block) == named))
        {
            return Err(SignError::AlreadySigned.into());
        }
        self.change(|envelope| envelope.blocks.push(cose.to_vec()))
    }

    /// Whether another block may be added, and would say what it seems to say.
    fn check_signable(&self) -> Result<(), BuildError> {
        if self.blocks.len() >= MAX_BLOCKS {
            return Err(SignError::TooManySigners.into());
        }
        let algorithm = self.digest_algorithm()?;
        if Digest::of_wrapped(algorithm, &self.manifest)?.encode() != self.digest {
            return Err(Error::from(ErrorKind::DigestMismatch).into());
        }
        Ok(())
    }

    fn digest_algorithm(&self) -> Result<DigestAlgorithm, Error> {
        let mut reader = Reader::new(&self.digest);
        reader.array_of(2)?;
        Ok(DigestAlgorithm::from_number(reader.int()?))
    }

    fn has_signature_of(&self, key: &PublicKey, thumbprint: &[u8]) -> bool {
        self.blocks
            .iter()
            .filter_map(|block| Sign1::decode_open(block).ok())
            .any(|block| {
                match block.kid {
                    Some(kid) if kid == thumbprint => true,
                    // Other tools name keys in other ways, or not at all.
                    _ => block.verify(&RustCrypto, key, Some(&self.digest)).is_ok(),
                }
            })
    }
}

fn kid(block: &[u8]) -> Option<&[u8]> {
    Sign1::decode_open(block).ok()?.kid
}

/// Every COSE message of these begins with protected header, unprotected header, payload (RFC 9052 §4, §6).
fn check_detached(reader: &mut Reader<'_>) -> Result<(), Error> {
    reader.tag()?;
    if reader.array()? < 3 {
        return Err(reader.error(ErrorKind::WrongLength));
    }
    reader.bytes()?;
    reader.item()?;
    match reader.kind()? {
        Kind::Null => Ok(()),
        _ => Err(reader.error(ErrorKind::PayloadUnexpected)),
    }
}
