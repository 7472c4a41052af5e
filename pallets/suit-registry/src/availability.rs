//! The availability latch, and what replication is told.

use crate::pallet::{Config, Event, Latest, NextReleaseId, Pallet, Products, Releases};
use alloc::vec::Vec;
use suit_primitives::{
    release::{Demand, Payload, PolicyV1, Release, ReleaseStatus, RootCid},
    replication::ReleaseSource,
    ProductId, ReleaseId,
};

impl<T: Config> ReleaseSource for Pallet<T> {
    fn demand(release: ReleaseId) -> Option<Demand> {
        let record = Releases::<T>::get(release)?;
        let record = record.v1();
        if !asks_for_bytes(record.status, &record.payloads) {
            return None;
        }
        let policy = Self::policy(record.product)?;
        Some(Demand {
            release,
            payloads: record.payloads.clone(),
            replicas: policy.replicas,
            retrieval: policy.retrieval,
        })
    }

    fn demanded(from: ReleaseId, limit: u32) -> Vec<ReleaseId> {
        (from..NextReleaseId::<T>::get())
            .filter(|id| {
                Releases::<T>::get(id).is_some_and(|record| {
                    let record = record.v1();
                    asks_for_bytes(record.status, &record.payloads)
                })
            })
            .take(limit as usize)
            .collect()
    }

    /// Latches: what was available once stays offered, whatever happens to its replicas. Otherwise withholding bytes would
    /// be a way to prove a rollback.
    fn note_replicas(release: ReleaseId, replicas: u32) {
        let Some(record) = Releases::<T>::get(release) else {
            return;
        };
        if record.v1().status != ReleaseStatus::Published {
            return;
        }
        let Some(policy) = Self::policy(record.v1().product) else {
            return;
        };
        if replicas >= u32::from(policy.replicas) {
            Self::make_available(release, record);
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The product's policy.
    pub(crate) fn policy(product: ProductId) -> Option<PolicyV1> {
        Products::<T>::get(product).map(|record| *record.v1().policy.v1())
    }

    /// Stores the release as available, and offers it where it is newer than what is offered.
    pub(crate) fn make_available(id: ReleaseId, mut release: Release) {
        let record = release.v1_mut();
        record.status = ReleaseStatus::Available;
        record.available_at = Some(Self::now());
        let (product, sequence_number) = (record.product, record.sequence_number);
        Releases::<T>::insert(id, release);

        let offered = Latest::<T>::get(product).and_then(Releases::<T>::get);
        if offered.is_none_or(|offered| offered.v1().sequence_number < sequence_number) {
            Latest::<T>::insert(product, id);
        }
        Self::deposit_event(Event::ReleaseAvailable {
            release: id,
            product,
            sequence_number,
        });
    }
}

fn asks_for_bytes(status: ReleaseStatus, payloads: &[Payload]) -> bool {
    status != ReleaseStatus::Revoked && !payloads.is_empty()
}

/// Each root that the payloads name once, with the greatest stored size.
pub(crate) fn distinct_roots(payloads: &[Payload]) -> Vec<(RootCid, u64)> {
    let mut roots: Vec<(RootCid, u64)> = payloads
        .iter()
        .map(|payload| (payload.v1().root, payload.v1().stored_size))
        .collect();
    // By root, the greatest size first: that is the one that stays.
    roots.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
    roots.dedup_by_key(|entry| entry.0);
    roots
}
