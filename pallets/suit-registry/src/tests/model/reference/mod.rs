//! The registry as a plain program in memory: what its calls are said to do, and nothing of how the pallet stores it.
//! Where the pallet keeps a counter or an index, the model counts and searches.

mod keys;
mod ledger;
mod products;
mod publish;
mod releases;
mod review;
mod vendors;

pub use keys::Key;
pub use ledger::{Deposit, Ledger, Reason, FEE_PER_BYTE};
pub use products::Product;
pub use publish::{Intent, Submitted};
pub use releases::{Offer, Release};
pub use review::Review;
pub use vendors::Vendor;

use crate::{mock::Runtime, tests::model::calls::Idle};
use std::collections::{BTreeMap, BTreeSet};
use suit_primitives::{refusal::Refusal, release::RootCid, KeyId, ProductId, VendorId};

/// What is told.
pub type Event = crate::Event<Runtime>;

/// Why a call is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Whoever called may not.
    BadOrigin,
    /// One of the registry's reasons.
    For(Refusal),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Refused::For(refusal)
    }
}

/// What a call comes to.
pub type Outcome = Result<(), Refused>;

/// What storage nodes keep for a vendor under a root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Bytes times replicas that are paid for.
    pub bytes: u64,
    /// The deposit.
    pub deposit: Deposit,
}

/// The whole state.
#[derive(Default)]
pub struct Model {
    /// The block.
    pub now: u32,
    /// Whether publishing is paused.
    pub paused: bool,
    /// Whether everybody may register.
    pub open_admission: bool,
    /// Who may nevertheless.
    pub admitted: BTreeSet<u64>,
    /// Balances.
    pub ledger: Ledger,
    /// Vendors.
    pub vendors: BTreeMap<VendorId, Vendor>,
    /// Keys.
    pub keys: BTreeMap<(VendorId, KeyId), Key>,
    /// Handovers by vendor and number: message and block.
    pub handovers: BTreeMap<(VendorId, u64), (Vec<u8>, u32)>,
    /// Products.
    pub products: BTreeMap<ProductId, Product>,
    /// Releases by their numbers.
    pub releases: Vec<Release>,
    /// Payloads by vendor.
    pub payloads: BTreeMap<(VendorId, RootCid), Stored>,
    /// The greatest size that was named for a root since it was first asked for.
    pub root_sizes: BTreeMap<RootCid, u64>,
    /// Reviews after compromises.
    pub reviews: BTreeMap<VendorId, Review>,
    /// Whose turn it was last.
    pub last_reviewed: Option<VendorId>,
    /// Products that may have releases to prune.
    pub prune_queue: BTreeSet<ProductId>,
    /// What was told since this was emptied last.
    pub events: Vec<Event>,
}

impl Model {
    /// Does something that must leave no trace where it is refused. Only what is paid is done before the last check.
    fn paying(&mut self, act: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        let (ledger, payloads) = (self.ledger.clone(), self.payloads.clone());
        let outcome = act(self);
        if outcome.is_err() {
            self.ledger = ledger;
            self.payloads = payloads;
        }
        outcome
    }

    /// Opens admission or closes it.
    pub fn set_admission(&mut self, open: bool) -> Outcome {
        self.open_admission = open;
        self.events.push(Event::AdmissionSet { open });
        Ok(())
    }

    /// Admits an account or dismisses it.
    pub fn set_admitted(&mut self, who: u64, admitted: bool) -> Outcome {
        if admitted {
            self.admitted.insert(who);
        } else {
            self.admitted.remove(&who);
        }
        self.events.push(Event::AccountAdmitted { who, admitted });
        Ok(())
    }

    /// The end of a block.
    pub fn end_block(&mut self, idle: Idle) {
        match idle {
            Idle::No => {}
            Idle::Plenty => self.prune(),
            Idle::Looks(releases) => self.prune_some(releases),
        }
    }

    /// The begin of a block.
    pub fn begin_block(&mut self, number: u32) {
        self.now = number;
        self.review();
    }
}

/// Something that takes the place of what is in force, from a block on.
pub type Pending<V> = Option<(V, u32)>;

/// What is in force in a block.
fn in_force<V: Copy>(value: V, pending: Pending<V>, block: u32) -> V {
    match pending {
        Some((next, from)) if from <= block => next,
        _ => value,
    }
}

/// The order in which the chain's maps by hashed keys go: by the hash.
pub fn map_order<K: codec::Encode>(key: &K) -> [u8; 16] {
    sp_io::hashing::blake2_128(&key.encode())
}
