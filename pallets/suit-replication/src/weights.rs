//! What calls, attestations and hooks weigh. The trait is written by hand; its measured implementation by `scripts/weights`.
//!
//! Database accesses cost what the runtime's `DbWeight` says. A solo chain needs no proof, so proof sizes are zero.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// What the pallet's work costs.
pub trait WeightInfo {
    /// `register_node`.
    fn register_node() -> Weight;
    /// `remove_node`.
    fn remove_node() -> Weight;
    /// `attest`, dispatched, with nothing gained and `l` releases lost.
    fn attest(l: u32) -> Weight;
    /// Of attesting: reading `n` nodes.
    fn load_nodes(n: u32) -> Weight;
    /// Of attesting: recording one gained release that `n` nodes hold then, with what the registry does.
    fn gain(n: u32) -> Weight;
    /// Of authorising an attestation: checking one that gains nothing and loses `l` releases.
    fn check_attestation(l: u32) -> Weight;
    /// Of authorising an attestation: checking one gained release among `n` nodes.
    fn check_gained(n: u32) -> Weight;
    /// Removing `h` holdings of a node that left.
    fn forget_holdings(h: u32) -> Weight;
}

// Everything below is written by scripts/weights.
//
// Measured on 2026-11-24 on AMD EPYC (2 cores), Linux 6.18.44-fc-v595; 20 steps, 20 repetitions.

/// Measured weights, with the runtime's database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

macro_rules! measured {
    ($db:expr) => {
        fn register_node() -> Weight {
            Weight::from_parts(122_021_000, 0).saturating_add($db.reads_writes(10, 5))
        }
        fn remove_node() -> Weight {
            Weight::from_parts(61_421_000, 0).saturating_add($db.reads_writes(6, 7))
        }
        fn attest(l: u32) -> Weight {
            Weight::from_parts(7_045_016, 0)
                .saturating_add($db.reads_writes(1, 1))
                .saturating_add(Weight::from_parts(11_413_582, 0).saturating_mul(l.into()))
                .saturating_add($db.reads_writes(1, 2).saturating_mul(l.into()))
        }
        fn load_nodes(n: u32) -> Weight {
            Weight::from_parts(8_142_000, 0)
                .saturating_add($db.reads(1))
                .saturating_add(Weight::from_parts(4_462_129, 0).saturating_mul(n.into()))
                .saturating_add($db.reads(1).saturating_mul(n.into()))
        }
        fn gain(n: u32) -> Weight {
            Weight::from_parts(74_396_194, 0)
                .saturating_add($db.reads_writes(9, 9))
                .saturating_add(Weight::from_parts(99_010, 0).saturating_mul(n.into()))
        }
        fn check_attestation(l: u32) -> Weight {
            Weight::from_parts(61_271_066, 0)
                .saturating_add($db.reads(3))
                .saturating_add(Weight::from_parts(3_927_173, 0).saturating_mul(l.into()))
                .saturating_add($db.reads(1).saturating_mul(l.into()))
        }
        fn check_gained(n: u32) -> Weight {
            Weight::from_parts(21_415_450, 0)
                .saturating_add($db.reads(2))
                .saturating_add(Weight::from_parts(1_456_436, 0).saturating_mul(n.into()))
        }
        fn forget_holdings(h: u32) -> Weight {
            Weight::from_parts(19_191_285, 0)
                .saturating_add($db.reads_writes(4, 2))
                .saturating_add(Weight::from_parts(11_744_776, 0).saturating_mul(h.into()))
                .saturating_add($db.reads_writes(2, 2).saturating_mul(h.into()))
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
