//! Adding and removing, and who may.

use crate::{mock::*, Error, Event, Minimum, SessionLength, DEFAULT_MINIMUM, DEFAULT_SESSION_LENGTH};
use frame_support::{assert_noop, assert_ok, traits::BuildGenesisConfig};
use sp_runtime::{BuildStorage, DispatchError};

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

#[test]
fn an_account_with_keys_is_added() {
    run(&[1, 2], || {
        set_key(3, key(3));
        assert_ok!(Registrars::add_registrar(root(), 3));
        assert_eq!(Registrars::registrars(), [1, 2, 3]);
        System::assert_last_event(Event::RegistrarAdded { who: 3 }.into());
    });
}

#[test]
fn a_registrar_is_removed() {
    run(&[1, 2, 3], || {
        assert_ok!(Registrars::remove_registrar(root(), 2));
        assert_eq!(Registrars::registrars(), [1, 3]);
        System::assert_last_event(Event::RegistrarRemoved { who: 2 }.into());
    });
}

#[test]
fn only_the_origin_that_the_runtime_names_changes_the_set() {
    run(&[1, 2, 3], || {
        set_key(4, key(4));
        assert_noop!(
            Registrars::add_registrar(RuntimeOrigin::signed(1), 4),
            DispatchError::BadOrigin
        );
        assert_noop!(
            Registrars::remove_registrar(RuntimeOrigin::signed(1), 2),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn a_registrar_is_not_added_twice() {
    run(&[1, 2], || {
        assert_noop!(Registrars::add_registrar(root(), 2), Error::<Test>::AlreadyExists);
    });
}

#[test]
fn an_account_that_is_no_registrar_is_not_removed() {
    run(&[1, 2, 3], || {
        assert_noop!(Registrars::remove_registrar(root(), 4), Error::<Test>::NotFound);
    });
}

#[test]
fn an_account_without_session_keys_is_not_added() {
    run(&[1, 2], || {
        assert_noop!(Registrars::add_registrar(root(), 3), Error::<Test>::KeysNotSet);
    });
}

#[test]
fn there_are_no_more_registrars_than_the_chain_takes() {
    run(&[1, 2, 3, 4], || {
        set_key(5, key(5));
        assert_noop!(Registrars::add_registrar(root(), 5), Error::<Test>::TooMany);
    });
}

#[test]
fn there_are_no_fewer_registrars_than_the_chain_needs() {
    run(&[1, 2], || {
        assert_noop!(Registrars::remove_registrar(root(), 1), Error::<Test>::TooFew);
    });
}

#[test]
fn a_stranger_to_a_small_set_is_not_found_rather_than_too_few() {
    run(&[1, 2], || {
        assert_noop!(Registrars::remove_registrar(root(), 3), Error::<Test>::NotFound);
    });
}

#[test]
fn genesis_without_figures_leaves_the_defaults() {
    run(&[1, 2], || {
        Minimum::<Test>::kill();
        SessionLength::<Test>::kill();
        crate::GenesisConfig::<Test>::default().build();
        assert_eq!(Minimum::<Test>::get(), DEFAULT_MINIMUM);
        assert_eq!(SessionLength::<Test>::get(), DEFAULT_SESSION_LENGTH);
    });
}

#[test]
fn the_first_registrars_are_those_with_keys_in_genesis() {
    run(&[3, 1], || assert_eq!(Registrars::registrars(), [3, 1]));
}

#[test]
#[should_panic(expected = "names 5 registration nodes, and the chain takes 4")]
fn a_genesis_with_too_many_registrars_is_refused() {
    chain(&[1, 2, 3, 4, 5]);
}

#[test]
fn a_genesis_without_anybody_builds_for_tools_that_ask_for_the_default() {
    RuntimeGenesisConfig::default().build_storage().unwrap();
}
