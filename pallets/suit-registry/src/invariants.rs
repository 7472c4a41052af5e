//! What must hold of configuration and state, whatever was called. Tests check the state after every one of them, and
//! `try-runtime` checks a live chain's.

use crate::{
    bytes::distinct_roots,
    cost,
    crypto::HostCrypto,
    pallet::{
        AttestedWithheld, AvailablePages, Config, Envelopes, Error, Handovers, Keys, KeysOf, LastReviewed,
        NextReleaseId, Pallet, Payloads, Products, ProductsOf, PruneQueue, ReleaseAt, ReleaseOf, Releases, Reviews,
        Roots, States, SteppingStones, Suspensions, Vendors,
    },
    types::{RootV1, StateV1},
};
use alloc::collections::{BTreeMap, BTreeSet};
use codec::Encode;
use frame_support::{dispatch::DispatchClass, ensure, traits::Get};
use sp_runtime::TryRuntimeError;
use suit_manifest::{crypto::Crypto, uuid};
use suit_primitives::{
    apis::{KeyStatus, Suspension, VendorStatus},
    refusal::Refusal,
    release::{ReleaseStatus, ReleaseV1, Retrieval, RootCid},
    ProductId, ReleaseId, VendorId,
};

/// Panics where the runtime's configuration can't work. Runs in tests only.
pub(crate) fn configuration<T: Config>() {
    for refusal in Refusal::ALL {
        let error = Error::<T>::from(*refusal);
        assert_eq!(error.as_str(), refusal.name(), "errors mirror refusals by name");
        assert_eq!(error.encode(), [refusal.code()], "errors mirror refusals by code");
    }
    let hash = T::Hash::default();
    assert_eq!(
        hash.as_ref().len(),
        32,
        "an intent names the genesis block by a hash of 32 bytes"
    );
    assert!(
        T::KeepReleases::get() >= 2,
        "the newest two releases that are not revoked are never pruned"
    );
    if let Some(most) = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic {
        assert!(
            cost::greatest::<T>().all_lte(most),
            "the largest publication must fit a block"
        );
    }
}

impl<T: Config> Pallet<T> {
    /// Checks that the state agrees with itself.
    pub fn invariants() -> Result<(), TryRuntimeError> {
        Self::vendors_agree()?;
        Self::keys_agree()?;
        Self::products_agree()?;
        Self::releases_agree()?;
        for (product, state) in States::<T>::iter() {
            Self::state_agrees(product, state.v1())?;
        }
        Self::bytes_agree()
    }

    fn vendors_agree() -> Result<(), TryRuntimeError> {
        ensure!(
            !LastReviewed::<T>::exists() || Reviews::<T>::iter_keys().next().is_some(),
            "nobody is gone through, and somebody's turn was"
        );
        for (id, record) in Vendors::<T>::iter() {
            let vendor = record.v1();
            if vendor.domain.is_empty() {
                let [_, _, _, _, _, _, version, ..] = id.0;
                ensure!(version >> 4 != 5, "a vendor without a domain has a UUID of version 5");
            } else {
                let name = core::str::from_utf8(&vendor.domain).map_err(|_| "a vendor's domain is not text")?;
                ensure!(id.0 == uuid::vendor_id(name), "a vendor's id is not that of its domain");
            }
            ensure!(
                vendor.publishers.windows(2).all(|pair| pair.first() < pair.last()),
                "publishers are not sorted"
            );
            let retired = vendor.status == VendorStatus::Retired;
            ensure!(
                retired == vendor.deposit.is_none(),
                "a vendor's deposit is not there while it is, or there when it is not"
            );
            ensure!(
                !retired || vendor.publishers.is_empty() && KeysOf::<T>::get(id).is_empty() && vendor.products == 0,
                "a retired vendor has publishers, live keys or products"
            );
            ensure!(
                (vendor.status == VendorStatus::Suspended) == Reviews::<T>::contains_key(id),
                "a vendor is suspended without being gone through, or the reverse"
            );
            ensure!(
                Handovers::<T>::iter_prefix(id).count() as u64 == vendor.handovers,
                "handovers are miscounted"
            );
            let products = ProductsOf::<T>::iter_key_prefix(id)
                .filter_map(|class| Products::<T>::get(ProductId { vendor: id, class }))
                .filter(|product| !product.v1().retired)
                .count();
            ensure!(
                products == vendor.products as usize,
                "a vendor's products are miscounted"
            );
        }
        Ok(())
    }

