//! What the council may pause, and what it may not.

use super::governance::MoreThanHalf;
use crate::{Balances, Runtime, RuntimeCall, RuntimeEvent, SuitRegistry, SuitReplication, TxPause};
use frame_support::traits::{ConstU32, Contains, Get, GetCallMetadata, PalletInfoAccess};
use pallet_tx_pause::RuntimeCallNameOf;

/// Calls of the replication pallet that no pause may reach: without attestations, every replica lapses.
const ATTEST: &str = "attest";

impl pallet_tx_pause::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PauseOrigin = MoreThanHalf;
    type UnpauseOrigin = MoreThanHalf;
    type WhitelistedCalls = NeverPaused;
    type MaxNameLen = ConstU32<128>;
    type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}

/// Calls of the registry that no pause may reach: whoever lost a key, or published something bad, must be able to withdraw.
const WITHDRAW: [&str; 6] = [
    "revoke_key",
    "revoke_release",
    "suspend_release",
    "void_credentials",
    "emergency_revoke_release",
    "emergency_suspend_release",
];

/// Calls that cannot be paused: all but those that are about vendors, publishing, storage nodes and balances.
///
/// What keeps the chain alive and governed is not among those: blocks and their times, sessions, the council and what
/// it decides, attestations, withdrawing what is bad, and the ways (multisig, proxy, batch) in which council members may act. A name that no
/// call has counts as one that cannot be paused, so that a slip of the pen is refused instead of pausing nothing.
pub struct NeverPaused;

impl Contains<RuntimeCallNameOf<Runtime>> for NeverPaused {
    fn contains((pallet, call): &RuntimeCallNameOf<Runtime>) -> bool {
        let (Ok(pallet), Ok(call)) = (core::str::from_utf8(pallet), core::str::from_utf8(call)) else {
            return true;
        };
        let pausable = [SuitRegistry::name(), SuitReplication::name(), Balances::name()];
        if !pausable.contains(&pallet) || !RuntimeCall::get_call_names(pallet).contains(&call) {
            return true;
        }
        pallet == SuitReplication::name() && call == ATTEST
            || pallet == SuitRegistry::name() && WITHDRAW.contains(&call)
    }
}

/// Whether publishing on the authors' own word is paused, for whoever wants to say so before a transaction is made.
pub struct PublishingPaused;

impl Get<bool> for PublishingPaused {
    fn get() -> bool {
        TxPause::is_paused_unbound(SuitRegistry::name().into(), b"publish_authorized".to_vec())
    }
}
