//! What must hold before anything is recorded. One path serves `publish`, `publish_authorized`, the authorisation step in
//! the pool and the dry run, so that they cannot disagree.

pub(crate) mod envelope;
pub(crate) mod findings;
pub(crate) mod intent;
pub(crate) mod names;
pub(crate) mod payloads;
pub(crate) mod products;
pub(crate) mod signatures;

pub(crate) use findings::{Counted, Findings, Stop};
pub(crate) use products::Target;
pub(crate) use signatures::Signatures;

use crate::{crypto::HostCrypto, Config};
use alloc::vec::Vec;
use frame_support::{
    traits::{ConstU32, Get},
    BoundedVec,
};
use suit_manifest::crypto::Crypto;
use suit_primitives::{
    bounds::{MAX_ENVELOPE, MAX_PAYLOADS},
    refusal::Refusal,
    release::{Digest, Payload, PayloadRoot},
    SequenceNumber,
};

/// On whose word an envelope is to be published.
pub(crate) enum By<'a, AccountId> {
    /// An account that the vendor named as publisher.
    Account {
        /// The account.
        account: &'a AccountId,
        /// Roots that the manifest does not name.
        roots: &'a [PayloadRoot],
    },
    /// The authors' intent.
    Intent(&'a [u8]),
}

/// An envelope that passed every check but the deposit.
pub(crate) struct Publication<AccountId> {
    /// The products, each with what publishing for it needs.
    pub(crate) targets: Vec<Target<AccountId>>,
    /// The sequence number.
    pub(crate) sequence_number: SequenceNumber,
    /// Digest of the manifest.
    pub(crate) manifest_digest: Digest,
    /// SHA-256 of the whole envelope.
    pub(crate) envelope_digest: [u8; 32],
    /// What a device fetches.
    pub(crate) payloads: BoundedVec<Payload, ConstU32<MAX_PAYLOADS>>,
    /// Last block of the intent, where there is one.
    pub(crate) last_block: Option<u64>,
}

/// Checks an envelope for publishing in block `now`. What is cheap comes first: a stranger must not make nodes verify
/// signatures with an envelope that is refused anyway.
pub(crate) fn publication<T: Config>(
    findings: &mut Findings,
    bytes: &[u8],
    by: &By<'_, T::AccountId>,
    signatures: Signatures,
    now: u32,
) -> Result<Publication<T::AccountId>, Stop> {
    if T::PublishingPaused::get() {
        findings.refuse(Refusal::PublishingPaused)?;
    }
    if bytes.len() > MAX_ENVELOPE as usize {
        return Err(findings.fatal(Refusal::MalformedEnvelope));
    }
    let envelope_digest = HostCrypto.sha256(&[bytes]);
    let intent = match by {
        By::Account { .. } => None,
        By::Intent(bytes) => intent::read::<T>(findings, bytes, &envelope_digest, now)?,
    };

    let envelope = envelope::read(findings, bytes)?;
    let manifest_digest = envelope::check(findings, &envelope)?;
    let manifest = envelope::manifest(findings, &envelope)?;
    let resolved = envelope::resolve(findings, &manifest)?;
    payloads::check_integrated(findings, &envelope, &resolved)?;

    let targets = products::check::<T>(findings, &resolved, manifest.sequence_number(), now)?;
    products::check_submission(findings, &targets, by)?;
    let payloads = match (by, &intent) {
        (By::Account { roots, .. }, _) => payloads::check(findings, &resolved, roots)?,
        (By::Intent(_), Some(intent)) => payloads::check(findings, &resolved, &intent.roots)?,
        // The intent could not be read, so nobody knows which roots it gives: nothing true can be said of the payloads.
        (By::Intent(_), None) => BoundedVec::new(),
    };

    // The intent before the manifest: it binds the envelope to the last byte, so a stranger's cost ends at his first
    // bad signature, whatever he copied.
    if let Some(intent) = &intent {
        signatures::check_intent::<T>(findings, &intent.message, &targets, signatures, now)?;
    }
    let targets = signatures::check_envelope::<T>(findings, &envelope, targets, signatures, now)?;

    Ok(Publication {
        targets,
        sequence_number: manifest.sequence_number(),
        manifest_digest,
        envelope_digest,
        payloads,
        last_block: intent.map(|intent| intent.message.payload.last_block),
    })
}
