//! The strict reader.

use super::{MapReader, MAX_DEPTH};
use crate::error::{Error, ErrorKind};

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
    input: &'a [u8],
    /// Where the next item begins in `input`.
    position: usize,
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
        Self::at(bytes, 0, order)
    }

    /// Reads `bytes`, which lie at `base` in what the errors shall count from.
    pub(crate) fn at(bytes: &'a [u8], base: usize, order: KeyOrder) -> Self {
        Self {
            input: bytes,
            position: 0,
            base,
            order,
        }
    }

    /// Another reader of the same input, at `position` (see [`Self::position`]).
    pub(super) fn clone_at(&self, position: usize) -> Self {
        Self {
            position,
            ..self.clone()
        }
    }

    /// How map keys must be ordered.
    pub fn order(&self) -> KeyOrder {
        self.order
    }

    /// Where the next item begins, counted as in errors.
    #[inline]
    pub fn offset(&self) -> usize {
        // Both lie in one input, so that their sum does not wrap; saturating would cost code at every place.
        self.base.wrapping_add(self.position)
    }

    /// Bytes that are left.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.input.len().saturating_sub(self.position)
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
        // In the order of the major types, so that hardly any code is left of it.
        let kind = match byte >> 5 {
            0 => Kind::Uint,
            1 => Kind::Nint,
            2 => Kind::Bytes,
            3 => Kind::Text,
            4 => Kind::Array,
            5 => Kind::Map,
            6 => Kind::Tag,
            _ => match info {
                20 | 21 => Kind::Bool,
                22 => Kind::Null,
                _ => return Err(self.error(ErrorKind::NotAllowed)),
            },
        };
        match (kind, info) {
            (_, 0..=27) => Ok(kind),
            (Kind::Bytes | Kind::Text | Kind::Array | Kind::Map, 31) => Err(self.error(ErrorKind::Indefinite)),
            _ => Err(self.error(ErrorKind::NotAllowed)),
        }
    }

    /// An unsigned integer.
    #[inline]
    pub fn uint(&mut self) -> Result<u64, Error> {
        self.head(Kind::Uint)
    }

    /// An integer. Those that do not fit into an `i64` are none of our formats'.
    #[inline]
    pub fn int(&mut self) -> Result<i64, Error> {
        let start = self.offset();
        let negative = match self.major() {
            Some(0) => false,
            Some(1) => true,
            _ => return Err(self.other_kind()),
        };
        let value = i64::try_from(self.argument()?).map_err(|_| ErrorKind::BadValue.at(start))?;
        // The argument of a negative integer n is -1 - n, which is its complement.
        Ok(if negative { !value } else { value })
    }

    /// A byte string.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        self.content(Kind::Bytes)
    }

    /// A byte string of `N` bytes.
    pub fn bytes_of<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let start = self.offset();
        self.bytes()?.try_into().map_err(|_| ErrorKind::WrongLength.at(start))
    }

    /// A byte string that holds CBOR: its content, and a reader for it.
    pub fn embedded(&mut self) -> Result<(&'a [u8], Reader<'a>), Error> {
        let content = self.bytes()?;
        let base = self.offset().wrapping_sub(content.len());
        Ok((content, Reader::at(content, base, self.order)))
    }

    /// A text string.
    pub fn text(&mut self) -> Result<&'a str, Error> {
        let start = self.offset();
        core::str::from_utf8(self.content(Kind::Text)?).map_err(|_| ErrorKind::BadUtf8.at(start))
    }

    /// The head of an array: how many items follow.
    pub fn array(&mut self) -> Result<usize, Error> {
        self.count(Kind::Array, 1)
    }

    /// The head of an array of at least one and at most `most` items.
    pub(crate) fn list(&mut self, most: usize) -> Result<usize, Error> {
        let start = self.offset();
        match self.array()? {
            0 => Err(ErrorKind::BadValue.at(start)),
            len if len > most => Err(ErrorKind::TooMany.at(start)),
            len => Ok(len),
        }
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
        let start = self.offset();
        let entries = self.count(Kind::Map, 2)?;
        MapReader::new(self, entries, start)
    }

    /// A tag's number; the tagged item follows.
    pub fn tag(&mut self) -> Result<u64, Error> {
        self.head(Kind::Tag)
    }

    /// This tag, and no other.
    pub fn expect_tag(&mut self, number: u64) -> Result<(), Error> {
        let start = self.offset();
        if self.kind()? == Kind::Tag && self.argument()? == number {
            Ok(())
        } else {
            Err(ErrorKind::WrongTag.at(start))
        }
    }

    /// `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, Error> {
        // 20 is false, 21 is true.
        self.head(Kind::Bool).map(|argument| argument != 20)
    }

    /// `null`.
    pub fn null(&mut self) -> Result<(), Error> {
        self.head(Kind::Null).map(drop)
    }

    /// Any item: its bytes, checked to be deterministic and nested no deeper than [`MAX_DEPTH`].
    pub fn item(&mut self) -> Result<&'a [u8], Error> {
        self.skip_within(MAX_DEPTH)
    }

    /// The bytes since `position` (see [`Self::position`]).
    #[inline]
    pub(crate) fn slice_from(&self, position: usize) -> &'a [u8] {
        self.input.get(position..self.position).unwrap_or(&[])
    }

    /// Where the next item begins in this reader's own input.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    fn skip(&mut self, depth: u8) -> Result<(), Error> {
        let deeper = depth.checked_sub(1).ok_or(self.error(ErrorKind::TooDeep))?;
        match self.kind()? {
            Kind::Text => self.text().map(drop),
            Kind::Bytes => self.bytes().map(drop),
            Kind::Uint | Kind::Nint | Kind::Bool | Kind::Null => self.argument().map(drop),
            Kind::Tag => {
                self.argument()?;
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
        let start = self.position;
        self.skip(depth)?;
        Ok(self.slice_from(start))
    }

    /// Skips one item that has been checked before, by counting: without looking for duplicates again, which would make
    /// the search for duplicates in nested maps cost the product of their lengths.
    pub(super) fn skip_known(&mut self) -> Result<&'a [u8], Error> {
        let start = self.position;
        let mut left = 1usize;
        while let Some(rest) = left.checked_sub(1) {
            left = rest.saturating_add(match self.kind()? {
                Kind::Array => self.array()?,
                Kind::Map => self.map()?.entries().saturating_mul(2),
                Kind::Tag => {
                    self.argument()?;
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
        match self.input.get(self.position) {
            Some(byte) => Ok(*byte),
            None => Err(self.error(ErrorKind::UnexpectedEnd)),
        }
    }

    /// The next item's major type.
    #[inline]
    pub(super) fn major(&self) -> Option<u8> {
        self.input.get(self.position).map(|byte| byte >> 5)
    }

    /// Why the next item is not what was expected.
    #[cold]
    fn other_kind(&self) -> Error {
        match self.kind() {
            Ok(_) => self.error(ErrorKind::WrongType),
            Err(error) => error,
        }
    }

    /// Reads the head of an item of this kind: its argument.
    #[inline]
    fn head(&mut self, kind: Kind) -> Result<u64, Error> {
        // The kinds up to tags are the major types; the simple values share the last one.
        let matches = match kind {
            Kind::Bool | Kind::Null => self.kind()? == kind,
            _ => self.major() == Some(kind as u8),
        };
        if matches {
            self.argument()
        } else {
            Err(self.other_kind())
        }
    }

    /// Reads a head whose major type has been looked at: its argument, which must be in its shortest form.
    #[inline]
    fn argument(&mut self) -> Result<u64, Error> {
        match self.input.get(self.position).map(|byte| byte & 0x1f) {
            Some(info @ 0..=23) => {
                self.position = self.position.saturating_add(1);
                Ok(u64::from(info))
            }
            _ => self.long_argument(),
        }
    }

    fn long_argument(&mut self) -> Result<u64, Error> {
        let info = self.peek()? & 0x1f;
        let first = self.position.saturating_add(1);
        // How many bytes follow the first, and the least value that needs so many.
        let (len, least) = match info {
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            // Indefinite, or reserved.
            _ => return Err(self.other_kind()),
        };
        // Does not wrap, since the position lies in the input; if it did, the range would be none of the input's.
        let next = first.wrapping_add(len);
        let Some(tail) = self.input.get(first..next) else {
            return Err(self.error(ErrorKind::UnexpectedEnd));
        };
        let mut argument = 0u64;
        for byte in tail {
            argument = argument << 8 | u64::from(*byte);
        }
        if argument < least {
            return Err(self.error(ErrorKind::NotShortest));
        }
        self.position = next;
        Ok(argument)
    }

    /// Reads a string of this kind: its content.
    #[inline]
    fn content(&mut self, kind: Kind) -> Result<&'a [u8], Error> {
        let start = self.offset();
        let len = self.head(kind)?;
        let content = usize::try_from(len)
            .ok()
            .and_then(|len| self.input.get(self.position..self.position.checked_add(len)?));
        let Some(content) = content else {
            return Err(ErrorKind::UnexpectedEnd.at(start));
        };
        self.position = self.position.wrapping_add(content.len());
        Ok(content)
    }

    /// Reads the head of an array or map: how many entries follow, which are as many as the rest of the input can hold at
    /// all, each at least `least` bytes long.
    fn count(&mut self, kind: Kind, least: usize) -> Result<usize, Error> {
        let start = self.offset();
        let count = self.head(kind)?;
        match usize::try_from(count) {
            Ok(count) if count.saturating_mul(least) <= self.remaining() => Ok(count),
            _ => Err(ErrorKind::UnexpectedEnd.at(start)),
        }
    }
}
