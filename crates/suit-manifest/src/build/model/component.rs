//! Components and dependencies, owned.

use crate::{
    build::{
        map::{canonical, check_item, MapWriter},
        BuildError,
    },
    cbor::{KeyOrder, Reader, Writer},
    error::Error,
    manifest,
};
use alloc::{collections::BTreeMap, vec::Vec};

/// Key of a dependency's prefix (trust-domains).
const PREFIX: i64 = 1;

/// SUIT_Component_Identifier (§8.4.5.1): where on the device a component belongs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ComponentId(pub Vec<Vec<u8>>);

impl ComponentId {
    /// An identifier of these parts.
    pub fn new<T: Into<Vec<u8>>>(parts: impl IntoIterator<Item = T>) -> Self {
        Self(parts.into_iter().map(Into::into).collect())
    }

    /// Reads `[* bstr]`.
    ///
    /// # Errors
    /// What is wrong, and at which byte.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let id = Self::read(&mut reader)?;
        reader.end()?;
        Ok(id)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let len = reader.array()?;
        let mut parts = Vec::new();
        for _ in 0..len {
            parts.push(reader.bytes()?.to_vec());
        }
        Ok(Self(parts))
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for part in &self.0 {
            writer.bytes(part);
        }
    }
}

/// A component that holds the envelope of another manifest (trust-domains).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dependency {
    /// Its component index.
    pub index: u64,
    /// What goes before the component identifiers of that manifest.
    pub prefix: Option<ComponentId>,
    /// What else is said of it, by extensions: key and value, the value as CBOR.
    pub others: BTreeMap<i64, Vec<u8>>,
}

impl Dependency {
    /// Its metadata.
    pub(super) fn encode(&self) -> Result<Vec<u8>, BuildError> {
        let mut map = MapWriter::default();
        map.optional(PREFIX, self.prefix.as_ref(), |writer, prefix| prefix.write(writer));
        for (key, value) in &self.others {
            if *key == PREFIX {
                return Err(BuildError::NotCustom(*key));
            }
            check_item(value)?;
            map.int(*key, |writer| {
                writer.raw(value);
            });
        }
        Ok(map.finish())
    }

    pub(super) fn from_decoded(decoded: &manifest::Dependency<'_>) -> Result<Self, Error> {
        let mut dependency = Self {
            index: decoded.index,
            ..Self::default()
        };
        let mut reader = Reader::with_order(decoded.metadata, KeyOrder::Any);
        let mut map = reader.map()?;
        while let Some(key) = map.int_key(&mut reader)? {
            if key == PREFIX {
                dependency.prefix = Some(ComponentId::read(&mut reader)?);
            } else {
                dependency.others.insert(key, canonical(&mut reader)?);
            }
        }
        reader.end()?;
        Ok(dependency)
    }
}
