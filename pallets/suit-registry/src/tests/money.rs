//! What is held and what is burned: whose, how much, and when it comes back.

use super::*;
use crate::Releases;
use codec::Encode;
use forge::{dag_root, ipfs, Fetch};

const MIB: u64 = 1 << 20;

/// What is held for payloads.
fn payload_deposit(who: u64) -> u64 {
    held(who, HoldReason::Payload)
}

/// An envelope for the product that fetches an image of so many mebibytes under this root.
fn of_size(number: u64, root: u8, mebibytes: u64) -> Vec<u8> {
    let fetch = Fetch {
        uri: ipfs(&dag_root(root)),
        size: Some(mebibytes * MIB),
        ..Fetch::image(b"whatever the digest is of")
    };
    Forge::new(number)
        .with(|forge| forge.fetches = vec![fetch])
        .signed(&[&p256(1)])
}

fn transfer(from: u64, to: u64) {
    let vendor = vendor();
    call(from, crate::Call::transfer_vendor { vendor, to }).expect("he is the admin");
    call(to, crate::Call::accept_vendor { vendor }).expect("it was offered");
}

#[test]
fn what_stays_for_ever_costs_a_fee_by_its_bytes_which_is_burned() {
    on_chain(|| {
        FeePerByte::set(2);
        let fee = |bytes: usize| 1 + 2 * bytes as u64;
        let domain = DOMAIN.len();
        assert_eq!(
            burned_by(|| register_vendor(ADMIN, DOMAIN).expect("it is free")),
            fee(domain + 128)
        );
        let uuid = [0x41; 16];
        let by_uuid = || call(ADMIN, crate::Call::register_vendor_by_uuid { uuid }).expect("it is free");
        assert_eq!(burned_by(by_uuid), fee(128));
        assert_eq!(burned_by(|| add_author(ADMIN, vendor(), &p256(1))), fee(160));
        let of_product = || {
            create(ADMIN, vendor(), CLASS);
        };
        assert_eq!(burned_by(of_product), fee(CLASS.len() + 128));
        let burned = burned_by(|| publish_number(1));
        let record = Releases::<Runtime>::get(0).expect("it is stored").v1().encoded_size();
        assert_eq!(burned, fee(record), "by the record's bytes and not by the envelope's");
        FeePerByte::set(0);
    });
}

#[test]
fn what_leaves_nothing_new_burns_nothing() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        offer(1..=3);
        FeePerByte::set(2);
        let burned = burned_by(|| {
            suspend(1).expect("it is his");
            resume(1).expect("he suspended it");
            set_stone(1, true).expect("it is kept");
            revoke(2).expect("it is his");
            set_threshold(1).expect("it is good");
            set_policy(Policy::V2(plain())).expect("it is good");
            revoke_key(&p256(2), None).expect("it is live");
            let publishers = vec![STRANGER];
            let vendor = vendor();
            call(ADMIN, crate::Call::set_publishers { vendor, publishers }).expect("he is the admin");
            transfer(ADMIN, STRANGER);
        });
        FeePerByte::set(0);
        assert_eq!(burned, 0);
    });
}

#[test]
fn a_fee_that_cannot_be_paid_refuses_the_call() {
    on_chain(|| {
        let domain = || crate::Call::register_vendor { domain: DOMAIN.into() };
        FeePerByte::set(1_000_000);
        assert_refused(Refusal::DepositNotAvailable, || call(ADMIN, domain()));
        FeePerByte::set(0);
        register(1, &[&p256(1)]);
        FeePerByte::set(1_000_000);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::DepositNotAvailable, &envelope, &[&p256(1)]);
        assert_refused(Refusal::DepositNotAvailable, || rotate_key(&p256(1), &p256(2)));
        FeePerByte::set(0);
    });
}

