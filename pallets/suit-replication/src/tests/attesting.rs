//! What the chain takes of an attestation, and what it refuses.

use crate::{mock::*, Call, Event, Holdings, TAG_PREFIX};
use codec::Encode;
use frame_support::{assert_noop, dispatch::GetDispatchInfo, traits::Authorize, weights::Weight};
use sp_core::H256;
use sp_runtime::{transaction_validity::TransactionSource, DispatchError};
use suit_primitives::{
    attestation::{Attestation, AttestationV1},
    bounds::MAX_ATTESTED,
    Refusal,
};

fn with(n: u16, change: impl FnOnce(&mut AttestationV1)) -> UncheckedExtrinsic {
    let Attestation::V1(mut body) = attestation(n, &[], &[]);
    change(&mut body);
    signed_by(n, Attestation::V1(body))
}

#[test]
fn an_empty_attestation_makes_a_node_live() {
    run(|_| {
        register(1);
        assert!(!Replication::node(node(1)).unwrap().live);
        attest(1, &[], &[]);
        let shown = Replication::node(node(1)).unwrap();
        assert_eq!((shown.last_period, shown.live), (Some(0), true));
        System::assert_last_event(
            Event::HoldingsAttested {
                node: node(1),
                period: 0,
                gained: 0,
                lost: 0,
            }
            .into(),
        );
    });
}

#[test]
fn the_registry_hears_how_many_live_nodes_hold_each_gained_release() {
    run(|_| {
        release([3, 5], 3);
        [1, 2, 3].into_iter().for_each(register);
        attest(1, &[3, 5], &[]);
        assert_eq!(take_notes(), [(3, 1), (5, 1)]);
        attest(2, &[5], &[]);
        assert_eq!(take_notes(), [(5, 2)]);
        attest(3, &[], &[]);
        assert_eq!(take_notes(), []);
        go_to_period(1);
        attest(3, &[3, 5], &[]);
        assert_eq!(take_notes(), [(3, 2), (5, 3)]);
    });
}

#[test]
fn what_is_lost_counts_no_more() {
    run(|_| {
        release([3, 5], 2);
        register(1);
        attest(1, &[3, 5], &[]);
        go_to_period(1);
        attest(1, &[], &[3]);
        assert_eq!(Replication::holders(3), []);
        assert_eq!(Replication::holders(5), [node(1)]);
        System::assert_last_event(
            Event::HoldingsAttested {
                node: node(1),
                period: 1,
                gained: 0,
                lost: 1,
            }
            .into(),
        );
        go_to_period(2);
        attest(1, &[3], &[5]);
        assert_eq!(Replication::holders(3), [node(1)]);
    });
}

#[test]
fn an_attestation_for_another_chain_is_refused() {
    run(|_| {
        register(1);
        let other = with(1, |body| body.genesis = H256::repeat_byte(1));
        assert_eq!(refusal(other), Refusal::AttestationForOtherChain);
    });
}

#[test]
fn an_attestation_of_an_unknown_version_does_not_decode() {
    run(|_| {
        let mut bytes = attestation(1, &[], &[]).encode();
        bytes[0] = 2;
        assert!(<Attestation as codec::Decode>::decode(&mut &bytes[..]).is_err());
    });
}

#[test]
fn an_attestation_for_a_past_or_coming_period_is_refused() {
    run(|_| {
        register(1);
        go_to_period(4);
        assert_eq!(
            refusal(with(1, |body| body.period = 3)),
            Refusal::AttestationPeriodNotCurrent
        );
        assert_eq!(
            refusal(with(1, |body| body.period = 5)),
            Refusal::AttestationPeriodNotCurrent
        );
    });
}

#[test]
fn an_attestation_of_a_node_that_is_not_registered_is_refused() {
    run(|_| assert_eq!(refusal(with(1, |_| ())), Refusal::NodeNotFound));
}

#[test]
fn a_second_attestation_in_a_period_is_refused() {
    run(|_| {
        register(1);
        let first = with(1, |_| ());
        apply(first.clone()).unwrap();
        assert_eq!(refusal(first), Refusal::AlreadyAttested);
        go_to_period(1);
        attest(1, &[], &[]);
    });
}

#[test]
fn a_signature_of_another_key_or_over_other_lists_is_refused() {
    run(|_| {
        release([3], 1);
        register(1);
        register(2);
        let foreign = signed_by(2, attestation(1, &[3], &[]));
        assert_eq!(refusal(foreign), Refusal::AttestationSignatureNotValid);
        let RuntimeCall::Replication(Call::attest { signature, .. }) = signed_by(1, attestation(1, &[], &[])).function
        else {
            panic!("not an attestation")
        };
        let changed = transaction(attestation(1, &[3], &[]), signature);
        assert_eq!(refusal(changed), Refusal::AttestationSignatureNotValid);
    });
}

