//! SUIT_Report (draft-ietf-suit-report-20): what a processor did, for whoever has the manifest.
//!
//! [`Writer`] writes one into a buffer, without allocating; [`Report`] reads one. A report must travel authenticated
//! (§4.3.16 of RFC 9124): wrapped in COSE, or over a secure channel. That is the caller's business.

mod read;
mod write;

pub use read::{Entry, Outcome, ReadRecord, Report, MAX_REPORT};
pub use write::{Capabilities, Writer, MAX_RECORDS};

use crate::{
    digest::Digest,
    error::ErrorKind,
    manifest::VendorId,
    process::{Component, Place},
};

/// Keys of a SUIT_Report (§12.6).
mod key {
    pub const COMPONENT: i64 = 0;
    pub const NONCE: i64 = 2;
    pub const RECORDS: i64 = 3;
    pub const RESULT: i64 = 4;
    pub const CODE: i64 = 5;
    pub const RECORD: i64 = 6;
    pub const REASON: i64 = 7;
    pub const CAPABILITIES: i64 = 8;
    pub const REFERENCE: i64 = 99;
}

/// Why processing failed, for machines (§4.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// 0: it did not.
    Ok,
    /// 1: the input is malformed.
    CborParse,
    /// 2: a COSE structure or header that is not supported.
    CoseUnsupported,
    /// 3: an algorithm that is not supported.
    AlgorithmUnsupported,
    /// 4: no signature or MAC that counts.
    Unauthorised,
    /// 5: a command that is not supported.
    CommandUnsupported,
    /// 6: a component that does not exist.
    ComponentUnsupported,
    /// 7: a component that the signer has no right to.
    ComponentUnauthorised,
    /// 8: a parameter that is not supported.
    ParameterUnsupported,
    /// 9: a severed member that is not here.
    SeveringUnsupported,
    /// 10: a condition failed, with soft-failure off.
    ConditionFailed,
    /// 11: a command failed.
    OperationFailed,
    /// 12: the image is about to be started, and how that ends is not known.
    InvokePending,
}

impl Reason {
    /// All of them, by number.
    pub const ALL: [Self; 13] = [
        Self::Ok,
        Self::CborParse,
        Self::CoseUnsupported,
        Self::AlgorithmUnsupported,
        Self::Unauthorised,
        Self::CommandUnsupported,
        Self::ComponentUnsupported,
        Self::ComponentUnauthorised,
        Self::ParameterUnsupported,
        Self::SeveringUnsupported,
        Self::ConditionFailed,
        Self::OperationFailed,
        Self::InvokePending,
    ];

    /// Its number in the registry "SUIT_Report Reasons".
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The reason with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|reason| u64::from(reason.number()) == number)
    }

    /// The reason that an error of the decoder or of authentication amounts to.
    pub const fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::UnsupportedCritical | ErrorKind::PayloadMissing | ErrorKind::PayloadUnexpected => {
                Self::CoseUnsupported
            }
            ErrorKind::UnsupportedAlgorithm | ErrorKind::UnsupportedDigest | ErrorKind::UnsupportedKey => {
                Self::AlgorithmUnsupported
            }
            ErrorKind::SignatureNotValid
            | ErrorKind::TooFewSignatures
            | ErrorKind::AlgorithmMismatch
            | ErrorKind::InvalidKey
            | ErrorKind::PrivateKey
            | ErrorKind::DigestMismatch
            | ErrorKind::Stuffed => Self::Unauthorised,
            ErrorKind::Stripped => Self::SeveringUnsupported,
            ErrorKind::UnsupportedCommand => Self::CommandUnsupported,
            ErrorKind::ComponentIndex => Self::ComponentUnsupported,
            ErrorKind::StepLimit | ErrorKind::ParameterMissing | ErrorKind::BufferTooSmall => Self::OperationFailed,
            _ => Self::CborParse,
        }
    }
}

/// What a condition found out about a component. Written as the parameter that it is the actual value of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Property<'m> {
    /// 1.
    VendorId(VendorId<'m>),
    /// 2.
    ClassId(&'m [u8; 16]),
    /// 3.
    ImageDigest(Digest<'m>),
    /// 4: the time, in seconds since 1970.
    UseBefore(u64),
    /// 5.
    ComponentSlot(u64),
    /// 14, in bytes.
    ImageSize(u64),
    /// 24.
    DeviceId(&'m [u8; 16]),
    /// 26, in mWh.
    MinimumBattery(u64),
}

/// A decision that the processor took (§3).
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    /// Which command, for which component.
    pub place: &'r Place,
    /// What led to it, where it was measured.
    pub property: Option<&'r Property<'r>>,
}

/// Takes what the reporting policies of a manifest ask for (§8.4.7 of the manifest draft).
pub trait Recorder {
    /// A command succeeded or failed, and its policy asks for a record of that.
    fn record(&mut self, record: &Record<'_>);
    /// A condition's policy asks for what it found out about a component.
    fn claim(&mut self, component: &Component<'_>, property: &Property<'_>);
}

/// Takes no notes.
impl Recorder for () {
    fn record(&mut self, _record: &Record<'_>) {}
    fn claim(&mut self, _component: &Component<'_>, _property: &Property<'_>) {}
}
