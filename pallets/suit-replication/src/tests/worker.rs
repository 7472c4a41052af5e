//! The off-chain worker: orders out, attestations in.

use crate::{
    mock::*,
    worker::{LOCK_KEY, RESUBMIT_AFTER},
    Call,
};
use codec::Encode;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::offchain::Duration;
use sp_runtime::offchain::{
    storage::StorageValueRef,
    storage_lock::{StorageLock, Time},
};
use suit_primitives::{
    attestation::{key, registration_bytes, Attestation, AttestationV1},
    bounds::MAX_ATTESTED,
    mailbox::{Orders, Report, ORDERS_KEY, REPORT_KEY},
    NodeId, ReleaseId,
};

const OWNER: u64 = 300;

/// Puts a node key into the keystore.
fn local_key() -> key::Public {
    key::Public::generate_pair(Some(b"//local".to_vec()))
}

/// Registers this process's node.
fn register_local() -> NodeId {
    let key = local_key();
    let node = NodeId::from(key.clone());
    let addresses = addresses_of(node);
    let message = registration_bytes(&Replication::genesis(), &OWNER.encode(), &addresses.peer_id);
    let proof: sp_core::ed25519::Signature = key.sign(&message).unwrap().into();
    Replication::register_node(RuntimeOrigin::signed(OWNER), node, addresses, proof.0).unwrap();
    node
}

fn report(held: impl IntoIterator<Item = ReleaseId>) {
    StorageValueRef::persistent(REPORT_KEY).set(&Report::V1 {
        held: held.into_iter().collect(),
    });
}

fn forget_report() {
    StorageValueRef::persistent(REPORT_KEY).clear();
}

/// Node, block and releases of the orders in the mailbox.
fn orders() -> Option<(NodeId, u32, Vec<ReleaseId>)> {
    let Orders::V1 { node, block, orders } = StorageValueRef::persistent(ORDERS_KEY).get().unwrap()?;
    Some((node, block, orders.into_iter().map(|demand| demand.release).collect()))
}

fn body(transaction: &UncheckedExtrinsic) -> AttestationV1 {
    match &transaction.function {
        RuntimeCall::Replication(Call::attest {
            attestation: Attestation::V1(body),
            ..
        }) => body.clone(),
        other => panic!("not an attestation: {other:?}"),
    }
}

/// Goes to the middle of the current period, where the worker attests even if there is nothing new.
fn go_to_middle() {
    System::set_block_number(Replication::current_period() * PERIOD + PERIOD / 2);
}

/// Runs the worker in the middle of the period, lets the chain take the one attestation that it submits, and answers gained and lost.
fn attested(world: &World) -> (Vec<ReleaseId>, Vec<ReleaseId>) {
    go_to_middle();
    let mut submitted = world.run_worker();
    assert_eq!(submitted.len(), 1);
    let transaction = submitted.remove(0);
    let AttestationV1 { gained, lost, .. } = body(&transaction);
    apply(transaction).unwrap();
    (gained.into_inner(), lost.into_inner())
}

#[test]
fn orders_are_what_falls_to_the_node_and_are_written_only_when_they_change() {
    run(|world| {
        release(0..20, 1);
        let local = register_local();
        register(1);
        attest(1, &[], &[]);
        world.run_worker();
        let duty: Vec<_> = Replication::duty(local)
            .into_iter()
            .map(|demand| demand.release)
            .collect();
        assert!(!duty.is_empty() && duty.len() < 20);
        assert_eq!(orders(), Some((local, 1, duty.clone())));
        System::set_block_number(2);
        world.run_worker();
        assert_eq!(orders().unwrap().1, 1, "nothing changed");
        revoke(duty[0]);
        System::set_block_number(3);
        world.run_worker();
        assert_eq!(orders(), Some((local, 3, duty[1..].to_vec())));
    });
}

#[test]
fn damaged_orders_are_written_anew() {
    run(|world| {
        release([3], 1);
        let local = register_local();
        sp_io::offchain::local_storage_set(sp_core::offchain::StorageKind::PERSISTENT, ORDERS_KEY, &[9, 9]);
        world.run_worker();
        assert_eq!(orders(), Some((local, 1, vec![3])));
    });
}

