//! The products that a manifest is for: registered, and in line with their sequence numbers. All or none.

use super::findings::{Findings, Stop};
use crate::{types::VendorStatus, Config, HighestPublished, Products, Vendors};
use alloc::vec::Vec;
use frame_support::{traits::ConstU32, BoundedVec};
use suit_manifest::resolve::Resolved;
use suit_primitives::{
    bounds::{MAX_FIRST_SEQUENCE_NUMBER, MAX_PRODUCTS_PER_MANIFEST, MAX_SEQUENCE_STEP, MAX_SIGNERS},
    refusal::Refusal,
    release::PolicyV1,
    ClassId, KeyId, ProductId, SequenceNumber, VendorId,
};

/// A product that an envelope is published for.
pub(crate) struct Target<AccountId> {
    /// The product.
    pub(crate) product: ProductId,
    /// Its policy.
    pub(crate) policy: PolicyV1,
    /// The vendor's admin account, which carries the deposit.
    pub(crate) admin: AccountId,
    /// Who may publish by account.
    pub(crate) publishers: Vec<AccountId>,
    /// The vendor's keys that signed the manifest, sorted. Empty until the signatures were checked.
    pub(crate) signers: BoundedVec<KeyId, ConstU32<MAX_SIGNERS>>,
}

/// Looks up every product of the manifest and checks the sequence number against each.
pub(super) fn check<T: Config>(
    findings: &mut Findings,
    resolved: &Resolved<'_>,
    sequence_number: SequenceNumber,
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
        if let Err(refusal) = follows(HighestPublished::<T>::get(product), sequence_number) {
            findings.refuse(refusal)?;
        }
        targets.push(Target {
            product,
            policy: *record.v1().policy.v1(),
            admin: vendor.admin,
            publishers: vendor.publishers.into_inner(),
            signers: BoundedVec::new(),
        });
    }
    Ok(targets)
}

/// Checks that the account may publish for every vendor that the manifest names.
pub(super) fn check_publisher<AccountId: Ord>(
    findings: &mut Findings,
    targets: &[Target<AccountId>],
    account: &AccountId,
) -> Result<(), Stop> {
    for target in targets {
        if target.publishers.binary_search(account).is_err() {
            findings.refuse(Refusal::NotAuthorized)?;
        }
    }
    Ok(())
}

/// Whether a sequence number may follow the highest that was ever published: greater, by a bounded step.
fn follows(highest: Option<SequenceNumber>, next: SequenceNumber) -> Result<(), Refusal> {
    match highest {
        None if next > MAX_FIRST_SEQUENCE_NUMBER => Err(Refusal::SequenceNumberStepTooLarge),
        None => Ok(()),
        Some(highest) => match next.checked_sub(highest) {
            None | Some(0) => Err(Refusal::SequenceNumberNotGreater),
            Some(step) if step > MAX_SEQUENCE_STEP => Err(Refusal::SequenceNumberStepTooLarge),
            Some(_) => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_for_several_products_is_for_all_of_them_or_for_none() {
        use crate::mock::{on_chain, Runtime, RuntimeOrigin, SuitRegistry, ADMIN};
        use suit_manifest::uuid;
        use suit_primitives::release::{Policy, Retrieval};

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
            HighestPublished::<Runtime>::insert(
                ProductId {
                    vendor: VendorId(vendor),
                    class: ClassId(switch.1),
                },
                5,
            );
            let outcome = |products: &[([u8; 16], [u8; 16])], open, sequence_number| {
                let products = products.iter().copied().collect();
                let mut findings = Findings::first();
                let resolved = Resolved {
                    products,
                    open,
                    payloads: Default::default(),
                };
                let outcome = check::<Runtime>(&mut findings, &resolved, sequence_number);
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
            let _ = HighestPublished::<Runtime>::clear(u32::MAX, None);
        });
    }

    #[test]
    fn sequence_numbers_rise_by_a_bounded_step() {
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
}
