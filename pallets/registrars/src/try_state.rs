//! What must hold of the pallet's state after every block.

use crate::{Config, Minimum, Pallet, Planned, Registrars, SessionLength};
use alloc::collections::BTreeSet;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks the state's invariants.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let registrars = Registrars::<T>::get();
        let planned = Planned::<T>::get();
        let distinct: BTreeSet<_> = registrars.iter().collect();
        ensure!(
            distinct.len() == registrars.len(),
            "a registration node is in the set twice"
        );
        let distinct: BTreeSet<_> = planned.iter().collect();
        ensure!(distinct.len() == planned.len(), "a registration node is planned twice");
        ensure!(
            Minimum::<T>::get() > 0,
            "the set of registration nodes may become empty"
        );
        // A chain may start with fewer, but not come to have them by a removal.
        ensure!(
            !registrars.is_empty() || planned.is_empty(),
            "the set of registration nodes became empty"
        );
        ensure!(SessionLength::<T>::get() > 0, "sessions have no length");
        Ok(())
    }
}
