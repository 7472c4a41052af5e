//! The manifest of one firmware image for one component: the draft's templates for compatibility check and download
//! (§7.1, §7.3).

use super::BuildError;
use crate::{
    cbor::Writer,
    digest::DigestAlgorithm,
    envelope::Mode,
    manifest::{
        code::{condition, directive},
        Manifest,
    },
};
use alloc::vec::Vec;

/// Report success and failure, with system information: what the draft's examples ask for with conditions.
const REPORT_ALL: u64 = 15;
/// Report failure: what they ask for with fetch.
const REPORT_FAILURE: u64 = 2;

/// One firmware image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Firmware<'a> {
    /// Vendor identifier; see [`crate::uuid::vendor_id`].
    pub vendor: [u8; 16],
    /// Class identifier; see [`crate::uuid::class_id`].
    pub class: [u8; 16],
    /// Must be greater than that of every earlier release.
    pub sequence_number: u64,
    /// Component identifier: where on the device the image belongs.
    pub component: &'a [&'a [u8]],
    /// SHA-256 of the image.
    pub digest: [u8; 32],
    /// Length of the image in bytes.
    pub size: u64,
    /// Where to fetch it: `ipfs://` and its CID.
    pub uri: &'a str,
}

impl Firmware<'_> {
    /// The manifest, as deterministic CBOR.
    ///
    /// # Errors
    /// What would make a manifest that nobody can install.
    pub fn manifest(&self) -> Result<Vec<u8>, BuildError> {
        if self.uri.is_empty() {
            return Err(BuildError::NoUri);
        }
        if self.size == 0 {
            return Err(BuildError::EmptyImage);
        }
        let mut writer = Writer::new();
        writer.map(5).uint(1).uint(1).uint(2).uint(self.sequence_number);
        writer.uint(3).bytes(&self.common());
        writer.uint(7).bytes(&validate());
        writer.uint(20).bytes(&self.install());
        let manifest = writer.finish();
        Manifest::decode(&manifest, Mode::Strict)?;
        Ok(manifest)
    }

    fn common(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(2).uint(2).array(1).array(self.component.len());
        for part in self.component {
            writer.bytes(part);
        }
        writer.uint(4).bytes(&self.shared_sequence());
        writer.finish()
    }

    fn shared_sequence(&self) -> Vec<u8> {
        let mut digest = Writer::new();
        digest
            .array(2)
            .int(DigestAlgorithm::Sha256.number())
            .bytes(&self.digest);
        let mut writer = Writer::new();
        writer.array(6).int(directive::OVERRIDE_PARAMETERS).map(4);
        writer.uint(1).bytes(&self.vendor).uint(2).bytes(&self.class);
        writer.uint(3).bytes(&digest.finish()).uint(14).uint(self.size);
        writer
            .int(condition::VENDOR_ID)
            .uint(REPORT_ALL)
            .int(condition::CLASS_ID)
            .uint(REPORT_ALL);
        writer.finish()
    }

    fn install(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .array(6)
            .int(directive::OVERRIDE_PARAMETERS)
            .map(1)
            .uint(21)
            .text(self.uri);
        writer
            .int(directive::FETCH)
            .uint(REPORT_FAILURE)
            .int(condition::IMAGE_MATCH)
            .uint(REPORT_ALL);
        writer.finish()
    }
}

fn validate() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(2).int(condition::IMAGE_MATCH).uint(REPORT_ALL);
    writer.finish()
}
