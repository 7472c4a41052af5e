//! Random calls. The model is looked at, so that most of them are such as can succeed and deep states are reached.

mod keys;
mod publish;
mod releases;
mod vendors;

use super::{
    calls::{Call, Idle},
    reference::{Model, Product},
    world::{Random, ACCOUNTS, CLASSES, K, P, V},
};
use suit_primitives::apis::{KeyStatus, KeyUsage, VendorStatus};

/// Makes a call of one kind; nothing where the state has no place for it.
type Make = fn(&mut Generator, &Model) -> Option<Call>;

/// How often what is tried: usually, by those who hoard, by those who burn numbers.
const KINDS: [(u32, u32, u32, Make); 31] = [
    (6, 6, 6, Generator::register_vendor),
    (3, 3, 3, Generator::register_vendor_by_uuid),
    (14, 200, 14, Generator::add_key),
    (6, 1, 6, Generator::rotate_key),
    (5, 1, 1, Generator::revoke_key),
    (3, 3, 3, Generator::void_credentials),
    (5, 5, 5, Generator::hand_over_keys),
    (10, 10, 10, Generator::create_product),
    (8, 8, 1, Generator::set_policy),
    (4, 0, 0, Generator::retire_product),
    (6, 6, 0, Generator::set_publishers),
    (3, 0, 0, Generator::transfer_vendor),
    (1, 1, 1, Generator::cancel_transfer),
    (4, 4, 4, Generator::accept_vendor),
    (5, 5, 0, Generator::set_threshold),
    (2, 0, 0, Generator::retire_vendor),
    (44, 44, 120, Generator::publish),
    (26, 26, 60, Generator::publish_authorized),
    (1, 1, 1, Generator::publish_authorized_by_account),
    (10, 1, 60, Generator::revoke_release),
    (8, 8, 0, Generator::suspend_release),
    (9, 9, 9, Generator::resume_release),
    (9, 200, 1, Generator::set_stepping_stone),
    (6, 1, 120, Generator::emergency_revoke_release),
    (6, 6, 0, Generator::emergency_suspend_release),
    (7, 7, 7, Generator::emergency_resume_release),
    (7, 7, 6, Generator::lower_floor),
    (2, 2, 2, Generator::set_admission),
    (3, 3, 3, Generator::set_admitted),
    (40, 40, 0, Generator::note_replicas),
    (22, 22, 6, Generator::next_block),
];

/// What an episode is about, beside how often what is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// Nothing in particular.
    Usual,
    /// Sequence numbers rise as fast as they may.
    Leaps,
    /// As many keys and stepping stones as there may be.
    Hoards,
    /// Numbers are burnt by releases that never become available.
    Burns,
}

/// Makes calls.
pub struct Generator {
    random: Random,
    weights: Vec<u32>,
    mood: Mood,
}

impl Generator {
    /// Some kinds of calls are more frequent than usual, some rare, so that states are reached that the usual mixture
    /// keeps away from, as a long history or a vendor that can be retired.
    pub fn new(mut random: Random) -> Self {
        let mood = match random.below(40) {
            0..=7 => Mood::Leaps,
            8 | 9 => Mood::Hoards,
            10 => Mood::Burns,
            _ => Mood::Usual,
        };
        let even = random.percent(30);
        let weight = |(usual, hoarding, burning, _): &(u32, u32, u32, Make)| match (mood, random.below(8)) {
            (Mood::Hoards, _) => *hoarding,
            (Mood::Burns, _) => *burning,
            (_, 0) if !even => usual / 4,
            (_, 1 | 2) if !even => *usual,
            (_, 7) if !even => usual * 16,
            _ => usual * 4,
        };
        let weights = KINDS.iter().map(weight).collect();
        Self { random, weights, mood }
    }

