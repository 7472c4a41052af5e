//! Why an intent is refused.

use core::fmt;

/// Why an intent is refused, or cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Error {
    /// It is longer than [`MAX_INTENT`](crate::MAX_INTENT).
    TooLong,
    /// It is not a COSE_Sign message; the reason and the place are inside.
    Message(suit_manifest::error::Error),
    /// The message is not an intent by its content type, carries no payload, or a signature does not name its key by a
    /// thumbprint.
    Header,
    /// The signed payload is not that of an intent; the reason and the place in the payload are inside.
    Payload(suit_manifest::error::Error),
    /// The payload is of a version that this code does not know.
    UnsupportedVersion,
    /// The payload asks for something else than `publish`.
    UnsupportedCall,
    /// More than [`MAX_ROOTS`](crate::MAX_ROOTS) roots.
    TooManyRoots,
    /// A root is not the binary form of a CIDv1, raw or dag-pb, with a SHA2-256 multihash.
    BadCid,
    /// One key signs twice.
    SignerTwice,
    /// The signature is not this key's.
    Signature,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::TooLong => "the intent is too long: at most 2048 bytes are read",
            Error::Message(error) => return write!(f, "the intent is not a COSE_Sign message: {error}"),
            Error::Header => {
                "the message is not an intent: content type, payload or the thumbprint of a signer's key is missing"
            }
            Error::Payload(error) => return write!(f, "the intent's payload is not of the format: {error}"),
            Error::UnsupportedVersion => "the intent is of an unknown version: sign one of version 1",
            Error::UnsupportedCall => "the intent is for another call: only publish (1) is known",
            Error::TooManyRoots => "the intent names more than eight roots: split the release",
            Error::BadCid => "a root is not a CIDv1 (raw or dag-pb, SHA2-256) in its binary form",
            Error::SignerTwice => "one key has signed the intent twice: each author signs once",
            Error::Signature => "the signature on the intent is not this key's",
        })
    }
}

impl core::error::Error for Error {}
