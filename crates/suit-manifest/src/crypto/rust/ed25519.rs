//! Ed25519.

pub(super) fn verify(key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool {
    let Some(key) = self::key(key) else { return false };
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    let Ok(mut verifier) = key.verify_stream(&signature) else {
        return false;
    };
    for part in message {
        verifier.update(part);
    }
    verifier.finalize_and_verify().is_ok()
}

/// The key, unless it is no point or one of low order.
pub(super) fn key(key: &[u8; 32]) -> Option<ed25519_dalek::VerifyingKey> {
    let parsed = ed25519_dalek::VerifyingKey::from_bytes(key).ok()?;
    (!parsed.is_weak()).then_some(parsed)
}
