//! The council and its members.

use super::chain::*;
use crate::{AccountId, Runtime};
use frame_support::assert_ok;
use pallet_membership::Call;
use sp_runtime::DispatchError;

fn add(who: AccountId) -> Call<Runtime> {
    Call::add_member { who: who.into() }
}

#[test]
fn two_thirds_of_the_council_choose_another_member() {
    run(|| {
        let dave = Dave.to_account_id();
        assert_ok!(decide(add(dave.clone())));
        assert_eq!(council().len(), 4);
        assert!(council().contains(&dave));
        assert_ok!(motion(
            &[Alice, Bob, Dave],
            3,
            Call::remove_member {
                who: Charlie.to_account_id().into()
            }
        )
        .unwrap());
        assert!(!council().contains(&Charlie.to_account_id()));
    });
}

#[test]
fn half_of_the_council_is_not_enough_for_what_takes_two_thirds() {
    run(|| {
        assert_ok!(decide(add(Dave.to_account_id())));
        let refused = motion(&[Alice, Bob], 2, add(sp_keyring::Sr25519Keyring::Eve.to_account_id()));
        assert_eq!(refused, Some(Err(DispatchError::BadOrigin)));
    });
}

#[test]
fn a_vote_that_was_not_cast_is_a_no() {
    use pallet_collective::DefaultVote;
    let vote = <Runtime as pallet_collective::Config>::DefaultVote::default_vote(Some(true), 2, 0, 3);
    assert!(!vote);
}

#[test]
fn who_is_no_member_proposes_nothing() {
    run(|| {
        let proposal = Box::new(add(Dave.to_account_id()).into());
        let propose = pallet_collective::Call::<Runtime>::propose {
            threshold: 2,
            proposal,
            length_bound: 100,
        };
        assert_eq!(
            call(Dave, propose),
            Err(pallet_collective::Error::<Runtime>::NotMember.into())
        );
    });
}
