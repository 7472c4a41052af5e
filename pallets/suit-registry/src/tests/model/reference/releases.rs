//! Releases after they were published: available, withheld, withdrawn, pruned.

use super::{map_order, Deposit, Event, Model, Outcome, Refusal};
use crate::mock::KEEP_RELEASES;
use suit_primitives::{
    apis::{Suspension, VendorStatus},
    release::{ReleaseStatus, Retrieval, RootCid},
    KeyId, ProductId, SequenceNumber, VendorId,
};

/// What a kept release was published under.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Storage nodes that must hold it.
    pub replicas: u8,
    /// Who may fetch it.
    pub retrieval: Retrieval,
    /// For its envelope.
    pub deposit: Deposit,
}

/// A release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Release {
    /// Its product.
    pub product: ProductId,
    /// Which of the product's releases.
    pub ordinal: usize,
    /// Its sequence number.
    pub number: SequenceNumber,
    /// Digest of its envelope.
    pub envelope_digest: [u8; 32],
    /// Who signed it, sorted.
    pub signers: Vec<KeyId>,
    /// Where it stands.
    pub status: ReleaseStatus,
    /// On whose word it is suspended.
    pub suspension: Option<Suspension>,
    /// Enough nodes attested it for the first time while it was withheld, and somebody may resume it.
    pub attested_withheld: bool,
    /// Block of its publication.
    pub published_at: u32,
    /// Block in which it became available.
    pub available_at: Option<u32>,
    /// Roots and sizes.
    pub payloads: Vec<(RootCid, u64)>,
    /// Nothing where it is not kept any more.
    pub terms: Option<Terms>,
}

/// What is offered to a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    /// There is no such product.
    UnknownProduct,
    /// It is not settled which releases are good.
    VendorSuspended,
    /// Nothing; that is the highest number.
    Nothing(Option<SequenceNumber>),
    /// This release; that is the highest number.
    Release(u64, Option<SequenceNumber>),
}

impl Release {
    /// Whether devices may be offered it.
    pub fn is_offered(&self) -> bool {
        self.status == ReleaseStatus::Available && self.terms.is_some()
    }
}

impl Model {
    /// The product's release with a number.
    pub fn release_of(&self, product: ProductId, number: SequenceNumber) -> Option<u64> {
        let releases = &self.products.get(&product)?.releases;
        let mut newest_first = releases.iter().rev().copied();
        newest_first.find(|id| self.releases[*id as usize].number == number)
    }

    fn release(&mut self, id: u64) -> &mut Release {
        &mut self.releases[id as usize]
    }

    /// The newest release that may be offered is offered.
    fn choose_latest(&mut self, product: ProductId) {
        let Some(record) = self.products.get_mut(&product) else {
            return;
        };
        let mut newest_first = record.releases.iter().rev().copied();
        let latest = newest_first.find(|id| self.releases[*id as usize].is_offered());
        if record.latest != latest {
            record.latest = latest;
            self.events.push(Event::LatestChanged {
                product,
                release: latest,
            });
        }
    }

    /// What is offered to a device with this number, or to one that does not say.
    pub fn offer(&self, product: ProductId, installed: Option<SequenceNumber>) -> Offer {
        let Some(record) = self.products.get(&product) else {
            return Offer::UnknownProduct;
        };
        if self.vendors[&product.vendor].status == VendorStatus::Suspended {
            return Offer::VendorSuspended;
        }
        let offered = || {
            record
                .releases
                .iter()
                .filter(|id| self.releases[**id as usize].is_offered())
        };
        let is_ahead = |id: &&&u64| {
            let number = self.releases[***id as usize].number;
            installed.is_some_and(|installed| number > installed) && record.stones.contains(&number)
        };
        // The oldest stone that is ahead, and the newest release where there is none.
        match offered().find(|id| is_ahead(&id)).or(offered().next_back()) {
            Some(id) => Offer::Release(*id, record.highest_published),
            None => Offer::Nothing(record.highest_published),
        }
    }

    /// Replication counts holders.
    pub fn note_replicas(&mut self, id: u64, replicas: u32) {
        let Some(release) = self.releases.get_mut(id as usize) else {
            return;
        };
        let enough = release
            .terms
            .as_ref()
            .is_some_and(|terms| replicas >= terms.replicas.into());
        let resumable = release.suspension.is_some_and(|cause| cause != Suspension::Compromise);
        if enough && release.status == ReleaseStatus::Published {
            self.make_available(id);
        } else if enough && resumable && release.available_at.is_none() {
            release.attested_withheld = true;
        }
    }

