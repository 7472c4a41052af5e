//! Periods, and the nodes as they stand in the current one.

use crate::{Config, NodeRecordOf, Nodes, Pallet, PeriodLength};
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::{traits::Zero, SaturatedConversion};
use suit_primitives::{
    replication::{PeriodInfo, StorageNode},
    NodeId,
};

impl<T: Config> Pallet<T> {
    /// Genesis hash of this chain.
    pub(crate) fn genesis() -> H256 {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }

    pub(crate) fn block_number() -> u32 {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Length of a period in blocks, at least 1.
    pub fn period_length() -> u32 {
        PeriodLength::<T>::get().max(1)
    }

    /// The period that a block lies in.
    pub fn period_of(block: u32) -> u32 {
        block.checked_div(Self::period_length()).unwrap_or_default()
    }

    /// The current period.
    pub fn current_period() -> u32 {
        Self::period_of(Self::block_number())
    }

    /// Blocks until the next period begins: 1 in the last block of a period.
    pub(crate) fn blocks_left() -> u32 {
        let length = Self::period_length();
        length.saturating_sub(Self::block_number().checked_rem(length).unwrap_or_default())
    }

    /// The attestation period, as `SuitReplicationApi::period` answers it.
    pub fn period() -> PeriodInfo {
        PeriodInfo {
            current: Self::current_period(),
            length: Self::period_length(),
        }
    }

    /// A registered storage node, as `SuitReplicationApi::node` answers it.
    pub fn node(node: NodeId) -> Option<StorageNode> {
        Nodes::<T>::get(node).map(|record| Self::storage_node(node, record))
    }

    /// All registered storage nodes, sorted by key, as `SuitReplicationApi::nodes` answers it.
    pub fn nodes() -> Vec<StorageNode> {
        let mut nodes: Vec<_> = Nodes::<T>::iter()
            .map(|(node, record)| Self::storage_node(node, record))
            .collect();
        nodes.sort_by_key(|node| node.node);
        nodes
    }

    fn storage_node(node: NodeId, record: NodeRecordOf<T>) -> StorageNode {
        let current = Self::current_period();
        let record = record.into_v1();
        StorageNode {
            node,
            addresses: record.addresses,
            last_period: record.presence.map(|run| run.last),
            live: record.presence.is_some_and(|run| run.is_live(current)),
        }
    }
}
