//! Reading a manifest and its common part.

use super::{
    code::narrow,
    dependencies::Dependencies,
    key::{
        COMMON, COMMON_COMPONENTS, COMMON_DEPENDENCIES, COMMON_SHARED, COMPONENT_ID, INVOKE, LOAD, REFERENCE_URI,
        SEQUENCE_NUMBER, SET_VERSION, UNINSTALL, VALIDATE, VERSION,
    },
    member::{Content, FIXED},
    sequence::Scope,
    text, version, Manifest, Member, Sequence, Severable, MAX_COMPONENTS,
};
use crate::{
    cbor::{KeyOrder, Kind, Reader, MAX_MAP_ENTRIES},
    digest::Digest,
    envelope::{Mode, Wrapped, MAX_ENVELOPE},
    error::{Error, ErrorKind, Section, Within as _},
};

impl<'a> Manifest<'a> {
    /// Reads a manifest on its own, without an envelope: severed members are missing.
    pub fn decode(bytes: &'a [u8], mode: Mode) -> Result<Self, Error> {
        if bytes.len() > MAX_ENVELOPE {
            return Err(ErrorKind::TooLong.at(MAX_ENVELOPE));
        }
        Self::read(bytes, 0, mode.order(), &[None; Severable::COUNT])
    }

    pub(crate) fn read(
        bytes: &'a [u8],
        base: usize,
        order: KeyOrder,
        severed: &[Option<Wrapped<'a>>; Severable::COUNT],
    ) -> Result<Self, Error> {
        Self::read_all(bytes, base, order, severed).within(Section::Manifest)
    }

    fn read_all(
        bytes: &'a [u8],
        base: usize,
        order: KeyOrder,
        severed: &[Option<Wrapped<'a>>; Severable::COUNT],
    ) -> Result<Self, Error> {
        let mut reader = Reader::at(bytes, base, order);
        let mut found = Found {
            version: None,
            sequence_number: None,
            common: false,
            manifest: Self {
                order,
                sequence_number: 0,
                reference_uri: None,
                manifest_component_id: None,
                set_version: None,
                components: &[],
                component_count: 0,
                dependencies: None,
                shared: None,
                severable: [Member::Absent; Severable::COUNT],
                fixed: [None; FIXED],
            },
        };
        reader.int_entries(0, MAX_MAP_ENTRIES, &mut |reader, key, offset| {
            found.member(reader, key, offset, severed)
        })?;
        reader.end()?;

        match found.version {
            Some((1, _)) => {}
            Some((_, offset)) => return Err(ErrorKind::UnsupportedVersion.at(offset)),
            None => return Err(ErrorKind::MissingMember.at(base)),
        }
        let mut manifest = found.manifest;
        match found.sequence_number {
            Some(number) if found.common => manifest.sequence_number = number,
            _ => return Err(ErrorKind::MissingMember.at(base)),
        }
        manifest.check_contents()?;
        Ok(manifest)
    }

    /// Checks all sequences and the text.
    fn check_contents(&self) -> Result<(), Error> {
        let scope = Scope::new(self.component_count);
        if let Some(shared) = self.shared {
            shared.check(scope.shared())?;
        }
        for sequence in self.fixed.iter().flatten() {
            sequence.check(scope)?;
        }
        for (index, member) in self.severable.iter().enumerate() {
            let Some((content, base)) = member.content() else {
                continue;
            };
            if index == Severable::Text.index() {
                text::check(&mut Reader::at(content, base, self.order)).within(Section::Text)?;
            } else if index != Severable::Coswid.index() {
                Sequence::new(content, base, self.order).check(scope)?;
            }
        }
        Ok(())
    }
}

/// A manifest while it is read.
struct Found<'a> {
    /// And where it stands.
    version: Option<(u64, usize)>,
    sequence_number: Option<u64>,
    /// Whether the common part is there.
    common: bool,
    manifest: Manifest<'a>,
}

impl<'a> Found<'a> {
    fn member(
        &mut self,
        reader: &mut Reader<'a>,
        key: i64,
        offset: usize,
        severed: &[Option<Wrapped<'a>>; Severable::COUNT],
    ) -> Result<(), Error> {
        let manifest = &mut self.manifest;
        let key = narrow(key);
        match key {
            VERSION => self.version = Some((reader.uint()?, offset)),
            SEQUENCE_NUMBER => self.sequence_number = Some(reader.uint()?),
            COMMON => {
                self.common = true;
                manifest.read_common(reader).within(Section::Common)?;
            }
            REFERENCE_URI => manifest.reference_uri = Some(reader.text()?),
            COMPONENT_ID => {
                let start = reader.position();
                component_id(reader).within(Section::Dependencies)?;
                manifest.manifest_component_id = Some(reader.slice_from(start));
            }
            SET_VERSION => manifest.set_version = Some(version::read_set_version(reader)?),
            _ => return manifest.read_content(reader, key, offset, severed),
        }
        Ok(())
    }
}

fn sequence<'a>(reader: &mut Reader<'a>) -> Result<Sequence<'a>, Error> {
    let (content, inner) = reader.embedded()?;
    Ok(Sequence::new(content, inner.offset(), inner.order()))
}

