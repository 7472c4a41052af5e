//! The registry and replication.

use super::accounts::{Deposit, RecordPrice};
use crate::{Balance, Runtime, RuntimeHoldReason, SuitRegistry, MICRO_UNIT, MILLI_UNIT};
use frame_support::{
    parameter_types,
    traits::{ConstU128, Footprint},
};
use pallet_suit_registry::{
    deposits::{ReleaseFootprint, ReleasePrice},
    EnsureAdmitted, HoldReason as Registry,
};
use pallet_suit_replication::HoldReason as Replication;

parameter_types! {
    pub const VendorHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Vendor);
    pub const KeyHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Key);
    pub const ProductHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Product);
    pub const ReleaseHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Release);
    pub const NodeHold: RuntimeHoldReason = RuntimeHoldReason::SuitReplication(Replication::StorageNode);
}

/// A tenth of a token a release, a thousandth of a thousandth a byte of envelope, and a thousandth a mebibyte and
/// replica of payload.
type ReleaseDepositPrice =
    ReleasePrice<ConstU128<{ MILLI_UNIT * 100 }>, ConstU128<MICRO_UNIT>, ConstU128<MILLI_UNIT>, Balance>;

impl pallet_suit_registry::Config for Runtime {
    type RegisterOrigin = EnsureAdmitted<Runtime>;
    type VendorDeposit = Deposit<VendorHold, RecordPrice, Footprint>;
    type KeyDeposit = Deposit<KeyHold, RecordPrice, Footprint>;
    type ProductDeposit = Deposit<ProductHold, RecordPrice, Footprint>;
    type ReleaseDeposit = Deposit<ReleaseHold, ReleaseDepositPrice, ReleaseFootprint>;
    type WeightInfo = pallet_suit_registry::weights::DerivedWeight<Runtime>;
}

impl pallet_suit_replication::Config for Runtime {
    /// Storage nodes are admitted as vendors are.
    type RegisterOrigin = EnsureAdmitted<Runtime>;
    type Consideration = Deposit<NodeHold, RecordPrice, Footprint>;
    type Releases = SuitRegistry;
    type WeightInfo = pallet_suit_replication::weights::SubstrateWeight<Runtime>;
}
