#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;

mod session;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;

pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use crate::WeightInfo;
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use sp_runtime::SaturatedConversion;

    /// Blocks in a session where genesis says nothing else: ten minutes at 2 s a block.
    pub const DEFAULT_SESSION_LENGTH: u32 = 300;

    /// Fewest registration nodes where genesis says nothing else. Less is not possible: without one, there is no block.
    pub const DEFAULT_MINIMUM: u32 = 1;

    /// A set of registration nodes, in the order in which they came.
    pub type SetOf<T> = BoundedVec<<T as frame_system::Config>::AccountId, <T as Config>::MaxRegistrars>;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime sets.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_session::Config<ValidatorId = <Self as frame_system::Config>::AccountId>
    {
        /// Who changes the set.
        type ChangeOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Most registration nodes that there may be. Aura and GRANDPA must take as many.
        #[pallet::constant]
        type MaxRegistrars: Get<u32>;

        /// What the calls cost.
        type WeightInfo: WeightInfo;
    }

    /// The accounts whose nodes are to be registration nodes, in the order in which they came.
    #[pallet::storage]
    pub type Registrars<T: Config> = StorageValue<_, SetOf<T>, ValueQuery>;

    /// The set that the session pallet was given last. Only a set that differs from it is given again.
    #[pallet::storage]
    pub type Planned<T: Config> = StorageValue<_, SetOf<T>, ValueQuery>;

    /// Fewest registration nodes that a removal may leave. Set in genesis.
    #[pallet::storage]
    pub type Minimum<T: Config> = StorageValue<_, u32, ValueQuery, ConstU32<DEFAULT_MINIMUM>>;

    /// Length of a session in blocks. Set in genesis.
    #[pallet::storage]
    pub type SessionLength<T: Config> = StorageValue<_, u32, ValueQuery, ConstU32<DEFAULT_SESSION_LENGTH>>;

    /// What genesis sets. The registration nodes themselves are those to which `session.keys` gives keys: an account
    /// without keys would make no blocks, and a second list could only contradict the first.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Length of a session in blocks; 0 leaves it at [`DEFAULT_SESSION_LENGTH`].
        pub session_length: u32,
        /// Fewest registration nodes that a removal may leave; 0 leaves it at [`DEFAULT_MINIMUM`].
        pub minimum: u32,
        #[doc(hidden)]
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if self.session_length != 0 {
                SessionLength::<T>::put(self.session_length);
            }
            if self.minimum != 0 {
                Minimum::<T>::put(self.minimum);
            }
            let validators = pallet_session::Validators::<T>::get();
            assert!(
                validators.len() <= T::MaxRegistrars::get() as usize,
                "session.keys names {} registration nodes, and the chain takes {}",
                validators.len(),
                T::MaxRegistrars::get(),
            );
            let set = BoundedVec::truncate_from(validators);
            Planned::<T>::put(&set);
            Registrars::<T>::put(set);
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A registration node was added. It makes blocks from the session after the next.
        RegistrarAdded {
            /// Its account.
            who: T::AccountId,
        },
        /// A registration node was removed. It makes no blocks from the session after the next.
        RegistrarRemoved {
            /// Its account.
            who: T::AccountId,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is a registration node's already.
        AlreadyExists,
        /// The account is no registration node's.
        NotFound,
        /// The account has set no session keys, so its node could make no blocks.
        KeysNotSet,
        /// More registration nodes than the chain takes.
        TooMany,
        /// Fewer registration nodes than the chain needs would be left.
        TooFew,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Answers for the session's length, which the session pallet has asked for in this block.
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            T::DbWeight::get().reads(1)
        }

        fn integrity_test() {
            assert!(
                T::MaxRegistrars::get() > 0,
                "MaxRegistrars is 0: nobody could make blocks"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Makes an account's node a registration node from the session after the next.
        ///
        /// - `who`: an account that has set its session keys (`session.setKeys`).
        ///
        /// # Events
        /// [`Event::RegistrarAdded`].
        ///
        /// # Errors
        /// `BadOrigin`, [`Error::AlreadyExists`], [`Error::KeysNotSet`], [`Error::TooMany`].
        ///
        /// # Complexity
        /// O(n) in the registration nodes.
        #[pallet::call_index(0)]
        #[pallet::weight((<T as Config>::WeightInfo::add_registrar(), DispatchClass::Operational))]
        pub fn add_registrar(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
            T::ChangeOrigin::ensure_origin(origin)?;
            ensure!(Self::has_keys(&who), Error::<T>::KeysNotSet);
            Registrars::<T>::try_mutate(|set| {
                ensure!(!set.contains(&who), Error::<T>::AlreadyExists);
                set.try_push(who.clone()).map_err(|_| Error::<T>::TooMany)
            })?;
            Self::deposit_event(Event::RegistrarAdded { who });
            Ok(())
        }

        /// Makes a registration node a node like others from the session after the next. It keeps its session keys and
        /// can be added again.
        ///
        /// - `who`: its account.
        ///
        /// # Events
        /// [`Event::RegistrarRemoved`].
        ///
        /// # Errors
        /// `BadOrigin`, [`Error::NotFound`], [`Error::TooFew`].
        ///
        /// # Complexity
        /// O(n) in the registration nodes.
        #[pallet::call_index(1)]
        #[pallet::weight((<T as Config>::WeightInfo::remove_registrar(), DispatchClass::Operational))]
        pub fn remove_registrar(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
            T::ChangeOrigin::ensure_origin(origin)?;
            Registrars::<T>::try_mutate(|set| {
                let before = set.len();
                set.retain(|registrar| *registrar != who);
                ensure!(set.len() < before, Error::<T>::NotFound);
                ensure!(set.len() >= Minimum::<T>::get() as usize, Error::<T>::TooFew);
                Ok::<_, DispatchError>(())
            })?;
            Self::deposit_event(Event::RegistrarRemoved { who });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The accounts whose nodes are to be registration nodes.
        pub fn registrars() -> Vec<T::AccountId> {
            Registrars::<T>::get().into_inner()
        }

        /// The block that begins the next session, and how many blocks a session has.
        pub fn next_session() -> (BlockNumberFor<T>, u32) {
            let now = frame_system::Pallet::<T>::block_number();
            let length = SessionLength::<T>::get();
            let next = crate::session::next_rotation(now.saturated_into(), length);
            (next.saturated_into(), length)
        }
    }

    impl<T: Config> Pallet<T> {
        /// Whether an account has set session keys.
        pub(crate) fn has_keys(who: &T::AccountId) -> bool {
            pallet_session::NextKeys::<T>::contains_key(who)
        }
    }
}
