//! Calls of the pallet, made as a chain makes them.

use super::{
    calls::{Call, Idle},
    envelopes::{self, Envelopes},
    reference::{Event, Outcome, Refused},
};
use crate::{
    mock::{Paused, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, SuitRegistry, System},
    tests::{dispatch, send},
    WeightInfo,
};
use frame_support::{dispatch::GetDispatchInfo, traits::Hooks, weights::Weight};
use sp_runtime::DispatchError;
use suit_primitives::{bounds::MAX_PAYLOADS, refusal::Refusal, replication::ReleaseSource};

/// Calls the pallet, or does to it what the chain around it would.
pub fn on_chain(envelopes: &mut Envelopes, call: &Call) -> Outcome {
    let signed = RuntimeOrigin::signed;
    let council = |who: &Option<u64>| who.map_or(RuntimeOrigin::root(), RuntimeOrigin::signed);
    let (origin, call) = match call.clone() {
        Call::RegisterVendor { who, domain } => (signed(who), crate::Call::register_vendor { domain: domain.into() }),
        Call::RegisterVendorByUuid { who, uuid } => (signed(who), crate::Call::register_vendor_by_uuid { uuid }),
        Call::AddKey {
            who,
            vendor,
            key,
            usage,
            from,
            until,
        } => (
            signed(who),
            crate::Call::add_key {
                vendor: vendor.id(),
                cose_key: key.map_or(b"no key".as_slice(), |key| key.cose_key()).to_vec(),
                usage,
                from,
                until,
            },
        ),
        Call::RotateKey { who, vendor, old, key } => (
            signed(who),
            crate::Call::rotate_key {
                vendor: vendor.id(),
                old: old.id(),
                cose_key: key.map_or(b"no key".as_slice(), |key| key.cose_key()).to_vec(),
            },
        ),
        Call::RevokeKey {
            who,
            vendor,
            key,
            since,
        } => (
            signed(who),
            crate::Call::revoke_key {
                vendor: vendor.id(),
                key: key.id(),
                compromised_since: since,
            },
        ),
        Call::VoidCredentials {
            who,
            vendor,
            key,
            before,
        } => (
            signed(who),
            crate::Call::void_credentials {
                vendor: vendor.id(),
                key: key.id(),
                before,
            },
        ),
        Call::HandOverKeys { who, vendor, handover } => (
            signed(who),
            crate::Call::hand_over_keys {
                vendor: vendor.id(),
                handover: envelopes::handover(&handover),
            },
        ),
        Call::CreateProduct {
            who,
            vendor,
            class,
            policy,
        } => (
            signed(who),
            crate::Call::create_product {
                vendor: vendor.id(),
                class_name: class.into(),
                policy,
            },
        ),
        Call::SetPolicy { who, product, policy } => (
            signed(who),
            crate::Call::set_policy {
                product: product.id(),
                policy,
            },
        ),
        Call::RetireProduct { who, product } => (signed(who), crate::Call::retire_product { product: product.id() }),
        Call::SetPublishers {
            who,
            vendor,
            publishers,
        } => (
            signed(who),
            crate::Call::set_publishers {
                vendor: vendor.id(),
                publishers,
            },
        ),
        Call::TransferVendor { who, vendor, to } => (
            signed(who),
            crate::Call::transfer_vendor {
                vendor: vendor.id(),
                to,
            },
        ),
        Call::CancelTransfer { who, vendor } => (signed(who), crate::Call::cancel_transfer { vendor: vendor.id() }),
        Call::AcceptVendor { who, vendor } => (signed(who), crate::Call::accept_vendor { vendor: vendor.id() }),
        Call::SetThreshold { who, vendor, threshold } => (
            signed(who),
            crate::Call::set_threshold {
                vendor: vendor.id(),
                threshold,
            },
        ),
        Call::RetireVendor { who, vendor } => (signed(who), crate::Call::retire_vendor { vendor: vendor.id() }),
        Call::Publish { who, envelope, roots } => {
            let envelope = envelopes.of(&envelope).bytes.clone();
            (signed(who), crate::Call::publish { envelope, roots })
        }
        Call::PublishAuthorized {
            envelope,
            roots,
            intent,
        } => {
            let envelope = envelopes.of(&envelope);
            let intent = envelopes::intent(&intent, &roots, &envelope);
            return outcome(send(&envelope.bytes, &intent));
        }
        Call::PublishAuthorizedByAccount { who, envelope, intent } => {
            let envelope = envelopes.of(&envelope);
            let intent = envelopes::intent(&intent, &[], &envelope);
            let envelope = envelope.bytes.clone();
            (signed(who), crate::Call::publish_authorized { envelope, intent })
        }
        Call::RevokeRelease { who, product, number } => (
            signed(who),
            crate::Call::revoke_release {
                product: product.id(),
                sequence_number: number,
            },
        ),
        Call::SuspendRelease { who, product, number } => (
            signed(who),
            crate::Call::suspend_release {
                product: product.id(),
                sequence_number: number,
            },
        ),
        Call::ResumeRelease { who, product, number } => (
            signed(who),
            crate::Call::resume_release {
                product: product.id(),
                sequence_number: number,
            },
        ),
        Call::SetSteppingStone {
            who,
            product,
            number,
            declared,
        } => (
            signed(who),
            crate::Call::set_stepping_stone {
                product: product.id(),
                sequence_number: number,
                declared,
            },
        ),
        Call::EmergencyRevokeRelease { who, product, number } => (
            council(&who),
            crate::Call::emergency_revoke_release {
                product: product.id(),
                sequence_number: number,
            },
        ),
        Call::EmergencySuspendRelease { who, product, number } => (
            council(&who),
            crate::Call::emergency_suspend_release {
                product: product.id(),
                sequence_number: number,
            },
        ),
        Call::EmergencyResumeRelease { who, product, number } => (
            council(&who),
            crate::Call::emergency_resume_release {
                product: product.id(),
                sequence_number: number,
            },
        ),
        Call::LowerFloor { who, product, floor } => (
            council(&who),
            crate::Call::lower_floor {
                product: product.id(),
                floor,
            },
        ),
        Call::SetAdmission { who, open } => (council(&who), crate::Call::set_admission { open }),
        Call::SetAdmitted { who, account, admitted } => {
            (council(&who), crate::Call::set_admitted { who: account, admitted })
        }
        Call::NoteReplicas { release, replicas } => {
            SuitRegistry::note_replicas(release, replicas);
            return Ok(());
        }
        Call::Pause { paused } => {
            Paused::set(paused);
            return Ok(());
        }
        Call::NextBlock { idle, skipped } => {
            let now = System::block_number();
            let time = match idle {
                Idle::No => Weight::zero(),
                Idle::Plenty => Weight::MAX,
                Idle::Looks(releases) => for_looks(releases),
            };
            let used = SuitRegistry::on_idle(now, time);
            assert!(used.all_lte(time), "of the {time} that were left, it used {used}");
            let next = now + 1 + u64::from(skipped);
            System::set_block_number(next);
            SuitRegistry::on_initialize(next);
            return Ok(());
        }
    };
    let weight = RuntimeCall::from(call.clone()).get_dispatch_info().call_weight;
    let dispatched = dispatch(origin, call);
    let info = match &dispatched {
        Ok(info) | Err((_, info)) => info,
    };
    let used = info.actual_weight.unwrap_or(weight);
    assert!(
        used.all_lte(weight),
        "it weighs {used}, more than the {weight} that were charged"
    );
    outcome(dispatched.map(|_| ()).map_err(|(error, _)| error))
}

/// What it takes to look at so many releases of one product.
fn for_looks(releases: usize) -> Weight {
    type Weights = <Runtime as crate::Config>::WeightInfo;
    let product = <Runtime as frame_system::Config>::DbWeight::get().reads(1) + Weights::prune_product();
    product + Weights::prune_release(MAX_PAYLOADS) * releases as u64
}

/// The refusal that an error stands for, by its name.
fn outcome(result: Result<(), DispatchError>) -> Outcome {
    result.map_err(|error| match error {
        DispatchError::BadOrigin => Refused::BadOrigin,
        DispatchError::Module(error) => {
            let named = |refusal: &&Refusal| Some(refusal.name()) == error.message;
            match Refusal::ALL.iter().find(named) {
                Some(refusal) => Refused::For(*refusal),
                None => panic!("an error without a name: {error:?}"),
            }
        }
        other => panic!("not an error of the registry: {other:?}"),
    })
}

/// What the registry told since this was asked last.
pub fn told() -> Vec<Event> {
    let told = System::events().into_iter().filter_map(|record| match record.event {
        RuntimeEvent::SuitRegistry(event) => Some(event),
        _ => None,
    });
    let told = told.collect();
    System::reset_events();
    told
}
