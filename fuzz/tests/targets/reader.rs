//! The CBOR reader.

use crate::harness::target;
use suit_manifest::{
    cbor::{Key, KeyOrder, Kind, MapReader, Reader, Writer},
    error::Error,
};

target!(cbor_reader, check);

fn check(input: &[u8]) {
    let strict = items(input, KeyOrder::Sorted);
    let lenient = items(input, KeyOrder::Any);
    // What is read strictly is read leniently, and as the same items.
    assert!(lenient.starts_with(&strict));
    for item in &strict {
        let mut writer = Writer::new();
        // Integers beyond i64 are passed over and not read: none of our formats has one.
        if copy(&mut Reader::new(item), &mut writer).is_ok() {
            assert_eq!(&writer.finish(), item, "deterministic CBOR has one encoding");
        }
    }
}

/// The items at the beginning that the reader takes.
fn items(input: &[u8], order: KeyOrder) -> Vec<&[u8]> {
    let mut reader = Reader::with_order(input, order);
    let mut items = Vec::new();
    let mut end = 0;
    while reader.remaining() > 0 {
        let Ok(item) = reader.item() else { break };
        end += item.len();
        assert_eq!((reader.offset(), reader.remaining()), (end, input.len() - end));
        items.push(item);
    }
    items
}

fn copy(reader: &mut Reader<'_>, writer: &mut Writer) -> Result<(), Error> {
    match reader.kind()? {
        Kind::Uint => drop(writer.uint(reader.uint()?)),
        Kind::Nint => drop(writer.int(reader.int()?)),
        Kind::Bytes => drop(writer.bytes(reader.bytes()?)),
        Kind::Text => drop(writer.text(reader.text()?)),
        Kind::Bool => drop(writer.bool(reader.bool()?)),
        Kind::Null => {
            reader.null()?;
            writer.null();
        }
        Kind::Tag => {
            writer.tag(reader.tag()?);
            copy(reader, writer)?;
        }
        Kind::Array => {
            let len = reader.array()?;
            writer.array(len);
            for _ in 0..len {
                copy(reader, writer)?;
            }
        }
        Kind::Map => {
            let mut map = reader.map()?;
            writer.map(map.entries());
            while copy_key(&mut map, reader, writer)? {
                copy(reader, writer)?;
            }
        }
    }
    Ok(())
}

fn copy_key<'a>(map: &mut MapReader<'a>, reader: &mut Reader<'a>, writer: &mut Writer) -> Result<bool, Error> {
    match map.key(reader)? {
        None => return Ok(false),
        Some(Key::Int(key)) => drop(writer.int(key)),
        Some(Key::Text(key)) => drop(writer.text(key)),
        Some(Key::Other(key)) => drop(writer.raw(key)),
    }
    Ok(true)
}
