//! Building manifests and envelopes.

mod envelope;
mod firmware;

pub use envelope::{envelope, CONTENT_TYPE};
pub use firmware::Firmware;

use crate::{cose::SignError, error::Error};
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
    /// Signing failed.
    Sign(SignError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "this does not make a valid manifest: {error}"),
            Self::NoUri => f.write_str("the image has no URI; give one"),
            Self::EmptyImage => f.write_str("the image is empty"),
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
