//! Reading maps: order and uniqueness of keys.

use super::{KeyOrder, Reader, MAX_DEPTH, MAX_MAP_ENTRIES};
use crate::error::{Error, ErrorKind};

/// A map's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key<'a> {
    /// An integer.
    Int(i64),
    /// A text string.
    Text(&'a str),
    /// Any other item, as its encoding.
    Other(&'a [u8]),
}

/// Hands out the keys of a map, one by one; the caller reads each value before it asks for the next key.
#[derive(Clone, Debug)]
pub struct MapReader<'a> {
    /// Where the first entry begins in the reader's input, to look again for duplicates where keys are not sorted.
    first: usize,
    entries: usize,
    read: usize,
    greatest: Option<&'a [u8]>,
}

impl<'a> MapReader<'a> {
    pub(super) fn new(reader: &Reader<'a>, entries: usize, start: usize) -> Result<Self, Error> {
        if entries > MAX_MAP_ENTRIES {
            return Err(ErrorKind::TooMany.at(start));
        }
        Ok(Self {
            first: reader.position(),
            entries,
            read: 0,
            greatest: None,
        })
    }

    /// How many entries the map has.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// The next key, `None` at the end of the map.
    pub fn key(&mut self, reader: &mut Reader<'a>) -> Result<Option<Key<'a>>, Error> {
        let offset = reader.offset();
        let Some(encoded) = self.encoded_key(reader, MAX_DEPTH)? else {
            return Ok(None);
        };
        let mut key = Reader::at(encoded, offset, reader.order());
        Ok(Some(match encoded.first().map(|byte| byte >> 5) {
            Some(0 | 1) => Key::Int(key.int()?),
            Some(3) => Key::Text(key.text()?),
            _ => Key::Other(encoded),
        }))
    }

    /// The next key of a map whose keys are integers, `None` at the end of the map.
    pub fn int_key(&mut self, reader: &mut Reader<'a>) -> Result<Option<i64>, Error> {
        let offset = reader.offset();
        match self.key(reader)? {
            None => Ok(None),
            Some(Key::Int(key)) => Ok(Some(key)),
            Some(_) => Err(ErrorKind::WrongType.at(offset)),
        }
    }

    /// Reads past the next key; `false` at the end of the map.
    pub(super) fn skip_key(&mut self, reader: &mut Reader<'a>, depth: u8) -> Result<bool, Error> {
        self.encoded_key(reader, depth).map(|key| key.is_some())
    }

    fn encoded_key(&mut self, reader: &mut Reader<'a>, depth: u8) -> Result<Option<&'a [u8]>, Error> {
        if self.read >= self.entries {
            return Ok(None);
        }
        let offset = reader.offset();
        let key = reader.skip_within(depth)?;
        match self.greatest {
            Some(greatest) if key == greatest => return Err(ErrorKind::DuplicateKey.at(offset)),
            Some(greatest) if key < greatest => {
                // Told apart in strict mode too, because a duplicate is refused in every mode.
                if self.occurred(key, reader)? {
                    return Err(ErrorKind::DuplicateKey.at(offset));
                }
                if reader.order() == KeyOrder::Sorted {
                    return Err(ErrorKind::KeyOrder.at(offset));
                }
            }
            _ => self.greatest = Some(key),
        }
        self.read = self.read.saturating_add(1);
        Ok(Some(key))
    }

    /// Whether this key is among those read so far. Reads them again: maps are short, and this needs no memory.
    fn occurred(&self, key: &[u8], reader: &Reader<'a>) -> Result<bool, Error> {
        let mut reader = reader.clone_at(self.first);
        for _ in 0..self.read {
            if reader.skip_known()? == key {
                return Ok(true);
            }
            reader.skip_known()?;
        }
        Ok(false)
    }
}

/// What reads the value of a map's entry, given its key and where that lies.
type EachEntry<'f, 'a, K> = &'f mut dyn FnMut(&mut Reader<'a>, K, usize) -> Result<(), Error>;

impl<'a> Reader<'a> {
    /// Reads a map of at least `least` and at most `most` entries. Behind one function for all maps, because what is
    /// generated for each loop of its own is what costs a device most.
    pub(crate) fn entries(&mut self, least: usize, most: usize, each: EachEntry<'_, 'a, Key<'a>>) -> Result<(), Error> {
        let start = self.offset();
        let mut map = self.map()?;
        if map.entries < least {
            return Err(ErrorKind::BadValue.at(start));
        }
        if map.entries > most {
            return Err(ErrorKind::TooMany.at(start));
        }
        loop {
            let offset = self.offset();
            let Some(key) = map.key(self)? else { return Ok(()) };
            each(self, key, offset)?;
        }
    }

    /// As [`Self::entries`], where all keys are integers.
    pub(crate) fn int_entries(&mut self, least: usize, most: usize, each: EachEntry<'_, 'a, i64>) -> Result<(), Error> {
        self.entries(least, most, &mut |reader, key, offset| match key {
            Key::Int(key) => each(reader, key, offset),
            _ => Err(ErrorKind::WrongType.at(offset)),
        })
    }
}
