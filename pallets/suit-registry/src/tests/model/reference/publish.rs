//! Publishing, by account and by intent.

use super::{
    ledger::{record_price, stored_price, Reason},
    releases::{Release, Terms},
    Event, Model, Outcome, Refusal, Stored,
};
use crate::tests::model::{
    calls::{By, EnvelopeOf, Fetched, Flaw, IntentOf},
    envelopes,
};
use suit_primitives::{
    apis::VendorStatus,
    release::{Digest, PayloadRoot, ReleaseStatus, RootCid},
    KeyId, ProductId, VendorId,
};

/// What stays of a release, in bytes, beside its signers and payloads.
const RELEASE: usize = 114;
const SIGNER: usize = 32;
const PAYLOAD: usize = 91;

/// What is published, and what its bytes are.
pub struct Submitted<'a> {
    /// What it says.
    pub envelope: &'a EnvelopeOf,
    /// How long it is.
    pub length: usize,
    /// Digest of its manifest.
    pub manifest_digest: Digest,
    /// Digest of all of it.
    pub envelope_digest: [u8; 32],
    /// Roots that are given alongside, in the call or in the intent.
    pub roots: &'a [PayloadRoot],
}

/// On whose word.
#[derive(Clone, Copy)]
pub enum Intent<'a> {
    /// An account's.
    Account(u64),
    /// The authors'.
    Authors(&'a IntentOf),
}

/// A product that is published for, and what is asked for.
struct Target {
    product: ProductId,
    admin: u64,
    threshold: usize,
    signers: Vec<KeyId>,
}

/// Where the payloads lie, and their sizes.
fn payloads(fetched: Fetched, given: &[PayloadRoot]) -> Result<Vec<(RootCid, u64)>, Refusal> {
    let components = envelopes::components(fetched);
    let mut out = Vec::new();
    for (index, (named, size)) in (0..).zip(&components) {
        let alongside = given.iter().find(|root| root.component_index == index);
        let root = match (named, alongside) {
            (Some(named), Some(given)) if *named != given.root => return Err(Refusal::PayloadRootMismatch),
            (Some(named), _) => *named,
            (None, Some(given)) => given.root,
            (None, None) => return Err(Refusal::PayloadRootMissing),
        };
        if alongside.is_some_and(|given| given.stored_size != *size) {
            return Err(Refusal::PayloadRootMismatch);
        }
        out.push((root, *size));
    }
    if given
        .iter()
        .any(|root| root.component_index as usize >= components.len())
    {
        return Err(Refusal::PayloadRootMismatch);
    }
    Ok(out)
}

impl Model {
    /// `publish` and `publish_authorized`
    pub fn publish(&mut self, submitted: &Submitted<'_>, by: Intent<'_>) -> Outcome {
        if self.paused {
            return Err(Refusal::PublishingPaused.into());
        }
        if let Intent::Authors(intent) = by {
            self.check_intent(intent)?;
        }
        let envelope = submitted.envelope;
        let mut targets = self.targets(envelope)?;
        self.check_submission(&targets, by)?;
        let payloads = payloads(envelope.fetched, submitted.roots)?;
        if let Intent::Authors(intent) = by {
            let signers = self.signers_of(&targets, &intent.signed);
            let signers = signers.ok_or(Refusal::IntentThresholdNotMet)?;
            let enough = |(target, signers): (&Target, &Vec<KeyId>)| signers.len() >= target.threshold;
            if !targets.iter().zip(&signers).all(enough) {
                return Err(Refusal::IntentThresholdNotMet.into());
            }
        }
        let signers = self.signers_of(&targets, &envelope.signed);
        for (target, signers) in targets.iter_mut().zip(signers.ok_or(Refusal::SignatureNotValid)?) {
            if signers.is_empty() {
                return Err(Refusal::SignatureNotValid.into());
            }
            if signers.len() < target.threshold {
                return Err(Refusal::ThresholdNotMet.into());
            }
            target.signers = signers;
        }

        let mut terms = Vec::new();
        self.paying(|model| {
            for target in &targets {
                terms.push(model.pay(target, submitted.length, &payloads)?);
            }
            Ok(())
        })?;
        let publisher = match by {
            Intent::Account(who) => Some(who),
            Intent::Authors(_) => None,
        };
        for (target, terms) in targets.into_iter().zip(terms) {
            self.record(submitted, target, terms, payloads.clone(), publisher);
        }
        Ok(())
    }

