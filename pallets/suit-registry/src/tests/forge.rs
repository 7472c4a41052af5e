//! Envelopes for the products of the tests, and somebody who signs in another's name.

use super::{product, ProductId};
pub use crate::forge::*;
use suit_manifest::cose::{Algorithm, PublicKey, SignError, Signer, SigningKey};
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

    /// A good envelope for two products, an image each.
    pub fn for_both(sequence_number: u64, other: ProductId) -> Self {
        let second = Fetch {
            component: vec![1],
            ..Fetch::image(b"what comes with the lamp")
        };
        Self::new(sequence_number).with(|forge| {
            forge.fetches.push(second);
            forge.others = vec![other];
        })
    }
}

/// Signs with one key and names another.
pub struct Liar {
    pub claimed: SigningKey,
    pub used: SigningKey,
}

impl Signer for Liar {
    fn algorithm(&self) -> Algorithm {
        self.claimed.algorithm()
    }
    fn public_key(&self) -> PublicKey {
        self.claimed.public_key()
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.used.sign(message)
    }
}
