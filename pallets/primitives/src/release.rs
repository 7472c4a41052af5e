//! What was published: release and payload records.

use crate::{
    bounds::{MAX_COMPONENT_ID, MAX_DIGEST, MAX_PAYLOADS, MAX_SIGNERS},
    ids::{KeyId, ProductId, ReleaseId, SequenceNumber},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Codec of an IPFS block (multicodec table).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug,
)]
pub enum BlockCodec {
    /// `raw`, 0x55.
    #[codec(index = 0x55)]
    Raw,
    /// `dag-pb`, 0x70.
    #[codec(index = 0x70)]
    DagPb,
}

/// A CIDv1 with a SHA2-256 multihash: the only kind of CID that a release names.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug,
)]
pub struct RootCid {
    /// Codec of the root block.
    pub codec: BlockCodec,
    /// SHA2-256 of the root block.
    pub digest: [u8; 32],
}

impl RootCid {
    /// The binary CID: version, codec, multihash code, digest length, digest.
    pub fn to_bytes(&self) -> [u8; 36] {
        let mut out = [0u8; 36];
        let codec = match self.codec {
            BlockCodec::Raw => 0x55,
            BlockCodec::DagPb => 0x70,
        };
        let (head, tail) = out.split_at_mut(4);
        head.copy_from_slice(&[0x01, codec, 0x12, 0x20]);
        tail.copy_from_slice(&self.digest);
        out
    }

    /// Reads a binary CID. `None` unless it is a CIDv1, raw or dag-pb, with a SHA2-256 multihash.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, digest) = bytes.split_first_chunk::<4>()?;
        let codec = match head {
            [0x01, 0x55, 0x12, 0x20] => BlockCodec::Raw,
            [0x01, 0x70, 0x12, 0x20] => BlockCodec::DagPb,
            _ => return None,
        };
        Some(Self {
            codec,
            digest: digest.try_into().ok()?,
        })
    }
}

/// Algorithm of a SUIT_Digest, by its COSE number.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum DigestAlgorithm {
    /// SHA-256, COSE -16.
    #[codec(index = 16)]
    Sha256,
    /// SHA-384, COSE -43.
    #[codec(index = 43)]
    Sha384,
    /// SHA-512, COSE -44.
    #[codec(index = 44)]
    Sha512,
}

/// A SUIT_Digest (draft-ietf-suit-manifest §10).
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct Digest {
    /// How it was computed.
    pub algorithm: DigestAlgorithm,
    /// The digest's bytes.
    pub bytes: BoundedVec<u8, ConstU32<MAX_DIGEST>>,
}

/// What lies between the stored bytes and the installed image.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Transform {
    /// Nothing: the stored bytes are the image.
    #[codec(index = 0)]
    None,
    /// The stored bytes are encrypted (draft-ietf-suit-firmware-encryption).
    #[codec(index = 1)]
    Encrypted,
}

/// One payload of a release. The SCALE index is the record's version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Payload {
    /// Version 1.
    #[codec(index = 1)]
    V1(PayloadV1),
}

/// A payload record, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct PayloadV1 {
    /// The component that it is for: its identifier, as CBOR (`[* bstr]`).
    pub component: BoundedVec<u8, ConstU32<MAX_COMPONENT_ID>>,
    /// Root of the DAG that holds the bytes.
    pub root: RootCid,
    /// Length of the stored file in bytes.
    pub stored_size: u64,
    /// Digest of the stored bytes, where the manifest names one that holds for them.
    pub image_digest: Option<Digest>,
    /// Size that the manifest names for the stored bytes, where it does.
    pub image_size: Option<u64>,
    /// What a device does to the stored bytes.
    pub transform: Transform,
}

impl Payload {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &PayloadV1 {
        match self {
            Payload::V1(payload) => payload,
        }
    }
}

/// Status of a release.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum ReleaseStatus {
    /// Recorded; the bytes are not yet attested by enough storage nodes.
    #[codec(index = 0)]
    Published,
    /// Enough storage nodes attested the bytes once. A latch: losing replicas does not undo it.
    #[codec(index = 1)]
    Available,
    /// Withheld, may come back.
    #[codec(index = 2)]
    Suspended,
    /// Withdrawn for ever.
    #[codec(index = 3)]
    Revoked,
}

/// A release. The SCALE index is the record's version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Release {
    /// Version 1.
    #[codec(index = 1)]
    V1(ReleaseV1),
}

