//! Numbers that a stolen key burned, and the council that gives them back.

use super::*;
use crate::WeightInfo;

const BURNT: u64 = 1 + (1 << 32);

fn next_number() -> Option<u64> {
    SuitRegistry::api_product(product())
        .expect("it is stored")
        .next_sequence_number
}

/// Release 1 is offered, and a thief published the highest number that he could.
fn burnt() {
    register(1, &[&p256(1)]);
    offer([1]);
    publish_number(BURNT);
}

#[test]
fn a_lowered_floor_gives_burnt_numbers_back() {
    on_chain(|| {
        burnt();
        revoke(BURNT).expect("it is his");
        let low = Forge::new(2).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberNotGreater, &low, &[&p256(1)]);

        let events = events_of(|| lower_floor(2).expect("what is above is revoked"));

        let expected = Event::FloorLowered {
            product: product(),
            floor: 2,
        };
        assert_eq!(events, [expected]);
        assert_eq!(next_number(), Some(2));
        offer([2]);
        assert_eq!((latest(), next_number()), (Some(id_of(2)), Some(3)));
        assert_both_refuse(Refusal::SequenceNumberNotGreater, &low, &[&p256(1)]);
    });
}

#[test]
fn no_number_is_used_twice_also_above_a_lowered_floor() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        publish_number(5);
        publish_number(7);
        for number in [5, 7] {
            revoke(number).expect("it is his");
        }
        lower_floor(2).expect("what is above is revoked");
        for number in [5, 7] {
            let used = Forge::new(number).signed(&[&p256(1)]);
            assert_both_refuse(Refusal::SequenceNumberUsed, &used, &[&p256(1)]);
        }
        offer([6]);
        assert_eq!(next_number(), Some(7), "above what was published since");
        let used = Forge::new(7).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberUsed, &used, &[&p256(1)]);
        offer([8]);
        assert_eq!((latest(), next_number()), (Some(id_of(8)), Some(9)), "above everything");
    });
}

#[test]
fn the_step_counts_from_the_lowered_floor() {
    on_chain(|| {
        burnt();
        revoke(BURNT).expect("it is his");
        lower_floor(2).expect("what is above is revoked");
        let too_far = Forge::new(BURNT + 1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberStepTooLarge, &too_far, &[&p256(1)]);
    });
}

#[test]
fn a_floor_is_lowered_more_than_once_and_never_raised() {
    on_chain(|| {
        burnt();
        revoke(BURNT).expect("it is his");
        lower_floor(100).expect("what is above is revoked");
        for floor in [100, 101, BURNT] {
            assert_refused(Refusal::BadFloor, || lower_floor(floor));
        }
        publish_number(150);
        assert_refused(Refusal::ReleaseNotRevoked, || lower_floor(50));
        revoke(150).expect("it is his");
        assert_eq!(lower_floor(50), Ok(()));
        assert_eq!(next_number(), Some(50));
    });
}

#[test]
fn a_floor_is_above_everything_that_was_ever_available() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_refused(Refusal::BadFloor, || lower_floor(0));
        offer([1, 10]);
        publish_number(20);
        for number in [10, 20] {
            revoke(number).expect("it is his");
        }
        for floor in [0, 1, 2, 10] {
            assert_refused(Refusal::BadFloor, || lower_floor(floor));
        }
        assert_refused(Refusal::BadFloor, || lower_floor(21));
        assert_eq!(lower_floor(11), Ok(()), "devices that have 10 go on from there");
    });
}

#[test]
fn what_is_at_or_above_the_floor_must_be_revoked_before() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        for number in [5, 6] {
            publish_number(number);
        }
        assert_refused(Refusal::ReleaseNotRevoked, || lower_floor(5));
        revoke(6).expect("it is his");
        assert_refused(Refusal::ReleaseNotRevoked, || lower_floor(5));
        suspend(5).expect("it is his");
        assert_refused(Refusal::ReleaseNotRevoked, || lower_floor(5));
        assert_eq!(lower_floor(6), Ok(()), "what is below may stay");
        emergency_revoke(5).expect("it is the council");
        assert_eq!(lower_floor(5), Ok(()));
    });
}

#[test]
fn at_most_64_releases_may_lie_at_or_above_the_floor() {
    on_chain(|| {
        type Weights = <Runtime as crate::Config>::WeightInfo;
        register(1, &[&p256(1)]);
        for number in 1..=65 {
            publish_number(number);
            revoke(number).expect("it is his");
        }
        assert_refused(Refusal::TooMany, || lower_floor(1));
        let lower = crate::Call::lower_floor {
            product: product(),
            floor: 60,
        };
        let charged = lower.get_dispatch_info().call_weight;
        let info = dispatch(RuntimeOrigin::root(), lower).expect("six are above");
        assert_eq!(
            info.actual_weight,
            Some(Weights::lower_floor(6)),
            "the rest is given back"
        );
        assert_eq!(charged, Weights::lower_floor(64));
        assert_eq!(lower_floor(2), Ok(()));
    });
}
