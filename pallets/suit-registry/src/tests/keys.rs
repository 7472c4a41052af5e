//! Keys: added, and what they may sign from which block until which. Credentials of operators that are void.

use super::*;
use crate::Keys;

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
        assert!(held(ADMIN, HoldReason::Key) > 200);
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

/// Adds an author's key that is good for these blocks.
fn add_key_for(key: &SigningKey, from: Option<u32>, until: Option<u32>) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::add_key {
            vendor: vendor(),
            cose_key: key.public_key().to_cose_key(),
            usage: KeyUsage::Manifests,
            from,
            until,
        },
    )
}

#[test]
fn a_key_signs_from_its_first_block_to_its_last_and_no_longer() {
    on_chain(|| {
        register(1, &[]);
        let key = p256(1);
        let events = events_of(|| add_key_for(&key, Some(20), Some(25)).expect("it is new"));
        assert_eq!(
            events,
            [Event::KeyAdded {
                vendor: vendor(),
                key: key_id(&key),
                usage: KeyUsage::Manifests,
                from: 20,
                until: Some(25),
            }]
        );
        let envelope = |number| Forge::new(number).signed(&[&key]);
        System::set_block_number(19);
        assert_refused(Refusal::SignatureNotValid, || publish(ADMIN, &envelope(1)));
        System::set_block_number(20);
        assert_eq!(publish(ADMIN, &envelope(1)), Ok(()));
        System::set_block_number(25);
        assert_eq!(publish(ADMIN, &envelope(2)), Ok(()));
        System::set_block_number(26);
        assert_refused(Refusal::SignatureNotValid, || publish(ADMIN, &envelope(3)));
        assert_eq!(
            key_status(&key),
            KeyStatus::Live,
            "its time is over, but nobody revoked it"
        );
    });
}

#[test]
fn an_intent_counts_from_its_keys_first_block_to_their_last() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        add_key_for(&ed25519(2), Some(20), Some(20)).expect("it is new");
        // The manifest is signed by a key that is live, the intent by the one whose time is short.
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        let intent = sign_intent(&intent_payload(&envelope), &[&ed25519(2)]);
        for block in [19, 21] {
            System::set_block_number(block);
            assert_refused(Refusal::IntentThresholdNotMet, || send(&envelope, &intent));
        }
        System::set_block_number(20);
        assert_eq!(send(&envelope, &intent), Ok(()));
    });
}

#[test]
fn add_key_refuses_a_beginning_in_the_past_and_an_end_before_the_beginning() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        for (from, until) in [(Some(9), None), (None, Some(9)), (Some(12), Some(11))] {
            assert_refused(Refusal::BadBlock, || add_key_for(&p256(1), from, until));
        }
        assert_eq!(add_key_for(&p256(1), Some(10), Some(10)), Ok(()));
    });
}

#[test]
fn add_key_refuses_a_key_that_was_revoked() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        revoke_key(&p256(1), None).expect("it is live");
        assert_refused(Refusal::AlreadyExists, || add_key_for(&p256(1), None, None));
    });
}

#[test]
fn a_key_that_went_leaves_its_place_to_another() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        for n in 0..64 {
            add_key_for(&ed25519(n), None, None).expect("there is room");
        }
        revoke_key(&ed25519(0), None).expect("it is live");
        assert_eq!(add_key_for(&ed25519(64), None, None), Ok(()));
        assert_refused(Refusal::TooMany, || add_key_for(&ed25519(65), None, None));
    });
}

fn void(key: &SigningKey, before: u64) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::void_credentials {
            vendor: vendor(),
            key: key_id(key),
            before,
        },
    )
}

#[test]
fn credentials_are_void_before_a_time_that_only_rises() {
    on_chain(|| {
        register(1, &[]);
        let operator = ed25519(1);
        add_key(ADMIN, &operator, KeyUsage::Credentials).expect("it is new");
        let events = events_of(|| void(&operator, 1_790_000_000).expect("it is later"));
        assert_eq!(
            events,
            [Event::CredentialsVoided {
                vendor: vendor(),
                key: key_id(&operator),
                before: 1_790_000_000,
            }]
        );
        let info = SuitRegistry::api_key(vendor(), key_id(&operator)).expect("it is stored");
        assert_eq!(info.void_before, 1_790_000_000);
        for before in [0, 1_789_999_999, 1_790_000_000] {
            assert_refused(Refusal::BadBlock, || void(&operator, before));
        }
        assert_eq!(void(&operator, 1_790_000_001), Ok(()));
    });
}

#[test]
fn only_an_operators_live_key_has_credentials_to_void() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_refused(Refusal::KeyNotFound, || void(&ed25519(9), 5));
        assert_refused(Refusal::KeyNotFound, || void(&p256(1), 5));
        add_key(ADMIN, &ed25519(1), KeyUsage::Credentials).expect("it is new");
        revoke_key(&ed25519(1), None).expect("it is live");
        assert_refused(Refusal::KeyRevoked, || void(&ed25519(1), 5));
    });
}
