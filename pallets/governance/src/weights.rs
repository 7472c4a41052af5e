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
    /// [`authorize_upgrade`](crate::Call::authorize_upgrade).
    fn authorize_upgrade() -> Weight;
}

// Everything below is written by scripts/weights.
/// One microsecond of computation.
const MICROSECOND: u64 = 1_000_000;
/// Decoding and encoding one record.
const RECORD: Weight = Weight::from_parts(20 * MICROSECOND, 0);

/// Weights of a chain with this `DbWeight`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn authorize_upgrade() -> Weight {
        authorize_upgrade(T::DbWeight::get())
    }
}

/// The same where the database costs nothing, for tests.
impl WeightInfo for () {
    fn authorize_upgrade() -> Weight {
        authorize_upgrade(frame_support::weights::RuntimeDbWeight { read: 0, write: 0 })
    }
}

/// The authorisation and an event.
fn authorize_upgrade(db: frame_support::weights::RuntimeDbWeight) -> Weight {
    RECORD.saturating_add(db.writes(1))
}
const _: fn() = || {
    let _ = RocksDbWeight::get();
};
