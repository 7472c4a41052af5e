//! Everything that can go wrong, as a type: its name and code for machines, its sentence for people, its exit code.

use crate::chain::advice;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use suit_primitives::Refusal;

/// Result of everything in this program.
pub type Result<T> = std::result::Result<T, Error>;

/// Who refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// The dry run in the runtime API: nothing was submitted.
    DryRun,
    /// The transaction pool.
    Pool,
    /// The call itself, in a block.
    Dispatch,
}

impl Judge {
    fn name(self) -> &'static str {
        match self {
            Judge::DryRun => "dryRun",
            Judge::Pool => "pool",
            Judge::Dispatch => "dispatch",
        }
    }
}

/// Why a device does not take what it was given. Each is decided on the device, by its own keys and state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefusal {
    /// The envelope cannot be decoded, or something in it is not what the manifest's digests say.
    #[error("the envelope does not hold: {0}. Ask another node")]
    EnvelopeNotValid(String),
    /// Too few of the trusted keys signed.
    #[error("{valid} of the trusted author keys signed this manifest, {threshold} must. Nothing was installed")]
    SignatureNotValid {
        /// Trusted keys whose signature holds.
        valid: usize,
        /// How many must.
        threshold: usize,
    },
    /// The manifest is for other devices.
    #[error("the manifest is not for this vendor ({vendor})")]
    WrongVendor {
        /// This device's vendor id.
        vendor: String,
    },
    /// The manifest is for another class of device.
    #[error("the manifest is not for this class of device ({class})")]
    WrongClass {
        /// This device's class id.
        class: String,
    },
    /// Older than what is installed.
    #[error("the manifest's sequence number {offered} is lower than the installed one, {installed}")]
    SequenceNumberLower {
        /// The manifest's.
        offered: u64,
        /// The installed one.
        installed: u64,
    },
    /// The node's answer says something else than the signed manifest.
    #[error("the node's answer contradicts the signed manifest: {0}")]
    AnswerMismatch(String),
    /// The node's answer cannot be read.
    #[error("the node's answer cannot be read: {0}")]
    MalformedAnswer(String),
    /// The manifest gives no digest and size for the bytes, so nothing could be checked.
    #[error("the manifest does not bind payload {0} by digest and size, so this device cannot check it")]
    PayloadNotBound(u32),
    /// This device cannot process it.
    #[error("payload {0} is encrypted, or uses an algorithm that this device does not have")]
    PayloadNotSupported(u32),
    /// The downloaded bytes are not those that the manifest names.
    #[error("the digest of the downloaded bytes is {actual}, the manifest says {expected}")]
    DigestMismatch {
        /// What the manifest says.
        expected: String,
        /// What came.
        actual: String,
    },
    /// More or fewer bytes than the manifest says.
    #[error("{actual} bytes came, the manifest says {expected}")]
    SizeMismatch {
        /// What the manifest says.
        expected: u64,
        /// What came.
        actual: u64,
    },
    /// The manifest was run and failed: where, and why. The report says more.
    #[error("the manifest does not install on this device: {0}. Nothing was switched; the device's report.cbor has the details")]
    ProcessingFailed(String),
    /// The state folder belongs to another product or chain.
    #[error("the state folder belongs to {0}; use another --state folder")]
    StateOfOther(String),
}

