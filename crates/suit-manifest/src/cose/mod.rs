//! COSE (RFC 9052): keys, thumbprints (RFC 9679), COSE_Sign1 and COSE_Sign.
//!
//! What decodes borrows and does not allocate. `Sign1::decode` and `Sign::decode` take the closed form that our own
//! formats have: protected headers 1 (alg), 3 (content type) and 4 (kid) only, unprotected headers empty, so that
//! nothing in a message is outside of its signature. [`Sign1::decode_open`] takes what others put into a SUIT envelope.

#[cfg(feature = "alloc")]
mod build;
mod header;
mod key;
#[cfg(feature = "std")]
mod pem;
mod sign;
mod sign1;
#[cfg(feature = "alloc")]
mod signer;
mod structure;

#[cfg(feature = "alloc")]
pub use build::{add_signature, sign, sign1};
pub use header::MAX_KID;
pub use key::PublicKey;
pub use sign::{Sign, Signature, Signatures, MAX_SIGNATURES};
pub use sign1::Sign1;
#[cfg(feature = "alloc")]
pub use signer::{SignError, Signer, SigningKey};

use crate::{
    crypto::Crypto,
    error::{Error, ErrorKind},
};

/// CBOR tag of a COSE_Mac0.
pub const TAG_MAC0: u64 = 17;
/// CBOR tag of a COSE_Sign1.
pub const TAG_SIGN1: u64 = 18;
/// CBOR tag of a COSE_Mac.
pub const TAG_MAC: u64 = 97;
/// CBOR tag of a COSE_Sign.
pub const TAG_SIGN: u64 = 98;

/// A signature algorithm. The profiles of draft-ietf-suit-mti name the fully specified numbers (RFC 9864); many tools
/// still write the older ones, which mean the same with these keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Algorithm {
    /// ES256, -7: ECDSA with SHA-256; with P-256 here.
    Es256,
    /// ESP256, -9: ECDSA with SHA-256 over P-256.
    Esp256,
    /// EdDSA, -8; with Ed25519 here.
    EdDsa,
    /// Ed25519, -19.
    Ed25519,
}

impl Algorithm {
    /// Its number in the IANA registry "COSE Algorithms".
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Esp256 => -9,
            Self::EdDsa => -8,
            Self::Ed25519 => -19,
        }
    }

    /// The algorithm with this number.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            -7 => Self::Es256,
            -9 => Self::Esp256,
            -8 => Self::EdDsa,
            -19 => Self::Ed25519,
            _ => return None,
        })
    }

    /// Whether one signs with such a key by this algorithm.
    pub const fn fits(self, key: &PublicKey) -> bool {
        matches!(
            (self, key),
            (Self::Es256 | Self::Esp256, PublicKey::P256(_)) | (Self::EdDsa | Self::Ed25519, PublicKey::Ed25519(_))
        )
    }
}

/// Checks a signature over a message that is given in parts.
fn verify<C: Crypto>(
    crypto: &C,
    algorithm: Algorithm,
    key: &PublicKey,
    message: &[&[u8]],
    signature: &[u8; 64],
) -> Result<(), Error> {
    if !algorithm.fits(key) {
        return Err(ErrorKind::AlgorithmMismatch.into());
    }
    let valid = match key {
        PublicKey::P256(key) => crypto.verify_p256(key, message, signature),
        PublicKey::Ed25519(key) => crypto.verify_ed25519(key, message, signature),
    };
    if valid {
        Ok(())
    } else {
        Err(ErrorKind::SignatureNotValid.into())
    }
}

#[cfg(test)]
mod tests;
