//! Products, their policies and their sequence numbers.

use super::{
    in_force,
    ledger::{record_price, Reason},
    vendors::TOMBSTONE,
    Deposit, Event, Model, Outcome, Pending, Refusal, Refused,
};
use crate::{mock::POLICY_DELAY, tests::model::world::BAD_CLASSES};
use std::collections::BTreeSet;
use suit_manifest::uuid;
use suit_primitives::{
    release::{Policy, PolicyV2, ReleaseStatus, Retrieval, Submission},
    ClassId, ProductId, SequenceNumber, VendorId,
};

/// Most releases at or above a floor that is lowered.
const MAX_ABOVE_FLOOR: usize = 64;

/// A product.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Product {
    /// The class name.
    pub class_name: String,
    /// What the vendor laid down.
    pub policy: Policy,
    /// What is to come.
    pub pending: Pending<Policy>,
    /// Whether it is retired.
    pub retired: bool,
    /// The deposit.
    pub deposit: Option<Deposit>,
    /// Its releases, by their numbers, in the order in which they were published.
    pub releases: Vec<u64>,
    /// Highest number ever published.
    pub highest_published: Option<SequenceNumber>,
    /// Highest number that was ever available.
    pub highest_available: Option<SequenceNumber>,
    /// The least number that the next release may have, where it was lowered.
    pub floor: Option<SequenceNumber>,
    /// The release that is offered.
    pub latest: Option<u64>,
    /// Releases before this ordinal were looked at for pruning.
    pub pruned: usize,
    /// Stepping stones.
    pub stones: BTreeSet<SequenceNumber>,
}

impl Product {
    /// The policy that is in force.
    pub fn policy_at(&self, block: u32) -> PolicyV2 {
        in_force(self.policy, self.pending, block).latest()
    }

    /// The least number that the next release may have; nothing where there is none.
    pub fn least_next(&self) -> Option<SequenceNumber> {
        match (self.floor, self.highest_published) {
            (Some(floor), _) => Some(floor),
            (None, Some(highest)) => highest.checked_add(1),
            (None, None) => Some(0),
        }
    }

    /// Whether a release may have this number.
    pub fn takes(&self, number: SequenceNumber) -> Result<(), Refusal> {
        let least = self.least_next().ok_or(Refusal::SequenceNumberNotGreater)?;
        if number < least {
            return Err(Refusal::SequenceNumberNotGreater);
        }
        // From the number before the least.
        let step = u128::from(number) + 1 - u128::from(least);
        let too_large = match self.highest_published {
            None => number > 1 << 40,
            Some(_) => step > 1 << 32,
        };
        if too_large {
            return Err(Refusal::SequenceNumberStepTooLarge);
        }
        Ok(())
    }
}

/// Whether a policy asks for something, and for no more than there can be.
fn is_sane(policy: &Policy) -> bool {
    let policy = policy.latest();
    (1..=8).contains(&policy.threshold) && (1..=16).contains(&policy.replicas)
}

/// Of two policies what is stricter, part by part.
fn stricter(current: PolicyV2, wanted: PolicyV2) -> PolicyV2 {
    let mut out = current;
    out.threshold = current.threshold.max(wanted.threshold);
    out.replicas = current.replicas.max(wanted.replicas);
    out.frozen |= wanted.frozen;
    if wanted.retrieval == Retrieval::VerifiedDevices {
        out.retrieval = Retrieval::VerifiedDevices;
    }
    if current.submission == Submission::Both {
        out.submission = wanted.submission;
    }
    out
}

