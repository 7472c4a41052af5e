//! Maps as deterministic CBOR has them, whatever the order in which their entries are given.

use super::BuildError;
use crate::{
    cbor::{KeyOrder, Kind, Reader, Writer, MAX_DEPTH},
    error::{Error, ErrorKind},
};
use alloc::vec::Vec;

/// Collects a map's entries and writes them sorted by their encoded keys (RFC 8949 §4.2.1). A key that is given twice
/// is written twice: whoever reads back what was built refuses it.
#[derive(Default)]
pub(super) struct MapWriter {
    entries: Vec<(Vec<u8>, Vec<u8>)>,
}

impl MapWriter {
    /// An entry, its key and value written by the caller.
    pub fn entry(&mut self, key: impl FnOnce(&mut Writer), value: impl FnOnce(&mut Writer)) {
        self.entries.push((item(key), item(value)));
    }

    /// An entry whose key is an integer.
    pub fn int(&mut self, key: i64, value: impl FnOnce(&mut Writer)) {
        self.entry(
            |writer| {
                writer.int(key);
            },
            value,
        );
    }

    /// An entry whose key is an integer, where there is a value.
    pub fn optional<T>(&mut self, key: i64, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        if let Some(value) = value {
            self.int(key, |writer| write(writer, value));
        }
    }

    /// Writes the map.
    pub fn write(mut self, writer: &mut Writer) {
        self.entries.sort();
        writer.map(self.entries.len());
        for (key, value) in &self.entries {
            writer.raw(key).raw(value);
        }
    }

    /// The map as its CBOR.
    pub fn finish(self) -> Vec<u8> {
        item(|writer| self.write(writer))
    }
}

/// What is written, as bytes.
pub(super) fn item(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

/// Checks that somebody else's CBOR is one deterministic item, so that it cannot spill into what stands around it.
pub(super) fn check_item(bytes: &[u8]) -> Result<(), BuildError> {
    let mut reader = Reader::new(bytes);
    reader.item()?;
    Ok(reader.end()?)
}

/// The next item with its maps sorted: what came in the lenient mode goes out deterministic.
pub(super) fn canonical(reader: &mut Reader<'_>) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new();
    copy(reader, &mut writer, MAX_DEPTH)?;
    Ok(writer.finish())
}

/// One item that is there already, with its maps sorted.
pub(super) fn canonical_bytes(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    canonical(&mut Reader::with_order(bytes, KeyOrder::Any))
}

fn copy(reader: &mut Reader<'_>, writer: &mut Writer, depth: u8) -> Result<(), Error> {
    let deeper = depth.checked_sub(1).ok_or(reader.error(ErrorKind::TooDeep))?;
    match reader.kind()? {
        Kind::Tag => {
            writer.tag(reader.tag()?);
            copy(reader, writer, deeper)
        }
        Kind::Array => {
            let len = reader.array()?;
            writer.array(len);
            (0..len).try_for_each(|_| copy(reader, writer, deeper))
        }
        Kind::Map => {
            let mut entries = MapWriter::default();
            // Keys were checked for duplicates when this was decoded; here each is an item like any other.
            let len = reader.map()?.entries();
            for _ in 0..len {
                let (mut key, mut value) = (Writer::new(), Writer::new());
                copy(reader, &mut key, deeper)?;
                copy(reader, &mut value, deeper)?;
                entries.entries.push((key.finish(), value.finish()));
            }
            entries.write(writer);
            Ok(())
        }
        _ => {
            writer.raw(reader.item()?);
            Ok(())
        }
    }
}
