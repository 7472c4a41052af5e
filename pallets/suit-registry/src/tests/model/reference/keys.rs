//! Keys: added, rotated, revoked, handed over.

use super::{
    ledger::{record_price, Reason},
    vendors::Vendor,
    Deposit, Event, Model, Outcome, Refusal,
};
use crate::tests::model::{
    calls::{By, HandoverOf},
    world::K,
};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, VendorStatus},
    KeyId, VendorId,
};

/// What stays of a key, in bytes.
const KEY_RECORD: usize = 160;

/// A key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// What it may sign.
    pub usage: KeyUsage,
    /// Where it stands.
    pub status: KeyStatus,
    /// First block in which it may sign.
    pub from: u32,
    /// Last block in which it may sign.
    pub until: Option<u32>,
    /// Credentials before this time are void.
    pub void_before: u64,
    /// The deposit.
    pub deposit: Option<Deposit>,
}

impl Key {
    /// Whether it may sign a release in a block.
    pub fn is_author_at(&self, block: u32) -> bool {
        let begun = self.from <= block;
        let over = self.until.is_some_and(|until| until < block);
        self.usage == KeyUsage::Manifests && self.status == KeyStatus::Live && begun && !over
    }
}

impl Model {
    /// `add_key`; nothing for bytes that are no key.
    pub fn add_key(
        &mut self,
        who: u64,
        vendor: VendorId,
        key: Option<K>,
        usage: KeyUsage,
        from: Option<u32>,
        until: Option<u32>,
    ) -> Outcome {
        let live = self.managed(who, vendor)?.keys.len();
        let key = key.ok_or(Refusal::BadKey)?;
        let from = from.unwrap_or(self.now);
        if from < self.now || until.is_some_and(|until| until < from) {
            return Err(Refusal::BadBlock.into());
        }
        if self.keys.contains_key(&(vendor, key.id())) {
            return Err(Refusal::AlreadyExists.into());
        }
        if live >= 64 {
            return Err(Refusal::TooMany.into());
        }
        self.paying(|model| model.record_key(who, vendor, key, usage, from, until))?;
        self.managed(who, vendor)?.keys.push(key.id());
        self.events.push(Event::KeyAdded {
            vendor,
            key: key.id(),
            usage,
            from,
            until,
        });
        Ok(())
    }

    fn record_key(
        &mut self,
        payer: u64,
        vendor: VendorId,
        key: K,
        usage: KeyUsage,
        from: u32,
        until: Option<u32>,
    ) -> Outcome {
        self.ledger.charge(payer, KEY_RECORD)?;
        let deposit = self
            .ledger
            .hold(Reason::Key, payer, record_price(key.cose_key().len()))?;
        let record = Key {
            usage,
            status: KeyStatus::Live,
            from,
            until,
            void_before: 0,
            deposit: Some(deposit),
        };
        self.keys.insert((vendor, key.id()), record);
        Ok(())
    }

    /// `rotate_key`; nothing for bytes that are no key.
    pub fn rotate_key(&mut self, who: u64, vendor: VendorId, old: KeyId, key: Option<K>) -> Outcome {
        self.managed(who, vendor)?;
        let record = self.keys.get(&(vendor, old)).ok_or(Refusal::KeyNotFound)?.clone();
        if record.status != KeyStatus::Live {
            return Err(Refusal::KeyRevoked.into());
        }
        let key = key.ok_or(Refusal::BadKey)?;
        if self.keys.contains_key(&(vendor, key.id())) {
            return Err(Refusal::AlreadyExists.into());
        }
        let now = self.now;
        self.paying(|model| {
            if let Some(deposit) = record.deposit {
                model.ledger.give_back(deposit);
            }
            model.record_key(who, vendor, key, record.usage, now, None)
        })?;
        if let Some(record) = self.keys.get_mut(&(vendor, old)) {
            record.status = KeyStatus::Rotated { at: now };
            record.deposit = None;
        }
        for place in &mut self.managed(who, vendor)?.keys {
            if *place == old {
                *place = key.id();
            }
        }
        self.events.push(Event::KeyRotated {
            vendor,
            key: old,
            successor: Some(key.id()),
        });
        self.events.push(Event::KeyAdded {
            vendor,
            key: key.id(),
            usage: record.usage,
            from: now,
            until: None,
        });
        Ok(())
    }

