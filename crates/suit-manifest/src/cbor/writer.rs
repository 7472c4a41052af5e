//! Writing deterministic CBOR.

use alloc::vec::Vec;
use minicbor::Encoder;

/// Writes CBOR with shortest heads and definite lengths. The caller writes keys in order; what this crate builds is
/// read back by its own strict reader in tests.
#[derive(Debug)]
pub struct Writer {
    encoder: Encoder<Vec<u8>>,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

// Writing to a `Vec` cannot fail: the error type is `Infallible`. That is why results are dropped below.
impl Writer {
    /// Nothing written yet.
    pub fn new() -> Self {
        Self {
            encoder: Encoder::new(Vec::new()),
        }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.encoder.into_writer()
    }

    /// An unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        let _ = self.encoder.u64(value);
        self
    }

    /// An integer.
    pub fn int(&mut self, value: i64) -> &mut Self {
        let _ = self.encoder.i64(value);
        self
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        let _ = self.encoder.bytes(value);
        self
    }

    /// A text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let _ = self.encoder.str(value);
        self
    }

    /// The head of an array.
    pub fn array(&mut self, len: usize) -> &mut Self {
        let _ = self.encoder.array(len as u64);
        self
    }

    /// The head of a map.
    pub fn map(&mut self, entries: usize) -> &mut Self {
        let _ = self.encoder.map(entries as u64);
        self
    }

    /// A tag.
    pub fn tag(&mut self, number: u64) -> &mut Self {
        let _ = self.encoder.tag(minicbor::data::Tag::new(number));
        self
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        let _ = self.encoder.null();
        self
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        let _ = self.encoder.bool(value);
        self
    }

    /// An item that is encoded already.
    pub fn raw(&mut self, item: &[u8]) -> &mut Self {
        self.encoder.writer_mut().extend_from_slice(item);
        self
    }
}
