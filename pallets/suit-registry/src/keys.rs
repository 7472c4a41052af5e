//! Author and operator keys: added, rotated, revoked.

use crate::{
    crypto::HostCrypto,
    deposits,
    pallet::{Config, Error, Event, Keys, KeysOf, Pallet, Vendors},
    types::{KeyRecord, KeyV1, VendorRecord},
    vendors::{charge, give_back, hold, VendorOf},
};
use frame_support::{dispatch::DispatchResult, ensure};
use sp_runtime::DispatchError;
use suit_manifest::cose;
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey, VendorStatus},
    bounds::MAX_COSE_KEY,
    KeyId, VendorId,
};

type KeyOf<T> = KeyV1<<T as frame_system::Config>::AccountId, <T as Config>::KeyDeposit>;

/// Bytes of a key's record that stay for ever.
const KEY_RECORD: usize = 160;

/// From when until when a key may sign.
#[derive(Clone, Copy)]
struct Validity {
    from: u32,
    until: Option<u32>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_add_key(
        who: &T::AccountId,
        vendor: VendorId,
        cose_key: &[u8],
        usage: KeyUsage,
        from: Option<u32>,
        until: Option<u32>,
    ) -> DispatchResult {
        let owner = Self::managed_by(who, vendor)?;
        let (id, key) = read::<T>(cose_key)?;
        let now = Self::now();
        let from = from.unwrap_or(now);
        ensure!(
            from >= now && until.is_none_or(|until| until >= from),
            Error::<T>::BadBlock
        );
        ensure!(!Keys::<T>::contains_key(vendor, id), Error::<T>::AlreadyExists);
        KeysOf::<T>::try_mutate(vendor, |keys| keys.try_push(id)).map_err(|_| Error::<T>::TooMany)?;
        let validity = Validity { from, until };
        Self::record_key(&owner, vendor, id, key, usage, validity, cose_key.len())
    }

    pub(crate) fn do_rotate_key(who: &T::AccountId, vendor: VendorId, old: KeyId, cose_key: &[u8]) -> DispatchResult {
        let owner = Self::managed_by(who, vendor)?;
        let mut record = Self::key_of(vendor, old)?;
        ensure!(record.status == KeyStatus::Live, Error::<T>::KeyRevoked);
        let (id, key) = read::<T>(cose_key)?;
        ensure!(!Keys::<T>::contains_key(vendor, id), Error::<T>::AlreadyExists);

        let now = Self::now();
        // The deposit that goes back may be what pays for the next.
        give_back::<T, _, _>(record.deposit.take())?;
        record.status = KeyStatus::Rotated { at: now };
        let usage = record.usage;
        Keys::<T>::insert(vendor, old, KeyRecord::V1(record));
        KeysOf::<T>::mutate(vendor, |keys| {
            if let Some(place) = keys.iter_mut().find(|key| **key == old) {
                *place = id;
            }
        });
        Self::deposit_event(Event::KeyRotated {
            vendor,
            key: old,
            successor: Some(id),
        });
        let validity = Validity { from: now, until: None };
        Self::record_key(&owner, vendor, id, key, usage, validity, cose_key.len())
    }

    pub(crate) fn do_revoke_key(
        who: &T::AccountId,
        vendor: VendorId,
        key: KeyId,
        compromised_since: Option<u32>,
    ) -> DispatchResult {
        let owner = Self::managed_by(who, vendor)?;
        let mut record = Self::key_of(vendor, key)?;
        let now = Self::now();
        record.status = match (compromised_since, record.status) {
            (None, KeyStatus::Live) => KeyStatus::Rotated { at: now },
            (Some(since), _) if since > now => return Err(Error::<T>::BadBlock.into()),
            (Some(since), KeyStatus::Live | KeyStatus::Rotated { .. }) => KeyStatus::Compromised { since },
            // It turned out to have been earlier.
            (Some(since), KeyStatus::Compromised { since: known }) if since < known => KeyStatus::Compromised { since },
            _ => return Err(Error::<T>::KeyRevoked.into()),
        };
        KeysOf::<T>::mutate(vendor, |keys| keys.retain(|live| *live != key));
        give_back::<T, _, _>(record.deposit.take())?;
        let usage = record.usage;
        Keys::<T>::insert(vendor, key, KeyRecord::V1(record));
        match compromised_since {
            None => Self::deposit_event(Event::KeyRotated {
                vendor,
                key,
                successor: None,
            }),
            Some(since) => {
                Self::deposit_event(Event::KeyCompromised { vendor, key, since });
                if usage == KeyUsage::Manifests {
                    Self::suspend_vendor(vendor, owner, since);
                }
            }
        }
        Ok(())
    }

