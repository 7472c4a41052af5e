//! Benchmarks.

use crate::{Call, Config, Pallet};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::Pallet as System;

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn authorize_upgrade() -> Result<(), BenchmarkError> {
        let origin = T::UpgradeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, T::Hash::default());

        assert!(System::<T>::authorized_upgrade().is_some());
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
