//! The envelope by itself: form, digest, completeness, and what its manifest fetches.

use crate::checks::findings::{Findings, Stop};
use crate::crypto::HostCrypto;
use suit_manifest::{
    envelope::{Digest as SuitDigest, DigestAlgorithm as SuitAlgorithm, Envelope, Mode},
    error::{Error, ErrorKind},
    manifest::Manifest,
    resolve::{self, Resolved},
};
use suit_primitives::{
    refusal::Refusal,
    release::{Digest, DigestAlgorithm},
};

/// Reads the envelope strictly.
pub(crate) fn read<'a>(findings: &mut Findings, bytes: &'a [u8]) -> Result<Envelope<'a>, Stop> {
    Envelope::decode(bytes, Mode::Strict).map_err(|error| findings.fatal(refusal(error)))
}

/// Checks that the envelope carries the manifest that was signed, all of it and nothing more.
pub(crate) fn check(findings: &mut Findings, envelope: &Envelope<'_>) -> Result<Digest, Stop> {
    if let Err(error) = envelope.check_complete(&HostCrypto) {
        findings.refuse(refusal(error))?;
    }
    digest(&envelope.manifest_digest()).ok_or_else(|| findings.fatal(Refusal::UnsupportedAlgorithm))
}

/// Reads the manifest.
pub(crate) fn manifest<'a>(findings: &mut Findings, envelope: &Envelope<'a>) -> Result<Manifest<'a>, Stop> {
    let manifest = envelope.manifest().map_err(|error| findings.fatal(refusal(error)))?;
    findings.sequence_number = Some(manifest.sequence_number());
    if manifest.has_dependencies() {
        findings.refuse(Refusal::DependenciesNotSupported)?;
    }
    Ok(manifest)
}

/// Finds out which products the manifest is for, and what it fetches.
pub(crate) fn resolve<'a>(findings: &mut Findings, manifest: &Manifest<'a>) -> Result<Resolved<'a>, Stop> {
    let (outcome, steps) = resolve::resolve_counting(manifest);
    findings.counted.steps = u32::try_from(steps).unwrap_or(u32::MAX);
    outcome.map_err(|error| {
        findings.fatal(match error.kind {
            ErrorKind::TooMany | ErrorKind::StepLimit => Refusal::TooMany,
            _ => refusal(error),
        })
    })
}

/// The digest as records hold it; `None` where the chain does not compute its algorithm.
pub(crate) fn digest(digest: &SuitDigest<'_>) -> Option<Digest> {
    let algorithm = match digest.algorithm {
        SuitAlgorithm::Sha256 => DigestAlgorithm::Sha256,
        SuitAlgorithm::Sha384 => DigestAlgorithm::Sha384,
        SuitAlgorithm::Sha512 => DigestAlgorithm::Sha512,
        _ => return None,
    };
    Some(Digest {
        algorithm,
        bytes: digest.bytes.to_vec().try_into().ok()?,
    })
}

/// The decoder's complaint as a reason for refusal.
fn refusal(error: Error) -> Refusal {
    match error.kind {
        ErrorKind::UnsupportedAlgorithm | ErrorKind::UnsupportedDigest => Refusal::UnsupportedAlgorithm,
        ErrorKind::DigestMismatch => Refusal::ManifestDigestMismatch,
        ErrorKind::Stuffed => Refusal::EnvelopeStuffed,
        ErrorKind::Stripped => Refusal::EnvelopeStripped,
        ErrorKind::Undecidable | ErrorKind::InstallsNowhere => Refusal::UndecidableManifest,
        _ => Refusal::MalformedEnvelope,
    }
}
