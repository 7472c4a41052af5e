//! Runtime APIs that RPC, gateway, pinner and tools call.

use crate::{
    ids::{KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId},
    refusal::Refusal,
    release::{Demand, PayloadRoot, Policy, Release, Retrieval, RootCid},
    replication::{PeriodInfo, StorageNode},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The newest release of a product, as a device should see it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub enum Latest {
    /// The product is not registered.
    #[codec(index = 0)]
    UnknownProduct,
    /// Nothing is offered. What was published, if anything, is not available yet.
    #[codec(index = 1)]
    NoRelease {
        /// Highest sequence number ever published.
        highest_published: Option<SequenceNumber>,
    },
    /// This release is offered.
    #[codec(index = 2)]
    Release {
        /// Its number over all products.
        id: ReleaseId,
        /// The record.
        release: Release,
        /// Highest sequence number ever published; greater than the release's while a newer one awaits its bytes.
        highest_published: SequenceNumber,
    },
    /// The vendor is suspended: nothing is offered until it is settled which keys are good.
    #[codec(index = 3)]
    VendorSuspended,
}

/// A product and its policy.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct ProductInfo {
    /// The class name that the id was derived from.
    pub class_name: Vec<u8>,
    /// What the vendor lays down for it.
    pub policy: Policy,
    /// Highest sequence number ever published.
    pub highest_published: Option<SequenceNumber>,
    /// Releases published so far.
    pub releases: u32,
}

/// What a key may sign.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum KeyUsage {
    /// Manifests and intents: an author's key.
    #[codec(index = 0)]
    Manifests,
    /// Device credentials: an operator's key.
    #[codec(index = 1)]
    Credentials,
}

/// A public key in the form that signatures are checked with.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum PublicKey {
    /// P-256 point, x then y: uncompressed, because decompressing costs more than it saves.
    #[codec(index = 0)]
    P256([u8; 64]),
    /// Ed25519.
    #[codec(index = 1)]
    Ed25519([u8; 32]),
}

/// Where a key stands.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum KeyStatus {
    /// It may sign.
    #[codec(index = 0)]
    Live,
    /// It signs no more; what it signed stays good.
    #[codec(index = 1)]
    Rotated {
        /// Block since when.
        at: u32,
    },
    /// Nothing that it signed since this block counts.
    #[codec(index = 2)]
    Compromised {
        /// Block since when.
        since: u32,
    },
}

/// A registered author or operator key.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct KeyInfo {
    /// The vendor it belongs to.
    pub vendor: VendorId,
    /// The key.
    pub key: PublicKey,
    /// What it may sign.
    pub usage: KeyUsage,
    /// Where it stands.
    pub status: KeyStatus,
    /// For an operator's key: credentials issued before this Unix time (seconds) are void.
    pub void_before: u64,
}

/// What publishing this would do.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct DryRun {
    /// Every reason for refusal that could be found; empty where it would be accepted.
    pub refusals: Vec<Refusal>,
    /// The products it would be published for.
    pub products: Vec<ProductId>,
    /// The sequence number.
    pub sequence_number: Option<SequenceNumber>,
}

/// A payload that a live release names.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct WantedRoot {
    /// Length of the stored file in bytes.
    pub stored_size: u64,
    /// Open where at least one release that names it is open.
    pub retrieval: Retrieval,
}

sp_api::decl_runtime_apis! {
    /// What was published, and who may publish.
    pub trait SuitRegistryApi {
        /// The newest release that is offered for a product.
        fn latest(product: ProductId) -> Latest;
        /// A release by its product and sequence number.
        fn release(product: ProductId, sequence_number: SequenceNumber) -> Option<(ReleaseId, Release)>;
        /// A release by its number.
        fn release_by_id(release: ReleaseId) -> Option<Release>;
        /// The envelope of a release.
        fn envelope(release: ReleaseId) -> Option<Vec<u8>>;
        /// A product and its policy.
        fn product(product: ProductId) -> Option<ProductInfo>;
        /// A registered key.
        fn key(key: KeyId) -> Option<KeyInfo>;
        /// What `publish` by this account would do.
        fn dry_run_publish(account: Vec<u8>, envelope: Vec<u8>, roots: Vec<PayloadRoot>) -> DryRun;
        /// What `publish_authorized` would do.
        fn dry_run_publish_authorized(envelope: Vec<u8>, intent: Vec<u8>) -> DryRun;
        /// The payload with this root, where a live release names it.
        fn wanted_root(root: RootCid) -> Option<WantedRoot>;
    }

    /// Who holds what.
    pub trait SuitReplicationApi {
        /// A registered storage node.
        fn node(node: NodeId) -> Option<StorageNode>;
        /// All registered storage nodes.
        fn nodes() -> Vec<StorageNode>;
        /// Live storage nodes that attested the release.
        fn holders(release: ReleaseId) -> Vec<NodeId>;
        /// What falls to this node.
        fn duty(node: NodeId) -> Vec<Demand>;
        /// The attestation period.
        fn period() -> PeriodInfo;
    }
}
