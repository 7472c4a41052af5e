//! Envelopes for the product of the tests.

use super::product;
pub use crate::forge::*;

impl Forge {
    /// A good envelope of one image, with this sequence number.
    pub fn new(sequence_number: u64) -> Self {
        Self::of(product(), sequence_number)
    }
}