impl Model {
    /// `create_product`
    pub fn create_product(&mut self, who: u64, vendor: VendorId, class_name: &str, policy: Policy) -> Outcome {
        self.managed(who, vendor)?;
        if BAD_CLASSES.contains(&class_name) {
            return Err(Refusal::BadClassName.into());
        }
        if !is_sane(&policy) {
            return Err(Refusal::BadPolicy.into());
        }
        let class = ClassId(uuid::class_id(&vendor.0, class_name));
        let product = ProductId { vendor, class };
        if self.products.contains_key(&product) {
            return Err(Refusal::AlreadyExists.into());
        }
        self.paying(|model| {
            model.ledger.charge(who, class_name.len() + TOMBSTONE)?;
            let deposit = model
                .ledger
                .hold(Reason::Product, who, record_price(class_name.len()))?;
            let record = Product {
                class_name: class_name.into(),
                policy,
                pending: None,
                retired: false,
                deposit: Some(deposit),
                releases: Vec::new(),
                highest_published: None,
                highest_available: None,
                floor: None,
                latest: None,
                pruned: 0,
                stones: BTreeSet::new(),
            };
            model.products.insert(product, record);
            Ok(())
        })?;
        self.events.push(Event::ProductCreated {
            product,
            class_name: class_name.as_bytes().to_vec().try_into().expect("it is short"),
            policy,
        });
        Ok(())
    }

    /// The product, where this account may manage it.
    fn managed_product(&mut self, who: u64, id: ProductId) -> Result<&mut Product, Refused> {
        self.managed(who, id.vendor)?;
        let product = self.products.get_mut(&id).ok_or(Refusal::ProductNotFound)?;
        if product.retired {
            return Err(Refusal::ProductRetired.into());
        }
        Ok(product)
    }

    /// `set_policy`
    pub fn set_policy(&mut self, who: u64, product: ProductId, policy: Policy) -> Outcome {
        let now = self.now;
        let record = self.managed_product(who, product)?;
        if !is_sane(&policy) {
            return Err(Refusal::BadPolicy.into());
        }
        let (current, wanted) = (record.policy_at(now), policy.latest());
        let at_once = stricter(current, wanted);
        let mut told = Vec::new();
        if at_once == wanted {
            (record.policy, record.pending) = (policy, None);
            told.push((policy, now));
        } else {
            let later = now + POLICY_DELAY;
            (record.policy, record.pending) = (Policy::V2(at_once), Some((policy, later)));
            if at_once != current {
                told.push((Policy::V2(at_once), now));
            }
            told.push((policy, later));
        }
        let told = told.into_iter();
        let told = told.map(|(policy, from)| Event::PolicySet { product, policy, from });
        self.events.extend(told);
        Ok(())
    }

    /// `retire_product`
    pub fn retire_product(&mut self, who: u64, product: ProductId) -> Outcome {
        self.managed_product(who, product)?;
        if self.kept(product) > 0 {
            return Err(Refusal::InUse.into());
        }
        let record = self.managed_product(who, product)?;
        record.retired = true;
        record.pending = None;
        record.stones.clear();
        if let Some(deposit) = record.deposit.take() {
            self.ledger.give_back(deposit);
        }
        self.events.push(Event::ProductRetired { product });
        Ok(())
    }

    /// How many of a product's releases are kept.
    pub fn kept(&self, product: ProductId) -> u32 {
        let releases = self.products.get(&product).map_or(&[][..], |record| &record.releases);
        let kept = |id: &&u64| self.releases[**id as usize].terms.is_some();
        releases.iter().filter(kept).count() as u32
    }

    /// `lower_floor`
    pub fn lower_floor(&mut self, product: ProductId, floor: SequenceNumber) -> Outcome {
        let record = self.products.get(&product).ok_or(Refusal::ProductNotFound)?;
        if record.retired {
            return Err(Refusal::ProductRetired.into());
        }
        let was_available = record.highest_available.is_some_and(|highest| highest >= floor);
        let lowers = record.highest_published.is_some() && record.least_next().is_none_or(|least| floor < least);
        if was_available || !lowers {
            return Err(Refusal::BadFloor.into());
        }
        let releases = record.releases.iter().rev().map(|id| &self.releases[*id as usize]);
        let above = releases.take_while(|release| release.number >= floor);
        for (looked_at, release) in above.enumerate() {
            if looked_at == MAX_ABOVE_FLOOR {
                return Err(Refusal::TooMany.into());
            }
            if release.status != ReleaseStatus::Revoked {
                return Err(Refusal::ReleaseNotRevoked.into());
            }
        }
        if let Some(record) = self.products.get_mut(&product) {
            record.floor = Some(floor);
        }
        self.events.push(Event::FloorLowered { product, floor });
        Ok(())
    }
}
