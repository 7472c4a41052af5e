//! Reading an envelope's structure. The manifest's own structure is [`Envelope::manifest`]'s business.

use super::{Block, Blocks, Envelope, Mode, Wrapped, AUTHENTICATION, MANIFEST, MAX_BLOCKS, MAX_ENVELOPE, TAG};
use crate::{
    cbor::{Key, Kind, Reader},
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
        let mut authentication = None;
        let mut manifest = None;
        let mut severed = [None; Severable::COUNT];
        let mut integrated = ArrayVec::new();
        let mut unknown = None;

        let start = reader.offset();
        let mut map = reader.map()?;
        loop {
            let offset = reader.offset();
            match map.key(&mut reader)? {
                None => break,
                Some(Key::Int(AUTHENTICATION)) => {
                    authentication = Some(Authentication::read(&mut reader).within(Section::Authentication)?)
                }
                Some(Key::Int(MANIFEST)) => {
                    // A recipient that reads as the bytes arrive must know the digest first, whatever the key order.
                    if authentication.is_none() {
                        return Err(ErrorKind::MissingMember.at(offset));
                    }
                    manifest = Some(wrapped(&mut reader)?);
                }
                Some(Key::Int(key)) => {
                    let value = wrapped(&mut reader)?;
                    let place = Severable::from_key(key).and_then(|member| severed.get_mut(member.index()));
                    match place {
                        Some(place) => *place = Some(value),
                        None => unknown = unknown.or(Some(offset)),
                    }
                }
                Some(Key::Text(key)) => {
                    let payload = reader.bytes()?;
                    integrated
                        .try_push((key, payload))
                        .map_err(|_| ErrorKind::TooMany.at(offset))?;
                }
                Some(Key::Other(_)) => return Err(ErrorKind::WrongType.at(offset)),
            }
        }
        reader.end()?;

        let Authentication {
            digest_bytes,
            digest,
            blocks,
            other_blocks,
        } = authentication.ok_or(ErrorKind::MissingMember.at(start))?;
        let manifest = manifest.ok_or(ErrorKind::MissingMember.at(start))?;
        Ok(Self {
            mode,
            digest_bytes,
            digest,
            blocks,
            other_blocks,
            manifest,
            severed,
            integrated,
            unknown,
        })
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
