//! Vendors: registered, handed on, retired.

use crate::{
    checks::names,
    deposits::{self, PermanentFee},
    pallet::{Config, Error, Event, Keys, KeysOf, Pallet, Vendors},
    types::{Domain, KeyRecord, Paid, Pending, Publishers, VendorRecord, VendorV1},
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{Consideration, Footprint, Get},
};
use sp_runtime::DispatchError;
use suit_manifest::uuid;
use suit_primitives::{
    apis::{KeyStatus, VendorStatus},
    bounds::{MAX_PUBLISHERS, MAX_SIGNERS},
    refusal::Refusal,
    KeyId, VendorId,
};

pub(crate) type VendorOf<T> = VendorV1<<T as frame_system::Config>::AccountId, <T as Config>::VendorDeposit>;

/// Bytes that are left of a vendor or a product for ever, beside its name.
pub(crate) const TOMBSTONE: usize = 128;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_vendor(admin: T::AccountId, domain: &[u8]) -> DispatchResult {
        let name = names::domain(domain).map_err(Error::<T>::from)?;
        let vendor = VendorId(uuid::vendor_id(name));
        let domain = domain.to_vec().try_into().map_err(|_| Error::<T>::BadDomain)?;
        Self::register(admin, vendor, domain)
    }

    pub(crate) fn do_register_vendor_by_uuid(admin: T::AccountId, id: [u8; 16]) -> DispatchResult {
        names::own_uuid(&id).map_err(Error::<T>::from)?;
        Self::register(admin, VendorId(id), Domain::default())
    }

    fn register(admin: T::AccountId, vendor: VendorId, domain: Domain) -> DispatchResult {
        ensure!(!Vendors::<T>::contains_key(vendor), Error::<T>::AlreadyExists);
        let publishers = Publishers::try_from(alloc::vec![admin.clone()]).map_err(|_| Error::<T>::TooMany)?;
        charge::<T>(&admin, domain.len().saturating_add(TOMBSTONE))?;
        let deposit = hold::<T, _, _>(&admin, vendor_footprint(domain.len(), &publishers))?;
        Self::deposit_event(Event::VendorRegistered {
            vendor,
            domain: domain.clone(),
            admin: admin.clone(),
        });
        let record = VendorV1 {
            domain,
            admin,
            offered_to: None,
            publishers,
            status: VendorStatus::Active,
            threshold: 1,
            pending_threshold: None,
            products: 0,
            handovers: 0,
            registered_at: Self::now(),
            deposit: Some(deposit),
        };
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Ok(())
    }

    pub(crate) fn do_set_publishers(
        who: &T::AccountId,
        vendor: VendorId,
        mut publishers: Vec<T::AccountId>,
    ) -> DispatchResult {
        let mut record = Self::managed_by(who, vendor)?;
        // Bounded before it is sorted.
        ensure!(publishers.len() <= MAX_PUBLISHERS as usize, Error::<T>::TooMany);
        publishers.sort_unstable();
        publishers.dedup();
        record.publishers = Publishers::try_from(publishers.clone()).map_err(|_| Error::<T>::TooMany)?;
        let footprint = vendor_footprint(record.domain.len(), &record.publishers);
        record.deposit = match record.deposit {
            Some(Paid { payer, ticket }) => {
                let ticket = ticket.update(&payer, footprint).map_err(not_available::<T>)?;
                Some(Paid { payer, ticket })
            }
            None => None,
        };
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Self::deposit_event(Event::PublishersSet { vendor, publishers });
        Ok(())
    }

    pub(crate) fn do_transfer_vendor(who: &T::AccountId, vendor: VendorId, to: T::AccountId) -> DispatchResult {
        let mut record = Self::managed_by(who, vendor)?;
        record.offered_to = Some(to.clone());
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Self::deposit_event(Event::TransferOffered { vendor, to });
        Ok(())
    }

    pub(crate) fn do_cancel_transfer(who: &T::AccountId, vendor: VendorId) -> DispatchResult {
        let mut record = Self::managed_by(who, vendor)?;
        ensure!(record.offered_to.take().is_some(), Error::<T>::TransferNotFound);
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Self::deposit_event(Event::TransferCancelled { vendor });
        Ok(())
    }

    /// Whoever managed it before must not go on publishing, so the list of publishers starts over.
    pub(crate) fn do_accept_vendor(who: T::AccountId, vendor: VendorId) -> DispatchResult {
        let mut record = Vendors::<T>::get(vendor).ok_or(Error::<T>::VendorNotFound)?.into_v1();
        ensure!(record.offered_to.as_ref() == Some(&who), Error::<T>::TransferNotFound);
        record.offered_to = None;
        record.publishers = Publishers::try_from(alloc::vec![who.clone()]).map_err(|_| Error::<T>::TooMany)?;
        let footprint = vendor_footprint(record.domain.len(), &record.publishers);
        give_back::<T, _, _>(record.deposit.take())?;
        record.deposit = Some(hold::<T, _, _>(&who, footprint)?);
        let from = core::mem::replace(&mut record.admin, who.clone());
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Self::deposit_event(Event::VendorTransferred { vendor, from, to: who });
        Ok(())
    }

    pub(crate) fn do_set_threshold(who: &T::AccountId, vendor: VendorId, threshold: u8) -> DispatchResult {
        let mut record = Self::managed_by(who, vendor)?;
        ensure!((1..=MAX_SIGNERS).contains(&u32::from(threshold)), Error::<T>::BadPolicy);
        let now = Self::now();
        record.threshold = record.threshold_at(now);
        let from = if threshold >= record.threshold {
            record.threshold = threshold;
            record.pending_threshold = None;
            now
        } else {
            let from = now.saturating_add(T::PolicyDelay::get());
            record.pending_threshold = Some(Pending { value: threshold, from });
            from
        };
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Self::deposit_event(Event::ThresholdSet {
            vendor,
            threshold,
            from,
        });
        Ok(())
    }

    /// Answers how many keys were live.
    pub(crate) fn do_retire_vendor(who: &T::AccountId, vendor: VendorId) -> Result<u32, DispatchError> {
        let mut record = Self::managed_by(who, vendor)?;
        ensure!(record.status == VendorStatus::Active, Error::<T>::VendorNotActive);
        ensure!(record.products == 0, Error::<T>::InUse);
        let keys = KeysOf::<T>::take(vendor);
        for key in &keys {
            Self::retire_key(vendor, *key)?;
        }
        record.status = VendorStatus::Retired;
        record.publishers = Publishers::default();
        record.offered_to = None;
        record.pending_threshold = None;
        give_back::<T, _, _>(record.deposit.take())?;
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Self::deposit_event(Event::VendorRetired { vendor });
        Ok(u32::try_from(keys.len()).unwrap_or(u32::MAX))
    }

    fn retire_key(vendor: VendorId, key: KeyId) -> DispatchResult {
        let Some(mut record) = Keys::<T>::get(vendor, key).map(KeyRecord::into_v1) else {
            return Ok(());
        };
        record.status = KeyStatus::Rotated { at: Self::now() };
        give_back::<T, _, _>(record.deposit.take())?;
        Keys::<T>::insert(vendor, key, KeyRecord::V1(record));
        Self::deposit_event(Event::KeyRotated {
            vendor,
            key,
            successor: None,
        });
        Ok(())
    }

    /// The vendor, where this account is its admin and it is not retired.
    pub(crate) fn managed_by(who: &T::AccountId, vendor: VendorId) -> Result<VendorOf<T>, DispatchError> {
        let record = Vendors::<T>::get(vendor).ok_or(Error::<T>::VendorNotFound)?.into_v1();
        ensure!(record.admin == *who, Error::<T>::NotAuthorized);
        ensure!(record.status != VendorStatus::Retired, Error::<T>::VendorNotActive);
        Ok(record)
    }
}

