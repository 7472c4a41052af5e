//! Holdings lapse with the node's silence and come back only when they are attested anew.

use crate::{mock::*, HoldersOf};
use suit_primitives::Refusal;

#[test]
fn a_node_counts_through_the_period_after_its_last_attestation_and_no_longer() {
    run(|_| {
        release([3], 2);
        register(1);
        attest(1, &[3], &[]);
        go_to_period(1);
        assert_eq!(Replication::holders(3), [node(1)]);
        System::set_block_number(2 * PERIOD - 1);
        assert!(Replication::node(node(1)).unwrap().live);
        go_to_period(2);
        assert!(!Replication::node(node(1)).unwrap().live);
        assert_eq!(Replication::holders(3), []);
        assert_eq!(HoldersOf::<Test>::get(3).len(), 1, "nothing was written for it");
    });
}

#[test]
fn a_node_that_attests_every_period_keeps_its_holdings() {
    run(|_| {
        release([3], 2);
        register(1);
        attest(1, &[3], &[]);
        for period in 1..20 {
            go_to_period(period);
            attest(1, &[], &[]);
            assert_eq!(Replication::holders(3), [node(1)]);
        }
    });
}

#[test]
fn what_a_silent_node_held_comes_back_only_when_it_is_attested_anew() {
    run(|_| {
        release([3], 2);
        register(1);
        attest(1, &[3], &[]);
        go_to_period(4);
        attest(1, &[], &[]);
        assert!(Replication::node(node(1)).unwrap().live);
        assert_eq!(Replication::holders(3), []);
        go_to_period(5);
        attest(1, &[3], &[]);
        assert_eq!(Replication::holders(3), [node(1)]);
        go_to_period(6);
        assert_eq!(
            refusal(signed_by(1, attestation(1, &[3], &[]))),
            Refusal::HoldingsMismatch
        );
    });
}

#[test]
fn a_lapsed_holding_may_be_given_up() {
    run(|_| {
        release([3], 2);
        register(1);
        attest(1, &[3], &[]);
        go_to_period(4);
        attest(1, &[], &[3]);
        assert_eq!(HoldersOf::<Test>::iter().count(), 0);
    });
}

#[test]
fn only_live_holders_are_counted_and_a_return_is_heard() {
    run(|_| {
        release([3], 2);
        register(1);
        register(2);
        attest(1, &[3], &[]);
        assert_eq!(take_notes(), [(3, 1)]);
        go_to_period(3);
        attest(2, &[3], &[]);
        assert_eq!(take_notes(), [(3, 1)], "the first one has lapsed");
        go_to_period(4);
        attest(2, &[], &[]);
        attest(1, &[3], &[]);
        assert_eq!(take_notes(), [(3, 2)], "the first one is back");
    });
}
