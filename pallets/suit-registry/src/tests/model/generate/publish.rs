//! Random publications.

use super::{Generator, Mood};
use crate::tests::{
    forge::dag_root,
    model::{
        calls::{By, Call, EnvelopeOf, Fetched, Flaw, IntentOf},
        envelopes,
        reference::Model,
        world::{K, P, V},
    },
};
use suit_primitives::{
    apis::KeyUsage,
    release::{PayloadRoot, PolicyV2},
    SequenceNumber,
};

impl Generator {
    /// Mostly one product, sometimes several, of one vendor or more.
    fn products(&mut self, model: &Model, takes: impl Fn(&PolicyV2) -> bool) -> Vec<P> {
        let count = match self.random.below(12) {
            0 => 2,
            1 => 1 + self.random.below(4),
            _ => 1,
        };
        let mut products: Vec<P> = Vec::new();
        for _ in 0..count {
            let product = match self.random.percent(88) {
                true => self.product_with(model, |product| {
                    let policy = product.policy_at(model.now);
                    !product.retired && !policy.frozen && takes(&policy)
                }),
                false => self.product(model),
            };
            if !products.contains(&product) {
                products.push(product);
            }
        }
        // A manifest's products are found vendor by vendor.
        let vendors: Vec<V> = products.iter().map(|product| product.0).collect();
        products.sort_by_key(|product| vendors.iter().position(|vendor| *vendor == product.0));
        products
    }

    /// Mostly one that may follow.
    fn number(&mut self, model: &Model, products: &[P]) -> SequenceNumber {
        let records = || products.iter().filter_map(|product| model.products.get(&product.id()));
        let least = records()
            .map(|record| record.least_next().unwrap_or(u64::MAX))
            .max()
            .unwrap_or_default();
        let first = records().all(|record| record.highest_published.is_none());
        let used: Vec<SequenceNumber> = records()
            .flat_map(|record| record.releases.iter().map(|id| model.releases[*id as usize].number))
            .collect();
        let greatest = if first {
            1 << 40
        } else {
            least.saturating_add((1 << 32) - 1)
        };
        match self.random.below(if self.mood == Mood::Leaps { 40 } else { 120 }) {
            0 => least.saturating_sub(1),
            1 | 2 => self.random.any(used).unwrap_or_default(),
            3 | 4 => greatest,
            5 => greatest.saturating_add(1),
            6 => u64::MAX,
            7 => self.random.next(),
            // Those that were burnt lie above a lowered floor.
            8..=11 => self
                .random
                .any(used.into_iter().filter(|number| *number >= least))
                .unwrap_or(least),
            12..=30 => least.saturating_add(self.random.next() % 5),
            _ => least,
        }
    }

    fn envelope(&mut self, model: &Model, takes: impl Fn(&PolicyV2) -> bool) -> EnvelopeOf {
        let products = self.products(model, takes);
        let number = self.number(model, &products);
        let fetched = match self.random.below(10) {
            _ if self.mood == Mood::Burns => Fetched::Small,
            0..=2 => Fetched::Integrated,
            3..=5 => Fetched::Small,
            6 => Fetched::Large(3 + self.random.next() % 3),
            7 | 8 => Fetched::Two,
            _ => Fetched::Elsewhere,
        };
        let signed = self.authors(model, &products);
        EnvelopeOf {
            products,
            number,
            fetched,
            signed,
        }
    }

    /// Authors of every vendor that a manifest names.
    fn authors(&mut self, model: &Model, products: &[P]) -> Vec<By> {
        let mut signed = Vec::new();
        let mut vendors = Vec::new();
        for P(vendor, _) in products {
            if vendors.contains(vendor) {
                continue;
            }
            vendors.push(*vendor);
            let of_vendor = products.iter().filter(|product| product.0 == *vendor);
            let own = of_vendor.filter_map(|product| model.products.get(&product.id()));
            let own = own
                .map(|record| record.policy_at(model.now).threshold)
                .max()
                .unwrap_or(1);
            let vendors = model
                .vendors
                .get(&vendor.id())
                .map_or(1, |record| record.threshold_at(model.now));
            let live: Vec<K> = self.live_keys(model, *vendor, KeyUsage::Manifests);
            let may_sign = |key: &K| model.keys[&(vendor.id(), key.id())].is_author_at(model.now);
            let now: Vec<K> = live.iter().copied().filter(may_sign).collect();
            let authors = if self.random.percent(4) { live } else { now };
            for by in self.signers(authors, own.max(vendors).into()) {
                if signed.len() < 8 && !signed.iter().any(|other: &By| other.0 == by.0) {
                    signed.push(by);
                }
            }
        }
        signed
    }

    /// Roots alongside: mostly those that are needed.
    fn roots(&mut self, envelope: &EnvelopeOf) -> Vec<PayloadRoot> {
        let components = (0..).zip(envelopes::components(envelope.fetched));
        let missing = components.filter(|(_, (named, _))| named.is_none() || self.random.percent(8));
        let mut roots: Vec<PayloadRoot> = missing
            .map(|(component_index, (named, stored_size))| PayloadRoot {
                component_index,
                root: named.unwrap_or(dag_root(3)),
                stored_size,
            })
            .collect();
        match self.random.below(40) {
            0 => roots.clear(),
            1 => roots.iter_mut().for_each(|root| root.stored_size += 1),
            2 => roots.iter_mut().for_each(|root| root.root = dag_root(4)),
            3 => roots.iter_mut().for_each(|root| root.component_index += 2),
            4 => roots.push(PayloadRoot {
                component_index: 7,
                root: dag_root(1),
                stored_size: 1,
            }),
            _ => {}
        }
        roots
    }

    pub(super) fn publish(&mut self, model: &Model) -> Option<Call> {
        let envelope = self.envelope(model, |policy| policy.submission.takes_accounts());
        let roots = self.roots(&envelope);
        let publishers = envelope
            .products
            .first()
            .and_then(|product| model.vendors.get(&product.0.id()));
        let publishers = publishers.map(|record| record.publishers.clone()).unwrap_or_default();
        let who = match self.random.any(publishers) {
            Some(who) if !self.random.percent(3) => who,
            _ => self.account(),
        };
        Some(Call::Publish { who, envelope, roots })
    }

    fn intent(&mut self, model: &Model, products: &[P]) -> IntentOf {
        let now = u64::from(model.now);
        let last_block = match self.random.below(30) {
            0 => now - 1,
            1 => now + 43_201,
            2 => now,
            3 => now + 43_200,
            4 => u64::MAX,
            _ => now + 90,
        };
        let flaw = match self.random.below(60) {
            0 => Flaw::Malformed,
            1 => Flaw::OtherChain,
            2 => Flaw::OtherEnvelope,
            _ => Flaw::None,
        };
        IntentOf {
            last_block,
            signed: self.authors(model, products),
            flaw,
        }
    }

    pub(super) fn publish_authorized(&mut self, model: &Model) -> Option<Call> {
        let envelope = self.envelope(model, |policy| policy.submission.takes_intents());
        let roots = self.roots(&envelope);
        let intent = self.intent(model, &envelope.products);
        Some(Call::PublishAuthorized {
            envelope,
            roots,
            intent,
        })
    }

    pub(super) fn publish_authorized_by_account(&mut self, model: &Model) -> Option<Call> {
        let (who, envelope) = (self.account(), self.envelope(model, |_| true));
        let intent = self.intent(model, &envelope.products);
        Some(Call::PublishAuthorizedByAccount { who, envelope, intent })
    }
}