/// A severable member: a byte string, or a digest in its place. The CBOR type tells which.
fn read_severable<'a>(reader: &mut Reader<'a>, here: Option<Wrapped<'a>>) -> Result<Member<'a>, Error> {
    if reader.kind()? == Kind::Array {
        let digest = Digest::read(reader)?;
        let content = here.map(|here| Content {
            bytes: here.content,
            base: here.base,
        });
        return Ok(Member::Severed { digest, content });
    }
    let (bytes, inner) = reader.embedded()?;
    Ok(Member::Inside(Content {
        bytes,
        base: inner.offset(),
    }))
}

impl<'a> Manifest<'a> {
    /// A member that is a sequence, or can be severed.
    fn read_content(
        &mut self,
        reader: &mut Reader<'a>,
        key: i64,
        offset: usize,
        severed: &[Option<Wrapped<'a>>; Severable::COUNT],
    ) -> Result<(), Error> {
        let [validate, load, invoke, uninstall] = &mut self.fixed;
        let fixed = match key {
            VALIDATE => Some(validate),
            LOAD => Some(load),
            INVOKE => Some(invoke),
            UNINSTALL => Some(uninstall),
            _ => None,
        };
        if let Some(place) = fixed {
            *place = Some(sequence(reader)?);
            return Ok(());
        }
        let member = Severable::from_key(key).ok_or(ErrorKind::UnknownMember.at(offset))?;
        let here = severed.get(member.index()).copied().flatten();
        if let Some(place) = self.severable.get_mut(member.index()) {
            *place = read_severable(reader, here)?;
        }
        Ok(())
    }

    /// `suit-common` (§8.4.5).
    fn read_common(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        let (_, mut reader) = reader.embedded()?;
        let mut dependencies_at = 0;
        reader.int_entries(0, MAX_MAP_ENTRIES, &mut |reader, key, offset| {
            match key {
                COMMON_DEPENDENCIES => {
                    self.dependencies = Some(Dependencies::read(reader).within(Section::Dependencies)?);
                    dependencies_at = offset;
                }
                COMMON_COMPONENTS => self.read_components(reader)?,
                COMMON_SHARED => self.shared = Some(sequence(reader)?),
                _ => return Err(ErrorKind::UnknownMember.at(offset)),
            }
            Ok(())
        })?;
        reader.end()?;
        match &self.dependencies {
            Some(dependencies) if dependencies.greatest >= self.component_count as u64 => {
                let error = ErrorKind::ComponentIndex.at(dependencies_at);
                Err(error.within(Section::Dependencies))
            }
            _ => Ok(()),
        }
    }

    /// `[+ [* bstr]]`: the identifiers one after the other, and how many they are.
    fn read_components(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        self.component_count = reader.list(MAX_COMPONENTS)?;
        let start = reader.position();
        for _ in 0..self.component_count {
            component_id(reader).within(Section::ComponentId)?;
        }
        self.components = reader.slice_from(start);
        Ok(())
    }
}

/// `[* bstr]`.
pub(super) fn component_id(reader: &mut Reader<'_>) -> Result<(), Error> {
    for _ in 0..reader.array()? {
        reader.bytes()?;
    }
    Ok(())
}
