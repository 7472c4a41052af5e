//! What the session pallet asks: when a session ends, and who makes blocks in the one after the next.

use crate::{Config, Pallet, Planned, Registrars, SessionLength};
use alloc::vec::Vec;
use frame_support::{
    traits::{EstimateNextSessionRotation, Get},
    weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_session::{SessionManager, ShouldEndSession};
use sp_runtime::{Permill, SaturatedConversion};
use sp_staking::SessionIndex;

/// The first block after `now` that begins a session.
pub(crate) fn next_rotation(now: u32, length: u32) -> u32 {
    let length = length.max(1);
    let past = now.checked_rem(length).unwrap_or_default();
    now.saturating_add(length.saturating_sub(past))
}

impl<T: Config> ShouldEndSession<BlockNumberFor<T>> for Pallet<T> {
    fn should_end_session(now: BlockNumberFor<T>) -> bool {
        let now: u32 = now.saturated_into();
        // A length of 0 is not in state; if it were, there would be no sessions, and not a panic.
        now != 0 && now.checked_rem(SessionLength::<T>::get()) == Some(0)
    }
}

impl<T: Config> EstimateNextSessionRotation<BlockNumberFor<T>> for Pallet<T> {
    fn average_session_length() -> BlockNumberFor<T> {
        SessionLength::<T>::get().into()
    }

    /// In a session's last block it is all over.
    fn estimate_current_session_progress(now: BlockNumberFor<T>) -> (Option<Permill>, Weight) {
        let now: u32 = now.saturated_into();
        let length = SessionLength::<T>::get().max(1);
        let done = now.checked_rem(length).unwrap_or_default().saturating_add(1);
        (Some(Permill::from_rational(done, length)), T::DbWeight::get().reads(1))
    }

    fn estimate_next_session_rotation(now: BlockNumberFor<T>) -> (Option<BlockNumberFor<T>>, Weight) {
        let next = next_rotation(now.saturated_into(), SessionLength::<T>::get());
        (Some(next.into()), T::DbWeight::get().reads(1))
    }
}

impl<T: Config> SessionManager<T::AccountId> for Pallet<T> {
    /// The registration nodes that have keys, if they are others than were planned last, and `None` otherwise.
    ///
    /// The session pallet takes any `Some` for a change, and GRANDPA then counts up the id of its set, which a device
    /// has to follow step by step. With `None` the session pallet keeps the set, but looks up everybody's keys again:
    /// that is how a rotation of keys takes effect. It does not notice, however, when the last of the set takes its
    /// keys back. So whoever has none is left out here, which makes it a change.
    fn new_session(_new_index: SessionIndex) -> Option<Vec<T::AccountId>> {
        let mut ready = Registrars::<T>::get();
        ready.retain(Self::has_keys);
        if ready == Planned::<T>::get() {
            return None;
        }
        Planned::<T>::put(&ready);
        // With nobody left, consensus stays with those who are in it now; an empty set would end the chain.
        Some(ready.into_inner()).filter(|set| !set.is_empty())
    }

    fn start_session(_start_index: SessionIndex) {}

    fn end_session(_end_index: SessionIndex) {}
}
