//! The availability latch, what is offered, and what replication is told.

use crate::{
    pallet::{
        AttestedWithheld, Config, Envelopes, Event, Pallet, PruneQueue, ReleaseAt, ReleaseOf, Releases, States,
        StoredReleaseOf, Suspensions,
    },
    types::{ProductState, ReleaseTerms, StateV1},
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use suit_primitives::{
    apis::Suspension,
    release::{Demand, ReleaseStatus},
    replication::ReleaseSource,
    ProductId, ReleaseId,
};

impl<T: Config> ReleaseSource for Pallet<T> {
    fn demand(release: ReleaseId) -> Option<Demand> {
        let stored = Releases::<T>::get(release)?;
        // Who keeps no terms asks for nothing any more: pruned or revoked.
        let terms = stored.terms.as_ref()?.v1();
        let payloads = stored.v1().payloads.clone();
        (!payloads.is_empty()).then_some(Demand {
            release,
            payloads,
            replicas: terms.replicas,
            retrieval: terms.retrieval,
        })
    }

    /// Those that are kept, and no other that ever was: they may ask for bytes.
    fn candidates(after: Option<ReleaseId>, limit: u32) -> Vec<ReleaseId> {
        let kept = match after {
            None => Envelopes::<T>::iter_keys(),
            Some(after) => Envelopes::<T>::iter_keys_from(Envelopes::<T>::hashed_key_for(after)),
        };
        kept.take(limit as usize).collect()
    }

    /// Latches: what was available once stays offered, whatever happens to its replicas. Otherwise withholding bytes would
    /// be a way to prove a rollback.
    fn note_replicas(release: ReleaseId, replicas: u32) {
        let Some(stored) = Releases::<T>::get(release) else {
            return;
        };
        let enough = |terms: &ReleaseTerms<_, _>| replicas >= u32::from(terms.v1().replicas);
        if !stored.terms.as_ref().is_some_and(enough) {
            return;
        }
        match (stored.v1().status, stored.v1().available_at) {
            (ReleaseStatus::Published, _) => {
                let product = stored.v1().product;
                let mut state = Self::state(product);
                Self::make_available(release, stored, &mut state);
                States::<T>::insert(product, ProductState::V1(state));
            }
            // It is not available, because no device may be offered it, and what was never offered must not stand in the
            // way of a lower floor.
            (ReleaseStatus::Suspended, None) if Self::may_be_resumed(release) => {
                AttestedWithheld::<T>::insert(release, ());
            }
            _ => {}
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn demanding(number: u32, replicas: u8) -> Option<ReleaseId> {
        crate::benchmarking::demanding::<T>(number, replicas).ok()
    }
}

impl<T: Config> Pallet<T> {
    /// What was published for a product so far.
    pub(crate) fn state(product: ProductId) -> StateV1 {
        States::<T>::get(product).map(ProductState::into_v1).unwrap_or_default()
    }

    /// Stores the release as available, and offers it where it is newer than what is offered.
    pub(crate) fn make_available(id: ReleaseId, mut stored: StoredReleaseOf<T>, state: &mut StateV1) {
        let record = stored.v1_mut();
        record.status = ReleaseStatus::Available;
        record.available_at = Some(Self::now());
        let (product, sequence_number) = (record.product, record.sequence_number);
        Releases::<T>::insert(id, stored);
        state.highest_available = state.highest_available.max(Some(sequence_number));
        Self::deposit_event(Event::ReleaseAvailable {
            release: id,
            product,
            sequence_number,
        });
        Self::offer(product, sequence_number, state);
    }

    /// Whether somebody may resume a release that is suspended.
    fn may_be_resumed(release: ReleaseId) -> bool {
        Suspensions::<T>::get(release).is_some_and(|cause| cause != Suspension::Compromise)
    }

    /// Puts a release among those that may be offered.
    pub(crate) fn offer(product: ProductId, sequence_number: u64, state: &mut StateV1) {
        if let Some(ordinal) = ReleaseOf::<T>::get(product, sequence_number) {
            Self::insert_available(product, ordinal);
            Self::choose_latest(product, state);
            // Whether there is anything to prune is found out when there is time for it.
            if state.releases.saturating_sub(state.pruned) > T::KeepReleases::get() {
                PruneQueue::<T>::insert(product, ());
            }
        }
    }

    /// Takes a release from among those that may be offered.
    pub(crate) fn withhold(product: ProductId, sequence_number: u64, state: &mut StateV1) {
        if let Some(ordinal) = ReleaseOf::<T>::get(product, sequence_number) {
            Self::remove_available(product, ordinal);
            Self::choose_latest(product, state);
        }
    }

    /// The newest available release is the one that is offered.
    fn choose_latest(product: ProductId, state: &mut StateV1) {
        let newest =
            Self::available_before(product, state.releases).and_then(|ordinal| ReleaseAt::<T>::get(product, ordinal));
        if state.latest != newest {
            state.latest = newest;
            Self::deposit_event(Event::LatestChanged {
                product,
                release: newest,
            });
        }
    }
}
