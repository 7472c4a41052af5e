//! The device conversation as a node sees it, in one function.

use crate::{challenge::Challenger, credential::Credential, request::Request, Error};
use suit_manifest::{cose::PublicKey, crypto::Crypto};

/// A device that has shown what its operator vouches for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// Names the device in this credential and nowhere else.
    pub pseudonym: [u8; 16],
    /// Vendor id of its product.
    pub vendor: [u8; 16],
    /// Class id of its product.
    pub class: [u8; 16],
    /// Sequence number that it has installed, where it tells.
    pub installed: Option<u64>,
    /// Random part of the challenge, for [`ReplayCache::insert`](crate::replay::ReplayCache::insert).
    pub nonce: [u8; 16],
    /// When the challenge expires, for the same.
    pub challenge_expiry: u64,
}

/// Whether a device is what its credential says, and asks this node, on this chain, now (Unix seconds).
///
/// Before: the caller finds the operator's key under [`Credential::operator_kid`], and whether it is live, of the
/// credential's vendor, and has not voided credentials as old as this one. After: the caller marks the challenge as used
/// in the cache against replay, and answers only where it was not. In this order nobody without a credential can fill
/// the cache.
///
/// What costs little is checked first, so that a stranger costs this node one MAC and no signature.
///
/// # Errors
/// `ChallengeMalformed`, `ChallengeForged`, `ChallengeExpired`, `WrongAudience`, `WrongGenesis`, `WrongClass`, those of
/// [`Credential::verify`], `RequestSignature`.
#[allow(clippy::too_many_arguments)]
pub fn verify_device<C: Crypto>(
    crypto: &C,
    credential: &Credential<'_>,
    operator: &PublicKey,
    request: &Request<'_>,
    node_key: &[u8; 32],
    genesis: &[u8; 32],
    challenger: &Challenger,
    now: u64,
) -> Result<Verified, Error> {
    let asked = request.claims();
    let vouched = credential.claims();
    let challenge = challenger.open(&asked.challenge, now)?;
    if asked.audience != *node_key {
        return Err(Error::WrongAudience);
    }
    if asked.genesis != *genesis {
        return Err(Error::WrongGenesis);
    }
    if (asked.vendor, asked.class) != (vouched.vendor, vouched.class) {
        return Err(Error::WrongClass);
    }
    credential.verify(crypto, operator, now)?;
    request.verify(crypto, &vouched.device_key)?;
    Ok(Verified {
        pseudonym: vouched.pseudonym,
        vendor: vouched.vendor,
        class: vouched.class,
        installed: asked.installed,
        nonce: challenge.random,
        challenge_expiry: challenge.expiry,
    })
}
