//! The bytes that releases ask for: which roots storage nodes take uploads for, and who pays for them.
//!
//! A payload that several releases of a vendor share is kept once, and so its deposit is taken once, for the most that one
//! of them asks for, and goes back with the last of them. Two vendors each pay their own: neither can rely on the other.

use crate::{
    deposits::StoredBytes,
    pallet::{AttestedWithheld, Config, Envelopes, Pallet, Payloads, Roots, StoredReleaseOf},
    types::{PayloadRecord, ReleaseTerms, RootRecord, RootV1, StateV1, StoredV1},
    vendors::{give_back, hold, not_available},
};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, traits::Consideration};
use sp_runtime::DispatchError;
use suit_primitives::{
    release::{Payload, Retrieval, RootCid},
    ReleaseId, VendorId,
};

impl<T: Config> Pallet<T> {
    /// Notes that a release asks for its payloads, and takes the deposit for what nobody of the vendor asked for yet. Answers
    /// for how many the deposit was another account's.
    pub(crate) fn ask_for(
        vendor: VendorId,
        payer: &T::AccountId,
        payloads: &[Payload],
        replicas: u8,
        retrieval: Retrieval,
    ) -> Result<u32, DispatchError> {
        let mut taken_over = 0u32;
        for (root, stored_size) in distinct_roots(payloads) {
            let bytes = stored_size.saturating_mul(replicas.into());
            taken_over = taken_over.saturating_add(Self::deposit_for(vendor, payer, root, bytes)?.into());
            Roots::<T>::mutate(root, |record| {
                let mut asked = record.take().map(RootRecord::into_v1).unwrap_or_default();
                asked.stored_size = asked.stored_size.max(stored_size);
                asked.releases = asked.releases.saturating_add(1);
                asked.open = asked.open.saturating_add(is_open(retrieval));
                *record = Some(RootRecord::V1(asked));
            });
        }
        Ok(taken_over)
    }

    /// Answers whether the deposit was another account's.
    fn deposit_for(vendor: VendorId, payer: &T::AccountId, root: RootCid, bytes: u64) -> Result<bool, DispatchError> {
        let mut taken_over = false;
        let record = match Payloads::<T>::get(vendor, root).map(PayloadRecord::into_v1) {
            None => StoredV1 {
                releases: 1,
                bytes,
                deposit: hold::<T, _, _>(payer, StoredBytes(bytes))?,
            },
            Some(mut stored) => {
                stored.releases = stored.releases.saturating_add(1);
                if bytes > stored.bytes {
                    stored.bytes = bytes;
                    stored.deposit = if stored.deposit.payer == *payer {
                        let ticket = stored.deposit.ticket.update(payer, StoredBytes(bytes));
                        stored.deposit.ticket = ticket.map_err(not_available::<T>)?;
                        stored.deposit
                    } else {
                        // Nobody pays more for what another publishes.
                        taken_over = true;
                        give_back::<T, _, _>(Some(stored.deposit))?;
                        hold::<T, _, _>(payer, StoredBytes(bytes))?
                    };
                }
                stored
            }
        };
        Payloads::<T>::insert(vendor, root, PayloadRecord::V1(record));
        Ok(taken_over)
    }

    /// Lets go of what a release keeps: its envelope, its terms, its claim on payloads, and the deposits for them. Nothing
    /// where it keeps nothing any more.
    /// The release is stored by the caller.
    pub(crate) fn let_go(id: ReleaseId, stored: &mut StoredReleaseOf<T>, state: &mut StateV1) -> DispatchResult {
        let Some(terms) = stored.terms.take().map(ReleaseTerms::into_v1) else {
            return Ok(());
        };
        let release = stored.v1();
        Envelopes::<T>::remove(id);
        AttestedWithheld::<T>::remove(id);
        give_back::<T, _, _>(Some(terms.deposit))?;
        state.kept = state.kept.saturating_sub(1);
        for (root, _) in distinct_roots(&release.payloads) {
            Self::ask_no_more(release.product.vendor, root, terms.retrieval)?;
        }
        Ok(())
    }

    fn ask_no_more(vendor: VendorId, root: RootCid, retrieval: Retrieval) -> DispatchResult {
        Roots::<T>::mutate_exists(root, |record| {
            if let Some(mut asked) = record.take().map(RootRecord::into_v1) {
                asked.releases = asked.releases.saturating_sub(1);
                asked.open = asked.open.saturating_sub(is_open(retrieval));
                *record = still_asked(asked);
            }
        });
        if let Some(mut stored) = Payloads::<T>::get(vendor, root).map(PayloadRecord::into_v1) {
            stored.releases = stored.releases.saturating_sub(1);
            if stored.releases == 0 {
                Payloads::<T>::remove(vendor, root);
                give_back::<T, _, _>(Some(stored.deposit))?;
            } else {
                Payloads::<T>::insert(vendor, root, PayloadRecord::V1(stored));
            }
        }
        Ok(())
    }
}

fn still_asked(asked: RootV1) -> Option<RootRecord> {
    (asked.releases > 0).then_some(RootRecord::V1(asked))
}

fn is_open(retrieval: Retrieval) -> u32 {
    u32::from(retrieval == Retrieval::Open)
}

/// Each root that the payloads name once, with the greatest stored size.
pub(crate) fn distinct_roots(payloads: &[Payload]) -> Vec<(RootCid, u64)> {
    let mut roots: Vec<(RootCid, u64)> = payloads
        .iter()
        .map(|payload| (payload.v1().root, payload.v1().stored_size))
        .collect();
    // By root, the greatest size first: that is the one that stays.
    roots.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
    roots.dedup_by_key(|entry| entry.0);
    roots
}
