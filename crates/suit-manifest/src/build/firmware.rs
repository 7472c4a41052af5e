//! The manifest of one firmware image for one component: the draft's templates for compatibility check and download
//! (§7.1, §7.3).

use super::{
    model::{ComponentId, Digest, Text},
    BuildError, Image, Payload, Release, Source,
};
use alloc::{string::String, vec, vec::Vec};

/// One firmware image. [`Release`] makes manifests of more.
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
        self.release().manifest()?.encode()
    }

    /// The same as a release, to add images and text to.
    pub fn release(&self) -> Release {
        let payload = Payload {
            digest: Digest::sha256(self.digest),
            size: self.size,
            uri: String::from(self.uri),
        };
        Release {
            vendor: self.vendor,
            class: self.class,
            sequence_number: self.sequence_number,
            images: vec![Image {
                component: ComponentId::new(self.component.iter().copied()),
                source: Source::Fetched(payload),
                invoke: false,
            }],
            text: Text::default(),
        }
    }
}
