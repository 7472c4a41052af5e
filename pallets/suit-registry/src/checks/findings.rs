//! What checks have found out, and whether they go on after the first refusal.

use alloc::vec::Vec;
use suit_primitives::{
    apis::{DryRun, PublicKey},
    refusal::Refusal,
    ProductId, SequenceNumber,
};

/// The checks ended early. Why is in [`Findings`].
#[derive(Debug)]
pub(crate) struct Stop;

/// What checking cost so far.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Counted {
    /// P-256 signatures verified.
    pub(crate) p256: u32,
    /// Ed25519 signatures verified.
    pub(crate) ed25519: u32,
    /// Steps taken through the manifest.
    pub(crate) steps: u32,
    /// Products looked up, with their vendors.
    pub(crate) products: u32,
    /// Keys looked up at most.
    pub(crate) keys: u32,
}

impl Counted {
    /// Counts a signature that is about to be verified.
    pub(crate) fn count(&mut self, key: &PublicKey) {
        match key {
            PublicKey::P256(_) => self.p256 = self.p256.saturating_add(1),
            PublicKey::Ed25519(_) => self.ed25519 = self.ed25519.saturating_add(1),
        }
    }

    /// Counts keys that are about to be looked up: each with every vendor of the manifest.
    pub(crate) fn count_keys(&mut self, keys: usize, vendors: usize) {
        let looked_up = u32::try_from(keys.saturating_mul(vendors)).unwrap_or(u32::MAX);
        self.keys = self.keys.saturating_add(looked_up);
    }
}

/// What was found out so far.
#[derive(Default)]
pub(crate) struct Findings {
    /// Whether to go on after a refusal, as a dry run does.
    go_on: bool,
    refusals: Vec<Refusal>,
    /// The products that the manifest names.
    pub(crate) products: Vec<ProductId>,
    /// Its sequence number.
    pub(crate) sequence_number: Option<SequenceNumber>,
    /// What checking cost.
    pub(crate) counted: Counted,
}

impl Findings {
    /// To stop at the first refusal.
    pub(crate) fn first() -> Self {
        Self::default()
    }

    /// To find every refusal that can be found.
    pub(crate) fn all() -> Self {
        Self {
            go_on: true,
            ..Self::default()
        }
    }

    /// Notes a refusal that leaves the rest worth checking.
    pub(crate) fn refuse(&mut self, refusal: Refusal) -> Result<(), Stop> {
        match (self.fatal(refusal), self.go_on) {
            (Stop, true) => Ok(()),
            (stop, false) => Err(stop),
        }
    }

    /// Notes a refusal after which nothing can be said.
    pub(crate) fn fatal(&mut self, refusal: Refusal) -> Stop {
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
        Stop
    }

    /// The value, unless anything was refused.
    pub(crate) fn verdict<V>(&self, outcome: Result<V, Stop>) -> Result<V, Refusal> {
        match (outcome, self.refusals.first()) {
            (Ok(value), None) => Ok(value),
            (_, Some(refusal)) => Err(*refusal),
            // Nobody stops without a reason; were it otherwise, nothing may be published.
            (Err(Stop), None) => Err(Refusal::MalformedEnvelope),
        }
    }

    /// All of it, as the runtime API gives it.
    pub(crate) fn into_dry_run(self) -> DryRun {
        DryRun {
            refusals: self.refusals,
            products: self.products,
            sequence_number: self.sequence_number,
        }
    }
}
