//! Random calls about vendors and their products.

use super::Generator;
use crate::tests::model::{
    calls::Call,
    reference::Model,
    world::{Name, BAD_CLASSES, BAD_DOMAINS, BAD_UUIDS, CLASSES, P, V},
};
use suit_primitives::{
    apis::VendorStatus,
    release::{Policy, PolicyV1, PolicyV2, Retrieval, Submission},
};

impl Generator {
    pub(super) fn register_vendor(&mut self, model: &Model) -> Option<Call> {
        let who = self.account();
        if self.random.percent(5) {
            let domain = self.random.of(&BAD_DOMAINS);
            return Some(Call::RegisterVendor { who, domain });
        }
        let domains = V::all().filter_map(|vendor| match vendor.name() {
            Name::Domain(domain) => Some((vendor, domain)),
            Name::Uuid(_) => None,
        });
        let known = self.random.percent(10);
        let (_, domain) = self
            .random
            .any(domains.filter(|(vendor, _)| known || !model.vendors.contains_key(&vendor.id())))?;
        Some(Call::RegisterVendor { who, domain })
    }

    pub(super) fn register_vendor_by_uuid(&mut self, model: &Model) -> Option<Call> {
        let who = self.account();
        if self.random.percent(5) {
            let uuid = self.random.of(&BAD_UUIDS);
            return Some(Call::RegisterVendorByUuid { who, uuid });
        }
        let uuids = V::all().filter_map(|vendor| match vendor.name() {
            Name::Domain(_) => None,
            Name::Uuid(uuid) => Some((vendor, uuid)),
        });
        let known = self.random.percent(10);
        let (_, uuid) = self
            .random
            .any(uuids.filter(|(vendor, _)| known || !model.vendors.contains_key(&vendor.id())))?;
        Some(Call::RegisterVendorByUuid { who, uuid })
    }

    pub(super) fn set_publishers(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let who = self.admin(model, vendor);
        let count = self.random.of(&[0, 1, 2, 3, 4, 4, 5, 16, 17]);
        let publishers = (0..count).map(|n| match self.random.percent(70) {
            true => self.account(),
            false => 100 + n,
        });
        let publishers = publishers.collect();
        Some(Call::SetPublishers {
            who,
            vendor,
            publishers,
        })
    }

    pub(super) fn transfer_vendor(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let (who, to) = (self.admin(model, vendor), self.account());
        Some(Call::TransferVendor { who, vendor, to })
    }

    pub(super) fn cancel_transfer(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let who = self.admin(model, vendor);
        Some(Call::CancelTransfer { who, vendor })
    }

    pub(super) fn accept_vendor(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let offered = model.vendors.get(&vendor.id()).and_then(|record| record.offered_to);
        let who = match offered {
            Some(who) if !self.random.percent(4) => who,
            None if !self.random.percent(4) => return None,
            _ => self.account(),
        };
        Some(Call::AcceptVendor { who, vendor })
    }

    pub(super) fn set_threshold(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let who = self.admin(model, vendor);
        let threshold = self
            .random
            .of(&[0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 8, 9]);
        Some(Call::SetThreshold { who, vendor, threshold })
    }

    pub(super) fn retire_vendor(&mut self, model: &Model) -> Option<Call> {
        // So are the vendors.
        if self.random.percent(60) {
            return None;
        }
        let mut vendor = self.vendor(model);
        let empty = V::all().filter(|vendor| {
            let record = model.vendors.get(&vendor.id());
            let there = record.is_some_and(|record| record.status == VendorStatus::Active);
            there && model.live_products(vendor.id()) == 0
        });
        if self.random.percent(60) {
            vendor = self.random.any(empty)?;
        }
        let who = self.admin(model, vendor);
        Some(Call::RetireVendor { who, vendor })
    }

    pub(super) fn create_product(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let who = self.admin(model, vendor);
        let classes = (0..CLASSES.len()).filter(|class| !model.products.contains_key(&P(vendor, *class).id()));
        let class = match self.random.below(20) {
            0 => self.random.of(&BAD_CLASSES),
            1 => self.random.of(&CLASSES),
            _ => CLASSES[self.random.any(classes)?],
        };
        let policy = self.policy();
        Some(Call::CreateProduct {
            who,
            vendor,
            class,
            policy,
        })
    }

    pub(super) fn set_policy(&mut self, model: &Model) -> Option<Call> {
        let product = self.product(model);
        let who = self.admin(model, product.0);
        let policy = self.policy();
        Some(Call::SetPolicy { who, product, policy })
    }

    pub(super) fn retire_product(&mut self, model: &Model) -> Option<Call> {
        // Its classes are soon used up.
        if self.random.percent(60) {
            return None;
        }
        let mut product = self.product(model);
        // Few have nothing left that is kept.
        let empty = P::all().filter(|product| {
            let record = model.products.get(&product.id());
            record.is_some_and(|record| !record.retired) && model.kept(product.id()) == 0
        });
        if self.random.percent(60) {
            product = self.random.any(empty)?;
        }
        let who = self.admin(model, product.0);
        Some(Call::RetireProduct { who, product })
    }

    /// A policy that asks for little, mostly.
    fn policy(&mut self) -> Policy {
        let threshold = match self.random.percent(3) {
            true => 8,
            false => self.random.of(&[1, 1, 1, 2, 2, 3]),
        };
        let replicas = self.random.of(&[1, 1, 2, 2, 3, 16]);
        let retrieval = self.random.of(&[Retrieval::Open, Retrieval::VerifiedDevices]);
        let (threshold, replicas) = match self.random.below(40) {
            0 => (0, replicas),
            1 => (9, replicas),
            2 => (threshold, 0),
            3 => (threshold, 17),
            _ => (threshold, replicas),
        };
        if self.random.percent(40) {
            return Policy::V1(PolicyV1 {
                threshold,
                replicas,
                retrieval,
            });
        }
        let submission = self.random.of(&[
            Submission::Both,
            Submission::Both,
            Submission::Accounts,
            Submission::Intents,
        ]);
        let frozen = self.random.percent(10);
        Policy::V2(PolicyV2 {
            threshold,
            replicas,
            retrieval,
            submission,
            frozen,
        })
    }
}
