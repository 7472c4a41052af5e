//! Keys that never change, so that corpora fit to them.

use suit_manifest::cose::{Algorithm, PublicKey, Signer as _, SigningKey, SymmetricKey};

/// P-256, signing by ESP256.
pub fn author() -> SigningKey {
    SigningKey::from_bytes_p256(&[7; 32]).expect("a valid scalar")
}

/// Ed25519.
pub fn operator() -> SigningKey {
    SigningKey::from_bytes_ed25519(&[8; 32])
}

/// P-384, signing by ESP384.
pub fn auditor() -> SigningKey {
    SigningKey::from_bytes_p384(&[9; 48]).expect("a valid scalar")
}

/// P-256, signing by the older ES256.
pub fn es256() -> SigningKey {
    SigningKey::from_bytes_p256(&[10; 32])
        .and_then(|key| {
            key.with_algorithm(Algorithm::Es256)
                .map_err(|_| suit_manifest::error::ErrorKind::BadValue.into())
        })
        .expect("a valid scalar")
}

/// For HMAC 256/256.
pub fn shared() -> SymmetricKey {
    SymmetricKey::from_bytes(&[11; 32]).expect("long enough")
}

/// All that sign.
pub fn signers() -> [SigningKey; 4] {
    [author(), operator(), auditor(), es256()]
}

/// What their signatures are verified with.
pub fn public() -> Vec<PublicKey> {
    signers().iter().map(|key| key.public_key()).collect()
}
