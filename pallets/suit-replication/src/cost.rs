//! What attestations weigh, put together from what was benchmarked piece by piece: a product of nodes and releases is not
//! what a line through measurements can say.

use crate::{Config, WeightInfo};
use frame_support::weights::Weight;
use suit_primitives::bounds::MAX_NODES;

/// `attest`, dispatched, with so many gained and lost releases.
pub(crate) fn attest<T: Config>(gained: u32, lost: u32) -> Weight {
    // Where nothing is gained, no other node is read.
    let nodes = if gained == 0 { 0 } else { MAX_NODES };
    T::WeightInfo::attest(lost)
        .saturating_add(load::<T>(nodes))
        .saturating_add(T::WeightInfo::gain(nodes).saturating_mul(gained.into()))
}

/// Checking an attestation when `nodes` nodes are registered; most of it is ranking them for each gained release.
pub(crate) fn authorize_attest<T: Config>(gained: u32, lost: u32, nodes: u32) -> Weight {
    T::WeightInfo::check_attestation(lost)
        .saturating_add(load::<T>(if gained == 0 { 0 } else { nodes }))
        .saturating_add(T::WeightInfo::check_gained(nodes).saturating_mul(gained.into()))
}

fn load<T: Config>(nodes: u32) -> Weight {
    match nodes {
        0 => Weight::zero(),
        nodes => T::WeightInfo::load_nodes(nodes),
    }
}
