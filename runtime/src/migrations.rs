//! What an upgrade does to state, and what happens where it cannot.

use crate::{Runtime, RuntimeCall, SuitRegistry, TxPause};
use alloc::vec::Vec;
use frame_support::{
    migrations::{FailedMigrationHandler, FailedMigrationHandling},
    traits::{GetCallMetadata, PalletInfoAccess, TransactionPause},
};
use pallet_tx_pause::{PalletCallNameOf, PalletNameOf};

/// Migrations that are done within the upgrade's own block: a bounded number of records.
pub type SingleBlock = ();

/// Migrations that go on over many blocks, in this order; while they do, blocks hold nothing but inherents. A migration
/// stays listed until every chain has done it.
#[cfg_attr(feature = "runtime-benchmarks", allow(dead_code))]
pub type MultiBlock = (pallet_suit_registry::migrations::MigrateV1ToV2<Runtime>,);

/// A migration that fails leaves records half old, half new. To publish on those could use a sequence number twice, so
/// every call of the registry that may be paused is; the chain goes on, because a chain that takes no calls cannot be mended: the
/// council authorises an upgrade that finishes the work, and unpauses.
pub struct PausePublishing;

impl FailedMigrationHandler for PausePublishing {
    fn failed(_migration: Option<u32>) -> FailedMigrationHandling {
        let pallet = SuitRegistry::name();
        for call in RuntimeCall::get_call_names(pallet) {
            let names: (Result<PalletNameOf<Runtime>, _>, Result<PalletCallNameOf<Runtime>, _>) =
                (Vec::from(pallet).try_into(), Vec::from(*call).try_into());
            if let (Ok(pallet), Ok(call)) = names {
                // A call that is paused already stays so.
                let _ = <TxPause as TransactionPause>::pause((pallet, call));
            }
        }
        FailedMigrationHandling::ForceUnstuck
    }
}
