//! What the store refuses, and why.

use std::{io, path::PathBuf};

use crate::{dag::NodeError, Cid, CidError};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The CID is not one of ours.
    #[error(transparent)]
    UnsupportedCid(#[from] CidError),
    /// No open import asks for this block.
    #[error("nobody asked for block {cid}: publish the release first, and send a node before the blocks it links to")]
    NotWanted {
        /// The refused block.
        cid: Cid,
    },
    /// The bytes are not the ones that the CID names.
    #[error("the bytes sent as {cid} do not hash to it")]
    HashMismatch {
        /// What they were said to be.
        cid: Cid,
    },
    /// Larger than any block may be.
    #[error("a block of {length} bytes is larger than the {max} allowed: cut the image into leaves of 262144 bytes")]
    TooLarge {
        /// Length of the block.
        length: u64,
        /// The limit.
        max: u64,
    },
    /// The block hashes to its CID but is not a node that we accept.
    #[error("block {cid} is refused: {why}")]
    BadNode {
        /// The refused block.
        cid: Cid,
        /// What is wrong with it.
        why: NodeError,
    },
    /// The block, or what lies below it, is larger than what was announced.
    #[error("block {cid} holds {actual} bytes of the image, but {announced} were announced")]
    ExceedsSize {
        /// The refused block.
        cid: Cid,
        /// What its parent or the release says.
        announced: u64,
        /// What it holds.
        actual: u64,
    },
    /// The block, or what lies below it, is smaller than what was announced.
    #[error("block {cid} holds only {actual} bytes of the image, but {announced} were announced")]
    FallsShort {
        /// The refused block.
        cid: Cid,
        /// What its parent or the release says.
        announced: u64,
        /// What it holds.
        actual: u64,
    },
    /// The same root is already known with another size.
    #[error("image {root} is {known} bytes long, not {announced}")]
    OtherSize {
        /// The image.
        root: Cid,
        /// Its size, proven by its root block.
        known: u64,
        /// The size now given.
        announced: u64,
    },
    /// Too many different sizes were announced for a root whose block is not here yet.
    #[error("too many different sizes are announced for image {root}")]
    TooManySizes {
        /// The image.
        root: Cid,
    },
    /// The image is larger than the store takes.
    #[error("an image of {size} bytes is larger than the {max} that this store takes")]
    ImageTooLarge {
        /// Announced size.
        size: u64,
        /// The limit.
        max: u64,
    },
    /// The store's quota is used up.
    #[error("the store's quota is used up: {needed} bytes needed, {free} free; remove images or raise the quota")]
    Quota {
        /// Bytes that the image would occupy.
        needed: u64,
        /// Bytes left.
        free: u64,
    },
    /// The bytes on disk no longer hash to the CID. The block now counts as missing and can be put again.
    #[error("block {cid} is damaged on disk and is not served; it is wanted again")]
    Corrupt {
        /// The damaged block.
        cid: Cid,
    },
    /// No image with this root is known.
    #[error("image {root} is not in the store")]
    UnknownImage {
        /// The root asked for.
        root: Cid,
    },
    /// The image is known but this part of it has not arrived.
    #[error("block {cid} has not arrived yet")]
    Missing {
        /// The block that is needed.
        cid: Cid,
    },
    /// Another process has the store open.
    #[error("the store in {path} is open in another process")]
    InUse {
        /// The store's folder.
        path: PathBuf,
    },
    /// The folder holds something else, or a store of a version that we do not know.
    #[error("{path} is not a chunk store of a version that this program knows")]
    UnknownFormat {
        /// The store's folder.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("the disk is full ({path}): free some space; what was stored before is unharmed")]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// What was being read or written.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The reader given to an import failed.
    #[error("the image cannot be read: {0}")]
    Source(#[from] io::Error),
    /// The writer given to an export failed.
    #[error("the CAR cannot be written: {0}")]
    Sink(io::Error),
}

impl StoreError {
    /// Wraps the system's answer about a path.
    pub(super) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { path, source },
        }
    }
}
