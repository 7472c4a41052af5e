//! Answers of the `suit_*` methods. Bytes are 0x-hexadecimal, 64-bit numbers decimal strings.

use serde::Serialize;
use sp_core::Bytes;
use suit_primitives::{
    release::{Digest, DigestAlgorithm, Payload, Release, Transform},
    ReleaseId,
};

/// Answer of `suit_getChallenge`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// What the request repeats in `eat_nonce`.
    pub challenge: Bytes,
    /// Unix seconds until when it holds.
    pub expires: u64,
    /// The node's key: the request's audience.
    pub node_key: Bytes,
    /// Genesis hash of the chain.
    pub genesis: Bytes,
}

/// Answer of `suit_nodeIdentity`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeIdentity {
    /// The node's key.
    pub node_key: Bytes,
    /// Its peer id, as text.
    pub peer_id: String,
    /// The same, as the bytes that are registered.
    pub peer_id_bytes: Bytes,
    /// Origin of its gateway.
    pub gateway: Option<String>,
    /// Proof of possession for the account that was asked for.
    pub proof: Option<Bytes>,
}

/// Answer of `suit_getLatest`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Latest {
    /// A release newer than what is installed.
    Update {
        /// The release.
        release: Box<ReleaseJson>,
        /// Opens its payloads at every storage node; null where they are open.
        ticket: Option<Bytes>,
        /// Highest sequence number ever published.
        highest_published: String,
        /// Place of the freshness bundle.
        freshness: Option<Bytes>,
    },
    /// Nothing newer than what is installed is offered.
    UpToDate {
        /// The newest release's number.
        sequence_number: String,
        /// Highest sequence number ever published.
        highest_published: String,
        /// Place of the freshness bundle.
        freshness: Option<Bytes>,
    },
    /// Nothing is offered.
    NoRelease {
        /// Highest sequence number ever published.
        highest_published: Option<String>,
        /// Place of the freshness bundle.
        freshness: Option<Bytes>,
    },
    /// The vendor is suspended.
    Suspended {
        /// Place of the freshness bundle.
        freshness: Option<Bytes>,
    },
}

impl Latest {
    /// The `status` of the answer.
    pub fn status(&self) -> &'static str {
        match self {
            Latest::Update { .. } => "update",
            Latest::UpToDate { .. } => "upToDate",
            Latest::NoRelease { .. } => "noRelease",
            Latest::Suspended { .. } => "suspended",
        }
    }
}

/// A release, as a device needs it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseJson {
    /// Its number over all products.
    pub id: String,
    /// Its sequence number.
    pub sequence_number: String,
    /// The SUIT envelope.
    pub envelope: Bytes,
    /// What to fetch.
    pub payloads: Vec<PayloadJson>,
}

/// A payload, as a device needs it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PayloadJson {
    /// Component identifier, as CBOR.
    pub component: Bytes,
    /// Root CID, base32.
    pub cid: String,
    /// Length of the stored bytes.
    pub stored_size: String,
    /// Digest of the stored bytes, where the manifest names one.
    pub digest: Option<DigestJson>,
    /// Size that the manifest names, where it does.
    pub size: Option<String>,
    /// What the device does to the stored bytes.
    pub transform: &'static str,
    /// Gateways of nodes that hold it.
    pub locations: Vec<String>,
}

/// A digest.
#[derive(Clone, Debug, Serialize)]
pub struct DigestJson {
    /// Name of the algorithm, as in the IANA registry of hash names.
    pub algorithm: &'static str,
    /// The digest.
    pub bytes: Bytes,
}

impl From<&Digest> for DigestJson {
    fn from(digest: &Digest) -> Self {
        let algorithm = match digest.algorithm {
            DigestAlgorithm::Sha256 => "sha-256",
            DigestAlgorithm::Sha384 => "sha-384",
            DigestAlgorithm::Sha512 => "sha-512",
        };
        Self {
            algorithm,
            bytes: Bytes(digest.bytes.to_vec()),
        }
    }
}

impl PayloadJson {
    fn new(payload: &Payload, locations: &[String]) -> Self {
        let payload = payload.v1();
        Self {
            component: Bytes(payload.component.to_vec()),
            cid: crate::storage::cid(&payload.root).to_string(),
            stored_size: payload.stored_size.to_string(),
            digest: payload.image_digest.as_ref().map(DigestJson::from),
            size: payload.image_size.map(|size| size.to_string()),
            transform: match payload.transform {
                Transform::None => "none",
                Transform::Encrypted => "encrypted",
            },
            locations: locations.to_vec(),
        }
    }
}

impl ReleaseJson {
    /// The release with its envelope and with where its payloads lie.
    pub fn new(id: ReleaseId, release: &Release, envelope: Vec<u8>, locations: &[String]) -> Self {
        let release = release.v1();
        Self {
            id: id.to_string(),
            sequence_number: release.sequence_number.to_string(),
            envelope: Bytes(envelope),
            payloads: release
                .payloads
                .iter()
                .map(|payload| PayloadJson::new(payload, locations))
                .collect(),
        }
    }
}