    fn check_intent(&self, intent: &IntentOf) -> Outcome {
        let now = u64::from(self.now);
        let refusal = match intent.flaw {
            Flaw::Malformed => Some(Refusal::MalformedIntent),
            Flaw::OtherChain => Some(Refusal::IntentForOtherChain),
            Flaw::OtherEnvelope => Some(Refusal::IntentForOtherEnvelope),
            Flaw::None if intent.last_block < now => Some(Refusal::IntentExpired),
            Flaw::None if intent.last_block > now + 43_200 => Some(Refusal::IntentTooLong),
            Flaw::None => None,
        };
        refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    fn targets(&self, envelope: &EnvelopeOf) -> Result<Vec<Target>, Refusal> {
        let mut targets = Vec::new();
        for product in envelope.products.iter().map(|product| product.id()) {
            let vendor = self.vendors.get(&product.vendor).ok_or(Refusal::VendorNotFound)?;
            if vendor.status != VendorStatus::Active {
                return Err(Refusal::VendorNotActive);
            }
            let record = self.products.get(&product).ok_or(Refusal::ProductNotFound)?;
            if record.retired {
                return Err(Refusal::ProductRetired);
            }
            let policy = record.policy_at(self.now);
            if policy.frozen {
                return Err(Refusal::ProductFrozen);
            }
            record.takes(envelope.number)?;
            if self.release_of(product, envelope.number).is_some() {
                return Err(Refusal::SequenceNumberUsed);
            }
            targets.push(Target {
                product,
                admin: vendor.admin,
                threshold: policy.threshold.max(vendor.threshold_at(self.now)).into(),
                signers: Vec::new(),
            });
        }
        Ok(targets)
    }

    fn check_submission(&self, targets: &[Target], by: Intent<'_>) -> Outcome {
        for target in targets {
            let submission = self.products[&target.product].policy_at(self.now).submission;
            let taken = match by {
                Intent::Account(who) => {
                    if !self.vendors[&target.product.vendor].publishers.contains(&who) {
                        return Err(Refusal::NotAuthorized.into());
                    }
                    submission.takes_accounts()
                }
                Intent::Authors(_) => submission.takes_intents(),
            };
            if !taken {
                return Err(Refusal::SubmissionNotAllowed.into());
            }
        }
        Ok(())
    }

    /// Each target's signers; nothing where a signature in the name of one does not hold.
    fn signers_of(&self, targets: &[Target], signed: &[By]) -> Option<Vec<Vec<KeyId>>> {
        let signers = |target: &Target| self.signers(target.product.vendor, signed);
        targets.iter().map(signers).collect()
    }

    fn pay(&mut self, target: &Target, length: usize, payloads: &[(RootCid, u64)]) -> Result<Terms, super::Refused> {
        let (admin, policy) = (target.admin, self.products[&target.product].policy_at(self.now));
        self.ledger.charge(
            admin,
            RELEASE + SIGNER * target.signers.len() + PAYLOAD * payloads.len(),
        )?;
        let deposit = self.ledger.hold(Reason::Release, admin, record_price(length))?;
        for (root, size) in payloads {
            self.pay_for(target.product.vendor, admin, *root, size * u64::from(policy.replicas))?;
        }
        Ok(Terms {
            replicas: policy.replicas,
            retrieval: policy.retrieval,
            deposit,
        })
    }

    /// A payload is paid for once a vendor, for the most that one of its releases asks for. Whoever's release asks for
    /// more than was paid for pays all of it, so that nobody pays more for what another publishes.
    fn pay_for(&mut self, vendor: VendorId, payer: u64, root: RootCid, bytes: u64) -> Outcome {
        let known = self.payloads.get(&(vendor, root)).cloned();
        if known.as_ref().is_some_and(|stored| stored.bytes >= bytes) {
            return Ok(());
        }
        if let Some(stored) = known {
            self.ledger.give_back(stored.deposit);
        }
        let deposit = self.ledger.hold(Reason::Payload, payer, stored_price(bytes))?;
        self.payloads.insert((vendor, root), Stored { bytes, deposit });
        Ok(())
    }

    fn record(
        &mut self,
        submitted: &Submitted<'_>,
        target: Target,
        terms: Terms,
        payloads: Vec<(RootCid, u64)>,
        publisher: Option<u64>,
    ) {
        let (product, number) = (target.product, submitted.envelope.number);
        let id = self.releases.len() as u64;
        for (root, size) in &payloads {
            let known = self.root_sizes.entry(*root).or_default();
            *known = size.max(known).to_owned();
        }
        let Some(record) = self.products.get_mut(&product) else {
            return;
        };
        let highest = record.highest_published;
        // A number below the highest leaves the floor where the next may lie; any other makes it superfluous.
        record.floor = match record.floor {
            Some(_) if highest.is_some_and(|highest| number < highest) => Some(number + 1),
            _ => None,
        };
        record.highest_published = highest.max(Some(number));
        let ordinal = record.releases.len();
        record.releases.push(id);
        self.events.push(Event::ReleasePublished {
            release: id,
            product,
            sequence_number: number,
            manifest_digest: submitted.manifest_digest.clone(),
            envelope_digest: submitted.envelope_digest,
            signers: target.signers.clone(),
            roots: payloads.iter().map(|(root, _)| *root).collect(),
            publisher,
        });
        let integrated = payloads.is_empty();
        self.releases.push(Release {
            product,
            ordinal,
            number,
            envelope_digest: submitted.envelope_digest,
            signers: target.signers,
            status: ReleaseStatus::Published,
            suspension: None,
            attested_withheld: false,
            published_at: self.now,
            available_at: None,
            payloads,
            terms: Some(terms),
        });
        if integrated {
            self.make_available(id);
        }
    }
}
