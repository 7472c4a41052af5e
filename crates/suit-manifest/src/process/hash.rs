//! Digests of what is too long for memory.

use super::PlatformError;
use crate::digest::{DigestAlgorithm, MAX_DIGEST};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// Bytes that are read at once: a page of most flash chips, and little of the stack.
const CHUNK: usize = 256;

/// Reads from an offset in bytes into a buffer, and says how many bytes it gave; 0 is the end.
pub type Read<'r> = dyn FnMut(u64, &mut [u8]) -> Result<usize, PlatformError> + 'r;

/// A digest as it is computed: up to [`MAX_DIGEST`] bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    bytes: [u8; MAX_DIGEST],
    len: usize,
}

impl Measured {
    /// A digest of at most [`MAX_DIGEST`] bytes; what is longer is cut off, and matches nothing.
    pub fn new(digest: &[u8]) -> Self {
        let mut bytes = [0; MAX_DIGEST];
        for (to, from) in bytes.iter_mut().zip(digest) {
            *to = *from;
        }
        Self {
            bytes,
            len: digest.len().min(MAX_DIGEST),
        }
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

/// Where a component ends for a digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// After so many bytes; a component that is shorter has no such digest.
    Bytes(u64),
    /// Where reading gives no more bytes.
    Whole,
}

/// Computes a digest in software, chunk by chunk.
///
/// # Errors
/// Those of `read`; [`PlatformError::Unsupported`] for an algorithm that this build has not got;
/// [`PlatformError::NotFound`] where the component is shorter than `length`.
pub fn digest_of(algorithm: DigestAlgorithm, length: Length, read: &mut Read<'_>) -> Result<Measured, PlatformError> {
    match algorithm {
        DigestAlgorithm::Sha256 => {
            let mut hasher = Sha256::new();
            feed(length, read, &mut |chunk| hasher.update(chunk))?;
            Ok(Measured::new(&hasher.finalize()))
        }
        DigestAlgorithm::Sha384 => {
            let mut hasher = Sha384::new();
            feed(length, read, &mut |chunk| hasher.update(chunk))?;
            Ok(Measured::new(&hasher.finalize()))
        }
        DigestAlgorithm::Sha512 => {
            let mut hasher = Sha512::new();
            feed(length, read, &mut |chunk| hasher.update(chunk))?;
            Ok(Measured::new(&hasher.finalize()))
        }
        #[cfg(feature = "shake")]
        DigestAlgorithm::Shake128 => shake::<sha3::Shake128, 32>(length, read),
        #[cfg(feature = "shake")]
        DigestAlgorithm::Shake256 => shake::<sha3::Shake256, 64>(length, read),
        _ => Err(PlatformError::Unsupported),
    }
}

#[cfg(feature = "shake")]
fn shake<D, const N: usize>(length: Length, read: &mut Read<'_>) -> Result<Measured, PlatformError>
where
    D: Default + sha3::digest::Update + sha3::digest::ExtendableOutput,
{
    use sha3::digest::XofReader as _;
    let mut hasher = D::default();
    feed(length, read, &mut |chunk| hasher.update(chunk))?;
    let mut digest = [0; N];
    hasher.finalize_xof().read(&mut digest);
    Ok(Measured::new(&digest))
}

/// Hands out the component's bytes chunk by chunk.
pub(super) fn feed(length: Length, read: &mut Read<'_>, take: &mut dyn FnMut(&[u8])) -> Result<(), PlatformError> {
    let mut buffer = [0u8; CHUNK];
    let mut offset = 0u64;
    loop {
        let wanted = match length {
            Length::Whole => CHUNK,
            Length::Bytes(length) => {
                usize::try_from(length.saturating_sub(offset)).map_or(CHUNK, |left| left.min(CHUNK))
            }
        };
        if wanted == 0 {
            return Ok(());
        }
        let window = buffer.get_mut(..wanted).unwrap_or(&mut []);
        let given = read(offset, window)?.min(wanted);
        if given == 0 {
            return match length {
                Length::Whole => Ok(()),
                Length::Bytes(_) => Err(PlatformError::NotFound),
            };
        }
        take(window.get(..given).unwrap_or(&[]));
        offset = offset.saturating_add(given as u64);
    }
}
