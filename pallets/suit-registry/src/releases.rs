//! Releases after they were published: revoked, suspended, resumed, declared a stepping stone.

use crate::{
    pallet::{
        AttestedWithheld, Config, Error, Event, Pallet, ReleaseAt, ReleaseOf, Releases, States, SteppingStones,
        StoredReleaseOf, Suspensions,
    },
    types::{ProductState, StateV1},
};
use frame_support::{dispatch::DispatchResult, ensure, traits::ConstU32, BoundedVec};
use suit_primitives::{
    apis::Suspension, bounds::MAX_STEPPING_STONES, release::ReleaseStatus, ProductId, ReleaseId, SequenceNumber,
};

type Stones = BoundedVec<SequenceNumber, ConstU32<MAX_STEPPING_STONES>>;

/// A release that a call is about, and the state of its product.
struct Subject<T: Config> {
    id: ReleaseId,
    ordinal: u32,
    release: StoredReleaseOf<T>,
    state: StateV1,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_revoke_release(
        who: &T::AccountId,
        product: ProductId,
        sequence_number: SequenceNumber,
    ) -> DispatchResult {
        Self::managed_by(who, product.vendor)?;
        let release = Self::revoke(product, sequence_number)?;
        Self::deposit_event(Event::ReleaseRevoked {
            release,
            product,
            sequence_number,
        });
        Ok(())
    }

    pub(crate) fn do_emergency_revoke_release(product: ProductId, sequence_number: SequenceNumber) -> DispatchResult {
        let release = Self::revoke(product, sequence_number)?;
        Self::deposit_event(Event::ReleaseRevokedByCouncil {
            release,
            product,
            sequence_number,
        });
        Ok(())
    }

    fn revoke(product: ProductId, sequence_number: SequenceNumber) -> Result<ReleaseId, sp_runtime::DispatchError> {
        let mut subject = Self::subject(product, sequence_number)?;
        subject.release.v1_mut().status = ReleaseStatus::Revoked;
        Self::let_go(subject.id, &mut subject.release, &mut subject.state)?;
        Suspensions::<T>::remove(subject.id);
        SteppingStones::<T>::mutate_exists(product, |stones| {
            forget_stone(stones, sequence_number);
        });
        Self::withhold(product, sequence_number, &mut subject.state);
        Ok(Self::store(product, subject))
    }

    pub(crate) fn do_suspend_release(
        who: &T::AccountId,
        product: ProductId,
        sequence_number: SequenceNumber,
    ) -> DispatchResult {
        Self::managed_by(who, product.vendor)?;
        let subject = Self::subject(product, sequence_number)?;
        ensure!(
            subject.release.v1().status != ReleaseStatus::Suspended,
            Error::<T>::ReleaseSuspended
        );
        Self::suspend(product, subject, Suspension::Vendor);
        Ok(())
    }

    pub(crate) fn do_emergency_suspend_release(product: ProductId, sequence_number: SequenceNumber) -> DispatchResult {
        let subject = Self::subject(product, sequence_number)?;
        // The vendor must not be able to resume what the council withholds.
        ensure!(
            Suspensions::<T>::get(subject.id).is_none_or(|cause| cause == Suspension::Vendor),
            Error::<T>::ReleaseSuspended
        );
        Self::suspend(product, subject, Suspension::Council);
        Ok(())
    }

    fn suspend(product: ProductId, mut subject: Subject<T>, suspension: Suspension) {
        let record = subject.release.v1_mut();
        record.status = ReleaseStatus::Suspended;
        let sequence_number = record.sequence_number;
        Suspensions::<T>::insert(subject.id, suspension);
        if suspension == Suspension::Compromise {
            AttestedWithheld::<T>::remove(subject.id);
        }
        Self::withhold(product, sequence_number, &mut subject.state);
        let release = Self::store(product, subject);
        Self::deposit_event(Event::ReleaseSuspended {
            release,
            product,
            sequence_number,
            suspension,
        });
    }

    /// Withholds what lost its signers, for ever.
    pub(crate) fn suspend_compromised(product: ProductId, ordinal: u32, id: ReleaseId, release: StoredReleaseOf<T>) {
        if Suspensions::<T>::get(id) == Some(Suspension::Compromise) {
            return;
        }
        let state = Self::state(product);
        let subject = Subject {
            id,
            ordinal,
            release,
            state,
        };
        Self::suspend(product, subject, Suspension::Compromise);
    }

