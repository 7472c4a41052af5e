//! Weights, derived by hand from measured costs until the pallet is benchmarked.
//!
//! Database accesses are counted and priced by the runtime's `DbWeight`. Computation is priced at 20 µs for each record
//! touched.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{RuntimeDbWeight, Weight},
};

/// One microsecond of computation.
const MICROSECOND: u64 = 1_000_000;
/// Decoding and encoding one record.
const RECORD: Weight = Weight::from_parts(20 * MICROSECOND, 0);

/// What the pallet's calls cost.
pub trait WeightInfo {
    /// [`authorize_upgrade`](crate::Call::authorize_upgrade).
    fn authorize_upgrade() -> Weight;
}

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
        authorize_upgrade(RuntimeDbWeight { read: 0, write: 0 })
    }
}

/// The authorisation and an event.
fn authorize_upgrade(db: RuntimeDbWeight) -> Weight {
    RECORD.saturating_add(db.writes(1))
}
