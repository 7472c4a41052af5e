//! What must hold of configuration and state, whatever was called.

use crate::{
    availability::distinct_roots,
    crypto::HostCrypto,
    pallet::{
        Config, Envelopes, Error, HighestPublished, Keys, KeysOf, Latest, NextReleaseId, Pallet, Products,
        ReleaseDeposits, ReleaseOf, Releases, ReleasesOf, Roots, Vendors,
    },
    publish::greatest_weight,
    types::RootV1,
};
use alloc::collections::BTreeMap;
use codec::Encode;
use frame_support::{dispatch::DispatchClass, ensure, traits::Get};
use sp_runtime::TryRuntimeError;
use suit_manifest::{crypto::Crypto, uuid};
use suit_primitives::{
    refusal::Refusal,
    release::{ReleaseStatus, Retrieval, RootCid},
};

/// Panics where the runtime's configuration can't work. Runs in tests only.
pub(crate) fn integrity_test<T: Config>() {
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
    if let Some(most) = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic {
        assert!(
            greatest_weight::<T>().all_lte(most),
            "the largest publication must fit a block"
        );
    }
}

impl<T: Config> Pallet<T> {
    /// Checks that the state agrees with itself.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_of_names()?;
        Self::try_state_of_releases()?;
        Self::try_state_of_products()?;
        Self::try_state_of_roots()
    }

    fn try_state_of_names() -> Result<(), TryRuntimeError> {
        for (id, record) in Vendors::<T>::iter() {
            let name = core::str::from_utf8(&record.v1().domain).map_err(|_| "a vendor's domain is not text")?;
            ensure!(id.0 == uuid::vendor_id(name), "a vendor's id is not that of its domain");
            let publishers = record.v1().publishers.as_slice();
            ensure!(
                publishers.windows(2).all(|pair| pair.first() < pair.last()),
                "publishers are not sorted"
            );
        }
        for (id, record) in Keys::<T>::iter() {
            ensure!(
                KeysOf::<T>::get(record.v1().vendor).contains(&id),
                "a key is not on its vendor's list"
            );
        }
        for (vendor, keys) in KeysOf::<T>::iter() {
            for id in keys {
                let owner = Keys::<T>::get(id).map(|record| record.v1().vendor);
                ensure!(owner == Some(vendor), "a vendor's list names a key that is not its own");
            }
        }
        for (id, record) in Products::<T>::iter() {
            ensure!(Vendors::<T>::contains_key(id.vendor), "a product has no vendor");
            let name = core::str::from_utf8(&record.v1().class_name).map_err(|_| "a class name is not text")?;
            ensure!(
                id.class.0 == uuid::class_id(&id.vendor.0, name),
                "a class id is not that of its name"
            );
        }
        Ok(())
    }

    fn try_state_of_releases() -> Result<(), TryRuntimeError> {
        let count = Releases::<T>::iter().count() as u64;
        ensure!(
            count == NextReleaseId::<T>::get(),
            "releases are not numbered without gaps"
        );
        ensure!(
            count == ReleaseOf::<T>::iter().count() as u64,
            "the index by sequence number has another length"
        );
        ensure!(
            count == ReleaseDeposits::<T>::iter().count() as u64,
            "a release without deposit, or the reverse"
        );
        for (id, record) in Releases::<T>::iter() {
            let record = record.v1();
            ensure!(id < NextReleaseId::<T>::get(), "a release's number was not given out");
            ensure!(
                ReleaseOf::<T>::get(record.product, record.sequence_number) == Some(id),
                "a release is not found by its sequence number"
            );
            let envelope = Envelopes::<T>::get(id).ok_or("a release has no envelope")?;
            ensure!(
                HostCrypto.sha256(&[&envelope]) == record.envelope_digest,
                "an envelope has another digest"
            );
            ensure!(!record.signers.is_empty(), "a release has no signers");
            let published = record.status == ReleaseStatus::Published;
            ensure!(
                published == record.available_at.is_none(),
                "status and block of availability disagree"
            );
            ensure!(
                !(published && record.payloads.is_empty()),
                "a release waits for no bytes"
            );
        }
        Ok(())
    }

    fn try_state_of_products() -> Result<(), TryRuntimeError> {
        for (product, _) in Products::<T>::iter() {
            let mut releases = 0u32;
            let mut highest = None;
            let mut newest_available = None;
            for (sequence_number, id) in ReleaseOf::<T>::iter_prefix(product) {
                releases = releases.saturating_add(1);
                highest = highest.max(Some(sequence_number));
                let status = Releases::<T>::get(id).map(|record| record.v1().status);
                if status == Some(ReleaseStatus::Available) {
                    newest_available = newest_available.max(Some((sequence_number, id)));
                }
            }
            ensure!(
                ReleasesOf::<T>::get(product) == releases,
                "a product's releases are miscounted"
            );
            ensure!(
                HighestPublished::<T>::get(product) == highest,
                "a product's highest number is another"
            );
            ensure!(
                Latest::<T>::get(product) == newest_available.map(|(_, id)| id),
                "what is offered is not the newest available release"
            );
        }
        Ok(())
    }

    fn try_state_of_roots() -> Result<(), TryRuntimeError> {
        let mut expected: BTreeMap<RootCid, RootV1> = BTreeMap::new();
        for (_, record) in Releases::<T>::iter() {
            let record = record.v1();
            let open = Self::policy(record.product).is_some_and(|policy| policy.retrieval == Retrieval::Open);
            for (root, stored_size) in distinct_roots(&record.payloads) {
                let asked = expected.entry(root).or_default();
                asked.stored_size = asked.stored_size.max(stored_size);
                asked.releases = asked.releases.saturating_add(1);
                asked.open = asked.open.saturating_add(open.into());
            }
        }
        let found: BTreeMap<RootCid, RootV1> = Roots::<T>::iter().map(|(root, record)| (root, *record.v1())).collect();
        ensure!(found == expected, "roots are miscounted");
        Ok(())
    }
}
