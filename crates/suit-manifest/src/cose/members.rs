//! The members of a COSE_Key (RFC 9052 §7, RFC 9053 §7, RFC 8778 §4).

use super::{hss::HSS_PUBLIC_KEY, Algorithm, PublicKey};
use crate::{
    cbor::{Kind, Reader},
    error::{Error, ErrorKind, Section, Within as _},
};

pub(super) const KTY: i64 = 1;
pub(super) const KEY_ALG: i64 = 3;
/// The curve of a point; the same label is the secret of a symmetric key, and an HSS-LMS key.
pub(super) const CRV: i64 = -1;
#[cfg(feature = "alloc")]
pub(super) const K: i64 = CRV;
#[cfg(feature = "alloc")]
pub(super) const PUB: i64 = CRV;
pub(super) const X: i64 = -2;
pub(super) const Y: i64 = -3;
pub(super) const D: i64 = -4;

pub(super) const KTY_OKP: i64 = 1;
pub(super) const KTY_EC2: i64 = 2;
pub(super) const KTY_SYMMETRIC: i64 = 4;
pub(super) const KTY_HSS_LMS: i64 = 5;
pub(super) const CRV_P256: i64 = 1;
pub(super) const CRV_P384: i64 = 2;
pub(super) const CRV_ED25519: i64 = 6;

/// Longest COSE_Key in bytes. A private P-384 key has 162.
const MAX_COSE_KEY: usize = 256;

/// A byte string, and where its item begins.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    pub bytes: &'a [u8],
    pub offset: usize,
}

impl<'a> Bytes<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let offset = reader.offset();
        let bytes = reader.bytes()?;
        Ok(Self { bytes, offset })
    }

    /// These bytes, if they are as many as they must be.
    pub fn of<const N: usize>(self) -> Result<&'a [u8; N], Error> {
        self.bytes
            .try_into()
            .map_err(|_| ErrorKind::WrongLength.at(self.offset).within(Section::CoseKey))
    }
}

/// The members of a COSE_Key as they were read.
#[derive(Default)]
pub(super) struct Members<'a> {
    pub kty: Option<i64>,
    pub algorithm: Option<i64>,
    crv: Option<i64>,
    /// What label -1 holds where it is a byte string.
    pub secret_or_pub: Option<Bytes<'a>>,
    x: Option<Bytes<'a>>,
    y: Option<Bytes<'a>>,
    pub d: Option<Bytes<'a>>,
}

impl<'a> Members<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read_map(bytes).within(Section::CoseKey)
    }

    fn read_map(bytes: &'a [u8]) -> Result<Self, Error> {
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
                Some(KEY_ALG) => members.algorithm = Some(reader.int()?),
                Some(CRV) if reader.kind()? == Kind::Bytes => {
                    members.secret_or_pub = Some(Bytes::read(&mut reader)?);
                }
                Some(CRV) => members.crv = Some(reader.int()?),
                Some(X) => members.x = Some(Bytes::read(&mut reader)?),
                Some(Y) => members.y = Some(Bytes::read(&mut reader)?),
                Some(D) => members.d = Some(Bytes::read(&mut reader)?),
                Some(_) => return Err(ErrorKind::UnknownMember.at(offset)),
            }
        }
        reader.end()?;
        Ok(members)
    }

    /// Whether there is a curve or a coordinate, which neither a symmetric nor an HSS-LMS key has.
    pub fn has_point(&self) -> bool {
        self.crv.is_some() || self.x.is_some() || self.y.is_some()
    }

    /// The public part.
    pub fn public(&self) -> Result<PublicKey, Error> {
        let key = match self.kty {
            Some(KTY_HSS_LMS) => self.hss_lms()?,
            Some(_) if self.secret_or_pub.is_some() => return Err(ErrorKind::UnsupportedKey.into()),
            _ => self.point()?,
        };
        match self.signature_algorithm()? {
            Some(algorithm) if !algorithm.fits(&key) => Err(ErrorKind::UnsupportedKey.into()),
            _ => Ok(key),
        }
    }

    /// The algorithm that the key is restricted to, where it says one.
    pub fn signature_algorithm(&self) -> Result<Option<Algorithm>, Error> {
        let Some(number) = self.algorithm else { return Ok(None) };
        Algorithm::from_number(number)
            .map(Some)
            .ok_or(ErrorKind::UnsupportedKey.into())
    }

    fn point(&self) -> Result<PublicKey, Error> {
        match (self.kty, self.crv, self.x, self.y) {
            (Some(KTY_EC2), Some(CRV_P256), Some(x), Some(y)) => {
                Ok(PublicKey::P256(join(x.of::<32>()?, y.of::<32>()?)))
            }
            (Some(KTY_EC2), Some(CRV_P384), Some(x), Some(y)) => {
                Ok(PublicKey::P384(join(x.of::<48>()?, y.of::<48>()?)))
            }
            (Some(KTY_OKP), Some(CRV_ED25519), Some(x), None) => Ok(PublicKey::Ed25519(*x.of()?)),
            (None, ..) | (_, None, ..) | (_, _, None, _) => {
                Err(ErrorKind::MissingMember.at(0).within(Section::CoseKey))
            }
            _ => Err(ErrorKind::UnsupportedKey.into()),
        }
    }

    fn hss_lms(&self) -> Result<PublicKey, Error> {
        if self.has_point() || self.d.is_some() {
            return Err(ErrorKind::UnsupportedKey.into());
        }
        let key = self
            .secret_or_pub
            .ok_or(ErrorKind::MissingMember.at(0).within(Section::CoseKey))?;
        Ok(PublicKey::HssLms(*key.of::<HSS_PUBLIC_KEY>()?))
    }
}

/// x ‖ y; `POINT` is twice `N`.
fn join<const N: usize, const POINT: usize>(x: &[u8; N], y: &[u8; N]) -> [u8; POINT] {
    let mut point = [0u8; POINT];
    for (to, from) in point.iter_mut().zip(x.iter().chain(y)) {
        *to = *from;
    }
    point
}
