//! Envelopes that are being made: the manifest is fixed, what lies around it comes and goes.

mod decode;
mod encode;
mod members;
mod sign;

pub use sign::envelope;

use super::{digest::Digest, model, BuildError};
use crate::{
    digest::DigestAlgorithm,
    envelope::Mode,
    error::Error,
    manifest::{self, Severable},
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// Media type of an envelope.
pub const CONTENT_TYPE: &str = "application/suit-envelope+cose";

/// SUIT_Envelope (§8.2), owned.
///
/// Its manifest never changes: whoever wants another one makes another envelope, without signatures. Signatures and MACs,
/// severed members and integrated payloads are added to it, each checked against the manifest.
///
/// ```
/// use std::collections::BTreeMap;
/// use suit_manifest::{
///     build::{
///         model::{manifest_text, LanguageText, Text},
///         Envelope, Firmware,
///     },
///     cose::SigningKey,
///     digest::DigestAlgorithm,
///     manifest::Severable,
/// };
///
/// let firmware = Firmware {
///     vendor: suit_manifest::uuid::vendor_id("example.com"),
///     class: [2; 16],
///     sequence_number: 7,
///     component: &[b"app"],
///     digest: [3; 32],
///     size: 1024,
///     uri: "https://example.com/app.bin",
/// };
/// let mut release = firmware.release();
/// let description = BTreeMap::from([(manifest_text::UPDATE_DESCRIPTION, "Fixes the clock".into())]);
/// release.text = Text(BTreeMap::from([(
///     "en".into(),
///     LanguageText { manifest: description, ..Default::default() },
/// )]));
///
/// let mut envelope = Envelope::new(&release.manifest()?, DigestAlgorithm::Sha256)?;
/// envelope.sign(&SigningKey::from_bytes_p256(&[7; 32])?)?;
/// let for_people = envelope.encode()?;
///
/// // Devices get the envelope without the text, and the signature still holds.
/// let text = envelope.sever(Severable::Text)?;
/// assert!(envelope.encode()?.len() < for_people.len());
/// envelope.attach(Severable::Text, &text)?;
/// assert_eq!(envelope.encode()?, for_people);
/// # Ok::<(), suit_manifest::build::BuildError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// How strictly it is read back: an envelope that was decoded leniently holds a manifest that only that mode reads.
    mode: Mode,
    /// SUIT_Digest of the manifest, encoded: what is signed.
    digest: Vec<u8>,
    /// COSE messages.
    blocks: Vec<Vec<u8>>,
    manifest: Vec<u8>,
    severed: BTreeMap<Severable, Vec<u8>>,
    integrated: BTreeMap<String, Vec<u8>>,
    /// Members that the format does not have, which others may understand.
    others: BTreeMap<i64, Vec<u8>>,
}

impl Envelope {
    /// An envelope without signatures around this manifest, with the severed members that the model holds.
    ///
    /// # Errors
    /// Those of [`model::Manifest::encode`].
    pub fn new(manifest: &model::Manifest, algorithm: DigestAlgorithm) -> Result<Self, BuildError> {
        let encoded = manifest.encode_parts()?;
        let mut envelope = Self::around(encoded.manifest, algorithm)?;
        envelope.severed.extend(encoded.severed);
        Ok(envelope)
    }

    /// An envelope without signatures around an encoded manifest. Severed members can be attached.
    ///
    /// # Errors
    /// [`BuildError::Malformed`] where the strict decoder refuses the manifest; [`BuildError::UnsupportedDigest`].
    pub fn from_manifest_bytes(manifest: &[u8], algorithm: DigestAlgorithm) -> Result<Self, BuildError> {
        // Nobody should sign what no recipient would read.
        manifest::Manifest::decode(manifest, Mode::Strict)?;
        Self::around(manifest.to_vec(), algorithm)
    }

    fn around(manifest: Vec<u8>, algorithm: DigestAlgorithm) -> Result<Self, BuildError> {
        Ok(Self {
            mode: Mode::Strict,
            digest: Digest::of_wrapped(algorithm, &manifest)?.encode(),
            blocks: Vec::new(),
            manifest,
            severed: BTreeMap::new(),
            integrated: BTreeMap::new(),
            others: BTreeMap::new(),
        })
    }

    /// The manifest's bytes, without the byte string's head.
    pub fn manifest_bytes(&self) -> &[u8] {
        &self.manifest
    }

    /// The encoded SUIT_Digest: the payload of every authentication block.
    pub fn signed_bytes(&self) -> &[u8] {
        &self.digest
    }

    /// The authentication blocks: COSE messages.
    pub fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().map(Vec::as_slice)
    }

    /// The severed members that are here, without their byte strings' heads.
    pub fn severed(&self) -> impl Iterator<Item = (Severable, &[u8])> {
        self.severed
            .iter()
            .map(|(member, content)| (*member, content.as_slice()))
    }

    /// The integrated payloads: key and bytes.
    pub fn payloads(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.integrated
            .iter()
            .map(|(name, payload)| (name.as_str(), payload.as_slice()))
    }

    /// The model of the manifest, with the severed members that are here: what a changed manifest starts from.
    ///
    /// # Errors
    /// [`BuildError::Malformed`] where the manifest is not one.
    pub fn model(&self) -> Result<model::Manifest, BuildError> {
        self.with_manifest(model::Manifest::from_decoded)
    }

    /// Reads the manifest, together with the severed members.
    fn with_manifest<T>(
        &self,
        read: impl FnOnce(&manifest::Manifest<'_>) -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        let severed = model::wrapped(&self.severed);
        read(&manifest::Manifest::read(
            &self.manifest,
            0,
            self.mode.order(),
            &severed,
        )?)
    }

    /// Makes a change, or leaves everything as it was where the result would not be an envelope.
    fn change(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), BuildError> {
        let mut changed = self.clone();
        change(&mut changed);
        changed.encode()?;
        *self = changed;
        Ok(())
    }
}

impl TryFrom<&[u8]> for Envelope {
    type Error = Error;

    /// Reads an envelope strictly; see [`Envelope::decode`].
    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        Self::decode(bytes, Mode::Strict)
    }
}
