//! Is the whole image the one that the release names? Blocks that fit their CIDs do not say so: the author of a
//! manifest names digest and size apart from the root.

use crate::order::{DigestAlgorithm, Failure, OrderPayload};
use chunks::store::{Store, StoreError};
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::sync::atomic::{AtomicBool, Ordering};

/// What became of a check.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Every byte was read, verified, and agrees.
    Good,
    /// It does not agree, or the store failed.
    Bad(Failure),
    /// A block is damaged on the disk. The store has marked it missing.
    Damaged,
    /// The node shuts down.
    Stopped,
}

/// Streams the image from the store. Blocking, and as long as reading it takes.
pub(crate) fn check(store: &Store, payload: &OrderPayload, stop: &AtomicBool) -> Verdict {
    let OrderPayload {
        root,
        stored_size,
        digest,
        size,
    } = payload;
    if let Some(named) = size {
        if named != stored_size {
            return Verdict::Bad(Failure::SizeMismatch {
                root: *root,
                stored: *stored_size,
                named: *named,
            });
        }
    }
    let mut hasher = digest.as_ref().map(|(algorithm, _)| Hasher::new(*algorithm));
    let mut offset = 0u64;
    while offset < *stored_size {
        if stop.load(Ordering::Relaxed) {
            return Verdict::Stopped;
        }
        let left = usize::try_from(stored_size.saturating_sub(offset)).unwrap_or(usize::MAX);
        match store.read(root, offset, left.min(chunks::LEAF)) {
            Ok(piece) if piece.is_empty() => {
                return Verdict::Bad(Failure::SizeMismatch {
                    root: *root,
                    stored: offset,
                    named: *stored_size,
                });
            }
            Ok(piece) => {
                if let Some(hasher) = &mut hasher {
                    hasher.update(&piece);
                }
                offset = offset.saturating_add(piece.len() as u64);
            }
            // Missing: somebody else met the damage first.
            Err(StoreError::Corrupt { .. } | StoreError::Missing { .. }) => return Verdict::Damaged,
            Err(error) => {
                return Verdict::Bad(Failure::Store {
                    root: *root,
                    reason: error.to_string(),
                })
            }
        }
    }
    let agrees = match (hasher.map(Hasher::finish), digest) {
        (Some(found), Some((_, expected))) => found == *expected,
        _ => true,
    };
    if agrees {
        Verdict::Good
    } else {
        Verdict::Bad(Failure::DigestMismatch { root: *root })
    }
}

enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    fn new(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Sha256 => Hasher::Sha256(Sha256::new()),
            DigestAlgorithm::Sha384 => Hasher::Sha384(Sha384::new()),
            DigestAlgorithm::Sha512 => Hasher::Sha512(Sha512::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha384(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Hasher::Sha256(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha384(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha512(hasher) => hasher.finalize().to_vec(),
        }
    }
}
