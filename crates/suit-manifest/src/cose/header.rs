//! Header maps (RFC 9052 §3).

use super::{payload, Algorithm, MacAlgorithm};
use crate::{
    cbor::{Key, Kind, Reader},
    error::{Error, ErrorKind},
};

/// Longest key identifier in bytes: twice a SHA-256 thumbprint, which leaves room for other people's schemes.
pub const MAX_KID: usize = 64;

const ALG: i64 = 1;
const CRIT: i64 = 2;
const CONTENT_TYPE: i64 = 3;
const KID: i64 = 4;

/// Which headers a message may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Policy {
    /// Those that our formats have, all protected.
    Closed,
    /// Any that may be ignored.
    Open,
}

/// Whose headers they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A COSE_Sign1's: algorithm required.
    Sign1,
    /// A COSE_Sign's own: no algorithm.
    Body,
    /// A signer's within a COSE_Sign: algorithm required, no content type.
    Signer,
    /// A COSE_Mac0's: MAC algorithm required.
    Mac0,
}

/// What a protected and an unprotected header say together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Headers<'a> {
    pub protected: &'a [u8],
    pub algorithm: Option<Algorithm>,
    pub mac: Option<MacAlgorithm>,
    pub content_type: Option<&'a str>,
    pub kid: Option<&'a [u8]>,
    /// Whether the unprotected header says nothing but, perhaps, the key identifier.
    pub unprotected_is_plain: bool,
}

impl<'a> Headers<'a> {
    /// Reads what every message begins with: its tag, the head of its array of four, its headers, and the payload.
    pub fn message(
        reader: &mut Reader<'a>,
        tag: u64,
        policy: Policy,
        place: Place,
    ) -> Result<(Self, Option<&'a [u8]>), Error> {
        reader.expect_tag(tag)?;
        reader.array_of(4)?;
        Ok((Self::read(reader, policy, place)?, payload(reader)?))
    }

    /// Reads the protected header (a byte string) and the unprotected one (a map).
    pub fn read(reader: &mut Reader<'a>, policy: Policy, place: Place) -> Result<Self, Error> {
        let mut headers = Self {
            unprotected_is_plain: true,
            ..Self::default()
        };
        let start = reader.offset();
        let (protected, mut inner) = reader.embedded()?;
        headers.protected = protected;
        if !protected.is_empty() {
            headers.map(&mut inner, policy, place, true)?;
            inner.end()?;
        }
        let unprotected = reader.offset();
        headers.map(reader, policy, place, false)?;
        if policy == Policy::Closed && reader.offset().saturating_sub(unprotected) != 1 {
            return Err(ErrorKind::UnknownMember.at(unprotected));
        }
        if place != Place::Body && headers.algorithm.is_none() && headers.mac.is_none() {
            return Err(ErrorKind::MissingMember.at(start));
        }
        Ok(headers)
    }

    fn map(&mut self, reader: &mut Reader<'a>, policy: Policy, place: Place, protected: bool) -> Result<(), Error> {
        let start = reader.offset();
        let mut map = reader.map()?;
        if protected && map.entries() == 0 {
            // An empty protected header is the empty byte string (RFC 9052 §3); as a map it would be a second form.
            return Err(ErrorKind::BadValue.at(start));
        }
        loop {
            let offset = reader.offset();
            match map.key(reader)? {
                None => return Ok(()),
                Some(Key::Int(ALG)) if protected && place != Place::Body => self.algorithm(reader, place)?,
                // Outside of the protected header an algorithm could be exchanged; a body's means nothing.
                Some(Key::Int(ALG)) if place != Place::Body || policy == Policy::Closed => {
                    return Err(ErrorKind::UnknownMember.at(offset))
                }
                Some(Key::Int(CRIT)) => return Err(ErrorKind::UnsupportedCritical.at(offset)),
                Some(Key::Int(CONTENT_TYPE)) if protected && place != Place::Signer && is_text(reader)? => {
                    self.content_type = Some(reader.text()?);
                }
                Some(Key::Int(KID)) if place != Place::Body && (protected || policy == Policy::Open) => {
                    if self.kid.is_some() {
                        return Err(ErrorKind::DuplicateKey.at(offset));
                    }
                    let kid = reader.bytes()?;
                    if kid.len() > MAX_KID {
                        return Err(ErrorKind::TooLong.at(offset));
                    }
                    self.kid = Some(kid);
                }
                Some(_) if policy == Policy::Closed => return Err(ErrorKind::UnknownMember.at(offset)),
                Some(Key::Other(_)) => return Err(ErrorKind::WrongType.at(offset)),
                Some(_) => {
                    reader.item()?;
                    self.unprotected_is_plain &= protected;
                }
            }
        }
    }

    fn algorithm(&mut self, reader: &mut Reader<'_>, place: Place) -> Result<(), Error> {
        let offset = reader.offset();
        let number = match reader.kind()? {
            Kind::Uint | Kind::Nint => reader.int()?,
            Kind::Text => return Err(ErrorKind::UnsupportedAlgorithm.at(offset)),
            _ => return Err(ErrorKind::WrongType.at(offset)),
        };
        let known = if place == Place::Mac0 {
            self.mac = MacAlgorithm::from_number(number);
            self.mac.is_some()
        } else {
            self.algorithm = Algorithm::from_number(number);
            self.algorithm.is_some()
        };
        if known {
            Ok(())
        } else {
            Err(ErrorKind::UnsupportedAlgorithm.at(offset))
        }
    }
}

fn is_text(reader: &Reader<'_>) -> Result<bool, Error> {
    reader.kind().map(|kind| kind == Kind::Text)
}
