//! Writing a report.

use super::{key, Property, Reason, Record, Recorder};
use crate::{
    digest::Digest,
    envelope::Envelope,
    error::{Error, ErrorKind, Section},
    manifest::{parameter, VendorId},
    process::{Cause, Component, Failure, Place, Verified},
};
use minicbor::{
    encode::{write::Cursor, Write},
    Encoder,
};

/// Most records of one report. A report tells where a manifest went wrong, it is no log; and a count of one byte keeps the
/// head of their array short.
pub const MAX_RECORDS: usize = 255;

/// Bytes for the head of the records' array: up to [`MAX_RECORDS`] entries.
const RECORDS_HEAD: usize = 2;

/// Room that is kept for the result: a failure with the longest record is 43 bytes.
const RESULT: usize = 48;

type Encoding = Result<(), ()>;

type Out<'w> = Encoder<Cursor<&'w mut [u8]>>;

/// Counts bytes.
struct Count(usize);

impl Write for Count {
    type Error = core::convert::Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(())
    }
}

/// What a processor is able to do (§6), for authors: see [`crate::report`]. Lists that are empty are left out where the
/// format allows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Capabilities<'c> {
    /// Component identifiers, each as CBOR (`[* bstr, ? true]`).
    pub components: &'c [&'c [u8]],
    /// Codes of commands.
    pub commands: &'c [i64],
    /// Numbers of parameters.
    pub parameters: &'c [i64],
    /// COSE algorithms.
    pub algorithms: &'c [i64],
    /// Keys of the envelope.
    pub envelope: &'c [i64],
    /// Keys of the manifest.
    pub manifest: &'c [i64],
}

impl Capabilities<'static> {
    /// The commands that [`crate::process`] runs, given a platform that has them all.
    pub const COMMANDS: &'static [i64] = &[
        1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 31, 32, 33, 34, 35,
    ];
    /// The parameters that [`crate::process`] knows.
    pub const PARAMETERS: &'static [i64] = &[
        1, 2, 3, 4, 5, 12, 13, 14, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    ];
}

impl Capabilities<'_> {
    fn encode<W: Write>(&self, to: &mut Encoder<W>) -> Encoding {
        let optional = [(5, self.envelope), (6, self.manifest)];
        let here = optional.iter().filter(|(_, list)| !list.is_empty()).count() as u64;
        ok(to.map(here.saturating_add(4)))?;
        ok(to.u8(1))?;
        ok(to.array(self.components.len() as u64))?;
        for component in self.components {
            ok(to.writer_mut().write_all(component))?;
        }
        for (key, list) in [(2, self.commands), (3, self.parameters), (4, self.algorithms)]
            .into_iter()
            .chain(optional.into_iter().filter(|(_, list)| !list.is_empty()))
        {
            ok(to.u8(key))?;
            ok(to.array(list.len() as u64))?;
            list.iter().try_for_each(|number| ok(to.i64(*number)))?;
        }
        Ok(())
    }
}

fn ok<T, E>(result: Result<T, E>) -> Encoding {
    result.map(drop).map_err(drop)
}

/// Writes a report into a buffer as the processor runs.
///
/// Room for everything but the records is set aside at the start, so that the result always fits. Records and claims that
/// do not fit any more, or are more than [`MAX_RECORDS`], are dropped: [`Self::dropped`] counts them.
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    /// Where the head of the records' array is.
    records_at: usize,
    /// Where the next record goes, and where none may go any more.
    next: usize,
    limit: usize,
    records: usize,
    dropped: usize,
    reference: Reference<'b>,
    capabilities: Option<Capabilities<'b>>,
}

#[derive(Clone, Copy, Debug)]
struct Reference<'b> {
    uri: &'b str,
    digest: Digest<'b>,
}

impl Reference<'_> {
    fn encode<W: Write>(&self, to: &mut Encoder<W>) -> Encoding {
        ok(to.array(2))?;
        ok(to.str(self.uri))?;
        encode_digest(to, &self.digest)
    }
}

impl<'b> Writer<'b> {
    /// Begins a report on a manifest. Its reference URI is empty where the manifest has none.
    ///
    /// # Errors
    /// [`ErrorKind::BufferTooSmall`]: the buffer must at least hold a report without records, some 110 bytes and what
    /// nonce, URI and capabilities take.
    pub fn new(
        buffer: &'b mut [u8],
        manifest: &Verified<'b>,
        nonce: Option<&[u8]>,
        capabilities: Option<Capabilities<'b>>,
    ) -> Result<Self, Error> {
        let reference = Reference {
            uri: manifest.manifest().reference_uri().unwrap_or(""),
            digest: manifest.envelope().manifest_digest(),
        };
        Self::begin(buffer, reference, nonce, capabilities)
    }

