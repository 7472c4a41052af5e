//! SUIT_Envelope (draft-ietf-suit-manifest-37 §8.2): what travels.
//!
//! The order in which a recipient uses it: [`Envelope::decode`], [`Envelope::check_manifest_digest`],
//! [`Envelope::verify_threshold`] (or one by one [`Envelope::verify_signature`]), and only then what reads the manifest: [`Envelope::check_digest`] or
//! [`Envelope::check_complete`], and [`Envelope::manifest`].

mod blocks;
mod check;
mod decode;
mod verify;

pub use crate::digest::{Digest, DigestAlgorithm};
pub use blocks::{Block, Blocks};

use crate::{
    cbor::KeyOrder,
    error::Error,
    manifest::{Manifest, Severable},
};
use arrayvec::ArrayVec;

/// CBOR tag of a SUIT_Envelope.
pub const TAG: u64 = 107;
/// Longest envelope that is decoded, in bytes: four times what the chain carries. A payload that makes an envelope
/// longer belongs into the distributed file system.
pub const MAX_ENVELOPE: usize = 64 * 1024;
/// Most authentication blocks: the signatures that count for a release, and as many of other kinds.
pub const MAX_BLOCKS: usize = 16;
/// Most integrated payloads: as many as the payloads of a release. Each is looked for in every sequence.
pub const MAX_INTEGRATED: usize = 8;

pub(crate) const AUTHENTICATION: i64 = 2;
pub(crate) const MANIFEST: i64 = 3;

/// How strictly an envelope is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Deterministic CBOR, tag 107 present: what the chain takes and this crate builds.
    Strict,
    /// As strict, but the keys of maps may stand in any order and the tag may be missing: what some tools make.
    Lenient,
}

impl Mode {
    pub(crate) const fn order(self) -> KeyOrder {
        match self {
            Self::Strict => KeyOrder::Sorted,
            Self::Lenient => KeyOrder::Any,
        }
    }
}

/// A byte string that holds CBOR.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wrapped<'a> {
    /// With its head: what digests are over.
    pub raw: &'a [u8],
    /// Without.
    pub content: &'a [u8],
    /// Where the content lies in the envelope.
    pub base: usize,
}

/// A decoded envelope. It borrows from what was given to [`Self::decode`].
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    mode: Mode,
    /// SUIT_Digest as received: what is signed.
    digest_bytes: &'a [u8],
    digest: Digest<'a>,
    blocks: Blocks<'a>,
    other_blocks: usize,
    manifest: Wrapped<'a>,
    severed: [Option<Wrapped<'a>>; Severable::COUNT],
    integrated: ArrayVec<(&'a str, &'a [u8]), MAX_INTEGRATED>,
    /// Where the first member lies that the format does not have.
    unknown: Option<usize>,
}

impl<'a> Envelope<'a> {
    /// Digest of the manifest, as the authentication wrapper claims it.
    pub fn manifest_digest(&self) -> Digest<'a> {
        self.digest
    }

    /// The encoded SUIT_Digest as received: the payload of every authentication block.
    pub fn signed_bytes(&self) -> &'a [u8] {
        self.digest_bytes
    }

    /// The manifest as received, without its byte string's head.
    pub fn manifest_bytes(&self) -> &'a [u8] {
        self.manifest.content
    }

    /// Reads the manifest, and with it the severable members that the envelope holds.
    pub fn manifest(&self) -> Result<Manifest<'a>, Error> {
        Manifest::read(
            self.manifest.content,
            self.manifest.base,
            self.mode.order(),
            &self.severed,
        )
    }

    /// How it was read.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Integrated payloads: key and bytes.
    pub fn integrated_payloads(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a, '_> {
        self.integrated.iter().copied()
    }
}
