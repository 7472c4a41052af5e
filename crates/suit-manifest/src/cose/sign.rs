//! COSE_Sign (RFC 9052 §4.1): one payload, several signers.

use super::{
    either,
    header::{Headers, Place, Policy},
    signature, structure, Algorithm, PublicKey, TAG_SIGN,
};
use crate::{
    cbor::{Head, KeyOrder, Reader},
    crypto::Crypto,
    error::{Error, ErrorKind, Section, Within as _},
};

/// Most signatures of one message: as many as count for one release on the chain. Each costs a verification.
pub const MAX_SIGNATURES: usize = 8;

/// A message with several signatures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sign<'a> {
    /// The message's own protected header, as received.
    pub protected: &'a [u8],
    /// What the payload is.
    pub content_type: Option<&'a str>,
    /// The payload; `None` where it is detached.
    pub payload: Option<&'a [u8]>,
    /// The signatures, one after the other, encoded.
    entries: &'a [u8],
    /// How many there are.
    count: usize,
    /// How many of them this crate verifies.
    known: usize,
    policy: Policy,
    order: KeyOrder,
    /// Whether no unprotected header says anything but, perhaps, the key identifier.
    pub(crate) unprotected_is_plain: bool,
}

/// One signature of a [`Sign`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signature<'a> {
    /// The signer's protected header, as received.
    pub protected: &'a [u8],
    /// How it was signed.
    pub algorithm: Algorithm,
    /// Which key signed. Only a hint: in the open form it may stand outside of the signature.
    pub kid: Option<&'a [u8]>,
    /// The signature: r ‖ s of ECDSA, R ‖ S of Ed25519, or an HSS signature; as long as the algorithm's are.
    pub signature: &'a [u8],
    unprotected_is_plain: bool,
}

impl<'a> Sign<'a> {
    /// Reads a COSE_Sign of the closed form: tag 98, protected headers alg, content type and kid only, unprotected headers
    /// empty, 1 to [`MAX_SIGNATURES`] signatures, nothing after it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read(&mut Reader::new(bytes), Policy::Closed).within(Section::Cose)
    }

    /// Reads a COSE_Sign as others write it: further headers are passed over unless critical, key identifiers may stand in
    /// unprotected headers, and signatures whose algorithm this crate does not verify are passed over too. CBOR is as
    /// strict as ever.
    pub fn decode_open(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read_open(bytes, 0, KeyOrder::Sorted)
    }

    /// As [`Self::decode_open`], with a reader's offset and key order.
    pub(crate) fn read_open(bytes: &'a [u8], base: usize, order: KeyOrder) -> Result<Self, Error> {
        Self::read(&mut Reader::at(bytes, base, order), Policy::Open).within(Section::Cose)
    }

    fn read(reader: &mut Reader<'a>, policy: Policy) -> Result<Self, Error> {
        let (headers, payload) = Headers::message(reader, TAG_SIGN, policy, Place::Body)?;
        let offset = reader.offset();
        let count = reader.array()?;
        if count == 0 {
            return Err(ErrorKind::MissingMember.at(offset));
        }
        if count > MAX_SIGNATURES {
            return Err(ErrorKind::TooMany.at(offset));
        }
        let start = reader.position();
        let mut known = 0usize;
        let mut unprotected_is_plain = headers.unprotected_is_plain;
        for _ in 0..count {
            if let Some(signature) = Signature::read(reader, policy)? {
                known = known.saturating_add(1);
                unprotected_is_plain &= signature.unprotected_is_plain;
            }
        }
        let entries = reader.slice_from(start);
        reader.end()?;
        Ok(Self {
            protected: headers.protected,
            content_type: headers.content_type,
            payload,
            entries,
            count,
            known,
            policy,
            order: reader.order(),
            unprotected_is_plain,
        })
    }

    /// The signatures whose algorithm this crate verifies, in the message's order.
    pub fn signatures(&self) -> Signatures<'a> {
        Signatures {
            reader: Reader::with_order(self.entries, self.order),
            policy: self.policy,
            left: self.known,
        }
    }

    /// How many signatures there are that [`Self::signatures`] passes over: none in the closed form.
    pub fn other_signatures(&self) -> usize {
        self.count.saturating_sub(self.known)
    }

    /// Checks one of the signatures over the payload in the message.
    ///
    /// # Errors
    /// Those of [`Self::verify_detached`].
    pub fn verify<C: Crypto>(&self, crypto: &C, signature: &Signature<'a>, key: &PublicKey) -> Result<(), Error> {
        self.verify_detached(crypto, signature, key, None)
    }

    /// Checks one of the signatures. `detached` is the payload where the message does not carry it.
    ///
    /// # Errors
    /// [`ErrorKind::AlgorithmMismatch`], [`ErrorKind::PayloadMissing`], [`ErrorKind::PayloadUnexpected`] (both in the
    /// message and given), [`ErrorKind::SignatureNotValid`], [`ErrorKind::UnsupportedAlgorithm`] where `crypto` has not got
    /// it.
    pub fn verify_detached<C: Crypto>(
        &self,
        crypto: &C,
        signature: &Signature<'a>,
        key: &PublicKey,
        detached: Option<&[u8]>,
    ) -> Result<(), Error> {
        let payload = either(self.payload, detached)?;
        let heads = [self.protected, signature.protected, payload].map(|part| Head::bytes(part.len()));
        let message = structure::signature(&heads, self.protected, signature.protected, payload);
        super::verify(crypto, signature.algorithm, key, &message, signature.signature)
    }

    /// The signatures as they stand in the message, and how many: what another one is added to.
    #[cfg(feature = "alloc")]
    pub(super) fn entries(&self) -> (&'a [u8], usize) {
        (self.entries, self.count)
    }
}

impl<'a> Signature<'a> {
    /// Reads one; `None` where somebody else can verify it.
    fn read(reader: &mut Reader<'a>, policy: Policy) -> Result<Option<Self>, Error> {
        let mut whole = reader.clone();
        let read = Self::read_known(reader, policy);
        match read {
            Err(Error {
                kind: ErrorKind::UnsupportedAlgorithm | ErrorKind::UnsupportedCritical,
                ..
            }) if policy == Policy::Open => {
                whole.item()?;
                *reader = whole;
                Ok(None)
            }
            read => read.map(Some),
        }
    }

    fn read_known(reader: &mut Reader<'a>, policy: Policy) -> Result<Self, Error> {
        reader.array_of(3)?;
        let headers = Headers::read(reader, policy, Place::Signer)?;
        let algorithm = headers.algorithm.ok_or(ErrorKind::MissingMember)?;
        Ok(Self {
            protected: headers.protected,
            algorithm,
            kid: headers.kid,
            signature: signature(reader, algorithm)?,
            unprotected_is_plain: headers.unprotected_is_plain,
        })
    }
}

/// The signatures of a [`Sign`].
#[derive(Clone, Debug)]
pub struct Signatures<'a> {
    reader: Reader<'a>,
    policy: Policy,
    left: usize,
}

impl<'a> Iterator for Signatures<'a> {
    type Item = Signature<'a>;

    fn next(&mut self) -> Option<Signature<'a>> {
        self.left = self.left.checked_sub(1)?;
        // `decode` has read them once: one that is known follows those that are passed over.
        loop {
            if let Some(signature) = Signature::read(&mut self.reader, self.policy).ok()? {
                return Some(signature);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Signatures<'_> {}
