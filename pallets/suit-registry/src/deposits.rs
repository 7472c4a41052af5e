//! What is paid: deposits for what can be taken back, fees for what stays.

use core::marker::PhantomData;
use frame_support::traits::{
    fungible::Mutate,
    tokens::{Fortitude, Precision, Preservation},
    Footprint, Get,
};
use sp_runtime::{traits::Convert, DispatchResult, Saturating};

/// Bytes of payload times the replicas that a policy asks for: what storage nodes keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StoredBytes(pub u64);

/// A price of so much a started mebibyte that storage nodes keep.
pub struct StoredPrice<PerMebibyte, Balance>(PhantomData<(PerMebibyte, Balance)>);

impl<PerMebibyte, Balance> Convert<StoredBytes, Balance> for StoredPrice<PerMebibyte, Balance>
where
    PerMebibyte: Get<Balance>,
    Balance: From<u64> + Saturating,
{
    fn convert(StoredBytes(bytes): StoredBytes) -> Balance {
        Balance::from(bytes.div_ceil(1 << 20)).saturating_mul(PerMebibyte::get())
    }
}

/// What is paid for records that stay for ever: tombstones, digests, signers. It never comes back.
pub trait PermanentFee<AccountId> {
    /// Takes the fee for one record of so many bytes.
    fn charge(who: &AccountId, bytes: u64) -> DispatchResult;
}

/// A permanent fee that is burned: so much a record, and so much a byte.
pub struct BurnedFee<Currency, PerRecord, PerByte>(PhantomData<(Currency, PerRecord, PerByte)>);

impl<AccountId, Currency, PerRecord, PerByte> PermanentFee<AccountId> for BurnedFee<Currency, PerRecord, PerByte>
where
    AccountId: Eq,
    Currency: Mutate<AccountId>,
    Currency::Balance: From<u64>,
    PerRecord: Get<Currency::Balance>,
    PerByte: Get<Currency::Balance>,
{
    fn charge(who: &AccountId, bytes: u64) -> DispatchResult {
        let amount = PerByte::get()
            .saturating_mul(bytes.into())
            .saturating_add(PerRecord::get());
        Currency::burn_from(who, amount, Preservation::Preserve, Precision::Exact, Fortitude::Polite).map(|_| ())
    }
}

/// Footprint of one record with this many bytes of variable length.
pub(crate) fn record(bytes: usize) -> Footprint {
    Footprint {
        count: 1,
        size: bytes as u64,
    }
}
