//! What a device fetches: each payload's root, stored size and digest, from the signed manifest where it says them, and
//! from the roots alongside where it does not.

use super::{
    envelope::digest,
    findings::{Findings, Stop},
};
use crate::crypto::HostCrypto;
use alloc::vec::Vec;
use frame_support::{traits::ConstU32, BoundedVec};
use suit_manifest::{
    envelope::Envelope,
    error::ErrorKind,
    resolve::{ipfs_uri, Binding, Resolved, ResolvedPayload},
};
use suit_primitives::{
    bounds::{MAX_PAYLOADS, MAX_STORED_SIZE},
    refusal::Refusal,
    release::{BlockCodec, Digest, DigestAlgorithm, Payload, PayloadRoot, PayloadV1, RootCid, Transform},
};

/// Largest payload that is a single raw block, in bytes: what IPFS implementations exchange at most.
const MAX_RAW_BLOCK: u64 = 1 << 20;

/// Makes the payload records.
pub(super) fn check(
    findings: &mut Findings,
    resolved: &Resolved<'_>,
    roots: &[PayloadRoot],
) -> Result<BoundedVec<Payload, ConstU32<MAX_PAYLOADS>>, Stop> {
    if roots.len() > MAX_PAYLOADS as usize {
        return Err(findings.fatal(Refusal::TooMany));
    }
    if has_duplicates(roots) {
        findings.refuse(Refusal::PayloadRootMismatch)?;
    }

    let mut records: Vec<Payload> = Vec::new();
    let mut asked_for: Vec<u32> = Vec::new();
    for payload in resolved.payloads.iter() {
        // On the chain already, in the envelope: that it is there is part of the envelope's completeness.
        if payload.integrated {
            continue;
        }
        asked_for.push(payload.component_index);
        let alongside = roots
            .iter()
            .find(|root| root.component_index == payload.component_index);
        match record(payload, alongside) {
            Ok(record) if records.contains(&record) => {}
            // One file has one size and one digest: the other could never become available, and the number would be
            // burnt.
            Ok(record) if records.iter().any(|known| disagree(known.v1(), record.v1())) => {
                findings.refuse(Refusal::PayloadRootMismatch)?;
            }
            Ok(record) => records.push(record),
            Err(refusal) => findings.refuse(refusal)?,
        }
    }
    if roots.iter().any(|root| !asked_for.contains(&root.component_index)) {
        findings.refuse(Refusal::PayloadRootMismatch)?;
    }
    records.try_into().map_err(|_| findings.fatal(Refusal::TooMany))
}

/// Checks that the payloads in the envelope are those that the manifest was signed for: they are under no signature of
/// their own, and with them in place the release is offered at once.
pub(super) fn check_integrated(
    findings: &mut Findings,
    envelope: &Envelope<'_>,
    resolved: &Resolved<'_>,
) -> Result<(), Stop> {
    let here = |payload: &&ResolvedPayload<'_>| payload.integrated && payload.binding == Binding::Fetched;
    for payload in resolved.payloads.iter().filter(here) {
        let mut members = envelope.integrated_payloads();
        let Some((_, bytes)) = members.find(|(key, _)| payload.uri == Some(*key)) else {
            continue;
        };
        let other_size = payload.size.is_some_and(|size| size != bytes.len() as u64);
        let other_digest = payload.digest.is_some_and(|digest| {
            let checked = digest.check(&HostCrypto, &[bytes]);
            checked.is_err_and(|error| error.kind == ErrorKind::DigestMismatch)
        });
        if other_size || other_digest {
            findings.refuse(Refusal::EnvelopeStuffed)?;
        }
    }
    Ok(())
}

fn disagree(a: &PayloadV1, b: &PayloadV1) -> bool {
    let other_digest = match (&a.image_digest, &b.image_digest) {
        (Some(a), Some(b)) => a.algorithm == b.algorithm && a.bytes != b.bytes,
        _ => false,
    };
    a.root == b.root && (a.stored_size != b.stored_size || other_digest)
}

fn has_duplicates(roots: &[PayloadRoot]) -> bool {
    let mut indices: Vec<u32> = roots.iter().map(|root| root.component_index).collect();
    indices.sort_unstable();
    indices.windows(2).any(|pair| pair.first() == pair.last())
}

fn record(payload: &ResolvedPayload<'_>, alongside: Option<&PayloadRoot>) -> Result<Payload, Refusal> {
    let named = payload.uri.and_then(ipfs_uri).and_then(|cid| RootCid::from_bytes(&cid));
    let root = match (named, alongside) {
        (Some(named), Some(given)) if named != given.root => return Err(Refusal::PayloadRootMismatch),
        (Some(named), _) => named,
        (None, Some(given)) => given.root,
        (None, None) => return Err(Refusal::PayloadRootMissing),
    };

    // Of an encrypted payload the manifest may know the plaintext only: that says nothing of the stored bytes.
    let of_stored_bytes = payload.binding == Binding::Fetched;
    let image_size = payload.size.filter(|_| of_stored_bytes);
    let image_digest = match payload.digest.as_ref().filter(|_| of_stored_bytes) {
        Some(stated) => Some(digest(stated).ok_or(Refusal::UnsupportedAlgorithm)?),
        None => None,
    };
    let stored_size = match (image_size, alongside) {
        (Some(stated), Some(given)) if stated != given.stored_size => return Err(Refusal::PayloadRootMismatch),
        (Some(stated), _) => stated,
        (None, Some(given)) => given.stored_size,
        (None, None) => return Err(Refusal::BadPayloadSize),
    };
    if !(1..=MAX_STORED_SIZE).contains(&stored_size) {
        return Err(Refusal::BadPayloadSize);
    }
    if root.codec == BlockCodec::Raw {
        check_raw(&root, stored_size, image_digest.as_ref())?;
    }

    Ok(Payload::V1(PayloadV1 {
        component: payload
            .component
            .to_vec()
            .try_into()
            .map_err(|_| Refusal::MalformedEnvelope)?,
        root,
        stored_size,
        image_digest,
        image_size,
        transform: if payload.encrypted {
            Transform::Encrypted
        } else {
            Transform::None
        },
    }))
}

/// A raw root is the file itself in one block: too large, or with another digest, it could never become available, and
/// its number would be burnt.
fn check_raw(root: &RootCid, stored_size: u64, image_digest: Option<&Digest>) -> Result<(), Refusal> {
    if stored_size > MAX_RAW_BLOCK {
        return Err(Refusal::BadPayloadSize);
    }
    match image_digest {
        Some(digest) if digest.algorithm == DigestAlgorithm::Sha256 && digest.bytes.as_slice() != root.digest => {
            Err(Refusal::PayloadRootMismatch)
        }
        _ => Ok(()),
    }
}
