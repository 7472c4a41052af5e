//! Why processing ended.

use super::{PlatformError, MAX_DEPENDENCY_DEPTH};
use crate::{
    error::{Error, ErrorKind},
    manifest::Procedure,
    report::Reason,
};
use arrayvec::ArrayVec;
use core::fmt;

/// Where a command stands, as a SUIT_Record says it (draft-ietf-suit-report-20 §3).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The way to its manifest: which dependency of the root, which dependency of that one, and so on, counted from 0.
    pub manifest: ArrayVec<u8, MAX_DEPENDENCY_DEPTH>,
    /// The manifest's member that holds the sequence; 3 (`suit-common`) for the shared sequence.
    pub section: i64,
    /// How many bytes into that member the command is.
    pub offset: usize,
    /// The component that the command was for.
    pub component: u8,
}

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The manifest cannot be run: what is wrong with it, or which limit it exceeds.
    Manifest(Error),
    /// The sequence number is lower than this one, which is installed (§6.1).
    Rollback(u64),
    /// The device has no such component, or not so many (§6.2).
    UnsupportedComponent,
    /// The sequence was severed, and the envelope lacks it.
    Severed(Procedure),
    /// The shared sequence does not check vendor and class (§6.2).
    IdentityNotChecked,
    /// A condition does not hold.
    NotMet,
    /// A command needs this parameter, which is not set.
    ParameterMissing(i64),
    /// The platform did not do it.
    Platform(PlatformError),
    /// A command that this processor does not know.
    UnsupportedCommand,
    /// All alternatives of a try-each failed (§8.4.10.2).
    NoAlternative,
    /// soft-failure is set outside of try-each and run-sequence (§8.4.8.15).
    SoftFailureOutside,
    /// What strict-order allows is not kept (§6.7).
    StrictOrder,
    /// The component is no dependency of the manifest (trust-domains).
    NotADependency,
    /// A dependency is processed whose integrity was not checked (trust-domains).
    DependencyNotChecked,
    /// The dependency's envelope is refused (trust-domains).
    Dependency(Error),
}

impl Cause {
    /// The reason that a report gives.
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Manifest(error) | Self::Dependency(error) => Reason::of(error.kind),
            Self::Rollback(_) | Self::IdentityNotChecked | Self::NotMet | Self::NoAlternative => {
                Reason::ConditionFailed
            }
            Self::UnsupportedComponent => Reason::ComponentUnsupported,
            Self::Severed(_) => Reason::SeveringUnsupported,
            Self::ParameterMissing(_)
            | Self::SoftFailureOutside
            | Self::StrictOrder
            | Self::NotADependency
            | Self::DependencyNotChecked => Reason::OperationFailed,
            Self::Platform(PlatformError::Unsupported) | Self::UnsupportedCommand => Reason::CommandUnsupported,
            Self::Platform(PlatformError::NotAllowed) => Reason::ComponentUnauthorised,
            Self::Platform(_) => Reason::OperationFailed,
        }
    }

    /// The code that a report gives, for whoever maintains the device: hundreds say which cause it is, the rest its detail
    /// where it has one.
    pub const fn code(&self) -> i64 {
        match self {
            Self::Manifest(error) => 100i64.saturating_add(error.kind as i64),
            Self::Dependency(error) => 200i64.saturating_add(error.kind as i64),
            Self::Rollback(_) => 300,
            Self::UnsupportedComponent => 301,
            Self::Severed(_) => 302,
            Self::IdentityNotChecked => 303,
            Self::NotMet => 400,
            Self::NoAlternative => 401,
            Self::ParameterMissing(number) => 500i64.saturating_add(*number),
            Self::UnsupportedCommand => 600,
            Self::SoftFailureOutside => 601,
            Self::StrictOrder => 602,
            Self::NotADependency => 603,
            Self::DependencyNotChecked => 604,
            Self::Platform(error) => 700i64.saturating_add(error.code()),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest(error) => write!(f, "{error}"),
            Self::Dependency(error) => write!(f, "the dependency's envelope is refused: {error}"),
            Self::Rollback(installed) => write!(f, "the sequence number is lower than {installed}, which is installed"),
            Self::UnsupportedComponent => f.write_str("the device has no such component"),
            Self::Severed(procedure) => write!(f, "the envelope lacks the sequence {procedure:?}, which was severed"),
            Self::IdentityNotChecked => f.write_str("the shared sequence does not check vendor and class"),
            Self::NotMet => f.write_str("the condition does not hold"),
            Self::NoAlternative => f.write_str("all alternatives failed"),
            Self::ParameterMissing(number) => write!(f, "parameter {number} is needed and not set"),
            Self::UnsupportedCommand => f.write_str("a command that this device does not have"),
            Self::SoftFailureOutside => f.write_str("soft-failure is set outside of try-each and run-sequence"),
            Self::StrictOrder => {
                f.write_str("a component is both source and target, or chosen, where the order is free")
            }
            Self::NotADependency => f.write_str("the component is not a dependency"),
            Self::DependencyNotChecked => f.write_str("the dependency's integrity was not checked"),
            Self::Platform(error) => write!(f, "the device could not do it: {error:?}"),
        }
    }
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        Self::Manifest(error)
    }
}

impl From<ErrorKind> for Cause {
    fn from(kind: ErrorKind) -> Self {
        Self::Manifest(kind.into())
    }
}

/// Why processing ended, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// What went wrong.
    pub cause: Cause,
    /// The command's code, where a command failed.
    pub command: Option<i64>,
    /// Where the command stands.
    pub place: Place,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.command {
            Some(command) => write!(
                f,
                "command {command} at byte {} of section {}, component {}: {}",
                self.place.offset, self.place.section, self.place.component, self.cause
            ),
            None => write!(f, "{}", self.cause),
        }
    }
}

impl core::error::Error for Failure {}
