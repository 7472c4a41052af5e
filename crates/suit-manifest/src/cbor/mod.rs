//! Deterministic CBOR (RFC 8949 §4.2.1), read strictly and without allocating.
//!
//! [`Reader`] refuses whatever is not deterministic: indefinite lengths, heads that are not the shortest, unsorted or
//! duplicate keys. Floats, `undefined` and unassigned simple values occur in none of our formats and are refused too.

mod map;
mod reader;
#[cfg(feature = "alloc")]
mod writer;

pub use map::{Key, MapReader};
pub use reader::{KeyOrder, Kind, Reader};
#[cfg(feature = "alloc")]
pub use writer::Writer;

/// Deepest nesting of CBOR items within one byte string. The deepest that the standards have is 5: a COSE_Sign in its
/// tag, its list of signatures, a header map, and what an unknown header may hold. The bound keeps the stack small.
pub const MAX_DEPTH: u8 = 8;

/// Most entries of one map. The largest that the standards define is the set of parameters (some 20); without a bound
/// the search for duplicates in unsorted maps would be quadratic in the input.
pub const MAX_MAP_ENTRIES: usize = 64;

/// The head of a CBOR item (major type shifted to the top three bits, shortest argument), for hashing without a buffer.
pub(crate) fn head(major: u8, argument: usize) -> Head {
    let argument = argument as u64;
    let mut bytes = arrayvec::ArrayVec::<u8, 9>::new();
    let big = argument.to_be_bytes();
    let (info, tail): (u8, &[u8]) = match argument {
        0..=23 => (argument as u8, &[]),
        24..=0xff => (24, big.last_chunk::<1>().map_or(&[], |tail| tail)),
        0x100..=0xffff => (25, big.last_chunk::<2>().map_or(&[], |tail| tail)),
        0x1_0000..=0xffff_ffff => (26, big.last_chunk::<4>().map_or(&[], |tail| tail)),
        _ => (27, &big),
    };
    bytes.extend([major | info].into_iter().chain(tail.iter().copied()));
    Head(bytes)
}

/// Encoded head of an item.
pub(crate) struct Head(arrayvec::ArrayVec<u8, 9>);

impl Head {
    /// The head of a byte string of this length.
    pub(crate) fn bytes(len: usize) -> Self {
        head(0x40, len)
    }

    /// Its bytes.
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }
}

#[cfg(test)]
mod tests;
