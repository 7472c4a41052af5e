//! Reading maps: order and uniqueness of keys.

use super::{KeyOrder, Reader, MAX_MAP_ENTRIES};
use crate::error::{Error, ErrorKind};
use core::cmp::Ordering;

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
        if self.read >= self.entries {
            return Ok(None);
        }
        let (offset, start) = (reader.offset(), reader.position());
        let key = match reader.major() {
            Some(0 | 1) => Key::Int(reader.int()?),
            Some(3) => Key::Text(reader.text()?),
            _ => Key::Other(reader.item()?),
        };
        self.note(reader.slice_from(start), reader, offset)?;
        Ok(Some(key))
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
        if self.read >= self.entries {
            return Ok(false);
        }
        let offset = reader.offset();
        let key = reader.skip_within(depth)?;
        self.note(key, reader, offset)?;
        Ok(true)
    }

    /// Checks that a key that was read is in order, and none of the earlier ones.
    fn note(&mut self, key: &'a [u8], reader: &Reader<'a>, offset: usize) -> Result<(), Error> {
        // Most keys differ in their first byte, which is a comparison that needs no call.
        let order = match self.greatest {
            Some(greatest) => key.first().cmp(&greatest.first()).then_with(|| key.cmp(greatest)),
            None => Ordering::Greater,
        };
        match order {
            Ordering::Greater => self.greatest = Some(key),
            Ordering::Equal => return Err(ErrorKind::DuplicateKey.at(offset)),
            Ordering::Less => {
                // Told apart in strict mode too, because a duplicate is refused in every mode.
                if self.occurred(key, reader)? {
                    return Err(ErrorKind::DuplicateKey.at(offset));
                }
                if reader.order() == KeyOrder::Sorted {
                    return Err(ErrorKind::KeyOrder.at(offset));
                }
            }
        }
        self.read = self.read.saturating_add(1);
        Ok(())
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
