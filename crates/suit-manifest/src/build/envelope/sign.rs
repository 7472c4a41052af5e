//! Signatures and MACs.

use super::Envelope;
use crate::{
    build::{digest::Digest, BuildError},
    cbor::{Kind, Reader},
    cose::{self, Algorithm, Mac0, Prepared, PublicKey, Sign, Sign1, SignError, Signer, SymmetricKey},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{self, MAX_BLOCKS},
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
        self.check_new(&signer.public_key())?;
        let kid = signer.public_key().thumbprint(&RustCrypto);
        let block = cose::sign1(&self.digest, None, Some(&kid), true, signer)?;
        self.add_block(&block)
    }

    /// Adds one COSE_Sign over the manifest's digest, with a signature of each signer.
    ///
    /// # Errors
    /// As for [`Self::sign`]; [`SignError::TooManySigners`] for more than [`cose::MAX_SIGNATURES`] too.
    pub fn sign_together(&mut self, signers: &[&dyn Signer]) -> Result<(), BuildError> {
        self.check_signable()?;
        signers
            .iter()
            .try_for_each(|signer| self.check_new(&signer.public_key()))?;
        let block = cose::sign_detached(&self.digest, None, signers)?;
        self.add_block(&block)
    }

    /// Prepares a COSE_Sign1 that is signed elsewhere: [`Prepared::to_be_signed`] goes out, the signature comes back into
    /// [`Self::add_signature`], or into [`Prepared::finish`] and [`Self::add_block`] where the key is not known here. Other
    /// signatures may be added in the meantime. `kid` should be the key's thumbprint.
    ///
    /// # Errors
    /// As for [`Self::sign`].
    pub fn prepare(&self, algorithm: Algorithm, kid: Option<&[u8]>) -> Result<Prepared, BuildError> {
        self.check_signable()?;
        if kid.is_some_and(|kid| self.is_named(kid)) {
            return Err(SignError::AlreadySigned.into());
        }
        Ok(cose::prepare_sign1(&self.digest, algorithm, None, kid, true))
    }

    /// Adds the signature that came back for a message of [`Self::prepare`], once it holds with the key.
    ///
    /// # Errors
    /// As for [`Self::sign`]; [`SignError::SignatureLength`]; [`BuildError::Malformed`] with
    /// [`ErrorKind::SignatureNotValid`] or [`ErrorKind::AlgorithmMismatch`].
    pub fn add_signature(&mut self, prepared: Prepared, signature: &[u8], key: &PublicKey) -> Result<(), BuildError> {
        self.check_new(key)?;
        let block = prepared.finish(signature)?;
        Sign1::decode(&block)?.verify(&RustCrypto, key, Some(&self.digest))?;
        self.add_block(&block)
    }

    /// Adds a COSE_Mac0 over the manifest's digest with HMAC 256/256, for recipients that share the secret.
    ///
    /// # Errors
    /// As for [`Self::sign`]; [`SignError::Failed`] without the feature `hmac`.
    pub fn authenticate(&mut self, key: &SymmetricKey, kid: Option<&[u8]>) -> Result<(), BuildError> {
        self.check_signable()?;
        let block = cose::mac0(&RustCrypto, &self.digest, None, kid, true, key)?;
        self.add_block(&block)
    }

    /// Adds a block that was made elsewhere: a COSE_Sign1, COSE_Sign, COSE_Mac0 or COSE_Mac over
    /// [`Self::signed_bytes`], its payload detached. The signature itself is not checked, because that needs the key.
    ///
    /// # Errors
    /// [`BuildError::Sign`] with [`SignError::AlreadySigned`] where the block, or one with its key identifier,
    /// is there already, and with [`SignError::TooManySigners`] ([`MAX_BLOCKS`]); [`BuildError::Malformed`] where it is
    /// none of these messages, or [`ErrorKind::PayloadUnexpected`].
    pub fn add_block(&mut self, cose: &[u8]) -> Result<(), BuildError> {
        self.check_signable()?;
        check_detached(&mut Reader::with_order(cose, self.mode.order()))?;
        if self.blocks.iter().any(|block| block == cose) || kid(cose).is_some_and(|kid| self.is_named(kid)) {
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

    /// Fails where the key has signed already, under its thumbprint, under another name or under none.
    fn check_new(&self, key: &PublicKey) -> Result<(), BuildError> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let bytes = self.write();
        let decoded = envelope::Envelope::decode(&bytes, self.mode)?;
        if self.is_named(&key.thumbprint(&RustCrypto)) || decoded.signed_by(&RustCrypto, key) {
            return Err(SignError::AlreadySigned.into());
        }
        Ok(())
    }

    /// Whether a COSE_Sign1, COSE_Mac0 or signature of a COSE_Sign has this key identifier.
    fn is_named(&self, name: &[u8]) -> bool {
        self.blocks.iter().any(|block| {
            kid(block) == Some(name)
                || Sign::decode_open(block)
                    .is_ok_and(|sign| sign.signatures().any(|signature| signature.kid == Some(name)))
        })
    }
}

/// The key identifier of a COSE_Sign1 or COSE_Mac0.
fn kid(block: &[u8]) -> Option<&[u8]> {
    match Sign1::decode_open(block) {
        Ok(block) => block.kid,
        Err(_) => Mac0::decode_open(block).ok()?.kid,
    }
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
