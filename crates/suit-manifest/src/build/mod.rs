//! Building manifests and envelopes.
//!
//! [`Firmware`] and [`Release`] make the manifests that most authors want, out of the draft's templates (§7);
//! [`model::Manifest`] is any manifest; [`Envelope`] is what it is signed in.

mod digest;
mod envelope;
mod firmware;
mod map;
pub mod model;
mod release;
mod templates;

pub use digest::Digest;
pub use envelope::{envelope, Envelope, CONTENT_TYPE};
pub use firmware::Firmware;
pub use release::{Image, Payload, Release, Source};

use crate::{cose::SignError, digest::DigestAlgorithm, error::Error, manifest::Severable};
use core::fmt;

/// Why a manifest or an envelope could not be built. New reasons may be added.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// What was given does not make a valid manifest.
    Malformed(Error),
    /// A release without an image.
    NoImage,
    /// No URI was given.
    NoUri,
    /// The image's size is 0.
    EmptyImage,
    /// A number that is given as a custom one, of a command, a parameter or a dependency's metadata, is one that the model
    /// has by name.
    NotCustom(i64),
    /// A digest algorithm that this crate does not compute.
    UnsupportedDigest(DigestAlgorithm),
    /// The manifest holds this member itself, or has none: there is nothing to take from the envelope or to put into it.
    NotSevered(Severable),
    /// This member is severed, and is not here.
    MissingMember(Severable),
    /// No URI of the manifest names this integrated payload.
    UnusedPayload,
    /// Signing failed.
    Sign(SignError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "this does not make a valid manifest: {error}"),
            Self::NoImage => f.write_str("the release has no image"),
            Self::NoUri => f.write_str("the image has no URI; give one"),
            Self::EmptyImage => f.write_str("the image is empty"),
            Self::NotCustom(number) => write!(
                f,
                "{number} is not a custom number; use the field or variant that it has"
            ),
            Self::UnsupportedDigest(algorithm) => {
                write!(f, "digests of algorithm {} are not computed here", algorithm.number())
            }
            Self::NotSevered(member) => write!(
                f,
                "the manifest has no digest in the place of member {}; sever it from the manifest before signing",
                member.key()
            ),
            Self::MissingMember(member) => write!(f, "severed member {} is not here", member.key()),
            Self::UnusedPayload => f.write_str("no URI of the manifest names this payload"),
            Self::Sign(error) => write!(f, "{error}"),
        }
    }
}

impl core::error::Error for BuildError {}

impl From<Error> for BuildError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}

impl From<SignError> for BuildError {
    fn from(error: SignError) -> Self {
        Self::Sign(error)
    }
}