    /// Begins a report on an envelope that was refused before its manifest was read: [`Self::finish_refused`] ends it. The
    /// digest is the one that the envelope claims, and there is no URI.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn refused(buffer: &'b mut [u8], envelope: &Envelope<'b>, nonce: Option<&[u8]>) -> Result<Self, Error> {
        let reference = Reference {
            uri: "",
            digest: envelope.manifest_digest(),
        };
        Self::begin(buffer, reference, nonce, None)
    }

    fn begin(
        buffer: &'b mut [u8],
        reference: Reference<'b>,
        nonce: Option<&[u8]>,
        capabilities: Option<Capabilities<'b>>,
    ) -> Result<Self, Error> {
        let too_small = ErrorKind::BufferTooSmall.at(0).within(Section::Report);
        let mut tail = Encoder::new(Count(0));
        let entries = 3u64
            .saturating_add(u64::from(nonce.is_some()))
            .saturating_add(u64::from(capabilities.is_some()));
        let counted = encode_tail(&mut tail, &reference, capabilities.as_ref());
        counted.map_err(|()| too_small)?;
        let kept = tail.writer().0.saturating_add(RESULT);

        let head = |to: &mut Out<'_>| -> Encoding {
            ok(to.map(entries))?;
            if let Some(nonce) = nonce {
                ok(to.i64(key::NONCE))?;
                ok(to.bytes(nonce))?;
            }
            ok(to.i64(key::RECORDS))
        };
        let mut encoder = Encoder::new(Cursor::new(&mut *buffer));
        head(&mut encoder).map_err(|()| too_small)?;
        let records_at = encoder.writer().position();
        let next = records_at.saturating_add(RECORDS_HEAD);
        let limit = buffer.len().checked_sub(kept).filter(|limit| *limit >= next);
        Ok(Self {
            limit: limit.ok_or(too_small)?,
            buffer,
            records_at,
            next,
            records: 0,
            dropped: 0,
            reference,
            capabilities,
        })
    }

    /// How many records and claims were dropped because the buffer was full.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Ends the report with how the processor ended, and gives its bytes.
    ///
    /// # Errors
    /// [`ErrorKind::BufferTooSmall`], which does not happen with what [`Self::new`] set aside.
    pub fn finish(self, result: &Result<(), Failure>) -> Result<&'b [u8], Error> {
        match result {
            Ok(()) => self.end(None),
            Err(failure) => self.end(Some((failure.cause.code(), failure.cause.reason(), &failure.place))),
        }
    }

    /// Ends the report with why the envelope was refused.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_refused(self, error: &Error) -> Result<&'b [u8], Error> {
        let cause = Cause::Manifest(*error);
        self.end(Some((cause.code(), cause.reason(), &Place::default())))
    }

    /// Ends the report before an image is started that may not return (§4.2, `suit-report-reason-invoke-pending`).
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_pending(self, invoke: &Place) -> Result<&'b [u8], Error> {
        self.end(Some((0, Reason::InvokePending, invoke)))
    }

    fn end(mut self, failure: Option<(i64, Reason, &Place)>) -> Result<&'b [u8], Error> {
        let too_small = ErrorKind::BufferTooSmall.at(0).within(Section::Report);
        self.close_records().ok_or(too_small)?;
        let tail = self.buffer.get_mut(self.next..).ok_or(too_small)?;
        let mut encoder = Encoder::new(Cursor::new(tail));
        let encoded = encode_result(&mut encoder, failure)
            .and_then(|()| encode_tail(&mut encoder, &self.reference, self.capabilities.as_ref()));
        encoded.map_err(|()| too_small)?;
        let end = self.next.saturating_add(encoder.writer().position());
        let written: &'b [u8] = self.buffer;
        written.get(..end).ok_or(too_small)
    }

    /// Writes the head of the records' array, and moves them up to it: it is shorter where there are few.
    fn close_records(&mut self) -> Option<()> {
        let mut encoder = Encoder::new(Cursor::new(self.buffer.get_mut(self.records_at..)?));
        ok(encoder.array(self.records as u64)).ok()?;
        let head_end = encoder.writer().position();
        let from = self.records_at.checked_add(RECORDS_HEAD)?;
        let to = self.records_at.checked_add(head_end)?;
        let len = self.next.checked_sub(from)?;
        if from.checked_add(len)? <= self.buffer.len() && to <= from {
            self.buffer.copy_within(from..from.checked_add(len)?, to);
            self.next = to.checked_add(len)?;
        }
        Some(())
    }

    fn entry(&mut self, encode: &dyn Fn(&mut Out<'_>) -> Encoding) {
        let window = self.buffer.get_mut(self.next..self.limit).unwrap_or(&mut []);
        let mut encoder = Encoder::new(Cursor::new(window));
        if self.records < MAX_RECORDS && encode(&mut encoder).is_ok() {
            self.next = self.next.saturating_add(encoder.writer().position());
            self.records = self.records.saturating_add(1);
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }
}

impl Recorder for Writer<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.entry(&|to| encode_record(to, record.place, record.property));
    }

    fn claim(&mut self, component: &Component<'_>, property: &Property<'_>) {
        self.entry(&|to| {
            ok(to.map(2))?;
            ok(to.i64(key::COMPONENT))?;
            ok(to.array(component.parts().count() as u64))?;
            component.parts().try_for_each(|part| ok(to.bytes(part)))?;
            encode_property(to, property)
        });
    }
}

