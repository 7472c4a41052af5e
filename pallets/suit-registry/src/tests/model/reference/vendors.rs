//! Vendors: registered, handed on, retired.

use super::{
    in_force,
    ledger::{record_price, Reason},
    Deposit, Event, Model, Outcome, Pending, Refusal, Refused,
};
use crate::{mock::POLICY_DELAY, tests::model::world};
use suit_manifest::uuid;
use suit_primitives::{
    apis::{KeyStatus, VendorStatus},
    KeyId, VendorId,
};

/// What stays of a vendor or a product beside its name, in bytes.
pub const TOMBSTONE: usize = 128;

/// A vendor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vendor {
    /// Its domain name; empty where it has none.
    pub domain: String,
    /// Who manages it.
    pub admin: u64,
    /// To whom it is offered.
    pub offered_to: Option<u64>,
    /// Who may publish, sorted.
    pub publishers: Vec<u64>,
    /// Where it stands.
    pub status: VendorStatus,
    /// Signatures that every release needs at least.
    pub threshold: u8,
    /// A lower one to come.
    pub pending_threshold: Pending<u8>,
    /// Number of the last handover.
    pub handovers: u64,
    /// Block of the registration.
    pub registered_at: u32,
    /// The deposit.
    pub deposit: Option<Deposit>,
    /// Keys that are not revoked, in the order in which they came.
    pub keys: Vec<KeyId>,
}

impl Vendor {
    /// The threshold that is in force.
    pub fn threshold_at(&self, block: u32) -> u8 {
        in_force(self.threshold, self.pending_threshold, block)
    }

    /// A list of publishers is stored with its length before it.
    fn price(&self) -> u64 {
        record_price(self.domain.len() + 1 + 8 * self.publishers.len())
    }
}

impl Model {
    fn may_register(&self, who: u64) -> Outcome {
        if self.open_admission || self.admitted.contains(&who) {
            Ok(())
        } else {
            Err(Refused::BadOrigin)
        }
    }

    /// `register_vendor`
    pub fn register_vendor(&mut self, who: u64, domain: &str) -> Outcome {
        self.may_register(who)?;
        if world::BAD_DOMAINS.contains(&domain) {
            return Err(Refusal::BadDomain.into());
        }
        self.register(who, VendorId(uuid::vendor_id(domain)), domain)
    }

    /// `register_vendor_by_uuid`
    pub fn register_vendor_by_uuid(&mut self, who: u64, id: [u8; 16]) -> Outcome {
        self.may_register(who)?;
        if world::BAD_UUIDS.contains(&id) {
            return Err(Refusal::BadUuid.into());
        }
        self.register(who, VendorId(id), "")
    }

    fn register(&mut self, who: u64, id: VendorId, domain: &str) -> Outcome {
        if self.vendors.contains_key(&id) {
            return Err(Refusal::AlreadyExists.into());
        }
        let mut vendor = Vendor {
            domain: domain.into(),
            admin: who,
            offered_to: None,
            publishers: vec![who],
            status: VendorStatus::Active,
            threshold: 1,
            pending_threshold: None,
            handovers: 0,
            registered_at: self.now,
            deposit: None,
            keys: Vec::new(),
        };
        self.paying(|model| {
            model.ledger.charge(who, domain.len() + TOMBSTONE)?;
            vendor.deposit = Some(model.ledger.hold(Reason::Vendor, who, vendor.price())?);
            model.vendors.insert(id, vendor);
            Ok(())
        })?;
        self.events.push(Event::VendorRegistered {
            vendor: id,
            domain: domain.as_bytes().to_vec().try_into().expect("it is short"),
            admin: who,
        });
        Ok(())
    }

    /// The vendor, where this account may manage it.
    pub(super) fn managed(&mut self, who: u64, id: VendorId) -> Result<&mut Vendor, Refused> {
        let vendor = self.vendors.get_mut(&id).ok_or(Refusal::VendorNotFound)?;
        if vendor.admin != who {
            return Err(Refusal::NotAuthorized.into());
        }
        if vendor.status == VendorStatus::Retired {
            return Err(Refusal::VendorNotActive.into());
        }
        Ok(vendor)
    }

