//! Who may register.

use crate::{Admitted, Config, Event, OpenAdmission, Pallet};
use core::marker::PhantomData;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;

/// Every signed account while admission is open ([`OpenAdmission`]), and those that the council admitted ([`Admitted`])
/// also while it is closed.
pub struct EnsureAdmitted<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<T::RuntimeOrigin> for EnsureAdmitted<T> {
    type Success = T::AccountId;

    fn try_origin(origin: T::RuntimeOrigin) -> Result<Self::Success, T::RuntimeOrigin> {
        match origin.clone().into() {
            Ok(RawOrigin::Signed(who)) if OpenAdmission::<T>::get() || Admitted::<T>::contains_key(&who) => Ok(who),
            _ => Err(origin),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
        let who: T::AccountId = frame_benchmarking::account("admitted", 0, 0);
        Admitted::<T>::insert(&who, ());
        Ok(RawOrigin::Signed(who).into())
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_admission(open: bool) {
        OpenAdmission::<T>::put(open);
        Self::deposit_event(Event::AdmissionSet { open });
    }

    pub(crate) fn do_set_admitted(who: T::AccountId, admitted: bool) {
        if admitted {
            Admitted::<T>::insert(&who, ());
        } else {
            Admitted::<T>::remove(&who);
        }
        Self::deposit_event(Event::AccountAdmitted { who, admitted });
    }
}