    /// At once, before anything is looked at: nothing that a stolen key signed may be offered in the meantime.
    fn suspend_vendor(vendor: VendorId, mut owner: VendorOf<T>, since: u32) {
        let since = Self::start_review(vendor, since);
        owner.status = VendorStatus::Suspended;
        Vendors::<T>::insert(vendor, VendorRecord::V1(owner));
        Self::deposit_event(Event::VendorSuspended { vendor, since });
    }

    pub(crate) fn do_void_credentials(who: &T::AccountId, vendor: VendorId, key: KeyId, before: u64) -> DispatchResult {
        Self::managed_by(who, vendor)?;
        let mut record = Self::key_of(vendor, key)?;
        ensure!(record.usage == KeyUsage::Credentials, Error::<T>::KeyNotFound);
        ensure!(record.status == KeyStatus::Live, Error::<T>::KeyRevoked);
        ensure!(before > record.void_before, Error::<T>::BadBlock);
        record.void_before = before;
        Keys::<T>::insert(vendor, key, KeyRecord::V1(record));
        Self::deposit_event(Event::CredentialsVoided { vendor, key, before });
        Ok(())
    }

    fn key_of(vendor: VendorId, key: KeyId) -> Result<KeyOf<T>, DispatchError> {
        let record = Keys::<T>::get(vendor, key).ok_or(Error::<T>::KeyNotFound)?;
        Ok(record.into_v1())
    }

    fn record_key(
        owner: &VendorOf<T>,
        vendor: VendorId,
        id: KeyId,
        key: PublicKey,
        usage: KeyUsage,
        validity: Validity,
        bytes: usize,
    ) -> DispatchResult {
        let Validity { from, until } = validity;
        charge::<T>(&owner.admin, KEY_RECORD)?;
        let deposit = hold::<T, _, _>(&owner.admin, deposits::record(bytes))?;
        let record = KeyV1 {
            key,
            usage,
            status: KeyStatus::Live,
            from,
            until,
            void_before: 0,
            deposit: Some(deposit),
        };
        Keys::<T>::insert(vendor, id, KeyRecord::V1(record));
        Self::deposit_event(Event::KeyAdded {
            vendor,
            key: id,
            usage,
            from,
            until,
        });
        Ok(())
    }
}

/// Reads a COSE_Key that the chain can verify with.
fn read<T: Config>(cose_key: &[u8]) -> Result<(KeyId, PublicKey), Error<T>> {
    ensure!(cose_key.len() <= MAX_COSE_KEY as usize, Error::<T>::BadKey);
    let read = cose::PublicKey::from_cose_key(cose_key).map_err(|_| Error::<T>::BadKey)?;
    ensure!(read.is_valid(&HostCrypto), Error::<T>::BadKey);
    let key = match read {
        cose::PublicKey::P256(point) => PublicKey::P256(point),
        cose::PublicKey::Ed25519(point) => PublicKey::Ed25519(point),
        // No host function verifies what others would sign.
        cose::PublicKey::P384(_) | cose::PublicKey::HssLms(_) => return Err(Error::<T>::BadKey),
    };
    Ok((KeyId(read.thumbprint(&HostCrypto)), key))
}
