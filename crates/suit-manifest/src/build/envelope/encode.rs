//! From the owned envelope to bytes.

use super::Envelope;
use crate::{
    build::{
        map::{item, MapWriter},
        BuildError,
    },
    envelope::{self, AUTHENTICATION, MANIFEST, TAG},
};
use alloc::vec::Vec;

impl Envelope {
    /// The envelope, as deterministic CBOR that the decoder reads, manifest included.
    ///
    /// # Errors
    /// [`BuildError::Malformed`] with what the decoder would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, BuildError> {
        let bytes = self.write();
        envelope::Envelope::decode(&bytes, self.mode)?.manifest()?;
        Ok(bytes)
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        let mut bytes = |key, content: &[u8]| {
            map.int(key, |writer| {
                writer.bytes(content);
            });
        };
        bytes(AUTHENTICATION, &self.wrapper());
        bytes(MANIFEST, &self.manifest);
        for (member, content) in &self.severed {
            bytes(member.key(), content);
        }
        for (key, content) in &self.others {
            bytes(*key, content);
        }
        for (name, payload) in &self.integrated {
            map.entry(
                |writer| {
                    writer.text(name);
                },
                |writer| {
                    writer.bytes(payload);
                },
            );
        }
        item(|writer| map.write(writer.tag(TAG)))
    }

    /// The authentication wrapper (§8.3).
    fn wrapper(&self) -> Vec<u8> {
        item(|writer| {
            writer.array(self.blocks.len().saturating_add(1)).bytes(&self.digest);
            for block in &self.blocks {
                writer.bytes(block);
            }
        })
    }
}
