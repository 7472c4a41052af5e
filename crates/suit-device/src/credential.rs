//! What an operator signs for a device: this key is that of a device of this product.
//!
//! A CWT (RFC 8392) with EAT claims (RFC 9711). It names the device by a pseudonym and never by a serial number.

use crate::{claim, message::Message, Error};
use suit_manifest::{cbor::Reader, cose::PublicKey, crypto::Crypto, error::ErrorKind};

/// Content type in the protected header.
pub const CONTENT_TYPE: &str = "application/suit-credential+cwt";
/// `eat_profile`: format and version.
pub const PROFILE: &str = "tag:suit-distarch,2026:credential:1";
/// Longest credential in bytes.
pub const MAX_CREDENTIAL: usize = 512;
/// How far the operator's clock may be ahead of the node's, in seconds.
///
/// A date of issue further ahead is refused: an operator's key voids credentials by their date of issue, which must not
/// be evaded by dating one ahead.
pub const MAX_CLOCK_SKEW: u64 = 300;

/// What the operator vouches for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// From when on it is not accepted any more, in Unix seconds.
    pub exp: u64,
    /// When it was issued, in Unix seconds.
    pub iat: u64,
    /// Names the device in this credential and nowhere else.
    pub pseudonym: [u8; 16],
    /// The key that the device signs requests with.
    pub device_key: PublicKey,
    /// Vendor id of the device's product.
    pub vendor: [u8; 16],
    /// Class id of the device's product.
    pub class: [u8; 16],
}

/// A credential whose form was checked. Its signature and dates were not: see [`Credential::verify`].
#[derive(Clone)]
pub struct Credential<'a> {
    message: Message<'a>,
    operator_kid: [u8; 32],
    claims: Claims,
}

impl<'a> Credential<'a> {
    /// Reads a credential. Accepts only the one encoding that the format has for it.
    ///
    /// # Errors
    /// `MalformedCredential`.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let decoded = Message::decode(bytes, MAX_CREDENTIAL, CONTENT_TYPE).and_then(|message| {
            Some(Self {
                operator_kid: message.kid()?,
                claims: read(message.payload).ok()?,
                message,
            })
        });
        decoded.ok_or(Error::MalformedCredential)
    }

    /// Thumbprint of the operator's key that it claims to be signed with.
    pub fn operator_kid(&self) -> [u8; 32] {
        self.operator_kid
    }

    /// What it says. Nothing of this holds before [`Credential::verify`] has succeeded.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Whether the operator's key signed it and it is good now (Unix seconds).
    ///
    /// # Errors
    /// `CredentialExpired`, `CredentialNotYetValid`, `CredentialSignature`, `DeviceKeyNotValid`.
    pub fn verify<C: Crypto>(&self, crypto: &C, operator_key: &PublicKey, now: u64) -> Result<(), Error> {
        if now >= self.claims.exp {
            return Err(Error::CredentialExpired);
        }
        if self.claims.iat > now.saturating_add(MAX_CLOCK_SKEW) {
            return Err(Error::CredentialNotYetValid);
        }
        if operator_key.thumbprint(crypto) != self.operator_kid || !self.message.is_signed_by(crypto, operator_key) {
            return Err(Error::CredentialSignature);
        }
        match self.claims.device_key.is_valid(crypto) {
            true => Ok(()),
            false => Err(Error::DeviceKeyNotValid),
        }
    }
}

/// Shows who vouches for whom, and leaves the signature away.
impl core::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Credential")
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}

fn read(payload: &[u8]) -> Result<Claims, suit_manifest::error::Error> {
    let mut claims = claim::Claims::new(payload)?;
    let read = Claims {
        exp: claims.required(claim::EXPIRY)?.uint()?,
        iat: claims.required(claim::ISSUED_AT)?.uint()?,
        pseudonym: *claims.required(claim::TOKEN_ID)?.bytes_of()?,
        device_key: confirmed_key(claims.required(claim::CONFIRMATION)?)?,
        vendor: *claims.required(claim::OEM_ID)?.bytes_of()?,
        class: *claims.required(claim::HARDWARE_MODEL)?.bytes_of()?,
    };
    claims.profile(PROFILE)?;
    claims.end()?;
    Ok(read)
}

/// `{1 => COSE_Key}`.
fn confirmed_key(reader: &mut Reader<'_>) -> Result<PublicKey, suit_manifest::error::Error> {
    let mut map = reader.map()?;
    if map.entries() != 1 || map.int_key(reader)? != Some(claim::COSE_KEY) {
        return Err(reader.error(ErrorKind::UnknownMember));
    }
    match PublicKey::from_cose_key(reader.item()?)? {
        key @ (PublicKey::P256(_) | PublicKey::Ed25519(_)) => Ok(key),
        // Version 1 has these two, and no node needs to verify with others.
        _ => Err(ErrorKind::UnsupportedKey.into()),
    }
}

#[cfg(feature = "alloc")]
mod issuing {
    use super::{Claims, CONTENT_TYPE, PROFILE};
    use crate::{claim, IssueError};
    use alloc::vec::Vec;
    use suit_manifest::{
        cbor::Writer,
        cose::{sign1, Signer},
        crypto::RustCrypto,
    };

    /// Makes a credential with the operator's key.
    pub fn issue(claims: &Claims, operator: &dyn Signer) -> Result<Vec<u8>, IssueError> {
        let mut w = Writer::new();
        w.map(7);
        w.int(claim::EXPIRY).uint(claims.exp);
        w.int(claim::ISSUED_AT).uint(claims.iat);
        w.int(claim::TOKEN_ID).bytes(&claims.pseudonym);
        w.int(claim::CONFIRMATION)
            .map(1)
            .int(claim::COSE_KEY)
            .raw(&claims.device_key.to_cose_key());
        w.int(claim::OEM_ID).bytes(&claims.vendor);
        w.int(claim::HARDWARE_MODEL).bytes(&claims.class);
        w.int(claim::PROFILE).text(PROFILE);
        let kid = operator.public_key().thumbprint(&RustCrypto);
        Ok(sign1(&w.finish(), Some(CONTENT_TYPE), Some(&kid), false, operator)?)
    }
}
#[cfg(feature = "alloc")]
pub use issuing::issue;
