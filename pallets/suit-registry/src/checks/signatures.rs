//! Author signatures on manifest and intent: as many distinct live keys of each vendor as its product's policy asks for.

use super::{
    findings::{Findings, Stop},
    products::Target,
};
use crate::{crypto::HostCrypto, Config, Keys, KeysOf};
use alloc::vec::Vec;
use suit_intent::Intent;
use suit_manifest::{
    cose::{self, Algorithm},
    envelope::Envelope,
};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey},
    bounds::MAX_SIGNERS,
    refusal::Refusal,
    KeyId, VendorId,
};

/// Whether signatures are verified, or have been.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signatures {
    /// Verify them.
    Verify,
    /// The authorisation step verified them, on this very state. It accepts only when *every* signature that names a live
    /// author key holds, so the names alone tell who signed.
    Verified,
}

/// A live author key that a signature names.
#[derive(Clone, Copy)]
struct Author {
    id: KeyId,
    vendor: VendorId,
    key: PublicKey,
}

/// Checks the signatures on the intent.
pub(super) fn check_intent<T: Config>(
    findings: &mut Findings,
    intent: &Intent<'_>,
    targets: &[Target<T::AccountId>],
    mode: Signatures,
) -> Result<(), Stop> {
    let mut authors: Vec<Author> = Vec::new();
    for signature in intent.signatures() {
        let Some(author) = author::<T, _>(signature.kid, signature.algorithm, targets, &[]) else {
            continue;
        };
        if authors.iter().any(|known| known.id == author.id) {
            continue;
        }
        if mode == Signatures::Verify {
            findings.count(&author.key);
            if intent.verify(&HostCrypto, &signature, &cose_key(&author.key)).is_err() {
                findings.refuse(Refusal::IntentThresholdNotMet)?;
                continue;
            }
        }
        authors.push(author);
    }
    for target in targets {
        if signers(&authors, target.product.vendor).count() < usize::from(target.policy.threshold) {
            findings.refuse(Refusal::IntentThresholdNotMet)?;
        }
    }
    Ok(())
}

/// Checks the signatures on the manifest, and fills in each target's signers.
pub(super) fn check_envelope<T: Config>(
    findings: &mut Findings,
    envelope: &Envelope<'_>,
    mut targets: Vec<Target<T::AccountId>>,
    mode: Signatures,
) -> Result<Vec<Target<T::AccountId>>, Stop> {
    // Those of other algorithms are for other recipients, and count as little as a MAC.
    let signatures = || envelope.signatures().filter(|block| is_known(block.algorithm));
    if signatures().count() > MAX_SIGNERS as usize {
        return Err(findings.fatal(Refusal::TooMany));
    }
    let names_no_key = signatures().any(|block| block.kid.is_none());
    let roster = if names_no_key {
        roster::<T, _>(&targets)
    } else {
        Vec::new()
    };

    let mut authors: Vec<Author> = Vec::new();
    for block in signatures() {
        let Some(author) = author::<T, _>(block.kid, block.algorithm, &targets, &roster) else {
            continue;
        };
        if authors.iter().any(|known| known.id == author.id) {
            continue;
        }
        if mode == Signatures::Verify {
            findings.count(&author.key);
            if envelope
                .verify_signature(&HostCrypto, &block, &cose_key(&author.key))
                .is_err()
            {
                findings.refuse(Refusal::SignatureNotValid)?;
                continue;
            }
        }
        authors.push(author);
    }
    for target in &mut targets {
        let mut ids: Vec<KeyId> = signers(&authors, target.product.vendor).collect();
        ids.sort_unstable();
        if ids.is_empty() {
            findings.refuse(Refusal::SignatureNotValid)?;
        } else if ids.len() < usize::from(target.policy.threshold) {
            findings.refuse(Refusal::ThresholdNotMet)?;
        }
        target.signers = ids.try_into().map_err(|_| findings.fatal(Refusal::TooMany))?;
    }
    Ok(targets)
}

fn signers(authors: &[Author], vendor: VendorId) -> impl Iterator<Item = KeyId> + '_ {
    authors
        .iter()
        .filter(move |author| author.vendor == vendor)
        .map(|author| author.id)
}

/// The live author key that a signature is by, where one of the manifest's vendors has it.
///
/// A signature that names no key is by the only key of its kind on the roster; where that is not unique, it does not
/// count. Trying one key after the other would let a stranger choose how much nodes compute.
fn author<T: Config, AccountId>(
    kid: Option<&[u8]>,
    algorithm: Algorithm,
    targets: &[Target<AccountId>],
    roster: &[Author],
) -> Option<Author> {
    let author = match kid {
        Some(kid) => live::<T>(KeyId(kid.try_into().ok()?))?,
        None => {
            let mut candidates = roster.iter().filter(|author| fits(algorithm, &author.key));
            let sole = candidates.next()?;
            candidates.next().is_none().then_some(*sole)?
        }
    };
    (fits(algorithm, &author.key) && targets.iter().any(|target| target.product.vendor == author.vendor))
        .then_some(author)
}

/// The live author keys of the manifest's vendor; nobody where it names several.
fn roster<T: Config, AccountId>(targets: &[Target<AccountId>]) -> Vec<Author> {
    let Some(vendor) = targets.first().map(|target| target.product.vendor) else {
        return Vec::new();
    };
    if targets.iter().any(|target| target.product.vendor != vendor) {
        return Vec::new();
    }
    KeysOf::<T>::get(vendor)
        .iter()
        .filter_map(|id| live::<T>(*id))
        .collect()
}

fn live<T: Config>(id: KeyId) -> Option<Author> {
    let record = Keys::<T>::get(id)?;
    let record = record.v1();
    (record.status == KeyStatus::Live && record.usage == KeyUsage::Manifests).then_some(Author {
        id,
        vendor: record.vendor,
        key: record.key,
    })
}

/// Whether the chain has keys for this algorithm.
fn is_known(algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Es256 | Algorithm::Esp256 | Algorithm::EdDsa | Algorithm::Ed25519 => true,
        Algorithm::Es384 | Algorithm::Esp384 | Algorithm::HssLms => false,
    }
}

fn fits(algorithm: Algorithm, key: &PublicKey) -> bool {
    algorithm.fits(&cose_key(key))
}

fn cose_key(key: &PublicKey) -> cose::PublicKey {
    match key {
        PublicKey::P256(point) => cose::PublicKey::P256(*point),
        PublicKey::Ed25519(point) => cose::PublicKey::Ed25519(*point),
    }
}
