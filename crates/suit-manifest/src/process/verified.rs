//! What the processor runs: an envelope whose authentication has been checked.

use crate::{
    cose::{PublicKey, SymmetricKey},
    crypto::Crypto,
    envelope::{Envelope, Mode},
    error::{Error, Section, Within as _},
    manifest::Manifest,
};

/// Whose signatures count.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'k> {
    /// The trust anchors.
    pub keys: &'k [PublicKey],
    /// How many of them must have signed; at least 1.
    pub threshold: usize,
}

/// An envelope whose signatures, manifest digest and severed members have been checked. Nothing else makes one, so that the
/// processor cannot be given a manifest that nobody vouches for (§6.2).
#[derive(Clone, Debug)]
pub struct Verified<'a> {
    envelope: Envelope<'a>,
    manifest: Manifest<'a>,
}

impl<'a> Verified<'a> {
    /// Decodes an envelope and checks that those who are trusted signed it. The manifest is read after that (§6.2).
    ///
    /// # Errors
    /// What [`Envelope::decode`], [`Envelope::verify_threshold`], [`Envelope::check_digest`] and [`Envelope::manifest`] find.
    pub fn decode<C: Crypto>(bytes: &'a [u8], mode: Mode, crypto: &C, trust: &Trust<'_>) -> Result<Self, Error> {
        Self::authenticate(Envelope::decode(bytes, mode)?, crypto, trust)
    }

    /// As [`Self::decode`], for an envelope that is decoded already.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn authenticate<C: Crypto>(envelope: Envelope<'a>, crypto: &C, trust: &Trust<'_>) -> Result<Self, Error> {
        envelope
            .verify_threshold(crypto, trust.keys, trust.threshold)
            .within(Section::Authentication)?;
        Self::read(envelope, crypto)
    }

    /// As [`Self::authenticate`], for a recipient that shares a symmetric key with the author (COSE_Mac0).
    ///
    /// # Errors
    /// As [`Self::decode`], with [`Envelope::verify_mac`] in place of the signatures.
    pub fn authenticate_mac<C: Crypto>(envelope: Envelope<'a>, crypto: &C, key: &SymmetricKey) -> Result<Self, Error> {
        envelope.verify_mac(crypto, key).within(Section::Authentication)?;
        Self::read(envelope, crypto)
    }

    fn read<C: Crypto>(envelope: Envelope<'a>, crypto: &C) -> Result<Self, Error> {
        envelope.check_digest(crypto)?;
        let manifest = envelope.manifest()?;
        Ok(Self { envelope, manifest })
    }

    /// Reads again what was checked before: the envelope of a dependency.
    pub(super) fn again(bytes: &'a [u8], mode: Mode) -> Result<Self, Error> {
        let envelope = Envelope::decode(bytes, mode)?;
        let manifest = envelope.manifest()?;
        Ok(Self { envelope, manifest })
    }

    /// The envelope.
    pub fn envelope(&self) -> &Envelope<'a> {
        &self.envelope
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest<'a> {
        &self.manifest
    }

    /// The integrated payload with this key.
    pub fn integrated(&self, key: &str) -> Option<&'a [u8]> {
        let mut all = self.envelope.integrated_payloads();
        all.find(|(name, _)| *name == key).map(|(_, bytes)| bytes)
    }
}
