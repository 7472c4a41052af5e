//! Reading an envelope's structure. The manifest's own structure is [`Envelope::manifest`]'s business.

use super::{
    Block, Blocks, Envelope, Mode, Wrapped, AUTHENTICATION, MANIFEST, MAX_BLOCKS, MAX_ENVELOPE, MAX_INTEGRATED, TAG,
};
use crate::{
    cbor::{Key, Kind, Reader, MAX_MAP_ENTRIES},
    digest::Digest,
    error::{Error, ErrorKind, Section, Within as _},
    manifest::Severable,
};
use arrayvec::ArrayVec;

impl<'a> Envelope<'a> {
    /// Reads an envelope's structure: no digest and no signature is checked, and the manifest is not yet read.
    ///
    /// # Errors
    /// What is wrong, and at which byte.
    pub fn decode(bytes: &'a [u8], mode: Mode) -> Result<Self, Error> {
        Self::read(bytes, mode).within(Section::Envelope)
    }

    fn read(bytes: &'a [u8], mode: Mode) -> Result<Self, Error> {
        if bytes.len() > MAX_ENVELOPE {
            return Err(ErrorKind::TooLong.at(MAX_ENVELOPE));
        }
        let mut reader = Reader::with_order(bytes, mode.order());
        if mode == Mode::Strict || reader.kind()? == Kind::Tag {
            reader.expect_tag(TAG)?;
        }
        let start = reader.offset();
        let mut found = Found {
            authentication: None,
            manifest: None,
            severed: [None; Severable::COUNT],
            integrated: ArrayVec::new(),
            unknown: None,
        };
        reader.entries(0, MAX_MAP_ENTRIES, &mut |reader, key, offset| {
            found.member(reader, key, offset)
        })?;
        reader.end()?;

        let (Some(authentication), Some(manifest)) = (found.authentication, found.manifest) else {
            return Err(ErrorKind::MissingMember.at(start));
        };
        Ok(Self {
            mode,
            digest_bytes: authentication.digest_bytes,
            digest: authentication.digest,
            blocks: authentication.blocks,
            other_blocks: authentication.other_blocks,
            manifest,
            severed: found.severed,
            integrated: found.integrated,
            unknown: found.unknown,
        })
    }
}

/// An envelope while it is read.
struct Found<'a> {
    authentication: Option<Authentication<'a>>,
    manifest: Option<Wrapped<'a>>,
    severed: [Option<Wrapped<'a>>; Severable::COUNT],
    integrated: ArrayVec<(&'a str, &'a [u8]), MAX_INTEGRATED>,
    unknown: Option<usize>,
}

impl<'a> Found<'a> {
    fn member(&mut self, reader: &mut Reader<'a>, key: Key<'a>, offset: usize) -> Result<(), Error> {
        let key = match key {
            Key::Int(key) => key,
            Key::Text(key) => {
                let payload = reader.bytes()?;
                return self
                    .integrated
                    .try_push((key, payload))
                    .map_err(|_| ErrorKind::TooMany.at(offset));
            }
            Key::Other(_) => return Err(ErrorKind::WrongType.at(offset)),
        };
        if key == AUTHENTICATION {
            self.authentication = Some(Authentication::read(reader).within(Section::Authentication)?);
            return Ok(());
        }
        // A recipient that reads as the bytes arrive must know the digest first, whatever the key order.
        if key == MANIFEST && self.authentication.is_none() {
            return Err(ErrorKind::MissingMember.at(offset));
        }
        let value = Some(wrapped(reader)?);
        if key == MANIFEST {
            self.manifest = value;
            return Ok(());
        }
        match Severable::from_key(key).and_then(|member| self.severed.get_mut(member.index())) {
            Some(place) => *place = value,
            None => self.unknown = self.unknown.or(Some(offset)),
        }
        Ok(())
    }
}

fn wrapped<'a>(reader: &mut Reader<'a>) -> Result<Wrapped<'a>, Error> {
    let start = reader.position();
    let content = reader.bytes()?;
    let base = reader.offset().saturating_sub(content.len());
    Ok(Wrapped {
        raw: reader.slice_from(start),
        content,
        base,
    })
}

/// The authentication wrapper (§8.3).
struct Authentication<'a> {
    digest_bytes: &'a [u8],
    digest: Digest<'a>,
    blocks: Blocks<'a>,
    other_blocks: usize,
}

impl<'a> Authentication<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let (_, mut reader) = reader.embedded()?;
        let offset = reader.offset();
        let count = reader
            .array()?
            .checked_sub(1)
            .ok_or(ErrorKind::MissingMember.at(offset))?;
        if count > MAX_BLOCKS {
            return Err(ErrorKind::TooMany.at(offset));
        }
        let (digest_bytes, mut inner) = reader.embedded()?;
        let digest = Digest::read(&mut inner)?;
        inner.end()?;
        let blocks = Blocks::new(reader, count);
        let mut scan = blocks.clone();
        let mut other_blocks = 0usize;
        for block in scan.by_ref() {
            if !matches!(block?, Block::Sign1(_)) {
                other_blocks = other_blocks.saturating_add(1);
            }
        }
        scan.end()?;
        Ok(Self {
            digest_bytes,
            digest,
            blocks,
            other_blocks,
        })
    }
}
