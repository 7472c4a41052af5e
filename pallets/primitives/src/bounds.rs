//! The bounds that records and calls share. Each is a limit on hostile input before it is parsed.

/// Longest envelope that the chain carries, in bytes. Devices aim at 640; the rest is room for severable text and for
/// small integrated payloads.
pub const MAX_ENVELOPE: u32 = 16 * 1024;
/// Longest intent (COSE_Sign) in bytes: eight signatures and eight roots fit.
pub const MAX_INTENT: u32 = 2 * 1024;
/// Most payloads in one release.
pub const MAX_PAYLOADS: u32 = 8;
/// Most author signatures that count for one release.
pub const MAX_SIGNERS: u32 = 8;
/// Longest component identifier, as its CBOR encoding, in bytes.
pub const MAX_COMPONENT_ID: u32 = 64;
/// Most (vendor, class) pairs that one manifest may serve.
pub const MAX_PRODUCTS_PER_MANIFEST: u32 = 4;
/// Longest domain name in bytes (RFC 1035 §2.3.4).
pub const MAX_DOMAIN: u32 = 253;
/// Longest class name in bytes.
pub const MAX_CLASS_NAME: u32 = 128;
/// Longest COSE_Key in bytes.
pub const MAX_COSE_KEY: u32 = 256;
/// Most publisher accounts of a vendor.
pub const MAX_PUBLISHERS: u32 = 16;
/// Most live keys of a vendor. Revoked ones stay on record and do not count.
pub const MAX_KEYS_PER_VENDOR: u32 = 64;
/// Longest key handover (COSE_Sign) in bytes: eight signatures and eight keys fit.
pub const MAX_HANDOVER: u32 = 2 * 1024;
/// Most stepping stones of a product.
pub const MAX_STEPPING_STONES: u32 = 16;
/// Most entries on one page of a runtime API that answers by pages.
pub const MAX_PAGE: u32 = 64;
/// Largest digest in bytes (SHA-512).
pub const MAX_DIGEST: u32 = 64;
/// Largest stored size of one payload: 4 GiB.
pub const MAX_STORED_SIZE: u64 = 1 << 32;
/// First sequence number of a product may be at most this, so that timestamps in milliseconds work.
pub const MAX_FIRST_SEQUENCE_NUMBER: u64 = 1 << 40;
/// A sequence number may rise by at most this, so that a stolen key cannot burn a product with 2^64 - 1.
pub const MAX_SEQUENCE_STEP: u64 = 1 << 32;
/// Most blocks an intent may lie in the future when it is checked.
pub const MAX_INTENT_LIFETIME: u32 = 43_200;
/// Longest gateway URL in bytes.
pub const MAX_GATEWAY_URL: u32 = 128;
/// Longest peer id in bytes (a multihash).
pub const MAX_PEER_ID: u32 = 64;
/// Most releases that one attestation may gain, and may lose.
pub const MAX_ATTESTED: u32 = 64;
/// Most registered storage nodes.
pub const MAX_NODES: u32 = 256;
/// Most replicas that a product may ask for.
pub const MAX_REPLICAS: u8 = 16;
