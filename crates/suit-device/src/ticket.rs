//! What a storage node signs for a device that it has verified: open these payloads, at any storage node, for some
//! minutes.

use crate::{claim, message::Message, Error};
use core::ops::Deref;
use suit_manifest::{
    cose::{Algorithm, PublicKey},
    crypto::Crypto,
    error::ErrorKind,
};

/// Content type in the protected header.
pub const CONTENT_TYPE: &str = "application/suit-ticket+cwt";
/// `eat_profile`: format and version.
pub const PROFILE: &str = "tag:suit-distarch,2026:ticket:1";
/// Longest ticket in bytes: eight roots fit.
pub const MAX_TICKET: usize = 640;
/// Most roots that one ticket opens.
pub const MAX_ROOTS: usize = 8;

/// One to [`MAX_ROOTS`] binary CIDs of the known form. Needs no allocator.
#[derive(Clone, Copy)]
pub struct Roots {
    // What lies behind `len` is never read.
    roots: [[u8; 36]; MAX_ROOTS],
    len: usize,
}

impl Roots {
    /// These roots, in this order. `None` where there are none or too many, or where one is not a CIDv1, raw or dag-pb,
    /// with a SHA2-256 multihash.
    pub fn new(roots: &[[u8; 36]]) -> Option<Self> {
        let mut out = Self {
            roots: [[0; 36]; MAX_ROOTS],
            len: roots.len(),
        };
        let known = |root: &[u8; 36]| matches!(root, [0x01, 0x55 | 0x70, 0x12, 0x20, ..]);
        if roots.is_empty() || !roots.iter().all(known) {
            return None;
        }
        out.roots.get_mut(..roots.len())?.copy_from_slice(roots);
        Some(out)
    }

    /// The roots as a slice.
    pub fn as_slice(&self) -> &[[u8; 36]] {
        self.roots.get(..self.len).unwrap_or_default()
    }
}

impl Deref for Roots {
    type Target = [[u8; 36]];

    fn deref(&self) -> &[[u8; 36]] {
        self.as_slice()
    }
}

impl PartialEq for Roots {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Roots {}

impl core::fmt::Debug for Roots {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// What a ticket says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// From when on it opens nothing any more, in Unix seconds.
    pub exp: u64,
    /// Genesis hash of the chain whose storage nodes it is for.
    pub genesis: [u8; 32],
    /// The payloads that it opens.
    pub roots: Roots,
}

/// A ticket whose form was checked. Its signature was not: see [`Ticket::verify`].
#[derive(Clone)]
pub struct Ticket<'a> {
    message: Message<'a>,
    issuer: [u8; 32],
    claims: Claims,
}

impl<'a> Ticket<'a> {
    /// Reads a ticket. Accepts only the one encoding that the format has for it.
    ///
    /// # Errors
    /// `MalformedTicket`.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let decoded = Message::decode(bytes, MAX_TICKET, CONTENT_TYPE)
            .filter(|message| message.sign1.algorithm == Algorithm::Ed25519)
            .and_then(|message| {
                Some(Self {
                    issuer: message.kid()?,
                    claims: read(message.payload).ok()?,
                    message,
                })
            });
        decoded.ok_or(Error::MalformedTicket)
    }

    /// Key of the node that issued it. Whether this is a registered storage node is the caller's to find out.
    pub fn issuer(&self) -> [u8; 32] {
        self.issuer
    }

    /// What it says. Nothing of this holds before [`Ticket::verify`] has succeeded.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Whether it names this root.
    pub fn opens(&self, root: &[u8; 36]) -> bool {
        self.claims.roots.contains(root)
    }

    /// Whether the node that it names signed it for this chain and it is good now (Unix seconds).
    ///
    /// # Errors
    /// `TicketForOtherChain`, `TicketExpired`, `TicketSignature`.
    pub fn verify<C: Crypto>(&self, crypto: &C, now: u64, genesis: &[u8; 32]) -> Result<(), Error> {
        if self.claims.genesis != *genesis {
            return Err(Error::TicketForOtherChain);
        }
        if now >= self.claims.exp {
            return Err(Error::TicketExpired);
        }
        match self.message.is_signed_by(crypto, &PublicKey::Ed25519(self.issuer)) {
            true => Ok(()),
            false => Err(Error::TicketSignature),
        }
    }

    /// [`Ticket::verify`], and whether it opens this root.
    ///
    /// # Errors
    /// `TicketForOtherRoot`, and those of [`Ticket::verify`].
    pub fn verify_for<C: Crypto>(
        &self,
        crypto: &C,
        now: u64,
        genesis: &[u8; 32],
        root: &[u8; 36],
    ) -> Result<(), Error> {
        match self.opens(root) {
            true => self.verify(crypto, now, genesis),
            false => Err(Error::TicketForOtherRoot),
        }
    }
}

/// Leaves the signature away: a ticket in a log must not open anything.
impl core::fmt::Debug for Ticket<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ticket")
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}

fn read(payload: &[u8]) -> Result<Claims, suit_manifest::error::Error> {
    let mut claims = claim::Claims::new(payload)?;
    let exp = claims.required(claim::EXPIRY)?.uint()?;
    claims.profile(PROFILE)?;
    let genesis = *claims.required(claim::GENESIS)?.bytes_of()?;
    let reader = claims.required(claim::ROOTS)?;
    let start = reader.clone();
    let mut roots = [[0; 36]; MAX_ROOTS];
    let count = reader.array()?;
    for root in roots.get_mut(..count).ok_or(start.error(ErrorKind::TooMany))? {
        *root = *reader.bytes_of()?;
    }
    let roots = roots
        .get(..count)
        .and_then(Roots::new)
        .ok_or(start.error(ErrorKind::BadValue))?;
    claims.end()?;
    Ok(Claims { exp, genesis, roots })
}

#[cfg(feature = "alloc")]
mod issuing {
    use super::{Claims, CONTENT_TYPE, PROFILE};
    use crate::{claim, IssueError};
    use alloc::vec::Vec;
    use suit_manifest::{
        cbor::Writer,
        cose::{sign1, Algorithm, PublicKey, Signer},
    };

    /// Makes a ticket with the node's key.
    ///
    /// # Errors
    /// `NotANodeKey` where the signer is not one of Ed25519 by algorithm -19; `Sign` where it fails.
    pub fn issue(claims: &Claims, node: &dyn Signer) -> Result<Vec<u8>, IssueError> {
        let (PublicKey::Ed25519(kid), Algorithm::Ed25519) = (node.public_key(), node.algorithm()) else {
            return Err(IssueError::NotANodeKey);
        };
        let mut w = Writer::new();
        w.map(4);
        w.int(claim::EXPIRY).uint(claims.exp);
        w.int(claim::PROFILE).text(PROFILE);
        w.int(claim::GENESIS).bytes(&claims.genesis);
        w.int(claim::ROOTS).array(claims.roots.len());
        for root in claims.roots.iter() {
            w.bytes(root);
        }
        Ok(sign1(&w.finish(), Some(CONTENT_TYPE), Some(&kid), false, node)?)
    }
}
#[cfg(feature = "alloc")]
pub use issuing::issue;