fn encode_result<W: Write>(to: &mut Encoder<W>, failure: Option<(i64, Reason, &Place)>) -> Encoding {
    ok(to.i64(key::RESULT))?;
    let Some((code, reason, place)) = failure else {
        return ok(to.bool(true));
    };
    ok(to.map(3))?;
    ok(to.i64(key::CODE))?;
    ok(to.i64(code))?;
    ok(to.i64(key::RECORD))?;
    encode_record(to, place, None)?;
    ok(to.i64(key::REASON))?;
    ok(to.u8(reason.number()))
}

/// What follows the result.
fn encode_tail<W: Write>(
    to: &mut Encoder<W>,
    reference: &Reference<'_>,
    capabilities: Option<&Capabilities<'_>>,
) -> Encoding {
    if let Some(capabilities) = capabilities {
        ok(to.i64(key::CAPABILITIES))?;
        capabilities.encode(to)?;
    }
    ok(to.i64(key::REFERENCE))?;
    reference.encode(to)
}

fn encode_record<W: Write>(to: &mut Encoder<W>, place: &Place, property: Option<&Property<'_>>) -> Encoding {
    ok(to.array(5))?;
    ok(to.array(place.manifest.len() as u64))?;
    place.manifest.iter().try_for_each(|step| ok(to.u8(*step)))?;
    ok(to.i64(place.section))?;
    ok(to.u64(place.offset as u64))?;
    ok(to.u8(place.component))?;
    ok(to.map(u64::from(property.is_some())))?;
    property.map_or(Ok(()), |property| encode_property(to, property))
}

/// A parameter's number and value.
fn encode_property<W: Write>(to: &mut Encoder<W>, property: &Property<'_>) -> Encoding {
    match property {
        Property::VendorId(VendorId::Uuid(id)) => bytes(to, parameter::VENDOR_ID, &id[..]),
        Property::VendorId(VendorId::Pen(pen)) => {
            ok(to.i64(parameter::VENDOR_ID))?;
            ok(to.tag(minicbor::data::Tag::new(112)))?;
            ok(to.bytes(pen))
        }
        Property::ClassId(id) => bytes(to, parameter::CLASS_ID, &id[..]),
        Property::DeviceId(id) => bytes(to, parameter::DEVICE_ID, &id[..]),
        Property::ImageDigest(digest) => {
            let mut count = Encoder::new(Count(0));
            encode_digest(&mut count, digest)?;
            ok(to.i64(parameter::IMAGE_DIGEST))?;
            // A byte string's head, and the digest as its content.
            head(to, count.writer().0)?;
            encode_digest(to, digest)
        }
        Property::UseBefore(value) => uint(to, parameter::USE_BEFORE, *value),
        Property::ComponentSlot(value) => uint(to, parameter::COMPONENT_SLOT, *value),
        Property::ImageSize(value) => uint(to, parameter::IMAGE_SIZE, *value),
        Property::MinimumBattery(value) => uint(to, parameter::MINIMUM_BATTERY, *value),
    }
}

fn head<W: Write>(to: &mut Encoder<W>, len: usize) -> Encoding {
    ok(to.writer_mut().write_all(crate::cbor::Head::bytes(len).as_slice()))
}

fn bytes<W: Write>(to: &mut Encoder<W>, number: i64, value: &[u8]) -> Encoding {
    ok(to.i64(number))?;
    ok(to.bytes(value))
}

fn uint<W: Write>(to: &mut Encoder<W>, number: i64, value: u64) -> Encoding {
    ok(to.i64(number))?;
    ok(to.u64(value))
}

fn encode_digest<W: Write>(to: &mut Encoder<W>, digest: &Digest<'_>) -> Encoding {
    ok(to.array(2))?;
    ok(to.i64(digest.algorithm.number()))?;
    ok(to.bytes(digest.bytes))
}
