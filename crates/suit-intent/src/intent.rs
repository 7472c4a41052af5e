//! The signed message.

use crate::{Error, IntentPayload};
use suit_manifest::{
    cose::{Algorithm, PublicKey, Sign, Signature},
    crypto::Crypto,
    error::ErrorKind,
};

/// Content type in the protected header: what the signatures are for.
pub const CONTENT_TYPE: &str = "application/suit-intent+cbor";
/// Longest intent in bytes: eight signatures and eight roots fit.
pub const MAX_INTENT: usize = 2048;

/// An intent whose form was checked. Its signatures were not: see [`Intent::verify`].
#[derive(Clone)]
pub struct Intent<'a> {
    /// What is to be published.
    pub payload: IntentPayload,
    sign: Sign<'a>,
}

impl<'a> Intent<'a> {
    /// Reads an intent. Accepts only the one encoding that the format has for it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_INTENT {
            return Err(Error::TooLong);
        }
        let sign = Sign::decode(bytes).map_err(Error::Message)?;
        let payload = sign.payload.ok_or(Error::Header)?;
        // That there is no other header than content type, algorithms and key names was seen to in decoding.
        if sign.content_type != Some(CONTENT_TYPE) {
            return Err(Error::Header);
        }
        let mut signatures = sign.signatures();
        while let Some(signature) = signatures.next() {
            check_algorithm(signature.algorithm).map_err(Error::Message)?;
            if signature.kid.is_none_or(|kid| kid.len() != 32) {
                return Err(Error::Header);
            }
            // Thumbprints are unique to a key, so equal names are one signer who would be counted twice.
            if signatures.clone().any(|other| other.kid == signature.kid) {
                return Err(Error::SignerTwice);
            }
        }
        Ok(Self {
            payload: IntentPayload::decode(payload)?,
            sign,
        })
    }

    /// The signatures, in the order of the message. `kid` is always there and 32 bytes long: the thumbprint of the key.
    pub fn signatures(&self) -> impl Iterator<Item = Signature<'a>> + Clone + use<'a> {
        self.sign.signatures()
    }

    /// The signatures with the thumbprint of the key that each claims to be made with.
    pub fn signers(&self) -> impl Iterator<Item = ([u8; 32], Signature<'a>)> + Clone + use<'a> {
        self.signatures()
            .filter_map(|signature| Some((signature.kid?.try_into().ok()?, signature)))
    }

    /// Checks one of [`Intent::signatures`] with the key that the caller has looked up.
    pub fn verify<C: Crypto>(&self, crypto: &C, signature: &Signature<'a>, key: &PublicKey) -> Result<(), Error> {
        // A name that is not the key's was signed along with everything else, but would mislead whoever shows signers.
        if signature.kid != Some(key.thumbprint(crypto).as_slice()) {
            return Err(Error::Signature);
        }
        self.sign.verify(crypto, signature, key).map_err(|_| Error::Signature)
    }
}

/// Whether the format has this algorithm: the chain has keys for these and no others.
pub(crate) fn check_algorithm(algorithm: Algorithm) -> Result<(), suit_manifest::error::Error> {
    match algorithm {
        Algorithm::Es256 | Algorithm::Esp256 | Algorithm::EdDsa | Algorithm::Ed25519 => Ok(()),
        _ => Err(ErrorKind::UnsupportedAlgorithm.into()),
    }
}

/// Says nothing about the signatures' bytes, which nobody reads.
impl core::fmt::Debug for Intent<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Intent")
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}
