//! The council pauses publishing, and cannot pause what keeps the chain alive.

use super::chain::*;
use crate::{
    migrations::PausePublishing, Executive, NeverPaused, PublishingPaused, Runtime, RuntimeCall, TxPause,
    UncheckedExtrinsic,
};
use frame_support::{
    assert_ok,
    migrations::{FailedMigrationHandler, FailedMigrationHandling},
    traits::{Contains, Get, GetCallMetadata},
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_tx_pause::{Call, Error, RuntimeCallNameOf};
use sp_runtime::{
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    ApplyExtrinsicResult, DispatchResult,
};
use suit_primitives::attestation::{Attestation, AttestationV1};

fn name(pallet: &str, call: &str) -> RuntimeCallNameOf<Runtime> {
    let bytes = |name: &str| name.as_bytes().to_vec().try_into().unwrap();
    (bytes(pallet), bytes(call))
}

fn pause(pallet: &str, call: &str) -> DispatchResult {
    let full_name = name(pallet, call);
    decide(Call::<Runtime>::pause { full_name })
}

fn unpause(pallet: &str, call: &str) -> DispatchResult {
    let ident = name(pallet, call);
    decide(Call::<Runtime>::unpause { ident })
}

fn publish() -> pallet_suit_registry::Call<Runtime> {
    pallet_suit_registry::Call::publish {
        envelope: vec![0],
        roots: Vec::new(),
    }
}

/// A call without an account, as its sender would make it.
fn without_account(call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
    let extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
    UncheckedExtrinsic::new_transaction(call.into(), extension)
}

/// What the pool says, and then a block.
fn send(transaction: UncheckedExtrinsic) -> (Result<(), TransactionValidityError>, ApplyExtrinsicResult) {
    (pool(&transaction), block(|| Executive::apply_extrinsic(transaction)))
}

fn invalid<T>(reason: InvalidTransaction) -> Result<T, TransactionValidityError> {
    Err(TransactionValidityError::Invalid(reason))
}

#[test]
fn a_publisher_is_refused_while_publishing_is_paused_and_heard_again_after() {
    run(|| {
        assert_ok!(pause("SuitRegistry", "publish"));
        assert_eq!(
            call(Alice, publish()),
            Err(frame_system::Error::<Runtime>::CallFiltered.into())
        );
        assert_ok!(unpause("SuitRegistry", "publish"));
        let refused = call(Alice, publish());
        assert_eq!(
            refused,
            Err(pallet_suit_registry::Error::<Runtime>::MalformedEnvelope.into())
        );
    });
}

#[test]
fn a_batch_or_a_proxy_is_no_way_around_a_pause() {
    run(|| {
        assert_ok!(pause("SuitRegistry", "publish"));
        let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
        let batch = pallet_utility::Call::<Runtime>::batch_all {
            calls: vec![publish().into()],
        };
        assert_eq!(call(Alice, batch), Err(filtered));
    });
}

#[test]
fn a_paused_call_without_an_account_gets_neither_into_the_pool_nor_into_a_block() {
    run(|| {
        let transaction = || {
            without_account(pallet_suit_registry::Call::<Runtime>::publish_authorized {
                envelope: vec![0],
                intent: vec![0],
            })
        };
        let malformed = InvalidTransaction::Custom(suit_primitives::Refusal::MalformedIntent.code());
        assert_eq!(send(transaction()), (invalid(malformed), invalid(malformed)));
        assert!(!PublishingPaused::get());

        assert_ok!(pause("SuitRegistry", "publish_authorized"));
        let paused = InvalidTransaction::Custom(suit_primitives::Refusal::PublishingPaused.code());
        assert_eq!(send(transaction()), (invalid(paused), invalid(paused)));
        assert!(PublishingPaused::get());

        assert_ok!(unpause("SuitRegistry", "publish_authorized"));
        assert_eq!(send(transaction()), (invalid(malformed), invalid(malformed)));
    });
}

#[test]
fn an_attestation_is_read_while_everything_else_is_paused() {
    run(|| {
        for (pallet, call) in every_call() {
            if !NeverPaused::contains(&name(pallet, call)) {
                pallet_tx_pause::PausedCalls::<Runtime>::insert(name(pallet, call), ());
            }
        }
        let attest = pallet_suit_replication::Call::<Runtime>::attest {
            attestation: Attestation::V1(AttestationV1 {
                genesis: crate::System::block_hash(0),
                node: suit_primitives::NodeId([7; 32]),
                period: crate::SuitReplication::period().current,
                gained: Default::default(),
                lost: Default::default(),
            }),
            signature: [0; 64],
        };
        // It gets as far as being looked up: it is of a node that nobody has registered.
        let unknown = InvalidTransaction::Custom(suit_primitives::Refusal::NodeNotFound.code());
        assert_eq!(send(without_account(attest)).0, invalid(unknown));
    });
}

#[test]
fn what_keeps_the_chain_alive_and_governed_cannot_be_paused() {
    run(|| {
        for (pallet, call) in [
            ("SuitReplication", "attest"),
            ("System", "apply_authorized_upgrade"),
            ("Timestamp", "set"),
            ("Session", "set_keys"),
            ("Council", "propose"),
            ("CouncilMembership", "add_member"),
            ("TxPause", "unpause"),
            ("Registrars", "add_registrar"),
            ("Governance", "authorize_upgrade"),
            ("Multisig", "as_multi"),
            ("Proxy", "proxy"),
        ] {
            let refused = TxPause::ensure_can_pause(&name(pallet, call));
            assert!(matches!(refused, Err(Error::Unpausable)), "{pallet}.{call}");
        }
        assert_eq!(pause("Council", "vote"), Err(Error::<Runtime>::Unpausable.into()));
    });
}

#[test]
fn nothing_but_publishing_storage_nodes_and_balances_can_be_paused() {
    let pausable = every_call()
        .into_iter()
        .filter(|(pallet, call)| !NeverPaused::contains(&name(pallet, call)));
    let (mut pallets, mut replication) = (Vec::new(), Vec::new());
    for (pallet, call) in pausable {
        pallets.push(pallet);
        if pallet == "SuitReplication" {
            replication.push(call);
        }
    }
    pallets.dedup();
    assert_eq!(pallets, ["Balances", "SuitRegistry", "SuitReplication"]);
    assert!(!replication.contains(&"attest") && replication.contains(&"register_node"));
    let registry = |call| NeverPaused::contains(&name("SuitRegistry", call));
    for withdraws in [
        "revoke_key",
        "revoke_release",
        "suspend_release",
        "emergency_revoke_release",
    ] {
        assert!(registry(withdraws), "{withdraws}");
    }
    for publishes in ["publish", "publish_authorized", "register_vendor"] {
        assert!(!registry(publishes), "{publishes}");
    }
}

#[test]
fn a_name_that_no_call_has_is_refused() {
    run(|| {
        let refused = Err(Error::<Runtime>::Unpausable.into());
        assert_eq!(pause("SuitRegistry", "publsh"), refused);
        assert_eq!(pause("suitRegistry", "publish"), refused);
    });
}

#[test]
fn every_call_has_a_name_that_can_be_looked_up() {
    let longest = every_call()
        .iter()
        .map(|(pallet, call)| pallet.len().max(call.len()))
        .max()
        .unwrap();
    let bound = <<Runtime as pallet_tx_pause::Config>::MaxNameLen as Get<u32>>::get();
    assert!(longest as u32 <= bound, "a call with a longer name counts as paused");
}

#[test]
fn a_migration_that_fails_pauses_publishing_and_leaves_the_chain_to_the_council() {
    run(|| {
        assert_ok!(pause("SuitRegistry", "publish"));
        let handling = PausePublishing::failed(Some(0));
        assert!(matches!(handling, FailedMigrationHandling::ForceUnstuck));
        for call in RuntimeCall::get_call_names("SuitRegistry") {
            let name = name("SuitRegistry", call);
            assert_eq!(TxPause::is_paused(&name), !NeverPaused::contains(&name), "{call}");
        }
        assert!(PublishingPaused::get());
        assert_ok!(unpause("SuitRegistry", "publish"));
    });
}