    pub(crate) fn do_resume_release(
        who: &T::AccountId,
        product: ProductId,
        sequence_number: SequenceNumber,
    ) -> DispatchResult {
        Self::managed_by(who, product.vendor)?;
        Self::resume(product, sequence_number, Suspension::Vendor)
    }

    pub(crate) fn do_emergency_resume_release(product: ProductId, sequence_number: SequenceNumber) -> DispatchResult {
        Self::resume(product, sequence_number, Suspension::Council)
    }

    fn resume(product: ProductId, sequence_number: SequenceNumber, by: Suspension) -> DispatchResult {
        let Subject {
            id,
            mut release,
            mut state,
            ..
        } = Self::subject(product, sequence_number)?;
        ensure!(Suspensions::<T>::get(id) == Some(by), Error::<T>::ReleaseNotSuspended);
        ensure!(release.is_kept(), Error::<T>::ReleasePruned);
        Suspensions::<T>::remove(id);
        let record = release.v1_mut();
        if AttestedWithheld::<T>::take(id).is_some() {
            Self::make_available(id, release, &mut state);
        } else {
            record.status = ReleaseStatus::Published;
            if record.available_at.is_some() {
                record.status = ReleaseStatus::Available;
                Self::offer(product, sequence_number, &mut state);
            }
            Releases::<T>::insert(id, release);
        }
        States::<T>::insert(product, ProductState::V1(state));
        Self::deposit_event(Event::ReleaseResumed {
            release: id,
            product,
            sequence_number,
        });
        Ok(())
    }

    pub(crate) fn do_set_stepping_stone(
        who: &T::AccountId,
        product: ProductId,
        sequence_number: SequenceNumber,
        declared: bool,
    ) -> DispatchResult {
        Self::managed_by(who, product.vendor)?;
        let mut subject = Self::subject(product, sequence_number)?;
        if declared {
            ensure!(subject.release.is_kept(), Error::<T>::ReleasePruned);
            SteppingStones::<T>::try_mutate(product, |stones| match stones.binary_search(&sequence_number) {
                Ok(_) => Err(Error::<T>::AlreadyExists),
                Err(place) => stones
                    .try_insert(place, sequence_number)
                    .map_err(|_| Error::<T>::TooMany),
            })?;
        } else {
            let known = SteppingStones::<T>::mutate_exists(product, |stones| forget_stone(stones, sequence_number));
            ensure!(known, Error::<T>::ReleaseNotFound);
        }
        Self::deposit_event(Event::SteppingStoneSet {
            product,
            sequence_number,
            declared,
        });
        // What pruning passed over because of this stone alone, nothing would look at again.
        if !declared && subject.ordinal < subject.state.pruned {
            if subject.ordinal < Self::horizon(product, &subject.state) {
                Self::prune_release(subject.ordinal, subject.id, subject.release, &mut subject.state)?;
            } else {
                // What superseded it was withdrawn, and it may be what is offered: it goes when it is superseded again.
                subject.state.pruned = subject.ordinal;
            }
            States::<T>::insert(product, ProductState::V1(subject.state));
        }
        Ok(())
    }

    /// The release, unless it is revoked: then nothing can be done with it any more.
    fn subject(product: ProductId, sequence_number: SequenceNumber) -> Result<Subject<T>, Error<T>> {
        let ordinal = ReleaseOf::<T>::get(product, sequence_number).ok_or(Error::<T>::ReleaseNotFound)?;
        let id = ReleaseAt::<T>::get(product, ordinal).ok_or(Error::<T>::ReleaseNotFound)?;
        let release = Releases::<T>::get(id).ok_or(Error::<T>::ReleaseNotFound)?;
        ensure!(
            release.v1().status != ReleaseStatus::Revoked,
            Error::<T>::ReleaseRevoked
        );
        Ok(Subject {
            id,
            ordinal,
            release,
            state: Self::state(product),
        })
    }

    fn store(product: ProductId, subject: Subject<T>) -> ReleaseId {
        Releases::<T>::insert(subject.id, subject.release);
        States::<T>::insert(product, ProductState::V1(subject.state));
        subject.id
    }
}

/// Whether it was one.
fn forget_stone(stones: &mut Option<Stones>, sequence_number: SequenceNumber) -> bool {
    let Some(list) = stones else {
        return false;
    };
    let before = list.len();
    list.retain(|stone| *stone != sequence_number);
    let known = list.len() < before;
    if list.is_empty() {
        *stones = None;
    }
    known
}
