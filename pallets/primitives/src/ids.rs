//! Names of things on the chain.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// SUIT vendor identifier: a UUID (draft-ietf-suit-manifest §8.4.8.1), derived from the vendor's domain name.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
    Serialize,
    Deserialize,
)]
pub struct VendorId(pub [u8; 16]);

/// SUIT class identifier: a UUID, derived from vendor id and class name.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
    Serialize,
    Deserialize,
)]
pub struct ClassId(pub [u8; 16]);

/// A product: what one line of sequence numbers belongs to.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
    Serialize,
    Deserialize,
)]
pub struct ProductId {
    /// Who makes it.
    pub vendor: VendorId,
    /// Which of the vendor's devices it is.
    pub class: ClassId,
}

/// COSE Key Thumbprint with SHA-256 (RFC 9679): names author and operator keys.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
    Serialize,
    Deserialize,
)]
pub struct KeyId(pub [u8; 32]);

/// A storage node's Ed25519 public key, of key type `suit`.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
    Serialize,
    Deserialize,
)]
pub struct NodeId(pub [u8; 32]);

/// Running number of a release over all products, from 0.
pub type ReleaseId = u64;

/// `suit-manifest-sequence-number`.
pub type SequenceNumber = u64;