/// A release record, version 1. The envelope lies beside it, because it can be pruned and this cannot.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct ReleaseV1 {
    /// The product it belongs to.
    pub product: ProductId,
    /// Its sequence number.
    pub sequence_number: SequenceNumber,
    /// Digest of the manifest, as the authentication wrapper carries it.
    pub manifest_digest: Digest,
    /// SHA-256 of the whole envelope.
    pub envelope_digest: [u8; 32],
    /// Keys whose signatures carried it, sorted; never pruned.
    pub signers: BoundedVec<KeyId, ConstU32<MAX_SIGNERS>>,
    /// Where it stands.
    pub status: ReleaseStatus,
    /// What a device fetches.
    pub payloads: BoundedVec<Payload, ConstU32<MAX_PAYLOADS>>,
    /// Block that published it.
    pub published_at: u32,
    /// Block in which it became available.
    pub available_at: Option<u32>,
}

impl Release {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &ReleaseV1 {
        match self {
            Release::V1(release) => release,
        }
    }

    /// The same, to change.
    pub fn v1_mut(&mut self) -> &mut ReleaseV1 {
        match self {
            Release::V1(release) => release,
        }
    }
}

/// Where the bytes of a component's payload lie, said by the submitter of a manifest that does not say it itself.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct PayloadRoot {
    /// Index of the component in the manifest's list.
    pub component_index: u32,
    /// Root of the DAG.
    pub root: RootCid,
    /// Length of the stored file in bytes.
    pub stored_size: u64,
}

/// Who may fetch a product's payloads.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Retrieval {
    /// Anybody.
    #[codec(index = 0)]
    Open,
    /// Devices with a credential of a registered operator. This is access control, not secrecy.
    #[codec(index = 1)]
    VerifiedDevices,
}

/// How releases of a product may be submitted.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Submission {
    /// By a publisher account (`publish`), or by the authors' intent (`publish_authorized`).
    #[codec(index = 0)]
    Both,
    /// By a publisher account only.
    #[codec(index = 1)]
    Accounts,
    /// By the authors' intent only.
    #[codec(index = 2)]
    Intents,
}

impl Submission {
    /// Whether publisher accounts may submit.
    pub fn takes_accounts(self) -> bool {
        self != Submission::Intents
    }

    /// Whether the authors' intent is enough.
    pub fn takes_intents(self) -> bool {
        self != Submission::Accounts
    }
}

/// What a vendor lays down for a product. The SCALE index is the version.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Policy {
    /// Version 1: submitted either way, not frozen.
    #[codec(index = 1)]
    V1(PolicyV1),
    /// Version 2.
    #[codec(index = 2)]
    V2(PolicyV2),
}

/// A product's policy, version 1.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct PolicyV1 {
    /// Author signatures that a release needs, on the manifest and on the intent; at least 1.
    pub threshold: u8,
    /// Storage nodes that must attest a release before it is offered; at least 1.
    pub replicas: u8,
    /// Who may fetch.
    pub retrieval: Retrieval,
}

/// A product's policy, version 2.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct PolicyV2 {
    /// Author signatures that a release needs, on the manifest and on the intent; at least 1. The vendor's own threshold
    /// counts where it is higher.
    pub threshold: u8,
    /// Storage nodes that must attest a release before it is offered; at least 1.
    pub replicas: u8,
    /// Who may fetch.
    pub retrieval: Retrieval,
    /// How releases may be submitted.
    pub submission: Submission,
    /// Whether nothing may be published.
    pub frozen: bool,
}

impl Policy {
    /// The policy in its newest version, whatever version it was written in.
    pub fn latest(&self) -> PolicyV2 {
        match *self {
            Policy::V1(PolicyV1 {
                threshold,
                replicas,
                retrieval,
            }) => PolicyV2 {
                threshold,
                replicas,
                retrieval,
                submission: Submission::Both,
                frozen: false,
            },
            Policy::V2(policy) => policy,
        }
    }
}

/// What replication needs to know of a release: which bytes, how many times.
#[derive(Clone, PartialEq, Eq, Encode, Decode, TypeInfo, Debug)]
pub struct Demand {
    /// The release.
    pub release: ReleaseId,
    /// Its payloads.
    pub payloads: BoundedVec<Payload, ConstU32<MAX_PAYLOADS>>,
    /// Storage nodes that must hold them.
    pub replicas: u8,
    /// Who may fetch.
    pub retrieval: Retrieval,
}
