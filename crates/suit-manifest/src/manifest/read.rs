//! Reading a manifest and its common part.

use super::{
    dependencies::Dependencies,
    member::{Content, FIXED},
    sequence::Scope,
    text, version, Manifest, Member, Sequence, Severable, MAX_COMPONENTS,
};
use crate::{
    cbor::{KeyOrder, Kind, Reader},
    digest::Digest,
    envelope::{Mode, Wrapped, MAX_ENVELOPE},
    error::{Error, ErrorKind, Section, Within as _},
};

const VERSION: i64 = 1;
const SEQUENCE_NUMBER: i64 = 2;
const COMMON: i64 = 3;
const REFERENCE_URI: i64 = 4;
const COMPONENT_ID: i64 = 5;
const SET_VERSION: i64 = 6;
const VALIDATE: i64 = 7;
const LOAD: i64 = 8;
const INVOKE: i64 = 9;
const UNINSTALL: i64 = 24;

const COMMON_DEPENDENCIES: i64 = 1;
const COMMON_COMPONENTS: i64 = 2;
const COMMON_SHARED: i64 = 4;

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
        let (mut version, mut sequence_number, mut common, mut reference_uri) = (None, None, None, None);
        let (mut manifest_component_id, mut set_version) = (None, None);
        let mut severable = [Member::Absent; Severable::COUNT];
        let mut fixed = [None; FIXED];
        let mut map = reader.map()?;
        loop {
            let offset = reader.offset();
            let Some(key) = map.int_key(&mut reader)? else { break };
            match key {
                VERSION => version = Some((reader.uint()?, offset)),
                SEQUENCE_NUMBER => sequence_number = Some(reader.uint()?),
                COMMON => common = Some(Common::read(&mut reader).within(Section::Common)?),
                REFERENCE_URI => reference_uri = Some(reader.text()?),
                COMPONENT_ID => {
                    let start = reader.position();
                    component_id(&mut reader).within(Section::Dependencies)?;
                    manifest_component_id = Some(reader.slice_from(start));
                }
                SET_VERSION => set_version = Some(version::read_set_version(&mut reader)?),
                VALIDATE => fixed[0] = Some(sequence(&mut reader)?),
                LOAD => fixed[1] = Some(sequence(&mut reader)?),
                INVOKE => fixed[2] = Some(sequence(&mut reader)?),
                UNINSTALL => fixed[3] = Some(sequence(&mut reader)?),
                _ => {
                    let member = Severable::from_key(key).ok_or(ErrorKind::UnknownMember.at(offset))?;
                    let here = severed.get(member.index()).copied().flatten();
                    if let Some(place) = severable.get_mut(member.index()) {
                        *place = read_severable(&mut reader, here)?;
                    }
                }
            }
        }
        reader.end()?;

        match version {
            Some((1, _)) => {}
            Some((_, offset)) => return Err(ErrorKind::UnsupportedVersion.at(offset)),
            None => return Err(ErrorKind::MissingMember.at(base)),
        }
        let common = common.ok_or(ErrorKind::MissingMember.at(base))?;
        let manifest = Self {
            order,
            sequence_number: sequence_number.ok_or(ErrorKind::MissingMember.at(base))?,
            reference_uri,
            manifest_component_id,
            set_version,
            components: common.components,
            component_count: common.component_count,
            dependencies: common.dependencies,
            shared: common.shared,
            severable,
            fixed,
        };
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
        for member in Severable::ALL {
            let Some((content, base)) = self.severable(member).content() else {
                continue;
            };
            if member.is_sequence() {
                Sequence::new(content, base, self.order).check(scope)?;
            } else if member == Severable::Text {
                text::check(&mut Reader::at(content, base, self.order)).within(Section::Text)?;
            }
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

/// `suit-common` (§8.4.5).
struct Common<'a> {
    components: &'a [u8],
    component_count: usize,
    dependencies: Option<Dependencies<'a>>,
    shared: Option<Sequence<'a>>,
}

impl<'a> Common<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let (_, mut reader) = reader.embedded()?;
        let mut common = Self {
            components: &[],
            component_count: 0,
            dependencies: None,
            shared: None,
        };
        let mut dependencies_at = 0;
        let mut map = reader.map()?;
        loop {
            let offset = reader.offset();
            match map.int_key(&mut reader)? {
                None => break,
                Some(COMMON_DEPENDENCIES) => {
                    let found = Dependencies::read(&mut reader).within(Section::Dependencies)?;
                    common.dependencies = Some(found);
                    dependencies_at = offset;
                }
                Some(COMMON_COMPONENTS) => {
                    let (components, count) = components(&mut reader)?;
                    common.components = components;
                    common.component_count = count;
                }
                Some(COMMON_SHARED) => common.shared = Some(sequence(&mut reader)?),
                Some(_) => return Err(ErrorKind::UnknownMember.at(offset)),
            }
        }
        reader.end()?;
        let named = common.dependencies.iter().flat_map(Dependencies::iter);
        for dependency in named {
            if dependency.index >= common.component_count as u64 {
                let error = ErrorKind::ComponentIndex.at(dependencies_at);
                return Err(error.within(Section::Dependencies));
            }
        }
        Ok(common)
    }
}

/// `[+ [* bstr]]`: the identifiers one after the other, and how many they are.
fn components<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], usize), Error> {
    let offset = reader.offset();
    let count = reader.array()?;
    if count == 0 {
        return Err(ErrorKind::BadValue.at(offset));
    }
    if count > MAX_COMPONENTS {
        return Err(ErrorKind::TooMany.at(offset));
    }
    let start = reader.position();
    for _ in 0..count {
        component_id(reader).within(Section::ComponentId)?;
    }
    Ok((reader.slice_from(start), count))
}

/// `[* bstr]`.
pub(super) fn component_id(reader: &mut Reader<'_>) -> Result<(), Error> {
    for _ in 0..reader.array()? {
        reader.bytes()?;
    }
    Ok(())
}
