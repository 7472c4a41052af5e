//! Vendors, keys, products, publishers.

use super::*;
use crate::{Event, Keys, OpenAdmission, Vendors};
use frame_support::traits::fungible::InspectHold;

fn register_vendor(who: u64, domain: &str) -> Result<(), DispatchError> {
    call(who, crate::Call::register_vendor { domain: domain.into() })
}

fn held(reason: crate::HoldReason) -> u64 {
    Balances::balance_on_hold(&reason.into(), &ADMIN)
}

#[test]
fn register_vendor_derives_the_id_from_the_domain() {
    on_chain(|| {
        register_vendor(ADMIN, "arm.com").expect("it is free");
        // The example of draft-ietf-suit-manifest-37.
        let id = VendorId([
            0xfa, 0x6b, 0x4a, 0x53, 0xd5, 0xad, 0x5f, 0xdf, 0xbe, 0x9d, 0xe6, 0x63, 0xe4, 0xd4, 0x1f, 0xfe,
        ]);
        let record = Vendors::<Runtime>::get(id).expect("it is stored").into_v1();
        assert_eq!(record.admin, ADMIN);
        assert_eq!(
            record.publishers.as_slice(),
            [ADMIN],
            "the admin may publish until he names others"
        );
        let domain = b"arm.com".to_vec().try_into().expect("it is short");
        System::assert_last_event(
            Event::VendorRegistered {
                vendor: id,
                domain,
                admin: ADMIN,
            }
            .into(),
        );
        assert_eq!(held(crate::HoldReason::Vendor), 100 + 7 + 1 + 8);
    });
}

#[test]
fn register_vendor_refuses_a_domain_that_is_not_one() {
    on_chain(|| {
        for domain in ["ARM.com", "com", "arm.com.", "bücher.example", ""] {
            assert_refused(Refusal::BadDomain, || register_vendor(ADMIN, domain));
        }
    });
}

#[test]
fn register_vendor_refuses_a_domain_that_is_taken() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        assert_refused(Refusal::AlreadyExists, || register_vendor(STRANGER, DOMAIN));
    });
}

#[test]
fn register_vendor_refuses_an_account_that_cannot_pay_the_deposit() {
    on_chain(|| assert_refused(Refusal::DepositNotAvailable, || register_vendor(77, DOMAIN)));
}

#[test]
fn register_vendor_admits_nobody_where_admission_is_closed() {
    chain(false).execute_with(|| {
        assert_eq!(register_vendor(ADMIN, DOMAIN), Err(DispatchError::BadOrigin));
        assert_eq!(
            dispatch(
                RuntimeOrigin::root(),
                crate::Call::register_vendor { domain: DOMAIN.into() }
            )
            .map_err(|e| e.0),
            Err(DispatchError::BadOrigin)
        );
        OpenAdmission::<Runtime>::put(true);
        assert_eq!(register_vendor(ADMIN, DOMAIN), Ok(()));
    });
}

#[test]
fn add_key_takes_p256_and_ed25519_and_names_them_by_thumbprint() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        for key in [p256(1), ed25519(1)] {
            add_key(ADMIN, &key, KeyUsage::Manifests).expect("it is new");
            let event = Event::KeyAdded {
                vendor: vendor(),
                key: key_id(&key),
                usage: KeyUsage::Manifests,
                from: 10,
                until: None,
            };
            System::assert_last_event(event.into());
            let info = SuitRegistry::api_key(vendor(), key_id(&key)).expect("it is stored");
            assert_eq!(
                (info.vendor, info.usage, info.void_before),
                (vendor(), KeyUsage::Manifests, 0)
            );
        }
        assert!(held(crate::HoldReason::Key) > 200);
    });
}

#[test]
fn add_key_refuses_what_is_no_public_key() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        let not_on_curve = suit_manifest::cose::PublicKey::P256([7; 64]).to_cose_key();
        let small_order = suit_manifest::cose::PublicKey::Ed25519({
            let mut point = [0; 32];
            point[0] = 1;
            point
        })
        .to_cose_key();
        let too_long = vec![0; 257];
        // One level, height 5, Winternitz 8: a key by its form, of a kind that the chain does not verify with.
        let hss_lms = suit_manifest::cose::PublicKey::HssLms({
            let mut key = [7; 60];
            key[..12].copy_from_slice(&[0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 4]);
            key
        })
        .to_cose_key();
        for cose_key in [
            p256(1).to_cose_key(),
            not_on_curve,
            small_order,
            hss_lms,
            too_long,
            vec![],
            b"pem".to_vec(),
        ] {
            let usage = KeyUsage::Manifests;
            assert_refused(Refusal::BadKey, || {
                call(
                    ADMIN,
                    crate::Call::add_key {
                        vendor: vendor(),
                        cose_key: cose_key.clone(),
                        usage,
                        from: None,
                        until: None,
                    },
                )
            });
        }
    });
}

#[test]
fn add_key_refuses_a_key_that_the_vendor_has_but_not_one_that_another_has() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_refused(Refusal::AlreadyExists, || {
            add_key(ADMIN, &p256(1), KeyUsage::Credentials)
        });
        register_vendor(STRANGER, "other.example").expect("it is free");
        let call_of_stranger = crate::Call::add_key {
            vendor: VendorId(uuid::vendor_id("other.example")),
            cose_key: p256(1).public_key().to_cose_key(),
            usage: KeyUsage::Manifests,
            from: None,
            until: None,
        };
        assert_eq!(call(STRANGER, call_of_stranger), Ok(()), "nobody takes a key's place");
    });
}