    pub(super) fn make_available(&mut self, id: u64) {
        let now = self.now;
        let release = self.release(id);
        release.status = ReleaseStatus::Available;
        release.available_at = Some(now);
        let (product, sequence_number) = (release.product, release.number);
        self.events.push(Event::ReleaseAvailable {
            release: id,
            product,
            sequence_number,
        });
        self.choose_latest(product);
        if let Some(record) = self.products.get_mut(&product) {
            record.highest_available = record.highest_available.max(Some(sequence_number));
        }
        self.may_prune(product);
    }

    /// One more of a product's releases may be offered: perhaps an older one is superseded.
    fn may_prune(&mut self, product: ProductId) {
        let record = &self.products[&product];
        if record.releases.len() - record.pruned > KEEP_RELEASES as usize {
            self.prune_queue.insert(product);
        }
    }

    /// `revoke_release`
    pub fn revoke_release(&mut self, who: u64, product: ProductId, number: SequenceNumber) -> Outcome {
        self.managed(who, product.vendor)?;
        let release = self.revoke(product, number)?;
        self.events.push(Event::ReleaseRevoked {
            release,
            product,
            sequence_number: number,
        });
        Ok(())
    }

    /// `emergency_revoke_release`
    pub fn emergency_revoke_release(&mut self, product: ProductId, number: SequenceNumber) -> Outcome {
        let release = self.revoke(product, number)?;
        self.events.push(Event::ReleaseRevokedByCouncil {
            release,
            product,
            sequence_number: number,
        });
        Ok(())
    }

    /// The release, unless it is revoked.
    fn unrevoked(&self, product: ProductId, number: SequenceNumber) -> Result<u64, Refusal> {
        let id = self.release_of(product, number).ok_or(Refusal::ReleaseNotFound)?;
        match self.releases[id as usize].status {
            ReleaseStatus::Revoked => Err(Refusal::ReleaseRevoked),
            _ => Ok(id),
        }
    }

    fn revoke(&mut self, product: ProductId, number: SequenceNumber) -> Result<u64, Refusal> {
        let id = self.unrevoked(product, number)?;
        let release = self.release(id);
        release.status = ReleaseStatus::Revoked;
        release.suspension = None;
        if let Some(record) = self.products.get_mut(&product) {
            record.stones.remove(&number);
        }
        self.let_go(id);
        self.choose_latest(product);
        Ok(id)
    }

    /// A release is kept no more: what was paid for it goes back.
    fn let_go(&mut self, id: u64) {
        let release = self.release(id);
        release.attested_withheld = false;
        let Some(terms) = release.terms.take() else {
            return;
        };
        let (vendor, payloads) = (release.product.vendor, release.payloads.clone());
        self.ledger.give_back(terms.deposit);
        for (root, _) in payloads {
            let asking: Vec<VendorId> = self.asking_for(root).map(|other| other.product.vendor).collect();
            if asking.is_empty() {
                self.root_sizes.remove(&root);
            }
            if !asking.contains(&vendor) {
                if let Some(stored) = self.payloads.remove(&(vendor, root)) {
                    self.ledger.give_back(stored.deposit);
                }
            }
        }
    }

    /// Kept releases that name a root.
    pub fn asking_for(&self, root: RootCid) -> impl Iterator<Item = &Release> {
        let names = move |release: &&Release| release.payloads.iter().any(|(named, _)| *named == root);
        self.releases
            .iter()
            .filter(|release| release.terms.is_some())
            .filter(names)
    }

    /// `suspend_release`
    pub fn suspend_release(&mut self, who: u64, product: ProductId, number: SequenceNumber) -> Outcome {
        self.managed(who, product.vendor)?;
        let id = self.unrevoked(product, number)?;
        if self.release(id).suspension.is_some() {
            return Err(Refusal::ReleaseSuspended.into());
        }
        self.suspend(id, Suspension::Vendor);
        Ok(())
    }

    /// `emergency_suspend_release`
    pub fn emergency_suspend_release(&mut self, product: ProductId, number: SequenceNumber) -> Outcome {
        let id = self.unrevoked(product, number)?;
        match self.release(id).suspension {
            None | Some(Suspension::Vendor) => self.suspend(id, Suspension::Council),
            _ => return Err(Refusal::ReleaseSuspended.into()),
        }
        Ok(())
    }

    pub(super) fn suspend(&mut self, id: u64, suspension: Suspension) {
        let release = self.release(id);
        release.status = ReleaseStatus::Suspended;
        release.suspension = Some(suspension);
        // Nobody resumes it.
        release.attested_withheld &= suspension != Suspension::Compromise;
        let (product, sequence_number) = (release.product, release.number);
        self.choose_latest(product);
        self.events.push(Event::ReleaseSuspended {
            release: id,
            product,
            sequence_number,
            suspension,
        });
    }

    /// `resume_release`
    pub fn resume_release(&mut self, who: u64, product: ProductId, number: SequenceNumber) -> Outcome {
        self.managed(who, product.vendor)?;
        self.resume(product, number, Suspension::Vendor)
    }

