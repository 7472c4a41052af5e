//! Who vouches for the manifest's digest (draft-ietf-suit-manifest-37 §8.3).
//!
//! What is verified here says nothing about the manifest unless [`Envelope::check_manifest_digest`],
//! [`Envelope::check_digest`] or [`Envelope::check_complete`] has passed too.

use super::{Block, Envelope};
use crate::{
    cose::{PublicKey, Sign1, SymmetricKey},
    crypto::Crypto,
    error::{Error, ErrorKind, Section},
};

impl<'a> Envelope<'a> {
    /// Every authentication block, in the envelope's order.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'a>> + use<'a> {
        // `decode` has read them once.
        self.blocks.clone().filter_map(Result::ok)
    }

    /// The COSE_Sign1 blocks whose algorithm this crate verifies, in the envelope's order.
    pub fn signatures(&self) -> impl Iterator<Item = Sign1<'a>> + use<'a> {
        self.blocks().filter_map(|block| match block {
            Block::Sign1(block) => Some(block),
            _ => None,
        })
    }

    /// How many authentication blocks there are that [`Self::signatures`] passes over: MACs, COSE_Sign, other algorithms.
    pub fn other_blocks(&self) -> usize {
        self.other_blocks
    }

    /// Checks the signature of one of [`Self::signatures`] over the manifest's digest.
    ///
    /// The signature says nothing about the manifest unless [`Self::check_manifest_digest`], [`Self::check_digest`] or
    /// [`Self::check_complete`] has passed too.
    ///
    /// # Errors
    /// [`ErrorKind::SignatureNotValid`], [`ErrorKind::AlgorithmMismatch`], [`ErrorKind::UnsupportedAlgorithm`] where
    /// `crypto` has not got it, and [`ErrorKind::PayloadUnexpected`] where the payload is not detached (§8.3).
    pub fn verify_signature<C: Crypto>(&self, crypto: &C, block: &Sign1<'a>, key: &PublicKey) -> Result<(), Error> {
        block.verify(crypto, key, Some(self.digest_bytes))
    }

    /// Whether the key has signed the manifest's digest, in a COSE_Sign1 or among others in a COSE_Sign.
    pub fn signed_by<C: Crypto>(&self, crypto: &C, key: &PublicKey) -> bool {
        self.find_signature(crypto, key).is_ok()
    }

    /// Checks that at least `threshold` of the keys have signed the manifest's digest, and says how many. A key counts
    /// once, however often it signed and however often it stands among `keys`.
    ///
    /// The work is bounded by the number of keys, times [`super::MAX_BLOCKS`] times
    /// [`crate::cose::MAX_SIGNATURES`]; signatures of other kinds than a key's cost nothing.
    ///
    /// # Errors
    /// [`ErrorKind::TooFewSignatures`]; [`ErrorKind::BadValue`] for a threshold of 0, which nobody would have to sign for;
    /// [`ErrorKind::UnsupportedAlgorithm`] where there are too few, and a key is of a kind that `crypto` has not got.
    pub fn verify_threshold<C: Crypto>(
        &self,
        crypto: &C,
        keys: &[PublicKey],
        threshold: usize,
    ) -> Result<usize, Error> {
        if threshold == 0 {
            return Err(ErrorKind::BadValue.at(0).within(Section::Authentication));
        }
        let mut count = 0usize;
        let mut reason = ErrorKind::TooFewSignatures;
        for (index, key) in keys.iter().enumerate() {
            if keys.iter().take(index).any(|earlier| earlier == key) {
                continue;
            }
            match self.find_signature(crypto, key) {
                Ok(()) => count = count.saturating_add(1),
                Err(ErrorKind::UnsupportedAlgorithm) => reason = ErrorKind::UnsupportedAlgorithm,
                Err(_) => {}
            }
        }
        if count >= threshold {
            Ok(count)
        } else {
            Err(reason.into())
        }
    }

    /// Checks that one of the COSE_Mac0 blocks was made with the key over the manifest's digest.
    ///
    /// # Errors
    /// [`ErrorKind::MissingMember`] where there is no COSE_Mac0, [`ErrorKind::SignatureNotValid`],
    /// [`ErrorKind::PayloadUnexpected`] where the payload is not detached (§8.3), [`ErrorKind::UnsupportedAlgorithm`] where
    /// `crypto` has not got HMAC.
    pub fn verify_mac<C: Crypto>(&self, crypto: &C, key: &SymmetricKey) -> Result<(), Error> {
        let mut outcome = Err(ErrorKind::MissingMember.at(0).within(Section::Authentication));
        for block in self.blocks() {
            if let Block::Mac0(block) = block {
                outcome = block.verify(crypto, key, Some(self.digest_bytes));
                if outcome.is_ok() {
                    break;
                }
            }
        }
        outcome
    }

    /// Looks for a signature by the key.
    fn find_signature<C: Crypto>(&self, crypto: &C, key: &PublicKey) -> Result<(), ErrorKind> {
        let mut found = Err(ErrorKind::SignatureNotValid);
        let mut note = |result: Result<(), Error>| match result {
            Ok(()) => {
                found = Ok(());
                true
            }
            Err(error) => {
                if error.kind == ErrorKind::UnsupportedAlgorithm {
                    found = Err(error.kind);
                }
                false
            }
        };
        let detached = Some(self.digest_bytes);
        // Stops at the first that holds.
        let _ = self.blocks().any(|block| match block {
            Block::Sign1(block) => note(block.verify(crypto, key, detached)),
            Block::Sign(block) => block
                .signatures()
                .any(|signature| note(block.verify_detached(crypto, &signature, key, detached))),
            Block::Mac0(_) | Block::Other { .. } => false,
        });
        found
    }
}
