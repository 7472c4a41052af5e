//! Checking an envelope by trusted keys alone: what `suit manifest verify` does, and every device before it downloads.

use crate::error::DeviceRefusal;
use suit_manifest::{
    cose::PublicKey,
    crypto::RustCrypto,
    envelope::{Envelope, Mode},
    error::Error,
    manifest::Manifest,
    resolve::{resolve, Resolved},
};

/// An envelope that holds: digests agree, enough trusted keys signed, nothing was added or taken away.
pub struct Checked<'a> {
    /// Its manifest.
    pub manifest: Manifest<'a>,
    /// What it is for and what it fetches.
    pub resolved: Resolved<'a>,
    /// Thumbprints of the trusted keys that signed.
    pub signers: Vec<[u8; 32]>,
}

/// Why an envelope does not hold.
#[derive(Debug)]
pub enum Failure {
    /// It cannot be decoded, or its parts contradict each other.
    Envelope(Error),
    /// Too few trusted keys signed it.
    Signatures {
        /// Trusted keys whose signature holds.
        valid: usize,
        /// How many must.
        threshold: usize,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Envelope(error)
    }
}

impl From<Failure> for DeviceRefusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Envelope(error) => DeviceRefusal::EnvelopeNotValid(error.to_string()),
            Failure::Signatures { valid, threshold } => DeviceRefusal::SignatureNotValid { valid, threshold },
        }
    }
}

/// Checks an envelope. The signature comes before anything in the manifest is believed.
pub fn check<'a>(bytes: &'a [u8], trusted: &[PublicKey], threshold: usize) -> Result<Checked<'a>, Failure> {
    let envelope = Envelope::decode(bytes, Mode::Strict)?;
    // A threshold of none would let anybody sign.
    let signers = signed(&envelope, trusted, threshold.max(1))?;
    let manifest = complete(&envelope)?;
    let resolved = resolve(&manifest)?;
    Ok(Checked {
        manifest,
        resolved,
        signers,
    })
}

/// Checks that enough of the trusted keys signed the manifest's digest; thumbprints of those that did.
pub fn signed(envelope: &Envelope<'_>, trusted: &[PublicKey], threshold: usize) -> Result<Vec<[u8; 32]>, Failure> {
    let signers = signers(envelope, trusted);
    if signers.len() < threshold {
        return Err(Failure::Signatures {
            valid: signers.len(),
            threshold,
        });
    }
    Ok(signers)
}

/// Ties the manifest to the digest, which is what signatures are over, and to everything around it.
pub fn complete<'a>(envelope: &Envelope<'a>) -> Result<Manifest<'a>, Error> {
    envelope.check_complete(&RustCrypto)?;
    envelope.manifest()
}

/// Thumbprints of those of the trusted keys that signed, in a COSE_Sign1 or in a COSE_Sign, each once.
fn signers(envelope: &Envelope<'_>, trusted: &[PublicKey]) -> Vec<[u8; 32]> {
    let mut found: Vec<[u8; 32]> = trusted
        .iter()
        .filter(|key| envelope.signed_by(&RustCrypto, key))
        .map(|key| key.thumbprint(&RustCrypto))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
