//! Making intents.

use crate::{intent::check_algorithm, payload::key, Error, Intent, IntentPayload, CALL_PUBLISH, CONTENT_TYPE, VERSION};
use alloc::vec::Vec;
use suit_manifest::{
    cbor::Writer,
    cose::{self, SignError, Signer},
    error::ErrorKind,
};

impl IntentPayload {
    /// The deterministic encoding: what the authors sign.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(6);
        w.int(key::VERSION).uint(VERSION);
        w.int(key::GENESIS).bytes(&self.genesis);
        w.int(key::CALL).uint(CALL_PUBLISH);
        w.int(key::ENVELOPE_DIGEST).bytes(&self.envelope_digest);
        w.int(key::ROOTS).array(self.roots.len());
        for root in &self.roots {
            w.array(3)
                .uint(root.component_index.into())
                .bytes(&root.root)
                .uint(root.stored_size);
        }
        w.int(key::LAST_BLOCK).uint(self.last_block);
        w.finish()
    }
}

/// Makes an intent with the signatures of one to eight authors, none of them twice.
///
/// # Errors
/// [`SignError::Malformed`] with [`ErrorKind::UnsupportedAlgorithm`] where an author's key is neither of P-256 nor Ed25519.
pub fn sign(payload: &IntentPayload, signers: &[&dyn Signer]) -> Result<Vec<u8>, SignError> {
    signers
        .iter()
        .try_for_each(|signer| check_algorithm(signer.algorithm()))?;
    cose::sign(&payload.encode(), Some(CONTENT_TYPE), signers)
}

/// Adds an author's signature to an intent that others have signed before.
///
/// # Errors
/// [`SignError::Malformed`] where this is not an intent: nobody shall sign another message by mistake;
/// [`SignError::AlreadySigned`] and [`SignError::TooManySigners`]; those of [`sign`].
pub fn add_signature(intent: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    Intent::decode(intent).map_err(|error| match error {
        Error::Message(error) | Error::Payload(error) => SignError::Malformed(error),
        _ => SignError::Malformed(ErrorKind::BadValue.into()),
    })?;
    check_algorithm(signer.algorithm())?;
    cose::add_signature(intent, signer)
}
