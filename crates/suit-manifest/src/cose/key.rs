//! Public keys as COSE_Key (RFC 9052 §7, RFC 9053 §7, RFC 8778 §4) and their thumbprints (RFC 9679).

use super::{
    hss::{self, HSS_PUBLIC_KEY},
    members::{Members, KTY_SYMMETRIC},
};
use crate::{
    crypto::Crypto,
    error::{Error, ErrorKind},
};

/// A public key that signatures are verified with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PublicKey {
    /// A point of P-256: x ‖ y.
    P256([u8; 64]),
    /// An Ed25519 key.
    Ed25519([u8; 32]),
    /// A point of P-384: x ‖ y.
    P384([u8; 96]),
    /// An HSS-LMS key with one of the parameter sets of RFC 8554 (SHA-256, 32 bytes): levels, two types, identifier, root.
    HssLms([u8; HSS_PUBLIC_KEY]),
}

impl PublicKey {
    /// Reads a public COSE_Key: deterministic CBOR, members kty, alg, crv, x, y (of HSS-LMS: kty, alg, pub) and no other.
    ///
    /// The point is not checked: see [`Self::is_valid`].
    ///
    /// # Errors
    /// [`ErrorKind::PrivateKey`] where the key has a private part or is a symmetric one, so that nobody publishes one by
    /// mistake; [`ErrorKind::WrongLength`] where a coordinate is not as long as the curve asks for;
    /// [`ErrorKind::UnsupportedKey`].
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, Error> {
        let members = Members::read(bytes)?;
        if members.d.is_some() || members.kty == Some(KTY_SYMMETRIC) {
            return Err(ErrorKind::PrivateKey.into());
        }
        members.public()
    }

    /// COSE Key Thumbprint with SHA-256 (RFC 9679): SHA-256 over the required members.
    pub fn thumbprint<C: Crypto>(&self, crypto: &C) -> [u8; 32] {
        match self {
            Self::P256(point) => {
                let (x, y) = point.split_at(32);
                // {1: 2, -1: 1, -2: x, -3: y}
                crypto.sha256(&[
                    &[0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, 0x20],
                    x,
                    &[0x22, 0x58, 0x20],
                    y,
                ])
            }
            Self::P384(point) => {
                let (x, y) = point.split_at(48);
                // {1: 2, -1: 2, -2: x, -3: y}
                crypto.sha256(&[
                    &[0xa4, 0x01, 0x02, 0x20, 0x02, 0x21, 0x58, 0x30],
                    x,
                    &[0x22, 0x58, 0x30],
                    y,
                ])
            }
            // {1: 1, -1: 6, -2: x}
            Self::Ed25519(x) => crypto.sha256(&[&[0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20], x]),
            // {1: 5, -1: pub}
            Self::HssLms(key) => crypto.sha256(&[&[0xa2, 0x01, 0x05, 0x20, 0x58, 0x3c], key]),
        }
    }

    /// Whether the key is a point of its curve, and not one that anybody can sign for; of HSS-LMS, whether its levels and
    /// types are ones of RFC 8554. False too where `crypto` has not got the curve.
    pub fn is_valid<C: Crypto>(&self, crypto: &C) -> bool {
        match self {
            Self::P256(key) => crypto.p256_point_is_valid(key),
            Self::P384(key) => crypto.p384_point_is_valid(key),
            Self::Ed25519(key) => crypto.ed25519_point_is_valid(key),
            Self::HssLms(key) => hss::key_is_valid(key),
        }
    }

    /// The COSE_Key, deterministic, without `alg`: the key does not choose between two names of one algorithm.
    #[cfg(feature = "alloc")]
    pub fn to_cose_key(&self) -> alloc::vec::Vec<u8> {
        super::encode::cose_key(self, None, None)
    }
}