impl DeviceRefusal {
    /// The stable name.
    pub fn kind(&self) -> &'static str {
        match self {
            DeviceRefusal::EnvelopeNotValid(_) => "EnvelopeNotValid",
            DeviceRefusal::SignatureNotValid { .. } => "SignatureNotValid",
            DeviceRefusal::WrongVendor { .. } => "WrongVendor",
            DeviceRefusal::WrongClass { .. } => "WrongClass",
            DeviceRefusal::SequenceNumberLower { .. } => "SequenceNumberLower",
            DeviceRefusal::AnswerMismatch(_) => "AnswerMismatch",
            DeviceRefusal::MalformedAnswer(_) => "MalformedAnswer",
            DeviceRefusal::PayloadNotBound(_) => "PayloadNotBound",
            DeviceRefusal::PayloadNotSupported(_) => "PayloadNotSupported",
            DeviceRefusal::DigestMismatch { .. } => "DigestMismatch",
            DeviceRefusal::SizeMismatch { .. } => "SizeMismatch",
            DeviceRefusal::ProcessingFailed(_) => "ProcessingFailed",
            DeviceRefusal::StateOfOther(_) => "StateOfOther",
        }
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that makes no sense.
    #[error("{0}")]
    Misuse(String),
    /// The chain refuses, for every reason given.
    #[error("{}", refused(refusals))]
    Refused {
        /// Who refused.
        by: Judge,
        /// Why; never empty.
        refusals: Vec<Refusal>,
    },
    /// The chain would refuse some of several envelopes; what it has against each is in the report.
    #[error("the chain would refuse {refused} of {of} envelopes")]
    EnvelopesRefused {
        /// How many.
        refused: usize,
        /// Of how many.
        of: usize,
        /// The first reason against the first of them.
        first: Refusal,
    },
    /// A pallet's error that is not one of the shared refusals.
    #[error("{}", dispatched(.0))]
    Dispatch(String),
    /// The pool's own refusal.
    #[error("the node's transaction pool refused: {0}")]
    Pool(String),
    /// The node answered a JSON-RPC request with an error.
    #[error("the node refused ({kind}): {message}")]
    Node {
        /// The node's name for it.
        kind: String,
        /// JSON-RPC error code.
        code: i64,
        /// The node's sentence.
        message: String,
    },
    /// The device refuses.
    #[error(transparent)]
    Device(#[from] DeviceRefusal),
    /// A SUIT envelope, key or COSE structure is not valid.
    #[error("{what}: {reason}")]
    Malformed {
        /// Name for machines.
        kind: String,
        /// What was read.
        what: String,
        /// Why it is not valid.
        reason: String,
    },
    /// A SUIT envelope or manifest is not valid, or does not hold.
    #[error("{what}: {error}")]
    Manifest {
        /// What was read or made.
        what: String,
        /// Why it is not valid: kind, byte and section of the standard.
        error: suit_manifest::error::Error,
    },
    /// The description of a manifest is not one.
    #[error("{what}: {at}: {reason}")]
    Spec {
        /// Its file.
        what: String,
        /// Where in it, such as `install[2].override-parameters.uri`.
        at: String,
        /// What is wrong there.
        reason: String,
    },
    /// The gateway answered with an error.
    #[error("gateway {url} refused ({code}, HTTP {status}): {message}")]
    Gateway {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
        /// The gateway's name for it.
        code: String,
        /// The gateway's sentence.
        message: String,
    },
    /// Something on the network cannot be reached.
    #[error("{what} cannot be reached: {reason}")]
    Unreachable {
        /// Which end.
        what: String,
        /// Why.
        reason: String,
    },
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Its name.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something that was to be new is there already.
    #[error("{} exists already; remove it or choose another name", .0.display())]
    FileExists(PathBuf),
    /// The firmware file changed between reading and uploading it.
    #[error("{} changed while it was being uploaded; publish it again", .0.display())]
    FirmwareChanged(PathBuf),
    /// Another process works on the same folder.
    #[error("another update works on {}; wait for it", .0.display())]
    Busy(PathBuf),
    /// Asked for something that is not on the chain.
    #[error("{0} is not on the chain")]
    NotFound(String),
    /// It took too long.
    #[error("{what} did not happen within {seconds} s; it may still happen: ask again, or give a longer --timeout")]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long.
        seconds: u64,
    },
    /// The chain speaks another version than this program.
    #[error("the chain is not one that this version of suit knows: {0}")]
    Incompatible(String),
    /// The transaction left the pool without becoming part of a finalised block.
    #[error("the transaction was not taken into a block: {0}")]
    TransactionLost(String),
}

/// A refusal: its name, its code, its words, and what to do.
pub fn refusal_json(refusal: Refusal) -> Value {
    json!({
        "kind": refusal.name(),
        "code": refusal.code(),
        "message": refusal.message().trim(),
        "advice": advice::on(refusal),
    })
}

fn dispatched(name: &str) -> String {
    format!(
        "the chain refused the call: {name}{}",
        advice::suffix(advice::on_dispatch(name))
    )
}

fn refused(refusals: &[Refusal]) -> String {
    let reasons: Vec<String> = refusals
        .iter()
        .map(|r| format!("{}:{}{}", r.name(), r.message(), advice::suffix(advice::on(*r))))
        .collect();
    match reasons.as_slice() {
        [one] => format!("the chain refuses: {one}"),
        many => format!("the chain refuses for {} reasons:\n  {}", many.len(), many.join("\n  ")),
    }
}

