//! Digests of what is built.

use super::{map::item, BuildError};
use crate::{
    cbor::{Head, Writer},
    crypto::{Crypto, RustCrypto},
    digest::{self, DigestAlgorithm},
};
use alloc::vec::Vec;

/// SUIT_Digest (§10), owned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digest {
    /// How it was computed.
    pub algorithm: DigestAlgorithm,
    /// Its bytes, as many as the algorithm gives.
    pub bytes: Vec<u8>,
}

impl Digest {
    /// SHA-256, of which the bytes are known.
    pub fn sha256(bytes: [u8; 32]) -> Self {
        Self {
            algorithm: DigestAlgorithm::Sha256,
            bytes: bytes.to_vec(),
        }
    }

    /// Computes the digest of a payload.
    ///
    /// # Errors
    /// [`BuildError::UnsupportedDigest`].
    pub fn of(algorithm: DigestAlgorithm, payload: &[u8]) -> Result<Self, BuildError> {
        compute(algorithm, &[payload])
    }

    /// Computes the digest of a manifest or a severable member: over the content with its byte string's head (§8.3).
    pub(super) fn of_wrapped(algorithm: DigestAlgorithm, content: &[u8]) -> Result<Self, BuildError> {
        compute(algorithm, &[Head::bytes(content.len()).as_slice(), content])
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(2).int(self.algorithm.number()).bytes(&self.bytes);
    }

    /// `[algorithm, bytes]`.
    pub(super) fn encode(&self) -> Vec<u8> {
        item(|writer| self.write(writer))
    }
}

impl From<digest::Digest<'_>> for Digest {
    fn from(digest: digest::Digest<'_>) -> Self {
        Self {
            algorithm: digest.algorithm,
            bytes: digest.bytes.to_vec(),
        }
    }
}

fn compute(algorithm: DigestAlgorithm, parts: &[&[u8]]) -> Result<Digest, BuildError> {
    let unsupported = BuildError::UnsupportedDigest(algorithm);
    let bytes = match algorithm {
        DigestAlgorithm::Sha256 => RustCrypto.sha256(parts).to_vec(),
        DigestAlgorithm::Sha384 => RustCrypto.sha384(parts).to_vec(),
        DigestAlgorithm::Sha512 => RustCrypto.sha512(parts).to_vec(),
        DigestAlgorithm::Shake128 => RustCrypto.shake128(parts).ok_or(unsupported)?.to_vec(),
        DigestAlgorithm::Shake256 => RustCrypto.shake256(parts).ok_or(unsupported)?.to_vec(),
        DigestAlgorithm::Other(_) => return Err(unsupported),
    };
    Ok(Digest { algorithm, bytes })
}
