//! SUIT_Text_Map (§8.4.4), owned.

use super::ComponentId;
use crate::{
    build::map::MapWriter,
    cbor::{Key, KeyOrder, Reader, Writer},
    error::{Error, ErrorKind},
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// Numbers of the texts about a whole manifest.
pub mod manifest_text {
    /// What the manifest is.
    pub const DESCRIPTION: i64 = 1;
    /// What the update does.
    pub const UPDATE_DESCRIPTION: i64 = 2;
    /// The JSON that the manifest was made from.
    pub const JSON_SOURCE: i64 = 3;
    /// The YAML that the manifest was made from.
    pub const YAML_SOURCE: i64 = 4;
}

/// Numbers of the texts about one component.
pub mod component_text {
    /// Who made it.
    pub const VENDOR_NAME: i64 = 1;
    /// What it is called.
    pub const MODEL_NAME: i64 = 2;
    /// The domain name that the vendor identifier comes from.
    pub const VENDOR_DOMAIN: i64 = 3;
    /// What the class identifier comes from.
    pub const MODEL_INFO: i64 = 4;
    /// What it is.
    pub const DESCRIPTION: i64 = 5;
    /// Its version.
    pub const VERSION: i64 = 6;
    /// The version that is needed before.
    pub const VERSION_REQUIRED: i64 = 7;
    /// The version that there is.
    pub const CURRENT_VERSION: i64 = 8;
}

/// What people read, by language tag (RFC 5646). At least one language is needed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text(pub BTreeMap<String, LanguageText>);

/// What is said in one language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LanguageText {
    /// About the whole manifest; see [`manifest_text`].
    pub manifest: BTreeMap<i64, String>,
    /// About its components; see [`component_text`].
    pub components: BTreeMap<ComponentId, BTreeMap<i64, String>>,
}

impl Text {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut languages = MapWriter::default();
        for (tag, texts) in &self.0 {
            languages.entry(
                |writer| {
                    writer.text(tag);
                },
                |writer| texts.write(writer),
            );
        }
        languages.finish()
    }

    /// Reads a text that was checked before.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::with_order(bytes, KeyOrder::Any);
        let mut text = Self::default();
        let mut languages = reader.map()?;
        while let Some(key) = languages.key(&mut reader)? {
            let Key::Text(tag) = key else {
                return Err(reader.error(ErrorKind::WrongType));
            };
            text.0.insert(tag.into(), LanguageText::read(&mut reader)?);
        }
        Ok(text)
    }
}

impl LanguageText {
    fn write(&self, writer: &mut Writer) {
        let mut map = MapWriter::default();
        for (number, text) in &self.manifest {
            map.int(*number, |writer| {
                writer.text(text);
            });
        }
        for (component, texts) in &self.components {
            map.entry(
                |writer| component.write(writer),
                |writer| {
                    let mut map = MapWriter::default();
                    for (number, text) in texts {
                        map.int(*number, |writer| {
                            writer.text(text);
                        });
                    }
                    map.write(writer);
                },
            );
        }
        map.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut texts = Self::default();
        let mut map = reader.map()?;
        while let Some(key) = map.key(reader)? {
            match key {
                Key::Int(number) => {
                    texts.manifest.insert(number, reader.text()?.into());
                }
                Key::Other(component) => {
                    let component = ComponentId::from_cbor(component)?;
                    let mut about = BTreeMap::new();
                    let mut map = reader.map()?;
                    while let Some(number) = map.int_key(reader)? {
                        about.insert(number, reader.text()?.into());
                    }
                    texts.components.insert(component, about);
                }
                Key::Text(_) => return Err(reader.error(ErrorKind::WrongType)),
            }
        }
        Ok(texts)
    }
}
