//! Keys for MACs as COSE_Key of type Symmetric (RFC 9053 §7.3).

use super::{
    members::{Members, KTY_SYMMETRIC},
    MacAlgorithm,
};
use crate::error::{Error, ErrorKind, Section};
use arrayvec::ArrayVec;
use core::fmt;
use zeroize::Zeroize as _;

/// Shortest secret in bytes: that of SHA-256's output, below which HMAC is discouraged (RFC 2104 §3).
pub const MIN_SYMMETRIC_KEY: usize = 32;
/// Longest secret in bytes: SHA-256's block. A longer one would be hashed first, and no stronger.
pub const MAX_SYMMETRIC_KEY: usize = 64;

/// A secret that sender and recipient share, for [`MacAlgorithm::Hmac256`]. It is erased when dropped, and `Debug` shows
/// nothing of it.
///
/// Whoever can check a MAC can make one: it tells the recipient nothing about *who* of those with the secret did.
pub struct SymmetricKey {
    secret: ArrayVec<u8, MAX_SYMMETRIC_KEY>,
}

impl SymmetricKey {
    /// A key from its secret, [`MIN_SYMMETRIC_KEY`] to [`MAX_SYMMETRIC_KEY`] bytes.
    ///
    /// # Errors
    /// [`ErrorKind::WrongLength`].
    pub fn from_bytes(secret: &[u8]) -> Result<Self, Error> {
        let wrong = ErrorKind::WrongLength.at(0).within(Section::CoseKey);
        if secret.len() < MIN_SYMMETRIC_KEY {
            return Err(wrong);
        }
        let secret = ArrayVec::try_from(secret).map_err(|_| wrong)?;
        Ok(Self { secret })
    }

    /// Reads a COSE_Key of type Symmetric: deterministic CBOR, members kty, alg and k and no other.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedKey`] where it is of another type or for another algorithm; [`ErrorKind::WrongLength`].
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, Error> {
        let members = Members::read(bytes)?;
        let alg = members.algorithm.map(MacAlgorithm::from_number);
        if members.kty != Some(KTY_SYMMETRIC) || members.has_point() || members.d.is_some() || alg == Some(None) {
            return Err(ErrorKind::UnsupportedKey.into());
        }
        let secret = members
            .secret_or_pub
            .ok_or(ErrorKind::MissingMember.at(0).within(Section::CoseKey))?;
        Self::from_bytes(secret.bytes).map_err(|error| error.kind.at(secret.offset).within(Section::CoseKey))
    }

    /// The COSE_Key, deterministic, with the algorithm. Whoever keeps it erases it.
    #[cfg(feature = "alloc")]
    pub fn to_cose_key(&self) -> alloc::vec::Vec<u8> {
        use super::members::{K, KEY_ALG, KTY};
        let mut writer = crate::cbor::Writer::new();
        writer.map(3).int(KTY).int(KTY_SYMMETRIC);
        writer.int(KEY_ALG).int(MacAlgorithm::Hmac256.number());
        writer.int(K).bytes(&self.secret);
        writer.finish()
    }

    pub(super) fn secret(&self) -> &[u8] {
        &self.secret
    }
}

impl Drop for SymmetricKey {
    fn drop(&mut self) {
        self.secret.as_mut_slice().zeroize();
    }
}

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SymmetricKey").finish_non_exhaustive()
    }
}
