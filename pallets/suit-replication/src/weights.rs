//! Weights, derived by hand from measured costs until the pallet is benchmarked.
//!
//! Database accesses are counted and priced by the runtime's `DbWeight`. Computation is priced by what was measured on
//! one core with the SDK's executor, rounded up: an Ed25519 verification through the host 49 µs, a SHA-256 through the
//! host 2.6 µs (with building its input: 4 µs), SCALE work and list searches 20 µs for each record touched.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{RuntimeDbWeight, Weight},
};
use suit_primitives::bounds::MAX_NODES;

/// One microsecond of computation.
const MICROSECOND: u64 = 1_000_000;
/// An Ed25519 verification.
const VERIFY: Weight = Weight::from_parts(60 * MICROSECOND, 0);
/// A rank: one SHA-256 and its input.
const RANK: Weight = Weight::from_parts(4 * MICROSECOND, 0);
/// Decoding, searching and encoding one record.
const RECORD: Weight = Weight::from_parts(20 * MICROSECOND, 0);

/// What the pallet's work costs.
pub trait WeightInfo {
    /// [`register_node`](crate::Call::register_node).
    fn register_node() -> Weight;
    /// [`remove_node`](crate::Call::remove_node).
    fn remove_node() -> Weight;
    /// [`attest`](crate::Call::attest), dispatched, with so many gained and lost releases.
    fn attest(gained: u32, lost: u32) -> Weight;
    /// Checking an attestation when `nodes` nodes are registered; most of it is ranking them for each gained release.
    fn authorize_attest(gained: u32, lost: u32, nodes: u32) -> Weight;
    /// Removing so many holdings of a node that left.
    fn forget_holdings(holdings: u32) -> Weight;
}

/// Weights of a chain with this `DbWeight`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_node() -> Weight {
        register_node(T::DbWeight::get())
    }

    fn remove_node() -> Weight {
        remove_node(T::DbWeight::get())
    }

    fn attest(gained: u32, lost: u32) -> Weight {
        attest(T::DbWeight::get(), gained.into(), lost.into())
    }

    fn authorize_attest(gained: u32, lost: u32, nodes: u32) -> Weight {
        authorize_attest(T::DbWeight::get(), gained.into(), lost.into(), nodes.into())
    }

    fn forget_holdings(holdings: u32) -> Weight {
        forget_holdings(T::DbWeight::get(), holdings.into())
    }
}

/// The same where the database costs nothing, for tests.
impl WeightInfo for () {
    fn register_node() -> Weight {
        register_node(FREE)
    }

    fn remove_node() -> Weight {
        remove_node(FREE)
    }

    fn attest(gained: u32, lost: u32) -> Weight {
        attest(FREE, gained.into(), lost.into())
    }

    fn authorize_attest(gained: u32, lost: u32, nodes: u32) -> Weight {
        authorize_attest(FREE, gained.into(), lost.into(), nodes.into())
    }

    fn forget_holdings(holdings: u32) -> Weight {
        forget_holdings(FREE, holdings.into())
    }
}

const FREE: RuntimeDbWeight = RuntimeDbWeight { read: 0, write: 0 };

/// So many reads and writes, each with the work on a record.
fn records(db: RuntimeDbWeight, reads: u64, writes: u64) -> Weight {
    RECORD
        .saturating_mul(reads.max(writes))
        .saturating_add(db.reads_writes(reads, writes))
}

/// The node, its counter, its peer id, those departing and their counter, genesis hash, account and its holds; an event.
fn register_node(db: RuntimeDbWeight) -> Weight {
    VERIFY.saturating_add(records(db, 8, 6))
}

/// The same, and an entry among those departing.
fn remove_node(db: RuntimeDbWeight) -> Weight {
    records(db, 6, 8)
}

/// The node and an event; every node, to count live holders. A gained release: its holders and the node's holding here,
/// its record, product and indices in the registry. A lost release: its holders and the node's holding.
fn attest(db: RuntimeDbWeight, gained: u64, lost: u64) -> Weight {
    // Where nothing is gained, no node is read.
    let nodes: u64 = if gained == 0 { 0 } else { MAX_NODES.into() };
    records(db, 2, 2)
        .saturating_add(records(db, nodes, 0))
        .saturating_add(records(db, 5, 5).saturating_mul(gained))
        .saturating_add(records(db, 2, 2).saturating_mul(lost))
}

/// Genesis hash, period and the node; every node. A gained release: its holders here, its record, product and policy in
/// the registry, and a rank for every node. A lost release: the node's holding.
fn authorize_attest(db: RuntimeDbWeight, gained: u64, lost: u64, nodes: u64) -> Weight {
    VERIFY
        .saturating_add(records(db, 3, 0))
        .saturating_add(records(db, nodes, 0))
        .saturating_add(
            records(db, 4, 0)
                .saturating_add(RANK.saturating_mul(nodes))
                .saturating_mul(gained),
        )
        .saturating_add(records(db, 1, 0).saturating_mul(lost))
}

/// Who is departing; for each holding, itself and the release's holders.
fn forget_holdings(db: RuntimeDbWeight, holdings: u64) -> Weight {
    records(db, 2, 2).saturating_add(records(db, 2, 2).saturating_mul(holdings))
}
