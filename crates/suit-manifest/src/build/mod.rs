//! Building manifests and envelopes.

mod digest;
mod envelope;
mod firmware;
mod map;
pub mod model;

pub use digest::Digest;
pub use envelope::{envelope, CONTENT_TYPE};
pub use firmware::Firmware;

use crate::{cose::SignError, digest::DigestAlgorithm, error::Error};
use core::fmt;

/// Why a manifest or an envelope could not be built. New reasons may be added.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// What was given does not make a valid manifest.
    Malformed(Error),
    /// No URI was given.
    NoUri,
    /// The image's size is 0.
    EmptyImage,
    /// A number that is given as a custom one, of a command, a parameter or a dependency's metadata, is one that the model
    /// has by name.
    NotCustom(i64),
    /// A digest algorithm that this crate does not compute.
    UnsupportedDigest(DigestAlgorithm),
    /// Signing failed.
    Sign(SignError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "this does not make a valid manifest: {error}"),
            Self::NoUri => f.write_str("the image has no URI; give one"),
            Self::EmptyImage => f.write_str("the image is empty"),
            Self::NotCustom(number) => write!(
                f,
                "{number} is not a custom number; use the field or variant that it has"
            ),
            Self::UnsupportedDigest(algorithm) => {
                write!(f, "digests of algorithm {} are not computed here", algorithm.number())
            }
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
