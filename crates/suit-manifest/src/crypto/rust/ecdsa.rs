//! ECDSA over P-256 and P-384.

use p256::ecdsa::signature::hazmat::PrehashVerifier;

pub(super) fn verify_p256(key: &[u8; 64], digest: &[u8; 32], signature: &[u8; 64]) -> bool {
    let Some(key) = p256_key(key) else { return false };
    let Ok(signature) = p256::ecdsa::Signature::from_slice(signature) else {
        return false;
    };
    key.verify_prehash(digest, &signature).is_ok()
}

pub(super) fn p256_key(key: &[u8; 64]) -> Option<p256::ecdsa::VerifyingKey> {
    let point = p256::EncodedPoint::from_untagged_bytes(key.into());
    p256::ecdsa::VerifyingKey::from_encoded_point(&point).ok()
}

#[cfg(feature = "p384")]
pub(super) fn verify_p384(key: &[u8; 96], digest: &[u8; 48], signature: &[u8; 96]) -> bool {
    let Some(key) = p384_key(key) else { return false };
    let Ok(signature) = p384::ecdsa::Signature::from_slice(signature) else {
        return false;
    };
    key.verify_prehash(digest, &signature).is_ok()
}

#[cfg(feature = "p384")]
pub(super) fn p384_key(key: &[u8; 96]) -> Option<p384::ecdsa::VerifyingKey> {
    let mut point = [0u8; 97];
    let (tag, coordinates) = point.split_first_mut()?;
    *tag = 4;
    coordinates.copy_from_slice(key);
    p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()
}