    /// `emergency_resume_release`
    pub fn emergency_resume_release(&mut self, product: ProductId, number: SequenceNumber) -> Outcome {
        self.resume(product, number, Suspension::Council)
    }

    fn resume(&mut self, product: ProductId, number: SequenceNumber, by: Suspension) -> Outcome {
        let id = self.unrevoked(product, number)?;
        let release = self.release(id);
        if release.suspension != Some(by) {
            return Err(Refusal::ReleaseNotSuspended.into());
        }
        if release.terms.is_none() {
            return Err(Refusal::ReleasePruned.into());
        }
        release.suspension = None;
        if std::mem::take(&mut release.attested_withheld) {
            self.make_available(id);
        } else {
            release.status = match release.available_at {
                Some(_) => ReleaseStatus::Available,
                None => ReleaseStatus::Published,
            };
            if release.is_offered() {
                self.may_prune(product);
            }
            self.choose_latest(product);
        }
        self.events.push(Event::ReleaseResumed {
            release: id,
            product,
            sequence_number: number,
        });
        Ok(())
    }

    /// `set_stepping_stone`
    pub fn set_stepping_stone(
        &mut self,
        who: u64,
        product: ProductId,
        sequence_number: SequenceNumber,
        declared: bool,
    ) -> Outcome {
        self.managed(who, product.vendor)?;
        let id = self.unrevoked(product, sequence_number)?;
        let (kept, ordinal) = (self.release(id).terms.is_some(), self.release(id).ordinal);
        let record = self.products.get_mut(&product).ok_or(Refusal::ReleaseNotFound)?;
        if declared {
            if !kept {
                return Err(Refusal::ReleasePruned.into());
            }
            if record.stones.contains(&sequence_number) {
                return Err(Refusal::AlreadyExists.into());
            }
            if record.stones.len() >= 16 {
                return Err(Refusal::TooMany.into());
            }
            record.stones.insert(sequence_number);
        } else if !record.stones.remove(&sequence_number) {
            return Err(Refusal::ReleaseNotFound.into());
        }
        let passed_over = ordinal < record.pruned;
        self.events.push(Event::SteppingStoneSet {
            product,
            sequence_number,
            declared,
        });
        if !declared && passed_over {
            if ordinal < self.superseded(product) {
                self.prune_release(id);
            } else if let Some(record) = self.products.get_mut(&product) {
                // It stays for as long as it would have if it had not been one.
                record.pruned = ordinal;
            }
        }
        Ok(())
    }

    /// Prunes what can be pruned.
    pub(super) fn prune(&mut self) {
        while let Some(product) = self.next_to_prune() {
            self.prune_product(product, usize::MAX);
            self.prune_queue.remove(&product);
        }
    }

    /// Looks at so many releases, which are fewer than the next product has.
    pub(super) fn prune_some(&mut self, releases: usize) {
        if let Some(product) = self.next_to_prune() {
            self.prune_product(product, releases);
        }
    }

    fn next_to_prune(&self) -> Option<ProductId> {
        self.prune_queue
            .iter()
            .min_by_key(|product| map_order(*product))
            .copied()
    }

    /// How many releases are to be looked at of the next product.
    pub fn looks(&self) -> usize {
        let looks = |product| self.superseded(product).saturating_sub(self.products[&product].pruned);
        self.next_to_prune().map_or(0, looks)
    }

    /// How many of a product's releases have as many newer ones that may be offered as are kept.
    fn superseded(&self, product: ProductId) -> usize {
        let newest_first = self.products[&product].releases.iter().rev();
        let offered = newest_first
            .map(|id| &self.releases[*id as usize])
            .filter(|release| release.is_offered());
        offered
            .take(KEEP_RELEASES as usize)
            .nth(KEEP_RELEASES as usize - 1)
            .map_or(0, |oldest| oldest.ordinal)
    }

    fn prune_product(&mut self, product: ProductId, most: usize) {
        let superseded = self.superseded(product);
        let Some(record) = self.products.get(&product) else {
            return;
        };
        let horizon = superseded.max(record.pruned).min(record.pruned.saturating_add(most));
        let passed = record.releases[record.pruned..horizon].to_vec();
        let stones = record.stones.clone();
        for id in passed {
            if !stones.contains(&self.release(id).number) {
                self.prune_release(id);
            }
        }
        if let Some(record) = self.products.get_mut(&product) {
            record.pruned = horizon;
        }
    }

    /// Its envelope goes. The newest are never among those, so that nothing else is offered.
    fn prune_release(&mut self, id: u64) {
        if self.release(id).terms.is_none() {
            return;
        }
        self.let_go(id);
        let release = self.release(id);
        let (product, sequence_number) = (release.product, release.number);
        self.events.push(Event::ReleasePruned {
            release: id,
            product,
            sequence_number,
        });
    }
}
