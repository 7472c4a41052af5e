//! Who may register as a vendor.

use crate::{Config, OpenAdmission};
use core::marker::PhantomData;
use frame_support::traits::{EnsureOrigin, NeverEnsureOrigin};
use frame_system::RawOrigin;

/// Every signed account while admission is open ([`OpenAdmission`], set at genesis); otherwise only what `Closed` lets
/// in, which is nobody unless the runtime names an origin (a council's motion in the name of an account).
pub struct EnsureAdmitted<T: frame_system::Config, Closed = NeverEnsureOrigin<<T as frame_system::Config>::AccountId>>(
    PhantomData<(T, Closed)>,
);

impl<T, Closed> EnsureOrigin<T::RuntimeOrigin> for EnsureAdmitted<T, Closed>
where
    T: Config,
    Closed: EnsureOrigin<T::RuntimeOrigin, Success = T::AccountId>,
{
    type Success = T::AccountId;

    fn try_origin(origin: T::RuntimeOrigin) -> Result<Self::Success, T::RuntimeOrigin> {
        if OpenAdmission::<T>::get() {
            if let Ok(RawOrigin::Signed(who)) = origin.clone().into() {
                return Ok(who);
            }
        }
        Closed::try_origin(origin)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
        OpenAdmission::<T>::put(true);
        let who = codec::Decode::decode(&mut sp_runtime::traits::TrailingZeroInput::zeroes()).map_err(|_| ())?;
        Ok(RawOrigin::Signed(who).into())
    }
}
