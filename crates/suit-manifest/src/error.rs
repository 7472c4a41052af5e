//! One error for everything that reads: what is wrong, at which byte, and which section of the standards says so.

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
    /// The signature or MAC is not the key's over this message.
    SignatureNotValid,
    /// Fewer of the trusted keys have signed than must.
    TooFewSignatures,
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
    /// No device gets through what the manifest does to install: whichever way it goes, a condition fails.
    InstallsNowhere,
    /// A command that this recipient does not have, where only one that has it may go on.
    UnsupportedCommand,
    /// A parameter that a command needs has not been set.
    ParameterMissing,
    /// Running the manifest took more steps than the limit.
    StepLimit,
    /// A buffer that was given is too small for what goes into it.
    BufferTooSmall,
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
            UnsupportedAlgorithm => "an algorithm that is not supported here",
            UnsupportedCritical => "a critical header that is not understood",
            UnsupportedKey => "not a COSE_Key of P-256, P-384, Ed25519 or HSS-LMS, or its members disagree",
            PrivateKey => "this is a private key; give the public one and keep this one to yourself",
            InvalidKey => "the key is not a valid point of its curve",
            AlgorithmMismatch => "the message's algorithm is not one of the key's",
            PayloadMissing => "the payload is detached and was not given",
            PayloadUnexpected => "the payload is in the message, where it must be detached",
            SignatureNotValid => "the signature or MAC is not this key's over this message",
            TooFewSignatures => "fewer of the given keys have signed than must",
            UnsupportedDigest => "a digest algorithm that is not supported here",
            DigestMismatch => "the digest is not that of the bytes received",
            Stuffed => "the envelope holds something that the manifest does not account for",
            Stripped => "the envelope lacks a member or payload that the manifest needs",
            Undecidable => "what the manifest fetches depends on how it is run",
            InstallsNowhere => "no device can install it: whichever way it goes, a condition fails",
            UnsupportedCommand => "a command that this recipient does not have",
            ParameterMissing => "a parameter that the command needs has not been set",
            StepLimit => "running the manifest takes more steps than the limit",
            BufferTooSmall => "the buffer is too small for the result",
        }
    }

    /// This kind of error at a byte of the input.
    pub const fn at(self, offset: usize) -> Error {
        Error {
            kind: self,
            offset,
            section: self.section(),
        }
    }

    /// The rule that is broken, where the kind alone tells it.
    const fn section(self) -> Section {
        use ErrorKind::*;
        match self {
            NotShortest | Indefinite | NotAllowed | KeyOrder | DuplicateKey => Section::Encoding,
            UnsupportedVersion => Section::Setup,
            BadSequence => Section::Sequence,
            UnsupportedDigest | DigestMismatch => Section::Digest,
            Stuffed | Stripped => Section::Severable,
            StepLimit => Section::Interpreter,
            UnsupportedCommand | ParameterMissing => Section::Machine,
            UnsupportedAlgorithm | UnsupportedCritical | AlgorithmMismatch | PayloadMissing | PayloadUnexpected
            | SignatureNotValid => Section::Cose,
            TooFewSignatures => Section::Authentication,
            UnsupportedKey | PrivateKey | InvalidKey => Section::CoseKey,
            _ => Section::Unknown,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// Where the rule stands that an input breaks. New places may be added.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Section {
    /// No single place: the input is malformed before it means anything.
    Unknown,
    /// §8.1, deterministic encoding.
    Encoding,
    /// §6.1, setting up the processor.
    Setup,
    /// §6.2, required checks.
    Checks,
    /// §6.3, what an interpreter guarantees.
    Interpreter,
    /// §6.4, what each command does.
    Machine,
    /// §6.5, component index.
    ComponentIndex,
    /// §6.7, strict order.
    StrictOrder,
    /// §8.2, envelope.
    Envelope,
    /// §8.3, authentication wrapper.
    Authentication,
    /// §8.4, manifest.
    Manifest,
    /// §8.4.4, text.
    Text,
    /// §8.4.5, common.
    Common,
    /// §8.4.5.1, component identifier.
    ComponentId,
    /// §8.4.6, command sequence.
    Sequence,
    /// §8.4.7, reporting policy.
    Reporting,
    /// §8.4.8, parameters.
    Parameters,
    /// §8.4.9, conditions.
    Conditions,
    /// §8.4.10, directives.
    Directives,
    /// §8.6, severable members.
    Severable,
    /// §10, digests.
    Digest,
    /// draft-ietf-suit-trust-domains, dependencies.
    Dependencies,
    /// draft-ietf-suit-update-management.
    UpdateManagement,
    /// draft-ietf-suit-firmware-encryption.
    Encryption,
    /// draft-ietf-suit-report.
    Report,
    /// RFC 9052, COSE messages.
    Cose,
    /// RFC 9052 §7, COSE_Key.
    CoseKey,
}

impl Section {
    /// Document and section, as people cite it; empty for [`Self::Unknown`].
    pub const fn reference(self) -> &'static str {
        use Section::*;
        match self {
            Unknown => "",
            Encoding => "draft-ietf-suit-manifest-37 §8.1",
            Setup => "draft-ietf-suit-manifest-37 §6.1",
            Checks => "draft-ietf-suit-manifest-37 §6.2",
            Interpreter => "draft-ietf-suit-manifest-37 §6.3",
            Machine => "draft-ietf-suit-manifest-37 §6.4",
            ComponentIndex => "draft-ietf-suit-manifest-37 §6.5",
            StrictOrder => "draft-ietf-suit-manifest-37 §6.7",
            Envelope => "draft-ietf-suit-manifest-37 §8.2",
            Authentication => "draft-ietf-suit-manifest-37 §8.3",
            Manifest => "draft-ietf-suit-manifest-37 §8.4",
            Text => "draft-ietf-suit-manifest-37 §8.4.4",
            Common => "draft-ietf-suit-manifest-37 §8.4.5",
            ComponentId => "draft-ietf-suit-manifest-37 §8.4.5.1",
            Sequence => "draft-ietf-suit-manifest-37 §8.4.6",
            Reporting => "draft-ietf-suit-manifest-37 §8.4.7",
            Parameters => "draft-ietf-suit-manifest-37 §8.4.8",
            Conditions => "draft-ietf-suit-manifest-37 §8.4.9",
            Directives => "draft-ietf-suit-manifest-37 §8.4.10",
            Severable => "draft-ietf-suit-manifest-37 §8.6",
            Digest => "draft-ietf-suit-manifest-37 §10",
            Dependencies => "draft-ietf-suit-trust-domains-12",
            UpdateManagement => "draft-ietf-suit-update-management-14",
            Encryption => "draft-ietf-suit-firmware-encryption-26",
            Report => "draft-ietf-suit-report-20",
            Cose => "RFC 9052",
            CoseKey => "RFC 9052 §7",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reference())
    }
}

/// What is wrong with an input, where, and which rule it breaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// At which byte, counted from the start of what was given to `decode`. 0 where no single byte is to blame.
    pub offset: usize,
    /// Where the broken rule stands.
    pub section: Section,
}

impl Error {
    /// The same error, with the place of the rule where none is known yet: the innermost reader that knows one says it.
    pub const fn within(self, section: Section) -> Self {
        match self.section {
            Section::Unknown => Self { section, ..self },
            _ => self,
        }
    }
}

/// Says which part of the standards is being read, for errors that do not know it yet.
pub(crate) trait Within {
    fn within(self, section: Section) -> Self;
}

impl<T> Within for Result<T, Error> {
    fn within(self, section: Section) -> Self {
        self.map_err(|error| error.within(section))
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        kind.at(0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.offset, self.section) {
            (0, Section::Unknown) => write!(f, "{}", self.kind),
            (0, section) => write!(f, "{} ({section})", self.kind),
            (offset, Section::Unknown) => write!(f, "{} (at byte {offset})", self.kind),
            (offset, section) => write!(f, "{} (at byte {offset}, {section})", self.kind),
        }
    }
}

impl core::error::Error for Error {}
