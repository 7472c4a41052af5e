//! What is to be pinned, and what can be wrong with it for good.

use chunks::Cid;

/// Algorithm of an image's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A release on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub release: u64,
    /// What must be here before it is held.
    pub payloads: Vec<OrderPayload>,
}

/// One payload of a release.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderPayload {
    /// Root of the DAG.
    pub root: Cid,
    /// Length of the stored file in bytes.
    pub stored_size: u64,
    /// Digest of the stored bytes, where the release names one that holds for them.
    pub digest: Option<(DigestAlgorithm, Vec<u8>)>,
    /// Size that the release names for the stored bytes, where it does.
    pub size: Option<u64>,
}

/// Why a release is not held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Every block is the one that its CID names, and yet the image is not the one that the manifest names. For good:
    /// fetching again gives the same bytes.
    #[error("image {root} does not have the digest that the release names")]
    DigestMismatch {
        /// The image.
        root: Cid,
    },
    /// The image has another size than the manifest names. For good.
    #[error("image {root} has {stored} bytes, the release names {named}")]
    SizeMismatch {
        /// The image.
        root: Cid,
        /// Its size.
        stored: u64,
        /// The size that the release names.
        named: u64,
    },
    /// The blocks do not make a file of the announced size. For good.
    #[error("image {root} is not a file of the announced size: {reason}")]
    BadImage {
        /// The image.
        root: Cid,
        /// What the store found.
        reason: String,
    },
    /// The store failed or is full. It is tried again.
    #[error("the store failed with image {root}: {reason}")]
    Store {
        /// The image.
        root: Cid,
        /// What the store said.
        reason: String,
    },
}

impl Failure {
    /// Whether trying again is pointless.
    pub fn is_final(&self) -> bool {
        !matches!(self, Failure::Store { .. })
    }
}
