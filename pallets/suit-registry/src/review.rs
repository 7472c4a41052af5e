//! After a compromise: the vendor's releases are gone through, a bounded number a block, and what lost its signers falls.

use crate::{
    pallet::{Config, Event, Keys, LastReviewed, Pallet, Products, ProductsOf, ReleaseAt, Releases, Reviews, Vendors},
    types::{Review, ReviewV1, VendorRecord},
    WeightInfo,
};
use frame_support::weights::Weight;
use suit_primitives::{
    apis::VendorStatus,
    release::{ReleaseStatus, ReleaseV1},
    ClassId, ProductId, VendorId,
};

impl<T: Config> Pallet<T> {
    /// Begins to go through a vendor's releases, or begins anew. Answers the earliest block since which one of its keys is
    /// compromised.
    pub(crate) fn start_review(vendor: VendorId, since: u32) -> u32 {
        let known = Reviews::<T>::get(vendor).map(|review| review.v1().since);
        let since = known.map_or(since, |known| known.min(since));
        let review = ReviewV1 {
            since,
            class: None,
            before: 0,
        };
        Reviews::<T>::insert(vendor, Review::V1(review));
        since
    }

    /// Does at most so many steps, in turn for every vendor that waits: one with many releases must not hold up the
    /// others.
    pub(crate) fn review_some(most: u32) -> Weight {
        let mut steps = 0u32;
        while steps < most {
            let Some(vendor) = Self::next_to_review() else {
                break;
            };
            LastReviewed::<T>::put(vendor);
            Self::review_step(vendor);
            steps = steps.saturating_add(1);
        }
        T::WeightInfo::review(steps)
    }

    fn next_to_review() -> Option<VendorId> {
        let after = LastReviewed::<T>::get().map(Reviews::<T>::hashed_key_for);
        after
            .and_then(|after| Reviews::<T>::iter_keys_from(after).next())
            .or_else(|| Reviews::<T>::iter_keys().next())
    }

    /// One step: a release is looked at, or the next product is taken up, or it is over.
    pub(crate) fn review_step(vendor: VendorId) {
        let Some(mut review) = Reviews::<T>::get(vendor).map(Review::into_v1) else {
            return;
        };
        if let Some(ordinal) = Self::review_release(vendor, &review) {
            review.before = ordinal;
        } else if let Some(class) = Self::product_after(vendor, review.class) {
            review.class = Some(class);
            review.before = Self::state(ProductId { vendor, class }).releases;
        } else {
            Reviews::<T>::remove(vendor);
            Self::reinstate(vendor);
            return;
        }
        Reviews::<T>::insert(vendor, Review::V1(review));
    }

    /// Looks at the next release of the product, the newest first. Answers its ordinal; nothing where all that are left
    /// are older than the compromise.
    fn review_release(vendor: VendorId, review: &ReviewV1) -> Option<u32> {
        let ordinal = review.before.checked_sub(1)?;
        let product = ProductId {
            vendor,
            class: review.class?,
        };
        let id = ReleaseAt::<T>::get(product, ordinal)?;
        let release = Releases::<T>::get(id)?;
        if release.v1().published_at < review.since {
            return None;
        }
        if release.v1().status != ReleaseStatus::Revoked && Self::lost_its_signers(release.v1()) {
            Self::suspend_compromised(product, ordinal, id, release);
        }
        Some(ordinal)
    }

    /// Whether it lost signers, and fewer are left than what is in force now asks for. One that lost none stands, also
    /// where more are asked for by now than when it was published.
    pub(crate) fn lost_its_signers(release: &ReleaseV1) -> bool {
        let good = release
            .signers
            .iter()
            .filter_map(|key| Keys::<T>::get(release.product.vendor, key))
            .filter(|key| key.v1().status.counts_at(release.published_at))
            .count();
        good < release.signers.len() && good < usize::from(Self::threshold(release.product))
    }

    /// The threshold that is in force for a product.
    fn threshold(product: ProductId) -> u8 {
        let now = Self::now();
        let vendor = Vendors::<T>::get(product.vendor).map_or(1, |vendor| vendor.v1().threshold_at(now));
        let own = Products::<T>::get(product).map_or(1, |record| record.v1().policy_at(now).threshold);
        vendor.max(own)
    }

    /// The vendor's product after this one, in the order of the map.
    pub(crate) fn product_after(vendor: VendorId, class: Option<ClassId>) -> Option<ClassId> {
        match class {
            None => ProductsOf::<T>::iter_key_prefix(vendor).next(),
            Some(class) => {
                let after = ProductsOf::<T>::hashed_key_for(vendor, class);
                ProductsOf::<T>::iter_key_prefix_from(vendor, after).next()
            }
        }
    }

    fn reinstate(vendor: VendorId) {
        Vendors::<T>::mutate(vendor, |record| {
            if let Some(mut owner) = record.take().map(VendorRecord::into_v1) {
                if owner.status == VendorStatus::Suspended {
                    owner.status = VendorStatus::Active;
                }
                *record = Some(VendorRecord::V1(owner));
            }
        });
        if Reviews::<T>::iter_keys().next().is_none() {
            LastReviewed::<T>::kill();
        }
        Self::deposit_event(Event::VendorReinstated { vendor });
    }
}
