//! Looks after the chunk store while nobody asks for anything: reads it through for damage, and lets go of what no live
//! release names any more.

use crate::{metrics::Metrics, view::View};
use chunks::{
    store::{ScrubCursor, Store, StoreError},
    BlockId,
};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};
use suit_primitives::release::RootCid;
use tokio::time::{interval, MissedTickBehavior};

/// Time between two looks.
const TICK: Duration = Duration::from_secs(1);
/// Longest time between two collections, unless one takes so long that it would cost more than a twentieth of a core.
const COLLECT_EVERY: Duration = Duration::from_secs(60);
/// With a newest final block that is older, a node does not know what is live now: it may have begun anew, or be cut off.
const MAX_AGE: Duration = Duration::from_secs(600);

/// How much of it, and how soon.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Bytes that are read through for damage a second; 0 for none.
    pub scrub_bytes: u64,
    /// How long an image stays after the last live release that named it.
    pub grace: Duration,
}

/// The upkeep of a store.
pub struct Upkeep {
    store: Store,
    view: View,
    metrics: Metrics,
    pace: Pace,
    cursor: ScrubCursor,
    collect_at: Instant,
}

impl Upkeep {
    /// Upkeep that has done nothing yet.
    pub fn new(store: Store, view: View, metrics: Metrics, pace: Pace) -> Self {
        Self {
            store,
            view,
            metrics,
            pace,
            cursor: ScrubCursor::default(),
            collect_at: Instant::now(),
        }
    }

    /// Runs for as long as the node does.
    pub async fn run(mut self) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let round = tokio::task::spawn_blocking(move || {
                self.round();
                self
            });
            match round.await {
                Ok(upkeep) => self = upkeep,
                Err(error) => {
                    if error.is_panic() {
                        log::error!(target: "suit::storage", "the store is no longer looked after, restart the node: {error}");
                    }
                    return;
                }
            }
        }
    }

    fn round(&mut self) {
        if self.pace.scrub_bytes > 0 {
            self.scrub();
        }
        let now = Instant::now();
        if now >= self.collect_at {
            self.collect(now);
            let every = COLLECT_EVERY.min(self.pace.grace).max(TICK);
            self.collect_at = Instant::now() + every.max(now.elapsed().saturating_mul(19));
        }
        self.metrics.store(&self.store.stats());
    }

    fn scrub(&mut self) {
        let done = self.store.scrub(&mut self.cursor, self.pace.scrub_bytes);
        for cid in &done.damaged {
            log::warn!(
                target: "suit::storage",
                "block {cid} is damaged on this disk; it is not served and is fetched again. If this happens more often, \
                 replace the disk"
            );
        }
        complain(&done.failed, "cannot be read");
    }

    /// Only what finalised state says nobody needs may go; what it cannot be asked about stays.
    fn collect(&self, now: Instant) {
        match self.view.age() {
            Some(age) if age <= MAX_AGE => {}
            _ => {
                log::debug!(target: "suit::storage", "nothing is collected before the newest final block is a recent one");
                return;
            }
        }
        let mut live = HashSet::new();
        for (cid, _) in self.store.roots() {
            let Ok(id) = BlockId::from_cid(&cid) else { continue };
            let Some(root) = RootCid::from_bytes(&id.to_bytes()) else {
                // Not to be asked about.
                live.insert(id);
                continue;
            };
            match self.view.wanted(root) {
                Ok(None) => {}
                Ok(Some(_)) => {
                    live.insert(id);
                }
                Err(error) => {
                    log::warn!(target: "suit::storage", "finalised state does not tell what is live, so everything stays: {error}");
                    return;
                }
            }
        }
        let collected = self.store.collect(&live, self.pace.grace, now);
        for cid in &collected.removed {
            log::info!(target: "suit::storage", "image {cid} is gone: no live release names it");
        }
        complain(&collected.failed, "cannot be deleted");
        self.metrics.collected(collected.removed.len(), collected.freed_bytes);
    }
}

fn complain(failed: &[(chunks::Cid, StoreError)], what: &str) {
    for (cid, error) in failed {
        log::warn!(target: "suit::storage", "image {cid} {what}: {error}");
    }
}
