//! What the runtime API answers, method by method.

use crate::{
    checks::{self, By, Findings, Signatures},
    pallet::{
        Config, Envelopes, Handovers, Keys, Pallet, Products, ProductsOf, ReleaseAt, ReleaseOf, Releases, Roots,
        SteppingStones, Suspensions, Vendors,
    },
    types::{HandoverRecord, KeyRecord, Pending, VendorRecord},
};
use alloc::vec::Vec;
use codec::{DecodeAll, Encode};
use suit_primitives::{
    apis::{DryRun, HistoryEntry, KeyInfo, Latest, ProductInfo, VendorInfo, VendorStatus, WantedRoot},
    bounds::MAX_PAGE,
    refusal::Refusal,
    release::{PayloadRoot, Release, ReleaseStatus, Retrieval, RootCid},
    ClassId, KeyId, ProductId, ReleaseId, SequenceNumber, VendorId,
};

impl<T: Config> Pallet<T> {
    /// The newest release that is offered for a product.
    pub fn api_latest(product: ProductId) -> Latest {
        if !Products::<T>::contains_key(product) {
            return Latest::UnknownProduct;
        }
        let status = Vendors::<T>::get(product.vendor).map(|vendor| vendor.v1().status);
        if status.is_none_or(|status| status == VendorStatus::Suspended) {
            return Latest::VendorSuspended;
        }
        let state = Self::state(product);
        let offered = state.latest.and_then(|id| Some((id, Releases::<T>::get(id)?.release)));
        match (offered, state.highest_published) {
            (Some((id, release)), Some(highest_published)) => Latest::Release {
                id,
                release,
                highest_published,
            },
            (_, highest_published) => Latest::NoRelease { highest_published },
        }
    }

    /// The release that a device with this sequence number should take next. One that does not say what it has is offered
    /// the newest, and its manifest's own conditions decide.
    pub fn api_next_release(product: ProductId, installed: Option<SequenceNumber>) -> Latest {
        let latest = Self::api_latest(product);
        let (
            Latest::Release {
                release,
                highest_published,
                ..
            },
            Some(installed),
        ) = (&latest, installed)
        else {
            return latest;
        };
        let newest = release.v1().sequence_number;
        let stones = SteppingStones::<T>::get(product);
        let ahead = stones.iter().filter(|stone| **stone > installed && **stone < newest);
        let offered = |stone: &SequenceNumber| {
            let (id, release) = Self::api_release(product, *stone)?;
            (release.v1().status == ReleaseStatus::Available).then_some((id, release))
        };
        match ahead.filter_map(offered).next() {
            Some((id, release)) => Latest::Release {
                id,
                release,
                highest_published: *highest_published,
            },
            None => latest,
        }
    }

    /// A release by its product and sequence number.
    pub fn api_release(product: ProductId, sequence_number: SequenceNumber) -> Option<(ReleaseId, Release)> {
        let ordinal = ReleaseOf::<T>::get(product, sequence_number)?;
        let id = ReleaseAt::<T>::get(product, ordinal)?;
        Some((id, Releases::<T>::get(id)?.release))
    }

    /// A release by its number.
    pub fn api_release_by_id(release: ReleaseId) -> Option<Release> {
        Some(Releases::<T>::get(release)?.release)
    }

    /// A product's releases, the newest first.
    pub fn api_history(product: ProductId, before: Option<u32>, limit: u32) -> Vec<HistoryEntry> {
        let releases = Self::state(product).releases;
        let before = before.map_or(releases, |before| before.min(releases));
        (0..before)
            .rev()
            .take(page(limit))
            .filter_map(|ordinal| {
                let release = ReleaseAt::<T>::get(product, ordinal)?;
                let stored = Releases::<T>::get(release)?;
                Some(HistoryEntry {
                    ordinal,
                    release,
                    kept: stored.is_kept(),
                    record: stored.release,
                    suspension: Suspensions::<T>::get(release),
                })
            })
            .collect()
    }

    /// The envelope of a release.
    pub fn api_envelope(release: ReleaseId) -> Option<Vec<u8>> {
        Envelopes::<T>::get(release).map(|envelope| envelope.into_inner())
    }

    /// A vendor.
    pub fn api_vendor(vendor: VendorId) -> Option<VendorInfo> {
        Vendors::<T>::get(vendor).map(Self::vendor_info)
    }

