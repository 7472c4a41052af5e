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
/// Weights of a chain with this `DbWeight`.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_node() -> Weight {
        Weight::from_parts(100_000_000, 0)
    }
    fn remove_node() -> Weight {
        Weight::from_parts(100_000_000, 0)
    }
    fn attest(l: u32) -> Weight {
        Weight::from_parts(100_000_000, 0).saturating_mul(1 + u64::from(l))
    }
    fn load_nodes(n: u32) -> Weight {
        Weight::from_parts(20_000_000, 0).saturating_mul(n.into())
    }
    fn gain(n: u32) -> Weight {
        Weight::from_parts(1_000_000, 0).saturating_mul(1 + u64::from(n))
    }
    fn check_attestation(l: u32) -> Weight {
        Weight::from_parts(100_000_000, 0).saturating_mul(1 + u64::from(l))
    }
    fn check_gained(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 0).saturating_mul(1 + u64::from(n))
    }
    fn forget_holdings(h: u32) -> Weight {
        Weight::from_parts(100_000_000, 0).saturating_mul(1 + u64::from(h))
    }
}
const _: fn() = || {
    let _ = RocksDbWeight::get();
};
impl WeightInfo for () {
    fn register_node() -> Weight {
        Weight::from_parts(100_000_000, 0)
    }
    fn remove_node() -> Weight {
        Weight::from_parts(100_000_000, 0)
    }
    fn attest(l: u32) -> Weight {
        Weight::from_parts(100_000_000, 0).saturating_mul(1 + u64::from(l))
    }
    fn load_nodes(n: u32) -> Weight {
        Weight::from_parts(20_000_000, 0).saturating_mul(n.into())
    }
    fn gain(n: u32) -> Weight {
        Weight::from_parts(1_000_000, 0).saturating_mul(1 + u64::from(n))
    }
    fn check_attestation(l: u32) -> Weight {
        Weight::from_parts(100_000_000, 0).saturating_mul(1 + u64::from(l))
    }
    fn check_gained(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 0).saturating_mul(1 + u64::from(n))
    }
    fn forget_holdings(h: u32) -> Weight {
        Weight::from_parts(100_000_000, 0).saturating_mul(1 + u64::from(h))
    }
}
