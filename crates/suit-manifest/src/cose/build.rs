//! Building and signing COSE messages of the closed form.

use super::{structure, Sign, SignError, Signer, MAX_SIGNATURES, TAG_SIGN, TAG_SIGN1};
use crate::{
    cbor::{Head, Writer},
    crypto::RustCrypto,
};
use alloc::vec::Vec;

/// Signs `payload` as a COSE_Sign1. Where it is `detached`, the message does not carry it.
pub fn sign1(
    payload: &[u8],
    content_type: Option<&str>,
    kid: Option<&[u8]>,
    detached: bool,
    signer: &dyn Signer,
) -> Result<Vec<u8>, SignError> {
    let protected = protected(Some(check(signer)?), content_type, kid);
    let (protected_head, payload_head) = (Head::bytes(protected.len()), Head::bytes(payload.len()));
    let message = structure::signature1(&protected_head, &protected, &payload_head, payload).concat();
    let signature = signer.sign(&message)?;
    let mut writer = Writer::new();
    writer.tag(TAG_SIGN1).array(4).bytes(&protected).map(0);
    if detached {
        writer.null();
    } else {
        writer.bytes(payload);
    }
    writer.bytes(&signature);
    Ok(writer.finish())
}

/// Signs `payload` as a COSE_Sign, once with each signer; the key identifiers are the keys' thumbprints.
pub fn sign(payload: &[u8], content_type: Option<&str>, signers: &[&dyn Signer]) -> Result<Vec<u8>, SignError> {
    if signers.is_empty() {
        return Err(SignError::NoSigner);
    }
    if signers.len() > MAX_SIGNATURES {
        return Err(SignError::TooManySigners);
    }
    let body = content_type.map_or(Vec::new(), |content_type| protected(None, Some(content_type), None));
    let mut entries = Vec::new();
    for (index, signer) in signers.iter().enumerate() {
        let key = signer.public_key();
        if signers.iter().take(index).any(|earlier| earlier.public_key() == key) {
            return Err(SignError::AlreadySigned);
        }
        entries.push(Entry::sign(&body, payload, *signer)?);
    }
    Ok(assemble(&body, payload, &entries))
}

/// Adds a signature to a COSE_Sign, so that several people can sign one after the other.
pub fn add_signature(cose_sign: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let message = Sign::decode(cose_sign)?;
    let payload = message
        .payload
        .ok_or(crate::error::Error::from(crate::error::ErrorKind::PayloadMissing))?;
    let kid = signer.public_key().thumbprint(&RustCrypto);
    let mut entries = Vec::new();
    for signature in message.signatures() {
        if signature.kid == Some(&kid[..]) {
            return Err(SignError::AlreadySigned);
        }
        entries.push(Entry {
            protected: signature.protected.to_vec(),
            signature: *signature.signature,
        });
    }
    if entries.len() >= MAX_SIGNATURES {
        return Err(SignError::TooManySigners);
    }
    entries.push(Entry::sign(message.protected, payload, signer)?);
    Ok(assemble(message.protected, payload, &entries))
}

struct Entry {
    protected: Vec<u8>,
    signature: [u8; 64],
}

impl Entry {
    fn sign(body: &[u8], payload: &[u8], signer: &dyn Signer) -> Result<Self, SignError> {
        let kid = signer.public_key().thumbprint(&RustCrypto);
        let protected = protected(Some(check(signer)?), None, Some(&kid));
        let heads = [body, &protected, payload].map(|part| Head::bytes(part.len()));
        let signature = signer.sign(&structure::signature(&heads, body, &protected, payload).concat())?;
        Ok(Self { protected, signature })
    }
}

fn assemble(body: &[u8], payload: &[u8], entries: &[Entry]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer
        .tag(TAG_SIGN)
        .array(4)
        .bytes(body)
        .map(0)
        .bytes(payload)
        .array(entries.len());
    for entry in entries {
        writer.array(3).bytes(&entry.protected).map(0).bytes(&entry.signature);
    }
    writer.finish()
}

/// The number of the signer's algorithm, which must be one of its key's.
fn check(signer: &dyn Signer) -> Result<i64, SignError> {
    let algorithm = signer.algorithm();
    if algorithm.fits(&signer.public_key()) {
        Ok(algorithm.number())
    } else {
        Err(SignError::AlgorithmMismatch)
    }
}

fn protected(alg: Option<i64>, content_type: Option<&str>, kid: Option<&[u8]>) -> Vec<u8> {
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
