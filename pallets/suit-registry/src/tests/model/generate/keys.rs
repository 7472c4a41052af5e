//! Random calls about keys.

use super::{Generator, Mood};
use crate::tests::model::{
    calls::{By, Call, HandoverOf},
    reference::Model,
    world::{K, V},
};
use suit_primitives::apis::{KeyStatus, KeyUsage};

impl Generator {
    /// A key that the vendor never had, mostly.
    fn new_key(&mut self, model: &Model, vendor: V) -> Option<K> {
        let new = K::all().find(|key| !model.keys.contains_key(&(vendor.id(), key.id())));
        match self.random.below(30) {
            0 => None,
            1 => Some(self.any_key()),
            _ => new.or(Some(K(0))),
        }
    }

    fn any_key(&mut self) -> K {
        K(self.random.below(8))
    }

    /// A key of the vendor, live or not, mostly one that is used like this.
    fn old_key(&mut self, model: &Model, vendor: V, usage: KeyUsage) -> K {
        let known = K::all().filter(|key| model.keys.contains_key(&(vendor.id(), key.id())));
        let live = self.live_keys(model, vendor, usage);
        match self.random.below(10) {
            0 => self.any_key(),
            1 => self.random.any(known).unwrap_or(K(0)),
            _ => self.random.any(live).unwrap_or(K(0)),
        }
    }

    fn usage(&mut self) -> KeyUsage {
        match self.random.percent(80) {
            true => KeyUsage::Manifests,
            false => KeyUsage::Credentials,
        }
    }

    pub(super) fn add_key(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let authors = self.live_keys(model, vendor, KeyUsage::Manifests).len();
        // Enough is enough, but now and then a vendor has as many as it may.
        if authors >= 6 && self.mood != Mood::Hoards && self.random.percent(85) {
            return None;
        }
        let (who, key, usage) = (self.admin(model, vendor), self.new_key(model, vendor), self.usage());
        let now = model.now;
        let from = match self.random.below(10) {
            0 => Some(now + 1 + self.random.next() as u32 % 5),
            1 => Some(now - self.random.next() as u32 % 2),
            _ => None,
        };
        let until = match self.random.below(10) {
            0 => Some(from.unwrap_or(now) + self.random.next() as u32 % 30),
            1 => Some(now - self.random.next() as u32 % 2),
            _ => None,
        };
        Some(Call::AddKey {
            who,
            vendor,
            key,
            usage,
            from,
            until,
        })
    }

    pub(super) fn rotate_key(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let usage = self.usage();
        let old = self.old_key(model, vendor, usage);
        let (who, key) = (self.admin(model, vendor), self.new_key(model, vendor));
        Some(Call::RotateKey { who, vendor, old, key })
    }

    pub(super) fn revoke_key(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let (who, usage) = (self.admin(model, vendor), self.usage());
        let gone = K::all().filter(|key| {
            let record = model.keys.get(&(vendor.id(), key.id()));
            record.is_some_and(|record| record.status != KeyStatus::Live)
        });
        let key = match self.random.any(gone) {
            Some(key) if self.random.percent(35) => key,
            _ => self.old_key(model, vendor, usage),
        };
        let now = model.now;
        let since = match self.random.below(10) {
            0..=3 => None,
            4 => Some(now + 1),
            5 => Some(now),
            6 => Some(0),
            _ => Some(now.saturating_sub(self.random.next() as u32 % 40)),
        };
        Some(Call::RevokeKey {
            who,
            vendor,
            key,
            since,
        })
    }

    pub(super) fn void_credentials(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let who = self.admin(model, vendor);
        let usage = match self.random.percent(10) {
            true => KeyUsage::Manifests,
            false => KeyUsage::Credentials,
        };
        let key = self.old_key(model, vendor, usage);
        let before = self.random.next() % 20;
        Some(Call::VoidCredentials {
            who,
            vendor,
            key,
            before,
        })
    }

    pub(super) fn hand_over_keys(&mut self, model: &Model) -> Option<Call> {
        let vendor = self.vendor(model);
        let who = self.admin(model, vendor);
        let record = model.vendors.get(&vendor.id());
        let number = record.map_or(1, |record| record.handovers + 1);
        let number = match self.random.below(20) {
            0 => number + 1,
            1 => number.saturating_sub(1).max(1),
            _ => number,
        };
        let authors = self.live_keys(model, vendor, KeyUsage::Manifests);
        let mut next: Vec<K> = authors
            .iter()
            .copied()
            .filter(|_| self.random.percent(50))
            .take(8)
            .collect();
        if next.is_empty() || self.random.percent(7) {
            let other = self.any_key();
            next = vec![other];
        }
        let threshold = record.map_or(1, |record| record.threshold_at(model.now));
        let signed = self.signers(authors, threshold.into());
        let handover = HandoverOf {
            vendor: match self.random.percent(3) {
                true => V(0),
                false => vendor,
            },
            number,
            next,
            signed,
            cut: self.random.percent(3),
        };
        Some(Call::HandOverKeys { who, vendor, handover })
    }

    /// As many of these authors as are asked for, mostly; at least somebody, at most eight.
    pub(super) fn signers(&mut self, mut authors: Vec<K>, asked: usize) -> Vec<By> {
        let count = match self.random.below(12) {
            0 => asked.saturating_sub(1),
            1 | 2 => asked + 1,
            _ => asked,
        };
        let mut signed = Vec::new();
        while signed.len() < count.clamp(1, 8) && !authors.is_empty() {
            let author = authors.swap_remove(self.random.below(authors.len()));
            signed.push(By(author, !self.random.percent(1)));
        }
        let strange = self.any_key();
        let known = signed.iter().any(|By(key, _)| *key == strange);
        if signed.is_empty() || self.random.percent(5) && signed.len() < 8 && !known {
            signed.push(By(strange, self.random.percent(80)));
        }
        signed
    }
}
