//! COSE_Sign (RFC 9052 §4.1): one payload, several signers.

use super::{
    header::{Headers, Place, Policy},
    sign1::payload,
    structure, Algorithm, PublicKey, TAG_SIGN,
};
use crate::{
    cbor::{Head, KeyOrder, Reader},
    crypto::Crypto,
    error::{Error, ErrorKind},
};

/// Most signatures of one message: as many as count for one release on the chain. Each costs a verification.
pub const MAX_SIGNATURES: usize = 8;

/// A message with several signatures, of the closed form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sign<'a> {
    /// The message's own protected header, as received.
    pub protected: &'a [u8],
    /// What the payload is.
    pub content_type: Option<&'a str>,
    /// The payload; `None` where it is detached, which [`Self::verify`] does not take.
    pub payload: Option<&'a [u8]>,
    /// The signatures, one after the other.
    signatures: &'a [u8],
    count: usize,
}

/// One signature of a [`Sign`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signature<'a> {
    /// The signer's protected header, as received.
    pub protected: &'a [u8],
    /// How it was signed.
    pub algorithm: Algorithm,
    /// Which key signed.
    pub kid: Option<&'a [u8]>,
    /// The signature.
    pub signature: &'a [u8; 64],
}

impl<'a> Sign<'a> {
    /// Reads a COSE_Sign: tag 98, protected headers alg, content type and kid only, unprotected headers empty, 1 to
    /// [`MAX_SIGNATURES`] signatures, nothing after it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        reader.expect_tag(TAG_SIGN)?;
        reader.array_of(4)?;
        let headers = Headers::read(&mut reader, Policy::Closed, Place::Body)?;
        let payload = payload(&mut reader)?;
        let offset = reader.offset();
        let count = reader.array()?;
        if count == 0 {
            return Err(ErrorKind::MissingMember.at(offset));
        }
        if count > MAX_SIGNATURES {
            return Err(ErrorKind::TooMany.at(offset));
        }
        let start = reader.position();
        for _ in 0..count {
            Signature::read(&mut reader)?;
        }
        let signatures = reader.slice_from(start);
        reader.end()?;
        Ok(Self {
            protected: headers.protected,
            content_type: headers.content_type,
            payload,
            signatures,
            count,
        })
    }

    /// The signatures, in the message's order.
    pub fn signatures(&self) -> Signatures<'a> {
        Signatures {
            reader: Reader::with_order(self.signatures, KeyOrder::Sorted),
            left: self.count,
        }
    }

    /// Checks one of the signatures over the payload.
    pub fn verify<C: Crypto>(&self, crypto: &C, signature: &Signature<'a>, key: &PublicKey) -> Result<(), Error> {
        let payload = self.payload.ok_or(ErrorKind::PayloadMissing)?;
        let heads = [self.protected, signature.protected, payload].map(|part| Head::bytes(part.len()));
        let message = structure::signature(&heads, self.protected, signature.protected, payload);
        super::verify(crypto, signature.algorithm, key, &message, signature.signature)
    }
}

impl<'a> Signature<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        reader.array_of(3)?;
        let headers = Headers::read(reader, Policy::Closed, Place::Signer)?;
        Ok(Self {
            protected: headers.protected,
            algorithm: headers.algorithm.ok_or(ErrorKind::MissingMember)?,
            kid: headers.kid,
            signature: reader.bytes_of()?,
        })
    }
}

/// The signatures of a [`Sign`].
#[derive(Clone, Debug)]
pub struct Signatures<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Iterator for Signatures<'a> {
    type Item = Signature<'a>;

    fn next(&mut self) -> Option<Signature<'a>> {
        self.left = self.left.checked_sub(1)?;
        // `decode` has read them once.
        Signature::read(&mut self.reader).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Signatures<'_> {}
