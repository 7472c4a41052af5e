//! Who holds what: rendezvous hashing over the live storage nodes.
//!
//! Every live node is ranked for a release by SHA-256 over its key and the release's roots; the `replicas` greatest are
//! on duty. A node that comes or goes moves only its own share.

use crate::{
    types::{Holder, Presence},
    Config, HoldersOf, Holdings, Nodes, Pallet,
};
use alloc::{collections::BTreeMap, vec::Vec};
use suit_primitives::{
    release::{Demand, RootCid},
    replication::{rank_preimage, ReleaseSource},
    NodeId, ReleaseId,
};

/// Releases asked of the registry at a time.
const PAGE: u32 = 256;

/// A node's rank for a release.
type Rank = [u8; 32];

/// The nodes whose word counts in a period.
pub struct LiveNodes {
    period: u32,
    runs: BTreeMap<NodeId, Presence>,
}

/// A release in a node's care.
pub struct Share {
    /// What it asks for.
    pub demand: Demand,
    /// Whether the node is on duty for it. If not, the node holds it only until those on duty do.
    pub on_duty: bool,
}

impl LiveNodes {
    /// Reads them from state. Reads every registered node.
    pub fn load<T: Config>(period: u32) -> Self {
        let runs = Nodes::<T>::iter()
            .filter_map(|(node, record)| Some((node, record.v1().presence?)))
            .filter(|(_, run)| run.is_live(period))
            .collect();
        Self { period, runs }
    }

    /// Whether this holder counts: its node is live, and has been since it attested the release.
    pub fn counts(&self, holder: &Holder) -> bool {
        self.runs.get(&holder.node).is_some_and(|run| run.since <= holder.since)
    }

    /// So many of these holders count.
    pub fn count(&self, holders: &[Holder]) -> u32 {
        holders.iter().filter(|holder| self.counts(holder)).count() as u32
    }

    /// Whether `node` is on duty for what is demanded: `node` itself, live or not, ranked among the live nodes.
    pub fn is_on_duty(&self, node: &NodeId, demand: &Demand) -> bool {
        self.ahead(node, demand, |_| true) < usize::from(demand.replicas)
    }

    /// Whether `node` may gain what is demanded: it is on duty among the nodes that were live when the period began.
    /// A node that came within the period takes nobody's duty away before the next, so that what was true when an
    /// attestation was signed is true when it is checked. Whoever is on duty among all may gain.
    pub fn may_gain(&self, node: &NodeId, demand: &Demand) -> bool {
        self.ahead(node, demand, |run| run.since < self.period) < usize::from(demand.replicas)
    }

    /// The live nodes on duty, by rank.
    pub fn on_duty(&self, demand: &Demand) -> Vec<NodeId> {
        let roots = roots(demand);
        let mut ranked: Vec<_> = self.runs.keys().map(|node| (rank(node, &roots), *node)).collect();
        ranked.sort_unstable_by(|left, right| right.cmp(left));
        ranked
            .into_iter()
            .take(demand.replicas.into())
            .map(|(_, node)| node)
            .collect()
    }

    /// So many of the nodes that `eligible` takes rank above `node`.
    fn ahead(&self, node: &NodeId, demand: &Demand, eligible: impl Fn(&Presence) -> bool) -> usize {
        let roots = roots(demand);
        let own = (rank(node, &roots), *node);
        self.runs
            .iter()
            .filter(|(other, run)| *other != node && eligible(run))
            .filter(|(other, _)| (rank(other, &roots), **other) > own)
            .count()
    }
}

fn roots(demand: &Demand) -> Vec<RootCid> {
    demand.payloads.iter().map(|payload| payload.v1().root).collect()
}

fn rank(node: &NodeId, roots: &[RootCid]) -> Rank {
    sp_io::hashing::sha2_256(&rank_preimage(node, roots))
}

/// Everything in `node`'s care: what it is on duty for, and what it holds and those on duty do not all hold yet; by release. Reads
/// every release that may ask for bytes: for runtime APIs and the off-chain worker only.
pub fn shares<T: Config>(node: &NodeId, live: &LiveNodes) -> Vec<Share> {
    let mut shares = Vec::new();
    let mut after: Option<ReleaseId> = None;
    loop {
        let page = T::Releases::candidates(after, PAGE);
        for release in &page {
            let Some(demand) = T::Releases::demand(*release) else {
                continue;
            };
            if live.is_on_duty(node, &demand) {
                shares.push(Share { demand, on_duty: true });
            } else if Holdings::<T>::contains_key(node, release) && !is_met::<T>(*release, &demand, live) {
                shares.push(Share { demand, on_duty: false });
            }
        }
        match page.last() {
            Some(last) if page.len() >= PAGE as usize => after = Some(*last),
            _ => {
                shares.sort_unstable_by_key(|share: &Share| share.demand.release);
                return shares;
            }
        }
    }
}

/// Whether every node on duty holds the release.
fn is_met<T: Config>(release: ReleaseId, demand: &Demand, live: &LiveNodes) -> bool {
    let holders = HoldersOf::<T>::get(release);
    let holds = |node: &NodeId| holders.iter().any(|holder| holder.node == *node && live.counts(holder));
    let on_duty = live.on_duty(demand);
    !on_duty.is_empty() && on_duty.iter().all(holds)
}

impl<T: Config> Pallet<T> {
    /// What falls to this node, as `SuitReplicationApi::duty` answers it: what it is on duty for, and what it must keep
    /// until those on duty hold it. Nothing for a node that is not registered.
    pub fn duty(node: NodeId) -> Vec<Demand> {
        if !Nodes::<T>::contains_key(node) {
            return Vec::new();
        }
        let live = LiveNodes::load::<T>(Self::current_period());
        shares::<T>(&node, &live)
            .into_iter()
            .map(|share| share.demand)
            .collect()
    }

    /// Live storage nodes that attested the release, as `SuitReplicationApi::holders` answers it.
    pub fn holders(release: ReleaseId) -> Vec<NodeId> {
        let live = LiveNodes::load::<T>(Self::current_period());
        let holders = HoldersOf::<T>::get(release);
        holders
            .iter()
            .filter(|holder| live.counts(holder))
            .map(|holder| holder.node)
            .collect()
    }
}
