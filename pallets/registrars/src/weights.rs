//! Weights, derived by hand from measured costs until the pallet is benchmarked.
//!
//! Database accesses are counted and priced by the runtime's `DbWeight`. Computation is priced at 20 µs for each record
//! touched, and a set of 64 accounts is searched in less.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{RuntimeDbWeight, Weight},
};

/// One microsecond of computation.
const MICROSECOND: u64 = 1_000_000;
/// Decoding, searching and encoding one record.
const RECORD: Weight = Weight::from_parts(20 * MICROSECOND, 0);

/// What the pallet's calls cost.
pub trait WeightInfo {
    /// [`add_registrar`](crate::Call::add_registrar).
    fn add_registrar() -> Weight;
    /// [`remove_registrar`](crate::Call::remove_registrar).
    fn remove_registrar() -> Weight;
}

/// Weights of a chain with this `DbWeight`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn add_registrar() -> Weight {
        add_registrar(T::DbWeight::get())
    }

    fn remove_registrar() -> Weight {
        remove_registrar(T::DbWeight::get())
    }
}

/// The same where the database costs nothing, for tests.
impl WeightInfo for () {
    fn add_registrar() -> Weight {
        add_registrar(FREE)
    }

    fn remove_registrar() -> Weight {
        remove_registrar(FREE)
    }
}

const FREE: RuntimeDbWeight = RuntimeDbWeight { read: 0, write: 0 };

/// The account's session keys and the set; the set and an event.
fn add_registrar(db: RuntimeDbWeight) -> Weight {
    RECORD.saturating_mul(2).saturating_add(db.reads_writes(2, 1))
}

/// The set and the minimum; the set and an event.
fn remove_registrar(db: RuntimeDbWeight) -> Weight {
    RECORD.saturating_mul(2).saturating_add(db.reads_writes(2, 1))
}
