//! A manifest as deterministic CBOR.

use super::{parameters::write_version, sequence, Manifest, Sequence, Severable};
use crate::{
    build::{
        digest::Digest,
        map::{item, MapWriter},
        BuildError,
    },
    cbor::KeyOrder,
    envelope::{Wrapped, MAX_ENVELOPE},
    error::{Error, ErrorKind},
    manifest::{
        self,
        key::{
            COMMON, COMMON_COMPONENTS, COMMON_DEPENDENCIES, COMMON_SHARED, COMPONENT_ID, INVOKE, LOAD, REFERENCE_URI,
            SEQUENCE_NUMBER, SET_VERSION, UNINSTALL, VALIDATE, VERSION,
        },
        MAX_SEQUENCE_DEPTH,
    },
};
use alloc::{collections::BTreeMap, vec::Vec};

/// An encoded manifest, and what was severed from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encoded {
    /// SUIT_Manifest, without a byte string's head.
    pub manifest: Vec<u8>,
    /// The severed members that the model holds: content without the byte string's head.
    pub severed: BTreeMap<manifest::Severable, Vec<u8>>,
}

impl Manifest {
    /// The manifest, as deterministic CBOR that the strict decoder reads. Of severed members it holds the digest; see
    /// [`Self::encode_parts`] for the members themselves.
    ///
    /// # Errors
    /// [`BuildError::Malformed`] with what the strict decoder would refuse; [`BuildError::NotCustom`];
    /// [`BuildError::UnsupportedDigest`].
    pub fn encode(&self) -> Result<Vec<u8>, BuildError> {
        Ok(self.encode_parts()?.manifest)
    }

    /// The manifest, as [`Self::encode`] gives it, and the members that were severed from it.
    ///
    /// # Errors
    /// As for [`Self::encode`], also where a severed member is at fault.
    pub fn encode_parts(&self) -> Result<Encoded, BuildError> {
        let mut severed = BTreeMap::new();
        let mut map = MapWriter::default();
        map.int(VERSION, |writer| {
            writer.uint(1);
        });
        map.int(SEQUENCE_NUMBER, |writer| {
            writer.uint(self.sequence_number);
        });
        bytes(&mut map, COMMON, &self.common()?);
        map.optional(REFERENCE_URI, self.reference_uri.as_deref(), |writer, uri| {
            writer.text(uri);
        });
        map.optional(COMPONENT_ID, self.manifest_component_id.as_ref(), |writer, id| {
            id.write(writer);
        });
        if let Some(version) = &self.set_version {
            bytes(&mut map, SET_VERSION, &item(|writer| write_version(version, writer)));
        }
        for (key, commands) in [
            (VALIDATE, &self.validate),
            (LOAD, &self.load),
            (INVOKE, &self.invoke),
            (UNINSTALL, &self.uninstall),
        ] {
            if let Some(commands) = commands {
                bytes(&mut map, key, &sequence::encode(commands, MAX_SEQUENCE_DEPTH)?);
            }
        }
        for member in manifest::Severable::ALL {
            let Some(place) = self.encode_member(member)? else {
                continue;
            };
            match place {
                Severable::Inside(content) => bytes(&mut map, member.key(), &content),
                Severable::Digest(digest) => map.int(member.key(), |writer| digest.write(writer)),
                Severable::Severed { content, algorithm } => {
                    let digest = Digest::of_wrapped(algorithm, &content)?;
                    map.int(member.key(), |writer| digest.write(writer));
                    severed.insert(member, content);
                }
            }
        }
        let encoded = Encoded {
            manifest: map.finish(),
            severed,
        };
        encoded.check()?;
        Ok(encoded)
    }

    fn common(&self) -> Result<Vec<u8>, BuildError> {
        let mut common = MapWriter::default();
        if !self.dependencies.is_empty() {
            let mut dependencies = MapWriter::default();
            for dependency in &self.dependencies {
                let metadata = dependency.encode()?;
                dependencies.entry(
                    |writer| {
                        writer.uint(dependency.index);
                    },
                    |writer| {
                        writer.raw(&metadata);
                    },
                );
            }
            common.int(COMMON_DEPENDENCIES, |writer| dependencies.write(writer));
        }
        if !self.components.is_empty() {
            common.int(COMMON_COMPONENTS, |writer| {
                writer.array(self.components.len());
                for component in &self.components {
                    component.write(writer);
                }
            });
        }
        if let Some(shared) = &self.shared {
            bytes(
                &mut common,
                COMMON_SHARED,
                &sequence::encode(shared, MAX_SEQUENCE_DEPTH)?,
            );
        }
        Ok(common.finish())
    }

    fn encode_member(&self, member: manifest::Severable) -> Result<Option<Severable<Vec<u8>>>, BuildError> {
        use manifest::Severable::*;
        let commands = |member: &Option<Severable<Sequence>>| {
            encode_content(member, |commands| sequence::encode(commands, MAX_SEQUENCE_DEPTH))
        };
        match member {
            Coswid => Ok(self.coswid.clone()),
            DependencyResolution => commands(&self.dependency_resolution),
            PayloadFetch => commands(&self.payload_fetch),
            CandidateVerification => commands(&self.candidate_verification),
            Install => commands(&self.install),
            Text => encode_content(&self.text, |text| Ok(text.encode())),
        }
    }
}

impl Encoded {
    /// Reads it back as strictly as any recipient: nobody should sign what none of them would take.
    fn check(&self) -> Result<(), BuildError> {
        if self.manifest.len() > MAX_ENVELOPE {
            return Err(Error::from(ErrorKind::TooLong).into());
        }
        manifest::Manifest::read(&self.manifest, 0, KeyOrder::Sorted, &wrapped(&self.severed))?;
        Ok(())
    }
}

/// Severed members as the manifest's reader takes them; where their bytes lie is not known.
pub(in crate::build) fn wrapped(
    severed: &BTreeMap<manifest::Severable, Vec<u8>>,
) -> [Option<Wrapped<'_>>; manifest::Severable::COUNT] {
    manifest::Severable::ALL.map(|member| {
        severed.get(&member).map(|content| Wrapped {
            raw: content,
            content,
            base: 0,
        })
    })
}

fn encode_content<T>(
    member: &Option<Severable<T>>,
    encode: impl Fn(&T) -> Result<Vec<u8>, BuildError>,
) -> Result<Option<Severable<Vec<u8>>>, BuildError> {
    Ok(match member {
        None => None,
        Some(Severable::Inside(content)) => Some(Severable::Inside(encode(content)?)),
        Some(Severable::Severed { content, algorithm }) => Some(Severable::Severed {
            content: encode(content)?,
            algorithm: *algorithm,
        }),
        Some(Severable::Digest(digest)) => Some(Severable::Digest(digest.clone())),
    })
}

/// An entry whose value is a byte string.
fn bytes(map: &mut MapWriter, key: i64, content: &[u8]) {
    map.int(key, |writer| {
        writer.bytes(content);
    });
}
