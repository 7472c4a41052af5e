//! What consensus makes of the set, session by session.

use crate::mock::*;
use frame_support::{assert_ok, traits::EstimateNextSessionRotation};
use pallet_session::{QueuedChanged, ShouldEndSession};
use sp_runtime::Permill;

fn add(who: u64) {
    assert_ok!(Registrars::add_registrar(RuntimeOrigin::root(), who));
}

fn remove(who: u64) {
    assert_ok!(Registrars::remove_registrar(RuntimeOrigin::root(), who));
}

fn purge(who: u64) {
    assert_ok!(Session::purge_keys(RuntimeOrigin::signed(who)));
}

#[test]
fn an_added_registrar_takes_part_from_the_session_after_the_next() {
    run(&[1, 2], || {
        set_key(3, key(3));
        add(3);
        next_session();
        assert_eq!(authorities(), [key(1), key(2)]);
        next_session();
        assert_eq!(authorities(), [key(1), key(2), key(3)]);
    });
}

#[test]
fn a_removed_registrar_takes_no_part_from_the_session_after_the_next() {
    run(&[1, 2, 3], || {
        remove(1);
        next_session();
        assert_eq!(authorities(), [key(1), key(2), key(3)]);
        next_session();
        assert_eq!(authorities(), [key(2), key(3)]);
    });
}

#[test]
fn sessions_without_a_change_leave_the_set_id_as_it_is() {
    run(&[1, 2], || {
        for _ in 0..10 {
            next_session();
            assert!(!QueuedChanged::<Test>::get());
        }
        assert_eq!((set_id(), authorities()), (0, vec![key(1), key(2)]));
    });
}

#[test]
fn every_change_raises_the_set_id_by_one() {
    run(&[1, 2], || {
        set_key(3, key(3));
        add(3);
        two_sessions();
        assert_eq!(set_id(), 1);
        two_sessions();
        assert_eq!(set_id(), 1);
        remove(2);
        two_sessions();
        two_sessions();
        assert_eq!(set_id(), 2);
    });
}

#[test]
fn several_changes_in_a_session_raise_the_set_id_once() {
    run(&[1, 2], || {
        set_key(3, key(3));
        set_key(4, key(4));
        add(3);
        add(4);
        remove(1);
        two_sessions();
        assert_eq!((set_id(), authorities()), (1, vec![key(2), key(3), key(4)]));
    });
}

#[test]
fn a_change_that_is_taken_back_within_a_session_is_none() {
    run(&[1, 2], || {
        set_key(3, key(3));
        add(3);
        remove(3);
        two_sessions();
        assert_eq!((set_id(), authorities()), (0, vec![key(1), key(2)]));
    });
}

#[test]
fn a_registrar_that_sets_other_keys_works_with_them_from_the_session_after_the_next() {
    for who in [1, 2, 3] {
        run(&[1, 2, 3], || {
            set_key(who, 900);
            next_session();
            assert!(!authorities().contains(&900));
            next_session();
            let expected: Vec<u64> = [1, 2, 3].map(|n| if n == who { 900 } else { key(n) }).into();
            assert_eq!((set_id(), authorities()), (1, expected));
            two_sessions();
            assert_eq!(set_id(), 1);
        });
    }
}

#[test]
fn keys_set_by_an_account_that_is_no_registrar_change_nothing() {
    run(&[1, 2], || {
        set_key(3, key(3));
        two_sessions();
        assert_eq!(set_id(), 0);
    });
}

#[test]
fn a_registrar_that_takes_its_keys_back_leaves_consensus_wherever_it_stands_in_the_set() {
    for who in [1, 2, 3] {
        run(&[1, 2, 3], || {
            purge(who);
            two_sessions();
            let expected: Vec<u64> = [1, 2, 3].into_iter().filter(|n| *n != who).map(key).collect();
            assert_eq!((set_id(), authorities()), (1, expected));
        });
    }
}

#[test]
fn a_registrar_that_sets_keys_again_comes_back() {
    run(&[1, 2, 3], || {
        purge(3);
        two_sessions();
        set_key(3, 900);
        two_sessions();
        assert_eq!(authorities(), [key(1), key(2), 900]);
    });
}

#[test]
fn consensus_stays_where_it_was_if_every_registrar_takes_its_keys_back() {
    run(&[1, 2], || {
        purge(1);
        purge(2);
        two_sessions();
        two_sessions();
        assert_eq!((set_id(), authorities()), (0, vec![key(1), key(2)]));
    });
}

#[test]
fn registrars_that_all_took_their_keys_back_come_back_and_can_rotate_again() {
    run(&[1, 2], || {
        purge(1);
        purge(2);
        two_sessions();
        set_key(1, 901);
        set_key(2, 902);
        two_sessions();
        assert_eq!(authorities(), [901, 902]);
        set_key(1, 903);
        two_sessions();
        assert_eq!(authorities(), [903, 902]);
    });
}

#[test]
fn a_session_begins_in_every_block_that_its_length_divides() {
    run(&[1, 2], || {
        let begins: Vec<u32> = (0..=3 * SESSION)
            .filter(|now| Registrars::should_end_session(*now))
            .collect();
        assert_eq!(begins, [SESSION, 2 * SESSION, 3 * SESSION]);
    });
}

#[test]
fn the_next_session_is_foretold() {
    run(&[1, 2], || {
        assert_eq!(Registrars::average_session_length(), SESSION);
        let next = |now| Registrars::estimate_next_session_rotation(now).0.unwrap();
        assert_eq!((next(1), next(SESSION - 1)), (SESSION, SESSION));
        assert_eq!(next(SESSION), 2 * SESSION);
        let progress = |now| Registrars::estimate_current_session_progress(now).0.unwrap();
        assert_eq!(progress(SESSION), Permill::from_percent(20));
        assert_eq!(progress(2 * SESSION - 1), Permill::from_percent(100));
        System::set_block_number(7);
        assert_eq!(Registrars::next_session(), (10, SESSION));
    });
}
