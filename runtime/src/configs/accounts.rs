//! Accounts, their balances and what transactions cost.

use crate::{
    AccountId, Balance, Balances, Runtime, RuntimeCall, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
    MICRO_UNIT, MILLI_UNIT,
};
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU8, VariantCountOf},
    weights::{constants::ExtrinsicBaseWeight, WeightToFeeCoefficient, WeightToFeeCoefficients, WeightToFeePolynomial},
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use smallvec::smallvec;
use sp_runtime::{FixedPointNumber, Perbill, Perquintill};

/// Smallest balance an account may have.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_UNIT;

impl pallet_balances::Config for Runtime {
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ();
    type ReserveIdentifier = [u8; 8];
    type Balance = Balance;
    type RuntimeEvent = RuntimeEvent;
    type DustRemoval = ();
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type AccountStore = System;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type DoneSlashHandler = ();
}

/// An empty transaction costs a tenth of a thousandth of a token; computation costs in proportion.
pub struct WeightToFee;
impl WeightToFeePolynomial for WeightToFee {
    type Balance = Balance;

    fn polynomial() -> WeightToFeeCoefficients<Balance> {
        let price = MILLI_UNIT / 10;
        let base = Balance::from(ExtrinsicBaseWeight::get().ref_time());
        smallvec![WeightToFeeCoefficient {
            degree: 1,
            negative: false,
            coeff_frac: Perbill::from_rational(price % base, base),
            coeff_integer: price / base,
        }]
    }
}

/// A byte of a transaction costs a millionth of a token.
pub struct LengthToFee;
impl WeightToFeePolynomial for LengthToFee {
    type Balance = Balance;

    fn polynomial() -> WeightToFeeCoefficients<Balance> {
        smallvec![WeightToFeeCoefficient {
            degree: 1,
            negative: false,
            coeff_frac: Perbill::zero(),
            coeff_integer: MICRO_UNIT,
        }]
    }
}

parameter_types! {
    pub TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(1, 100_000);
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
    pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(1_000_000);
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, ()>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightToFee = WeightToFee;
    type LengthToFee = LengthToFee;
    type FeeMultiplierUpdate =
        TargetedFeeAdjustment<Runtime, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

/// The sudo key is set by the development preset and by no other.
impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

/// What is held for records in state: so much for each, and so much for each byte.
pub const fn record_deposit(records: u128, bytes: u128) -> Balance {
    records * MILLI_UNIT * 100 + bytes * MILLI_UNIT
}

/// The same for whatever reckons with a footprint.
pub struct RecordPrice;
impl sp_runtime::traits::Convert<frame_support::traits::Footprint, Balance> for RecordPrice {
    fn convert(footprint: frame_support::traits::Footprint) -> Balance {
        let records = Balance::from(footprint.count).saturating_mul(MILLI_UNIT * 100);
        records.saturating_add(Balance::from(footprint.size).saturating_mul(MILLI_UNIT))
    }
}

/// A deposit held on an account for this reason at this price.
pub type Deposit<Reason, Price, Footprint> =
    frame_support::traits::fungible::HoldConsideration<AccountId, Balances, Reason, Price, Footprint>;
