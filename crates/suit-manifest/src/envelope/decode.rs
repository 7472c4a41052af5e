//! Reading an envelope's structure. The manifest's own structure is [`Envelope::manifest`]'s business.

use super::{Block, Blocks, Envelope, Mode, Wrapped, AUTHENTICATION, MANIFEST, MAX_BLOCKS, MAX_ENVELOPE, TAG};
use crate::{
    cbor::{Key, Kind, Reader, MAX_MAP_ENTRIES},
    digest::{Digest, DigestAlgorithm},
    error::{Error, ErrorKind, Section, Within as _},
    manifest::{code::narrow, Severable},
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
            authentication: false,
            manifest: false,
            envelope: Self {
                mode,
                digest_bytes: &[],
                digest: Digest {
                    algorithm: DigestAlgorithm::Sha256,
                    bytes: &[],
                },
                blocks: Blocks::new(reader.clone(), 0),
                other_blocks: 0,
                manifest: Wrapped {
                    raw: &[],
                    content: &[],
                    base: 0,
                },
                severed: [None; Severable::COUNT],
                integrated: ArrayVec::new(),
                unknown: None,
            },
        };
        reader.entries(0, MAX_MAP_ENTRIES, &mut |reader, key, offset| {
            found.member(reader, key, offset)
        })?;
        reader.end()?;
        if found.authentication && found.manifest {
            Ok(found.envelope)
        } else {
            Err(ErrorKind::MissingMember.at(start))
        }
    }

    /// The authentication wrapper (§8.3).
    fn read_authentication(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
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
        self.digest_bytes = digest_bytes;
        self.digest = Digest::read(&mut inner)?;
        inner.end()?;
        self.blocks = Blocks::new(reader, count);
        let mut scan = self.blocks.clone();
        for block in scan.by_ref() {
            if !matches!(block?, Block::Sign1(_)) {
                self.other_blocks = self.other_blocks.saturating_add(1);
            }
        }
        scan.end()
    }
}

/// An envelope while it is read.
struct Found<'a> {
    /// Whether the authentication wrapper has been read, and the manifest.
    authentication: bool,
    manifest: bool,
    envelope: Envelope<'a>,
}

impl<'a> Found<'a> {
    fn member(&mut self, reader: &mut Reader<'a>, key: Key<'a>, offset: usize) -> Result<(), Error> {
        let envelope = &mut self.envelope;
        let key = match key {
            Key::Int(key) => narrow(key),
            Key::Text(key) => {
                let payload = reader.bytes()?;
                return envelope
                    .integrated
                    .try_push((key, payload))
                    .map_err(|_| ErrorKind::TooMany.at(offset));
            }
            Key::Other(_) => return Err(ErrorKind::WrongType.at(offset)),
        };
        if key == AUTHENTICATION {
            self.authentication = true;
            return envelope.read_authentication(reader).within(Section::Authentication);
        }
        // A recipient that reads as the bytes arrive must know the digest first, whatever the key order.
        if key == MANIFEST && !self.authentication {
            return Err(ErrorKind::MissingMember.at(offset));
        }
        let value = wrapped(reader)?;
        if key == MANIFEST {
            self.manifest = true;
            envelope.manifest = value;
            return Ok(());
        }
        match Severable::from_key(key).and_then(|member| envelope.severed.get_mut(member.index())) {
            Some(place) => *place = Some(value),
            None => envelope.unknown = envelope.unknown.or(Some(offset)),
        }
        Ok(())
    }
}

fn wrapped<'a>(reader: &mut Reader<'a>) -> Result<Wrapped<'a>, Error> {
    let start = reader.position();
    let content = reader.bytes()?;
    let base = reader.offset().wrapping_sub(content.len());
    Ok(Wrapped {
        raw: reader.slice_from(start),
        content,
        base,
    })
}
