//! Claim keys, and reading claims in the order that deterministic CBOR gives them.

use suit_manifest::{
    cbor::{MapReader, Reader},
    error::{Error, ErrorKind},
};

/// `aud` (RFC 8392).
pub(crate) const AUDIENCE: i64 = 3;
/// `exp` (RFC 8392).
pub(crate) const EXPIRY: i64 = 4;
/// `iat` (RFC 8392).
pub(crate) const ISSUED_AT: i64 = 6;
/// `cti` (RFC 8392).
pub(crate) const TOKEN_ID: i64 = 7;
/// `cnf` (RFC 8747).
pub(crate) const CONFIRMATION: i64 = 8;
/// The member of `cnf` that holds a COSE_Key (RFC 8747).
pub(crate) const COSE_KEY: i64 = 1;
/// `eat_nonce` (RFC 9711).
pub(crate) const NONCE: i64 = 10;
/// `oemid` (RFC 9711): the vendor id.
pub(crate) const OEM_ID: i64 = 258;
/// `hwmodel` (RFC 9711): the class id.
pub(crate) const HARDWARE_MODEL: i64 = 259;
/// `eat_profile` (RFC 9711): format and version.
pub(crate) const PROFILE: i64 = 265;
/// Genesis hash; private use.
pub(crate) const GENESIS: i64 = -70_000;
/// Installed sequence number; private use.
pub(crate) const INSTALLED: i64 = -70_001;
/// Root CIDs; private use.
pub(crate) const ROOTS: i64 = -70_002;

/// Reads a map of claims one by one.
pub(crate) struct Claims<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
}

impl<'a> Claims<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(payload);
        let map = reader.map()?;
        Ok(Self { reader, map })
    }

    /// The next claim's value, where its key is this one.
    pub(crate) fn optional(&mut self, key: i64) -> Result<Option<&mut Reader<'a>>, Error> {
        let (mut reader, mut map) = (self.reader.clone(), self.map.clone());
        if map.int_key(&mut reader)? != Some(key) {
            return Ok(None);
        }
        (self.reader, self.map) = (reader, map);
        Ok(Some(&mut self.reader))
    }

    /// The next claim's value. Its key has to be this one.
    pub(crate) fn required(&mut self, key: i64) -> Result<&mut Reader<'a>, Error> {
        let missing = self.reader.error(ErrorKind::MissingMember);
        self.optional(key)?.ok_or(missing)
    }

    /// The next claim has to be `eat_profile` with this value.
    pub(crate) fn profile(&mut self, profile: &str) -> Result<(), Error> {
        let reader = self.required(PROFILE)?;
        let other = reader.error(ErrorKind::BadValue);
        (reader.text()? == profile).then_some(()).ok_or(other)
    }

    /// There are no more claims, and nothing after them.
    pub(crate) fn end(mut self) -> Result<(), Error> {
        let unknown = self.reader.error(ErrorKind::UnknownMember);
        match self.map.int_key(&mut self.reader)? {
            None => self.reader.end(),
            Some(_) => Err(unknown),
        }
    }
}