    fn keys_agree() -> Result<(), TryRuntimeError> {
        for (vendor, id, record) in Keys::<T>::iter() {
            ensure!(Vendors::<T>::contains_key(vendor), "a key has no vendor");
            let record = record.v1();
            let live = record.status == KeyStatus::Live;
            ensure!(
                live == KeysOf::<T>::get(vendor).contains(&id),
                "a vendor's list of keys is not of those that are not revoked"
            );
            ensure!(
                live == record.deposit.is_some(),
                "a key's deposit is not there while it is, or there when it is not"
            );
        }
        for (vendor, keys) in KeysOf::<T>::iter() {
            let different: BTreeSet<_> = keys.iter().collect();
            ensure!(different.len() == keys.len(), "a key is on the list twice");
            ensure!(
                keys.iter().all(|id| Keys::<T>::contains_key(vendor, id)),
                "a vendor's list names a key that is not its own"
            );
        }
        Ok(())
    }

    fn products_agree() -> Result<(), TryRuntimeError> {
        let mut indexed = 0usize;
        for (vendor, class, ()) in ProductsOf::<T>::iter() {
            indexed = indexed.saturating_add(1);
            ensure!(
                Products::<T>::contains_key(ProductId { vendor, class }),
                "a product that is none is indexed"
            );
        }
        ensure!(Products::<T>::iter().count() == indexed, "a product is not indexed");
        for (id, record) in Products::<T>::iter() {
            let record = record.v1();
            let name = core::str::from_utf8(&record.class_name).map_err(|_| "a class name is not text")?;
            ensure!(
                id.class.0 == uuid::class_id(&id.vendor.0, name),
                "a class id is not that of its name"
            );
            ensure!(
                record.retired == record.deposit.is_none(),
                "a product's deposit is not there while it is, or there when it is not"
            );
            let state = Self::state(id);
            ensure!(!record.retired || state.kept == 0, "a retired product keeps releases");
        }
        for (product, stones) in SteppingStones::<T>::iter() {
            ensure!(!stones.is_empty(), "an empty list of stepping stones is stored");
            for stone in stones {
                let (id, release) = Self::api_release(product, stone).ok_or("a stepping stone is no release")?;
                ensure!(
                    Envelopes::<T>::contains_key(id) && release.v1().status != ReleaseStatus::Revoked,
                    "a stepping stone is pruned or revoked"
                );
            }
        }
        Ok(())
    }

    fn releases_agree() -> Result<(), TryRuntimeError> {
        let count = Releases::<T>::iter().count() as u64;
        ensure!(
            count == NextReleaseId::<T>::get(),
            "releases are not numbered without gaps"
        );
        ensure!(
            count == ReleaseOf::<T>::iter().count() as u64 && count == ReleaseAt::<T>::iter().count() as u64,
            "an index of releases has another length"
        );
        ensure!(
            Envelopes::<T>::iter_keys().all(Releases::<T>::contains_key),
            "an envelope is no release's"
        );
        for (id, record) in Releases::<T>::iter() {
            ensure!(id < NextReleaseId::<T>::get(), "a release's number was not given out");
            Self::release_agrees(id, record.v1(), record.is_kept())?;
        }
        Ok(())
    }

    fn release_agrees(id: ReleaseId, record: &ReleaseV1, is_kept: bool) -> Result<(), TryRuntimeError> {
        let found = Self::api_release(record.product, record.sequence_number);
        ensure!(
            found.map(|(found, _)| found) == Some(id),
            "a release is not found by its sequence number"
        );
        ensure!(!record.signers.is_empty(), "a release has no signers");
        let envelope = Envelopes::<T>::get(id);
        ensure!(
            envelope.is_some() == is_kept,
            "an envelope without terms, or the reverse"
        );
        if let Some(envelope) = envelope {
            ensure!(
                HostCrypto.sha256(&[&envelope]) == record.envelope_digest,
                "an envelope has another digest"
            );
            ensure!(record.status != ReleaseStatus::Revoked, "a revoked release is kept");
        }
        let once_available = record.available_at.is_some();
        ensure!(
            match record.status {
                ReleaseStatus::Published => !once_available && !record.payloads.is_empty(),
                ReleaseStatus::Available => once_available,
                ReleaseStatus::Suspended | ReleaseStatus::Revoked => true,
            },
            "status, payloads and block of availability disagree"
        );
        ensure!(
            (record.status == ReleaseStatus::Suspended) == Suspensions::<T>::contains_key(id),
            "a release is suspended without a cause, or the reverse"
        );
        let suspension = Suspensions::<T>::get(id);
        ensure!(
            !AttestedWithheld::<T>::contains_key(id)
                || suspension.is_some_and(|cause| cause != Suspension::Compromise) && !once_available && is_kept,
            "what nobody can resume is remembered as attested"
        );
        // While a vendor is gone through, it is as if nothing of it were offered.
        let settled = !Reviews::<T>::contains_key(record.product.vendor);
        let offered = record.status == ReleaseStatus::Available;
        ensure!(
            !(settled && offered) || Self::some_signer_counts(record),
            "a release is offered none of whose signers counts"
        );
        Ok(())
    }

    fn some_signer_counts(record: &ReleaseV1) -> bool {
        record
            .signers
            .iter()
            .filter_map(|key| Keys::<T>::get(record.product.vendor, key))
            .any(|key| key.v1().status.counts_at(record.published_at))
    }

