//! What the council may do to a product in an emergency.

use crate::{
    pallet::{Config, Error, Event, Pallet, Products, ReleaseAt, Releases, States},
    types::ProductState,
};
use frame_support::ensure;
use sp_runtime::DispatchError;
use suit_primitives::{release::ReleaseStatus, ProductId, SequenceNumber};

/// Most releases at or above a floor that is lowered.
pub(crate) const MAX_ABOVE_FLOOR: u32 = 64;

impl<T: Config> Pallet<T> {
    /// Answers how many releases were looked at.
    ///
    /// Everything at or above the floor must be revoked. So of the releases that are not revoked, a later one always has
    /// the greater sequence number, also after this: "the newest" means the same by number and by time.
    pub(crate) fn do_lower_floor(product: ProductId, floor: SequenceNumber) -> Result<u32, DispatchError> {
        let record = Products::<T>::get(product).ok_or(Error::<T>::ProductNotFound)?;
        ensure!(!record.v1().retired, Error::<T>::ProductRetired);
        let mut state = States::<T>::get(product).map(ProductState::into_v1).unwrap_or_default();
        let above_available = state.highest_available.is_none_or(|highest| floor > highest);
        let lowers = state.highest_published.is_some() && state.least_next().is_none_or(|next| floor < next);
        ensure!(above_available && lowers, Error::<T>::BadFloor);

        let mut looked_at = 0u32;
        for ordinal in (0..state.releases).rev() {
            let release = ReleaseAt::<T>::get(product, ordinal).and_then(Releases::<T>::get);
            let Some(release) = release.filter(|release| release.v1().sequence_number >= floor) else {
                break;
            };
            ensure!(looked_at < MAX_ABOVE_FLOOR, Error::<T>::TooMany);
            looked_at = looked_at.saturating_add(1);
            ensure!(
                release.v1().status == ReleaseStatus::Revoked,
                Error::<T>::ReleaseNotRevoked
            );
        }
        state.floor = Some(floor);
        States::<T>::insert(product, ProductState::V1(state));
        Self::deposit_event(Event::FloorLowered { product, floor });
        Ok(looked_at)
    }
}
