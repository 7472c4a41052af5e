//! SUIT_Text_Map (§8.4.4): what people read. Checked when the manifest is read; handed out as it is.

use super::read::component_id;
use crate::{
    cbor::{Key, MapReader, Reader, MAX_MAP_ENTRIES},
    error::{Error, ErrorKind},
};

/// `{ + language => { * int => tstr, * component-id => { * int => tstr } } }`
pub(super) fn check(reader: &mut Reader<'_>) -> Result<(), Error> {
    reader.entries(1, MAX_MAP_ENTRIES, &mut |reader, key, offset| match key {
        Key::Text(_) => reader.entries(0, MAX_MAP_ENTRIES, &mut check_entry),
        _ => Err(ErrorKind::WrongType.at(offset)),
    })?;
    reader.end()
}

/// What a language says: a sentence, or those about a component.
fn check_entry<'a>(reader: &mut Reader<'a>, key: Key<'a>, offset: usize) -> Result<(), Error> {
    match key {
        Key::Int(_) => reader.text().map(drop),
        Key::Other(component) => {
            component_id(&mut Reader::at(component, offset, reader.order()))?;
            reader.int_entries(0, MAX_MAP_ENTRIES, &mut |reader, _, _| reader.text().map(drop))
        }
        Key::Text(_) => Err(ErrorKind::WrongType.at(offset)),
    }
}

/// The languages of a text, one by one.
#[derive(Clone, Debug)]
pub struct Languages<'a> {
    reader: Reader<'a>,
    map: Option<MapReader<'a>>,
}

impl<'a> Languages<'a> {
    pub(super) fn new(mut reader: Reader<'a>) -> Self {
        let map = reader.map().ok();
        Self { reader, map }
    }
}

impl<'a> Iterator for Languages<'a> {
    type Item = Language<'a>;

    fn next(&mut self) -> Option<Language<'a>> {
        let Some(Key::Text(tag)) = self.map.as_mut()?.key(&mut self.reader).ok()? else {
            return None;
        };
        let entries = self.reader.clone();
        self.reader.item().ok()?;
        Some(Language { tag, entries })
    }
}

/// What is said in one language.
#[derive(Clone, Debug)]
pub struct Language<'a> {
    /// Language tag (RFC 5646).
    pub tag: &'a str,
    entries: Reader<'a>,
}

/// One sentence of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextEntry<'a> {
    /// Identifier of the component that it speaks of, as CBOR; `None` for the whole manifest.
    pub component: Option<&'a [u8]>,
    /// Its number: of the manifest's texts or of a component's.
    pub number: i64,
    /// What it says.
    pub text: &'a str,
}

impl<'a> Language<'a> {
    /// Calls `visitor` with every sentence.
    pub fn visit(&self, visitor: &mut dyn FnMut(TextEntry<'a>)) {
        // Checked when the manifest was read.
        let _ = self.try_visit(visitor);
    }

    fn try_visit(&self, visitor: &mut dyn FnMut(TextEntry<'a>)) -> Result<(), Error> {
        let mut reader = self.entries.clone();
        let mut map = reader.map()?;
        while let Some(key) = map.key(&mut reader)? {
            match key {
                Key::Int(number) => visitor(TextEntry {
                    component: None,
                    number,
                    text: reader.text()?,
                }),
                Key::Other(component) => {
                    let mut texts = reader.map()?;
                    while let Some(number) = texts.int_key(&mut reader)? {
                        visitor(TextEntry {
                            component: Some(component),
                            number,
                            text: reader.text()?,
                        });
                    }
                }
                Key::Text(_) => return Err(reader.error(ErrorKind::WrongType)),
            }
        }
        Ok(())
    }
}