#[test]
fn add_key_is_for_the_vendors_admin() {
    on_chain(|| {
        assert_refused(Refusal::VendorNotFound, || {
            add_key(ADMIN, &p256(1), KeyUsage::Manifests)
        });
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        assert_refused(Refusal::NotAuthorized, || {
            add_key(STRANGER, &p256(1), KeyUsage::Manifests)
        });
    });
}

#[test]
fn add_key_refuses_more_keys_than_a_vendor_may_have() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        for n in 0..64 {
            add_key(ADMIN, &ed25519(n), KeyUsage::Manifests).expect("there is room");
        }
        assert_refused(Refusal::TooMany, || add_key(ADMIN, &ed25519(64), KeyUsage::Manifests));
    });
}

#[test]
fn add_key_and_create_product_refuse_an_admin_who_cannot_pay_the_deposit() {
    on_chain(|| {
        register_vendor(POOR, DOMAIN).expect("it can be paid");
        let mut keys = (1..).map(ed25519);
        while add_key(
            POOR,
            &keys.next().expect("there is always another"),
            KeyUsage::Manifests,
        )
        .is_ok()
        {}
        assert_refused(Refusal::DepositNotAvailable, || {
            add_key(POOR, &p256(9), KeyUsage::Manifests)
        });
        assert!(!Keys::<Runtime>::contains_key(vendor(), key_id(&p256(9))));
        let class_name = vec![b'x'; 128];
        let policy = policy(1, 1, Retrieval::Open);
        assert_refused(Refusal::DepositNotAvailable, || {
            call(
                POOR,
                crate::Call::create_product {
                    vendor: vendor(),
                    class_name,
                    policy,
                },
            )
        });
    });
}

fn create_product(who: u64, class_name: &[u8], policy: Policy) -> Result<(), DispatchError> {
    call(
        who,
        crate::Call::create_product {
            vendor: vendor(),
            class_name: class_name.to_vec(),
            policy,
        },
    )
}

#[test]
fn create_product_derives_the_class_id_from_the_name() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        let policy = policy(2, 3, Retrieval::VerifiedDevices);
        create_product(ADMIN, CLASS.as_bytes(), policy).expect("it is new");
        let class_name = CLASS.as_bytes().to_vec().try_into().expect("it is short");
        System::assert_last_event(
            Event::ProductCreated {
                product: product(),
                class_name,
                policy,
            }
            .into(),
        );
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!((info.policy, info.highest_published, info.releases), (policy, None, 0));
        assert_eq!(held(crate::HoldReason::Product), 100 + 4);
        assert_refused(Refusal::AlreadyExists, || {
            create_product(ADMIN, CLASS.as_bytes(), policy)
        });
    });
}

#[test]
fn create_product_refuses_bad_names_and_policies_and_strangers() {
    on_chain(|| {
        let good = policy(1, 1, Retrieval::Open);
        assert_refused(Refusal::VendorNotFound, || create_product(ADMIN, b"lamp", good));
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        assert_refused(Refusal::NotAuthorized, || create_product(STRANGER, b"lamp", good));
        for name in [&b""[..], &[b'x'; 129], &[0xff], b"a\0b"] {
            assert_refused(Refusal::BadClassName, || create_product(ADMIN, name, good));
        }
        for (threshold, replicas) in [(0, 1), (9, 1), (1, 0), (1, 17)] {
            let bad = policy(threshold, replicas, Retrieval::Open);
            assert_refused(Refusal::BadPolicy, || create_product(ADMIN, b"lamp", bad));
        }
    });
}

#[test]
fn set_publishers_replaces_those_named_before() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        let before = held(crate::HoldReason::Vendor);
        let set = |publishers| crate::Call::set_publishers {
            vendor: vendor(),
            publishers,
        };
        call(ADMIN, set(vec![9, STRANGER, 9])).expect("he is the admin");
        System::assert_last_event(
            Event::PublishersSet {
                vendor: vendor(),
                publishers: vec![STRANGER, 9],
            }
            .into(),
        );
        assert_eq!(
            Vendors::<Runtime>::get(vendor())
                .expect("it is stored")
                .v1()
                .publishers
                .as_slice(),
            [STRANGER, 9]
        );
        assert_eq!(
            held(crate::HoldReason::Vendor),
            before + 8,
            "one account more is eight bytes more"
        );
        call(ADMIN, set(vec![])).expect("he is the admin");
        assert_eq!(held(crate::HoldReason::Vendor), before - 8);
    });
}

#[test]
fn set_publishers_refuses_strangers_and_too_many() {
    on_chain(|| {
        let set = |publishers| crate::Call::set_publishers {
            vendor: vendor(),
            publishers,
        };
        assert_refused(Refusal::VendorNotFound, || call(ADMIN, set(vec![1])));
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        assert_refused(Refusal::NotAuthorized, || call(STRANGER, set(vec![STRANGER])));
        assert_refused(Refusal::TooMany, || call(ADMIN, set((0..17).collect())));
        register_vendor(POOR, "poor.example").expect("it can be paid");
        let vendor = VendorId(uuid::vendor_id("poor.example"));
        let key = crate::Call::add_key {
            vendor,
            cose_key: ed25519(1).public_key().to_cose_key(),
            usage: KeyUsage::Manifests,
            from: None,
            until: None,
        };
        call(POOR, key).expect("it can be paid");
        for name in [vec![b'a'; 70], vec![b'b'; 60]] {
            let policy = policy(1, 1, Retrieval::Open);
            call(
                POOR,
                crate::Call::create_product {
                    vendor,
                    class_name: name,
                    policy,
                },
            )
            .expect("it can be paid");
        }
        assert_refused(Refusal::DepositNotAvailable, || {
            call(
                POOR,
                crate::Call::set_publishers {
                    vendor,
                    publishers: (0..16).collect(),
                },
            )
        });
    });
}
