//! Works the off-chain worker's pin orders: fetch, check, pin, report.
//!
//! The worker says what this node is to hold ([`Pinner::set_orders`]). The pinner opens the imports, fetches the blocks
//! that are missing from its [`Source`]s, streams every finished image against the digest and size that the release
//! names, and only then reports the release ([`Pinner::held`]). Nothing here is precious: after a restart the orders
//! come again, and what lies in the store is checked again before it is reported.
//!
//! - Sources are asked in order. One that hangs, lies or has nothing is left alone for a while, image by image.
//! - A turn is one batch of one release; then the next release has its turn.
//! - Where nothing comes, the wait doubles, with jitter. An upload that comes in by the gateway is noticed by itself.
//! - A block that the store finds damaged takes the release off the list until it was fetched and checked again.

mod check;
mod config;
mod order;
mod source;
mod step;
mod table;

pub use config::Config;
pub use order::{DigestAlgorithm, Failure, Order, OrderPayload};
pub use source::{Source, SourceError};

use chunks::store::{Status, Store};
use parking_lot::Mutex;
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    pin::pin,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
};
use step::{Outcome, Workshop};
use table::{State, Table};
use tokio::{
    sync::{watch, Notify},
    task::{self, JoinSet},
    time::{interval, sleep_until, Instant, MissedTickBehavior},
};

/// The pinner. Share it by `Arc`, and let one task [`Pinner::run`] it.
pub struct Pinner {
    shop: Arc<Workshop>,
    table: Mutex<Table>,
    woken: Notify,
    held: watch::Sender<Arc<[u64]>>,
    ready: watch::Sender<bool>,
}

impl Pinner {
    /// A pinner without orders. Sources are asked in this order.
    pub fn new(store: Store, sources: Vec<Arc<dyn Source>>, config: Config) -> Self {
        Self {
            shop: Arc::new(Workshop {
                store,
                sources,
                config,
                patience: Mutex::default(),
                checked: Mutex::default(),
                stop: AtomicBool::new(false),
            }),
            table: Mutex::default(),
            woken: Notify::new(),
            held: watch::Sender::new(Arc::new([])),
            ready: watch::Sender::new(false),
        }
    }

    /// Replaces the list of orders. What is on both lists goes on undisturbed; what is off the list is no longer
    /// reported, though its blocks stay in the store.
    pub fn set_orders(&self, orders: Vec<Order>) {
        let mut table = self.table.lock();
        table.replace(orders, Instant::now());
        let payloads: HashSet<&OrderPayload> = table.payloads().collect();
        let roots: HashSet<_> = payloads.iter().map(|payload| payload.root).collect();
        self.shop.checked.lock().retain(|payload| payloads.contains(payload));
        self.shop.patience.lock().retain(|root| roots.contains(root));
        self.publish(&table);
        drop(table);
        self.woken.notify_one();
    }

    /// Releases whose every payload is here in full and agrees with the release, sorted.
    pub fn held(&self) -> Vec<u64> {
        self.table.lock().held()
    }

    /// [`Pinner::held`], and whenever it changes.
    pub fn held_changed(&self) -> watch::Receiver<Arc<[u64]>> {
        self.held.subscribe()
    }

    /// Releases that are not held for a reason that somebody should know, sorted: see [`Failure::is_final`].
    pub fn failures(&self) -> Vec<(u64, Failure)> {
        self.table.lock().failures()
    }

    /// Whether orders came and all of them were looked at since the start. Before this, a release missing from
    /// [`Pinner::held`] is no loss: it may lie on the disk, unchecked.
    pub fn ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// Waits until [`Pinner::ready`].
    pub async fn until_ready(&self) {
        // Never fails: the sender lives as long as `self`.
        let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
    }

