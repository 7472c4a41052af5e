//! Registering and removing storage nodes.

use crate::{
    mock::*, Call, Departing, Error, Event, HoldReason, HoldersOf, Holdings, Nodes, NodesByPeer, FORGET_PER_BLOCK,
};
use codec::Encode;
use frame_support::{
    assert_noop, assert_ok,
    dispatch::DispatchResult,
    traits::{fungible::InspectHold, BuildGenesisConfig},
    weights::Weight,
};
use sp_runtime::DispatchError;
use suit_primitives::{
    bounds::{MAX_ATTESTED, MAX_NODES},
    replication::NodeAddresses,
    NodeId, Refusal,
};

fn held(account: u64) -> u64 {
    Balances::balance_on_hold(&RuntimeHoldReason::Replication(HoldReason::StorageNode), &account)
}

fn register_as(account: u64, n: u16, addresses: NodeAddresses, proof: [u8; 64]) -> DispatchResult {
    Replication::register_node(RuntimeOrigin::signed(account), node(n), addresses, proof)
}

#[test]
fn a_node_is_registered_with_its_addresses_and_a_deposit() {
    run(|_| {
        register(1);
        let shown = Replication::node(node(1)).unwrap();
        assert_eq!((shown.node, shown.addresses), (node(1), addresses(1)));
        assert_eq!((shown.last_period, shown.live), (None, false));
        assert!(held(1) > 1_000, "the deposit is held");
        System::assert_last_event(
            Event::NodeRegistered {
                node: node(1),
                owner: 1,
            }
            .into(),
        );
    });
}

#[test]
fn a_node_without_a_gateway_is_registered() {
    run(|_| {
        let addresses = NodeAddresses {
            gateway: Default::default(),
            ..addresses(1)
        };
        assert_ok!(register_as(1, 1, addresses.clone(), proof(1, 1, &addresses.peer_id)));
    });
}

