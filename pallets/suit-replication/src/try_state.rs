//! What must hold of the pallet's state after every block.

use crate::{Config, Departing, HoldersOf, Holdings, Nodes, NodesByPeer, Pallet};
use alloc::vec::Vec;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks the state's invariants.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let current = Self::current_period();
        for (node, record) in Nodes::<T>::iter() {
            let record = record.into_v1();
            ensure!(
                NodesByPeer::<T>::get(&record.addresses.peer_id) == Some(node),
                "a node's peer id leads elsewhere"
            );
            ensure!(
                !Departing::<T>::contains_key(node),
                "a node is registered and departing"
            );
            if let Some(run) = record.presence {
                ensure!(
                    run.since <= run.last && run.last <= current,
                    "a node attested in a period that is not yet"
                );
            }
        }
        ensure!(
            NodesByPeer::<T>::iter().count() == Nodes::<T>::iter().count(),
            "a peer id has no node"
        );
        ensure!(
            Nodes::<T>::iter().count() == Nodes::<T>::count() as usize,
            "the count of nodes is off"
        );

        let mut entries = 0usize;
        for (release, holders) in HoldersOf::<T>::iter() {
            ensure!(!holders.is_empty(), "an empty list of holders is stored");
            let nodes: Vec<_> = holders.iter().map(|holder| holder.node).collect();
            ensure!(nodes.windows(2).all(|pair| pair[0] < pair[1]), "holders are not sorted");
            for holder in &holders {
                ensure!(
                    Holdings::<T>::contains_key(holder.node, release),
                    "a holder has no such holding"
                );
                ensure!(holder.since <= current, "a holding began in a period that is not yet");
            }
            entries += holders.len();
        }
        ensure!(Holdings::<T>::iter().count() == entries, "a holding has no such holder");
        for (node, _, ()) in Holdings::<T>::iter() {
            ensure!(
                Nodes::<T>::contains_key(node) || Departing::<T>::contains_key(node),
                "a holding belongs to no node"
            );
        }
        Ok(())
    }
}
