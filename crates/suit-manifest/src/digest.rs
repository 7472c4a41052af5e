//! SUIT_Digest (draft-ietf-suit-manifest-37 §10).

use crate::{
    cbor::Reader,
    crypto::Crypto,
    error::{Error, ErrorKind, Section, Within as _},
};

/// Longest digest in bytes: SHA-512's, and SHAKE256's.
pub const MAX_DIGEST: usize = 64;

/// Algorithm of a digest, by its number in the IANA registry "COSE Algorithms".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DigestAlgorithm {
    /// SHA-256, -16: what everybody must know.
    Sha256,
    /// SHA-384, -43.
    Sha384,
    /// SHA-512, -44.
    Sha512,
    /// SHAKE128 with 256 bits of output, -18.
    Shake128,
    /// SHAKE256 with 512 bits of output, -45.
    Shake256,
    /// Another one: it decodes, so that the manifest can be shown, and is not computed.
    Other(i64),
}

impl DigestAlgorithm {
    /// Its COSE number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Sha256 => -16,
            Self::Sha384 => -43,
            Self::Sha512 => -44,
            Self::Shake128 => -18,
            Self::Shake256 => -45,
            Self::Other(number) => number,
        }
    }

    /// The algorithm with this number.
    pub const fn from_number(number: i64) -> Self {
        // Narrowed first: comparisons of 64 bits are much code on a device.
        if number < i8::MIN as i64 || number > -1 {
            return Self::Other(number);
        }
        match number as i8 {
            -16 => Self::Sha256,
            -43 => Self::Sha384,
            -44 => Self::Sha512,
            -18 => Self::Shake128,
            -45 => Self::Shake256,
            _ => Self::Other(number),
        }
    }

    /// Length of its digests in bytes, where it is known.
    pub const fn digest_len(self) -> Option<usize> {
        match self {
            Self::Sha256 | Self::Shake128 => Some(32),
            Self::Sha384 => Some(48),
            Self::Sha512 | Self::Shake256 => Some(64),
            Self::Other(_) => None,
        }
    }
}

/// A digest, with its algorithm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Digest<'a> {
    /// How it was computed.
    pub algorithm: DigestAlgorithm,
    /// Its bytes, as many as the algorithm gives.
    pub bytes: &'a [u8],
}

impl<'a> Digest<'a> {
    /// Reads `[algorithm, bytes]`.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        Self::read_pair(reader).within(Section::Digest)
    }

    fn read_pair(reader: &mut Reader<'a>) -> Result<Self, Error> {
        reader.array_of(2)?;
        let algorithm = DigestAlgorithm::from_number(reader.int()?);
        let offset = reader.offset();
        let bytes = reader.bytes()?;
        match algorithm.digest_len() {
            Some(len) if bytes.len() != len => Err(ErrorKind::WrongLength.at(offset)),
            None if bytes.is_empty() || bytes.len() > MAX_DIGEST => Err(ErrorKind::WrongLength.at(offset)),
            _ => Ok(Self { algorithm, bytes }),
        }
    }

    /// Reads a byte string that holds a digest and nothing else.
    pub(crate) fn read_embedded(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let (_, mut inner) = reader.embedded()?;
        let digest = Self::read(&mut inner)?;
        inner.end()?;
        Ok(digest)
    }

    /// Checks that this is the digest of the parts, put together.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedDigest`] where `crypto` has not got the algorithm, [`ErrorKind::DigestMismatch`].
    pub fn check<C: Crypto>(&self, crypto: &C, parts: &[&[u8]]) -> Result<(), Error> {
        if !crypto.has_digest(self.algorithm) {
            return Err(ErrorKind::UnsupportedDigest.into());
        }
        let matches = match self.algorithm {
            DigestAlgorithm::Sha256 => crypto.sha256(parts) == self.bytes,
            DigestAlgorithm::Sha384 => crypto.sha384(parts) == self.bytes,
            DigestAlgorithm::Sha512 => crypto.sha512(parts) == self.bytes,
            DigestAlgorithm::Shake128 => crypto.shake128(parts).ok_or(ErrorKind::UnsupportedDigest)? == self.bytes,
            DigestAlgorithm::Shake256 => crypto.shake256(parts).ok_or(ErrorKind::UnsupportedDigest)? == self.bytes,
            DigestAlgorithm::Other(_) => return Err(ErrorKind::UnsupportedDigest.into()),
        };
        if matches {
            Ok(())
        } else {
            Err(ErrorKind::DigestMismatch.into())
        }
    }
}
