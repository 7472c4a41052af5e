//! Severed members and integrated payloads come and go; the manifest says which may.

use super::Envelope;
use crate::{
    build::{digest::Digest, BuildError},
    error::{Error, ErrorKind},
    manifest::{Command, Manifest, Member, Severable},
};
use alloc::{string::String, vec::Vec};

impl Envelope {
    /// Takes a severed member out of the envelope and hands it out; the signatures still hold.
    ///
    /// # Errors
    /// [`BuildError::NotSevered`] where the manifest holds the member itself, or has none: to sever it is a change of the
    /// manifest, before it is signed (see [`crate::build::model::Manifest::sever`]). [`BuildError::MissingMember`] where
    /// the envelope does not have it.
    pub fn sever(&mut self, member: Severable) -> Result<Vec<u8>, BuildError> {
        self.expected_digest(member)?;
        self.severed.remove(&member).ok_or(BuildError::MissingMember(member))
    }

    /// Puts a severed member, without its byte string's head, into the envelope.
    ///
    /// # Errors
    /// [`BuildError::NotSevered`] where the manifest has no digest of it; [`BuildError::Malformed`] with
    /// [`ErrorKind::DigestMismatch`] where it is not the one that was severed, or with what is wrong within it;
    /// [`BuildError::UnsupportedDigest`].
    pub fn attach(&mut self, member: Severable, content: &[u8]) -> Result<(), BuildError> {
        let expected = self.expected_digest(member)?;
        if Digest::of_wrapped(expected.algorithm, content)? != expected {
            return Err(Error::from(ErrorKind::DigestMismatch).into());
        }
        self.change(|envelope| {
            envelope.severed.insert(member, content.to_vec());
        })
    }

    /// Puts a payload into the envelope, under the URI that the manifest has for it, such as `#file.bin` (§7.5). It
    /// replaces one of the same name.
    ///
    /// # Errors
    /// [`BuildError::UnusedPayload`] where no command that is here has this URI; [`BuildError::Malformed`] with
    /// [`ErrorKind::TooMany`] or [`ErrorKind::TooLong`].
    pub fn add_payload(&mut self, name: &str, payload: &[u8]) -> Result<(), BuildError> {
        if !self.with_manifest(|manifest| Ok(names(manifest, name)?))? {
            return Err(BuildError::UnusedPayload);
        }
        self.change(|envelope| {
            envelope.integrated.insert(String::from(name), payload.to_vec());
        })
    }

    /// Takes an integrated payload out of the envelope; `None` where there is none of this name.
    pub fn remove_payload(&mut self, name: &str) -> Option<Vec<u8>> {
        self.integrated.remove(name)
    }

    fn expected_digest(&self, member: Severable) -> Result<Digest, BuildError> {
        self.with_manifest(|manifest| match manifest.severable(member) {
            Member::Severed { digest, .. } => Ok(digest.into()),
            Member::Absent | Member::Inside(_) => Err(BuildError::NotSevered(member)),
        })
    }
}

/// Whether a command of the manifest has this URI.
fn names(manifest: &Manifest<'_>, name: &str) -> Result<bool, Error> {
    let mut found = false;
    manifest.visit(&mut |command| {
        match command {
            Command::OverrideParameters(parameters) | Command::SetParameters(parameters) => {
                found |= parameters.uri == Some(name);
            }
            Command::OverrideMultiple(argument) => {
                for entry in argument.entries() {
                    found |= entry?.1.uri == Some(name);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}
