//! Acting together, for another, and several times at once.

use super::accounts::record_deposit;
use crate::{Balance, Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{ConstU128, ConstU32, InstanceFilter};
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

/// A multisig's open operation, and each signatory of it.
const MULTISIG_BASE: Balance = record_deposit(1, 88);
const MULTISIG_FACTOR: Balance = record_deposit(0, 32);
/// An account's list of proxies, and each of them.
const PROXY_BASE: Balance = record_deposit(1, 8);
const PROXY_FACTOR: Balance = record_deposit(0, 37);
/// A proxy's list of announcements, and each of them.
const ANNOUNCEMENT_BASE: Balance = record_deposit(1, 8);
const ANNOUNCEMENT_FACTOR: Balance = record_deposit(0, 68);

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = ConstU128<MULTISIG_BASE>;
    type DepositFactor = ConstU128<MULTISIG_FACTOR>;
    type MaxSignatories = ConstU32<64>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}

/// What a proxy may do for the account that it stands for.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Everything but sending the account's balance elsewhere.
    #[codec(index = 1)]
    NonTransfer,
    /// Voting and proposing in the council, so that a member's own key can stay in a safe.
    #[codec(index = 2)]
    Council,
    /// Publishing releases, and nothing else: for a build server, which is easier to break into than a safe.
    #[codec(index = 3)]
    Publish,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::NonTransfer => !matches!(call, RuntimeCall::Balances(_)),
            Self::Council => matches!(call, RuntimeCall::Council(_)),
            Self::Publish => matches!(
                call,
                RuntimeCall::SuitRegistry(pallet_suit_registry::Call::publish { .. })
            ),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::NonTransfer, Self::Council | Self::Publish) => true,
            (this, that) => this == that,
        }
    }
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ConstU128<PROXY_BASE>;
    type ProxyDepositFactor = ConstU128<PROXY_FACTOR>;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = ConstU128<ANNOUNCEMENT_BASE>;
    type AnnouncementDepositFactor = ConstU128<ANNOUNCEMENT_FACTOR>;
    type BlockNumberProvider = System;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}
