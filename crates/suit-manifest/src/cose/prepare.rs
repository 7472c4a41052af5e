//! Signing elsewhere: the bytes to sign go out, to a smart card, an HSM or another room, and a signature comes back.

use super::{either, structure, Algorithm, Sign, SignError, Signer, MAX_SIGNATURES, TAG_SIGN, TAG_SIGN1};
use crate::cbor::{Head, Writer};
use alloc::vec::Vec;

/// A message that lacks nothing but one signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prepared {
    to_be_signed: Vec<u8>,
    /// The message before the signature, which is the last item in every one of them.
    before: Vec<u8>,
    algorithm: Algorithm,
}

impl Prepared {
    /// What is to be signed: the encoded `Sig_structure` (RFC 9052 §4.4). The algorithm hashes it; it is no hash itself.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// How it must be signed: the protected header says so already.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The complete message. Whether the signature holds is not checked, since the key may be unknown here.
    ///
    /// # Errors
    /// [`SignError::SignatureLength`]: ECDSA signatures are r ‖ s, not DER.
    pub fn finish(self, signature: &[u8]) -> Result<Vec<u8>, SignError> {
        if !self.algorithm.has_signature_length(signature.len()) {
            return Err(SignError::SignatureLength);
        }
        let mut writer = Writer::new();
        writer.raw(&self.before).bytes(signature);
        Ok(writer.finish())
    }

    /// The complete message, signed by a signer whose algorithm it was prepared for.
    pub(super) fn sign(self, signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
        let signature = signer.sign(&self.to_be_signed)?;
        self.finish(&signature)
    }
}

/// Prepares a COSE_Sign1 of the closed form. Where the payload is `detached`, the message does not carry it.
pub fn prepare_sign1(
    payload: &[u8],
    algorithm: Algorithm,
    content_type: Option<&str>,
    kid: Option<&[u8]>,
    detached: bool,
) -> Prepared {
    let protected = protected(Some(algorithm.number()), content_type, kid);
    let (protected_head, payload_head) = (Head::bytes(protected.len()), Head::bytes(payload.len()));
    let mut writer = Writer::new();
    writer.tag(TAG_SIGN1).array(4).bytes(&protected).map(0);
    write_payload(&mut writer, (!detached).then_some(payload));
    Prepared {
        to_be_signed: structure::signature1(&protected_head, &protected, &payload_head, payload).concat(),
        before: writer.finish(),
        algorithm,
    }
}

/// Prepares a COSE_Sign of the closed form with its first signature. Where the payload is `detached`, the message does not
/// carry it.
pub fn prepare_sign(
    payload: &[u8],
    algorithm: Algorithm,
    content_type: Option<&str>,
    kid: Option<&[u8]>,
    detached: bool,
) -> Prepared {
    let body = content_type.map_or(Vec::new(), |content_type| protected(None, Some(content_type), None));
    let frame = Frame {
        body: &body,
        payload,
        detached,
        entries: &[],
        count: 0,
    };
    frame.prepare(algorithm, kid)
}

/// Prepares one more signature for a COSE_Sign of the closed form; those that it has stay as they are. `detached` is the
/// payload where the message does not carry it.
///
/// # Errors
/// [`SignError::AlreadySigned`] where one of the signatures names the same key, [`SignError::TooManySigners`],
/// [`SignError::Malformed`].
pub fn prepare_signature(
    cose_sign: &[u8],
    detached: Option<&[u8]>,
    algorithm: Algorithm,
    kid: Option<&[u8]>,
) -> Result<Prepared, SignError> {
    let message = Sign::decode(cose_sign)?;
    let payload = either(message.payload, detached)?;
    if kid.is_some() && message.signatures().any(|signature| signature.kid == kid) {
        return Err(SignError::AlreadySigned);
    }
    let (entries, count) = message.entries();
    if count >= MAX_SIGNATURES {
        return Err(SignError::TooManySigners);
    }
    let frame = Frame {
        body: message.protected,
        payload,
        detached: message.payload.is_none(),
        entries,
        count,
    };
    Ok(frame.prepare(algorithm, kid))
}

/// A COSE_Sign that gets one more signature.
struct Frame<'x> {
    body: &'x [u8],
    payload: &'x [u8],
    detached: bool,
    /// The signatures that are there, encoded.
    entries: &'x [u8],
    count: usize,
}

impl Frame<'_> {
    fn prepare(&self, algorithm: Algorithm, kid: Option<&[u8]>) -> Prepared {
        let signer = protected(Some(algorithm.number()), None, kid);
        let heads = [self.body, &signer, self.payload].map(|part| Head::bytes(part.len()));
        let mut writer = Writer::new();
        writer.tag(TAG_SIGN).array(4).bytes(self.body).map(0);
        write_payload(&mut writer, (!self.detached).then_some(self.payload));
        writer.array(self.count.saturating_add(1)).raw(self.entries);
        writer.array(3).bytes(&signer).map(0);
        Prepared {
            to_be_signed: structure::signature(&heads, self.body, &signer, self.payload).concat(),
            before: writer.finish(),
            algorithm,
        }
    }
}

pub(super) fn write_payload(writer: &mut Writer, payload: Option<&[u8]>) {
    match payload {
        Some(payload) => writer.bytes(payload),
        None => writer.null(),
    };
}

pub(super) fn protected(alg: Option<i64>, content_type: Option<&str>, kid: Option<&[u8]>) -> Vec<u8> {
    let entries = [alg.is_some(), content_type.is_some(), kid.is_some()]
        .into_iter()
        .filter(|there| *there)
        .count();
    let mut writer = Writer::new();
    writer.map(entries);
    if let Some(alg) = alg {
        writer.int(1).int(alg);
    }
    if let Some(content_type) = content_type {
        writer.int(3).text(content_type);
    }
    if let Some(kid) = kid {
        writer.int(4).bytes(kid);
    }
    writer.finish()
}
