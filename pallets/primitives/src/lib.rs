//! Types and runtime APIs shared by the registry, replication, the runtime and the node.
//!
//! Every record that outlives a release of this software is an enumeration whose SCALE index is its version number, so
//! that a later version adds a variant and old state still decodes.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub mod apis;
pub mod attestation;
pub mod bounds;
pub mod ids;
pub mod mailbox;
pub mod refusal;
pub mod release;
pub mod replication;

pub use ids::{ClassId, KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId};
pub use refusal::Refusal;
