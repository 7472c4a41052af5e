//! Releases that older devices have to pass through.

use super::*;

fn stones() -> Vec<u64> {
    SuitRegistry::api_product(product())
        .expect("it is stored")
        .stepping_stones
}

/// The sequence number that a device with this one takes next.
fn next(installed: Option<u64>) -> u64 {
    match SuitRegistry::api_next_release(product(), installed) {
        Latest::Release { release, .. } => release.v1().sequence_number,
        other => panic!("nothing is offered: {other:?}"),
    }
}

fn stone_set(sequence_number: u64, declared: bool) -> Event<Runtime> {
    Event::SteppingStoneSet {
        product: product(),
        sequence_number,
        declared,
    }
}

fn pruned(number: u64) -> Event<Runtime> {
    Event::ReleasePruned {
        release: id_of(number),
        product: product(),
        sequence_number: number,
    }
}

#[test]
fn a_device_passes_through_each_stepping_stone_that_lies_before_it() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([10, 20, 30, 40, 50]);
        assert_eq!(next(Some(5)), 50);
        assert_eq!(
            events_of(|| set_stone(40, true).expect("it is kept")),
            [stone_set(40, true)]
        );
        set_stone(20, true).expect("it is kept");
        assert_eq!(stones(), [20, 40], "rising");
        for (installed, expected) in [
            (0, 20),
            (19, 20),
            (20, 40),
            (21, 40),
            (39, 40),
            (40, 50),
            (50, 50),
            (99, 50),
        ] {
            assert_eq!(next(Some(installed)), expected, "from {installed}");
        }
        assert_eq!(next(None), 50, "who does not say what he has is offered the newest");
    });
}

#[test]
fn the_newest_release_or_one_that_is_withheld_is_no_detour() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([10, 20, 30]);
        for stone in [10, 20, 30] {
            set_stone(stone, true).expect("it is kept");
        }
        assert_eq!(next(Some(25)), 30);
        suspend(10).expect("it is his");
        assert_eq!(next(Some(5)), 20);
        suspend(30).expect("it is his");
        assert_eq!(next(Some(5)), 20, "the newest that is available");
        publish_number(40);
        set_stone(40, true).expect("it is kept");
        assert_eq!(next(Some(5)), 20, "what is not available leads nowhere");
    });
}

#[test]
fn a_stepping_stone_is_never_pruned() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        set_stone(1, true).expect("it is kept");
        offer(3..=6);
        idle();
        assert_eq!((is_kept(0), is_kept(1), is_kept(2)), (true, false, false));
        assert_eq!(next(Some(0)), 1);
    });
}

#[test]
fn what_is_a_stepping_stone_no_more_is_pruned_where_nothing_else_keeps_it() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        set_stone(1, true).expect("it is kept");
        offer(3..=6);
        set_stone(6, true).expect("it is kept");
        idle();
        let deposit = held(ADMIN, HoldReason::Release);
        let events = events_of(|| set_stone(1, false).expect("it is one"));
        assert_eq!(events, [stone_set(1, false), pruned(1)]);
        assert!(!is_kept(0) && held(ADMIN, HoldReason::Release) < deposit);
        let events = events_of(|| set_stone(6, false).expect("it is one"));
        assert_eq!(events, [stone_set(6, false)]);
        assert!(is_kept(5));
        assert_eq!(stones(), [0u64; 0]);
    });
}

#[test]
fn stepping_stones_are_refused_where_they_make_no_sense() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=5);
        assert_refused(Refusal::ReleaseNotFound, || set_stone(9, true));
        assert_refused(Refusal::ReleaseNotFound, || set_stone(3, false));
        set_stone(3, true).expect("it is kept");
        assert_refused(Refusal::AlreadyExists, || set_stone(3, true));
        idle();
        assert_refused(Refusal::ReleasePruned, || set_stone(1, true));
    });
}

#[test]
fn a_product_has_at_most_sixteen_stepping_stones() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in 1..=17 {
            publish_number(number);
        }
        for number in 1..=16 {
            set_stone(number, true).expect("there is room");
        }
        assert_refused(Refusal::TooMany, || set_stone(17, true));
        set_stone(4, false).expect("it is one");
        assert_eq!(set_stone(17, true), Ok(()));
    });
}

#[test]
fn what_is_offered_is_not_pruned_when_it_is_a_stepping_stone_no_more() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        set_stone(1, true).expect("it is kept");
        offer(2..=5);
        idle();
        // Everything that superseded the stone is withdrawn.
        for number in [3, 4, 5] {
            revoke(number).expect("it is his");
        }
        assert_eq!(latest(), Some(0));

        let events = events_of(|| set_stone(1, false).expect("it is one"));

        assert_eq!(events, [stone_set(1, false)]);
        assert!(is_kept(0));
        assert_eq!(latest(), Some(0));
        // It goes as any other once it is superseded again.
        offer(6..=8);
        let events = events_of(idle);
        assert_eq!(events, [pruned(1)]);
        assert_eq!(latest(), Some(id_of(8)));
    });
}