    fn state_agrees(product: ProductId, state: &StateV1) -> Result<(), TryRuntimeError> {
        ensure!(Products::<T>::contains_key(product), "a state has no product");
        let (mut kept, mut highest, mut highest_available) = (0u32, None, None);
        let mut available = BTreeSet::new();
        let mut newest_good = None;
        for ordinal in 0..state.releases {
            let id = ReleaseAt::<T>::get(product, ordinal).ok_or("a product's releases have a gap")?;
            let release = Releases::<T>::get(id).ok_or("a product has a release that is none")?;
            let is_kept = release.is_kept();
            let release = release.v1();
            ensure!(release.product == product, "a release is another product's");
            highest = highest.max(Some(release.sequence_number));
            if release.available_at.is_some() {
                highest_available = highest_available.max(Some(release.sequence_number));
            }
            kept = kept.saturating_add(is_kept.into());
            if is_kept && release.status == ReleaseStatus::Available {
                available.insert(ordinal);
            }
            if release.status != ReleaseStatus::Revoked {
                ensure!(
                    newest_good < Some(release.sequence_number),
                    "of releases that are not revoked, a later one has a lower number"
                );
                newest_good = Some(release.sequence_number);
            }
        }
        ensure!(state.kept == kept, "kept releases are miscounted");
        ensure!(state.highest_published == highest, "the highest number is another");
        ensure!(
            state.highest_available == highest_available,
            "the highest number that was ever available is another"
        );
        ensure!(
            state.floor.is_none_or(|floor| state.highest_published >= Some(floor)),
            "a lowered floor is above everything"
        );
        let latest = available
            .last()
            .and_then(|ordinal| ReleaseAt::<T>::get(product, *ordinal));
        ensure!(
            state.latest == latest,
            "what is offered is not the newest available release"
        );
        ensure!(
            Self::available_ordinals(product) == available,
            "the set of available releases is another"
        );
        Self::pruning_agrees(product, state, &available)
    }

    fn available_ordinals(product: ProductId) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let mut bound = u32::MAX;
        while let Some(ordinal) = Self::available_before(product, bound) {
            found.insert(ordinal);
            bound = ordinal;
        }
        found
    }

    fn pruning_agrees(product: ProductId, state: &StateV1, available: &BTreeSet<u32>) -> Result<(), TryRuntimeError> {
        ensure!(state.pruned <= state.releases, "more was looked at than there is");
        let keep = T::KeepReleases::get() as usize;
        let waits = PruneQueue::<T>::contains_key(product);
        let horizon = available
            .iter()
            .rev()
            .nth(keep.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        ensure!(
            waits || state.pruned >= horizon,
            "what could be pruned is not in the queue"
        );
        Ok(())
    }

    fn bytes_agree() -> Result<(), TryRuntimeError> {
        let mut roots: BTreeMap<RootCid, RootV1> = BTreeMap::new();
        let mut stored: BTreeMap<(VendorId, RootCid), (u32, u64)> = BTreeMap::new();
        for kept in Releases::<T>::iter_values() {
            let Some(terms) = &kept.terms else {
                continue;
            };
            let (release, terms) = (kept.v1(), terms.v1());
            for (root, stored_size) in distinct_roots(&release.payloads) {
                let asked = roots.entry(root).or_default();
                asked.stored_size = asked.stored_size.max(stored_size);
                asked.releases = asked.releases.saturating_add(1);
                asked.open = asked.open.saturating_add((terms.retrieval == Retrieval::Open).into());
                let (releases, bytes) = stored.entry((release.product.vendor, root)).or_default();
                *releases = releases.saturating_add(1);
                *bytes = (*bytes).max(stored_size.saturating_mul(terms.replicas.into()));
            }
        }
        ensure!(
            Roots::<T>::iter().count() == roots.len(),
            "a root that nobody asks for is stored"
        );
        for (root, expected) in roots {
            let found = Roots::<T>::get(root).ok_or("a root that is asked for is missing")?;
            let found = found.v1();
            ensure!(
                found.releases == expected.releases && found.open == expected.open,
                "a root's releases are miscounted"
            );
            // The size stays at the greatest that was ever asked for.
            ensure!(found.stored_size >= expected.stored_size, "a root's size is too small");
        }
        ensure!(
            Payloads::<T>::iter().count() == stored.len(),
            "bytes that nobody asks for are paid"
        );
        for ((vendor, root), (releases, bytes)) in stored {
            let found = Payloads::<T>::get(vendor, root).ok_or("bytes that are asked for are not paid")?;
            ensure!(
                found.v1().releases == releases && found.v1().bytes >= bytes,
                "what a vendor stores is miscounted"
            );
        }
        let pages = AvailablePages::<T>::iter()
            .filter(|(_, _, page)| *page == [0; 32])
            .count();
        ensure!(pages == 0, "an empty page is stored");
        Ok(())
    }
}