#[test]
fn a_process_without_a_registered_key_does_nothing() {
    run(|world| {
        release([3], 1);
        assert_eq!(world.run_worker().len(), 0);
        local_key();
        assert_eq!(world.run_worker().len(), 0);
        assert_eq!(orders(), None);
    });
}

#[test]
fn orders_are_withdrawn_when_the_node_is_removed() {
    run(|world| {
        release([3], 1);
        let local = register_local();
        world.run_worker();
        Replication::remove_node(RuntimeOrigin::signed(OWNER), local).unwrap();
        System::set_block_number(2);
        assert_eq!(world.run_worker().len(), 0);
        assert_eq!(orders(), Some((local, 2, vec![])));
    });
}

#[test]
fn one_attestation_is_submitted_a_period() {
    run(|world| {
        register_local();
        report([]);
        let mut blocks = vec![];
        for block in 1..=4 * PERIOD {
            System::set_block_number(block);
            for transaction in world.run_worker() {
                assert_eq!(body(&transaction).period, block / PERIOD);
                System::set_block_number(block + 1);
                apply(transaction).unwrap();
                blocks.push(block);
            }
        }
        // So that each lands in the middle of its period.
        assert_eq!(blocks, [1, 6, 11, 16]);
    });
}

#[test]
fn what_is_new_is_attested_at_once_and_nothing_new_waits_for_the_middle_of_the_period() {
    run(|world| {
        release([3], 1);
        register_local();
        go_to_period(2);
        report([]);
        assert_eq!(world.run_worker().len(), 0);
        report([3]);
        assert_eq!(body(&world.run_worker()[0]).gained.to_vec(), [3]);
    });
}

#[test]
fn nothing_is_submitted_in_the_last_block_before_a_period() {
    run(|world| {
        release([3], 1);
        register_local();
        report([3]);
        System::set_block_number(PERIOD - 1);
        assert_eq!(world.run_worker().len(), 0);
        System::set_block_number(PERIOD);
        assert_eq!(world.run_worker().len(), 1);
    });
}

#[test]
fn periods_of_a_single_block_are_attested_all_the_same() {
    run(|world| {
        crate::PeriodLength::<Test>::put(1);
        register_local();
        for block in 3..6 {
            System::set_block_number(block);
            let mut submitted = world.run_worker();
            System::set_block_number(block + 1);
            apply(submitted.remove(0)).unwrap();
        }
    });
}

#[test]
fn what_did_not_land_is_submitted_again_after_some_blocks() {
    run(|world| {
        release([3], 1);
        register_local();
        report([3]);
        go_to_period(4);
        let start = System::block_number();
        let first = world.run_worker();
        assert_eq!(first.len(), 1);
        for later in 1..RESUBMIT_AFTER {
            System::set_block_number(start + later);
            assert_eq!(world.run_worker().len(), 0);
        }
        System::set_block_number(start + RESUBMIT_AFTER);
        assert_eq!(world.run_worker(), first);
        // On a branch that is not as long, the pool may have forgotten it.
        System::set_block_number(start);
        assert_eq!(world.run_worker(), first);
    });
}

#[test]
fn a_node_with_nothing_to_say_says_that_it_is_there() {
    run(|world| {
        register_local();
        report([]);
        assert_eq!(attested(world), (vec![], vec![]));
    });
}

#[test]
fn what_is_reported_and_on_duty_is_gained_and_nothing_else() {
    run(|world| {
        release(0..20, 1);
        let local = register_local();
        register(1);
        attest(1, &[], &[]);
        go_to_period(1);
        let duty: Vec<_> = Replication::duty(local)
            .into_iter()
            .map(|demand| demand.release)
            .collect();
        assert!(duty.len() > 1 && duty.len() < 20);
        report((0..30).filter(|release| *release != duty[0]));
        assert_eq!(attested(world), (duty[1..].to_vec(), vec![]));
        assert_eq!(Replication::holders(duty[1]), [local]);
        attest(1, &[], &[]);
        go_to_period(2);
        report(0..30);
        assert_eq!(attested(world), (duty[..1].to_vec(), vec![]), "only what is new");
    });
}

