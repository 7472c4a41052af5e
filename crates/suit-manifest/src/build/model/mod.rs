//! A manifest as its author thinks of it: owned, with public fields, encoded when it is complete.
//!
//! [`Manifest::encode`] hands out only what the strict decoder reads. A manifest that was decoded becomes a model again
//! ([`Manifest::from_decoded`]), and encodes to the same bytes.
//!
//! ```
//! use suit_manifest::{
//!     build::model::{Command, ComponentId, Condition, Digest, Directive, Manifest, Parameters, Severable},
//!     digest::DigestAlgorithm,
//!     envelope::Mode,
//! };
//!
//! // Secure boot (§7.2), with a download (§7.3) that is severed, since the device needs it only once.
//! let image = Parameters {
//!     image_digest: Some(Digest::of(DigestAlgorithm::Sha256, b"the image")?),
//!     image_size: Some(9),
//!     ..Parameters::default()
//! };
//! let from = Parameters {
//!     uri: Some("https://example.com/image.bin".into()),
//!     ..Parameters::default()
//! };
//! let manifest = Manifest {
//!     sequence_number: 1,
//!     components: vec![ComponentId::new(["app"])],
//!     shared: Some(vec![Command::OverrideParameters(image)]),
//!     install: Some(Severable::severed(vec![
//!         Command::OverrideParameters(from),
//!         Command::directive(Directive::Fetch),
//!         Command::condition(Condition::ImageMatch),
//!     ])),
//!     validate: Some(vec![Command::condition(Condition::ImageMatch)]),
//!     invoke: Some(vec![Command::directive(Directive::Invoke)]),
//!     ..Manifest::default()
//! };
//! let bytes = manifest.encode()?;
//!
//! // Read on its own, the manifest knows the digest of what was severed.
//! let read = Manifest::decode(&bytes, Mode::Strict)?;
//! assert!(matches!(read.install, Some(Severable::Digest(_))));
//! assert_eq!(read.encode()?, bytes);
//! # Ok::<(), suit_manifest::build::BuildError>(())
//! ```

mod command;
mod component;
mod encode;
mod parameters;
mod read;
mod sequence;
mod severable;
mod text;

pub use super::digest::Digest;
pub use command::{policy, Command, Condition, Directive, Index};
pub use component::{ComponentId, Dependency};
pub(super) use encode::wrapped;
pub use encode::Encoded;
pub use parameters::{Parameters, VendorId, VersionMatch};
pub use severable::Severable;
pub use text::{component_text, manifest_text, LanguageText, Text};

use alloc::{string::String, vec::Vec};

/// A command sequence; it has at least one command, and is nested no deeper than
/// [`crate::manifest::MAX_SEQUENCE_DEPTH`].
pub type Sequence = Vec<Command>;

/// SUIT_Manifest (§8.4), with the members that trust-domains and update-management add. The version is always 1.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    /// 2: rises with every release of a product.
    pub sequence_number: u64,
    /// 4: where the full manifest can be had.
    pub reference_uri: Option<String>,
    /// 5 (trust-domains): where this manifest itself is kept.
    pub manifest_component_id: Option<ComponentId>,
    /// 6 (update-management): the version that the components have afterwards.
    pub set_version: Option<Vec<i64>>,
    /// Of the common part (3): the components, in the order of their indices.
    pub components: Vec<ComponentId>,
    /// Of the common part (trust-domains): which components are envelopes of other manifests.
    pub dependencies: Vec<Dependency>,
    /// Of the common part: the shared sequence, which runs before every other.
    pub shared: Option<Sequence>,
    /// 7.
    pub validate: Option<Sequence>,
    /// 8.
    pub load: Option<Sequence>,
    /// 9.
    pub invoke: Option<Sequence>,
    /// 24 (trust-domains).
    pub uninstall: Option<Sequence>,
    /// 15 (trust-domains).
    pub dependency_resolution: Option<Severable<Sequence>>,
    /// 16.
    pub payload_fetch: Option<Severable<Sequence>>,
    /// 18 (trust-domains).
    pub candidate_verification: Option<Severable<Sequence>>,
    /// 20.
    pub install: Option<Severable<Sequence>>,
    /// 23.
    pub text: Option<Severable<Text>>,
    /// 14 (update-management): a CoSWID (RFC 9393), as CBOR.
    pub coswid: Option<Severable<Vec<u8>>>,
}