#[test]
fn a_payload_that_releases_share_is_paid_once_for_the_most_that_one_asks() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish(ADMIN, &of_size(1, 1, 3)).expect("it is good");
        assert_eq!(payload_deposit(ADMIN), 10 * 2 * 3, "three mebibytes at two nodes");
        publish(ADMIN, &of_size(2, 1, 3)).expect("it is good");
        assert_eq!(payload_deposit(ADMIN), 10 * 2 * 3);
        set_policy(Policy::V2(PolicyV2 { replicas: 5, ..plain() })).expect("it is good");
        publish(ADMIN, &of_size(3, 1, 3)).expect("it is good");
        assert_eq!(payload_deposit(ADMIN), 10 * 5 * 3, "at five nodes");
        publish(ADMIN, &of_size(4, 2, 1)).expect("it is good");
        assert_eq!(payload_deposit(ADMIN), 10 * 5 * (3 + 1), "another payload");

        revoke(3).expect("it is his");
        assert_eq!(
            payload_deposit(ADMIN),
            10 * 5 * (3 + 1),
            "it does not fall while one is left"
        );
        revoke(1).expect("it is his");
        revoke(2).expect("it is his");
        assert_eq!(payload_deposit(ADMIN), 10 * 5);
        revoke(4).expect("it is his");
        assert_eq!(payload_deposit(ADMIN), 0);
    });
}

#[test]
fn a_payload_that_two_vendors_name_is_paid_by_each() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        let other = register_domain(STRANGER, "other.example");
        add_author(STRANGER, other, &p256(1));
        let lamp = create(STRANGER, other, CLASS);
        let forge = Forge::new(1).with(|forge| {
            forge.vendor = lamp.vendor.0;
            forge.class = Some(lamp.class.0);
        });
        publish(STRANGER, &forge.signed(&[&p256(1)])).expect("it is good");
        assert_eq!((payload_deposit(ADMIN), payload_deposit(STRANGER)), (10, 10));

        revoke(1).expect("it is his");

        assert_eq!((payload_deposit(ADMIN), payload_deposit(STRANGER)), (0, 10));
        assert!(is_wanted(forge::raw_root(forge::IMAGE)), "neither relies on the other");
    });
}

#[test]
fn deposits_go_back_to_who_paid_them_also_after_a_transfer() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish(ADMIN, &of_size(1, 1, 1)).expect("it is good");
        transfer(ADMIN, STRANGER);
        let before = [
            HoldReason::Key,
            HoldReason::Product,
            HoldReason::Release,
            HoldReason::Payload,
        ];
        assert!(before
            .into_iter()
            .all(|reason| held(ADMIN, reason) > 0 && held(STRANGER, reason) == 0));
        let by_stranger = |each| call(STRANGER, each).expect("he is the admin");

        // The same payload costs nothing more, a new one is the new admin's.
        let envelope = of_size(2, 1, 1);
        publish(STRANGER, &envelope).expect("it is good");
        assert_eq!((payload_deposit(ADMIN), payload_deposit(STRANGER)), (20, 0));
        assert_eq!(held(STRANGER, HoldReason::Release), 100 + envelope.len() as u64);
        let product = product();
        let revoke = |sequence_number| crate::Call::revoke_release {
            product,
            sequence_number,
        };
        by_stranger(revoke(1));
        assert_eq!((held(ADMIN, HoldReason::Release), payload_deposit(ADMIN)), (0, 20));
        by_stranger(revoke(2));
        assert_eq!(payload_deposit(ADMIN), 0);
        by_stranger(crate::Call::retire_product { product });
        by_stranger(crate::Call::retire_vendor { vendor: vendor() });
        assert_eq!(
            (Balances::reserved_balance(ADMIN), Balances::reserved_balance(STRANGER)),
            (0, 0)
        );
    });
}

#[test]
fn nobody_pays_more_for_what_another_publishes() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish(ADMIN, &of_size(1, 1, 1)).expect("it is good");
        transfer(ADMIN, STRANGER);
        let stricter = crate::Call::set_policy {
            product: product(),
            policy: Policy::V2(PolicyV2 { replicas: 3, ..plain() }),
        };
        call(STRANGER, stricter).expect("he is the admin");
        publish(STRANGER, &of_size(2, 1, 1)).expect("it is good");
        assert_eq!(
            (payload_deposit(ADMIN), payload_deposit(STRANGER)),
            (0, 30),
            "all of it is his now"
        );
    });
}
