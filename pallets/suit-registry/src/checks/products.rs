//! The products that a manifest is for: registered, and in line with their sequence numbers. All or none.

use super::{
    findings::{Findings, Stop},
    By,
};
use crate::{types::StateV1, Config, Pallet, Products, ReleaseOf, Vendors};
use alloc::vec::Vec;
use frame_support::{traits::ConstU32, BoundedVec};
use suit_manifest::resolve::Resolved;
use suit_primitives::{
    apis::VendorStatus,
    bounds::{MAX_FIRST_SEQUENCE_NUMBER, MAX_PRODUCTS_PER_MANIFEST, MAX_SEQUENCE_STEP, MAX_SIGNERS},
    refusal::Refusal,
    release::PolicyV2,
    ClassId, KeyId, ProductId, SequenceNumber, VendorId,
};

/// A product that an envelope is published for.
pub(crate) struct Target<AccountId> {
    /// The product.
    pub(crate) product: ProductId,
    /// Its policy, as it is in force.
    pub(crate) policy: PolicyV2,
    /// Author signatures that it takes: the product's number or the vendor's, whichever is higher.
    pub(crate) threshold: u8,
    /// What was published for it so far.
    pub(crate) state: StateV1,
    /// The vendor's admin account, which carries the deposit.
    pub(crate) admin: AccountId,
    /// Who may publish by account.
    pub(crate) publishers: Vec<AccountId>,
    /// The vendor's keys that signed the manifest, sorted. Empty until the signatures were checked.
    pub(crate) signers: BoundedVec<KeyId, ConstU32<MAX_SIGNERS>>,
}

/// Looks up every product of the manifest and checks the sequence number against each.
pub(crate) fn check<T: Config>(
    findings: &mut Findings,
    resolved: &Resolved<'_>,
    sequence_number: SequenceNumber,
    now: u32,
) -> Result<Vec<Target<T::AccountId>>, Stop> {
    for (vendor, class) in resolved.products.iter() {
        let product = ProductId {
            vendor: VendorId(*vendor),
            class: ClassId(*class),
        };
        if !findings.products.contains(&product) {
            findings.products.push(product);
        }
    }
    // An open manifest is also for devices of products that it does not name: nobody has asked their vendors.
    if findings.products.is_empty() || resolved.open {
        findings.refuse(Refusal::ProductNotNamed)?;
    }
    if findings.products.len() > MAX_PRODUCTS_PER_MANIFEST as usize {
        return Err(findings.fatal(Refusal::TooMany));
    }

    findings.counted.products = u32::try_from(findings.products.len()).unwrap_or(u32::MAX);
    let mut targets = Vec::new();
    for product in findings.products.clone() {
        let Some(vendor) = Vendors::<T>::get(product.vendor) else {
            findings.refuse(Refusal::VendorNotFound)?;
            continue;
        };
        let vendor = vendor.into_v1();
        if vendor.status != VendorStatus::Active {
            findings.refuse(Refusal::VendorNotActive)?;
        }
        let Some(record) = Products::<T>::get(product) else {
            findings.refuse(Refusal::ProductNotFound)?;
            continue;
        };
        let record = record.into_v1();
        if record.retired {
            findings.refuse(Refusal::ProductRetired)?;
        }
        let policy = record.policy_at(now);
        if policy.frozen {
            findings.refuse(Refusal::ProductFrozen)?;
        }
        let state = Pallet::<T>::state(product);
        if let Err(refusal) = follows(&state, sequence_number) {
            findings.refuse(refusal)?;
        } else if state.floor.is_some() && ReleaseOf::<T>::contains_key(product, sequence_number) {
            // Above a lowered floor lie numbers that were burnt.
            findings.refuse(Refusal::SequenceNumberUsed)?;
        }
        targets.push(Target {
            product,
            policy,
            threshold: policy.threshold.max(vendor.threshold_at(now)),
            state,
            admin: vendor.admin,
            publishers: vendor.publishers.into_inner(),
            signers: BoundedVec::new(),
        });
    }
    Ok(targets)
}

/// Checks that every product takes releases this way, and the account's, where it is an account.
pub(crate) fn check_submission<AccountId: Ord>(
    findings: &mut Findings,
    targets: &[Target<AccountId>],
    by: &By<'_, AccountId>,
) -> Result<(), Stop> {
    for target in targets {
        let submission = target.policy.submission;
        let (taken, authorized) = match by {
            By::Account { account, .. } => (
                submission.takes_accounts(),
                target.publishers.binary_search(account).is_ok(),
            ),
            By::Intent(_) => (submission.takes_intents(), true),
        };
        if !authorized {
            findings.refuse(Refusal::NotAuthorized)?;
        }
        if !taken {
            findings.refuse(Refusal::SubmissionNotAllowed)?;
        }
    }
    Ok(())
}