    /// Works until `shutdown` resolves.
    pub async fn run(self: Arc<Self>, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = pin!(shutdown);
        let mut look = interval(self.shop.config.look_every);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut steps = JoinSet::new();
        // A task that ends by a panic does not say what it worked on.
        let mut running: HashMap<task::Id, (u64, u64)> = HashMap::new();
        loop {
            while steps.len() < self.shop.config.steps.max(1) {
                let Some(turn) = self.table.lock().take_turn(Instant::now()) else {
                    break;
                };
                let task = steps.spawn(step::step(Arc::clone(&self.shop), turn.order, turn.look_only));
                running.insert(task.id(), (turn.release, turn.generation));
            }
            let next = self
                .table
                .lock()
                .next_turn()
                .filter(|_| steps.len() < self.shop.config.steps.max(1));
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(ended) = steps.join_next_with_id() => {
                    let (id, outcome) = match ended {
                        Ok((id, outcome)) => (id, outcome),
                        Err(error) => {
                            log::error!(target: "suit-pinner", "a turn ended early: {error}");
                            (error.id(), Outcome::Nothing)
                        }
                    };
                    if let Some((release, generation)) = running.remove(&id) {
                        self.apply(release, generation, outcome);
                    }
                }
                () = self.woken.notified() => {}
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
                _ = look.tick() => self.look().await,
            }
        }
        self.shop.stop.store(true, Ordering::Relaxed);
        steps.shutdown().await;
    }

    /// Notes what became of a turn, and plans the next one.
    fn apply(&self, release: u64, generation: u64, outcome: Outcome) {
        let now = Instant::now();
        let config = &self.shop.config;
        let mut table = self.table.lock();
        let Some(entry) = table.entry(release, generation) else {
            return;
        };
        let was_new = entry.state == State::New;
        entry.state = State::Working;
        let next = match outcome {
            Outcome::Progress => {
                if !was_new {
                    entry.tries = 0;
                    entry.failure = None;
                }
                Some(now)
            }
            Outcome::Nothing | Outcome::Damaged | Outcome::Stopped => {
                let wait = config.retry_after(entry.tries);
                entry.tries = entry.tries.saturating_add(1);
                Some(now + wait)
            }
            Outcome::NobodyToAsk(until) => Some(until.unwrap_or(now + config.retry_most).max(now)),
            Outcome::Held => {
                log::info!(target: "suit-pinner", "release {release} is here in full and agrees with its manifest");
                (entry.state, entry.failure, entry.tries) = (State::Held, None, 0);
                None
            }
            Outcome::Failed(failure) if failure.is_final() => {
                log::warn!(target: "suit-pinner", "release {release} cannot be held: {failure}");
                (entry.state, entry.failure) = (State::Failed, Some(failure));
                None
            }
            Outcome::Failed(failure) => {
                // Once, not at every retry.
                if entry.failure.as_ref() != Some(&failure) {
                    log::warn!(target: "suit-pinner", "release {release}: {failure}");
                }
                let wait = config.retry_after(entry.tries);
                entry.tries = entry.tries.saturating_add(1);
                entry.failure = Some(failure);
                Some(now + wait)
            }
        };
        if let Some(at) = next {
            table.enqueue(release, at);
        }
        self.publish(&table);
    }

    /// Looks whether the store changed without a turn: a held image with a damaged block is fetched again at once, and
    /// a release that an upload feeds does not wait for its retry.
    async fn look(&self) {
        let watched = self.table.lock().watched();
        if watched.is_empty() {
            return;
        }
        let seen = self.shop.blocking(move |shop| {
            let look = |(release, generation, order): (u64, u64, Arc<Order>)| {
                let (complete, have) = on_disk(&shop.store, &order);
                (release, generation, order, complete, have)
            };
            watched.into_iter().map(look).collect::<Vec<_>>()
        });
        let Some(seen) = seen.await else { return };
        let now = Instant::now();
        let mut table = self.table.lock();
        for (release, generation, order, complete, have) in seen {
            let Some(entry) = table.entry(release, generation) else {
                continue;
            };
            let changed = std::mem::replace(&mut entry.have, have) != have;
            match entry.state {
                State::Held if !complete => {
                    log::warn!(target: "suit-pinner", "release {release} lost blocks on this disk; fetching them again");
                    entry.state = State::Working;
                    let mut checked = self.shop.checked.lock();
                    for payload in &order.payloads {
                        checked.remove(payload);
                    }
                }
                State::Working if changed || complete && entry.failure.is_none() && entry.tries > 0 => entry.tries = 0,
                _ => continue,
            }
            table.enqueue(release, now);
        }
        self.publish(&table);
    }

    fn publish(&self, table: &Table) {
        let now = table.held();
        self.held.send_if_modified(|held| {
            let changed = **held != *now;
            if changed {
                *held = now.into();
            }
            changed
        });
        if table.all_looked_at() {
            self.ready.send_if_modified(|ready| !std::mem::replace(ready, true));
        }
    }
}

/// Whether every payload is on the disk in full, and how many bytes are.
fn on_disk(store: &Store, order: &Order) -> (bool, u64) {
    order.payloads.iter().fold((true, 0u64), |(complete, have), payload| {
        match store.status(&payload.root) {
            Status::Complete { size } => (complete, have.saturating_add(size)),
            Status::Partial { have_bytes, .. } => (false, have.saturating_add(have_bytes)),
            Status::Absent => (false, have),
        }
    })
}