    /// The next call.
    pub fn next(&mut self, model: &Model) -> Call {
        // Neither lasts, or nothing else would happen any more.
        if model.paused && self.random.percent(25) {
            return Call::Pause { paused: false };
        }
        if self.random.percent(1) && self.random.percent(50) {
            return Call::Pause { paused: true };
        }
        if !model.open_admission && self.random.percent(2) {
            return Call::SetAdmission { who: None, open: true };
        }
        if !model.reviews.is_empty() && self.random.percent(12) {
            let idle = self.idle(model);
            return Call::NextBlock { idle, skipped: 0 };
        }
        loop {
            let mut point = self.random.below(self.weights.iter().sum::<u32>() as usize) as u32;
            for (weight, (.., make)) in self.weights.clone().into_iter().zip(KINDS) {
                if point < weight {
                    if let Some(call) = make(self, model) {
                        return call;
                    }
                    break;
                }
                point -= weight;
            }
        }
    }

    fn account(&mut self) -> u64 {
        self.random.of(&ACCOUNTS)
    }

    /// A vendor: mostly one that is there and not retired.
    pub(super) fn vendor(&mut self, model: &Model) -> V {
        let active = V::all().filter(|vendor| {
            let record = model.vendors.get(&vendor.id());
            record.is_some_and(|record| record.status != VendorStatus::Retired)
        });
        let active: Vec<V> = active.collect();
        match self.random.any(active.clone()) {
            Some(_) if self.mood == Mood::Hoards && self.random.percent(70) => active[0],
            Some(vendor) if !self.random.percent(2) => vendor,
            _ => V(self.random.below(V::all().count())),
        }
    }

    /// A product: mostly one that is there and not retired.
    pub(super) fn product(&mut self, model: &Model) -> P {
        self.product_with(model, |product| !product.retired)
    }

    /// A product: mostly one that is there and such.
    pub(super) fn product_with(&mut self, model: &Model, such: impl Fn(&Product) -> bool) -> P {
        let there = |product: &P| model.products.get(&product.id()).is_some_and(&such);
        let products: Vec<P> = P::all().filter(there).collect();
        let few = matches!(self.mood, Mood::Hoards | Mood::Burns);
        match self.random.any(products.clone()) {
            Some(_) if few && self.random.percent(70) => products[0],
            Some(product) if !self.random.percent(3) => product,
            _ => {
                let vendor = self.vendor(model);
                P(vendor, self.random.below(CLASSES.len()))
            }
        }
    }

    /// Mostly the vendor's admin.
    pub(super) fn admin(&mut self, model: &Model, vendor: V) -> u64 {
        match model.vendors.get(&vendor.id()) {
            Some(record) if !self.random.percent(4) => record.admin,
            _ => self.account(),
        }
    }

    /// Mostly the council.
    fn council(&mut self) -> Option<u64> {
        match self.random.percent(4) {
            true => Some(self.account()),
            false => None,
        }
    }

    fn set_admission(&mut self, _: &Model) -> Option<Call> {
        let (who, open) = (self.council(), self.random.percent(50));
        Some(Call::SetAdmission { who, open })
    }

    fn set_admitted(&mut self, _: &Model) -> Option<Call> {
        let (who, account) = (self.council(), self.account());
        let admitted = self.random.percent(60);
        Some(Call::SetAdmitted { who, account, admitted })
    }

    fn next_block(&mut self, model: &Model) -> Option<Call> {
        let skipped = match self.random.below(30) {
            0 => crate::mock::POLICY_DELAY,
            1 => crate::mock::POLICY_DELAY - 1,
            2..=5 => self.random.next() as u32 % 4,
            _ => 0,
        };
        let idle = self.idle(model);
        Some(Call::NextBlock { idle, skipped })
    }

    fn idle(&mut self, model: &Model) -> Idle {
        let looks = model.looks();
        match self.random.below(10) {
            0..=2 => Idle::No,
            3..=5 if looks > 0 => Idle::Looks(self.random.below(looks)),
            _ => Idle::Plenty,
        }
    }

    /// The keys of a vendor that are live and used like this.
    pub(super) fn live_keys(&self, model: &Model, vendor: V, usage: KeyUsage) -> Vec<K> {
        let is_live = |key: &K| {
            let record = model.keys.get(&(vendor.id(), key.id()));
            record.is_some_and(|record| record.status == KeyStatus::Live && record.usage == usage)
        };
        K::all().filter(is_live).collect()
    }
}
