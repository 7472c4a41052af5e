//! Keys that go because their time has come: what they signed stays good.

use super::*;
use crate::KeysOf;

fn keys() -> Vec<KeyId> {
    KeysOf::<Runtime>::get(vendor()).into_inner()
}

#[test]
fn a_new_key_takes_an_old_ones_place() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        offer([1]);
        System::set_block_number(12);
        let (old, new) = (p256(1), ed25519(1));
        let deposit = held(ADMIN, HoldReason::Key);
        let mut events = vec![];

        let burned = burned_by(|| events = events_of(|| rotate_key(&old, &new).expect("it is live")));

        let rotated = Event::KeyRotated {
            vendor: vendor(),
            key: key_id(&old),
            successor: Some(key_id(&new)),
        };
        let added = Event::KeyAdded {
            vendor: vendor(),
            key: key_id(&new),
            usage: KeyUsage::Manifests,
            from: 12,
            until: None,
        };
        assert_eq!(events, [rotated, added]);
        assert_eq!(key_status(&old), KeyStatus::Rotated { at: 12 });
        assert_eq!(key_status(&new), KeyStatus::Live);
        assert_eq!(keys(), [key_id(&new), key_id(&p256(2))], "in the same place");
        // A COSE_Key of Ed25519 is shorter than one of P-256.
        let shorter = old.public_key().to_cose_key().len() - new.public_key().to_cose_key().len();
        assert_eq!(held(ADMIN, HoldReason::Key), deposit - shorter as u64);
        assert_eq!(burned, 1, "both stay on record");
    });
}

#[test]
fn an_old_key_signs_no_more_and_what_it_signed_stays_good() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        rotate_key(&p256(1), &p256(2)).expect("it is live");
        run_to(13);
        assert_eq!((vendor_status(), latest()), (VendorStatus::Active, Some(0)));
        let by_old = Forge::new(2).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SignatureNotValid, &by_old, &[&p256(2)]);
        let by_new = Forge::new(2).signed(&[&p256(2)]);
        let of_old = sign_intent(&intent_payload(&by_new), &[&p256(1)]);
        assert_refused(Refusal::IntentThresholdNotMet, || send(&by_new, &of_old));
        assert_eq!(publish(ADMIN, &by_new), Ok(()));
    });
}

#[test]
fn a_new_key_has_the_use_of_the_old() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        add_key(ADMIN, &ed25519(1), KeyUsage::Credentials).expect("it is new");
        rotate_key(&ed25519(1), &ed25519(2)).expect("it is live");
        let info = SuitRegistry::api_key(vendor(), key_id(&ed25519(2))).expect("it is stored");
        assert_eq!(info.usage, KeyUsage::Credentials);
        let by_operator = Forge::new(1).signed(&[&ed25519(2)]);
        assert_refused(Refusal::SignatureNotValid, || publish(ADMIN, &by_operator));
    });
}

#[test]
fn a_key_rotates_also_where_no_other_would_have_room() {
    on_chain(|| {
        register(1, &[]);
        for n in 0..64 {
            add_key(ADMIN, &ed25519(n), KeyUsage::Manifests).expect("there is room");
        }
        assert_eq!(rotate_key(&ed25519(7), &ed25519(64)), Ok(()));
        assert_eq!(keys().len(), 64);
        assert_eq!(keys()[7], key_id(&ed25519(64)));
    });
}

#[test]
fn a_rotation_is_refused_where_a_key_is_not_what_it_must_be() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        assert_refused(Refusal::KeyNotFound, || rotate_key(&p256(8), &p256(9)));
        assert_refused(Refusal::AlreadyExists, || rotate_key(&p256(1), &p256(2)));
        assert_refused(Refusal::AlreadyExists, || rotate_key(&p256(1), &p256(1)));
        assert_refused(Refusal::BadKey, || {
            call(
                ADMIN,
                crate::Call::rotate_key {
                    vendor: vendor(),
                    old: key_id(&p256(1)),
                    cose_key: b"pem".to_vec(),
                },
            )
        });
        revoke_key(&p256(1), None).expect("it is live");
        assert_refused(Refusal::KeyRevoked, || rotate_key(&p256(1), &p256(9)));
    });
}

#[test]
fn a_rotation_that_cannot_be_paid_leaves_the_old_key() {
    on_chain(|| {
        register_by(POOR, 1, &[&ed25519(1)]);
        // All but what an Ed25519 key takes: one of P-256 takes 35 bytes more.
        let free = Balances::free_balance(POOR);
        assert!(Balances::transfer_allow_death(RuntimeOrigin::signed(POOR), STRANGER, free - 20).is_ok());
        assert_refused(Refusal::DepositNotAvailable, || {
            call(
                POOR,
                crate::Call::rotate_key {
                    vendor: vendor(),
                    old: key_id(&ed25519(1)),
                    cose_key: p256(1).public_key().to_cose_key(),
                },
            )
        });
        assert_eq!(key_status(&ed25519(1)), KeyStatus::Live);
    });
}

#[test]
fn a_key_may_be_revoked_without_another_in_its_place() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        offer([1]);
        let events = events_of(|| revoke_key(&p256(1), None).expect("it is live"));
        let expected = Event::KeyRotated {
            vendor: vendor(),
            key: key_id(&p256(1)),
            successor: None,
        };
        assert_eq!(events, [expected]);
        assert_eq!(key_status(&p256(1)), KeyStatus::Rotated { at: 10 });
        assert_eq!(keys(), [key_id(&p256(2))]);
        let one = p256(2).public_key().to_cose_key().len() as u64;
        assert_eq!(held(ADMIN, HoldReason::Key), 100 + one, "the deposit came back");
        assert_eq!((vendor_status(), latest()), (VendorStatus::Active, Some(0)));
        assert_refused(Refusal::KeyRevoked, || revoke_key(&p256(1), None));
        assert_refused(Refusal::KeyNotFound, || revoke_key(&p256(9), None));
    });
}
