//! What a device signs to ask for the newest release: who it asks, with which challenge, on which chain, for what.
//!
//! An EAT (RFC 9711), signed with the key that the device's credential confirms.

use crate::{challenge, claim, message::Message, Error};
use suit_manifest::{cbor::Reader, cose::PublicKey, crypto::Crypto, error::ErrorKind};

/// Content type in the protected header.
pub const CONTENT_TYPE: &str = "application/suit-request+eat";
/// `eat_profile`: format and version.
pub const PROFILE: &str = "tag:suit-distarch,2026:request:1";
/// Longest request in bytes.
pub const MAX_REQUEST: usize = 512;

/// What the device says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The key of the node that it asks: an Ed25519 public key.
    pub audience: [u8; 32],
    /// The challenge that this node gave it.
    pub challenge: [u8; challenge::LEN],
    /// Vendor id of its product.
    pub vendor: [u8; 16],
    /// Class id of its product.
    pub class: [u8; 16],
    /// Genesis hash of the chain that it wants the answer from.
    pub genesis: [u8; 32],
    /// Sequence number that it has installed, where it tells.
    pub installed: Option<u64>,
}

/// A request whose form was checked. Its signature was not: see [`Request::verify`].
#[derive(Clone)]
pub struct Request<'a> {
    message: Message<'a>,
    claims: Claims,
}

impl<'a> Request<'a> {
    /// Reads a request. Accepts only the one encoding that the format has for it.
    ///
    /// # Errors
    /// `MalformedRequest`.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        // The key is the one that the credential confirms, so there is no name for it in the format.
        let decoded = Message::decode(bytes, MAX_REQUEST, CONTENT_TYPE)
            .filter(|message| message.sign1.kid.is_none())
            .and_then(|message| {
                Some(Self {
                    claims: read(message.payload).ok()?,
                    message,
                })
            });
        decoded.ok_or(Error::MalformedRequest)
    }

    /// What it says. Nothing of this holds before [`Request::verify`] has succeeded.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Whether the device's key signed it.
    ///
    /// # Errors
    /// `RequestSignature`.
    pub fn verify<C: Crypto>(&self, crypto: &C, device_key: &PublicKey) -> Result<(), Error> {
        match self.message.is_signed_by(crypto, device_key) {
            true => Ok(()),
            false => Err(Error::RequestSignature),
        }
    }
}

/// Shows what is asked for, and leaves the signature away.
impl core::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Request")
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}

fn read(payload: &[u8]) -> Result<Claims, suit_manifest::error::Error> {
    let mut claims = claim::Claims::new(payload)?;
    let audience = hexadecimal(claims.required(claim::AUDIENCE)?)?;
    let challenge = *claims.required(claim::NONCE)?.bytes_of()?;
    let vendor = *claims.required(claim::OEM_ID)?.bytes_of()?;
    let class = *claims.required(claim::HARDWARE_MODEL)?.bytes_of()?;
    claims.profile(PROFILE)?;
    let genesis = *claims.required(claim::GENESIS)?.bytes_of()?;
    let installed = claims
        .optional(claim::INSTALLED)?
        .map(|reader| reader.uint())
        .transpose()?;
    claims.end()?;
    Ok(Claims {
        audience,
        challenge,
        vendor,
        class,
        genesis,
        installed,
    })
}

/// 64 lower-case digits.
fn hexadecimal(reader: &mut Reader<'_>) -> Result<[u8; 32], suit_manifest::error::Error> {
    let bad = reader.error(ErrorKind::BadValue);
    let digits: &[u8; 64] = reader.text()?.as_bytes().try_into().map_err(|_| bad)?;
    let mut out = [0; 32];
    for (to, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit.wrapping_sub(b'0'),
                b'a'..=b'f' => digit.wrapping_sub(b'a').wrapping_add(10),
                _ => return Err(bad),
            };
            *to = (*to << 4) | value;
        }
    }
    Ok(out)
}

#[cfg(feature = "alloc")]
mod signing {
    use super::{Claims, CONTENT_TYPE, PROFILE};
    use crate::{claim, IssueError};
    use alloc::{string::String, vec::Vec};
    use suit_manifest::{
        cbor::Writer,
        cose::{sign1, Signer},
    };

    /// Makes a request with the device's key.
    pub fn sign(claims: &Claims, device: &dyn Signer) -> Result<Vec<u8>, IssueError> {
        let mut w = Writer::new();
        w.map(if claims.installed.is_some() { 7 } else { 6 });
        w.int(claim::AUDIENCE).text(&hexadecimal(&claims.audience));
        w.int(claim::NONCE).bytes(&claims.challenge);
        w.int(claim::OEM_ID).bytes(&claims.vendor);
        w.int(claim::HARDWARE_MODEL).bytes(&claims.class);
        w.int(claim::PROFILE).text(PROFILE);
        w.int(claim::GENESIS).bytes(&claims.genesis);
        if let Some(installed) = claims.installed {
            w.int(claim::INSTALLED).uint(installed);
        }
        Ok(sign1(&w.finish(), Some(CONTENT_TYPE), None, false, device)?)
    }

    fn hexadecimal(bytes: &[u8; 32]) -> String {
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 0x0f])
            .filter_map(|nibble| char::from_digit(nibble.into(), 16))
            .collect()
    }
}
#[cfg(feature = "alloc")]
pub use signing::sign;