    /// `set_publishers`
    pub fn set_publishers(&mut self, who: u64, id: VendorId, mut publishers: Vec<u64>) -> Outcome {
        let mut vendor = self.managed(who, id)?.clone();
        if publishers.len() > 16 {
            return Err(Refusal::TooMany.into());
        }
        publishers.sort();
        publishers.dedup();
        vendor.publishers = publishers.clone();
        if let Some(deposit) = vendor.deposit {
            vendor.deposit = Some(self.ledger.change(deposit, vendor.price())?);
        }
        self.vendors.insert(id, vendor);
        self.events.push(Event::PublishersSet { vendor: id, publishers });
        Ok(())
    }

    /// `transfer_vendor`
    pub fn transfer_vendor(&mut self, who: u64, id: VendorId, to: u64) -> Outcome {
        self.managed(who, id)?.offered_to = Some(to);
        self.events.push(Event::TransferOffered { vendor: id, to });
        Ok(())
    }

    /// `cancel_transfer`
    pub fn cancel_transfer(&mut self, who: u64, id: VendorId) -> Outcome {
        let offered = self.managed(who, id)?.offered_to.take();
        offered.ok_or(Refusal::TransferNotFound)?;
        self.events.push(Event::TransferCancelled { vendor: id });
        Ok(())
    }

    /// `accept_vendor`
    pub fn accept_vendor(&mut self, who: u64, id: VendorId) -> Outcome {
        let mut vendor = self.vendors.get(&id).ok_or(Refusal::VendorNotFound)?.clone();
        if vendor.offered_to != Some(who) {
            return Err(Refusal::TransferNotFound.into());
        }
        let from = vendor.admin;
        vendor.admin = who;
        vendor.offered_to = None;
        vendor.publishers = vec![who];
        self.paying(|model| {
            if let Some(deposit) = vendor.deposit.take() {
                model.ledger.give_back(deposit);
            }
            vendor.deposit = Some(model.ledger.hold(Reason::Vendor, who, vendor.price())?);
            model.vendors.insert(id, vendor);
            Ok(())
        })?;
        self.events.push(Event::VendorTransferred {
            vendor: id,
            from,
            to: who,
        });
        Ok(())
    }

    /// `set_threshold`
    pub fn set_threshold(&mut self, who: u64, id: VendorId, threshold: u8) -> Outcome {
        let now = self.now;
        let vendor = self.managed(who, id)?;
        if !(1..=8).contains(&threshold) {
            return Err(Refusal::BadPolicy.into());
        }
        vendor.threshold = vendor.threshold_at(now);
        vendor.pending_threshold = None;
        let from = if threshold < vendor.threshold {
            vendor.pending_threshold = Some((threshold, now + POLICY_DELAY));
            now + POLICY_DELAY
        } else {
            vendor.threshold = threshold;
            now
        };
        self.events.push(Event::ThresholdSet {
            vendor: id,
            threshold,
            from,
        });
        Ok(())
    }

    /// `retire_vendor`
    pub fn retire_vendor(&mut self, who: u64, id: VendorId) -> Outcome {
        if self.managed(who, id)?.status != VendorStatus::Active {
            return Err(Refusal::VendorNotActive.into());
        }
        if self.live_products(id) > 0 {
            return Err(Refusal::InUse.into());
        }
        let at = self.now;
        for key in std::mem::take(&mut self.managed(who, id)?.keys) {
            self.end_key(id, key, KeyStatus::Rotated { at });
            self.events.push(Event::KeyRotated {
                vendor: id,
                key,
                successor: None,
            });
        }
        let vendor = self.managed(who, id)?;
        vendor.status = VendorStatus::Retired;
        vendor.publishers.clear();
        vendor.offered_to = None;
        vendor.pending_threshold = None;
        if let Some(deposit) = vendor.deposit.take() {
            self.ledger.give_back(deposit);
        }
        self.events.push(Event::VendorRetired { vendor: id });
        Ok(())
    }

    /// Products of a vendor that are not retired.
    pub fn live_products(&self, id: VendorId) -> u32 {
        let of_vendor = |(product, record): &(&suit_primitives::ProductId, &super::Product)| {
            product.vendor == id && !record.retired
        };
        self.products.iter().filter(of_vendor).count() as u32
    }
}
