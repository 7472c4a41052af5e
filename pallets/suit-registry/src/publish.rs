//! Authorising and recording.

use crate::{
    checks::{self, By, Findings, Publication, Signatures, Target},
    cost, deposits,
    pallet::{Config, Envelopes, Error, Event, NextReleaseId, Pallet, ReleaseAt, ReleaseOf, Releases, States, TermsOf},
    types::{ProductState, ReleaseTerms, StoredRelease, TermsV1},
    vendors::{charge, hold, not_available},
    AUTHORIZED_PRIORITY,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
    dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo, PostDispatchInfo},
    pallet_prelude::{InvalidTransaction, TransactionValidityWithRefund, ValidTransaction},
    storage::{with_transaction, TransactionOutcome},
    weights::Weight,
    BoundedVec,
};
use sp_runtime::{traits::SaturatedConversion, DispatchError};
use suit_primitives::{
    refusal::Refusal,
    release::{Release, ReleaseStatus, ReleaseV1},
    ProductId,
};

/// First part of the tag that a product's transaction provides in the pool.
const TAG: &[u8] = b"suit-publish";

impl<T: Config> Pallet<T> {
    /// The block that this code runs in, as records hold it.
    pub(crate) fn now() -> u32 {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The authorisation step of `publish_authorized`. It leaves nothing for dispatch to refuse: what is free of charge
    /// must not be able to fail in a block.
    pub(crate) fn authorize_publish(envelope: &[u8], intent: &[u8]) -> TransactionValidityWithRefund {
        let now = Self::now();
        let mut findings = Findings::first();
        let outcome = checks::publication::<T>(&mut findings, envelope, &By::Intent(intent), Signatures::Verify, now);
        let (publication, taken_over) = findings
            .verdict(outcome)
            .and_then(|publication| {
                let taken_over = Self::deposits_available(&publication, envelope)?;
                Ok((publication, taken_over))
            })
            .map_err(|refusal| InvalidTransaction::Custom(refusal.code()))?;

        let last_block = publication.last_block.unwrap_or_default();
        let payloads = publication.payloads.len() as u32;
        let provides = publication.targets.iter().map(|target| tag(target.product)).collect();
        let validity = ValidTransaction {
            priority: AUTHORIZED_PRIORITY,
            requires: Vec::new(),
            provides,
            // The pool counts from the block before this one, and keeps it up to and including the intent's last.
            longevity: last_block.saturating_sub(now.into()).saturating_add(1),
            propagate: true,
        };
        let charged = cost::authorize_at_most::<T>(envelope.len(), intent.len());
        let used = cost::authorize::<T>(envelope.len(), intent.len(), &findings.counted, payloads, taken_over);
        Ok((validity, charged.saturating_sub(used)))
    }

    /// Checks and records. With an intent, its signatures and the manifest's were verified by the authorisation step.
    pub(crate) fn do_publish(envelope: Vec<u8>, by: By<'_, T::AccountId>) -> DispatchResultWithPostInfo {
        let length = envelope.len();
        let signatures = match by {
            By::Account { .. } => Signatures::Verify,
            By::Intent(_) => Signatures::Verified,
        };
        let mut findings = Findings::first();
        let outcome = checks::publication::<T>(&mut findings, &envelope, &by, signatures, Self::now());
        let checked = match by {
            By::Account { .. } => cost::check::<T>(length, 0, &findings.counted),
            By::Intent(intent) => cost::check::<T>(length, intent.len(), &findings.counted),
        };
        let used = |recorded: Weight| PostDispatchInfo::from(Some(checked.saturating_add(recorded)));
        let refused = |refusal: Refusal, post_info| DispatchErrorWithPostInfo {
            post_info,
            error: Error::<T>::from(refusal).into(),
        };

        let publication = findings
            .verdict(outcome)
            .map_err(|refusal| refused(refusal, used(Weight::zero())))?;
        let (products, payloads) = (publication.targets.len() as u32, publication.payloads.len() as u32);
        let publisher = match by {
            By::Account { account, .. } => Some(account),
            By::Intent(_) => None,
        };
        let recorded = |taken_over| used(cost::record::<T>(products, payloads, taken_over));
        let taken_over = Self::record(publication, envelope, publisher).map_err(|error| DispatchErrorWithPostInfo {
            // It is not known how far it came.
            post_info: recorded(products.saturating_mul(payloads)),
            error,
        })?;
        Ok(recorded(taken_over))
    }

    /// Whether fee and deposits could be paid now: tried, and undone. Answers how many deposits were another account's.
    pub(crate) fn deposits_available(publication: &Publication<T::AccountId>, envelope: &[u8]) -> Result<u32, Refusal> {
        with_transaction(|| {
            let paid = publication.targets.iter().try_fold(0u32, |sum, target| {
                let release = release(publication, target, Self::now());
                let (_, taken_over) = Self::pay(target, &release, envelope.len())?;
                Ok(sum.saturating_add(taken_over))
            });
            TransactionOutcome::Rollback(paid)
        })
        .map_err(|_: DispatchError| Refusal::DepositNotAvailable)
    }

    /// Takes the fee for what stays, and the deposits for envelope and payloads. Answers how many of the latter were another
    /// account's.
    fn pay(
        target: &Target<T::AccountId>,
        release: &ReleaseV1,
        envelope_bytes: usize,
    ) -> Result<(TermsOf<T>, u32), DispatchError> {
        charge::<T>(&target.admin, release.encoded_size())?;
        let deposit = hold::<T, _, _>(&target.admin, deposits::record(envelope_bytes))?;
        let (replicas, retrieval) = (target.policy.replicas, target.policy.retrieval);
        let vendor = target.product.vendor;
        let taken_over = Self::ask_for(vendor, &target.admin, &release.payloads, replicas, retrieval)?;
        let terms = TermsV1 {
            replicas,
            retrieval,
            deposit,
        };
        Ok((ReleaseTerms::V1(terms), taken_over))
    }

    /// Records a release for every product of the manifest. Runs inside the call's storage layer: all or none. Answers how
    /// many deposits for payloads were another account's.
    pub(crate) fn record(
        publication: Publication<T::AccountId>,
        envelope: Vec<u8>,
        publisher: Option<&T::AccountId>,
    ) -> Result<u32, DispatchError> {
        let mut taken_over = 0u32;
        let envelope = BoundedVec::try_from(envelope).map_err(|_| Error::<T>::MalformedEnvelope)?;
        for target in &publication.targets {
            let release = release(&publication, target, Self::now());
            let (terms, others) = Self::pay(target, &release, envelope.len()).map_err(not_available::<T>)?;
            taken_over = taken_over.saturating_add(others);
            let id = NextReleaseId::<T>::mutate(|next| {
                let id = *next;
                *next = next.saturating_add(1);
                id
            });
            let (product, sequence_number) = (target.product, publication.sequence_number);
            let mut state = target.state;
            let ordinal = state.releases;
            Envelopes::<T>::insert(id, &envelope);
            ReleaseOf::<T>::insert(product, sequence_number, ordinal);
            ReleaseAt::<T>::insert(product, ordinal, id);
            state.note_published(sequence_number);
            Self::deposit_event(Event::ReleasePublished {
                release: id,
                product,
                sequence_number,
                manifest_digest: release.manifest_digest.clone(),
                envelope_digest: release.envelope_digest,
                signers: release.signers.to_vec(),
                roots: release.payloads.iter().map(|payload| payload.v1().root).collect(),
                publisher: publisher.cloned(),
            });
            let integrated = release.payloads.is_empty();
            let stored = StoredRelease {
                release: Release::V1(release),
                terms: Some(terms),
            };
            if integrated {
                // Every byte lies in the envelope, on the chain: no storage node can add to that.
                Self::make_available(id, stored, &mut state);
            } else {
                Releases::<T>::insert(id, stored);
            }
            States::<T>::insert(product, ProductState::V1(state));
        }
        Ok(taken_over)
    }
}

/// The record of a publication for one of its products.
fn release<AccountId>(publication: &Publication<AccountId>, target: &Target<AccountId>, now: u32) -> ReleaseV1 {
    ReleaseV1 {
        product: target.product,
        sequence_number: publication.sequence_number,
        manifest_digest: publication.manifest_digest.clone(),
        envelope_digest: publication.envelope_digest,
        signers: target.signers.clone(),
        status: ReleaseStatus::Published,
        payloads: publication.payloads.clone(),
        published_at: now,
        available_at: None,
    }
}

/// What a transaction provides: a product's next release. So the pool holds one a product, and a later one waits for the
/// block.
fn tag(product: ProductId) -> Vec<u8> {
    (TAG, product).encode()
}
