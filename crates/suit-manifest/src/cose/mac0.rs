//! COSE_Mac0 (RFC 9052 §6.2): a MAC whose key the recipient knows.

use super::{
    either,
    header::{Headers, Place, Policy},
    structure, MacAlgorithm, SymmetricKey, TAG_MAC0,
};
use crate::{
    cbor::{Head, KeyOrder, Reader},
    crypto::Crypto,
    error::{Error, ErrorKind, Section, Within as _},
};

/// A message with a MAC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mac0<'a> {
    /// The protected header, as received.
    pub protected: &'a [u8],
    /// How the MAC was made.
    pub algorithm: MacAlgorithm,
    /// What the payload is, where the protected header says so in text.
    pub content_type: Option<&'a str>,
    /// Which key it was made with. Only a hint: in the open form it may stand outside of what the MAC is over.
    pub kid: Option<&'a [u8]>,
    /// The payload; `None` where it is detached.
    pub payload: Option<&'a [u8]>,
    /// The MAC.
    pub tag: &'a [u8; 32],
    /// Whether the unprotected header says nothing but, perhaps, the key identifier.
    pub(crate) unprotected_is_plain: bool,
}

impl<'a> Mac0<'a> {
    /// Reads a COSE_Mac0 of the closed form: tag 17, protected headers alg, content type and kid only, unprotected header
    /// empty, nothing after it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read(&mut Reader::new(bytes), Policy::Closed).within(Section::Cose)
    }

    /// Reads a COSE_Mac0 as others write it: further headers are passed over unless critical, and the key identifier may
    /// stand in the unprotected header. CBOR is as strict as ever.
    pub fn decode_open(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read_open(bytes, 0, KeyOrder::Sorted)
    }

    /// As [`Self::decode_open`], with a reader's offset and key order.
    pub(crate) fn read_open(bytes: &'a [u8], base: usize, order: KeyOrder) -> Result<Self, Error> {
        Self::read(&mut Reader::at(bytes, base, order), Policy::Open).within(Section::Cose)
    }

    fn read(reader: &mut Reader<'a>, policy: Policy) -> Result<Self, Error> {
        let (headers, payload) = Headers::message(reader, TAG_MAC0, policy, Place::Mac0)?;
        let algorithm = headers.mac.ok_or(ErrorKind::MissingMember)?;
        let tag = reader.bytes_of()?;
        reader.end()?;
        Ok(Self {
            protected: headers.protected,
            algorithm,
            content_type: headers.content_type,
            kid: headers.kid,
            payload,
            tag,
            unprotected_is_plain: headers.unprotected_is_plain,
        })
    }

    /// Checks the MAC, in a time that does not depend on its bytes. `detached` is the payload where the message does not
    /// carry it.
    ///
    /// # Errors
    /// [`ErrorKind::PayloadMissing`], [`ErrorKind::PayloadUnexpected`] (both in the message and given),
    /// [`ErrorKind::SignatureNotValid`], [`ErrorKind::UnsupportedAlgorithm`] where `crypto` has not got it.
    pub fn verify<C: Crypto>(&self, crypto: &C, key: &SymmetricKey, detached: Option<&[u8]>) -> Result<(), Error> {
        let payload = either(self.payload, detached)?;
        let (protected_head, payload_head) = (Head::bytes(self.protected.len()), Head::bytes(payload.len()));
        let message = structure::mac0(&protected_head, self.protected, &payload_head, payload);
        let expected = crypto
            .hmac_sha256(key.secret(), &message)
            .ok_or(ErrorKind::UnsupportedAlgorithm)?;
        if equal(&expected, self.tag) {
            Ok(())
        } else {
            Err(ErrorKind::SignatureNotValid.into())
        }
    }
}

/// Whether they are equal; where they differ does not show in the time, which would let a forger find one byte after the
/// other.
fn equal(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let mut difference = 0u8;
    for (left, right) in left.iter().zip(right) {
        difference = core::hint::black_box(difference | (left ^ right));
    }
    difference == 0
}
