//! Upgrades that the council authorises, and the README.

use crate::{mock::*, Call};
use frame_support::{assert_noop, assert_ok, storage::unhashed, traits::GetCallName};
use frame_system::{Call as SystemCall, Error as SystemError, Event as SystemEvent};
use sp_core::{storage::well_known_keys, H256};
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    transaction_validity::{InvalidTransaction, TransactionSource},
    DispatchError,
};

const COUNCIL: u64 = 1;
const ANYBODY: u64 = 2;

fn hash(code: &[u8]) -> H256 {
    BlakeTwo256::hash(code)
}

fn authorize(code: &[u8]) {
    assert_ok!(Governance::authorize_upgrade(
        RuntimeOrigin::signed(COUNCIL),
        hash(code)
    ));
}

/// What the pool says to the code as a bare transaction.
#[allow(deprecated)]
fn pool_takes(code: &[u8]) -> bool {
    use sp_runtime::traits::ValidateUnsigned;
    let call = SystemCall::apply_authorized_upgrade { code: code.to_vec() };
    let answer = System::validate_unsigned(TransactionSource::External, &call);
    assert!(answer.is_ok() || answer == InvalidTransaction::Call.into());
    answer.is_ok()
}

fn current_code() -> Option<Vec<u8>> {
    unhashed::get_raw(well_known_keys::CODE)
}

#[test]
fn authorised_code_is_taken_from_anybody() {
    chain().execute_with(|| {
        let next = code("test", 8);
        authorize(&next);
        System::assert_last_event(
            SystemEvent::UpgradeAuthorized {
                code_hash: hash(&next),
                check_version: true,
            }
            .into(),
        );
        assert!(pool_takes(&next));
        assert_ok!(System::apply_authorized_upgrade(
            RuntimeOrigin::signed(ANYBODY),
            next.clone()
        ));
        assert_eq!(current_code(), Some(next));
    });
}

#[test]
fn authorised_code_is_taken_without_an_account() {
    chain().execute_with(|| {
        let next = code("test", 8);
        authorize(&next);
        assert_ok!(System::apply_authorized_upgrade(RuntimeOrigin::none(), next.clone()));
        assert_eq!(current_code(), Some(next));
    });
}

#[test]
fn only_the_origin_that_the_runtime_names_authorises() {
    chain().execute_with(|| {
        for origin in [
            RuntimeOrigin::signed(ANYBODY),
            RuntimeOrigin::none(),
            RuntimeOrigin::root(),
        ] {
            assert_noop!(
                Governance::authorize_upgrade(origin, H256::zero()),
                DispatchError::BadOrigin
            );
        }
    });
}

#[test]
fn other_code_is_refused_and_does_not_get_into_the_pool() {
    chain().execute_with(|| {
        authorize(&code("test", 8));
        let other = code("test", 9);
        assert!(!pool_takes(&other));
        assert_noop!(
            System::apply_authorized_upgrade(RuntimeOrigin::signed(ANYBODY), other),
            SystemError::<Test>::Unauthorized
        );
    });
}

#[test]
fn code_of_no_higher_version_or_of_another_chain_is_rejected_although_it_was_authorised() {
    for (rejected, why) in [
        (code("test", 7), SystemError::<Test>::SpecVersionNeedsToIncrease),
        (code("other", 8), SystemError::<Test>::InvalidSpecName),
    ] {
        chain().execute_with(|| {
            authorize(&rejected);
            assert_ok!(System::apply_authorized_upgrade(
                RuntimeOrigin::signed(ANYBODY),
                rejected.clone()
            ));
            assert_ne!(current_code(), Some(rejected.clone()));
            System::assert_last_event(
                SystemEvent::RejectedInvalidAuthorizedUpgrade {
                    code_hash: hash(&rejected),
                    error: why.into(),
                }
                .into(),
            );
        });
    }
}

#[test]
fn a_later_authorisation_takes_the_place_of_an_earlier_one() {
    chain().execute_with(|| {
        let (first, second) = (code("test", 8), code("test", 9));
        authorize(&first);
        authorize(&second);
        assert!(!pool_takes(&first));
        assert!(pool_takes(&second));
    });
}

#[test]
fn an_authorisation_is_used_up() {
    chain().execute_with(|| {
        let next = code("test", 8);
        authorize(&next);
        assert_ok!(System::apply_authorized_upgrade(RuntimeOrigin::none(), next.clone()));
        assert_noop!(
            System::apply_authorized_upgrade(RuntimeOrigin::none(), next),
            SystemError::<Test>::NothingAuthorized
        );
    });
}

#[test]
fn the_readme_lists_every_call() {
    let readme = include_str!("../README.md");
    for name in Call::<Test>::get_call_names() {
        assert!(
            readme.contains(&format!("| `{name}(")),
            "{name} stands in no table of the README"
        );
    }
}
