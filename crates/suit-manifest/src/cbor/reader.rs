//! The strict reader.

use super::{MapReader, MAX_DEPTH};
use crate::error::{Error, ErrorKind};
use minicbor::Decoder;

/// Whether map keys must be sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyOrder {
    /// Sorted by their encoded bytes, as deterministic CBOR has it.
    Sorted,
    /// Any order. Duplicates are refused all the same.
    Any,
}

/// What kind of item comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Unsigned integer.
    Uint,
    /// Negative integer.
    Nint,
    /// Byte string.
    Bytes,
    /// Text string.
    Text,
    /// Array.
    Array,
    /// Map.
    Map,
    /// Tagged item.
    Tag,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
}

/// Reads deterministic CBOR item by item; what it returns borrows from the input.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    decoder: Decoder<'a>,
    /// Where the input lies in the input of the outermost reader, so that offsets in errors make sense.
    base: usize,
    order: KeyOrder,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, map keys sorted.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_order(bytes, KeyOrder::Sorted)
    }

    /// Reads `bytes`.
    pub fn with_order(bytes: &'a [u8], order: KeyOrder) -> Self {
        Self {
            decoder: Decoder::new(bytes),
            base: 0,
            order,
        }
    }

    /// Reads `bytes`, which lie at `base` in what the errors shall count from.
    pub(crate) fn at(bytes: &'a [u8], base: usize, order: KeyOrder) -> Self {
        Self {
            decoder: Decoder::new(bytes),
            base,
            order,
        }
    }

    /// How map keys must be ordered.
    pub fn order(&self) -> KeyOrder {
        self.order
    }

    /// Where the next item begins, counted as in errors.
    pub fn offset(&self) -> usize {
        self.base.saturating_add(self.decoder.position())
    }

    /// Bytes that are left.
    pub fn remaining(&self) -> usize {
        self.decoder.input().len().saturating_sub(self.decoder.position())
    }

    /// `kind` at the next item.
    pub fn error(&self, kind: ErrorKind) -> Error {
        kind.at(self.offset())
    }

    /// Fails unless the input ends here.
    pub fn end(&self) -> Result<(), Error> {
        if self.remaining() == 0 {
            Ok(())
        } else {
            Err(self.error(ErrorKind::TrailingBytes))
        }
    }

    /// What comes next.
    pub fn kind(&self) -> Result<Kind, Error> {
        let byte = self.peek()?;
        let info = byte & 0x1f;
        let major = byte >> 5;
        match (major, info) {
            (2..=5, 31) => return Err(self.error(ErrorKind::Indefinite)),
            (0..=6, 28..=31) => return Err(self.error(ErrorKind::NotAllowed)),
            _ => {}
        }
        Ok(match (major, info) {
            (0, _) => Kind::Uint,
            (1, _) => Kind::Nint,
            (2, _) => Kind::Bytes,
            (3, _) => Kind::Text,
            (4, _) => Kind::Array,
            (5, _) => Kind::Map,
            (6, _) => Kind::Tag,
            (_, 20 | 21) => Kind::Bool,
            (_, 22) => Kind::Null,
            _ => return Err(self.error(ErrorKind::NotAllowed)),
        })
    }

    /// An unsigned integer.
    pub fn uint(&mut self) -> Result<u64, Error> {
        self.expect(Kind::Uint)?;
        self.head(|decoder| decoder.u64().map(|value| (value, value, 0)))
    }

    /// An integer. Those that do not fit into an `i64` are none of our formats'.
    pub fn int(&mut self) -> Result<i64, Error> {
        let start = self.offset();
        let value = match self.kind()? {
            Kind::Uint => i128::from(self.uint()?),
            Kind::Nint => self.nint()?,
            _ => return Err(self.error(ErrorKind::WrongType)),
        };
        i64::try_from(value).map_err(|_| ErrorKind::BadValue.at(start))
    }

    fn nint(&mut self) -> Result<i128, Error> {
        self.expect(Kind::Nint)?;
        self.head(|decoder| {
            let value = i128::from(decoder.int()?);
            // The argument of a negative integer n is -1 - n, which lies in 0..2^64 by the format.
            Ok((
                value,
                u64::try_from(value.saturating_add(1).saturating_neg()).unwrap_or(u64::MAX),
                0,
            ))
        })
    }

    /// A byte string.
    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        self.expect(Kind::Bytes)?;
        self.head(|decoder| decoder.bytes().map(|value| (value, value.len() as u64, value.len())))
    }

    /// A byte string of `N` bytes.
    pub fn bytes_of<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let start = self.offset();
        self.bytes()?.try_into().map_err(|_| ErrorKind::WrongLength.at(start))
    }

    /// A byte string that holds CBOR: its content, and a reader for it.
    pub fn embedded(&mut self) -> Result<(&'a [u8], Reader<'a>), Error> {
        let content = self.bytes()?;
        let base = self.offset().saturating_sub(content.len());
        Ok((content, Reader::at(content, base, self.order)))
    }

    /// A text string.
    pub fn text(&mut self) -> Result<&'a str, Error> {
        self.expect(Kind::Text)?;
        self.head(|decoder| decoder.str().map(|value| (value, value.len() as u64, value.len())))
    }

    /// The head of an array: how many items follow.
    pub fn array(&mut self) -> Result<usize, Error> {
        self.expect(Kind::Array)?;
        let start = self.offset();
        let count = self.head(|decoder| decoder.array().map(|count| definite(count, 0)))?;
        self.count(count, 1, start)
    }

    /// The head of an array of exactly `len` items.
    pub fn array_of(&mut self, len: usize) -> Result<(), Error> {
        let start = self.offset();
        if self.array()? == len {
            Ok(())
        } else {
            Err(ErrorKind::WrongLength.at(start))
        }
    }

    /// The head of a map: what reads its keys.
    pub fn map(&mut self) -> Result<MapReader<'a>, Error> {
        self.expect(Kind::Map)?;
        let start = self.offset();
        let entries = self.head(|decoder| decoder.map().map(|count| definite(count, 0)))?;
        let entries = self.count(entries, 2, start)?;
        MapReader::new(self, entries, start)
    }

    /// A tag's number; the tagged item follows.
    pub fn tag(&mut self) -> Result<u64, Error> {
        self.expect(Kind::Tag)?;
        self.head(|decoder| decoder.tag().map(|tag| (tag.as_u64(), tag.as_u64(), 0)))
    }

    /// This tag, and no other.
    pub fn expect_tag(&mut self, number: u64) -> Result<(), Error> {
        let start = self.offset();
        if self.kind()? == Kind::Tag && self.tag()? == number {
            Ok(())
        } else {
            Err(ErrorKind::WrongTag.at(start))
        }
    }

    /// `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, Error> {
        self.expect(Kind::Bool)?;
        self.plain(|decoder| decoder.bool())
    }

    /// `null`.
    pub fn null(&mut self) -> Result<(), Error> {
        self.expect(Kind::Null)?;
        self.plain(|decoder| decoder.null())
    }

    /// Any item: its bytes, checked to be deterministic and nested no deeper than [`MAX_DEPTH`].
    pub fn item(&mut self) -> Result<&'a [u8], Error> {
        let start = self.decoder.position();
        self.skip(MAX_DEPTH)?;
        Ok(self.slice_from(start))
    }

    /// The bytes since `position` (see [`Self::position`]).
    pub(crate) fn slice_from(&self, position: usize) -> &'a [u8] {
        self.decoder
            .input()
            .get(position..self.decoder.position())
            .unwrap_or(&[])
    }

    /// Where the next item begins in this reader's own input.
    pub(crate) fn position(&self) -> usize {
        self.decoder.position()
    }

    fn skip(&mut self, depth: u8) -> Result<(), Error> {
        let deeper = depth.checked_sub(1).ok_or(self.error(ErrorKind::TooDeep))?;
        match self.kind()? {
            Kind::Uint => self.uint().map(drop),
            Kind::Nint => self.nint().map(drop),
            Kind::Bytes => self.bytes().map(drop),
            Kind::Text => self.text().map(drop),
            Kind::Bool => self.bool().map(drop),
            Kind::Null => self.null(),
            Kind::Tag => {
                self.tag()?;
                self.skip(deeper)
            }
            Kind::Array => {
                for _ in 0..self.array()? {
                    self.skip(deeper)?;
                }
                Ok(())
            }
            Kind::Map => {
                let mut map = self.map()?;
                while map.skip_key(self, deeper)? {
                    self.skip(deeper)?;
                }
                Ok(())
            }
        }
    }

    /// Skips one item, for a map's keys.
    pub(super) fn skip_within(&mut self, depth: u8) -> Result<&'a [u8], Error> {
        let start = self.decoder.position();
        self.skip(depth)?;
        Ok(self.slice_from(start))
    }

    /// Skips one item that has been checked before, by counting: without looking for duplicates again, which would make
    /// the search for duplicates in nested maps cost the product of their lengths.
    pub(super) fn skip_known(&mut self) -> Result<&'a [u8], Error> {
        let start = self.decoder.position();
        let mut left = 1usize;
        while let Some(rest) = left.checked_sub(1) {
            left = rest.saturating_add(match self.kind()? {
                Kind::Array => self.array()?,
                Kind::Map => self.map()?.entries().saturating_mul(2),
                Kind::Tag => {
                    self.tag()?;
                    1
                }
                _ => {
                    self.skip(1)?;
                    0
                }
            });
        }
        Ok(self.slice_from(start))
    }

    fn peek(&self) -> Result<u8, Error> {
        self.decoder
            .input()
            .get(self.decoder.position())
            .copied()
            .ok_or(self.error(ErrorKind::UnexpectedEnd))
    }

    fn expect(&self, kind: Kind) -> Result<(), Error> {
        if self.kind()? == kind {
            Ok(())
        } else {
            Err(self.error(ErrorKind::WrongType))
        }
    }

    /// Reads an item and checks that its head is the shortest: `read` gives the value, the head's argument and how many
    /// bytes of content follow the head.
    fn head<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<(T, u64, usize), minicbor::decode::Error>,
    ) -> Result<T, Error> {
        let start = self.decoder.position();
        let offset = self.offset();
        let (value, argument, content) = read(&mut self.decoder).map_err(|error| convert(&error).at(offset))?;
        let used = self.decoder.position().saturating_sub(start).saturating_sub(content);
        if used == shortest(argument) {
            Ok(value)
        } else {
            Err(ErrorKind::NotShortest.at(offset))
        }
    }

    fn plain<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, minicbor::decode::Error>,
    ) -> Result<T, Error> {
        let offset = self.offset();
        read(&mut self.decoder).map_err(|error| convert(&error).at(offset))
    }

    /// A count of items that the rest of the input can hold at all, each at least `least` bytes long.
    fn count(&self, count: u64, least: usize, start: usize) -> Result<usize, Error> {
        usize::try_from(count)
            .ok()
            .filter(|count| count.saturating_mul(least) <= self.remaining())
            .ok_or(ErrorKind::UnexpectedEnd.at(start))
    }
}

/// Length of the shortest head with this argument.
fn shortest(argument: u64) -> usize {
    match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// `kind()` has refused indefinite lengths before, so that `None` cannot come; were it to, the count would not fit.
fn definite(count: Option<u64>, content: usize) -> (u64, u64, usize) {
    let count = count.unwrap_or(u64::MAX);
    (count, count, content)
}

fn convert(error: &minicbor::decode::Error) -> ErrorKind {
    if error.is_type_mismatch() {
        ErrorKind::WrongType
    } else if error.is_end_of_input() {
        ErrorKind::UnexpectedEnd
    } else if error.is_message() {
        ErrorKind::NotAllowed
    } else {
        // Types and heads are checked before the decoder is asked, so that text is what is left.
        ErrorKind::BadUtf8
    }
}
