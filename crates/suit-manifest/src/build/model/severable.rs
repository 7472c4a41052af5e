//! Where a severable member is (§8.6).

use super::Digest;
use crate::digest::DigestAlgorithm;

/// A severable member of a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Severable<T> {
    /// In the manifest.
    Inside(T),
    /// The manifest has its digest, the envelope its content.
    Severed {
        /// The content.
        content: T,
        /// Algorithm of the digest.
        algorithm: DigestAlgorithm,
    },
    /// The manifest has its digest, and the content is not here.
    Digest(Digest),
}

impl<T> Severable<T> {
    /// Severed, with a SHA-256 digest.
    pub const fn severed(content: T) -> Self {
        Self::Severed {
            content,
            algorithm: DigestAlgorithm::Sha256,
        }
    }

    /// The content, where it is here.
    pub const fn content(&self) -> Option<&T> {
        match self {
            Self::Inside(content) | Self::Severed { content, .. } => Some(content),
            Self::Digest(_) => None,
        }
    }
}
