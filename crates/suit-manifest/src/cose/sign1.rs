//! COSE_Sign1 (RFC 9052 §4.2).

use super::{
    either,
    header::{Headers, Place, Policy},
    signature, structure, Algorithm, PublicKey, TAG_SIGN1,
};
use crate::{
    cbor::{Head, KeyOrder, Reader},
    crypto::Crypto,
    error::{Error, ErrorKind, Section, Within as _},
};

/// A message with one signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sign1<'a> {
    /// The protected header, as received.
    pub protected: &'a [u8],
    /// How it was signed.
    pub algorithm: Algorithm,
    /// What the payload is, where the protected header says so in text.
    pub content_type: Option<&'a str>,
    /// Which key signed. Only a hint: in the open form it may stand outside of the signature.
    pub kid: Option<&'a [u8]>,
    /// The payload; `None` where it is detached.
    pub payload: Option<&'a [u8]>,
    /// The signature: r ‖ s of ECDSA, R ‖ S of Ed25519, or an HSS signature; as long as the algorithm's are.
    pub signature: &'a [u8],
    /// Whether the unprotected header says nothing but, perhaps, the key identifier.
    pub(crate) unprotected_is_plain: bool,
}

impl<'a> Sign1<'a> {
    /// Reads a COSE_Sign1 of the closed form: tag 18, protected headers alg, content type and kid only, unprotected
    /// header empty, nothing after it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read(&mut Reader::new(bytes), Policy::Closed).within(Section::Cose)
    }

    /// Reads a COSE_Sign1 as others write it: further headers are passed over unless critical, and the key identifier
    /// may stand in the unprotected header. CBOR is as strict as ever.
    pub fn decode_open(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read_open(bytes, 0, KeyOrder::Sorted)
    }

    /// As [`Self::decode_open`], with a reader's offset and key order.
    pub(crate) fn read_open(bytes: &'a [u8], base: usize, order: KeyOrder) -> Result<Self, Error> {
        Self::read(&mut Reader::at(bytes, base, order), Policy::Open).within(Section::Cose)
    }

    fn read(reader: &mut Reader<'a>, policy: Policy) -> Result<Self, Error> {
        let (headers, payload) = Headers::message(reader, TAG_SIGN1, policy, Place::Sign1)?;
        let algorithm = headers.algorithm.ok_or(ErrorKind::MissingMember)?;
        let signature = signature(reader, algorithm)?;
        reader.end()?;
        Ok(Self {
            protected: headers.protected,
            algorithm,
            content_type: headers.content_type,
            kid: headers.kid,
            payload,
            signature,
            unprotected_is_plain: headers.unprotected_is_plain,
        })
    }

    /// Checks the signature. `detached` is the payload where the message does not carry it.
    ///
    /// # Errors
    /// [`ErrorKind::AlgorithmMismatch`], [`ErrorKind::PayloadMissing`], [`ErrorKind::PayloadUnexpected`] (both in the
    /// message and given), [`ErrorKind::SignatureNotValid`], [`ErrorKind::UnsupportedAlgorithm`] where `crypto` has not got
    /// it.
    pub fn verify<C: Crypto>(&self, crypto: &C, key: &PublicKey, detached: Option<&[u8]>) -> Result<(), Error> {
        let payload = either(self.payload, detached)?;
        let (protected_head, payload_head) = (Head::bytes(self.protected.len()), Head::bytes(payload.len()));
        let message = structure::signature1(&protected_head, self.protected, &payload_head, payload);
        super::verify(crypto, self.algorithm, key, &message, self.signature)
    }
}
