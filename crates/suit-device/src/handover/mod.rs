//! What a vendor's old author keys sign for the next ones: from now on, these are the author keys.
//!
//! A device that knows nothing but an old author key follows a rotation by it, without believing the chain or any node:
//! who the authors are is authenticity, and authenticity comes from the authors' keys alone. A handover is a statement about
//! these keys and not about a chain, so that there is no genesis hash in it and it holds wherever the device hears it.
//!
//! Handovers are numbered, and a device follows them one after the other: none that it has missed is left out, because each
//! is signed by the keys that were handed over to before it.

mod error;
mod payload;
#[cfg(feature = "alloc")]
mod sign;

pub use error::Error;
pub use payload::{HandoverPayload, Keys, MAX_KEYS, VERSION};
#[cfg(feature = "alloc")]
pub use sign::{add_signature, prepare, prepare_signature, sign};

use crate::message::is_known;
use suit_manifest::{
    cose::{PublicKey, Sign, Signature},
    crypto::Crypto,
    error::ErrorKind,
};

/// Content type in the protected header: what the signatures are for.
pub const CONTENT_TYPE: &str = "application/suit-key-handover+cbor";
/// Longest handover in bytes: eight signatures and eight keys fit.
pub const MAX_HANDOVER: usize = 2048;
/// Length of a key's name: its COSE Key Thumbprint with SHA-256 (RFC 9679).
const THUMBPRINT: usize = 32;

/// A handover whose form was checked. Its signatures were not: see [`Handover::follow`] and [`Handover::verify`].
#[derive(Clone)]
pub struct Handover<'a> {
    /// The next keys, and whose. Nothing of this holds before enough signatures were verified.
    pub payload: HandoverPayload,
    sign: Sign<'a>,
}

impl<'a> Handover<'a> {
    /// Reads a handover. Accepts only the one encoding that the format has for it.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Message`], [`Error::Header`], [`Error::SignerTwice`], and those of
    /// [`HandoverPayload::decode`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_HANDOVER {
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
            if !is_known(signature.algorithm) {
                return Err(Error::Message(ErrorKind::UnsupportedAlgorithm.into()));
            }
            if signature.kid.is_none_or(|kid| kid.len() != THUMBPRINT) {
                return Err(Error::Header);
            }
            // Thumbprints are unique to a key, so equal names are one signer who would be counted twice.
            if signatures.clone().any(|other| other.kid == signature.kid) {
                return Err(Error::SignerTwice);
            }
        }
        Ok(Self {
            payload: HandoverPayload::decode(payload)?,
            sign,
        })
    }

    /// The signatures, in the order of the message. `kid` is always there and 32 bytes long: the thumbprint of the key.
    pub fn signatures(&self) -> impl Iterator<Item = Signature<'a>> + Clone + use<'a> {
        self.sign.signatures()
    }

    /// The signatures with the thumbprint of the key that each claims to be made with.
    pub fn signers(&self) -> impl Iterator<Item = ([u8; THUMBPRINT], Signature<'a>)> + Clone + use<'a> {
        self.signatures()
            .filter_map(|signature| Some((signature.kid?.try_into().ok()?, signature)))
    }

    /// Checks one of [`Handover::signatures`] with the key that the caller has looked up.
    ///
    /// # Errors
    /// [`Error::Signature`].
    pub fn verify<C: Crypto>(&self, crypto: &C, signature: &Signature<'a>, key: &PublicKey) -> Result<(), Error> {
        // A name that is not the key's was signed along with everything else, but would mislead whoever shows signers.
        if signature.kid != Some(key.thumbprint(crypto).as_slice()) {
            return Err(Error::Signature);
        }
        self.sign.verify(crypto, signature, key).map_err(|_| Error::Signature)
    }

    /// Whether a device that knows these author keys may take the next ones in their place: all of [`Self::payload`]
    /// holds then, and is what the device keeps from now on in place of `known`, `threshold` and `last_number`.
    ///
    /// `threshold` is how many of the keys must sign, at least one; `last_number` the number of the handover that the
    /// device followed last, 0 where it has followed none. Signatures of keys that the device does not know are passed
    /// over: they may be those of authors that its own set is too old for.
    ///
    /// # Errors
    /// [`Error::OtherVendor`]; [`Error::AlreadyFollowed`]; [`Error::EarlierMissing`], where the device has to follow the
    /// handovers in between first; [`Error::Signature`] where one that names a known key is not that key's;
    /// [`Error::TooFewSignatures`]; [`Error::KeyNotValid`].
    pub fn follow<C: Crypto>(
        &self,
        crypto: &C,
        known: &[PublicKey],
        threshold: u8,
        vendor: &[u8; 16],
        last_number: u64,
    ) -> Result<(), Error> {
        if self.payload.vendor != *vendor {
            return Err(Error::OtherVendor);
        }
        match self.payload.number.checked_sub(last_number) {
            None | Some(0) => return Err(Error::AlreadyFollowed),
            Some(1) => {}
            Some(_) => return Err(Error::EarlierMissing),
        }
        // No two signatures have the same name, so that each counts for a key of its own.
        let mut signed = 0u8;
        for (thumbprint, signature) in self.signers() {
            let Some(key) = known.iter().find(|key| key.thumbprint(crypto) == thumbprint) else {
                continue;
            };
            self.verify(crypto, &signature, key)?;
            signed = signed.saturating_add(1);
        }
        if signed < threshold.max(1) {
            return Err(Error::TooFewSignatures);
        }
        self.payload.check_keys(crypto)
    }
}

/// Says nothing about the signatures' bytes, which nobody reads.
impl core::fmt::Debug for Handover<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Handover")
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}
