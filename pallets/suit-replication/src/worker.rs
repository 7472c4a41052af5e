//! The off-chain worker. It decides what the node pins and says on the chain what the node holds; the node's pinner does
//! the I/O and talks with it through the [mailbox](suit_primitives::mailbox).
//!
//! Every run starts from state alone, so that a restart, a fork or a block without a run loses nothing. State here is
//! not final: orders are a proposal that the pinner checks against finalised state.

use crate::{
    duty::{shares, LiveNodes, Share},
    types::Presence,
    Call, Config, Holdings, Nodes, Pallet, LOG_TARGET,
};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, Encode};
use frame_support::{traits::ConstU32, BoundedVec};
use frame_system::offchain::SubmitTransaction;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::{hexdisplay::HexDisplay, offchain::Duration};
use sp_runtime::offchain::{
    storage::StorageValueRef,
    storage_lock::{StorageLock, Time},
};
use suit_primitives::{
    attestation::{key, Attestation, AttestationV1},
    bounds::MAX_ATTESTED,
    mailbox::{Orders, Report, ORDERS_KEY, REPORT_KEY},
    replication::ReleaseSource,
    NodeId, ReleaseId,
};

/// Key of the lock that keeps two runs apart.
pub(crate) const LOCK_KEY: &[u8] = b"suit/worker/lock";
/// Key of what was submitted last.
pub(crate) const SUBMITTED_KEY: &[u8] = b"suit/worker/submitted/v1";
/// A run that was killed holds the lock no longer than this, in milliseconds.
const LOCK_MILLIS: u64 = 5_000;
/// Blocks to wait for a submitted attestation before it is submitted again.
pub(crate) const RESUBMIT_AFTER: u32 = 2;

/// What was submitted last.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, Debug)]
struct Submitted {
    node: NodeId,
    period: u32,
    block: u32,
}

/// The lists of an attestation.
#[derive(Default)]
struct Changes {
    gained: BoundedVec<ReleaseId, ConstU32<MAX_ATTESTED>>,
    lost: BoundedVec<ReleaseId, ConstU32<MAX_ATTESTED>>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}

/// One run, on the state of block `now`.
pub(crate) fn run<T: Config>(now: u32) {
    let mut lock = StorageLock::<Time>::with_deadline(LOCK_KEY, Duration::from_millis(LOCK_MILLIS));
    let Ok(_guard) = lock.try_lock() else {
        log::debug!(target: LOG_TARGET, "block {now}: another run is under way");
        return;
    };
    // A transaction lands in the next block at the earliest: what counts is the period of that one.
    let period = Pallet::<T>::period_of(now.saturating_add(1));
    let Some(node) = local_node::<T>(now) else {
        withdraw_orders(now);
        return;
    };
    let live = LiveNodes::load::<T>(period);
    let shares = shares::<T>(&node, &live);
    let orders = shares.iter().map(|share| share.demand.clone()).collect();
    write_orders(Orders::V1 {
        node,
        block: now,
        orders,
    });

    // In the last block before a period, nodes that have not imported that block yet would refuse an attestation of the
    // coming period and remember it as bad. So wait for the period's first block, where a period is long enough for it.
    if period != Pallet::<T>::period_of(now) && Pallet::<T>::period_length() > 2 {
        return;
    }
    let Some(presence) = presence_to_extend::<T>(&node, period) else {
        return;
    };
    if !is_due(&node, period, now, presence) {
        return;
    }
    let changes = match read_report() {
        Some(held) => changes::<T>(&node, &live, &shares, &held),
        // The node has not looked through its disk yet, so nothing is known: say only that it is there.
        None => Changes::default(),
    };
    // There is one attestation a period. Sent empty at its beginning, it would make whatever is pinned a moment later
    // wait for the next.
    if changes.is_empty() && is_first_half::<T>(now) {
        return;
    }
    submit::<T>(node, period, now, changes);
}

/// The key of this process that is a registered storage node. There is one mailbox and one store, so one node: with
/// several, the smallest key.
fn local_node<T: Config>(now: u32) -> Option<NodeId> {
    let keys: BTreeSet<NodeId> = key::Public::all().into_iter().map(NodeId::from).collect();
    let mut registered = keys.into_iter().filter(|node| Nodes::<T>::contains_key(node));
    let node = registered.next()?;
    let others = registered.count();
    if others > 0 && Pallet::<T>::period_of(now) != Pallet::<T>::period_of(now.saturating_add(1)) {
        log::warn!(
            target: LOG_TARGET,
            "the keystore holds {others} more keys of registered storage nodes; only {:?} is served. Remove the other \
             nodes, or give each a process of its own",
            HexDisplay::from(&node.0),
        );
    }
    Some(node)
}

/// The node's run of attestations that one in `period` would extend, or `None` if it has attested in that period.
fn presence_to_extend<T: Config>(node: &NodeId, period: u32) -> Option<Option<Presence>> {
    let presence = Nodes::<T>::get(node)?.v1().presence;
    match presence {
        Some(run) if run.last >= period => None,
        other => Some(other),
    }
}

