#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod block;
pub mod dag;
#[cfg(feature = "alloc")]
pub mod import;
#[cfg(feature = "store")]
pub mod store;

pub use block::{BlockId, CidError, Codec};

/// A CID as the IPFS and SDK crates know it. Everything here accepts only CIDv1, raw or dag-pb, SHA2-256 (36 bytes):
/// see [`BlockId`], which can hold nothing else.
pub type Cid = cid::CidGeneric<64>;

/// Bytes of a leaf: the chunker `size-262144`.
pub const LEAF: usize = 262_144;

/// Links of a full interior node in the balanced layout.
pub const FANOUT: usize = 174;

/// Largest block, in bytes, that is ever accepted. Kubo refuses larger ones too.
pub const MAX_BLOCK: usize = 1 << 20;