#[test]
fn registration_needs_the_origin_that_the_runtime_asks_for() {
    run(|_| {
        let addresses = addresses(1);
        let proof = proof(1, 1, &addresses.peer_id);
        assert_noop!(
            Replication::register_node(RuntimeOrigin::none(), node(1), addresses, proof),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn registration_needs_the_deposit() {
    run(|_| {
        let addresses = addresses(1);
        let proof = proof(1, 9_999, &addresses.peer_id);
        assert!(register_as(9_999, 1, addresses, proof).is_err());
        // In a block, a failed call's writes are undone; the deposit is taken before anything is written.
        assert_eq!(Nodes::<Test>::count(), 0);
    });
}

#[test]
fn a_gateway_that_is_no_origin_is_refused() {
    run(|_| {
        let gateway = b"http://example.org/path".to_vec().try_into().unwrap();
        let addresses = NodeAddresses {
            gateway,
            ..addresses(1)
        };
        let proof = proof(1, 1, &addresses.peer_id);
        assert_noop!(register_as(1, 1, addresses, proof), Error::<Test>::BadGateway);
    });
}

#[test]
fn a_peer_id_that_is_no_multihash_of_a_key_is_refused() {
    run(|_| {
        let addresses = NodeAddresses {
            peer_id: vec![7; 38].try_into().unwrap(),
            ..addresses(1)
        };
        let proof = proof(1, 1, &addresses.peer_id);
        assert_noop!(register_as(1, 1, addresses, proof), Error::<Test>::BadPeerId);
    });
}

#[test]
fn a_key_or_a_peer_id_of_another_node_is_refused() {
    run(|_| {
        register(1);
        assert_noop!(
            register_as(2, 1, addresses(2), proof(1, 2, &addresses(2).peer_id)),
            Error::<Test>::NodeTaken
        );
        assert_noop!(
            register_as(2, 2, addresses(1), proof(2, 2, &addresses(1).peer_id)),
            Error::<Test>::NodeTaken
        );
    });
}

#[test]
fn a_proof_for_another_account_peer_or_key_is_refused() {
    run(|_| {
        let peer_id = addresses(1).peer_id;
        for proof in [
            proof(1, 2, &peer_id),
            proof(1, 1, &addresses(2).peer_id),
            proof(2, 1, &peer_id),
            [0; 64],
        ] {
            assert_noop!(
                register_as(1, 1, addresses(1), proof),
                Error::<Test>::BadProofOfPossession
            );
        }
    });
}

#[test]
fn no_more_nodes_are_registered_than_the_chain_takes_and_those_leaving_count() {
    run(|_| {
        register(1);
        // Two hundred and more true registrations would check as many signatures.
        for n in 2..=MAX_NODES as u16 {
            let key = NodeId([n.to_le_bytes(); 16].concat().try_into().unwrap());
            let mut record = Nodes::<Test>::get(node(1)).unwrap();
            record.v1_mut().addresses = addresses_of(key);
            NodesByPeer::<Test>::insert(addresses_of(key).peer_id, key);
            Nodes::<Test>::insert(key, record);
        }
        let next = MAX_NODES as u16 + 1;
        let late = || register_as(1, next, addresses(next), proof(next, 1, &addresses(next).peer_id));
        assert_noop!(late(), Error::<Test>::TooMany);
        assert_ok!(Replication::remove_node(RuntimeOrigin::signed(1), node(1)));
        assert_noop!(late(), Error::<Test>::TooMany);
        idle(Weight::MAX);
        assert_ok!(late());
    });
}

#[test]
fn only_the_owner_removes_a_node_and_gets_the_deposit_back() {
    run(|_| {
        register(1);
        assert_noop!(
            Replication::remove_node(RuntimeOrigin::signed(2), node(1)),
            Error::<Test>::NotAuthorized
        );
        assert_noop!(
            Replication::remove_node(RuntimeOrigin::signed(1), node(2)),
            Error::<Test>::NodeNotFound
        );
        assert_ok!(Replication::remove_node(RuntimeOrigin::signed(1), node(1)));
        assert_eq!(held(1), 0);
        assert_eq!(Replication::node(node(1)), None);
        System::assert_last_event(Event::NodeRemoved { node: node(1) }.into());
        // Its peer id is free.
        assert_ok!(register_as(2, 2, addresses(1), proof(2, 2, &addresses(1).peer_id)));
    });
}

#[test]
fn a_removed_nodes_holdings_count_no_more_at_once_and_leave_the_state_a_bounded_number_a_block() {
    run(|_| {
        let wanted: Vec<u64> = (0..100).collect();
        release(wanted.clone(), 1);
        register(1);
        attest(1, &wanted[..MAX_ATTESTED as usize], &[]);
        go_to_period(1);
        attest(1, &wanted[MAX_ATTESTED as usize..], &[]);
        assert_eq!(Replication::holders(99), [node(1)]);

        assert_ok!(Replication::remove_node(RuntimeOrigin::signed(1), node(1)));
        assert_eq!(Replication::holders(99), []);
        assert_eq!(Holdings::<Test>::iter().count(), 100);
        assert_noop!(
            register_as(1, 1, addresses(1), proof(1, 1, &addresses(1).peer_id)),
            Error::<Test>::NodeTaken
        );

        assert_eq!(idle(Weight::zero()), Weight::zero());
        assert_eq!(Holdings::<Test>::iter().count(), 100);
        assert!(idle(Weight::MAX).any_gt(Weight::zero()));
        assert_eq!(Holdings::<Test>::iter().count(), 100 - FORGET_PER_BLOCK as usize);
        idle(Weight::MAX);
        assert_eq!(HoldersOf::<Test>::iter().count(), 0);
        assert_eq!(Departing::<Test>::count(), 0);

        // The same key comes back with nothing.
        register(1);
        attest(1, &[], &[]);
        assert_eq!(Replication::holders(0), []);
    });
}

#[test]
fn all_nodes_are_listed_by_key() {
    run(|_| {
        [3, 1, 2].into_iter().for_each(register);
        let listed: Vec<_> = Replication::nodes().into_iter().map(|shown| shown.node).collect();
        let mut sorted = vec![node(1), node(2), node(3)];
        sorted.sort();
        assert_eq!(listed, sorted);
    });
}

#[test]
fn genesis_sets_the_period() {
    run(|_| {
        crate::GenesisConfig::<Test> {
            period_length: 7,
            ..Default::default()
        }
        .build();
        System::set_block_number(20);
        let period = Replication::period();
        assert_eq!((period.current, period.length), (2, 7));
        crate::GenesisConfig::<Test>::default().build();
        assert_eq!(Replication::period().length, crate::DEFAULT_PERIOD_LENGTH);
    });
}

#[test]
fn every_error_has_the_name_and_the_code_of_its_refusal() {
    let ours: Vec<_> = Refusal::ALL
        .iter()
        .filter(|refusal| !matches!(Error::<Test>::from(**refusal), Error::Unexpected))
        .collect();
    assert_eq!(ours.len(), 13);
    for refusal in ours {
        let error = Error::<Test>::from(*refusal);
        assert_eq!(format!("{error:?}"), refusal.name());
        assert_eq!(error.encode(), [refusal.code()]);
        let DispatchError::Module(module) = DispatchError::from(error) else {
            panic!("not of the module")
        };
        assert_eq!(module.error, [refusal.code(), 0, 0, 0]);
        assert_eq!(module.message, Some(refusal.name()));
    }
}

#[test]
fn calls_keep_their_indices() {
    let node = node(1);
    let attestation = run_attestation();
    assert_eq!(Call::<Test>::remove_node { node }.encode()[0], 1);
    assert_eq!(
        Call::<Test>::attest {
            attestation,
            signature: [0; 64]
        }
        .encode()[0],
        2
    );
    assert_eq!(
        Call::<Test>::register_node {
            node,
            addresses: addresses(1),
            proof: [0; 64]
        }
        .encode()[0],
        0
    );
}

fn run_attestation() -> suit_primitives::attestation::Attestation {
    let mut made = None;
    run(|_| made = Some(attestation(1, &[], &[])));
    made.unwrap()
}