/// Takes a deposit.
pub(crate) fn hold<T: Config, C: Consideration<T::AccountId, F>, F>(
    who: &T::AccountId,
    footprint: F,
) -> Result<Paid<T::AccountId, C>, Error<T>> {
    let ticket = C::new(who, footprint).map_err(not_available::<T>)?;
    Ok(Paid {
        payer: who.clone(),
        ticket,
    })
}

/// Gives a deposit back to whoever paid it.
pub(crate) fn give_back<T: Config, C: Consideration<T::AccountId, F>, F>(
    paid: Option<Paid<T::AccountId, C>>,
) -> DispatchResult {
    match paid {
        Some(Paid { payer, ticket }) => ticket.drop(&payer),
        None => Ok(()),
    }
}

/// Takes the fee for so many bytes that stay for ever.
pub(crate) fn charge<T: Config>(who: &T::AccountId, bytes: usize) -> Result<(), Error<T>> {
    T::PermanentFee::charge(who, bytes as u64).map_err(not_available::<T>)
}

/// Whatever the reason of the account's, for the caller it is this one.
pub(crate) fn not_available<T: Config>(_: DispatchError) -> Error<T> {
    Refusal::DepositNotAvailable.into()
}

fn vendor_footprint<AccountId: Encode>(domain: usize, publishers: &Publishers<AccountId>) -> Footprint {
    deposits::record(domain.saturating_add(publishers.encoded_size()))
}
