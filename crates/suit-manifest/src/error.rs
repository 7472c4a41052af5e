//! One error for everything that reads: what is wrong, and at which byte.

use core::fmt;

/// What is wrong with an input. New kinds may be added.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input ends in the middle of an item.
    UnexpectedEnd,
    /// Bytes follow where the item is complete.
    TrailingBytes,
    /// The input is longer than the bound for its kind.
    TooLong,
    /// A list or map holds more entries than the bound for its kind.
    TooMany,
    /// Items are nested deeper than the bound.
    TooDeep,
    /// A CBOR item of another type is expected here.
    WrongType,
    /// An integer or length is not in its shortest form.
    NotShortest,
    /// An indefinite length, which deterministic CBOR has not.
    Indefinite,
    /// A CBOR item that none of our formats has: a float, `undefined`, a reserved or an unassigned value.
    NotAllowed,
    /// A text string is not UTF-8.
    BadUtf8,
    /// The keys of a map are not sorted.
    KeyOrder,
    /// A key occurs twice in a map.
    DuplicateKey,
    /// Another CBOR tag is expected here.
    WrongTag,
    /// A required member is missing.
    MissingMember,
    /// A member that the format does not have.
    UnknownMember,
    /// A byte string does not have the length that it must have.
    WrongLength,
    /// A value is outside of what the format allows.
    BadValue,
    /// The manifest's version is not 1.
    UnsupportedVersion,
    /// A command that is not allowed in this sequence, or a list of commands that is not one of pairs.
    BadSequence,
    /// A component index that names no component.
    ComponentIndex,
    /// An algorithm that this crate does not verify.
    UnsupportedAlgorithm,
    /// A critical COSE header that this crate does not know.
    UnsupportedCritical,
    /// A key of a type or curve that this crate does not verify with, or whose members disagree.
    UnsupportedKey,
    /// A private key stands where a public one is expected.
    PrivateKey,
    /// The key is not a point of its curve, or one that anybody can sign for.
    InvalidKey,
    /// The message's algorithm is not one of the key's.
    AlgorithmMismatch,
    /// The payload is detached and was not given.
    PayloadMissing,
    /// The payload is in the message, where it must be detached.
    PayloadUnexpected,
    /// The signature is not the key's over this message.
    SignatureNotValid,
    /// A digest algorithm that this crate does not compute.
    UnsupportedDigest,
    /// The manifest's digest, or that of a severable member, is not the one that was signed.
    DigestMismatch,
    /// The envelope holds something that the manifest does not account for.
    Stuffed,
    /// The envelope lacks a severable member or integrated payload that the manifest needs.
    Stripped,
    /// What the manifest fetches depends on how it is run.
    Undecidable,
}

impl ErrorKind {
    /// What is wrong, and where it helps what to do, in words.
    pub const fn message(self) -> &'static str {
        use ErrorKind::*;
        match self {
            UnexpectedEnd => "the input ends in the middle of an item; it was cut off",
            TrailingBytes => "bytes follow the end; remove them",
            TooLong => "longer than allowed",
            TooMany => "more entries than allowed",
            TooDeep => "nested deeper than allowed",
            WrongType => "a CBOR item of another type is expected here",
            NotShortest => {
                "an integer or length is not in its shortest form; encode deterministically (RFC 8949 4.2.1)"
            }
            Indefinite => "an indefinite length; encode deterministically (RFC 8949 4.2.1)",
            NotAllowed => "a CBOR item that no format here has (float, undefined, reserved)",
            BadUtf8 => "a text string is not UTF-8",
            KeyOrder => "map keys are not sorted; encode deterministically (RFC 8949 4.2.1)",
            DuplicateKey => "a key occurs twice in a map",
            WrongTag => "another CBOR tag is expected here",
            MissingMember => "a required member is missing",
            UnknownMember => "a member that the format does not have",
            WrongLength => "a byte string has the wrong length",
            BadValue => "a value outside of what the format allows",
            UnsupportedVersion => "the manifest's version is not 1",
            BadSequence => "not a valid command sequence: not pairs, empty, or a command that may not stand here",
            ComponentIndex => "a component index that names no component, or is missing",
            UnsupportedAlgorithm => "an algorithm other than ES256, ESP256, EdDSA and Ed25519",
            UnsupportedCritical => "a critical header that is not understood",
            UnsupportedKey => "not a COSE_Key of P-256 or Ed25519, or its members disagree",
            PrivateKey => "this is a private key; give the public one and keep this one to yourself",
            InvalidKey => "the key is not a valid point of its curve",
            AlgorithmMismatch => "the message's algorithm is not one of the key's",
            PayloadMissing => "the payload is detached and was not given",
            PayloadUnexpected => "the payload is in the message, where it must be detached",
            SignatureNotValid => "the signature is not this key's over this message",
            UnsupportedDigest => "a digest algorithm other than SHA-256, SHA-384 and SHA-512",
            DigestMismatch => "the digest is not that of the bytes received",
            Stuffed => "the envelope holds something that the manifest does not account for",
            Stripped => "the envelope lacks a member or payload that the manifest needs",
            Undecidable => "what the manifest fetches depends on how it is run",
        }
    }

    /// This kind of error at a byte of the input.
    pub const fn at(self, offset: usize) -> Error {
        Error { kind: self, offset }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// What is wrong with an input, and where.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// At which byte, counted from the start of what was given to `decode`. 0 where no single byte is to blame.
    pub offset: usize,
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        kind.at(0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == 0 {
            write!(f, "{}", self.kind)
        } else {
            write!(f, "{} (at byte {})", self.kind, self.offset)
        }
    }
}

impl core::error::Error for Error {}
