//! Key handovers: old author keys sign the next ones, so that devices can follow without believing the chain.

use crate::{
    checks::{signatures::cose_key, Counted},
    cost,
    crypto::HostCrypto,
    pallet::{Config, Error, Event, Handovers, Keys, Pallet, Vendors},
    types::{HandoverRecord, HandoverV1, KeyRecord, VendorRecord},
    vendors::charge,
};
use alloc::vec::Vec;
use frame_support::{
    dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo},
    ensure, BoundedVec,
};
use suit_device::handover::{Handover, HandoverPayload};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, VendorStatus},
    bounds::MAX_HANDOVER,
    KeyId, VendorId,
};

impl<T: Config> Pallet<T> {
    /// What it weighed depends on the signatures that were verified, also where it is refused.
    pub(crate) fn do_hand_over_keys(
        who: &T::AccountId,
        vendor: VendorId,
        message: Vec<u8>,
    ) -> DispatchResultWithPostInfo {
        let mut counted = Counted::default();
        let outcome = Self::hand_over_keys_counting(who, vendor, message, &mut counted);
        let post_info = Some(cost::hand_over_keys::<T>(&counted)).into();
        match outcome {
            Ok(()) => Ok(post_info),
            Err(error) => Err(DispatchErrorWithPostInfo { post_info, error }),
        }
    }

    fn hand_over_keys_counting(
        who: &T::AccountId,
        vendor: VendorId,
        message: Vec<u8>,
        counted: &mut Counted,
    ) -> frame_support::dispatch::DispatchResult {
        let mut owner = Self::managed_by(who, vendor)?;
        ensure!(owner.status == VendorStatus::Active, Error::<T>::VendorNotActive);
        ensure!(message.len() <= MAX_HANDOVER as usize, Error::<T>::MalformedHandover);
        let handover = Handover::decode(&message).map_err(|_| Error::<T>::MalformedHandover)?;
        ensure!(handover.payload.vendor == vendor.0, Error::<T>::MalformedHandover);
        let number = owner.handovers.saturating_add(1);
        ensure!(handover.payload.number == number, Error::<T>::HandoverNotNext);

        let next = Self::next_keys(vendor, &handover.payload)?;
        let signers = Self::handover_signers(vendor, &handover, counted)?;
        ensure!(
            signers.len() >= usize::from(owner.threshold_at(Self::now())),
            Error::<T>::HandoverThresholdNotMet
        );

        charge::<T>(&owner.admin, message.len())?;
        let message = BoundedVec::try_from(message).map_err(|_| Error::<T>::MalformedHandover)?;
        let record = HandoverV1 {
            message,
            recorded_at: Self::now(),
        };
        Handovers::<T>::insert(vendor, number, HandoverRecord::V1(record));
        owner.handovers = number;
        Vendors::<T>::insert(vendor, VendorRecord::V1(owner));
        Self::deposit_event(Event::KeysHandedOver {
            vendor,
            number,
            signers,
            next,
        });
        Ok(())
    }

    /// The next keys, where all of them are the vendor's author keys: a device must not be led to keys that the chain
    /// takes nothing from.
    fn next_keys(vendor: VendorId, payload: &HandoverPayload) -> Result<Vec<KeyId>, Error<T>> {
        let mut next = Vec::new();
        for key in payload.keys.as_slice() {
            let id = KeyId(key.thumbprint(&HostCrypto));
            let record = Keys::<T>::get(vendor, id).map(KeyRecord::into_v1);
            let record = record.filter(|record| record.usage == KeyUsage::Manifests);
            let record = record.ok_or(Error::<T>::KeyNotFound)?;
            ensure!(record.status == KeyStatus::Live, Error::<T>::KeyRevoked);
            next.push(id);
        }
        Ok(next)
    }

    /// The live author keys that signed, sorted. One that is named must hold.
    fn handover_signers(
        vendor: VendorId,
        handover: &Handover<'_>,
        counted: &mut Counted,
    ) -> Result<Vec<KeyId>, Error<T>> {
        let mut signers = Vec::new();
        for (kid, signature) in handover.signers() {
            let id = KeyId(kid);
            let record = Keys::<T>::get(vendor, id).map(KeyRecord::into_v1);
            let live = |record: &crate::types::KeyV1<_, _>| {
                record.usage == KeyUsage::Manifests && record.is_live_at(Self::now())
            };
            let Some(record) = record.filter(live) else {
                continue;
            };
            counted.count(&record.key);
            handover
                .verify(&HostCrypto, &signature, &cose_key(&record.key))
                .map_err(|_| Error::<T>::HandoverThresholdNotMet)?;
            signers.push(id);
        }
        signers.sort_unstable();
        Ok(signers)
    }
}
