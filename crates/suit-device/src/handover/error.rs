//! Why a key handover is refused.

use core::fmt;

/// Why a key handover is refused, or cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Error {
    /// It is longer than [`MAX_HANDOVER`](super::MAX_HANDOVER).
    TooLong,
    /// It is not a COSE_Sign message; the reason and the place are inside.
    Message(suit_manifest::error::Error),
    /// The message is not a handover by its content type, carries no payload, or a signature does not name its key by a
    /// thumbprint.
    Header,
    /// The signed payload is not that of a handover; the reason and the place in the payload are inside.
    Payload(suit_manifest::error::Error),
    /// The payload is of a version that this code does not know.
    UnsupportedVersion,
    /// The handover's number is 0: the first one is 1.
    Number,
    /// The next keys' threshold is 0, or there are fewer keys than that.
    Threshold,
    /// There is no next key, or there are more than [`MAX_KEYS`](super::MAX_KEYS).
    KeyCount,
    /// A next key is not a public COSE_Key of P-256 or Ed25519 without `alg`; the reason and the place in the key are
    /// inside.
    Key(suit_manifest::error::Error),
    /// A next key is named twice, and would count twice.
    KeyTwice,
    /// A next key is not a point of its curve, or one that anybody can sign for.
    KeyNotValid,
    /// One key signs twice.
    SignerTwice,
    /// The signature is not this key's.
    Signature,
    /// The handover is another vendor's.
    OtherVendor,
    /// A handover of this number or of a later one was followed before.
    AlreadyFollowed,
    /// There are handovers before this one that were not followed yet.
    EarlierMissing,
    /// Fewer of the known keys have signed than must.
    TooFewSignatures,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::TooLong => "the handover is too long: at most 2048 bytes are read",
            Error::Message(error) => return write!(f, "the handover is not a COSE_Sign message: {error}"),
            Error::Header => {
                "the message is not a handover: content type, payload or the thumbprint of a signer's key is missing"
            }
            Error::Payload(error) => return write!(f, "the handover's payload is not of the format: {error}"),
            Error::UnsupportedVersion => "the handover is of an unknown version: sign one of version 1",
            Error::Number => "the handover's number is 0: a vendor's first handover is number 1",
            Error::Threshold => "the threshold of the next keys must be at least 1 and at most their number",
            Error::KeyCount => "a handover names one to eight next keys",
            Error::Key(error) => {
                return write!(
                    f,
                    "a next key is not a public COSE_Key of P-256 or Ed25519 without alg: {error}"
                )
            }
            Error::KeyTwice => "a next key is named twice: name each once",
            Error::KeyNotValid => {
                "a next key is not a valid point of its curve: nobody, or anybody, could sign with it"
            }
            Error::SignerTwice => "one key has signed the handover twice: each author signs once",
            Error::Signature => "the signature on the handover is not this key's",
            Error::OtherVendor => "the handover is another vendor's",
            Error::AlreadyFollowed => "a handover of this number or of a later one was followed before",
            Error::EarlierMissing => "an earlier handover was not followed yet: follow them one after the other",
            Error::TooFewSignatures => "fewer of the known keys have signed the handover than must",
        })
    }
}

impl core::error::Error for Error {}
