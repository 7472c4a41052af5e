//! The signed part of an intent.

use crate::Error;
use core::ops::Deref;
use suit_manifest::{
    cbor::{MapReader, Reader},
    error::ErrorKind,
};

/// Version of the payload that this code reads and writes.
pub const VERSION: u64 = 1;
/// The one call that an intent can ask for: `publish`.
pub const CALL_PUBLISH: u64 = 1;
/// Most roots that one intent names.
pub const MAX_ROOTS: usize = 8;

/// Where the bytes of a component lie that the manifest gives no CID for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Root {
    /// Index into the manifest's list of components.
    pub component_index: u32,
    /// Binary CIDv1 of the root block, raw or dag-pb, SHA2-256.
    pub root: [u8; 36],
    /// Length of the stored file in bytes.
    pub stored_size: u64,
}

/// At most [`MAX_ROOTS`] roots, each with a CID of the known form. Needs no allocator.
#[derive(Clone, Copy)]
pub struct Roots {
    // What lies behind `len` is never read.
    roots: [Root; MAX_ROOTS],
    len: usize,
}

impl Roots {
    /// No roots: the manifest names all of them itself.
    pub const EMPTY: Self = Self {
        roots: [Root {
            component_index: 0,
            root: [0; 36],
            stored_size: 0,
        }; MAX_ROOTS],
        len: 0,
    };

    /// These roots, in this order.
    pub fn new(roots: &[Root]) -> Result<Self, Error> {
        let mut out = Self::EMPTY;
        for root in roots {
            out.push(*root)?;
        }
        Ok(out)
    }

    /// Adds one more.
    pub fn push(&mut self, root: Root) -> Result<(), Error> {
        if !is_cid(&root.root) {
            return Err(Error::BadCid);
        }
        *self.roots.get_mut(self.len).ok_or(Error::TooManyRoots)? = root;
        self.len = self.len.saturating_add(1);
        Ok(())
    }

    /// The roots as a slice.
    pub fn as_slice(&self) -> &[Root] {
        self.roots.get(..self.len).unwrap_or_default()
    }
}

impl Default for Roots {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Deref for Roots {
    type Target = [Root];

    fn deref(&self) -> &[Root] {
        self.as_slice()
    }
}

impl PartialEq for Roots {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Roots {}

impl core::fmt::Debug for Roots {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

impl<'a> IntoIterator for &'a Roots {
    type Item = &'a Root;
    type IntoIter = core::slice::Iter<'a, Root>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

/// CIDv1, raw (0x55) or dag-pb (0x70), multihash SHA2-256 (0x12) of 32 bytes.
fn is_cid(bytes: &[u8; 36]) -> bool {
    matches!(bytes, [0x01, 0x55 | 0x70, 0x12, 0x20, ..])
}

/// What the authors want published, where, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntentPayload {
    /// Genesis hash of the chain that may act on it.
    pub genesis: [u8; 32],
    /// SHA-256 of the whole envelope, so that no stripped or stuffed copy can take its place.
    pub envelope_digest: [u8; 32],
    /// Roots that the manifest does not name.
    pub roots: Roots,
    /// Last block in which the chain may act on it.
    pub last_block: u64,
}

/// Keys of the payload's map.
pub(crate) mod key {
    pub(crate) const VERSION: i64 = 1;
    pub(crate) const GENESIS: i64 = 2;
    pub(crate) const CALL: i64 = 3;
    pub(crate) const ENVELOPE_DIGEST: i64 = 4;
    pub(crate) const ROOTS: i64 = 5;
    pub(crate) const LAST_BLOCK: i64 = 6;
}

impl IntentPayload {
    /// Reads a payload of version 1, in deterministic CBOR.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let reader = &mut Reader::new(bytes);
        let map = &mut reader.map().map_err(Error::Payload)?;
        // The version decides what all the rest means, so it comes first in the map and is looked at first.
        if member(map, reader, key::VERSION, Reader::uint)? != VERSION {
            return Err(Error::UnsupportedVersion);
        }
        let genesis = *member(map, reader, key::GENESIS, Reader::bytes_of)?;
        if member(map, reader, key::CALL, Reader::uint)? != CALL_PUBLISH {
            return Err(Error::UnsupportedCall);
        }
        let envelope_digest = *member(map, reader, key::ENVELOPE_DIGEST, Reader::bytes_of)?;
        let mut roots = Roots::EMPTY;
        for _ in 0..member(map, reader, key::ROOTS, Reader::array)? {
            roots.push(root(reader).map_err(Error::Payload)?)?;
        }
        let last_block = member(map, reader, key::LAST_BLOCK, Reader::uint)?;
        if map.int_key(reader).map_err(Error::Payload)?.is_some() {
            return Err(Error::Payload(reader.error(ErrorKind::UnknownMember)));
        }
        reader.end().map_err(Error::Payload)?;
        Ok(Self {
            genesis,
            envelope_digest,
            roots,
            last_block,
        })
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

fn root(reader: &mut Reader<'_>) -> Result<Root, suit_manifest::error::Error> {
    reader.array_of(3)?;
    let start = reader.clone();
    let component_index = u32::try_from(reader.uint()?).map_err(|_| start.error(ErrorKind::ComponentIndex))?;
    Ok(Root {
        component_index,
        root: *reader.bytes_of()?,
        stored_size: reader.uint()?,
    })
}