impl Error {
    /// A file error with its name.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
        move |source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => Error::FileExists(path.to_owned()),
            _ => Error::File {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// Something that does not decode.
    pub fn malformed(kind: &str, what: impl Into<String>, reason: impl ToString) -> Error {
        Error::Malformed {
            kind: kind.to_owned(),
            what: what.into(),
            reason: reason.to_string(),
        }
    }

    /// The error of the manifest's library, with what it is about.
    pub fn manifest(what: impl Into<String>) -> impl Fn(suit_manifest::error::Error) -> Error {
        let what = what.into();
        move |error| Error::Manifest {
            what: what.clone(),
            error,
        }
    }

    /// The stable name of it.
    pub fn kind(&self) -> String {
        match self {
            Error::Manifest { error, .. } => format!("{:?}", error.kind),
            Error::Spec { .. } => "BadSpec".into(),
            Error::Misuse(_) => "Misuse".into(),
            Error::Refused { refusals, .. } => refusals.first().map_or("Refused", |r| r.name()).into(),
            Error::EnvelopesRefused { first, .. } => first.name().into(),
            Error::Dispatch(name) => name.rsplit("::").next().unwrap_or("Dispatch").into(),
            Error::Pool(_) => "PoolRefused".into(),
            Error::Node { kind, .. } => kind.clone(),
            Error::Device(refusal) => refusal.kind().into(),
            Error::Malformed { kind, .. } => kind.clone(),
            Error::Gateway { code, .. } => code.clone(),
            Error::Unreachable { .. } => "Unreachable".into(),
            Error::File { .. } => "File".into(),
            Error::FileExists(_) => "FileExists".into(),
            Error::FirmwareChanged(_) => "FirmwareChanged".into(),
            Error::Busy(_) => "Busy".into(),
            Error::NotFound(_) => "NotFound".into(),
            Error::Timeout { .. } => "Timeout".into(),
            Error::Incompatible(_) => "Incompatible".into(),
            Error::TransactionLost(_) => "TransactionLost".into(),
        }
    }

    /// The number of it, where there is one: a refusal's code, a JSON-RPC code, an HTTP status.
    pub fn code(&self) -> Option<i64> {
        match self {
            Error::Refused { refusals, .. } => refusals.first().map(|r| i64::from(r.code())),
            Error::EnvelopesRefused { first, .. } => Some(i64::from(first.code())),
            Error::Node { code, .. } => Some(*code),
            Error::Gateway { status, .. } => Some(i64::from(*status)),
            _ => None,
        }
    }

    /// 1 for what was refused or failed, 2 for misuse.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Misuse(_) => 2,
            _ => 1,
        }
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        let mut error = json!({ "kind": self.kind(), "code": self.code(), "message": self.to_string() });
        if let (Error::Refused { by, refusals }, Some(object)) = (self, error.as_object_mut()) {
            let all: Vec<Value> = refusals.iter().map(|r| refusal_json(*r)).collect();
            object.insert("refusals".into(), all.into());
            object.insert("by".into(), by.name().into());
        }
        match (self, error.as_object_mut()) {
            (Error::Manifest { error: why, .. }, Some(object)) => {
                let section = why.section.reference();
                object.insert("offset".into(), why.offset.into());
                object.insert("section".into(), (!section.is_empty()).then_some(section).into());
            }
            (Error::Spec { at, .. }, Some(object)) => {
                object.insert("path".into(), at.as_str().into());
            }
            _ => {}
        }
        json!({ "error": error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_shown_by_name_and_code_with_every_reason() {
        let error = Error::Refused {
            by: Judge::DryRun,
            refusals: vec![Refusal::SequenceNumberNotGreater, Refusal::ThresholdNotMet],
        };
        let json = error.to_json();
        assert_eq!(json["error"]["kind"], "SequenceNumberNotGreater");
        assert_eq!(json["error"]["code"], 11);
        assert_eq!(json["error"]["by"], "dryRun");
        assert_eq!(json["error"]["refusals"][1]["kind"], "ThresholdNotMet");
        assert_eq!(
            json["error"]["refusals"][0]["advice"],
            advice::on(Refusal::SequenceNumberNotGreater).unwrap()
        );
        assert!(error.to_string().contains("(sign by more --key"), "{error}");
        assert_eq!(error.exit_code(), 1);
    }

    #[test]
    fn another_pallets_error_says_what_to_do_and_keeps_its_name() {
        let error = Error::Dispatch("Council::NotMember".into());
        assert_eq!(error.kind(), "NotMember");
        assert!(
            error.to_string().ends_with("`suit council motions` lists them)"),
            "{error}"
        );
        assert_eq!(Error::Dispatch("BadOrigin".into()).kind(), "BadOrigin");
    }

    #[test]
    fn misuse_has_its_own_exit_code() {
        assert_eq!(Error::Misuse("no".into()).exit_code(), 2);
        assert_eq!(Error::NotFound("x".into()).exit_code(), 1);
    }
}
