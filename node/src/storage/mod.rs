//! Ties the off-chain worker, which decides, to the pinner, which does the I/O: orders in, report out.

mod mailbox;
mod upkeep;

pub use upkeep::{Pace, Upkeep};

use crate::{metrics::Metrics, view::View};
use chunks::{BlockId, Cid, Codec};
use futures::StreamExt;
use mailbox::Mailbox;
use sc_client_api::BlockchainEvents;
use std::{collections::BTreeSet, sync::Arc};
use suit_node_pinner::{DigestAlgorithm, Order, OrderPayload, Pinner};
use suit_primitives::{
    release::{self, Demand},
    NodeId,
};

use crate::service::{FullBackend, FullClient};

/// Reads the worker's orders, has them worked, and reports what is held.
pub struct StorageDuty {
    client: Arc<FullClient>,
    mailbox: Mailbox,
    view: View,
    node: NodeId,
    pinner: Arc<Pinner>,
    metrics: Metrics,
    /// The worker's orders have covered this node's duty at least once since the start.
    ordered: bool,
    /// Orders that the pinner has.
    confirmed: usize,
}

impl StorageDuty {
    /// The duty of this node. `None` where the database has no off-chain storage.
    pub fn new(
        client: Arc<FullClient>,
        backend: &FullBackend,
        view: View,
        node: NodeId,
        pinner: Arc<Pinner>,
        metrics: Metrics,
    ) -> Option<Self> {
        Some(Self {
            client,
            mailbox: Mailbox::new(backend)?,
            view,
            node,
            pinner,
            metrics,
            ordered: false,
            confirmed: 0,
        })
    }

    /// Runs for as long as the node does: looks at the orders after every finalised block, and reports whenever what
    /// is held changes.
    pub async fn run(mut self) {
        let mut finalised = self.client.finality_notification_stream();
        let mut held = self.pinner.held_changed();
        // What an earlier run of the node reported may no longer lie on the disk.
        self.mailbox.withdraw_report();
        loop {
            self.give_orders();
            self.report();
            tokio::select! {
                notification = finalised.next() => if notification.is_none() { return },
                changed = held.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Orders that finalised state confirms go to the pinner; what only an unfinalised block says does not.
    ///
    /// Orders that do not cover this node's duty yet are those of a worker that has not run since the start: acting on
    /// them would make what lies on the disk look lost.
    fn give_orders(&mut self) {
        // No orders is not an empty list: the chain was just wiped, say, and the worker has not run yet.
        let Some(orders) = self.mailbox.orders(self.node) else {
            return;
        };
        let duty: BTreeSet<_> = match self.view.duty(self.node) {
            Ok(duty) => duty.into_iter().map(|demand| demand.release).collect(),
            Err(error) => {
                log::warn!(target: "suit::storage", "finalised state does not tell this node's duty: {error}");
                return;
            }
        };
        let ordered: BTreeSet<_> = orders.iter().map(|demand| demand.release).collect();
        self.ordered = self.ordered || duty.is_subset(&ordered);
        if self.ordered {
            let confirmed: Vec<Order> = orders
                .iter()
                .filter(|demand| duty.contains(&demand.release))
                .map(order)
                .collect();
            self.confirmed = confirmed.len();
            self.pinner.set_orders(confirmed);
        }
    }

    /// Nothing is reported before the pinner has looked at the disk, so that a restart is not taken for a loss.
    fn report(&mut self) {
        let held = self.pinner.held();
        let failed = self.pinner.failures().len();
        self.metrics.duty(self.confirmed, held.len(), failed);
        if self.ordered && self.pinner.ready() {
            self.mailbox.report(held);
        }
    }
}

fn order(demand: &Demand) -> Order {
    let payloads = demand.payloads.iter().map(|payload| {
        let payload = payload.v1();
        OrderPayload {
            root: cid(&payload.root),
            stored_size: payload.stored_size,
            digest: payload
                .image_digest
                .as_ref()
                .map(|digest| (algorithm(digest.algorithm), digest.bytes.to_vec())),
            size: payload.image_size,
        }
    });
    Order {
        release: demand.release,
        payloads: payloads.collect(),
    }
}

fn algorithm(algorithm: release::DigestAlgorithm) -> DigestAlgorithm {
    match algorithm {
        release::DigestAlgorithm::Sha256 => DigestAlgorithm::Sha256,
        release::DigestAlgorithm::Sha384 => DigestAlgorithm::Sha384,
        release::DigestAlgorithm::Sha512 => DigestAlgorithm::Sha512,
    }
}

/// The chain's CID as the store knows it.
pub fn cid(root: &release::RootCid) -> Cid {
    let codec = match root.codec {
        release::BlockCodec::Raw => Codec::Raw,
        release::BlockCodec::DagPb => Codec::DagPb,
    };
    BlockId {
        codec,
        digest: root.digest,
    }
    .cid()
}
