//! What the calls weigh. The trait is written by hand; its measured implementation by `scripts/weights`.
//!
//! Database accesses cost what the runtime's `DbWeight` says. A solo chain needs no proof, so proof sizes are zero.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// What the pallet's calls weigh.
pub trait WeightInfo {
    /// [`add_registrar`](crate::Call::add_registrar).
    fn add_registrar() -> Weight;
    /// [`remove_registrar`](crate::Call::remove_registrar).
    fn remove_registrar() -> Weight;
}

// Everything below is written by scripts/weights.
/// One microsecond of computation.
const MICROSECOND: u64 = 1_000_000;
/// Decoding, searching and encoding one record.
const RECORD: Weight = Weight::from_parts(20 * MICROSECOND, 0);

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

const FREE: frame_support::weights::RuntimeDbWeight = frame_support::weights::RuntimeDbWeight { read: 0, write: 0 };

/// The account's session keys and the set; the set and an event.
fn add_registrar(db: frame_support::weights::RuntimeDbWeight) -> Weight {
    RECORD.saturating_mul(2).saturating_add(db.reads_writes(2, 1))
}

/// The set and the minimum; the set and an event.
fn remove_registrar(db: frame_support::weights::RuntimeDbWeight) -> Weight {
    RECORD.saturating_mul(2).saturating_add(db.reads_writes(2, 1))
}
const _: fn() = || {
    let _ = RocksDbWeight::get();
};
