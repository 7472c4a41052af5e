//! What credential, request and ticket have in common: COSE_Sign1 of a kind that its protected header names, and
//! the algorithms, which a key handover shares with them.

use suit_manifest::{
    cose::{Algorithm, PublicKey, Sign1},
    crypto::Crypto,
};

/// A message whose form was checked, and whose signature was not.
#[derive(Clone)]
pub(crate) struct Message<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads a message of at most `max` bytes that carries its payload.
    pub(crate) fn decode(bytes: &'a [u8], max: usize, content_type: &str) -> Option<Self> {
        if bytes.len() > max {
            return None;
        }
        // Refuses every header that no format of ours has.
        let sign1 = Sign1::decode(bytes)
            .ok()
            .filter(|sign1| sign1.content_type == Some(content_type) && is_known(sign1.algorithm))?;
        Some(Self {
            payload: sign1.payload?,
            sign1,
        })
    }

    /// The name of the signer's key, where there is one of the right length.
    pub(crate) fn kid(&self) -> Option<[u8; 32]> {
        self.sign1.kid?.try_into().ok()
    }

    /// Whether the signature is this key's.
    pub(crate) fn is_signed_by<C: Crypto>(&self, crypto: &C, key: &PublicKey) -> bool {
        self.sign1.verify(crypto, key, None).is_ok()
    }
}

/// Whether version 1 of the formats has this algorithm.
pub(crate) fn is_known(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::Es256 | Algorithm::Esp256 | Algorithm::EdDsa | Algorithm::Ed25519
    )
}
