//! `dress-up` 0.1.1.
//!
//! It hashes the manifest while it authenticates, and decodes commands only while it runs them. Its decoder alone can't
//! be called, so that reading everything here means running the install sequence on hooks that do nothing.

use dress_up::{component::Component, error::Error, OperatingHooks, SuitManifest};
use std::cell::Cell;
use uuid::Uuid;

/// What is read of the manifest, beyond its digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Nothing: what `authenticate` does.
    Envelope,
    /// The shared sequence and the install sequence, run to the image match at their end, which is not computed; whether
    /// there is a validate sequence, which is not read.
    Everything,
}

/// Decodes and checks the digest; `verify` judges an authentication block over the digest.
pub fn decode(envelope: &[u8], depth: Depth, verify: impl Fn(&[u8], &[u8]) -> bool) -> Result<u64, Error> {
    let bytes = &envelope;
    let authenticated = SuitManifest::from_bytes(bytes).authenticate(|block, digest| Ok(verify(block, digest)))?;
    if depth == Depth::Envelope {
        return Ok(0);
    }
    let manifest = authenticated.envelope()?.manifest()?;
    manifest.version()?;
    let sequence_number = manifest.sequence_number()?;
    manifest.has_image_validation()?;
    match manifest.execute_payload_installation(&Idle) {
        // The last command of the draft's template for an installation: everything before it has been read.
        Ok(()) => Ok(sequence_number),
        Err(error) if is_stopped(&error) => Ok(sequence_number),
        Err(error) => Err(error),
    }
}

/// Runs validation and installation on a component that holds the image after a fetch; says what was fetched.
pub fn run(envelope: &[u8], image: &[u8]) -> Result<(u64, Option<String>), Error> {
    let bytes = &envelope;
    let authenticated = SuitManifest::from_bytes(bytes).authenticate(|_, _| Ok(true))?;
    let manifest = authenticated.envelope()?.manifest()?;
    let device = Device {
        image,
        fetched: Cell::new(None),
    };
    manifest.execute_payload_installation(&device)?;
    manifest.execute_image_validation(&device)?;
    Ok((manifest.sequence_number()?, device.fetched.take()))
}

fn is_stopped(error: &Error) -> bool {
    matches!(error, Error::AuthenticationFailure)
}

/// Agrees to everything, and stops at the image.
struct Idle;

impl OperatingHooks for Idle {
    type ReadWriteBufferSize = generic_array::typenum::U64;

    fn match_vendor_id(&self, _: Uuid, _: &Component) -> Result<bool, Error> {
        Ok(true)
    }

    fn match_class_id(&self, _: Uuid, _: &Component) -> Result<bool, Error> {
        Ok(true)
    }

    fn component_read(&self, _: &Component, _: Option<u64>, _: usize, _: &mut [u8]) -> Result<(), Error> {
        Ok(())
    }

    fn component_write(&self, _: &Component, _: Option<u64>, _: usize, _: &[u8]) -> Result<(), Error> {
        Ok(())
    }

    fn component_size(&self, _: &Component) -> Result<usize, Error> {
        // An error that nothing else gives once the manifest is authenticated, so that it says where it comes from.
        Err(Error::AuthenticationFailure)
    }

    fn component_capacity(&self, _: &Component) -> Result<usize, Error> {
        Ok(usize::MAX)
    }

    fn fetch(&self, _: &Component, _: Option<u64>, _: &str) -> Result<(), Error> {
        Ok(())
    }
}

/// A device of one component.
struct Device<'a> {
    image: &'a [u8],
    fetched: Cell<Option<String>>,
}

impl OperatingHooks for Device<'_> {
    type ReadWriteBufferSize = generic_array::typenum::U64;

    fn match_vendor_id(&self, vendor: Uuid, _: &Component) -> Result<bool, Error> {
        Ok(*vendor.as_bytes() == crate::samples::firmware().vendor)
    }

    fn match_class_id(&self, class: Uuid, _: &Component) -> Result<bool, Error> {
        Ok(*class.as_bytes() == crate::samples::firmware().class)
    }

    fn component_read(&self, _: &Component, _: Option<u64>, offset: usize, bytes: &mut [u8]) -> Result<(), Error> {
        let end = offset.saturating_add(bytes.len());
        match self.image.get(offset..end) {
            Some(part) => bytes.copy_from_slice(part),
            None => return Err(Error::ConditionMatchFail { position: 0 }),
        }
        Ok(())
    }

    fn component_write(&self, _: &Component, _: Option<u64>, _: usize, _: &[u8]) -> Result<(), Error> {
        Ok(())
    }

    fn component_size(&self, _: &Component) -> Result<usize, Error> {
        Ok(self.image.len())
    }

    fn component_capacity(&self, _: &Component) -> Result<usize, Error> {
        Ok(self.image.len())
    }

    fn fetch(&self, _: &Component, _: Option<u64>, uri: &str) -> Result<(), Error> {
        self.fetched.set(Some(uri.to_owned()));
        Ok(())
    }
}
