//! The manifest processor (draft-ietf-suit-manifest-37 §6): runs a manifest on a device.
//!
//! The device is a [`Platform`]; what runs is a [`Verified`] envelope. Nothing is allocated: the parameters of the
//! components are in a [`Memory`] that the caller provides. What happened goes to a [`crate::report::Recorder`].
//!
//! Where the draft leaves a choice:
//! - Commands run one after the other, in order. What the draft forbids where the order is free (§6.7) is refused all the
//!   same, because other recipients of the same manifest may run it in parallel.
//! - The component index that a nested sequence chooses ends with it; parameters that it sets stay set.
//! - A try-each none of whose sequences succeeds is a directive that failed: processing ends (§6.4), whatever soft-failure
//!   is around it. So it is with a condition that fails where soft-failure is false.
//! - Parameters are cleared before each procedure, and kept from one of its sequences to the next.
//! - A condition that the platform does not support fails; any other command that it does not support ends processing.

mod component;
mod conditions;
mod dependencies;
mod directives;
mod failure;
mod hash;
mod memory;
mod platform;
mod run;
mod scope;
mod verified;

pub use component::Component;
pub use failure::{Cause, Failure, Place};
pub use hash::{digest_of, Length, Measured, Read};
pub use memory::Memory;
pub use platform::{Details, Platform, PlatformError};
pub use verified::{Trust, Verified};

use crate::{
    crypto::Crypto,
    manifest::{Procedure, MAX_COMPONENTS},
    report::Recorder,
};
use run::Halt;

/// Most commands that one procedure runs, each counted once for each component that it is for. The largest sensible
/// manifest (16 components, five sequences with some ten commands for each component) takes about 1000; nested sequences
/// that repeat for every component would otherwise multiply to millions.
pub const MAX_STEPS: u32 = 4096;

/// How deep dependencies may nest below the root manifest: one for a second trust domain, one for what that is made of.
/// Each level keeps a decoded envelope on the stack.
pub const MAX_DEPENDENCY_DEPTH: usize = 2;

/// The sequences of an update, in the order in which they run (§8.4.6, and trust-domains).
const UPDATE: [Procedure; 5] = [
    Procedure::DependencyResolution,
    Procedure::PayloadFetch,
    Procedure::CandidateVerification,
    Procedure::Install,
    Procedure::Validate,
];

/// The sequences of an invocation (§8.4.6).
const INVOCATION: [Procedure; 3] = [Procedure::Validate, Procedure::Load, Procedure::Invoke];

/// What a device asks of a manifest, beside its signatures.
#[derive(Clone, Copy, Debug)]
pub struct Options<'k> {
    /// Who may sign dependencies.
    pub trust: Trust<'k>,
    /// The sequence number that is installed: a manifest with a lower one is refused (§6.1). `None` where nothing is.
    pub installed: Option<u64>,
    /// Whether the root manifest must check vendor and class in its shared sequence (§6.2: it should).
    pub require_identity: bool,
}

impl<'k> Options<'k> {
    /// What a device should ask for: vendor and class are checked, and nothing is installed yet.
    pub const fn new(trust: Trust<'k>) -> Self {
        Self {
            trust,
            installed: None,
            require_identity: true,
        }
    }

    /// The same, on a device where this sequence number is installed.
    pub const fn installed(self, sequence_number: u64) -> Self {
        Self {
            installed: Some(sequence_number),
            ..self
        }
    }
}

/// Runs the procedures of one manifest.
pub struct Processor<'p, 'a, P, C, R, const N: usize = MAX_COMPONENTS> {
    root: &'p Verified<'a>,
    options: Options<'p>,
    platform: &'p mut P,
    crypto: &'p C,
    recorder: &'p mut R,
    memory: &'p mut Memory<'a, N>,
    steps: u32,
    /// Conditions on vendor and class that held, by bit.
    identity: u8,
    /// Why it ended, where it did.
    failure: Option<Failure>,
}

impl<'p, 'a, P, C, R, const N: usize> Processor<'p, 'a, P, C, R, N>
where
    P: Platform<'a>,
    C: Crypto,
    R: Recorder,
{
    /// A processor for this manifest. `()` is a recorder that records nothing.
    pub fn new(
        root: &'p Verified<'a>,
        options: Options<'p>,
        platform: &'p mut P,
        crypto: &'p C,
        recorder: &'p mut R,
        memory: &'p mut Memory<'a, N>,
    ) -> Self {
        Self {
            root,
            options,
            platform,
            crypto,
            recorder,
            memory,
            steps: 0,
            identity: 0,
            failure: None,
        }
    }

    /// The update procedure: dependency resolution, payload fetch, candidate verification, install, validate; each after
    /// the shared sequence, and those that the manifest has not got left out.
    ///
    /// # Errors
    /// Why it ended, and where. What was done until then stays done.
    pub fn update(&mut self) -> Result<(), Failure> {
        self.procedures(&UPDATE)
    }

    /// The invocation procedure: validate, load, invoke. Returns where the platform's [`Platform::invoke`] returns.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn invoke(&mut self) -> Result<(), Failure> {
        self.procedures(&INVOCATION)
    }

    /// The uninstall sequence (trust-domains).
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn uninstall(&mut self) -> Result<(), Failure> {
        self.procedures(&[Procedure::Uninstall])
    }

    /// One sequence alone, after the shared one: for a device that restarts between them.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn run(&mut self, procedure: Procedure) -> Result<(), Failure> {
        self.procedures(&[procedure])
    }

    /// How many steps the last procedure took; never more than [`MAX_STEPS`].
    pub fn steps(&self) -> u32 {
        self.steps
    }

    fn procedures(&mut self, procedures: &[Procedure]) -> Result<(), Failure> {
        self.steps = 0;
        self.failure = None;
        self.memory.clear();
        match self.sections(procedures) {
            Ok(()) => Ok(()),
            Err(Halt::Soft | Halt::Hard) => Err(self.failure.take().unwrap_or_else(|| Failure {
                cause: Cause::NotMet,
                command: None,
                place: Place::default(),
            })),
        }
    }
}
