//! Random calls about releases.

use super::{Generator, Mood};
use crate::tests::model::{
    calls::Call,
    reference::{Model, Release},
    world::P,
};
use suit_primitives::{release::ReleaseStatus, SequenceNumber};

impl Generator {
    /// A product's release that is `wanted`, mostly; among them the newest most.
    fn release(&mut self, model: &Model, wanted: impl Fn(&Release) -> bool) -> (P, SequenceNumber) {
        let has = |id: &u64| wanted(&model.releases[*id as usize]);
        let product = match self.random.percent(88) {
            true => self.product_with(model, |product| product.releases.iter().any(has)),
            false => self.product(model),
        };
        let ids = model
            .products
            .get(&product.id())
            .map_or(&[][..], |record| &record.releases);
        let releases = ids.iter().map(|id| &model.releases[*id as usize]);
        let all: Vec<SequenceNumber> = releases.clone().map(|release| release.number).collect();
        let good: Vec<SequenceNumber> = releases
            .filter(|release| wanted(release))
            .map(|release| release.number)
            .collect();
        let from = if good.is_empty() || self.random.percent(7) {
            all
        } else {
            good
        };
        let number = match self.random.below(20) {
            0 => self.random.next() % 4,
            1..=5 => self.random.any(from).unwrap_or_default(),
            6..=14 => {
                let back = self.random.below(6);
                from.iter().rev().nth(back).or(from.last()).copied().unwrap_or_default()
            }
            _ => from.last().copied().unwrap_or_default(),
        };
        (product, number)
    }

    pub(super) fn revoke_release(&mut self, model: &Model) -> Option<Call> {
        let (product, number) = self.release(model, |release| release.status != ReleaseStatus::Revoked);
        let who = self.admin(model, product.0);
        Some(Call::RevokeRelease { who, product, number })
    }

    pub(super) fn suspend_release(&mut self, model: &Model) -> Option<Call> {
        let (product, number) = self.release(model, |release| {
            matches!(release.status, ReleaseStatus::Available | ReleaseStatus::Published)
        });
        let who = self.admin(model, product.0);
        Some(Call::SuspendRelease { who, product, number })
    }

    pub(super) fn resume_release(&mut self, model: &Model) -> Option<Call> {
        let (product, number) = self.release(model, |release| release.suspension.is_some());
        let who = self.admin(model, product.0);
        Some(Call::ResumeRelease { who, product, number })
    }

    pub(super) fn set_stepping_stone(&mut self, model: &Model) -> Option<Call> {
        let declared = self.mood == Mood::Hoards || !self.random.percent(35);
        let product = self.product_with(model, |product| !product.stones.is_empty());
        let stones = model.products.get(&product.id()).map(|record| record.stones.clone());
        let (product, number) = match self.random.any(stones.unwrap_or_default()) {
            Some(number) if !declared && self.random.percent(90) => (product, number),
            _ => self.release(model, |release| {
                let stones = model.products.get(&release.product).map(|product| &product.stones);
                release.terms.is_some() && stones.is_some_and(|stones| !stones.contains(&release.number))
            }),
        };
        let who = self.admin(model, product.0);
        Some(Call::SetSteppingStone {
            who,
            product,
            number,
            declared,
        })
    }

    pub(super) fn emergency_revoke_release(&mut self, model: &Model) -> Option<Call> {
        let (product, number) = self.release(model, |release| release.status != ReleaseStatus::Revoked);
        let who = self.council();
        Some(Call::EmergencyRevokeRelease { who, product, number })
    }

    pub(super) fn emergency_suspend_release(&mut self, model: &Model) -> Option<Call> {
        let (product, number) = self.release(model, |release| release.status != ReleaseStatus::Revoked);
        let who = self.council();
        Some(Call::EmergencySuspendRelease { who, product, number })
    }

    pub(super) fn emergency_resume_release(&mut self, model: &Model) -> Option<Call> {
        let (product, number) = self.release(model, |release| release.suspension.is_some());
        let who = self.council();
        Some(Call::EmergencyResumeRelease { who, product, number })
    }

    pub(super) fn lower_floor(&mut self, model: &Model) -> Option<Call> {
        let product = self.product(model);
        let who = self.council();
        let record = model.products.get(&product.id());
        let (_, number) = self.release(model, |_| true);
        let newest = record.and_then(|record| record.releases.last());
        let newest = newest.map_or(0, |id| model.releases[*id as usize].number);
        let least = record.and_then(|record| record.least_next()).unwrap_or(u64::MAX);
        let available = record.and_then(|record| record.highest_available);
        let floor = match self.random.below(10) {
            0 => number,
            1 => least,
            2 => available.unwrap_or_default(),
            3..=7 if self.mood == Mood::Burns => available.map_or(0, |highest| highest.saturating_add(1)),
            3..=5 => available.map_or(0, |highest| highest.saturating_add(1)),
            6 | 7 => newest,
            _ => least.saturating_sub(1 + self.random.next() % 6),
        };
        Some(Call::LowerFloor { who, product, floor })
    }

    pub(super) fn note_replicas(&mut self, model: &Model) -> Option<Call> {
        let waiting = model.releases.iter().enumerate().rev();
        let waiting =
            waiting.filter(|(_, release)| release.status == ReleaseStatus::Published && release.terms.is_some());
        let waiting: Vec<u64> = waiting.map(|(id, _)| id as u64).take(8).collect();
        let release = match self.random.any(waiting) {
            Some(release) if !self.random.percent(10) => release,
            _ => self.random.below(model.releases.len() + 1) as u64,
        };
        let replicas = self.random.of(&[0, 1, 2, 3, 3, 16, 16, 16]);
        Some(Call::NoteReplicas { release, replicas })
    }
}
