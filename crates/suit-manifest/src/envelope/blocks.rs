//! The authentication blocks of an envelope.

use crate::{
    cbor::Reader,
    cose::{Sign1, TAG_MAC, TAG_MAC0, TAG_SIGN, TAG_SIGN1},
    error::{Error, ErrorKind},
};

/// Reads authentication blocks one by one: `Some` for a COSE_Sign1 that this crate can verify, `None` for others.
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

    fn block(&mut self) -> Result<Option<Sign1<'a>>, Error> {
        let (bytes, mut inner) = self.reader.embedded()?;
        let (base, order) = (inner.offset(), inner.order());
        let mut whole = inner.clone();
        whole.item()?;
        whole.end()?;
        match inner.tag()? {
            TAG_SIGN1 => match Sign1::read_open(bytes, base, order) {
                Ok(block) => Ok(Some(block)),
                // Somebody else can verify it: the draft asks for several blocks so that algorithms can change (§8.3).
                Err(Error {
                    kind: ErrorKind::UnsupportedAlgorithm | ErrorKind::UnsupportedCritical,
                    ..
                }) => Ok(None),
                Err(error) => Err(error),
            },
            TAG_SIGN | TAG_MAC0 | TAG_MAC => Ok(None),
            _ => Err(ErrorKind::WrongTag.at(base)),
        }
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Option<Sign1<'a>>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let block = self.block();
        if block.is_err() {
            self.left = 0;
        }
        Some(block)
    }
}