#[test]
fn what_the_report_no_longer_lists_is_lost() {
    run(|world| {
        release([3, 5], 1);
        let local = register_local();
        report([3, 5]);
        assert_eq!(attested(world), (vec![3, 5], vec![]));
        go_to_period(1);
        report([5]);
        assert_eq!(attested(world), (vec![], vec![3]));
        assert_eq!(Replication::holders(3), []);
        assert_eq!(Replication::holders(5), [local]);
        go_to_period(2);
        report([3, 5]);
        assert_eq!(attested(world), (vec![3], vec![]), "fetched again");
    });
}

#[test]
fn what_is_asked_for_no_more_is_lost() {
    run(|world| {
        release([3, 5], 1);
        register_local();
        report([3, 5]);
        attested(world);
        go_to_period(1);
        revoke(5);
        assert_eq!(attested(world), (vec![], vec![5]));
    });
}

#[test]
fn without_a_report_nothing_is_claimed_to_be_lost() {
    run(|world| {
        release([3], 1);
        let local = register_local();
        report([3]);
        attested(world);
        go_to_period(1);
        forget_report();
        assert_eq!(attested(world), (vec![], vec![]));
        assert_eq!(Replication::holders(3), [local]);
    });
}

#[test]
fn an_unreadable_report_claims_nothing() {
    run(|world| {
        release([3], 1);
        register_local();
        report([3]);
        attested(world);
        go_to_period(1);
        sp_io::offchain::local_storage_set(sp_core::offchain::StorageKind::PERSISTENT, REPORT_KEY, &[9, 9]);
        assert_eq!(attested(world), (vec![], vec![]));
    });
}

#[test]
fn more_than_an_attestation_holds_waits_for_the_next_period() {
    run(|world| {
        release(0..100, 1);
        register_local();
        report(0..100);
        let full = u64::from(MAX_ATTESTED);
        assert_eq!(attested(world).0, (0..full).collect::<Vec<_>>());
        go_to_period(1);
        assert_eq!(attested(world).0, (full..100).collect::<Vec<_>>());
        go_to_period(2);
        report([]);
        assert_eq!(attested(world).1.len(), MAX_ATTESTED as usize);
        go_to_period(3);
        assert_eq!(attested(world).1.len(), 100 - MAX_ATTESTED as usize);
    });
}

#[test]
fn after_silence_everything_held_is_attested_anew() {
    run(|world| {
        release([3, 5], 1);
        let local = register_local();
        report([3, 5]);
        attested(world);
        go_to_period(5);
        assert_eq!(Replication::holders(3), []);
        report([3]);
        assert_eq!(attested(world), (vec![3], vec![5]));
        assert_eq!(Replication::holders(3), [local]);
    });
}

#[test]
fn a_lapsed_holding_that_passed_to_another_who_holds_it_is_given_up() {
    run(|world| {
        release(0..20, 1);
        let local = register_local();
        report(0..20);
        attested(world);
        // The other node holds everything by the time the local one comes back.
        go_to_period(5);
        register(1);
        attest(1, &(0..20).collect::<Vec<_>>(), &[]);
        go_to_period(6);
        let (gained, lost) = attested(world);
        let duty: Vec<_> = Replication::duty(local)
            .into_iter()
            .map(|demand| demand.release)
            .collect();
        assert_eq!(gained, duty);
        assert_eq!(
            lost,
            (0..20).filter(|release| !duty.contains(release)).collect::<Vec<_>>()
        );
    });
}

#[test]
fn two_runs_do_not_meet() {
    run(|world| {
        release([3], 1);
        register_local();
        let mut lock = StorageLock::<Time>::with_deadline(LOCK_KEY, Duration::from_millis(1_000));
        let guard = lock.try_lock().unwrap();
        assert_eq!(world.run_worker().len(), 0);
        assert_eq!(orders(), None);
        drop(guard);
        assert_eq!(world.run_worker().len(), 1);
        assert!(orders().is_some());
    });
}
