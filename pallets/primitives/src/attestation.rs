//! What a storage node signs once a period: which releases it has come to hold, and which it has lost.

use crate::{
    bounds::MAX_ATTESTED,
    ids::{NodeId, ReleaseId},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// The application key with which a storage node signs attestations, tickets and its registration.
pub mod key {
    /// Key type of the node's key in the keystore.
    pub const KEY_TYPE: sp_core::crypto::KeyTypeId = sp_core::crypto::KeyTypeId(*b"suit");

    mod app {
        use super::KEY_TYPE;
        use sp_application_crypto::{app_crypto, ed25519};
        app_crypto!(ed25519, KEY_TYPE);
    }

    /// The public key.
    pub type Public = app::Public;
    /// A signature.
    pub type Signature = app::Signature;
}

impl From<key::Public> for NodeId {
    fn from(public: key::Public) -> Self {
        let inner: sp_core::ed25519::Public = public.into();
        NodeId(inner.0)
    }
}

impl From<NodeId> for key::Public {
    fn from(node: NodeId) -> Self {
        sp_core::ed25519::Public::from_raw(node.0).into()
    }
}

/// An attestation. The SCALE index is its version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum Attestation {
    /// Version 1.
    #[codec(index = 1)]
    V1(AttestationV1),
}

/// An attestation, version 1. Both lists are sorted, without duplicates.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct AttestationV1 {
    /// Genesis hash of the chain it is for.
    pub genesis: H256,
    /// Who attests.
    pub node: NodeId,
    /// The period it is made in.
    pub period: u32,
    /// Releases whose every payload the node has checked and pinned since its last attestation.
    pub gained: BoundedVec<ReleaseId, ConstU32<MAX_ATTESTED>>,
    /// Releases that the node attested and no longer holds.
    pub lost: BoundedVec<ReleaseId, ConstU32<MAX_ATTESTED>>,
}

/// Put before the bytes that a node key signs, so that no signature serves two purposes.
const ATTESTATION_DOMAIN: &[u8] = b"suit-attestation\0";
/// The same for the proof of possession.
const REGISTRATION_DOMAIN: &[u8] = b"suit-node-registration\0";

impl Attestation {
    /// The bytes that the node's key signs.
    pub fn signing_bytes(&self) -> Vec<u8> {
        let mut out = ATTESTATION_DOMAIN.to_vec();
        self.encode_to(&mut out);
        out
    }
}

/// What a node key signs to show that the registering account may speak for it: {genesis, account, peer id}.
pub fn registration_bytes(genesis: &H256, account: &[u8], peer_id: &[u8]) -> Vec<u8> {
    let mut out = REGISTRATION_DOMAIN.to_vec();
    (genesis, account, peer_id).encode_to(&mut out);
    out
}
