//! From a decoded manifest to the model.

use super::{sequence, ComponentId, Dependency, Digest, Manifest, Sequence, Severable, Text};
use crate::{
    build::BuildError,
    cbor::{KeyOrder, Reader},
    envelope::Mode,
    error::Error,
    manifest::{self, Member, Procedure, MAX_SEQUENCE_DEPTH},
};
use alloc::{string::String, vec::Vec};

impl Manifest {
    /// Reads a manifest on its own: severed members are digests.
    ///
    /// # Errors
    /// [`BuildError::Malformed`]: what is wrong, and at which byte.
    pub fn decode(bytes: &[u8], mode: Mode) -> Result<Self, BuildError> {
        Self::from_decoded(&manifest::Manifest::decode(bytes, mode)?)
    }

    /// The model of a decoded manifest. What the strict decoder took encodes to the same bytes; what only the lenient one
    /// took becomes deterministic. A severed member whose content is here, and is what the manifest's digest says, comes
    /// along; other severed members are digests.
    ///
    /// # Errors
    /// None for a manifest that was decoded.
    pub fn from_decoded(decoded: &manifest::Manifest<'_>) -> Result<Self, BuildError> {
        use manifest::Severable as Members;
        let fixed = |procedure| decoded.sequence(procedure).map(read_sequence).transpose();
        let commands = |member| severable(decoded.severable(member), read_commands);
        let mut dependencies = decoded
            .dependencies()
            .map(|dependency| Dependency::from_decoded(&dependency))
            .collect::<Result<Vec<_>, Error>>()?;
        dependencies.sort_by_key(|dependency| dependency.index);
        Ok(Self {
            sequence_number: decoded.sequence_number(),
            reference_uri: decoded.reference_uri().map(String::from),
            manifest_component_id: decoded
                .manifest_component_id()
                .map(ComponentId::from_cbor)
                .transpose()?,
            set_version: decoded.set_version().map(|version| version.parts().collect()),
            components: decoded
                .components()
                .map(ComponentId::from_cbor)
                .collect::<Result<_, _>>()?,
            dependencies,
            shared: decoded.shared_sequence().map(read_sequence).transpose()?,
            validate: fixed(Procedure::Validate)?,
            load: fixed(Procedure::Load)?,
            invoke: fixed(Procedure::Invoke)?,
            uninstall: fixed(Procedure::Uninstall)?,
            dependency_resolution: commands(Members::DependencyResolution)?,
            payload_fetch: commands(Members::PayloadFetch)?,
            candidate_verification: commands(Members::CandidateVerification)?,
            install: commands(Members::Install)?,
            text: severable(decoded.severable(Members::Text), Text::read)?,
            coswid: severable(decoded.severable(Members::Coswid), |bytes| Ok(bytes.to_vec()))?,
        })
    }
}

impl TryFrom<&manifest::Manifest<'_>> for Manifest {
    type Error = BuildError;

    fn try_from(decoded: &manifest::Manifest<'_>) -> Result<Self, BuildError> {
        Self::from_decoded(decoded)
    }
}

fn severable<T>(
    member: Member<'_>,
    read: impl Fn(&[u8]) -> Result<T, Error>,
) -> Result<Option<Severable<T>>, BuildError> {
    Ok(match member {
        Member::Absent => None,
        Member::Inside(content) => Some(Severable::Inside(read(content.bytes)?)),
        Member::Severed { digest, content } => {
            let digest = Digest::from(digest);
            let intact =
                content.filter(|content| Digest::of_wrapped(digest.algorithm, content.bytes).as_ref() == Ok(&digest));
            Some(match intact {
                Some(content) => Severable::Severed {
                    content: read(content.bytes)?,
                    algorithm: digest.algorithm,
                },
                None => Severable::Digest(digest),
            })
        }
    })
}

fn read_sequence(sequence: manifest::Sequence<'_>) -> Result<Sequence, Error> {
    read_commands(sequence.as_bytes())
}

fn read_commands(bytes: &[u8]) -> Result<Sequence, Error> {
    sequence::read(&mut Reader::with_order(bytes, KeyOrder::Any), MAX_SEQUENCE_DEPTH)
}
