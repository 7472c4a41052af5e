//! A runtime with this pallet, balances and the extension that authorises calls.

use crate as pallet_suit_registry;
use crate::deposits::{BurnedFee, StoredBytes, StoredPrice};
use frame_support::{
    derive_impl, parameter_types,
    traits::{fungible::HoldConsideration, ConstU32, ConstU64, LinearStoragePrice},
};
use frame_system::EnsureRoot;
use sp_runtime::{testing::UintAuthorityId, traits::BlakeTwo256, BuildStorage};

pub type Extension = (frame_system::AuthorizeCall<Runtime>,);
pub type Header = sp_runtime::generic::Header<u64, BlakeTwo256>;
pub type UncheckedExtrinsic = sp_runtime::generic::UncheckedExtrinsic<u64, RuntimeCall, UintAuthorityId, Extension>;
pub type Block = sp_runtime::generic::Block<Header, UncheckedExtrinsic>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Runtime>;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Runtime>;
    #[runtime::pallet_index(2)]
    pub type SuitRegistry = pallet_suit_registry::Pallet<Runtime>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<u64>;
    type DbWeight = frame_support::weights::constants::RocksDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type AccountStore = System;
}

parameter_types! {
    pub const VendorReason: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(crate::HoldReason::Vendor);
    pub const KeyReason: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(crate::HoldReason::Key);
    pub const ProductReason: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(crate::HoldReason::Product);
    pub const ReleaseReason: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(crate::HoldReason::Release);
    pub const PayloadReason: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(crate::HoldReason::Payload);
    pub static Paused: bool = false;
    /// Of the permanent fee.
    pub static FeePerByte: u64 = 0;
}

/// Blocks before what loosens something takes effect.
pub const POLICY_DELAY: u32 = 20;
/// Available releases of a product that are kept.
pub const KEEP_RELEASES: u32 = 3;

type RecordPrice = LinearStoragePrice<ConstU64<100>, ConstU64<1>, u64>;

impl crate::Config for Runtime {
    type RegisterOrigin = crate::EnsureAdmitted<Runtime>;
    type CouncilOrigin = EnsureRoot<u64>;
    type VendorDeposit = HoldConsideration<u64, Balances, VendorReason, RecordPrice>;
    type KeyDeposit = HoldConsideration<u64, Balances, KeyReason, RecordPrice>;
    type ProductDeposit = HoldConsideration<u64, Balances, ProductReason, RecordPrice>;
    type ReleaseDeposit = HoldConsideration<u64, Balances, ReleaseReason, RecordPrice>;
    type PayloadDeposit = HoldConsideration<u64, Balances, PayloadReason, StoredPrice<ConstU64<10>, u64>, StoredBytes>;
    type PermanentFee = BurnedFee<Balances, ConstU64<1>, FeePerByte>;
    type PolicyDelay = ConstU32<POLICY_DELAY>;
    type KeepReleases = ConstU32<KEEP_RELEASES>;
    type PublishingPaused = Paused;
    type WeightInfo = crate::weights::SubstrateWeight<Runtime>;
}

/// Manages the vendor.
pub const ADMIN: u64 = 1;
/// Has nothing to do with the vendor, but has money.
pub const STRANGER: u64 = 2;
/// Has so much that a vendor, a key and a product can be paid, and no release.
pub const POOR: u64 = 3;

/// State at block 10 of a chain where admission is open or not.
pub fn chain(open_admission: bool) -> sp_io::TestExternalities {
    let genesis = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: vec![(ADMIN, 1_000_000), (STRANGER, 1_000_000), (POOR, 700)],
            ..Default::default()
        },
        suit_registry: crate::GenesisConfig {
            open_admission,
            ..Default::default()
        },
    };
    let mut state = sp_io::TestExternalities::new(genesis.build_storage().expect("the genesis is sound"));
    state.execute_with(|| System::set_block_number(10));
    state
}

/// Runs a test where admission is open, and checks that the state it leaves agrees with itself.
pub fn on_chain(test: impl FnOnce()) {
    chain(true).execute_with(|| {
        test();
        SuitRegistry::invariants().expect("the state agrees with itself");
    });
}
