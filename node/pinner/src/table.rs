//! Where each release stands, and whose turn is next.

use crate::order::{Failure, Order, OrderPayload};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::time::Instant;

/// Where a release stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody has looked what is on the disk.
    New,
    /// Being fetched or checked.
    Working,
    /// Here in full, and checked.
    Held,
    /// It will never be.
    Failed,
}

pub(crate) struct Entry {
    pub(crate) order: Arc<Order>,
    pub(crate) state: State,
    pub(crate) failure: Option<Failure>,
    /// Tries in vain since something last came.
    pub(crate) tries: u32,
    /// Bytes on the disk when last looked.
    pub(crate) have: u64,
    /// Tells this entry from an earlier one of the same release.
    generation: u64,
    due: Option<(Instant, u64)>,
}

/// A release whose turn it is.
pub(crate) struct Turn {
    pub(crate) release: u64,
    pub(crate) generation: u64,
    pub(crate) order: Arc<Order>,
    pub(crate) look_only: bool,
}

/// All releases on order. Turns go by time, then by who has waited longest: a release that made progress queues up
/// behind the others.
#[derive(Default)]
pub(crate) struct Table {
    entries: BTreeMap<u64, Entry>,
    queue: BTreeSet<(Instant, u64, u64)>,
    counter: u64,
    pub(crate) received: bool,
}

impl Table {
    /// Takes a new list. What stays the same keeps its place.
    pub(crate) fn replace(&mut self, orders: Vec<Order>, now: Instant) {
        self.received = true;
        let mut old = std::mem::take(&mut self.entries);
        let mut new = Vec::new();
        for order in orders {
            let release = order.release;
            let kept = old.remove(&release).filter(|entry| *entry.order == order);
            if let Some(entry) = kept {
                self.entries.insert(release, entry);
                continue;
            }
            self.counter += 1;
            let entry = Entry {
                order: Arc::new(order),
                state: State::New,
                failure: None,
                tries: 0,
                have: 0,
                generation: self.counter,
                due: None,
            };
            self.entries.insert(release, entry);
            new.push(release);
        }
        // Places of entries that are gone or replaced.
        let entries = &self.entries;
        self.queue.retain(|(at, counter, release)| {
            entries
                .get(release)
                .is_some_and(|entry| entry.due == Some((*at, *counter)))
        });
        for release in new {
            self.enqueue(release, now);
        }
    }

    /// Gives the release a turn at this time, in place of any turn that it has.
    pub(crate) fn enqueue(&mut self, release: u64, at: Instant) {
        self.counter += 1;
        let counter = self.counter;
        let Some(entry) = self.entries.get_mut(&release) else {
            return;
        };
        if let Some((at, counter)) = entry.due.replace((at, counter)) {
            self.queue.remove(&(at, counter, release));
        }
        self.queue.insert((at, counter, release));
    }

    /// The next release whose time has come; it leaves the queue.
    pub(crate) fn take_turn(&mut self, now: Instant) -> Option<Turn> {
        let place = *self.queue.first().filter(|(at, _, _)| *at <= now)?;
        self.queue.remove(&place);
        let release = place.2;
        let entry = self.entries.get_mut(&release)?;
        entry.due = None;
        Some(Turn {
            release,
            generation: entry.generation,
            order: Arc::clone(&entry.order),
            look_only: entry.state == State::New,
        })
    }

    /// When the next turn is.
    pub(crate) fn next_turn(&self) -> Option<Instant> {
        self.queue.first().map(|(at, _, _)| *at)
    }

    /// The entry that a turn was taken for, unless it is gone or replaced.
    pub(crate) fn entry(&mut self, release: u64, generation: u64) -> Option<&mut Entry> {
        self.entries
            .get_mut(&release)
            .filter(|entry| entry.generation == generation)
    }

    pub(crate) fn held(&self) -> Vec<u64> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.state == State::Held)
            .map(|(release, _)| *release)
            .collect()
    }

    pub(crate) fn failures(&self) -> Vec<(u64, Failure)> {
        self.entries
            .iter()
            .filter_map(|(release, entry)| Some((*release, entry.failure.clone()?)))
            .collect()
    }

    /// Whether orders came, and every one of them was looked at.
    pub(crate) fn all_looked_at(&self) -> bool {
        self.received && self.entries.values().all(|entry| entry.state != State::New)
    }

    /// Releases whose bytes may come or go without a turn of theirs: held ones, and ones that wait for a retry.
    pub(crate) fn watched(&self) -> Vec<(u64, u64, Arc<Order>)> {
        self.entries
            .iter()
            .filter(|(_, entry)| match entry.state {
                State::Held => true,
                State::Working => entry.due.is_some(),
                State::New | State::Failed => false,
            })
            .map(|(release, entry)| (*release, entry.generation, Arc::clone(&entry.order)))
            .collect()
    }

    /// Every payload on order.
    pub(crate) fn payloads(&self) -> impl Iterator<Item = &OrderPayload> {
        self.entries.values().flat_map(|entry| entry.order.payloads.iter())
    }
}