/// Whether a sequence number may follow what was published: not below what is left, and by a bounded step, so that a
/// stolen key cannot burn a product.
fn follows(state: &StateV1, next: SequenceNumber) -> Result<(), Refusal> {
    let least = state.least_next().ok_or(Refusal::SequenceNumberNotGreater)?;
    let above = next.checked_sub(least).ok_or(Refusal::SequenceNumberNotGreater)?;
    // The step counts from the number before the least.
    let most = match state.highest_published {
        None => MAX_FIRST_SEQUENCE_NUMBER,
        Some(_) => MAX_SEQUENCE_STEP.saturating_sub(1),
    };
    if above > most {
        return Err(Refusal::SequenceNumberStepTooLarge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_for_several_products_is_for_all_of_them_or_for_none() {
        use crate::{
            mock::{on_chain, Runtime, RuntimeOrigin, SuitRegistry, ADMIN},
            pallet::States,
            types::ProductState,
        };
        use suit_manifest::uuid;
        use suit_primitives::release::{Policy, PolicyV1, Retrieval};

        on_chain(|| {
            let vendor = uuid::vendor_id("acme.example");
            let [lamp, switch, unknown] =
                ["lamp", "switch", "unknown"].map(|name| (vendor, uuid::class_id(&vendor, name)));
            let policy = Policy::V1(PolicyV1 {
                threshold: 1,
                replicas: 1,
                retrieval: Retrieval::Open,
            });
            let admin = || RuntimeOrigin::signed(ADMIN);
            SuitRegistry::register_vendor(admin(), b"acme.example".to_vec()).expect("it is free");
            for name in ["lamp", "switch"] {
                SuitRegistry::create_product(admin(), VendorId(vendor), name.into(), policy).expect("it is new");
            }
            let product = ProductId {
                vendor: VendorId(vendor),
                class: ClassId(switch.1),
            };
            States::<Runtime>::insert(product, ProductState::V1(published(Some(5))));
            let outcome = |products: &[([u8; 16], [u8; 16])], open, sequence_number| {
                let products = products.iter().copied().collect();
                let mut findings = Findings::first();
                let resolved = Resolved {
                    products,
                    open,
                    payloads: Default::default(),
                };
                let outcome = check::<Runtime>(&mut findings, &resolved, sequence_number, 10);
                findings.verdict(outcome).map(|targets| targets.len())
            };
            let refusal = |products: &[([u8; 16], [u8; 16])], number| outcome(products, false, number);
            assert_eq!(refusal(&[lamp, switch], 6), Ok(2));
            assert_eq!(
                outcome(&[lamp, switch], true, 6),
                Err(Refusal::ProductNotNamed),
                "there is a way around the conditions"
            );
            assert_eq!(
                refusal(&[lamp, switch, lamp], 6),
                Ok(2),
                "a product that is named twice is one"
            );
            assert_eq!(refusal(&[lamp, unknown], 6), Err(Refusal::ProductNotFound));
            assert_eq!(refusal(&[lamp, switch], 5), Err(Refusal::SequenceNumberNotGreater));
            assert_eq!(refusal(&[lamp], 5), Ok(1));
            assert_eq!(refusal(&[], 5), Err(Refusal::ProductNotNamed));
            States::<Runtime>::remove(product);
        });
    }

    fn published(highest: Option<u64>) -> StateV1 {
        StateV1 {
            highest_published: highest,
            ..StateV1::default()
        }
    }

    #[test]
    fn sequence_numbers_rise_by_a_bounded_step() {
        let follows = |highest, next| follows(&published(highest), next);
        assert_eq!(follows(None, 0), Ok(()));
        assert_eq!(follows(None, 1 << 40), Ok(()));
        assert_eq!(follows(None, (1 << 40) + 1), Err(Refusal::SequenceNumberStepTooLarge));
        assert_eq!(follows(Some(7), 6), Err(Refusal::SequenceNumberNotGreater));
        assert_eq!(follows(Some(7), 7), Err(Refusal::SequenceNumberNotGreater));
        assert_eq!(follows(Some(7), 8), Ok(()));
        assert_eq!(follows(Some(7), 7 + (1 << 32)), Ok(()));
        assert_eq!(
            follows(Some(7), 8 + (1 << 32)),
            Err(Refusal::SequenceNumberStepTooLarge)
        );
        assert_eq!(
            follows(Some(u64::MAX), u64::MAX),
            Err(Refusal::SequenceNumberNotGreater)
        );
    }

    #[test]
    fn after_a_lowered_floor_the_step_counts_from_the_floor() {
        let state = StateV1 {
            floor: Some(8),
            ..published(Some(1 << 40))
        };
        assert_eq!(follows(&state, 7), Err(Refusal::SequenceNumberNotGreater));
        assert_eq!(follows(&state, 8), Ok(()));
        assert_eq!(follows(&state, 7 + (1 << 32)), Ok(()));
        assert_eq!(follows(&state, 8 + (1 << 32)), Err(Refusal::SequenceNumberStepTooLarge));
    }
}
