//! After a compromise: a vendor's releases are gone through, some a block.

use super::{map_order, Event, Model};
use suit_primitives::{
    apis::{Suspension, VendorStatus},
    release::ReleaseStatus,
    ClassId, ProductId, VendorId,
};

/// A vendor's releases that are gone through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Review {
    /// The earliest block since which one of its keys is compromised.
    pub since: u32,
    /// The product that is being looked at.
    pub class: Option<ClassId>,
    /// How many of its releases are left.
    pub before: usize,
}

impl Model {
    /// Begins, or begins anew. Answers since when.
    pub(super) fn start_review(&mut self, vendor: VendorId, since: u32) -> u32 {
        let known = self.reviews.get(&vendor).map(|review| review.since);
        let since = known.map_or(since, |known| known.min(since));
        let review = Review {
            since,
            class: None,
            before: 0,
        };
        self.reviews.insert(vendor, review);
        since
    }

    /// A block's share of the work: one step for each vendor in turn.
    pub(super) fn review(&mut self) {
        for _ in 0..crate::REVIEWS_PER_BLOCK {
            let last = self.last_reviewed.as_ref().map(map_order);
            let mut waiting: Vec<VendorId> = self.reviews.keys().copied().collect();
            waiting.sort_by_key(map_order);
            let next = waiting
                .iter()
                .find(|vendor| last.is_none_or(|last| map_order(*vendor) > last));
            let Some(vendor) = next.or(waiting.first()).copied() else {
                return;
            };
            self.last_reviewed = Some(vendor);
            self.review_step(vendor);
            if self.reviews.is_empty() {
                self.last_reviewed = None;
            }
        }
    }

    fn review_step(&mut self, vendor: VendorId) {
        let Some(review) = self.reviews.get(&vendor).copied() else {
            return;
        };
        let next = match self.release_to_review(vendor, &review) {
            Some(release) => {
                self.review_release(release);
                Some((review.class, review.before - 1))
            }
            None => self.next_product(vendor, review.class).map(|class| {
                let releases = self.products[&ProductId { vendor, class }].releases.len();
                (Some(class), releases)
            }),
        };
        if let Some((class, before)) = next {
            let since = review.since;
            self.reviews.insert(vendor, Review { since, class, before });
            return;
        }
        self.reviews.remove(&vendor);
        if let Some(record) = self.vendors.get_mut(&vendor) {
            record.status = VendorStatus::Active;
        }
        self.events.push(Event::VendorReinstated { vendor });
    }

    /// The next release of the product, unless it is older than the compromise.
    fn release_to_review(&self, vendor: VendorId, review: &Review) -> Option<u64> {
        let class = review.class?;
        let releases = &self.products[&ProductId { vendor, class }].releases;
        let id = releases[..review.before].last().copied()?;
        (self.releases[id as usize].published_at >= review.since).then_some(id)
    }

    /// The vendor's product after this one, in the order of the chain's map.
    fn next_product(&self, vendor: VendorId, class: Option<ClassId>) -> Option<ClassId> {
        let products = self.products.keys().filter(|product| product.vendor == vendor);
        let classes = products.map(|product| product.class);
        let after = classes.filter(|next| class.is_none_or(|class| map_order(next) > map_order(&class)));
        after.min_by_key(map_order)
    }

    /// A release falls where some of its signers count no more, and fewer are left than are asked for now.
    fn review_release(&mut self, id: u64) {
        let release = &self.releases[id as usize];
        let vendor = release.product.vendor;
        let counts = |key| {
            let record = self.keys.get(&(vendor, key));
            record.is_some_and(|record| record.status.counts_at(release.published_at))
        };
        let good = release.signers.iter().filter(|key| counts(**key)).count();
        let policy = self.products[&release.product].policy_at(self.now);
        let asked = policy.threshold.max(self.vendors[&vendor].threshold_at(self.now));
        let fallen = release.suspension == Some(Suspension::Compromise);
        if release.status != ReleaseStatus::Revoked
            && !fallen
            && good < release.signers.len()
            && good < usize::from(asked)
        {
            self.suspend(id, Suspension::Compromise);
        }
    }
}
