//! Benchmarks: each call on the largest set that it can meet.

use crate::{Call, Config, Event, Pallet, Registrars};
use alloc::vec::Vec;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{EnsureOrigin, Get},
    BoundedVec,
};
use sp_runtime::traits::TrailingZeroInput;

/// Accounts of registration nodes.
fn accounts<T: Config>(count: u32) -> Vec<T::AccountId> {
    (0..count).map(|index| account("registrar", index, 0)).collect()
}

/// Gives an account keys, as if it had set them.
fn set_keys<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
    let keys = T::Keys::decode(&mut TrailingZeroInput::zeroes())
        .map_err(|_| BenchmarkError::Stop("no keys decode from zeroes"))?;
    pallet_session::NextKeys::<T>::insert(who, keys);
    Ok(())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn add_registrar() -> Result<(), BenchmarkError> {
        let origin = T::ChangeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let others = accounts::<T>(T::MaxRegistrars::get().saturating_sub(1));
        Registrars::<T>::put(BoundedVec::truncate_from(others));
        let who: T::AccountId = account("added", 0, 0);
        set_keys::<T>(&who)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, who.clone());

        frame_system::Pallet::<T>::assert_last_event(
            <T as frame_system::Config>::RuntimeEvent::from(Event::RegistrarAdded { who }).into(),
        );
        Ok(())
    }

    #[benchmark]
    fn remove_registrar() -> Result<(), BenchmarkError> {
        let origin = T::ChangeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let all = accounts::<T>(T::MaxRegistrars::get());
        let who = all
            .last()
            .cloned()
            .ok_or(BenchmarkError::Stop("there are no registrars"))?;
        Registrars::<T>::put(BoundedVec::truncate_from(all));

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, who.clone());

        frame_system::Pallet::<T>::assert_last_event(
            <T as frame_system::Config>::RuntimeEvent::from(Event::RegistrarRemoved { who }).into(),
        );
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::chain(&[1, 2]), crate::mock::Test);
}
