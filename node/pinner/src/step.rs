//! One turn of one release: look, fetch a batch, or check. Turns are short, so that releases share the sources fairly.

use crate::{
    check::{check, Verdict},
    config::Config,
    order::{Failure, Order, OrderPayload},
    source::{Patience, Source},
};
use chunks::{
    store::{Status, Store, StoreError},
    Cid,
};
use parking_lot::Mutex;
use std::{
    collections::HashSet,
    sync::{atomic::AtomicBool, Arc},
};
use tokio::time::{timeout, Instant};

/// What turns share.
pub(crate) struct Workshop {
    pub(crate) store: Store,
    pub(crate) sources: Vec<Arc<dyn Source>>,
    pub(crate) config: Config,
    pub(crate) patience: Mutex<Patience>,
    /// Payloads whose whole image was checked since this process started.
    pub(crate) checked: Mutex<HashSet<OrderPayload>>,
    pub(crate) stop: AtomicBool,
}

/// What became of a turn.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Something came; go on at once.
    Progress,
    /// Nothing came from any source that was asked.
    Nothing,
    /// No source wants to be asked before this.
    NobodyToAsk(Option<Instant>),
    /// All payloads are here and agree.
    Held,
    /// It failed, for good or for now.
    Failed(Failure),
    /// A block was found damaged; fetch it again.
    Damaged,
    /// It was interrupted: the node shuts down.
    Stopped,
}

/// What a release needs next.
enum Plan {
    Fetch {
        root: Cid,
        missing: Vec<Cid>,
    },
    Check,
    /// Every block is here, and the store is still putting the image on stable storage.
    Wait,
    Give(Failure),
}

/// Takes one turn. `look_only` stops where a source would have to be asked.
pub(crate) async fn step(shop: Arc<Workshop>, order: Arc<Order>, look_only: bool) -> Outcome {
    let plan = {
        let (order, batch) = (Arc::clone(&order), shop.config.batch);
        shop.blocking(move |shop| plan(&shop.store, &order, batch)).await
    };
    match plan {
        None => Outcome::Stopped,
        Some(Plan::Give(failure)) => Outcome::Failed(failure),
        Some(Plan::Check) => shop
            .blocking(move |shop| check_all(shop, &order))
            .await
            .unwrap_or(Outcome::Stopped),
        Some(Plan::Wait) => Outcome::NobodyToAsk(Some(Instant::now() + shop.config.retry_first)),
        Some(Plan::Fetch { .. }) if look_only => Outcome::Progress,
        Some(Plan::Fetch { root, missing }) => fetch(shop, root, missing).await,
    }
}

fn plan(store: &Store, order: &Order, batch: usize) -> Plan {
    for payload in &order.payloads {
        let root = payload.root;
        let next = store.want(&root, payload.stored_size).and_then(|status| match status {
            Status::Complete { .. } => Ok(None),
            Status::Absent | Status::Partial { .. } => store.missing(&root, batch).map(Some),
        });
        match next {
            Ok(None) => {}
            Ok(Some(missing)) if missing.is_empty() => return Plan::Wait,
            Ok(Some(missing)) => return Plan::Fetch { root, missing },
            Err(error) => return Plan::Give(failure(root, &error)),
        }
    }
    Plan::Check
}

fn check_all(shop: &Workshop, order: &Order) -> Outcome {
    for payload in &order.payloads {
        if shop.checked.lock().contains(payload) {
            continue;
        }
        match check(&shop.store, payload, &shop.stop) {
            Verdict::Good => {
                shop.checked.lock().insert(payload.clone());
            }
            Verdict::Bad(failure) => return Outcome::Failed(failure),
            Verdict::Damaged => return Outcome::Damaged,
            Verdict::Stopped => return Outcome::Stopped,
        }
    }
    Outcome::Held
}

