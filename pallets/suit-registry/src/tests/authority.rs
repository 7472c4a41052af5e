//! Whose word counts: the admin's for his vendor, the council's in an emergency. Whatever the call, the others are refused
//! for the same reasons.

use super::*;

type Call = crate::Call<Runtime>;

/// Every call that is the admin's, about a product and about its release 1.
fn admins_calls(product: ProductId) -> Vec<Call> {
    let vendor = product.vendor;
    let cose_key = p256(9).public_key().to_cose_key();
    [
        vec![
            Call::add_key {
                vendor,
                cose_key: cose_key.clone(),
                usage: KeyUsage::Manifests,
                from: None,
                until: None,
            },
            Call::create_product {
                vendor,
                class_name: b"switch".to_vec(),
                policy: policy(1, 1, Retrieval::Open),
            },
            Call::set_publishers {
                vendor,
                publishers: vec![STRANGER],
            },
            Call::transfer_vendor { vendor, to: STRANGER },
            Call::cancel_transfer { vendor },
            Call::set_threshold { vendor, threshold: 2 },
            Call::retire_vendor { vendor },
            Call::rotate_key {
                vendor,
                old: key_id(&p256(1)),
                cose_key,
            },
            Call::revoke_key {
                vendor,
                key: key_id(&p256(1)),
                compromised_since: None,
            },
            Call::void_credentials {
                vendor,
                key: key_id(&p256(1)),
                before: 1,
            },
            Call::hand_over_keys {
                vendor,
                handover: vec![],
            },
        ],
        products_calls(product),
        releases_calls(product, 1),
    ]
    .concat()
}

fn products_calls(product: ProductId) -> Vec<Call> {
    vec![
        Call::set_policy {
            product,
            policy: policy(1, 1, Retrieval::Open),
        },
        Call::retire_product { product },
    ]
}

fn releases_calls(product: ProductId, sequence_number: u64) -> Vec<Call> {
    vec![
        Call::revoke_release {
            product,
            sequence_number,
        },
        Call::suspend_release {
            product,
            sequence_number,
        },
        Call::resume_release {
            product,
            sequence_number,
        },
        Call::set_stepping_stone {
            product,
            sequence_number,
            declared: true,
        },
        Call::set_stepping_stone {
            product,
            sequence_number,
            declared: false,
        },
    ]
}

fn councils_calls_on_releases(product: ProductId, sequence_number: u64) -> Vec<Call> {
    vec![
        Call::emergency_revoke_release {
            product,
            sequence_number,
        },
        Call::emergency_suspend_release {
            product,
            sequence_number,
        },
        Call::emergency_resume_release {
            product,
            sequence_number,
        },
    ]
}

/// Each is refused by the admin, or whoever else calls, for this reason.
#[track_caller]
fn assert_all_refused(refusal: Refusal, who: u64, calls: Vec<Call>) {
    for each in calls {
        assert_refused(refusal, || call(who, each.clone()));
    }
}

#[test]
fn what_is_the_admins_is_refused_for_a_vendor_that_nobody_registered() {
    on_chain(|| {
        assert_all_refused(Refusal::VendorNotFound, ADMIN, admins_calls(product()));
        let accept = Call::accept_vendor { vendor: vendor() };
        assert_all_refused(Refusal::VendorNotFound, ADMIN, vec![accept]);
    });
}

#[test]
fn what_is_the_admins_is_refused_to_strangers_and_to_publishers() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        assert_all_refused(Refusal::NotAuthorized, STRANGER, admins_calls(product()));
        let publishers = vec![STRANGER];
        let vendor = vendor();
        call(ADMIN, Call::set_publishers { vendor, publishers }).expect("he is the admin");
        assert_all_refused(Refusal::NotAuthorized, STRANGER, admins_calls(product()));
    });
}

#[test]
fn what_is_the_admins_is_refused_once_the_vendor_is_retired() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        revoke(1).expect("it is his");
        retire_product().expect("nothing is kept");
        retire_vendor().expect("nothing is left");
        assert_all_refused(Refusal::VendorNotActive, ADMIN, admins_calls(product()));
        let accept = Call::accept_vendor { vendor: vendor() };
        assert_all_refused(Refusal::TransferNotFound, ADMIN, vec![accept]);
    });
}

#[test]
fn calls_on_a_product_are_refused_where_it_is_none_or_is_retired() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let unknown = ProductId {
            vendor: vendor(),
            class: ClassId([1; 16]),
        };
        let floor = |product| Call::lower_floor { product, floor: 0 };
        assert_all_refused(Refusal::ProductNotFound, ADMIN, products_calls(unknown));
        assert_refused(Refusal::ProductNotFound, || council(floor(unknown)));
        retire_product().expect("nothing is kept");
        assert_all_refused(Refusal::ProductRetired, ADMIN, products_calls(product()));
        assert_refused(Refusal::ProductRetired, || council(floor(product())));
    });
}

#[test]
fn calls_on_a_release_are_refused_where_it_is_none_or_is_revoked() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        let council_refused = |refusal, number| {
            for each in councils_calls_on_releases(product(), number) {
                assert_refused(refusal, || council(each.clone()));
            }
        };
        assert_all_refused(Refusal::ReleaseNotFound, ADMIN, releases_calls(product(), 2));
        council_refused(Refusal::ReleaseNotFound, 2);
        revoke(1).expect("it is his");
        assert_all_refused(Refusal::ReleaseRevoked, ADMIN, releases_calls(product(), 1));
        council_refused(Refusal::ReleaseRevoked, 1);
    });
}

#[test]
fn what_is_the_councils_is_refused_to_every_account() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        let mut calls = councils_calls_on_releases(product(), 1);
        calls.extend([
            Call::lower_floor {
                product: product(),
                floor: 1,
            },
            Call::set_admission { open: false },
            Call::set_admitted {
                who: STRANGER,
                admitted: true,
            },
        ]);
        for each in calls {
            assert_eq!(call(ADMIN, each), Err(DispatchError::BadOrigin));
        }
    });
}

#[test]
fn what_is_the_admins_takes_a_signed_account_and_no_other_origin() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let mut calls = admins_calls(product());
        calls.push(Call::accept_vendor { vendor: vendor() });
        for each in calls {
            for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
                let outcome = dispatch(origin, each.clone()).map_err(|failed| failed.0);
                assert_eq!(outcome, Err(DispatchError::BadOrigin));
            }
        }
    });
}
