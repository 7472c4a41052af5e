//! Which nodes are on duty for which releases.

use crate::{duty::LiveNodes, mock::*};
use std::collections::BTreeSet;
use suit_primitives::{bounds::MAX_REPLICAS, NodeId, Refusal, ReleaseId};

fn live() -> LiveNodes {
    LiveNodes::load::<Test>(Replication::current_period())
}

fn duty_of(n: u16) -> Vec<ReleaseId> {
    Replication::duty(node(n))
        .into_iter()
        .map(|demand| demand.release)
        .collect()
}

fn on_duty(release: ReleaseId, replicas: u8) -> BTreeSet<NodeId> {
    live().on_duty(&demand(release, replicas)).into_iter().collect()
}

/// Nodes `1..=count`, live since the period before the current.
fn live_nodes(count: u16) {
    (1..=count).for_each(register);
    (1..=count).for_each(|n| attest(n, &[], &[]));
    go_to_period(1);
}

#[test]
fn every_release_has_as_many_nodes_on_duty_as_it_asks_for_or_as_there_are() {
    run(|_| {
        live_nodes(7);
        for replicas in [1, 2, 6, 7, 8, MAX_REPLICAS] {
            release(0..10, replicas);
            let expected = usize::from(replicas).min(7);
            let duties: Vec<_> = (1..=7).map(|n| (node(n), duty_of(n))).collect();
            for release in 0..10 {
                let chosen = on_duty(release, replicas);
                assert_eq!(chosen.len(), expected);
                let by_node: BTreeSet<_> = duties
                    .iter()
                    .filter(|(_, duty)| duty.contains(&release))
                    .map(|(node, _)| *node)
                    .collect();
                assert_eq!(by_node, chosen, "the nodes agree on who is on duty");
            }
        }
    });
}

#[test]
fn a_nodes_leaving_moves_only_its_share() {
    run(|_| {
        live_nodes(6);
        let before: Vec<_> = (0..200).map(|release| on_duty(release, 2)).collect();
        Replication::remove_node(RuntimeOrigin::signed(4), node(4)).unwrap();
        let mut moved = 0;
        for (release, before) in before.iter().enumerate() {
            let after = on_duty(release as ReleaseId, 2);
            if before.contains(&node(4)) {
                moved += 1;
                let stayed: BTreeSet<_> = before.iter().copied().filter(|other| *other != node(4)).collect();
                assert!(stayed.is_subset(&after) && after.len() == 2);
            } else {
                assert_eq!(*before, after);
            }
        }
        // A third of 200 on average; the hash would have to be poor to leave these bounds.
        assert!((40..95).contains(&moved), "{moved} of 200 releases were node 4's");
    });
}

#[test]
fn releases_with_the_same_payloads_have_the_same_nodes() {
    run(|_| {
        live_nodes(5);
        let mut copy = demand(1, 2);
        copy.release = 99;
        assert_eq!(live().on_duty(&demand(1, 2)), live().on_duty(&copy));
    });
}

#[test]
fn a_node_that_is_not_live_yet_sees_its_share_among_the_live_ones() {
    run(|_| {
        release(0..100, 1);
        live_nodes(4);
        register(5);
        let share = duty_of(5);
        assert!((5..45).contains(&share.len()), "{} of 100", share.len());
        attest(5, &[], &[]);
        assert_eq!(duty_of(5), share);
    });
}

#[test]
fn a_stranger_has_no_duty() {
    run(|_| {
        release(0..10, 2);
        assert!(duty_of(1).is_empty());
    });
}

#[test]
fn a_silent_nodes_share_falls_to_the_others() {
    run(|_| {
        release(0..50, 1);
        live_nodes(2);
        attest(1, &[], &[]);
        assert!(duty_of(1).len() < 50);
        go_to_period(2);
        attest(1, &[], &[]);
        assert_eq!(duty_of(1).len(), 50);
    });
}

#[test]
fn a_node_that_came_within_the_period_takes_no_right_to_attest_before_the_next() {
    run(|_| {
        release(0..50, 1);
        live_nodes(1);
        register(2);
        attest(2, &[], &[]);
        let passed_on = *duty_of(2).first().unwrap();
        assert!(!duty_of(1).contains(&passed_on));
        // Node 1 fetched it under the duty that held when the period began.
        attest(1, &[passed_on], &[]);
        let other = duty_of(2)[1];
        go_to_period(2);
        assert_eq!(refusal(signed_by(1, attestation(1, &[other], &[]))), Refusal::NotOnDuty);
    });
}

#[test]
fn a_holder_keeps_what_passed_to_another_until_the_other_holds_it() {
    run(|_| {
        release(0..50, 1);
        live_nodes(1);
        attest(1, &(0..50).collect::<Vec<_>>(), &[]);
        register(2);
        attest(2, &[], &[]);
        let passed_on = duty_of(2);
        assert!(!passed_on.is_empty());
        assert_eq!(duty_of(1).len(), 50, "everything stays in its care");
        go_to_period(2);
        attest(1, &[], &[]);
        attest(2, &passed_on[..1], &[]);
        let left = duty_of(1);
        assert_eq!(left.len(), 49);
        assert!(!left.contains(&passed_on[0]));
    });
}

#[test]
fn more_releases_than_a_page_are_all_seen() {
    run(|_| {
        release(0..600, 1);
        live_nodes(1);
        assert_eq!(duty_of(1).len(), 600);
    });
}
