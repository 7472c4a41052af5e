//! The same call on the chain and in the model.

use super::{
    calls::{Call, EnvelopeOf},
    chain,
    envelopes::{self, Envelopes},
    reference::{Event, Intent, Model, Outcome, Refused, Submitted, FEE_PER_BYTE},
};
use crate::mock::{Balances, FeePerByte, Paused, System};
use frame_support::traits::fungible::Mutate;
use suit_primitives::release::PayloadRoot;

/// Both, side by side.
#[derive(Default)]
pub struct Pair {
    /// The model.
    pub model: Model,
    envelopes: Envelopes,
}

/// What was set for the episode must not last beyond it.
impl Drop for Pair {
    fn drop(&mut self) {
        Paused::set(false);
        FeePerByte::set(0);
    }
}

impl Pair {
    /// As a chain begins: with these balances, and open to everybody or not.
    pub fn new(open_admission: bool, balances: &[(u64, u64)]) -> Self {
        let mut pair = Self::default();
        pair.model.now = System::block_number() as u32;
        pair.model.open_admission = open_admission;
        for (who, amount) in balances {
            Balances::set_balance(who, *amount);
            pair.model.ledger.accounts.entry(*who).or_default().free = *amount;
        }
        pair.model.ledger.issued = Balances::total_issuance();
        FeePerByte::set(FEE_PER_BYTE);
        System::reset_events();
        pair
    }

    /// Does it on both, and says what it came to, or how they differ.
    pub fn step(&mut self, call: &Call) -> Result<Outcome, String> {
        let on_chain = chain::on_chain(&mut self.envelopes, call);
        let in_model = self.in_model(call);
        let told = chain::told();
        let expected = std::mem::take(&mut self.model.events);
        if on_chain != in_model {
            return Err(format!("the chain says {on_chain:?}, the model {in_model:?}"));
        }
        if told != expected {
            return Err(format!(
                "the chain tells:\n{}the model:\n{}",
                lines(&told),
                lines(&expected)
            ));
        }
        Ok(on_chain)
    }

    fn in_model(&mut self, call: &Call) -> Outcome {
        let model = &mut self.model;
        let council = |who: &Option<u64>| who.map_or(Ok(()), |_| Err(Refused::BadOrigin));
        match call {
            Call::RegisterVendor { who, domain } => model.register_vendor(*who, domain),
            Call::RegisterVendorByUuid { who, uuid } => model.register_vendor_by_uuid(*who, *uuid),
            Call::AddKey {
                who,
                vendor,
                key,
                usage,
                from,
                until,
            } => model.add_key(*who, vendor.id(), *key, *usage, *from, *until),
            Call::RotateKey { who, vendor, old, key } => model.rotate_key(*who, vendor.id(), old.id(), *key),
            Call::RevokeKey {
                who,
                vendor,
                key,
                since,
            } => model.revoke_key(*who, vendor.id(), key.id(), *since),
            Call::VoidCredentials {
                who,
                vendor,
                key,
                before,
            } => model.void_credentials(*who, vendor.id(), key.id(), *before),
            Call::HandOverKeys { who, vendor, handover } => {
                model.hand_over_keys(*who, vendor.id(), handover, &envelopes::handover(handover))
            }
            Call::CreateProduct {
                who,
                vendor,
                class,
                policy,
            } => model.create_product(*who, vendor.id(), class, *policy),
            Call::SetPolicy { who, product, policy } => model.set_policy(*who, product.id(), *policy),
            Call::RetireProduct { who, product } => model.retire_product(*who, product.id()),
            Call::SetPublishers {
                who,
                vendor,
                publishers,
            } => model.set_publishers(*who, vendor.id(), publishers.clone()),
            Call::TransferVendor { who, vendor, to } => model.transfer_vendor(*who, vendor.id(), *to),
            Call::CancelTransfer { who, vendor } => model.cancel_transfer(*who, vendor.id()),
            Call::AcceptVendor { who, vendor } => model.accept_vendor(*who, vendor.id()),
            Call::SetThreshold { who, vendor, threshold } => model.set_threshold(*who, vendor.id(), *threshold),
            Call::RetireVendor { who, vendor } => model.retire_vendor(*who, vendor.id()),
            Call::Publish { who, envelope, roots } => self.publish(envelope, roots, Intent::Account(*who)),
            Call::PublishAuthorized {
                envelope,
                roots,
                intent,
            } => self.publish(envelope, roots, Intent::Authors(intent)),
            Call::PublishAuthorizedByAccount { .. } => Err(Refused::BadOrigin),
            Call::RevokeRelease { who, product, number } => model.revoke_release(*who, product.id(), *number),
            Call::SuspendRelease { who, product, number } => model.suspend_release(*who, product.id(), *number),
            Call::ResumeRelease { who, product, number } => model.resume_release(*who, product.id(), *number),
            Call::SetSteppingStone {
                who,
                product,
                number,
                declared,
            } => model.set_stepping_stone(*who, product.id(), *number, *declared),
            Call::EmergencyRevokeRelease { who, product, number } => {
                council(who).and_then(|()| model.emergency_revoke_release(product.id(), *number))
            }
            Call::EmergencySuspendRelease { who, product, number } => {
                council(who).and_then(|()| model.emergency_suspend_release(product.id(), *number))
            }
            Call::EmergencyResumeRelease { who, product, number } => {
                council(who).and_then(|()| model.emergency_resume_release(product.id(), *number))
            }
            Call::LowerFloor { who, product, floor } => {
                council(who).and_then(|()| model.lower_floor(product.id(), *floor))
            }
            Call::SetAdmission { who, open } => council(who).and_then(|()| model.set_admission(*open)),
            Call::SetAdmitted { who, account, admitted } => {
                council(who).and_then(|()| model.set_admitted(*account, *admitted))
            }
            Call::NoteReplicas { release, replicas } => {
                model.note_replicas(*release, *replicas);
                Ok(())
            }
            Call::Pause { paused } => {
                model.paused = *paused;
                Ok(())
            }
            Call::NextBlock { idle, skipped } => {
                model.end_block(*idle);
                model.begin_block(model.now + 1 + skipped);
                Ok(())
            }
        }
    }

    fn publish(&mut self, envelope: &EnvelopeOf, roots: &[PayloadRoot], by: Intent<'_>) -> Outcome {
        let signed = self.envelopes.of(envelope);
        let submitted = Submitted {
            envelope,
            length: signed.bytes.len(),
            manifest_digest: signed.manifest_digest.clone(),
            envelope_digest: signed.envelope_digest,
            roots,
        };
        self.model.publish(&submitted, by)
    }
}

fn lines(events: &[Event]) -> String {
    events.iter().map(|event| format!("  {event:?}\n")).collect()
}
