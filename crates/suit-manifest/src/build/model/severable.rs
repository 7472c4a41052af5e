//! Where a severable member is (§8.6).

use super::{Digest, Manifest};
use crate::{build::BuildError, digest::DigestAlgorithm, manifest};

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

    /// The same, severed with this algorithm where it was in the manifest.
    pub fn sever(self, algorithm: DigestAlgorithm) -> Self {
        match self {
            Self::Inside(content) => Self::Severed { content, algorithm },
            other => other,
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

impl Manifest {
    /// Severs a member that is in the manifest. This changes the manifest: it is for authors, before they sign.
    ///
    /// # Errors
    /// [`BuildError::MissingMember`] where there is no such member.
    pub fn sever(&mut self, member: manifest::Severable, algorithm: DigestAlgorithm) -> Result<(), BuildError> {
        use manifest::Severable::*;
        let found = match member {
            Coswid => sever(&mut self.coswid, algorithm),
            DependencyResolution => sever(&mut self.dependency_resolution, algorithm),
            PayloadFetch => sever(&mut self.payload_fetch, algorithm),
            CandidateVerification => sever(&mut self.candidate_verification, algorithm),
            Install => sever(&mut self.install, algorithm),
            Text => sever(&mut self.text, algorithm),
        };
        found.ok_or(BuildError::MissingMember(member))
    }
}

fn sever<T>(member: &mut Option<Severable<T>>, algorithm: DigestAlgorithm) -> Option<()> {
    *member = Some(member.take()?.sever(algorithm));
    Some(())
}
