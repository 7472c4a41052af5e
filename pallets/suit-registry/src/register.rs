//! Vendors, keys, products, publishers.

use crate::{
    checks::names,
    crypto::HostCrypto,
    deposits,
    pallet::{Config, Error, Event, Keys, KeysOf, Pallet, Products, Vendors},
    types::{KeyRecord, KeyV1, ProductRecord, ProductV1, Publishers, VendorRecord, VendorStatus, VendorV1},
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{Consideration, Footprint},
};
use sp_runtime::DispatchError;
use suit_manifest::{cose, uuid};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey},
    bounds::{MAX_COSE_KEY, MAX_PUBLISHERS},
    refusal::Refusal,
    release::Policy,
    ClassId, KeyId, ProductId, VendorId,
};

type VendorOf<T> = VendorV1<<T as frame_system::Config>::AccountId, <T as Config>::VendorDeposit>;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_vendor(admin: T::AccountId, domain: &[u8]) -> DispatchResult {
        let name = names::domain(domain).map_err(Error::<T>::from)?;
        let vendor = VendorId(uuid::vendor_id(name));
        ensure!(!Vendors::<T>::contains_key(vendor), Error::<T>::AlreadyExists);

        let domain = domain.to_vec().try_into().map_err(|_| Error::<T>::BadDomain)?;
        let publishers = Publishers::try_from(alloc::vec![admin.clone()]).map_err(|_| Error::<T>::TooMany)?;
        let deposit = hold::<T, _>(&admin, vendor_footprint(name.len(), &publishers))?;
        let registered_at = Self::now();
        Self::deposit_event(Event::VendorRegistered {
            vendor,
            domain: Clone::clone(&domain),
            admin: admin.clone(),
        });
        let status = VendorStatus::Active;
        let record = VendorV1 {
            domain,
            admin,
            publishers,
            status,
            registered_at,
            deposit,
        };
        Vendors::<T>::insert(vendor, VendorRecord::V1(record));
        Ok(())
    }

    pub(crate) fn do_add_key(who: &T::AccountId, vendor: VendorId, cose_key: &[u8], usage: KeyUsage) -> DispatchResult {
        let owner = Self::managed_by(who, vendor)?;
        ensure!(cose_key.len() <= MAX_COSE_KEY as usize, Error::<T>::BadKey);
        let read = cose::PublicKey::from_cose_key(cose_key).map_err(|_| Error::<T>::BadKey)?;
        ensure!(read.is_valid(&HostCrypto), Error::<T>::BadKey);
        let key = match read {
            cose::PublicKey::P256(point) => PublicKey::P256(point),
            cose::PublicKey::Ed25519(point) => PublicKey::Ed25519(point),
            // No host function verifies what others would sign.
            cose::PublicKey::P384(_) | cose::PublicKey::HssLms(_) => return Err(Error::<T>::BadKey.into()),
        };
        let id = KeyId(read.thumbprint(&HostCrypto));
        ensure!(!Keys::<T>::contains_key(id), Error::<T>::AlreadyExists);

        KeysOf::<T>::try_mutate(vendor, |keys| keys.try_push(id)).map_err(|_| Error::<T>::TooMany)?;
        let deposit = hold::<T, _>(&owner.admin, deposits::record(cose_key.len()))?;
        let record = KeyV1 {
            vendor,
            key,
            usage,
            status: KeyStatus::Live,
            void_before: 0,
            deposit,
        };
        Keys::<T>::insert(id, KeyRecord::V1(record));
        Self::deposit_event(Event::KeyAdded { vendor, key: id, usage });
        Ok(())
    }

    pub(crate) fn do_create_product(
        who: &T::AccountId,
        vendor: VendorId,
        class_name: &[u8],
        policy: Policy,
    ) -> DispatchResult {
        let owner = Self::managed_by(who, vendor)?;
        let name = names::class_name(class_name).map_err(Error::<T>::from)?;
        names::policy(&policy).map_err(Error::<T>::from)?;
        let product = ProductId {
            vendor,
            class: ClassId(uuid::class_id(&vendor.0, name)),
        };
        ensure!(!Products::<T>::contains_key(product), Error::<T>::AlreadyExists);

        let deposit = hold::<T, _>(&owner.admin, deposits::record(name.len()))?;
        let class_name: crate::types::ClassName =
            class_name.to_vec().try_into().map_err(|_| Error::<T>::BadClassName)?;
        let record = ProductV1 {
            class_name: class_name.clone(),
            policy,
            deposit,
        };
        Products::<T>::insert(product, ProductRecord::V1(record));
        Self::deposit_event(Event::ProductCreated {
            product,
            class_name,
            policy,
        });
        Ok(())
    }

    pub(crate) fn do_set_publishers(
        who: &T::AccountId,
        vendor: VendorId,
        mut publishers: Vec<T::AccountId>,
    ) -> DispatchResult {
        let mut owner = Self::managed_by(who, vendor)?;
        // Bounded before it is sorted.
        ensure!(publishers.len() <= MAX_PUBLISHERS as usize, Error::<T>::TooMany);
        publishers.sort_unstable();
        publishers.dedup();
        owner.publishers = Publishers::try_from(publishers.clone()).map_err(|_| Error::<T>::TooMany)?;
        let footprint = vendor_footprint(owner.domain.len(), &owner.publishers);
        owner.deposit = owner
            .deposit
            .update(&owner.admin, footprint)
            .map_err(not_available::<T>)?;
        Vendors::<T>::insert(vendor, VendorRecord::V1(owner));
        Self::deposit_event(Event::PublishersSet { vendor, publishers });
        Ok(())
    }

    /// The vendor, where this account is its admin and it may change.
    fn managed_by(who: &T::AccountId, vendor: VendorId) -> Result<VendorOf<T>, DispatchError> {
        let record = Vendors::<T>::get(vendor).ok_or(Error::<T>::VendorNotFound)?.into_v1();
        ensure!(record.admin == *who, Error::<T>::NotAuthorized);
        Ok(record)
    }
}

fn hold<T: Config, C: Consideration<T::AccountId, Footprint>>(
    who: &T::AccountId,
    footprint: Footprint,
) -> Result<C, Error<T>> {
    C::new(who, footprint).map_err(not_available::<T>)
}

/// Whatever the reason of the account's, for the caller it is this one.
pub(crate) fn not_available<T: Config>(_: DispatchError) -> Error<T> {
    Refusal::DepositNotAvailable.into()
}

fn vendor_footprint<AccountId: Encode>(domain: usize, publishers: &Publishers<AccountId>) -> Footprint {
    deposits::record(domain.saturating_add(publishers.encoded_size()))
}
