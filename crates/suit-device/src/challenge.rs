//! Challenges that a node recognises without remembering them.
//!
//! `version ‖ random ‖ expiry ‖ MAC`. The device treats them as opaque. Only those that were used have to be remembered,
//! and only until they expire: see `replay`.

use crate::Error;
use core::fmt;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroize;

/// Length of a challenge in bytes.
pub const LEN: usize = 41;
/// Version of the format.
pub const VERSION: u8 = 1;

/// Put before what the MAC covers, so that the key serves no other purpose.
const DOMAIN: &[u8] = b"suit-challenge";
/// Length of version, random part and expiry.
const SIGNED: usize = 25;

/// Issues challenges and recognises its own.
#[derive(Clone)]
pub struct Challenger {
    mac_key: [u8; 32],
}

/// A challenge of this node's that has not expired.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opened {
    /// The random part: what the cache against replay remembers.
    pub random: [u8; 16],
    /// Until when it has to be remembered, in Unix seconds.
    pub expiry: u64,
}

impl Challenger {
    /// With a key that the node draws from the system's random source at start and tells nobody.
    pub fn new(mac_key: [u8; 32]) -> Self {
        Self { mac_key }
    }

    /// A challenge. `random` has to come from the system's random source, fresh for each; `expiry` is in Unix seconds.
    pub fn issue(&self, random: [u8; 16], expiry: u64) -> [u8; LEN] {
        let mut out = [0; LEN];
        let (signed, tag) = out.split_at_mut(SIGNED);
        let fields = [VERSION].into_iter().chain(random).chain(expiry.to_be_bytes());
        signed.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        let mac = self.mac(signed).finalize().into_bytes();
        tag.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        out
    }

    /// Whether this node has issued the challenge and its time is not over. Returns the random part.
    ///
    /// # Errors
    /// `ChallengeMalformed`, `ChallengeForged`, `ChallengeExpired`.
    pub fn check(&self, challenge: &[u8], now: u64) -> Result<[u8; 16], Error> {
        self.open(challenge, now).map(|opened| opened.random)
    }

    /// Like [`Challenger::check`], and tells when it expires.
    pub fn open(&self, challenge: &[u8], now: u64) -> Result<Opened, Error> {
        let challenge: &[u8; LEN] = challenge.try_into().map_err(|_| Error::ChallengeMalformed)?;
        let (signed, tag) = challenge
            .split_first_chunk::<SIGNED>()
            .ok_or(Error::ChallengeMalformed)?;
        let ([version], fields) = signed.split_first_chunk::<1>().ok_or(Error::ChallengeMalformed)?;
        let (random, expiry) = fields.split_first_chunk::<16>().ok_or(Error::ChallengeMalformed)?;
        let expiry = u64::from_be_bytes(expiry.try_into().map_err(|_| Error::ChallengeMalformed)?);
        if *version != VERSION {
            return Err(Error::ChallengeMalformed);
        }
        // In constant time: how far a guess was right must not show.
        self.mac(signed)
            .verify_truncated_left(tag)
            .map_err(|_| Error::ChallengeForged)?;
        if now >= expiry {
            return Err(Error::ChallengeExpired);
        }
        Ok(Opened {
            random: *random,
            expiry,
        })
    }

    fn mac(&self, signed: &[u8]) -> Hmac<Sha256> {
        // HMAC fills a key up with zeros to the length of a block (RFC 2104 §2), so this is the MAC with the 32 bytes;
        // but given a whole block there is no length that could be refused.
        let mut block = [0; 64];
        block.iter_mut().zip(self.mac_key).for_each(|(to, from)| *to = from);
        let mut mac = <Hmac<Sha256> as Mac>::new((&block).into());
        block.zeroize();
        mac.update(DOMAIN);
        mac.update(signed);
        mac
    }
}

/// Shows nothing of the key.
impl fmt::Debug for Challenger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenger").finish_non_exhaustive()
    }
}

impl Drop for Challenger {
    fn drop(&mut self) {
        self.mac_key.zeroize();
    }
}
