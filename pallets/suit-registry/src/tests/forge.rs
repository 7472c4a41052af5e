//! Envelopes for the product of the tests.

use super::product;
pub use crate::forge::*;
use suit_primitives::release::{BlockCodec, RootCid};

/// Root of some large image.
pub fn dag_root(n: u8) -> RootCid {
    RootCid {
        codec: BlockCodec::DagPb,
        digest: [n; 32],
    }
}

impl Forge {
    /// A good envelope of one image, with this sequence number.
    pub fn new(sequence_number: u64) -> Self {
        Self::of(product(), sequence_number)
    }
}
