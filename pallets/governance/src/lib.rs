#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

pub use pallet::*;

pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use crate::WeightInfo;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    /// The pallet. It has no state of its own.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What the runtime sets.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// Who decides about upgrades of the runtime.
        type UpgradeOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// What the calls cost.
        type WeightInfo: WeightInfo;
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Authorises an upgrade of the runtime to the code with this hash. Anybody may then hand in the code, with
        /// `system.applyAuthorizedUpgrade`, with or without an account; its name must be the chain's, and its version
        /// higher. A later authorisation takes the place of an earlier one that has not been used.
        ///
        /// - `code_hash`: BLAKE2b-256 of the code as it will be handed in, compressed or not.
        ///
        /// # Events
        /// `system.UpgradeAuthorized`.
        ///
        /// # Errors
        /// `BadOrigin`.
        ///
        /// # Complexity
        /// Constant.
        #[pallet::call_index(0)]
        #[pallet::weight((T::WeightInfo::authorize_upgrade(), DispatchClass::Operational))]
        pub fn authorize_upgrade(origin: OriginFor<T>, code_hash: T::Hash) -> DispatchResult {
            T::UpgradeOrigin::ensure_origin(origin)?;
            frame_system::Pallet::<T>::do_authorize_upgrade(code_hash, true);
            Ok(())
        }
    }
}
