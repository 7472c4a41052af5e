//! Vendors: registered by a domain or a UUID, and who publishes for them.

use super::*;
use crate::Vendors;

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
        assert_eq!(held(ADMIN, HoldReason::Vendor), 100 + 7 + 1 + 8);
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
fn a_vendor_of_its_own_uuid_has_no_domain() {
    on_chain(|| {
        let mut uuid = [0x11; 16];
        uuid[6] = 0x41;
        let register = |who| call(who, crate::Call::register_vendor_by_uuid { uuid });
        let mut events = vec![];
        let burned = burned_by(|| events = events_of(|| register(ADMIN).expect("it is free")));
        assert_eq!(
            events,
            [Event::VendorRegistered {
                vendor: VendorId(uuid),
                domain: Default::default(),
                admin: ADMIN,
            }]
        );
        assert_eq!(held(ADMIN, HoldReason::Vendor), 100 + 1 + 8);
        assert_eq!(burned, 1);
        let info = SuitRegistry::api_vendor(VendorId(uuid)).expect("it is stored");
        assert_eq!((info.domain, info.admin, info.threshold), (vec![], ADMIN.encode(), 1));
        assert_eq!((info.status, info.registered_at), (VendorStatus::Active, 10));
        assert_refused(Refusal::AlreadyExists, || register(STRANGER));
    });
}

#[test]
fn a_uuid_that_belongs_to_nobody_or_to_a_domain_is_refused() {
    on_chain(|| {
        for uuid in [[0; 16], [0xff; 16], vendor().0] {
            assert_refused(Refusal::BadUuid, || {
                call(ADMIN, crate::Call::register_vendor_by_uuid { uuid })
            });
        }
        let uuid = [0x41; 16];
        assert_refused(Refusal::DepositNotAvailable, || {
            call(77, crate::Call::register_vendor_by_uuid { uuid })
        });
    });
}

#[test]
fn set_publishers_replaces_those_named_before() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        let before = held(ADMIN, HoldReason::Vendor);
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
            held(ADMIN, HoldReason::Vendor),
            before + 8,
            "one account more is eight bytes more"
        );
        call(ADMIN, set(vec![])).expect("he is the admin");
        assert_eq!(held(ADMIN, HoldReason::Vendor), before - 8);
    });
}

#[test]
fn set_publishers_refuses_too_many_and_what_cannot_be_paid() {
    on_chain(|| {
        let set = |publishers| crate::Call::set_publishers {
            vendor: vendor(),
            publishers,
        };
        register_vendor(ADMIN, DOMAIN).expect("it is free");
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
