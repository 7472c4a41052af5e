//! Releases that are withdrawn for ever, by the vendor or by the council.

use super::*;
use crate::{Releases, Suspensions};
use forge::{raw_root, IMAGE};

#[test]
fn what_the_vendor_revokes_goes_with_its_deposits_and_leaves_its_record() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        let free = Balances::free_balance(ADMIN);
        let (release_deposit, payload_deposit) = (held(ADMIN, HoldReason::Release), held(ADMIN, HoldReason::Payload));

        let events = events_of(|| revoke(2).expect("it is his"));

        let changed = Event::LatestChanged {
            product: product(),
            release: Some(0),
        };
        let revoked = Event::ReleaseRevoked {
            release: 1,
            product: product(),
            sequence_number: 2,
        };
        assert_eq!(events, [changed, revoked]);
        assert_eq!((status(1), latest()), (ReleaseStatus::Revoked, Some(0)));
        assert!(!is_kept(1) && SuitRegistry::demand(1).is_none());
        assert_eq!(SuitRegistry::demand(1), None, "it asks for nothing");
        assert_eq!(asked_for(), [0]);
        assert_eq!(held(ADMIN, HoldReason::Release), release_deposit / 2);
        assert_eq!(
            held(ADMIN, HoldReason::Payload),
            payload_deposit,
            "the other one shares the payload"
        );
        assert_eq!(Balances::free_balance(ADMIN), free + release_deposit / 2);
        let record = Releases::<Runtime>::get(1).expect("digests and signers stay");
        assert_eq!(record.v1().signers.as_slice(), [key_id(&p256(1))]);
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!((info.releases, info.kept, info.highest_published), (2, 1, Some(2)));
    });
}

#[test]
fn what_the_council_revokes_is_told_apart() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        let events = events_of(|| emergency_revoke(1).expect("it is the council"));
        let changed = Event::LatestChanged {
            product: product(),
            release: None,
        };
        let revoked = Event::ReleaseRevokedByCouncil {
            release: 0,
            product: product(),
            sequence_number: 1,
        };
        assert_eq!(events, [changed, revoked]);
        assert_eq!(held(ADMIN, HoldReason::Release) + held(ADMIN, HoldReason::Payload), 0);
        assert!(!is_wanted(raw_root(IMAGE)));
    });
}

#[test]
fn an_older_release_is_revoked_without_a_change_of_what_is_offered() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        let events = events_of(|| revoke(1).expect("it is his"));
        assert_eq!(events.len(), 1);
        assert_eq!(latest(), Some(1));
    });
}

#[test]
fn a_revoked_releases_number_is_never_used_again() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        revoke(1).expect("it is his");
        let again = Forge::new(1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberNotGreater, &again, &[&p256(1)]);
        assert_eq!(publish(ADMIN, &Forge::new(2).signed(&[&p256(1)])), Ok(()));
    });
}

#[test]
fn a_release_is_revoked_whatever_its_status_was() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        offer([2, 3]);
        suspend(3).expect("it is his");
        for number in 1..=3 {
            revoke(number).expect("it is his");
            assert_eq!(status(number - 1), ReleaseStatus::Revoked);
        }
        assert_eq!(Suspensions::<Runtime>::iter().count(), 0);
        replicate(1);
        assert_eq!(status(0), ReleaseStatus::Revoked, "its bytes come too late");
        assert_eq!(latest(), None);
    });
}

#[test]
fn a_pruned_release_is_revoked_and_gives_nothing_back() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=5);
        idle();
        let before = Balances::free_balance(ADMIN);
        revoke(1).expect("it is his");
        assert_eq!(
            (status(0), Balances::free_balance(ADMIN)),
            (ReleaseStatus::Revoked, before)
        );
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!(info.kept, 3);
    });
}

#[test]
fn a_revoked_stepping_stone_is_none_any_more() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        set_stone(1, true).expect("it is kept");
        revoke(1).expect("it is his");
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!(info.stepping_stones, [0u64; 0]);
    });
}

#[test]
fn a_suspended_vendor_may_revoke_its_releases() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        offer([1]);
        revoke_key(&p256(2), Some(10)).expect("it is live");
        assert_eq!(revoke(1), Ok(()));
        run_to(11);
        assert_eq!((vendor_status(), latest()), (VendorStatus::Active, None));
    });
}
