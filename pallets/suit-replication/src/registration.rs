//! What a registration must show, and what a removal leaves behind.

use crate::{
    addresses::{is_http_origin, is_peer_id},
    Config, Departing, Holdings, Nodes, NodesByPeer, Pallet, WeightInfo, FORGET_PER_BLOCK,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::pallet_prelude::*;
use suit_primitives::{
    attestation::registration_bytes, bounds::MAX_NODES, replication::NodeAddresses, NodeId, Refusal, ReleaseId,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn check_registration(
        owner: &T::AccountId,
        node: &NodeId,
        addresses: &NodeAddresses,
        proof: &[u8; 64],
    ) -> Result<(), Refusal> {
        let NodeAddresses { peer_id, gateway } = addresses;
        ensure!(gateway.is_empty() || is_http_origin(gateway), Refusal::BadGateway);
        ensure!(is_peer_id(peer_id), Refusal::BadPeerId);
        ensure!(!Nodes::<T>::contains_key(node), Refusal::NodeTaken);
        ensure!(!Departing::<T>::contains_key(node), Refusal::NodeTaken);
        ensure!(!NodesByPeer::<T>::contains_key(peer_id), Refusal::NodeTaken);
        // Those leaving count too: they may still stand among a release's holders, whose list has as many places.
        ensure!(
            Nodes::<T>::count().saturating_add(Departing::<T>::count()) < MAX_NODES,
            Refusal::TooMany
        );
        let message = registration_bytes(&Self::genesis(), &owner.encode(), peer_id);
        ensure!(
            sp_io::crypto::ed25519_verify(
                &sp_core::ed25519::Signature::from_raw(*proof),
                &message,
                &sp_core::ed25519::Public::from_raw(node.0),
            ),
            Refusal::BadProofOfPossession
        );
        Ok(())
    }

    /// Takes holdings of departed nodes out of state, as far as the weight goes.
    pub(crate) fn forget_departed(remaining: Weight) -> Weight {
        let fits = |count: u32| T::WeightInfo::forget_holdings(count).all_lte(remaining);
        if !fits(1) {
            return Weight::zero();
        }
        let Some(node) = Departing::<T>::iter_keys().next() else {
            return T::DbWeight::get().reads(1);
        };
        let mut budget = FORGET_PER_BLOCK;
        while budget > 1 && !fits(budget) {
            budget /= 2;
        }
        let releases: Vec<ReleaseId> = Holdings::<T>::iter_key_prefix(node).take(budget as usize).collect();
        let forgotten = releases.len() as u32;
        for release in releases {
            Self::forget(&node, release);
        }
        if forgotten < budget {
            Departing::<T>::remove(node);
        }
        T::WeightInfo::forget_holdings(forgotten)
    }
}
