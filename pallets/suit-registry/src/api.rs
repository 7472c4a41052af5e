//! What the runtime API answers, method by method.

use crate::{
    checks::{self, By, Findings, Signatures},
    pallet::{
        Config, Envelopes, HighestPublished, Keys, Latest as LatestOf, Pallet, Products, ReleaseOf, Releases,
        ReleasesOf, Roots, Vendors,
    },
    types::VendorStatus,
};
use alloc::vec::Vec;
use codec::DecodeAll;
use suit_primitives::{
    apis::{DryRun, KeyInfo, Latest, ProductInfo, WantedRoot},
    refusal::Refusal,
    release::{PayloadRoot, Release, Retrieval, RootCid},
    KeyId, ProductId, ReleaseId, SequenceNumber,
};

impl<T: Config> Pallet<T> {
    /// The newest release that is offered for a product.
    pub fn api_latest(product: ProductId) -> Latest {
        if !Products::<T>::contains_key(product) {
            return Latest::UnknownProduct;
        }
        let suspended = Vendors::<T>::get(product.vendor).is_none_or(|v| v.v1().status != VendorStatus::Active);
        if suspended {
            return Latest::VendorSuspended;
        }
        let highest_published = HighestPublished::<T>::get(product);
        let offered = LatestOf::<T>::get(product).and_then(|id| Some((id, Releases::<T>::get(id)?)));
        match (offered, highest_published) {
            (Some((id, release)), Some(highest_published)) => Latest::Release {
                id,
                release,
                highest_published,
            },
            (_, highest_published) => Latest::NoRelease { highest_published },
        }
    }

    /// A release by its product and sequence number.
    pub fn api_release(product: ProductId, sequence_number: SequenceNumber) -> Option<(ReleaseId, Release)> {
        let id = ReleaseOf::<T>::get(product, sequence_number)?;
        Some((id, Releases::<T>::get(id)?))
    }

    /// A release by its number.
    pub fn api_release_by_id(release: ReleaseId) -> Option<Release> {
        Releases::<T>::get(release)
    }

    /// The envelope of a release.
    pub fn api_envelope(release: ReleaseId) -> Option<Vec<u8>> {
        Envelopes::<T>::get(release).map(|envelope| envelope.into_inner())
    }

    /// A product and its policy.
    pub fn api_product(product: ProductId) -> Option<ProductInfo> {
        let record = Products::<T>::get(product)?;
        let record = record.v1();
        Some(ProductInfo {
            class_name: record.class_name.to_vec(),
            policy: record.policy,
            highest_published: HighestPublished::<T>::get(product),
            releases: ReleasesOf::<T>::get(product),
        })
    }

    /// A registered key.
    pub fn api_key(key: KeyId) -> Option<KeyInfo> {
        let record = Keys::<T>::get(key)?;
        let record = record.v1();
        Some(KeyInfo {
            vendor: record.vendor,
            key: record.key,
            usage: record.usage,
            status: record.status,
            void_before: record.void_before,
        })
    }

    /// What `publish` by this account would do in the next block.
    pub fn api_dry_run_publish(account: Vec<u8>, envelope: Vec<u8>, roots: Vec<PayloadRoot>) -> DryRun {
        match T::AccountId::decode_all(&mut account.as_slice()) {
            Ok(account) => Self::dry_run(
                &envelope,
                &By::Account {
                    account: &account,
                    roots: &roots,
                },
            ),
            Err(_) => {
                let mut findings = Findings::all();
                let _ = findings.fatal(Refusal::NotAuthorized);
                findings.into_dry_run()
            }
        }
    }

    /// What `publish_authorized` would do in the next block.
    pub fn api_dry_run_publish_authorized(envelope: Vec<u8>, intent: Vec<u8>) -> DryRun {
        Self::dry_run(&envelope, &By::Intent(&intent))
    }

    fn dry_run(envelope: &[u8], by: &By<'_, T::AccountId>) -> DryRun {
        let mut findings = Findings::all();
        // This state is that of a finished block: the earliest that can publish is the next.
        let next = Self::now().saturating_add(1);
        if let Ok(publication) = checks::publication::<T>(&mut findings, envelope, by, Signatures::Verify, next) {
            if let Err(refusal) = Self::deposits_available(&publication, envelope.len()) {
                let _ = findings.fatal(refusal);
            }
        }
        findings.into_dry_run()
    }

    /// The payload with this root, where a live release names it.
    pub fn api_wanted_root(root: RootCid) -> Option<WantedRoot> {
        let record = Roots::<T>::get(root)?;
        let record = record.v1();
        let retrieval = if record.open > 0 {
            Retrieval::Open
        } else {
            Retrieval::VerifiedDevices
        };
        (record.releases > 0).then_some(WantedRoot {
            stored_size: record.stored_size,
            retrieval,
        })
    }
}
