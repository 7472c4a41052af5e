//! The council authorises new code; anybody hands it in.

use super::chain::*;
use crate::{Executive, Runtime, UncheckedExtrinsic, VERSION};
use codec::Encode;
use frame_support::{assert_ok, storage::unhashed};
use sp_core::storage::well_known_keys;
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    transaction_validity::{InvalidTransaction, TransactionValidityError},
};

/// As large as this chain's code may well come to be, compressed.
const SIZE: usize = 3 * 1024 * 1024;

/// Code of the next version, of that size.
fn next_code() -> Vec<u8> {
    let mut version = VERSION;
    version.spec_version += 1;
    let mut code = version.encode();
    code.resize(SIZE, 7);
    code
}

fn authorize(code: &[u8]) -> pallet_governance::Call<Runtime> {
    pallet_governance::Call::authorize_upgrade {
        code_hash: BlakeTwo256::hash(code),
    }
}

fn hand_in(code: Vec<u8>) -> frame_system::Call<Runtime> {
    frame_system::Call::apply_authorized_upgrade { code }
}

fn current_code() -> Option<Vec<u8>> {
    unhashed::get_raw(well_known_keys::CODE)
}

#[test]
fn code_that_the_council_authorised_is_taken_without_an_account() {
    run(|| {
        let code = next_code();
        assert_ok!(decide(authorize(&code)));
        let transaction = UncheckedExtrinsic::new_bare(hand_in(code.clone()).into());
        assert_ok!(pool(&transaction));
        assert_eq!(block(|| Executive::apply_extrinsic(transaction)), Ok(Ok(())));
        assert_eq!(current_code(), Some(code));
    });
}

#[test]
fn code_that_the_council_authorised_is_taken_from_any_account_and_costs_it_nothing() {
    run(|| {
        let code = next_code();
        assert_ok!(decide(authorize(&code)));
        let before = crate::Balances::free_balance(Dave.to_account_id());
        assert_ok!(call(Dave, hand_in(code.clone())));
        assert_eq!(current_code(), Some(code));
        assert_eq!(crate::Balances::free_balance(Dave.to_account_id()), before);
    });
}

#[test]
fn code_that_nobody_authorised_gets_neither_into_the_pool_nor_into_a_block() {
    run(|| {
        let transaction = UncheckedExtrinsic::new_bare(hand_in(next_code()).into());
        let refused = TransactionValidityError::Invalid(InvalidTransaction::Call);
        assert_eq!(pool(&transaction), Err(refused));
        assert_eq!(block(|| Executive::apply_extrinsic(transaction)), Err(refused));
    });
}

#[test]
fn a_member_alone_authorises_nothing() {
    run(|| {
        let code = next_code();
        assert_eq!(call(Alice, authorize(&code)), Err(sp_runtime::DispatchError::BadOrigin));
        assert!(crate::System::authorized_upgrade().is_none());
    });
}
