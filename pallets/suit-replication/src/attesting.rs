//! Checking an attestation, and what it changes.

use crate::{
    duty::LiveNodes,
    types::{Holder, Presence},
    Config, HoldersOf, Holdings, Nodes, Pallet,
};
use frame_support::pallet_prelude::*;
use suit_primitives::{
    attestation::{Attestation, AttestationV1},
    replication::ReleaseSource,
    NodeId, Refusal, ReleaseId,
};

impl<T: Config> Pallet<T> {
    /// Checks an attestation against the state that it would be applied to, the cheap checks first. Answers how many
    /// nodes had to be read.
    pub(crate) fn check_attestation(attestation: &Attestation, signature: &[u8; 64]) -> Result<u32, Refusal> {
        let Attestation::V1(body) = attestation;
        let period = Self::current_period();
        ensure!(body.genesis == Self::genesis(), Refusal::AttestationForOtherChain);
        ensure!(body.period == period, Refusal::AttestationPeriodNotCurrent);
        let record = Nodes::<T>::get(body.node).ok_or(Refusal::NodeNotFound)?;
        ensure!(record.last_period() != Some(period), Refusal::AlreadyAttested);
        ensure!(
            is_sorted(&body.gained) && is_sorted(&body.lost),
            Refusal::HoldingsMismatch
        );
        ensure!(
            !body
                .gained
                .iter()
                .any(|release| body.lost.binary_search(release).is_ok()),
            Refusal::HoldingsMismatch
        );
        ensure!(
            sp_io::crypto::ed25519_verify(
                &sp_core::ed25519::Signature::from_raw(*signature),
                &attestation.signing_bytes(),
                &sp_core::ed25519::Public::from_raw(body.node.0),
            ),
            Refusal::AttestationSignatureNotValid
        );
        // Only who holds the node's key gets this far, and so can make anybody rank nodes.
        for release in &body.lost {
            ensure!(
                Holdings::<T>::contains_key(body.node, release),
                Refusal::HoldingsMismatch
            );
        }
        if body.gained.is_empty() {
            return Ok(0);
        }
        let live = LiveNodes::load::<T>(period);
        for release in &body.gained {
            Self::check_gained(&body.node, *release, &live)?;
        }
        Ok(Nodes::<T>::count())
    }

    /// Whether the node may gain the release: somebody asks for it, the node does not hold it, and is on duty.
    pub(crate) fn check_gained(node: &NodeId, release: ReleaseId, live: &LiveNodes) -> Result<(), Refusal> {
        let demand = T::Releases::demand(release).ok_or(Refusal::NotOnDuty)?;
        ensure!(!Self::holds(node, release, live), Refusal::HoldingsMismatch);
        ensure!(live.may_gain(node, &demand), Refusal::NotOnDuty);
        Ok(())
    }

    /// Applies an attestation that was checked on this very state.
    pub(crate) fn apply_attestation(body: &AttestationV1) -> Result<(), Refusal> {
        Nodes::<T>::try_mutate(body.node, |record| {
            let record = record.as_mut().ok_or(Refusal::NodeNotFound)?.v1_mut();
            record.presence = Some(Presence::attested(record.presence, body.period));
            Ok(())
        })?;
        for release in &body.lost {
            Self::forget(&body.node, *release);
        }
        if body.gained.is_empty() {
            return Ok(());
        }
        let live = LiveNodes::load::<T>(body.period);
        for release in &body.gained {
            let holder = Holder {
                node: body.node,
                since: body.period,
            };
            Self::gain(holder, *release, &live)?;
        }
        Ok(())
    }

    /// Puts a holder among the release's, and tells the registry how many count.
    pub(crate) fn gain(holder: Holder, release: ReleaseId, live: &LiveNodes) -> Result<(), Refusal> {
        let replicas = HoldersOf::<T>::try_mutate(release, |holders| {
            match holders.binary_search_by_key(&holder.node, |holder| holder.node) {
                Ok(index) => holders.get_mut(index).into_iter().for_each(|entry| *entry = holder),
                // As many holders fit as nodes may be registered or leaving, so there is room.
                Err(index) => holders.try_insert(index, holder).map_err(|_| Refusal::TooMany)?,
            }
            Ok(live.count(holders))
        })?;
        Holdings::<T>::insert(holder.node, release, ());
        T::Releases::note_replicas(release, replicas);
        Ok(())
    }

    /// Whether the node's attestation of the release counts.
    pub(crate) fn holds(node: &NodeId, release: ReleaseId, live: &LiveNodes) -> bool {
        let holders = HoldersOf::<T>::get(release);
        match holders.binary_search_by_key(node, |holder| holder.node) {
            Ok(index) => holders.get(index).is_some_and(|holder| live.counts(holder)),
            Err(_) => false,
        }
    }

    /// Takes a holding, lapsed or not, out of state.
    pub(crate) fn forget(node: &NodeId, release: ReleaseId) {
        Holdings::<T>::remove(node, release);
        HoldersOf::<T>::mutate_exists(release, |entry| {
            if let Some(holders) = entry {
                holders.retain(|holder| holder.node != *node);
                if holders.is_empty() {
                    *entry = None;
                }
            }
        });
    }
}

/// Rising, without duplicates.
fn is_sorted(releases: &[ReleaseId]) -> bool {
    releases
        .iter()
        .zip(releases.iter().skip(1))
        .all(|(left, right)| left < right)
}
