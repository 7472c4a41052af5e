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
    apis::{KeyUsage, PublicKey},
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
    now: u32,
) -> Result<(), Stop> {
    findings.counted.count_keys(intent.signatures().count(), targets.len());
    let mut authors: Vec<Author> = Vec::new();
    for signature in intent.signatures() {
        let Some(author) = author::<T, _>(signature.kid, signature.algorithm, targets, &[], now) else {
            continue;
        };
        if authors.iter().any(|known| known.id == author.id) {
            continue;
        }
        if mode == Signatures::Verify {
            findings.counted.count(&author.key);
            if intent.verify(&HostCrypto, &signature, &cose_key(&author.key)).is_err() {
                findings.refuse(Refusal::IntentThresholdNotMet)?;
                continue;
            }
        }
        authors.push(author);
    }
    for target in targets {
        if signers::<T>(&authors, target.product.vendor, now).count() < usize::from(target.threshold) {
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
    now: u32,
) -> Result<Vec<Target<T::AccountId>>, Stop> {
    // Those of other algorithms are for other recipients, and count as little as a MAC.
    let signatures = || envelope.signatures().filter(|block| is_known(block.algorithm));
    if signatures().count() > MAX_SIGNERS as usize {
        return Err(findings.fatal(Refusal::TooMany));
    }
    let names_no_key = signatures().any(|block| block.kid.is_none());
    let roster = if names_no_key {
        roster::<T, _>(&targets, now)
    } else {
        Vec::new()
    };

    findings.counted.count_keys(roster.len(), 1);
    findings.counted.count_keys(signatures().count(), targets.len());
    let mut authors: Vec<Author> = Vec::new();
    for block in signatures() {
        let Some(author) = author::<T, _>(block.kid, block.algorithm, &targets, &roster, now) else {
            continue;
        };
        if authors.iter().any(|known| known.id == author.id) {
            continue;
        }
        if mode == Signatures::Verify {
            findings.counted.count(&author.key);
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
        let mut ids: Vec<KeyId> = signers::<T>(&authors, target.product.vendor, now).collect();
        ids.sort_unstable();
        if ids.is_empty() {
            findings.refuse(Refusal::SignatureNotValid)?;
        } else if ids.len() < usize::from(target.threshold) {
            findings.refuse(Refusal::ThresholdNotMet)?;
        }
        target.signers = ids.try_into().map_err(|_| findings.fatal(Refusal::TooMany))?;
    }
    Ok(targets)
}

/// Those of the authors that are the vendor's. Two vendors of one manifest may have the same author.
fn signers<T: Config>(authors: &[Author], vendor: VendorId, now: u32) -> impl Iterator<Item = KeyId> + '_ {
    authors
        .iter()
        .filter(move |author| author.vendor == vendor || live::<T>(vendor, author.id, now).is_some())
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
    now: u32,
) -> Option<Author> {
    let author = match kid {
        Some(kid) => named::<T, _>(KeyId(kid.try_into().ok()?), targets, now)?,
        None => {
            let mut candidates = roster.iter().filter(|author| fits(algorithm, &author.key));
            let sole = candidates.next()?;
            candidates.next().is_none().then_some(*sole)?
        }
    };
    fits(algorithm, &author.key).then_some(author)
}

/// The live author key with this name, of the first of the manifest's vendors that has it.
fn named<T: Config, AccountId>(id: KeyId, targets: &[Target<AccountId>], now: u32) -> Option<Author> {
    let vendors = targets.iter().map(|target| target.product.vendor);
    vendors.filter_map(|vendor| live::<T>(vendor, id, now)).next()
}

/// The live author keys of the manifest's vendor; nobody where it names several.
fn roster<T: Config, AccountId>(targets: &[Target<AccountId>], now: u32) -> Vec<Author> {
    let Some(vendor) = targets.first().map(|target| target.product.vendor) else {
        return Vec::new();
    };
    if targets.iter().any(|target| target.product.vendor != vendor) {
        return Vec::new();
    }
    KeysOf::<T>::get(vendor)
        .iter()
        .filter_map(|id| live::<T>(vendor, *id, now))
        .collect()
}

fn live<T: Config>(vendor: VendorId, id: KeyId, now: u32) -> Option<Author> {
    let record = Keys::<T>::get(vendor, id)?;
    let record = record.v1();
    (record.is_live_at(now) && record.usage == KeyUsage::Manifests).then_some(Author {
        id,
        vendor,
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

/// The key as the COSE code takes it.
pub(crate) fn cose_key(key: &PublicKey) -> cose::PublicKey {
    match key {
        PublicKey::P256(point) => cose::PublicKey::P256(*point),
        PublicKey::Ed25519(point) => cose::PublicKey::Ed25519(*point),
    }
}
