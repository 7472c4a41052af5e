//! Records of storage nodes and of what they hold.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use suit_primitives::{replication::NodeAddresses, NodeId};

/// Periods that may pass after a node's last attestation before its holdings stop to count: the current period need
/// not be attested yet, the one before it must be.
pub const GRACE_PERIODS: u32 = 1;

/// A storage node's record. The SCALE index is its version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub enum NodeRecord<AccountId, Ticket> {
    /// Version 1.
    #[codec(index = 1)]
    V1(NodeRecordV1<AccountId, Ticket>),
}

/// A storage node's record, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct NodeRecordV1<AccountId, Ticket> {
    /// The account that registered it and may remove it.
    pub owner: AccountId,
    /// The deposit, given back on removal.
    pub deposit: Ticket,
    /// Where it is reached.
    pub addresses: NodeAddresses,
    /// Block that registered it.
    pub registered_at: u32,
    /// The run of periods that it attested, up to the last; `None` before the first attestation.
    pub presence: Option<Presence>,
}

impl<AccountId, Ticket> NodeRecord<AccountId, Ticket> {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &NodeRecordV1<AccountId, Ticket> {
        match self {
            NodeRecord::V1(record) => record,
        }
    }

    /// The same, to change.
    pub fn v1_mut(&mut self) -> &mut NodeRecordV1<AccountId, Ticket> {
        match self {
            NodeRecord::V1(record) => record,
        }
    }

    /// The same, to take apart.
    pub fn into_v1(self) -> NodeRecordV1<AccountId, Ticket> {
        match self {
            NodeRecord::V1(record) => record,
        }
    }

    /// The last period that the node attested in.
    pub fn last_period(&self) -> Option<u32> {
        self.v1().presence.map(|presence| presence.last)
    }
}

/// An unbroken run of attested periods. What the node attested before the run began has lapsed.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct Presence {
    /// First period of the run.
    pub since: u32,
    /// Last period attested.
    pub last: u32,
}

impl Presence {
    /// Whether the last attestation is recent enough in period `current`.
    pub fn is_live(&self, current: u32) -> bool {
        self.last >= current.saturating_sub(GRACE_PERIODS)
    }

    /// The run after an attestation in `period`: the old one grows, or a new one begins.
    pub fn attested(before: Option<Self>, period: u32) -> Self {
        match before {
            Some(run) if run.is_live(period) => Self {
                since: run.since,
                last: period,
            },
            _ => Self {
                since: period,
                last: period,
            },
        }
    }
}

/// A node that attested a release. It counts while the node's run of attestations that began by `since` goes on.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct Holder {
    /// The node.
    pub node: NodeId,
    /// The period in which it attested the release.
    pub since: u32,
}
