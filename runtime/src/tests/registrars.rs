//! The council changes who makes blocks and finalises them.

use super::chain::*;
use crate::{opaque::SessionKeys, Runtime};
use frame_support::{assert_noop, assert_ok};
use pallet_registrars::{Call, Error};
use sp_runtime::{DispatchError, DispatchResult};

fn add(who: sp_keyring::Sr25519Keyring) -> Call<Runtime> {
    Call::add_registrar {
        who: who.to_account_id(),
    }
}

fn remove(who: sp_keyring::Sr25519Keyring) -> Call<Runtime> {
    Call::remove_registrar {
        who: who.to_account_id(),
    }
}

/// A member proposes what needs nobody else's vote. What came of it.
fn alone(proposal: Call<Runtime>) -> Option<DispatchResult> {
    let propose = pallet_collective::Call::<Runtime>::propose {
        threshold: 1,
        proposal: Box::new(proposal.into()),
        length_bound: 100,
    };
    assert_ok!(call(Alice, propose));
    executed()
}

fn takes_part(keys: &SessionKeys) -> bool {
    let (aura, grandpa) = authorities();
    aura.contains(&keys.aura) && grandpa.contains(&keys.grandpa)
}

#[test]
fn a_node_that_the_council_adds_takes_part_two_sessions_later() {
    run(|| {
        let keys = set_keys(Charlie);
        assert_ok!(decide(add(Charlie)));
        next_session();
        assert!(!takes_part(&keys));
        next_session();
        assert!(takes_part(&keys));
        assert!(changes_authorities(), "the header tells devices");
        assert_eq!((set_id(), authorities().0.len()), (1, 3));
    });
}

#[test]
fn a_node_that_the_council_removes_takes_no_part_two_sessions_later() {
    run(|| {
        set_keys(Charlie);
        assert_ok!(decide(add(Charlie)));
        next_session();
        next_session();
        assert_ok!(decide(remove(Alice)));
        next_session();
        next_session();
        assert_eq!((set_id(), authorities().0.len(), authorities().1.len()), (2, 2, 2));
    });
}

#[test]
fn a_node_works_with_the_keys_that_it_rotated_to_although_the_set_is_the_same() {
    run(|| {
        let keys = set_keys(Bob);
        next_session();
        next_session();
        assert!(takes_part(&keys));
        assert_eq!((set_id(), authorities().0.len()), (1, 2));
    });
}

#[test]
fn sessions_without_a_change_say_nothing_in_headers_and_leave_the_set_id() {
    run(|| {
        for _ in 0..6 {
            next_session();
            assert!(!changes_authorities());
        }
        assert_eq!(set_id(), 0);
    });
}

#[test]
fn keys_without_the_proof_that_they_are_the_accounts_are_refused() {
    run(|| {
        let (keys, proof) = new_keys(Bob);
        let set = pallet_session::Call::<Runtime>::set_keys { keys, proof };
        assert_eq!(
            call(Charlie, set),
            Err(pallet_session::Error::<Runtime>::InvalidProof.into())
        );
    });
}

#[test]
fn an_account_without_keys_is_refused_even_where_the_council_agrees() {
    run(|| assert_eq!(decide(add(Charlie)), Err(Error::<Runtime>::KeysNotSet.into())));
}

#[test]
fn the_council_does_not_go_below_the_minimum_of_genesis() {
    run(|| assert_eq!(decide(remove(Bob)), Err(Error::<Runtime>::TooFew.into())));
}

#[test]
fn a_member_alone_changes_nothing() {
    run(|| {
        set_keys(Charlie);
        assert_eq!(call(Alice, add(Charlie)), Err(DispatchError::BadOrigin));
        assert_eq!(
            motion(&[Alice], 2, add(Charlie)),
            None,
            "one vote of two closes nothing"
        );
        // With a threshold of one it is carried out at once, but in the name of one of three.
        assert_eq!(alone(remove(Bob)), Some(Err(DispatchError::BadOrigin)));
        assert_eq!(crate::Registrars::registrars().len(), 2);
    });
}

#[test]
fn nobody_is_root() {
    run(|| {
        let noted = pallet_grandpa::Call::<Runtime>::note_stalled {
            delay: 1,
            best_finalized_block_number: 1,
        };
        let sudo = pallet_sudo::Call::<Runtime>::sudo {
            call: Box::new(noted.into()),
        };
        let before = set_id();
        assert_eq!(
            call(Alice, sudo),
            Err(pallet_sudo::Error::<Runtime>::RequireSudo.into())
        );
        assert_eq!(set_id(), before);
        assert_noop!(
            crate::Governance::authorize_upgrade(crate::RuntimeOrigin::none(), Default::default()),
            DispatchError::BadOrigin
        );
    });
}
