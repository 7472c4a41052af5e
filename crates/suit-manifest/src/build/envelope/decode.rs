//! From bytes to the owned envelope.

use super::Envelope;
use crate::{
    cbor::{Key, KeyOrder, Kind, Reader},
    envelope::{self, Mode, AUTHENTICATION, MANIFEST},
    error::{Error, ErrorKind},
    manifest::Severable,
};
use alloc::{collections::BTreeMap, vec::Vec};

impl Envelope {
    /// Reads an envelope's structure, to add to it or to take from it. No digest and no signature is checked, and the
    /// manifest's bytes are kept as they are.
    ///
    /// What the strict mode took encodes to the same bytes; what only the lenient mode takes gets its tag and its order of
    /// keys, outside of the manifest.
    ///
    /// # Errors
    /// What is wrong, and at which byte.
    pub fn decode(bytes: &[u8], mode: Mode) -> Result<Self, Error> {
        let checked = envelope::Envelope::decode(bytes, mode)?;
        let mut envelope = Self {
            mode,
            digest: checked.signed_bytes().to_vec(),
            blocks: Vec::new(),
            manifest: checked.manifest_bytes().to_vec(),
            severed: BTreeMap::new(),
            integrated: BTreeMap::new(),
            others: BTreeMap::new(),
        };
        let mut reader = Reader::with_order(bytes, KeyOrder::Any);
        if reader.kind()? == Kind::Tag {
            reader.tag()?;
        }
        let mut map = reader.map()?;
        while let Some(key) = map.key(&mut reader)? {
            match key {
                Key::Int(AUTHENTICATION) => envelope.blocks = blocks(&mut reader)?,
                Key::Int(MANIFEST) => {
                    reader.bytes()?;
                }
                Key::Int(key) => {
                    let content = reader.bytes()?.to_vec();
                    match Severable::from_key(key) {
                        Some(member) => envelope.severed.insert(member, content),
                        None => envelope.others.insert(key, content),
                    };
                }
                Key::Text(name) => {
                    envelope.integrated.insert(name.into(), reader.bytes()?.to_vec());
                }
                Key::Other(_) => return Err(reader.error(ErrorKind::WrongType)),
            }
        }
        Ok(envelope)
    }
}

/// The authentication blocks of a wrapper, each as it is.
fn blocks(reader: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, Error> {
    let (_, mut reader) = reader.embedded()?;
    let count = reader.array()?;
    reader.bytes()?;
    (1..count).map(|_| reader.bytes().map(<[u8]>::to_vec)).collect()
}