#[test]
fn lists_that_do_not_rise_or_overlap_are_refused() {
    run(|_| {
        release([3, 5], 1);
        register(1);
        attest(1, &[3], &[]);
        go_to_period(1);
        for (gained, lost) in [
            (&[5, 3][..], &[][..]),
            (&[5, 5], &[]),
            (&[], &[3, 3]),
            (&[], &[5, 3]),
            (&[3], &[3]),
        ] {
            let refused = signed_by(1, attestation(1, gained, lost));
            assert_eq!(refusal(refused), Refusal::HoldingsMismatch, "{gained:?} {lost:?}");
        }
    });
}

#[test]
fn gaining_what_is_held_and_losing_what_is_not_are_refused() {
    run(|_| {
        release([3, 5], 1);
        register(1);
        attest(1, &[3], &[]);
        go_to_period(1);
        assert_eq!(
            refusal(signed_by(1, attestation(1, &[3], &[]))),
            Refusal::HoldingsMismatch
        );
        assert_eq!(
            refusal(signed_by(1, attestation(1, &[], &[5]))),
            Refusal::HoldingsMismatch
        );
    });
}

#[test]
fn gaining_a_release_that_nobody_asks_for_is_refused() {
    run(|_| {
        release([3], 1);
        register(1);
        assert_eq!(refusal(signed_by(1, attestation(1, &[4], &[]))), Refusal::NotOnDuty);
        revoke(3);
        assert_eq!(refusal(signed_by(1, attestation(1, &[3], &[]))), Refusal::NotOnDuty);
    });
}

#[test]
fn gaining_a_release_that_is_another_nodes_duty_is_refused() {
    run(|_| {
        release(0..20, 1);
        register(1);
        register(2);
        attest(1, &[], &[]);
        attest(2, &[], &[]);
        go_to_period(1);
        let duty: Vec<_> = Replication::duty(node(1))
            .into_iter()
            .map(|demand| demand.release)
            .collect();
        assert!(!duty.is_empty() && duty.len() < 20);
        let other = (0..20).find(|release| !duty.contains(release)).unwrap();
        assert_eq!(refusal(signed_by(1, attestation(1, &[other], &[]))), Refusal::NotOnDuty);
        attest(1, &duty, &[]);
        assert_eq!(Holdings::<Test>::iter_key_prefix(node(1)).count(), duty.len());
    });
}

#[test]
fn nobody_attests_without_authorisation() {
    run(|_| {
        register(1);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(1), RuntimeOrigin::root()] {
            assert_noop!(
                Replication::attest(origin, attestation(1, &[], &[]), [0; 64]),
                DispatchError::BadOrigin
            );
        }
    });
}

#[test]
fn the_pool_takes_one_attestation_of_a_node_and_period_until_the_period_ends() {
    run(|_| {
        release([3], 1);
        register(1);
        System::set_block_number(7);
        let mut tags = vec![];
        for gained in [&[][..], &[3]] {
            let RuntimeCall::Replication(call) = signed_by(1, attestation(1, gained, &[])).function else {
                panic!("not a call of the pallet")
            };
            let (validity, _) = call.authorize(TransactionSource::External).unwrap().unwrap();
            assert_eq!(validity.longevity, 3, "blocks 7, 8 and 9 are left");
            assert!(validity.propagate);
            tags.push(validity.provides);
        }
        assert_eq!(tags[0], [(TAG_PREFIX, (node(1), 1u32)).encode()]);
        assert_eq!(tags[0], tags[1]);
    });
}

#[test]
fn weight_grows_with_the_lists_and_what_was_not_needed_is_given_back() {
    run(|_| {
        release([3], 1);
        register(1);
        let heartbeat = signed_by(1, attestation(1, &[], &[]));
        let gaining = signed_by(1, attestation(1, &[3], &[]));
        let weight = |transaction: &UncheckedExtrinsic| {
            let info = transaction.get_dispatch_info();
            (info.call_weight, info.extension_weight)
        };
        assert!(weight(&gaining).0.all_gte(weight(&heartbeat).0));
        assert!(weight(&gaining).1.any_gt(weight(&heartbeat).1));
        let (_, unspent) = gaining
            .function
            .authorize(TransactionSource::External)
            .unwrap()
            .unwrap();
        assert!(unspent.any_gt(Weight::zero()) && weight(&gaining).1.all_gte(unspent));
    });
}

#[test]
fn an_attestation_of_full_lists_is_taken() {
    run(|_| {
        let first: Vec<u64> = (0..u64::from(MAX_ATTESTED)).collect();
        let second: Vec<u64> = (100..100 + u64::from(MAX_ATTESTED)).collect();
        release(first.iter().chain(&second).copied(), 1);
        register(1);
        attest(1, &first, &[]);
        go_to_period(1);
        attest(1, &second, &first);
        assert_eq!(Holdings::<Test>::iter().count(), second.len());
    });
}
