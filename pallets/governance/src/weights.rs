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
//
// Measured on 2026-11-24 on AMD EPYC (2 cores), Linux 6.18.44-fc-v595; 20 steps, 20 repetitions.

/// Measured weights, with the runtime's database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

macro_rules! measured {
    ($db:expr) => {
        fn authorize_upgrade() -> Weight {
            Weight::from_parts(5_739_000, 0).saturating_add($db.writes(1))
        }
    };
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    measured!(T::DbWeight::get());
}

/// The same with the costs of RocksDB, for tests.
impl WeightInfo for () {
    measured!(RocksDbWeight::get());
}