/// Asks source after source until one brings something. The first that does ends the turn: what it left out may only
/// have been too much for one answer, and it is asked for the rest at the next turn.
async fn fetch(shop: Arc<Workshop>, root: Cid, missing: Vec<Cid>) -> Outcome {
    let mut asked = false;
    for (index, source) in shop.sources.iter().enumerate() {
        if !shop.patience.lock().may_ask(index, &root, Instant::now()) {
            continue;
        }
        asked = true;
        let answer = timeout(shop.config.fetch_time, source.fetch(&root, &missing)).await;
        let complaint = match answer {
            Err(_) => "no answer in time".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(blocks)) => {
                let wanted = missing.clone();
                let Some(delivery) = shop
                    .blocking(move |shop| take(&shop.store, root, &wanted, blocks))
                    .await
                else {
                    return Outcome::Stopped;
                };
                if let Some(failure) = delivery.failure {
                    return Outcome::Failed(failure);
                }
                match (delivery.taken, delivery.false_blocks) {
                    (0, 0) => "has none of the blocks".to_owned(),
                    (_, 0) => {
                        shop.patience.lock().praise(index, &root);
                        return Outcome::Progress;
                    }
                    (taken, lies) => {
                        log::warn!(
                            target: "suit-pinner",
                            "{} sent {lies} blocks of {root} that are not what their CIDs say", source.name()
                        );
                        shop.patience.lock().strike(index, &root, Instant::now(), &shop.config);
                        if taken > 0 {
                            return Outcome::Progress;
                        }
                        continue;
                    }
                }
            }
        };
        log::debug!(target: "suit-pinner", "{}: {root}: {complaint}", source.name());
        shop.patience.lock().strike(index, &root, Instant::now(), &shop.config);
    }
    if asked {
        Outcome::Nothing
    } else {
        Outcome::NobodyToAsk(shop.patience.lock().until(shop.sources.len(), &root))
    }
}

#[derive(Default)]
struct Delivery {
    taken: usize,
    false_blocks: usize,
    failure: Option<Failure>,
}

/// Puts what was asked for into the store, which checks it, and ignores the rest.
fn take(store: &Store, root: Cid, wanted: &[Cid], blocks: Vec<(Cid, Vec<u8>)>) -> Delivery {
    let mut delivery = Delivery::default();
    for (cid, block) in blocks
        .into_iter()
        .filter(|(cid, _)| wanted.contains(cid))
        .take(wanted.len())
    {
        match store.put(&cid, &block) {
            Ok(_) => delivery.taken = delivery.taken.saturating_add(1),
            Err(StoreError::HashMismatch { .. } | StoreError::TooLarge { .. }) => {
                delivery.false_blocks = delivery.false_blocks.saturating_add(1);
            }
            // An upload was quicker, or the order is gone.
            Err(StoreError::NotWanted { .. }) => {}
            // Another image may ask for the same block with another size; its refusal says nothing of this one.
            Err(_) if !lacks(store, &root, &cid) => delivery.taken = delivery.taken.saturating_add(1),
            Err(error) => {
                delivery.failure = Some(failure(root, &error));
                break;
            }
        }
    }
    delivery
}

/// Whether this image still lacks the block.
fn lacks(store: &Store, root: &Cid, cid: &Cid) -> bool {
    store
        .missing(root, usize::MAX)
        .map_or(true, |missing| missing.contains(cid))
}

fn failure(root: Cid, error: &StoreError) -> Failure {
    let reason = error.to_string();
    match error {
        StoreError::BadNode { .. }
        | StoreError::ExceedsSize { .. }
        | StoreError::FallsShort { .. }
        | StoreError::OtherSize { .. } => Failure::BadImage { root, reason },
        _ => Failure::Store { root, reason },
    }
}

impl Workshop {
    /// The store blocks, so every call to it leaves the async threads. `None` where the runtime ends.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        let shop = Arc::clone(self);
        match tokio::task::spawn_blocking(move || job(&shop)).await {
            Ok(value) => Some(value),
            Err(error) => {
                if error.is_panic() {
                    log::error!(target: "suit-pinner", "a store call panicked: {error}");
                }
                None
            }
        }
    }
}