    /// Vendors, in the order of the map.
    pub fn api_vendors(after: Option<VendorId>, limit: u32) -> Vec<(VendorId, VendorInfo)> {
        let vendors = match after {
            None => Vendors::<T>::iter(),
            Some(after) => Vendors::<T>::iter_from(Vendors::<T>::hashed_key_for(after)),
        };
        vendors
            .take(page(limit))
            .map(|(id, record)| (id, Self::vendor_info(record)))
            .collect()
    }

    fn vendor_info(record: VendorRecord<T::AccountId, T::VendorDeposit>) -> VendorInfo {
        let now = Self::now();
        let vendor = record.into_v1();
        VendorInfo {
            threshold: vendor.threshold_at(now),
            pending_threshold: still_pending(vendor.pending_threshold, now),
            domain: vendor.domain.into_inner(),
            admin: vendor.admin.encode(),
            offered_to: vendor.offered_to.map(|to| to.encode()),
            publishers: vendor.publishers.iter().map(Encode::encode).collect(),
            status: vendor.status,
            products: vendor.products,
            handovers: vendor.handovers,
            registered_at: vendor.registered_at,
        }
    }

    /// A product and its policy.
    pub fn api_product(product: ProductId) -> Option<ProductInfo> {
        let now = Self::now();
        let record = Products::<T>::get(product)?.into_v1();
        let state = Self::state(product);
        Some(ProductInfo {
            class_name: record.class_name.to_vec(),
            policy: record.written_policy_at(now),
            pending_policy: still_pending(record.pending_policy, now),
            retired: record.retired,
            highest_published: state.highest_published,
            next_sequence_number: state.least_next(),
            releases: state.releases,
            kept: state.kept,
            stepping_stones: SteppingStones::<T>::get(product).into_inner(),
        })
    }

    /// A vendor's products, in the order of the map.
    pub fn api_products(vendor: VendorId, after: Option<ClassId>, limit: u32) -> Vec<(ProductId, ProductInfo)> {
        let classes = match after {
            None => ProductsOf::<T>::iter_key_prefix(vendor),
            Some(after) => {
                ProductsOf::<T>::iter_key_prefix_from(vendor, ProductsOf::<T>::hashed_key_for(vendor, after))
            }
        };
        classes
            .take(page(limit))
            .map(|class| ProductId { vendor, class })
            .filter_map(|product| Some((product, Self::api_product(product)?)))
            .collect()
    }

    /// A vendor's key.
    pub fn api_key(vendor: VendorId, key: KeyId) -> Option<KeyInfo> {
        Keys::<T>::get(vendor, key).map(|record| Self::key_info(vendor, record))
    }

    /// A vendor's keys, in the order of the map.
    pub fn api_keys(vendor: VendorId, after: Option<KeyId>, limit: u32) -> Vec<(KeyId, KeyInfo)> {
        let keys = match after {
            None => Keys::<T>::iter_prefix(vendor),
            Some(after) => Keys::<T>::iter_prefix_from(vendor, Keys::<T>::hashed_key_for(vendor, after)),
        };
        keys.take(page(limit))
            .map(|(id, record)| (id, Self::key_info(vendor, record)))
            .collect()
    }

    fn key_info(vendor: VendorId, record: KeyRecord<T::AccountId, T::KeyDeposit>) -> KeyInfo {
        let record = record.v1();
        KeyInfo {
            vendor,
            key: record.key,
            usage: record.usage,
            status: record.status,
            from: record.from,
            until: record.until,
            void_before: record.void_before,
        }
    }

    /// A vendor's key handovers after a number.
    pub fn api_handovers(vendor: VendorId, after: u64, limit: u32) -> Vec<(u64, Vec<u8>)> {
        (1..=page(limit) as u64)
            .map_while(|step| {
                let number = after.checked_add(step)?;
                let record = Handovers::<T>::get(vendor, number).map(HandoverRecord::into_v1)?;
                Some((number, record.message.into_inner()))
            })
            .collect()
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
            if let Err(refusal) = Self::deposits_available(&publication, envelope) {
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

/// How many entries a page has.
fn page(limit: u32) -> usize {
    limit.min(MAX_PAGE) as usize
}

fn still_pending<V>(pending: Option<Pending<V>>, now: u32) -> Option<(V, u32)> {
    pending
        .filter(|pending| pending.from > now)
        .map(|pending| (pending.value, pending.from))
}
