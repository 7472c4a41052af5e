//! Runtime APIs that RPC, gateway, pinner and tools call.

use crate::{
    ids::{ClassId, KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId},
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

/// Where a vendor stands.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum VendorStatus {
    /// Its releases are offered and it may publish.
    #[codec(index = 0)]
    Active,
    /// Nothing of it is offered until it is settled which of its releases are good.
    #[codec(index = 1)]
    Suspended,
    /// Gone for good. Its id is never given out again.
    #[codec(index = 2)]
    Retired,
}

/// A vendor.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct VendorInfo {
    /// The domain name that the id was derived from; empty where it was registered by a UUID.
    pub domain: Vec<u8>,
    /// The admin account, SCALE-encoded.
    pub admin: Vec<u8>,
    /// The account that the vendor is offered to, SCALE-encoded.
    pub offered_to: Option<Vec<u8>>,
    /// The publisher accounts, SCALE-encoded each.
    pub publishers: Vec<Vec<u8>>,
    /// Where it stands.
    pub status: VendorStatus,
    /// Author signatures that each of its releases needs at least.
    pub threshold: u8,
    /// A lower threshold, and the block from which it will be in force.
    pub pending_threshold: Option<(u8, u32)>,
    /// Products that are not retired.
    pub products: u32,
    /// Number of the last key handover; 0 where there was none.
    pub handovers: u64,
    /// Block of the registration.
    pub registered_at: u32,
}

/// A product and its policy.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct ProductInfo {
    /// The class name that the id was derived from.
    pub class_name: Vec<u8>,
    /// What the vendor lays down for it, as it is in force.
    pub policy: Policy,
    /// What will take its place, and the block from which it will be in force.
    pub pending_policy: Option<(Policy, u32)>,
    /// Whether it is retired.
    pub retired: bool,
    /// Highest sequence number ever published.
    pub highest_published: Option<SequenceNumber>,
    /// The least sequence number that the next release may have; `None` where there is none left.
    pub next_sequence_number: Option<SequenceNumber>,
    /// Releases published so far.
    pub releases: u32,
    /// Releases whose envelopes are kept.
    pub kept: u32,
    /// Stepping stones: sequence numbers that older devices have to pass through, rising.
    pub stepping_stones: Vec<SequenceNumber>,
}

/// A release in a product's history.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct HistoryEntry {
    /// Which of the product's releases it is, counted from 0.
    pub ordinal: u32,
    /// Its number over all products.
    pub release: ReleaseId,
    /// The record.
    pub record: Release,
    /// Whether its envelope is on the chain still.
    pub kept: bool,
    /// Why it is withheld, where it is.
    pub suspension: Option<Suspension>,
}

/// On whose word a release is withheld.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Suspension {
    /// The vendor's, who may resume it.
    #[codec(index = 0)]
    Vendor,
    /// The council's, which may resume it.
    #[codec(index = 1)]
    Council,
    /// A compromise left it with fewer good signers than the threshold. Nobody resumes it.
    #[codec(index = 2)]
    Compromise,
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

impl KeyStatus {
    /// Whether what the key signed in this block counts.
    pub fn counts_at(self, block: u32) -> bool {
        match self {
            KeyStatus::Live | KeyStatus::Rotated { .. } => true,
            KeyStatus::Compromised { since } => block < since,
        }
    }
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
    /// First block in which it may sign.
    pub from: u32,
    /// Last block in which it may sign.
    pub until: Option<u32>,
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
        /// The release that a device with this sequence number should take next: a stepping stone where one lies before
        /// the newest, otherwise the newest.
        fn next_release(product: ProductId, installed: Option<SequenceNumber>) -> Latest;
        /// A product's releases, the newest first, from the one before this ordinal; at most 64.
        fn history(product: ProductId, before: Option<u32>, limit: u32) -> Vec<HistoryEntry>;
        /// A vendor.
        fn vendor(vendor: VendorId) -> Option<VendorInfo>;
        /// Vendors in the order of the chain's map, after this one; at most 64.
        fn vendors(after: Option<VendorId>, limit: u32) -> Vec<(VendorId, VendorInfo)>;
        /// A product and its policy.
        fn product(product: ProductId) -> Option<ProductInfo>;
        /// A vendor's products in the order of the chain's map, after this one; at most 64.
        fn products(vendor: VendorId, after: Option<ClassId>, limit: u32) -> Vec<(ProductId, ProductInfo)>;
        /// A vendor's key.
        fn key(vendor: VendorId, key: KeyId) -> Option<KeyInfo>;
        /// A vendor's keys, revoked ones too, in the order of the chain's map, after this one; at most 64.
        fn keys(vendor: VendorId, after: Option<KeyId>, limit: u32) -> Vec<(KeyId, KeyInfo)>;
        /// A vendor's key handovers after this number, in rising order; at most 64.
        fn handovers(vendor: VendorId, after: u64, limit: u32) -> Vec<(u64, Vec<u8>)>;
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