    /// `revoke_key`
    pub fn revoke_key(&mut self, who: u64, vendor: VendorId, key: KeyId, since: Option<u32>) -> Outcome {
        self.managed(who, vendor)?;
        let record = self.keys.get(&(vendor, key)).ok_or(Refusal::KeyNotFound)?.clone();
        let Some(since) = since else {
            if record.status != KeyStatus::Live {
                return Err(Refusal::KeyRevoked.into());
            }
            self.managed(who, vendor)?.keys.retain(|live| *live != key);
            self.end_key(vendor, key, KeyStatus::Rotated { at: self.now });
            self.events.push(Event::KeyRotated {
                vendor,
                key,
                successor: None,
            });
            return Ok(());
        };
        if since > self.now {
            return Err(Refusal::BadBlock.into());
        }
        if let KeyStatus::Compromised { since: known } = record.status {
            if known <= since {
                return Err(Refusal::KeyRevoked.into());
            }
        }
        self.managed(who, vendor)?.keys.retain(|live| *live != key);
        self.end_key(vendor, key, KeyStatus::Compromised { since });
        self.events.push(Event::KeyCompromised { vendor, key, since });
        if record.usage == KeyUsage::Manifests {
            self.managed(who, vendor)?.status = VendorStatus::Suspended;
            let since = self.start_review(vendor, since);
            self.events.push(Event::VendorSuspended { vendor, since });
        }
        Ok(())
    }

    /// A key signs no more, for this reason.
    pub(super) fn end_key(&mut self, vendor: VendorId, key: KeyId, status: KeyStatus) {
        let Some(record) = self.keys.get_mut(&(vendor, key)) else {
            return;
        };
        record.status = status;
        if let Some(deposit) = record.deposit.take() {
            self.ledger.give_back(deposit);
        }
    }

    /// `void_credentials`
    pub fn void_credentials(&mut self, who: u64, vendor: VendorId, key: KeyId, before: u64) -> Outcome {
        self.managed(who, vendor)?;
        let record = self.keys.get_mut(&(vendor, key)).ok_or(Refusal::KeyNotFound)?;
        if record.usage != KeyUsage::Credentials {
            return Err(Refusal::KeyNotFound.into());
        }
        if record.status != KeyStatus::Live {
            return Err(Refusal::KeyRevoked.into());
        }
        if before <= record.void_before {
            return Err(Refusal::BadBlock.into());
        }
        record.void_before = before;
        self.events.push(Event::CredentialsVoided { vendor, key, before });
        Ok(())
    }

    /// `hand_over_keys`
    pub fn hand_over_keys(&mut self, who: u64, vendor: VendorId, handover: &HandoverOf, message: &[u8]) -> Outcome {
        let Vendor { status, handovers, .. } = *self.managed(who, vendor)?;
        if status != VendorStatus::Active {
            return Err(Refusal::VendorNotActive.into());
        }
        if handover.cut || handover.vendor.id() != vendor {
            return Err(Refusal::MalformedHandover.into());
        }
        let number = handovers + 1;
        if handover.number != number {
            return Err(Refusal::HandoverNotNext.into());
        }
        for next in &handover.next {
            let record = self.keys.get(&(vendor, next.id()));
            let author = record.filter(|record| record.usage == KeyUsage::Manifests);
            if author.ok_or(Refusal::KeyNotFound)?.status != KeyStatus::Live {
                return Err(Refusal::KeyRevoked.into());
            }
        }
        let threshold = self.vendors[&vendor].threshold_at(self.now);
        let signers = self
            .signers(vendor, &handover.signed)
            .filter(|signers| signers.len() >= usize::from(threshold))
            .ok_or(Refusal::HandoverThresholdNotMet)?;
        self.ledger.charge(who, message.len())?;
        self.managed(who, vendor)?.handovers = number;
        self.handovers.insert((vendor, number), (message.to_vec(), self.now));
        self.events.push(Event::KeysHandedOver {
            vendor,
            number,
            signers,
            next: handover.next.iter().map(|key| key.id()).collect(),
        });
        Ok(())
    }

    /// The author keys of the vendor by which these signatures are, sorted. Nothing where one is in such a key's name and
    /// does not hold.
    pub(super) fn signers(&self, vendor: VendorId, signed: &[By]) -> Option<Vec<KeyId>> {
        let is_author = |key: KeyId| {
            let record = self.keys.get(&(vendor, key));
            record.is_some_and(|record| record.is_author_at(self.now))
        };
        let mut signers = Vec::new();
        for By(key, holds) in signed {
            // A key counts once, however often it signed.
            if is_author(key.id()) && !signers.contains(&key.id()) {
                if !holds {
                    return None;
                }
                signers.push(key.id());
            }
        }
        signers.sort();
        Some(signers)
    }
}
