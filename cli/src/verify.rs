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
    let signers = signers(&envelope, trusted);
    // A threshold of none would let anybody sign.
    let threshold = threshold.max(1);
    if signers.len() < threshold {
        return Err(Failure::Signatures {
            valid: signers.len(),
            threshold,
        });
    }
    // The signature is over the digest; this ties the manifest to it.
    envelope.check_digest(&RustCrypto)?;
    envelope.check_complete(&RustCrypto)?;
    let manifest = envelope.manifest()?;
    let resolved = resolve(&manifest)?;
    Ok(Checked {
        manifest,
        resolved,
        signers,
    })
}

/// Thumbprints of those of the trusted keys that signed, each once.
pub fn signers(envelope: &Envelope, trusted: &[PublicKey]) -> Vec<[u8; 32]> {
    let mut found: Vec<[u8; 32]> = trusted
        .iter()
        .filter(|key| {
            envelope
                .signatures()
                .any(|block| envelope.verify_signature(&RustCrypto, &block, key).is_ok())
        })
        .map(|key| key.thumbprint(&RustCrypto))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
