//! Authorising and recording.

use crate::{
    checks::{self, By, Findings, Publication, Signatures, Target},
    deposits::ReleaseFootprint,
    pallet::{
        Config, Envelopes, Error, Event, HighestPublished, NextReleaseId, Pallet, ReleaseDeposits, ReleaseOf, Releases,
        ReleasesOf, Roots,
    },
    register::not_available,
    types::{ReleaseDeposit, RootRecord},
    weights::signatures_in,
    WeightInfo, AUTHORIZED_PRIORITY,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
    dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo, PostDispatchInfo},
    pallet_prelude::{InvalidTransaction, TransactionValidityWithRefund, ValidTransaction},
    storage::{with_transaction, TransactionOutcome},
    traits::Consideration,
    BoundedVec,
};
use sp_runtime::{traits::SaturatedConversion, DispatchError};
use suit_primitives::{
    bounds::{MAX_PAYLOADS, MAX_PRODUCTS_PER_MANIFEST},
    refusal::Refusal,
    release::{Release, ReleaseStatus, ReleaseV1, Retrieval},
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
        let publication = findings
            .verdict(outcome)
            .and_then(|publication| {
                Self::deposits_available(&publication, envelope.len())?;
                Ok(publication)
            })
            .map_err(|refusal| InvalidTransaction::Custom(refusal.code()))?;

        let last_block = publication.last_block.unwrap_or_default();
        let provides = publication.targets.iter().map(|target| tag(target.product)).collect();
        let validity = ValidTransaction {
            priority: AUTHORIZED_PRIORITY,
            requires: Vec::new(),
            provides,
            // The pool counts from the block before this one, and keeps it up to and including the intent's last.
            longevity: last_block.saturating_sub(now.into()).saturating_add(1),
            propagate: true,
        };
        let (e, i) = (envelope.len() as u32, intent.len() as u32);
        let most = signatures_in(envelope.len()).saturating_add(signatures_in(intent.len()));
        let charged = T::WeightInfo::authorize_publish(e, i, most, 0);
        let used = T::WeightInfo::authorize_publish(e, i, findings.p256, findings.ed25519);
        Ok((validity, charged.saturating_sub(used)))
    }

    /// Checks and records. With an intent, its signatures and the manifest's were verified by the authorisation step.
    pub(crate) fn do_publish(envelope: Vec<u8>, by: By<'_, T::AccountId>) -> DispatchResultWithPostInfo {
        let length = envelope.len() as u32;
        let signatures = match by {
            By::Account { .. } => Signatures::Verify,
            By::Intent(_) => Signatures::Verified,
        };
        let mut findings = Findings::first();
        let outcome = checks::publication::<T>(&mut findings, &envelope, &by, signatures, Self::now());
        let used = |n: u32, r: u32| -> PostDispatchInfo {
            let weight = match by {
                By::Account { .. } => T::WeightInfo::publish(length, findings.p256, findings.ed25519, n, r),
                By::Intent(intent) => T::WeightInfo::publish_authorized(length, intent.len() as u32, n, r),
            };
            Some(weight).into()
        };
        let refused = |refusal: Refusal, post_info| DispatchErrorWithPostInfo {
            post_info,
            error: Error::<T>::from(refusal).into(),
        };

        let publication = findings
            .verdict(outcome)
            .map_err(|refusal| refused(refusal, used(0, 0)))?;
        let post_info = used(publication.targets.len() as u32, publication.payloads.len() as u32);
        Self::record(publication, envelope).map_err(|error| DispatchErrorWithPostInfo { post_info, error })?;
        Ok(post_info)
    }

    /// Whether the deposits could be held now: tried, and undone.
    pub(crate) fn deposits_available(
        publication: &Publication<T::AccountId>,
        envelope_bytes: usize,
    ) -> Result<(), Refusal> {
        with_transaction(|| {
            let held = publication
                .targets
                .iter()
                .try_for_each(|target| hold::<T>(publication, target, envelope_bytes).map(|_| ()));
            TransactionOutcome::Rollback(held)
        })
        .map_err(|_: DispatchError| Refusal::DepositNotAvailable)
    }

    /// Records a release for every product of the manifest. Runs inside the call's storage layer: all or none.
    pub(crate) fn record(publication: Publication<T::AccountId>, envelope: Vec<u8>) -> Result<(), DispatchError> {
        let envelope = BoundedVec::try_from(envelope).map_err(|_| Error::<T>::MalformedEnvelope)?;
        for target in &publication.targets {
            let ticket = hold::<T>(&publication, target, envelope.len()).map_err(not_available::<T>)?;
            let id = NextReleaseId::<T>::mutate(|next| {
                let id = *next;
                *next = next.saturating_add(1);
                id
            });
            let (product, sequence_number) = (target.product, publication.sequence_number);
            let release = Release::V1(ReleaseV1 {
                product,
                sequence_number,
                manifest_digest: publication.manifest_digest.clone(),
                envelope_digest: publication.envelope_digest,
                signers: target.signers.clone(),
                status: ReleaseStatus::Published,
                payloads: publication.payloads.clone(),
                published_at: Self::now(),
                available_at: None,
            });
            Self::ask_for_roots(&publication, target);
            ReleaseDeposits::<T>::insert(
                id,
                ReleaseDeposit::V1 {
                    payer: target.admin.clone(),
                    ticket,
                },
            );
            Envelopes::<T>::insert(id, &envelope);
            ReleaseOf::<T>::insert(product, sequence_number, id);
            ReleasesOf::<T>::mutate(product, |count| *count = count.saturating_add(1));
            HighestPublished::<T>::insert(product, sequence_number);
            Self::deposit_event(Event::ReleasePublished {
                release: id,
                product,
                sequence_number,
            });
            if publication.payloads.is_empty() {
                // Every byte lies in the envelope, on the chain: no storage node can add to that.
                Self::make_available(id, release);
            } else {
                Releases::<T>::insert(id, release);
            }
        }
        Ok(())
    }

    /// Notes that a release asks for its roots. A root that two of its payloads share counts once.
    fn ask_for_roots(publication: &Publication<T::AccountId>, target: &Target<T::AccountId>) {
        for (root, stored_size) in crate::availability::distinct_roots(&publication.payloads) {
            Roots::<T>::mutate(root, |record| {
                let mut asked = record.map(|record| *record.v1()).unwrap_or_default();
                asked.stored_size = asked.stored_size.max(stored_size);
                asked.releases = asked.releases.saturating_add(1);
                if target.policy.retrieval == Retrieval::Open {
                    asked.open = asked.open.saturating_add(1);
                }
                *record = Some(RootRecord::V1(asked));
            });
        }
    }
}

fn hold<T: Config>(
    publication: &Publication<T::AccountId>,
    target: &Target<T::AccountId>,
    envelope_bytes: usize,
) -> Result<T::ReleaseDeposit, DispatchError> {
    let footprint = ReleaseFootprint::new(envelope_bytes, &publication.payloads, &target.policy);
    T::ReleaseDeposit::new(&target.admin, footprint)
}

/// What a transaction provides: a product's next release. So the pool holds one a product, and a later one waits for the
/// block.
fn tag(product: ProductId) -> Vec<u8> {
    (TAG, product).encode()
}

/// What a publication weighs at most: for the configuration's own test.
pub(crate) fn greatest_weight<T: Config>() -> frame_support::weights::Weight {
    let (e, i) = (
        suit_primitives::bounds::MAX_ENVELOPE,
        suit_primitives::bounds::MAX_INTENT,
    );
    let most = signatures_in(e as usize).saturating_add(signatures_in(i as usize));
    T::WeightInfo::authorize_publish(e, i, most, 0).saturating_add(T::WeightInfo::publish_authorized(
        e,
        i,
        MAX_PRODUCTS_PER_MANIFEST,
        MAX_PAYLOADS,
    ))
}
