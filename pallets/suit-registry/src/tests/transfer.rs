//! A vendor changes hands: offered, withdrawn, accepted.

use super::*;

fn offer_to(who: u64, to: u64) -> Result<(), DispatchError> {
    call(who, crate::Call::transfer_vendor { vendor: vendor(), to })
}

fn cancel() -> Result<(), DispatchError> {
    call(ADMIN, crate::Call::cancel_transfer { vendor: vendor() })
}

fn accept(who: u64) -> Result<(), DispatchError> {
    call(who, crate::Call::accept_vendor { vendor: vendor() })
}

fn offered_to() -> Option<Vec<u8>> {
    SuitRegistry::api_vendor(vendor()).expect("it is registered").offered_to
}

#[test]
fn an_offer_changes_nothing_until_it_is_accepted() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let events = events_of(|| offer_to(ADMIN, STRANGER).expect("he is the admin"));
        let expected = Event::TransferOffered {
            vendor: vendor(),
            to: STRANGER,
        };
        assert_eq!(events, [expected]);
        assert_eq!(offered_to(), Some(STRANGER.encode()));
        publish_number(1);
        assert_refused(Refusal::NotAuthorized, || offer_to(STRANGER, STRANGER));
    });
}

#[test]
fn who_accepts_is_admin_and_the_only_publisher() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer_to(ADMIN, STRANGER).expect("he is the admin");
        let deposit = held(ADMIN, HoldReason::Vendor);

        let events = events_of(|| accept(STRANGER).expect("it was offered"));

        let expected = Event::VendorTransferred {
            vendor: vendor(),
            from: ADMIN,
            to: STRANGER,
        };
        assert_eq!(events, [expected]);
        let info = SuitRegistry::api_vendor(vendor()).expect("it is registered");
        assert_eq!(
            (info.admin, info.publishers),
            (STRANGER.encode(), vec![STRANGER.encode()])
        );
        assert_eq!(info.offered_to, None);
        assert_eq!(held(ADMIN, HoldReason::Vendor), 0, "it is his no more");
        assert_eq!(held(STRANGER, HoldReason::Vendor), deposit);
        assert_refused(Refusal::NotAuthorized, || offer_to(ADMIN, ADMIN));
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_refused(Refusal::NotAuthorized, || publish(ADMIN, &envelope));
        assert_eq!(publish(STRANGER, &envelope), Ok(()), "the author keys stay as they are");
    });
}

#[test]
fn an_offer_is_accepted_once_and_only_by_whom_it_was_made_to() {
    on_chain(|| {
        register(1, &[]);
        assert_refused(Refusal::TransferNotFound, || accept(STRANGER));
        offer_to(ADMIN, STRANGER).expect("he is the admin");
        assert_refused(Refusal::TransferNotFound, || accept(POOR));
        assert_refused(Refusal::TransferNotFound, || accept(ADMIN));
        accept(STRANGER).expect("it was offered");
        assert_refused(Refusal::TransferNotFound, || accept(STRANGER));
    });
}

#[test]
fn a_later_offer_takes_the_place_of_an_earlier_one() {
    on_chain(|| {
        register(1, &[]);
        offer_to(ADMIN, STRANGER).expect("he is the admin");
        offer_to(ADMIN, POOR).expect("he is the admin still");
        assert_refused(Refusal::TransferNotFound, || accept(STRANGER));
        assert_eq!(accept(POOR), Ok(()));
    });
}

#[test]
fn an_offer_that_was_withdrawn_cannot_be_accepted() {
    on_chain(|| {
        register(1, &[]);
        assert_refused(Refusal::TransferNotFound, cancel);
        offer_to(ADMIN, STRANGER).expect("he is the admin");
        let events = events_of(|| cancel().expect("there is an offer"));
        assert_eq!(events, [Event::TransferCancelled { vendor: vendor() }]);
        assert_eq!(offered_to(), None);
        assert_refused(Refusal::TransferNotFound, || accept(STRANGER));
        assert_refused(Refusal::TransferNotFound, cancel);
    });
}

#[test]
fn who_cannot_pay_the_vendors_deposit_cannot_accept_it() {
    on_chain(|| {
        register(1, &[]);
        offer_to(ADMIN, 77).expect("he is the admin");
        assert_refused(Refusal::DepositNotAvailable, || accept(77));
        assert_eq!(offered_to(), Some(77u64.encode()), "it stands");
    });
}

#[test]
fn a_suspended_vendor_changes_hands_and_stays_suspended() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        revoke_key(&p256(1), Some(5)).expect("it is live");
        offer_to(ADMIN, STRANGER).expect("he is the admin");
        accept(STRANGER).expect("it was offered");
        assert_eq!(SuitRegistry::api_latest(product()), Latest::VendorSuspended);
        run_to(11);
        assert_eq!(vendor_status(), VendorStatus::Active);
    });
}
