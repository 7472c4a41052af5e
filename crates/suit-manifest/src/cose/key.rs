//! Public keys as COSE_Key (RFC 9052 §7, RFC 9053 §7) and their thumbprints (RFC 9679).

use super::Algorithm;
use crate::{
    cbor::Reader,
    crypto::Crypto,
    error::{Error, ErrorKind},
};

pub(super) const KTY: i64 = 1;
pub(super) const KEY_ALG: i64 = 3;
pub(super) const CRV: i64 = -1;
pub(super) const X: i64 = -2;
pub(super) const Y: i64 = -3;
pub(super) const D: i64 = -4;

pub(super) const KTY_OKP: i64 = 1;
pub(super) const KTY_EC2: i64 = 2;
pub(super) const CRV_P256: i64 = 1;
pub(super) const CRV_ED25519: i64 = 6;

/// Longest COSE_Key in bytes. A private P-256 key has 109.
const MAX_COSE_KEY: usize = 256;

/// A public key that signatures are verified with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PublicKey {
    /// A point of P-256: x ‖ y.
    P256([u8; 64]),
    /// An Ed25519 key.
    Ed25519([u8; 32]),
}

/// The members of a COSE_Key as they were read.
#[derive(Default)]
pub(super) struct Members<'a> {
    pub kty: Option<i64>,
    pub algorithm: Option<Algorithm>,
    pub crv: Option<i64>,
    pub x: Option<&'a [u8; 32]>,
    pub y: Option<&'a [u8; 32]>,
    pub d: Option<&'a [u8; 32]>,
}

impl<'a> Members<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_COSE_KEY {
            return Err(ErrorKind::TooLong.at(MAX_COSE_KEY));
        }
        let mut reader = Reader::new(bytes);
        let mut map = reader.map()?;
        let mut members = Self::default();
        loop {
            let offset = reader.offset();
            match map.int_key(&mut reader)? {
                None => break,
                Some(KTY) => members.kty = Some(reader.int()?),
                Some(KEY_ALG) => {
                    let algorithm = Algorithm::from_number(reader.int()?);
                    members.algorithm = Some(algorithm.ok_or(ErrorKind::UnsupportedKey.at(offset))?);
                }
                Some(CRV) => members.crv = Some(reader.int()?),
                Some(X) => members.x = Some(reader.bytes_of()?),
                Some(Y) => members.y = Some(reader.bytes_of()?),
                Some(D) => members.d = Some(reader.bytes_of()?),
                Some(_) => return Err(ErrorKind::UnknownMember.at(offset)),
            }
        }
        reader.end()?;
        Ok(members)
    }

    /// The public part.
    pub fn public(&self) -> Result<PublicKey, Error> {
        let key = match (self.kty, self.crv, self.x, self.y) {
            (Some(KTY_EC2), Some(CRV_P256), Some(x), Some(y)) => p256(x, y),
            (Some(KTY_OKP), Some(CRV_ED25519), Some(x), None) => PublicKey::Ed25519(*x),
            (None, ..) | (_, None, ..) | (_, _, None, _) => return Err(ErrorKind::MissingMember.into()),
            _ => return Err(ErrorKind::UnsupportedKey.into()),
        };
        match self.algorithm {
            Some(algorithm) if !algorithm.fits(&key) => Err(ErrorKind::UnsupportedKey.into()),
            _ => Ok(key),
        }
    }
}

fn p256(x: &[u8; 32], y: &[u8; 32]) -> PublicKey {
    let mut point = [0u8; 64];
    let (left, right) = point.split_at_mut(32);
    left.copy_from_slice(x);
    right.copy_from_slice(y);
    PublicKey::P256(point)
}

impl PublicKey {
    /// Reads a public COSE_Key: deterministic CBOR, members kty, alg, crv, x, y and no other.
    ///
    /// The point is not checked: see [`Self::is_valid`].
    ///
    /// # Errors
    /// [`ErrorKind::PrivateKey`] where the key has a private part, so that nobody publishes one by mistake.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, Error> {
        let members = Members::read(bytes)?;
        if members.d.is_some() {
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
            // {1: 1, -1: 6, -2: x}
            Self::Ed25519(x) => crypto.sha256(&[&[0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20], x]),
        }
    }

    /// Whether the key is a point of its curve, and not one that anybody can sign for.
    pub fn is_valid<C: Crypto>(&self, crypto: &C) -> bool {
        match self {
            Self::P256(key) => crypto.p256_point_is_valid(key),
            Self::Ed25519(key) => crypto.ed25519_point_is_valid(key),
        }
    }

    /// The COSE_Key, deterministic, without `alg`: the key does not choose between two names of one algorithm.
    #[cfg(feature = "alloc")]
    pub fn to_cose_key(&self) -> alloc::vec::Vec<u8> {
        let mut writer = crate::cbor::Writer::new();
        match self {
            Self::P256(point) => {
                let (x, y) = point.split_at(32);
                writer
                    .map(4)
                    .int(KTY)
                    .int(KTY_EC2)
                    .int(CRV)
                    .int(CRV_P256)
                    .int(X)
                    .bytes(x)
                    .int(Y)
                    .bytes(y);
            }
            Self::Ed25519(x) => {
                writer
                    .map(3)
                    .int(KTY)
                    .int(KTY_OKP)
                    .int(CRV)
                    .int(CRV_ED25519)
                    .int(X)
                    .bytes(x);
            }
        }
        writer.finish()
    }
}
