//! Whether envelope and manifest belong together.

use super::Envelope;
use crate::{
    crypto::Crypto,
    error::{Error, ErrorKind},
    manifest::{Command, Manifest, Member, Severable},
};

impl<'a> Envelope<'a> {
    /// Checks the manifest's digest over the bytes as received (§8.3), without reading the manifest.
    ///
    /// # Errors
    /// [`ErrorKind::DigestMismatch`]; [`ErrorKind::UnsupportedDigest`].
    pub fn check_manifest_digest<C: Crypto>(&self, crypto: &C) -> Result<(), Error> {
        self.digest.check(crypto, &[self.manifest.raw])
    }

    /// Checks the manifest's digest, and those of the severable members that are here, over the bytes as received (§8.3,
    /// §8.6: with the byte string's head).
    ///
    /// # Errors
    /// [`ErrorKind::DigestMismatch`]; [`ErrorKind::UnsupportedDigest`]; [`ErrorKind::Stuffed`] where a severable member is
    /// here for which the manifest has no digest; what [`Self::manifest`] finds.
    pub fn check_digest<C: Crypto>(&self, crypto: &C) -> Result<(), Error> {
        self.check_manifest_digest(crypto)?;
        self.check_severed(crypto, &self.manifest()?)
    }

    /// Checks that manifest and envelope account for each other to the last member: [`Self::check_digest`], no unknown
    /// member, no unsigned header beyond a key identifier, each integrated payload named by a URI of the manifest, and
    /// nothing missing that a recipient needs. Text and CoSWID may be missing: no recipient needs them.
    ///
    /// How many authentication blocks there are, and whose, is for the caller to judge.
    ///
    /// # Errors
    /// [`ErrorKind::Stuffed`], [`ErrorKind::Stripped`], and those of [`Self::check_digest`].
    pub fn check_complete<C: Crypto>(&self, crypto: &C) -> Result<(), Error> {
        self.check_manifest_digest(crypto)?;
        let manifest = self.manifest()?;
        self.check_severed(crypto, &manifest)?;
        if let Some(offset) = self.unknown {
            return Err(ErrorKind::Stuffed.at(offset));
        }
        if self.blocks().any(|block| !block.unprotected_is_plain()) {
            return Err(ErrorKind::Stuffed.into());
        }
        for member in Severable::ALL {
            let missing = matches!(manifest.severable(member), Member::Severed { content: None, .. });
            if missing && member.is_needed() {
                return Err(ErrorKind::Stripped.into());
            }
        }
        self.check_integrated(&manifest)
    }

    fn check_severed<C: Crypto>(&self, crypto: &C, manifest: &Manifest<'a>) -> Result<(), Error> {
        for (member, here) in manifest.severables().iter().zip(&self.severed) {
            let Some(here) = here else { continue };
            match member {
                Member::Severed { digest, .. } => {
                    digest
                        .check(crypto, &[here.raw])
                        .map_err(|error| error.kind.at(here.base))?;
                }
                Member::Absent | Member::Inside(_) => return Err(ErrorKind::Stuffed.at(here.base)),
            }
        }
        Ok(())
    }

    fn check_integrated(&self, manifest: &Manifest<'a>) -> Result<(), Error> {
        // One bit for each integrated payload that a URI names: MAX_INTEGRATED fits into a u32.
        let mut named = 0u32;
        manifest.visit(&mut |command| {
            let mut note = |uri: Option<&str>| {
                let Some(uri) = uri else { return Ok(()) };
                match self.integrated.iter().position(|(key, _)| *key == uri) {
                    Some(index) => named |= 1u32.checked_shl(index as u32).unwrap_or(0),
                    // A reference to a fragment only: to this envelope (§7.5).
                    None if uri.starts_with('#') => return Err(Error::from(ErrorKind::Stripped)),
                    None => {}
                }
                Ok(())
            };
            match command {
                Command::OverrideParameters(parameters) | Command::SetParameters(parameters) => note(parameters.uri),
                Command::OverrideMultiple(argument) => argument.entries().try_for_each(|entry| note(entry?.1.uri)),
                _ => Ok(()),
            }
        })?;
        if named.count_ones() as usize == self.integrated.len() {
            Ok(())
        } else {
            Err(ErrorKind::Stuffed.into())
        }
    }
}
