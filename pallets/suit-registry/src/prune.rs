//! Pruning, in what time blocks have left: envelopes of superseded releases go, digests and signers stay.
//!
//! A release goes when as many newer ones as the runtime keeps are available, so neither what is offered goes, nor what
//! would be offered after a withdrawal, nor one of the newest two that are not revoked. Stepping stones stay.

use crate::{
    pallet::{Config, Event, Pallet, PruneQueue, ReleaseAt, Releases, States, SteppingStones, StoredReleaseOf},
    types::{ProductState, StateV1},
    WeightInfo,
};
use frame_support::{
    dispatch::DispatchResult,
    storage::with_storage_layer,
    traits::Get,
    weights::{Weight, WeightMeter},
};
use suit_primitives::{bounds::MAX_PAYLOADS, ProductId, ReleaseId};

impl<T: Config> Pallet<T> {
    /// Prunes as much as the weight allows. Answers what it took.
    pub(crate) fn prune_within(remaining: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(remaining);
        while meter.try_consume(T::DbWeight::get().reads(1)).is_ok() {
            let Some(product) = PruneQueue::<T>::iter_keys().next() else {
                break;
            };
            if meter.try_consume(T::WeightInfo::prune_product()).is_err() || !Self::prune_product(product, &mut meter) {
                break;
            }
            PruneQueue::<T>::remove(product);
        }
        meter.consumed()
    }

    /// Whether all of the product that can go has gone.
    pub(crate) fn prune_product(product: ProductId, meter: &mut WeightMeter) -> bool {
        let mut state = Self::state(product);
        let horizon = Self::horizon(product, &state);
        let mut done = true;
        while state.pruned < horizon {
            if meter.try_consume(T::WeightInfo::prune_release(MAX_PAYLOADS)).is_err() {
                done = false;
                break;
            }
            Self::prune_ordinal(product, &mut state);
            state.pruned = state.pruned.saturating_add(1);
        }
        States::<T>::insert(product, ProductState::V1(state));
        done
    }

    /// The ordinal of the oldest of the newest available releases that are kept: what lies before it may go.
    pub(crate) fn horizon(product: ProductId, state: &StateV1) -> u32 {
        let mut horizon = state.releases;
        for _ in 0..T::KeepReleases::get() {
            match Self::available_before(product, horizon) {
                Some(ordinal) => horizon = ordinal,
                // So many are not available at all.
                None => return 0,
            }
        }
        horizon
    }

    /// Prunes the release that is next to be looked at, unless it is a stepping stone.
    pub(crate) fn prune_ordinal(product: ProductId, state: &mut StateV1) {
        let ordinal = state.pruned;
        let Some(id) = ReleaseAt::<T>::get(product, ordinal) else {
            return;
        };
        let Some(release) = Releases::<T>::get(id) else {
            return;
        };
        if SteppingStones::<T>::get(product)
            .binary_search(&release.v1().sequence_number)
            .is_ok()
        {
            return;
        }
        // A deposit that cannot be given back, because its account's holds were meddled with, keeps its release.
        let outcome = with_storage_layer(|| {
            let mut after = *state;
            Self::prune_release(ordinal, id, release, &mut after)?;
            *state = after;
            Ok::<(), sp_runtime::DispatchError>(())
        });
        if let Err(error) = outcome {
            log::error!(target: "suit-registry", "release {id} can't be pruned: {error:?}");
        }
    }

    /// Prunes a release that is kept.
    pub(crate) fn prune_release(
        ordinal: u32,
        id: ReleaseId,
        mut release: StoredReleaseOf<T>,
        state: &mut StateV1,
    ) -> DispatchResult {
        if !release.is_kept() {
            return Ok(());
        }
        Self::let_go(id, &mut release, state)?;
        let (product, sequence_number) = (release.v1().product, release.v1().sequence_number);
        Releases::<T>::insert(id, release);
        Self::remove_available(product, ordinal);
        Self::deposit_event(Event::ReleasePruned {
            release: id,
            product,
            sequence_number,
        });
        Ok(())
    }
}
