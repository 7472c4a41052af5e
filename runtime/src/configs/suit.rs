//! The registry and replication.

use super::accounts::{Deposit, RecordPrice};
use super::{governance::MoreThanHalf, pausing::PublishingPaused};
use crate::{Balance, Balances, Runtime, RuntimeHoldReason, SuitRegistry, MICRO_UNIT, MILLI_UNIT, SLOT_DURATION};
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, Footprint},
};
use pallet_suit_registry::{
    deposits::{BurnedFee, StoredBytes, StoredPrice},
    EnsureAdmitted, HoldReason as Registry,
};
use pallet_suit_replication::HoldReason as Replication;

parameter_types! {
    pub const VendorHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Vendor);
    pub const KeyHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Key);
    pub const ProductHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Product);
    pub const ReleaseHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Release);
    pub const PayloadHold: RuntimeHoldReason = RuntimeHoldReason::SuitRegistry(Registry::Payload);
    pub const NodeHold: RuntimeHoldReason = RuntimeHoldReason::SuitReplication(Replication::StorageNode);
}

/// A tenth of a token a release, and a millionth a byte of envelope.
pub struct ReleasePrice;
impl sp_runtime::traits::Convert<Footprint, Balance> for ReleasePrice {
    fn convert(footprint: Footprint) -> Balance {
        let records = Balance::from(footprint.count).saturating_mul(MILLI_UNIT * 100);
        records.saturating_add(Balance::from(footprint.size).saturating_mul(MICRO_UNIT))
    }
}

/// A thousandth of a token a mebibyte and replica of payload.
type PayloadPrice = StoredPrice<ConstU128<MILLI_UNIT>, Balance>;

/// Burned for what stays for ever: a thousandth of a token a record, and ten millionths a byte.
type Forever = BurnedFee<Balances, ConstU128<MILLI_UNIT>, ConstU128<{ MICRO_UNIT * 10 }>>;

/// A day, so that a vendor notices what a stolen admin account loosens.
const POLICY_DELAY: u32 = (24 * 60 * 60 * 1_000 / SLOT_DURATION) as u32;
/// Available releases of a product whose envelopes the chain keeps.
const KEEP_RELEASES: u32 = 8;

impl pallet_suit_registry::Config for Runtime {
    type RegisterOrigin = EnsureAdmitted<Runtime>;
    type VendorDeposit = Deposit<VendorHold, RecordPrice, Footprint>;
    type KeyDeposit = Deposit<KeyHold, RecordPrice, Footprint>;
    type ProductDeposit = Deposit<ProductHold, RecordPrice, Footprint>;
    type CouncilOrigin = MoreThanHalf;
    type ReleaseDeposit = Deposit<ReleaseHold, ReleasePrice, Footprint>;
    type PayloadDeposit = Deposit<PayloadHold, PayloadPrice, StoredBytes>;
    type PermanentFee = Forever;
    type PolicyDelay = ConstU32<POLICY_DELAY>;
    type KeepReleases = ConstU32<KEEP_RELEASES>;
    type PublishingPaused = PublishingPaused;
    type WeightInfo = pallet_suit_registry::weights::SubstrateWeight<Runtime>;
}

impl pallet_suit_replication::Config for Runtime {
    /// Storage nodes are admitted as vendors are.
    type RegisterOrigin = EnsureAdmitted<Runtime>;
    type Consideration = Deposit<NodeHold, RecordPrice, Footprint>;
    type Releases = SuitRegistry;
    type WeightInfo = pallet_suit_replication::weights::SubstrateWeight<Runtime>;
}