/// Whether it is time to submit: nothing was for this period, or it did not land within some blocks.
fn is_due(node: &NodeId, period: u32, now: u32, presence: Option<Presence>) -> bool {
    let Ok(Some(last)) = StorageValueRef::persistent(SUBMITTED_KEY).get::<Submitted>() else {
        return true;
    };
    if last.node != *node {
        return true;
    }
    if last.period == period {
        // A block below the one submitted at is another branch, whose pool may have dropped it.
        let waiting = last.block <= now && now < last.block.saturating_add(RESUBMIT_AFTER);
        return !waiting;
    }
    if last.period < period && presence.is_none_or(|run| run.last < last.period) {
        log::warn!(
            target: LOG_TARGET,
            "the attestation of period {} never reached a block: see that this node has peers and that its clock and \
             chain are in step",
            last.period,
        );
    }
    true
}

/// Whether the block after `now` lies in the first half of its period.
fn is_first_half<T: Config>(now: u32) -> bool {
    let length = Pallet::<T>::period_length();
    let position = now.saturating_add(1).checked_rem(length).unwrap_or_default();
    position < length / 2
}

/// What the node reports as held; `None` where it has not said so since it started.
fn read_report() -> Option<BTreeSet<ReleaseId>> {
    match StorageValueRef::persistent(REPORT_KEY).get::<Report>() {
        Ok(Some(Report::V1 { held })) => Some(held.into_iter().collect()),
        Ok(None) => None,
        Err(_) => {
            log::warn!(
                target: LOG_TARGET,
                "the pinner's report is unreadable, so no holdings are attested: do runtime and node belong together?",
            );
            None
        }
    }
}

/// What to attest. Gained: what is on duty, held, and not attested yet or lapsed. Lost: what was attested and is no
/// longer held or demanded, or has lapsed and is no longer in this node's care.
fn changes<T: Config>(node: &NodeId, live: &LiveNodes, shares: &[Share], held: &BTreeSet<ReleaseId>) -> Changes {
    let in_care: BTreeSet<ReleaseId> = shares.iter().map(|share| share.demand.release).collect();
    let gained = shares
        .iter()
        .filter(|share| share.on_duty)
        .map(|share| share.demand.release)
        .filter(|release| held.contains(release) && !Pallet::<T>::holds(node, *release, live));
    let is_lost = |release: &ReleaseId| {
        !held.contains(release)
            || T::Releases::demand(*release).is_none()
            || (!in_care.contains(release) && !Pallet::<T>::holds(node, *release, live))
    };
    Changes {
        gained: first(gained),
        lost: first(Holdings::<T>::iter_key_prefix(node).filter(is_lost)),
    }
}

/// The smallest that fit into an attestation, sorted; the rest waits for the next period.
fn first(releases: impl Iterator<Item = ReleaseId>) -> BoundedVec<ReleaseId, ConstU32<MAX_ATTESTED>> {
    let sorted: BTreeSet<ReleaseId> = releases.collect();
    BoundedVec::truncate_from(sorted.into_iter().take(MAX_ATTESTED as usize).collect::<Vec<_>>())
}

/// Leaves the orders in the mailbox unless they are there already.
fn write_orders(orders: Orders) {
    let mailbox = StorageValueRef::persistent(ORDERS_KEY);
    let Orders::V1 {
        node,
        block,
        orders: wanted,
    } = &orders;
    if let Ok(Some(Orders::V1 {
        node: for_node,
        orders: there,
        ..
    })) = mailbox.get::<Orders>()
    {
        if for_node == *node && there == *wanted {
            return;
        }
    }
    log::debug!(target: LOG_TARGET, "block {block}: ordered {} releases", wanted.len());
    mailbox.set(&orders);
}

/// No local key is a registered node: whatever is ordered is ordered no more.
fn withdraw_orders(now: u32) {
    if let Ok(Some(Orders::V1 { node, orders, .. })) = StorageValueRef::persistent(ORDERS_KEY).get::<Orders>() {
        if !orders.is_empty() {
            write_orders(Orders::V1 {
                node,
                block: now,
                orders: Vec::new(),
            });
        }
    }
}

/// Signs an attestation and hands it to the pool.
fn submit<T: Config>(node: NodeId, period: u32, now: u32, changes: Changes) {
    let heartbeat = changes.is_empty();
    let Changes { gained, lost } = changes;
    let (more, fewer) = (gained.len(), lost.len());
    let attestation = Attestation::V1(AttestationV1 {
        genesis: Pallet::<T>::genesis(),
        node,
        period,
        gained,
        lost,
    });
    let Some(signature) = key::Public::from(node).sign(&attestation.signing_bytes()) else {
        log::warn!(
            target: LOG_TARGET,
            "the keystore does not sign with the node's key {:?}: see its permissions",
            HexDisplay::from(&node.0),
        );
        return;
    };
    let signature: sp_core::ed25519::Signature = signature.into();
    let call = Call::<T>::attest {
        attestation,
        signature: signature.0,
    };
    let transaction = T::create_authorized_transaction(call.into());
    // Remembered even if refused: the same bytes again in the next block would fare no better.
    StorageValueRef::persistent(SUBMITTED_KEY).set(&Submitted {
        node,
        period,
        block: now,
    });
    match SubmitTransaction::<T, Call<T>>::submit_transaction(transaction) {
        Ok(()) if heartbeat => {
            log::debug!(target: LOG_TARGET, "block {now}: attested period {period}, nothing new");
        }
        Ok(()) => {
            log::info!(target: LOG_TARGET, "attested period {period}: {more} releases gained, {fewer} lost");
        }
        // It may be in the pool from before; if not, a later run tries again.
        Err(()) => log::debug!(target: LOG_TARGET, "block {now}: the pool did not take period {period}'s attestation"),
    }
}
