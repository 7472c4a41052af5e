//! The authentication blocks of an envelope (draft-ietf-suit-manifest-37 §8.3).

use crate::{
    cbor::Reader,
    cose::{Mac0, Sign, Sign1, TAG_MAC, TAG_MAC0, TAG_SIGN, TAG_SIGN1},
    error::{Error, ErrorKind},
};

/// One authentication block. Each is over the SUIT_Digest, which it does not carry itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
// Read one at a time, and never kept in numbers.
#[allow(clippy::large_enum_variant)]
pub enum Block<'a> {
    /// A COSE_Sign1 whose algorithm this crate verifies.
    Sign1(Sign1<'a>),
    /// A COSE_Sign. Those of its signatures are passed over whose algorithm this crate does not verify: perhaps all.
    Sign(Sign<'a>),
    /// A COSE_Mac0 whose algorithm this crate verifies.
    Mac0(Mac0<'a>),
    /// One that this crate does not verify: a COSE_Mac, another algorithm, a critical header.
    Other {
        /// Its CBOR tag.
        tag: u64,
    },
}

impl Block<'_> {
    /// Whether no unprotected header says anything but, perhaps, the key identifier. Of blocks that this crate does not
    /// verify nobody asks.
    pub(super) fn unprotected_is_plain(&self) -> bool {
        match self {
            Self::Sign1(block) => block.unprotected_is_plain,
            Self::Sign(block) => block.unprotected_is_plain,
            Self::Mac0(block) => block.unprotected_is_plain,
            Self::Other { .. } => true,
        }
    }
}

/// Reads authentication blocks one by one.
#[derive(Clone, Debug)]
pub struct Blocks<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(reader: Reader<'a>, count: usize) -> Self {
        Self { reader, left: count }
    }

    /// Fails unless the last block ends the wrapper.
    pub(super) fn end(&self) -> Result<(), Error> {
        self.reader.end()
    }

    fn block(&mut self) -> Result<Block<'a>, Error> {
        let (bytes, mut inner) = self.reader.embedded()?;
        let (base, order) = (inner.offset(), inner.order());
        let mut whole = inner.clone();
        let tag = inner.tag()?;
        let block = match tag {
            TAG_SIGN1 => Sign1::read_open(bytes, base, order).map(Block::Sign1),
            TAG_SIGN => Sign::read_open(bytes, base, order).map(Block::Sign),
            TAG_MAC0 => Mac0::read_open(bytes, base, order).map(Block::Mac0),
            TAG_MAC => Err(ErrorKind::UnsupportedAlgorithm.at(base)),
            _ => Err(ErrorKind::WrongTag.at(base)),
        };
        match block {
            // Somebody else can verify it: the draft asks for several blocks so that algorithms can change (§8.3). It was not
            // read to its end, but has to be well-formed all the same.
            Err(Error {
                kind: ErrorKind::UnsupportedAlgorithm | ErrorKind::UnsupportedCritical,
                ..
            }) => {
                whole.item()?;
                whole.end()?;
                Ok(Block::Other { tag })
            }
            block => block,
        }
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Block<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let block = self.block();
        if block.is_err() {
            self.left = 0;
        }
        Some(block)
    }
}
