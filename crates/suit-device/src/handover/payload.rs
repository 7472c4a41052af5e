//! The signed part of a key handover.

use super::Error;
use core::ops::Deref;
use suit_manifest::{
    cbor::{MapReader, Reader},
    cose::PublicKey,
    crypto::Crypto,
    error::ErrorKind,
};

/// Version of the payload that this code reads and writes.
pub const VERSION: u64 = 1;
/// Most keys of the next set.
pub const MAX_KEYS: usize = 8;

/// Length of a public COSE_Key of P-256 that has the required members alone.
const P256_COSE_KEY: usize = 75;
/// Length of a public COSE_Key of Ed25519 that has the required members alone.
const ED25519_COSE_KEY: usize = 40;

/// One to [`MAX_KEYS`] author keys of P-256 or Ed25519, none of them twice. Needs no allocator.
///
/// Whether they are points of their curves is not checked: see [`HandoverPayload::check_keys`].
#[derive(Clone, Copy)]
pub struct Keys {
    // What lies behind `len` is never read.
    keys: [PublicKey; MAX_KEYS],
    len: usize,
}

impl Keys {
    const EMPTY: Self = Self {
        keys: [PublicKey::Ed25519([0; 32]); MAX_KEYS],
        len: 0,
    };

    /// These keys, in this order.
    ///
    /// # Errors
    /// [`Error::KeyCount`], [`Error::KeyTwice`], and [`Error::Key`] for keys of other kinds.
    pub fn new(keys: &[PublicKey]) -> Result<Self, Error> {
        let mut out = Self::EMPTY;
        for key in keys {
            out.push(*key)?;
        }
        out.not_empty()
    }

    /// The keys as a slice.
    pub fn as_slice(&self) -> &[PublicKey] {
        self.keys.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, key: PublicKey) -> Result<(), Error> {
        if !matches!(key, PublicKey::P256(_) | PublicKey::Ed25519(_)) {
            return Err(Error::Key(ErrorKind::UnsupportedKey.into()));
        }
        // Keys that differ have thumbprints that differ, and the other way round.
        if self.as_slice().contains(&key) {
            return Err(Error::KeyTwice);
        }
        *self.keys.get_mut(self.len).ok_or(Error::KeyCount)? = key;
        self.len = self.len.saturating_add(1);
        Ok(())
    }

    fn not_empty(self) -> Result<Self, Error> {
        if self.len == 0 {
            return Err(Error::KeyCount);
        }
        Ok(self)
    }
}

impl Deref for Keys {
    type Target = [PublicKey];

    fn deref(&self) -> &[PublicKey] {
        self.as_slice()
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Keys {}

impl core::fmt::Debug for Keys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

impl<'a> IntoIterator for &'a Keys {
    type Item = &'a PublicKey;
    type IntoIter = core::slice::Iter<'a, PublicKey>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

/// Whose keys are handed over, as which handover, and to which keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandoverPayload {
    /// The vendor's SUIT vendor id.
    pub vendor: [u8; 16],
    /// Number of the handover: 1 for the vendor's first, and one more for each that follows.
    pub number: u64,
    /// How many of the next keys must sign from now on: at least one, and no more than there are.
    pub threshold: u8,
    /// The vendor's author keys from now on, all of them: an old one that is not among them is one no more.
    pub keys: Keys,
}

/// Keys of the payload's map.
pub(super) mod key {
    pub(crate) const VERSION: i64 = 1;
    pub(crate) const VENDOR: i64 = 2;
    pub(crate) const NUMBER: i64 = 3;
    pub(crate) const THRESHOLD: i64 = 4;
    pub(crate) const KEYS: i64 = 5;
}

impl HandoverPayload {
    /// Reads a payload of version 1, in deterministic CBOR.
    ///
    /// # Errors
    /// [`Error::Payload`], [`Error::UnsupportedVersion`], and those of [`Self::check`] and [`Keys::new`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let reader = &mut Reader::new(bytes);
        let map = &mut reader.map().map_err(Error::Payload)?;
        // The version decides what all the rest means, so it comes first in the map and is looked at first.
        if member(map, reader, key::VERSION, Reader::uint)? != VERSION {
            return Err(Error::UnsupportedVersion);
        }
        let vendor = *member(map, reader, key::VENDOR, Reader::bytes_of)?;
        let number = member(map, reader, key::NUMBER, Reader::uint)?;
        let threshold = member(map, reader, key::THRESHOLD, Reader::uint)?;
        let mut keys = Keys::EMPTY;
        for _ in 0..member(map, reader, key::KEYS, Reader::array)? {
            keys.push(cose_key(reader.bytes().map_err(Error::Payload)?)?)?;
        }
        if map.int_key(reader).map_err(Error::Payload)?.is_some() {
            return Err(Error::Payload(reader.error(ErrorKind::UnknownMember)));
        }
        reader.end().map_err(Error::Payload)?;
        let payload = Self {
            vendor,
            number,
            threshold: u8::try_from(threshold).map_err(|_| Error::Threshold)?,
            keys: keys.not_empty()?,
        };
        payload.check()?;
        Ok(payload)
    }

    /// Whether number and threshold are such as the format has.
    ///
    /// # Errors
    /// [`Error::Number`], [`Error::Threshold`].
    pub fn check(&self) -> Result<(), Error> {
        if self.number == 0 {
            return Err(Error::Number);
        }
        if !(1..=self.keys.len()).contains(&usize::from(self.threshold)) {
            return Err(Error::Threshold);
        }
        Ok(())
    }

    /// Whether each of the next keys is a point of its curve, and not one that anybody can sign for.
    ///
    /// # Errors
    /// [`Error::KeyNotValid`].
    pub fn check_keys<C: Crypto>(&self, crypto: &C) -> Result<(), Error> {
        match self.keys.iter().all(|key| key.is_valid(crypto)) {
            true => Ok(()),
            false => Err(Error::KeyNotValid),
        }
    }
}

/// Reads the next member, which has to be the one under `key`.
fn member<'a, T>(
    map: &mut MapReader<'a>,
    reader: &mut Reader<'a>,
    key: i64,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, suit_manifest::error::Error>,
) -> Result<T, Error> {
    let start = reader.clone();
    let found = map.int_key(reader).map_err(Error::Payload)?;
    if found != Some(key) {
        return Err(Error::Payload(start.error(ErrorKind::MissingMember)));
    }
    read(reader).map_err(Error::Payload)
}

/// A public key in the one encoding that the format has for it: the members that its thumbprint is over. With `alg` in
/// it one key would have several.
fn cose_key(bytes: &[u8]) -> Result<PublicKey, Error> {
    let key = PublicKey::from_cose_key(bytes).map_err(Error::Key)?;
    let length = match key {
        PublicKey::P256(_) => P256_COSE_KEY,
        PublicKey::Ed25519(_) => ED25519_COSE_KEY,
        _ => return Err(Error::Key(ErrorKind::UnsupportedKey.into())),
    };
    if bytes.len() != length {
        return Err(Error::Key(ErrorKind::UnknownMember.into()));
    }
    Ok(key)
}
