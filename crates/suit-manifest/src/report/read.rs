//! Reading a report, for servers.

use super::{key, write::MAX_RECORDS, Reason};
use crate::{
    cbor::{Kind, Reader},
    digest::Digest,
    error::{Error, ErrorKind, Section, Within as _},
    manifest::Parameters,
    process::MAX_DEPENDENCY_DEPTH,
};
use arrayvec::ArrayVec;

/// Longest report that is read, in bytes: [`MAX_RECORDS`] records, each with a digest, and a capability report.
pub const MAX_REPORT: usize = 64 * 1024;

/// A decoded SUIT_Report. It borrows from the input.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What makes it fresh.
    pub nonce: Option<&'a [u8]>,
    /// Where the manifest can be had; empty where it does not say.
    pub uri: &'a str,
    /// The manifest's digest, as its envelope has it.
    pub digest: Digest<'a>,
    /// How processing ended.
    pub result: Outcome<'a>,
    /// The capability report, as CBOR.
    pub capabilities: Option<&'a [u8]>,
    entries: Reader<'a>,
    count: usize,
}

/// How processing ended.
// There is one in a report, and nowhere else to put it without allocating.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<'a> {
    /// To the end.
    Success,
    /// Before it.
    Failure {
        /// The device's own code.
        code: i64,
        /// Where.
        record: ReadRecord<'a>,
        /// Why.
        reason: Reason,
    },
}

/// A SUIT_Record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadRecord<'a> {
    /// The way to the manifest, from the root.
    pub manifest: ArrayVec<u64, MAX_DEPENDENCY_DEPTH>,
    /// The manifest's member that holds the sequence.
    pub section: i64,
    /// How many bytes into it the command is.
    pub offset: u64,
    /// The component that the command was for.
    pub component: u64,
    /// What was measured.
    pub properties: Parameters<'a>,
}

/// One of a report's records.
// Handed out one at a time.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry<'a> {
    /// A decision.
    Record(ReadRecord<'a>),
    /// What a component is, or has.
    Claim {
        /// The component's identifier, as CBOR.
        component: &'a [u8],
        /// What was found out about it.
        properties: Parameters<'a>,
    },
}

impl<'a> Report<'a> {
    /// Reads a report, all of it.
    ///
    /// # Errors
    /// What is wrong, and at which byte.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_REPORT {
            return Err(ErrorKind::TooLong.at(MAX_REPORT).within(Section::Report));
        }
        let mut reader = Reader::new(bytes);
        let report = Self::read(&mut reader).within(Section::Report)?;
        reader.end().within(Section::Report)?;
        Ok(report)
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let (mut nonce, mut records, mut result, mut capabilities, mut reference) = (None, None, None, None, None);
        let start = reader.offset();
        let mut map = reader.map()?;
        loop {
            let offset = reader.offset();
            match map.int_key(reader)? {
                None => break,
                Some(key::NONCE) => nonce = Some(reader.bytes()?),
                Some(key::RECORDS) => records = Some(read_entries(reader)?),
                Some(key::RESULT) => result = Some(read_result(reader)?),
                Some(key::CAPABILITIES) => {
                    let offset = reader.offset();
                    if reader.kind()? != Kind::Map {
                        return Err(ErrorKind::WrongType.at(offset));
                    }
                    capabilities = Some(reader.item()?);
                }
                Some(key::REFERENCE) => {
                    reader.array_of(2)?;
                    reference = Some((reader.text()?, Digest::read(reader)?));
                }
                Some(_) => return Err(ErrorKind::UnknownMember.at(offset)),
            }
        }
        let missing = ErrorKind::MissingMember.at(start);
        let (entries, count) = records.ok_or(missing)?;
        let (uri, digest) = reference.ok_or(missing)?;
        Ok(Self {
            nonce,
            uri,
            digest,
            result: result.ok_or(missing)?,
            capabilities,
            entries,
            count,
        })
    }

    /// Its records, in order.
    pub fn records(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let mut reader = self.entries.clone();
        // `decode` has read them once.
        (0..self.count).map_while(move |_| read_entry(&mut reader).ok())
    }
}

fn read_entries<'a>(reader: &mut Reader<'a>) -> Result<(Reader<'a>, usize), Error> {
    let offset = reader.offset();
    let count = reader.array()?;
    if count > MAX_RECORDS {
        return Err(ErrorKind::TooMany.at(offset));
    }
    let first = reader.clone();
    for _ in 0..count {
        read_entry(reader)?;
    }
    Ok((first, count))
}

fn read_entry<'a>(reader: &mut Reader<'a>) -> Result<Entry<'a>, Error> {
    if reader.kind()? == Kind::Map {
        let (component, properties) = Parameters::read_claim(reader)?;
        return Ok(Entry::Claim { component, properties });
    }
    read_record(reader).map(Entry::Record)
}

fn read_record<'a>(reader: &mut Reader<'a>) -> Result<ReadRecord<'a>, Error> {
    reader.array_of(5)?;
    let mut manifest = ArrayVec::new();
    let offset = reader.offset();
    for _ in 0..reader.array()? {
        let step = reader.uint()?;
        manifest.try_push(step).map_err(|_| ErrorKind::TooDeep.at(offset))?;
    }
    Ok(ReadRecord {
        manifest,
        section: reader.int()?,
        offset: reader.uint()?,
        component: reader.uint()?,
        properties: Parameters::read_any(reader)?,
    })
}

fn read_result<'a>(reader: &mut Reader<'a>) -> Result<Outcome<'a>, Error> {
    let offset = reader.offset();
    if reader.kind()? == Kind::Bool {
        return match reader.bool()? {
            true => Ok(Outcome::Success),
            false => Err(ErrorKind::BadValue.at(offset)),
        };
    }
    let (mut code, mut record, mut reason) = (None, None, None);
    let mut map = reader.map()?;
    while let Some(member) = map.int_key(reader)? {
        let offset = reader.offset();
        match member {
            key::CODE => code = Some(reader.int()?),
            key::RECORD => record = Some(read_record(reader)?),
            key::REASON => {
                let known = Reason::from_number(reader.uint()?);
                reason = Some(known.ok_or(ErrorKind::BadValue.at(offset))?);
            }
            _ => return Err(ErrorKind::UnknownMember.at(offset)),
        }
    }
    let missing = ErrorKind::MissingMember.at(offset);
    Ok(Outcome::Failure {
        code: code.ok_or(missing)?,
        record: record.ok_or(missing)?,
        reason: reason.ok_or(missing)?,
    })
}
