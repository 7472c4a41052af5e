//! Storage nodes, their duty, and the seam between replication and the registry.

use crate::{
    bounds::{MAX_GATEWAY_URL, MAX_PEER_ID},
    ids::{NodeId, ReleaseId},
    release::{Demand, RootCid},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Where a storage node is reached.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct NodeAddresses {
    /// Its peer id on the chain's network: the multihash that the base58 text stands for.
    pub peer_id: BoundedVec<u8, ConstU32<MAX_PEER_ID>>,
    /// Origin of its gateway (`http://` or `https://`, host, port); empty for a node that serves none.
    pub gateway: BoundedVec<u8, ConstU32<MAX_GATEWAY_URL>>,
}

/// A storage node, as the runtime API shows it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct StorageNode {
    /// Its key.
    pub node: NodeId,
    /// Where it is reached.
    pub addresses: NodeAddresses,
    /// The last period it attested in.
    pub last_period: Option<u32>,
    /// Whether that is recent enough for its holdings to count.
    pub live: bool,
}

/// The attestation period that a state lies in.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct PeriodInfo {
    /// Number of the current period.
    pub current: u32,
    /// Length of a period in blocks.
    pub length: u32,
}

/// What the registry tells replication, and hears from it.
pub trait ReleaseSource {
    /// What the release asks for; `None` where it is unknown, revoked or pruned.
    fn demand(release: ReleaseId) -> Option<Demand>;
    /// Releases that may ask for bytes, after this one, at most `limit`, in an order of the source's own: every release
    /// with a demand is among them, and few others.
    fn candidates(after: Option<ReleaseId>, limit: u32) -> Vec<ReleaseId>;
    /// So many live storage nodes hold the release now. The registry latches its availability.
    fn note_replicas(release: ReleaseId, replicas: u32);
    /// Makes a release for benchmarks that asks for so many replicas, with as many payloads as there can be: another one for
    /// each number. `None` where it can't.
    #[cfg(feature = "runtime-benchmarks")]
    fn demanding(number: u32, replicas: u8) -> Option<ReleaseId>;
}

/// SHA-256 input that ranks a node for a release's payloads (rendezvous hashing): the nodes with the greatest digests
/// are on duty. Releases that share their payloads share their holders.
pub fn rank_preimage(node: &NodeId, roots: &[RootCid]) -> Vec<u8> {
    let mut out = b"suit-duty\0".to_vec();
    out.extend_from_slice(&node.0);
    for root in roots {
        out.extend_from_slice(&root.to_bytes());
    }
    out
}
