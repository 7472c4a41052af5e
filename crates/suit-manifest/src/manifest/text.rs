//! SUIT_Text_Map (§8.4.4): what people read. Checked, not interpreted.

use super::read::component_id;
use crate::{
    cbor::{Key, Reader},
    error::{Error, ErrorKind},
};

/// `{ + language => { * int => tstr, * component-id => { * int => tstr } } }`
pub(super) fn check(reader: &mut Reader<'_>) -> Result<(), Error> {
    let offset = reader.offset();
    let mut languages = reader.map()?;
    if languages.entries() == 0 {
        return Err(ErrorKind::BadValue.at(offset));
    }
    loop {
        let offset = reader.offset();
        match languages.key(reader)? {
            None => break,
            Some(Key::Text(_)) => check_language(reader)?,
            Some(_) => return Err(ErrorKind::WrongType.at(offset)),
        }
    }
    reader.end()
}

fn check_language(reader: &mut Reader<'_>) -> Result<(), Error> {
    let mut map = reader.map()?;
    loop {
        let offset = reader.offset();
        match map.key(reader)? {
            None => return Ok(()),
            Some(Key::Int(_)) => {
                reader.text()?;
            }
            Some(Key::Other(component)) => {
                let mut key = Reader::at(component, offset, reader.order());
                component_id(&mut key)?;
                let mut texts = reader.map()?;
                while texts.int_key(reader)?.is_some() {
                    reader.text()?;
                }
            }
            Some(Key::Text(_)) => return Err(ErrorKind::WrongType.at(offset)),
        }
    }
}
