//! Block production, finality and time, and the nodes that see to them.

use super::{accounts::record_deposit, governance::TwoThirds};
use crate::{opaque::SessionKeys, AccountId, Aura, Balance, Balances, Grandpa, Registrars, Runtime, RuntimeEvent};
use frame_support::traits::{ConstBool, ConstU128, ConstU32, ConstU64};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::traits::ConvertInto;

/// Length of a slot in milliseconds: a constant of the chain.
pub const SLOT_DURATION: u64 = 2_000;
/// Most registration nodes. A device reads the whole set at every hand-off.
pub const MAX_REGISTRARS: u32 = 64;
/// Held for an account's session keys: both keys, and a record for each that leads back to the account.
const KEYS_DEPOSIT: Balance = record_deposit(3, 192);

impl pallet_timestamp::Config for Runtime {
    /// Milliseconds since the Unix epoch.
    type Moment = u64;
    type OnTimestampSet = Aura;
    type MinimumPeriod = ConstU64<{ SLOT_DURATION / 2 }>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_aura::Config for Runtime {
    type AuthorityId = AuraId;
    type DisabledValidators = ();
    type MaxAuthorities = ConstU32<MAX_REGISTRARS>;
    type AllowMultipleBlocksPerSlot = ConstBool<false>;
    type SlotDuration = ConstU64<SLOT_DURATION>;
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    /// A registration node is known by the account that set its keys.
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Registrars;
    type NextSessionRotation = Registrars;
    type SessionManager = Registrars;
    type SessionHandler = (Aura, Grandpa);
    type Keys = SessionKeys;
    /// Equivocations are not reported, so nobody is disabled.
    type DisablingStrategy = ();
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = ConstU128<KEYS_DEPOSIT>;
}

/// Whoever changes the set hands finality on: two thirds of the council.
impl pallet_registrars::Config for Runtime {
    type ChangeOrigin = TwoThirds;
    type MaxRegistrars = ConstU32<MAX_REGISTRARS>;
    type WeightInfo = pallet_registrars::weights::SubstrateWeight<Runtime>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<MAX_REGISTRARS>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<0>;
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}
