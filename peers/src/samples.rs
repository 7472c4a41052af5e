//! What is compared: one firmware image for one component, as an object for each tool.

use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use suit_manifest::{
    build::{self, Firmware},
    cose::{Algorithm, PublicKey, Signer as _, SigningKey},
    crypto::{Crypto as _, RustCrypto},
    uuid,
};

/// Scalar of the key that everything here is signed with. It protects nothing.
const SECRET: [u8; 32] = *b"a key for tests, known to us all";
/// What the image is said to hold.
pub const IMAGE: &[u8] = b"firmware for a test";
/// Where the image is said to be.
pub const URI: &str = "ipfs://bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
/// Sequence number of the manifest.
pub const SEQUENCE_NUMBER: u64 = 7;
/// Component identifier of the image.
pub const COMPONENT: &[&[u8]] = &[&[0]];

/// The image's manifest, by the draft's templates.
pub fn firmware() -> Firmware<'static> {
    let vendor = uuid::vendor_id("arm.com");
    Firmware {
        vendor,
        class: uuid::class_id(&vendor, "suit"),
        sequence_number: SEQUENCE_NUMBER,
        component: COMPONENT,
        digest: RustCrypto.sha256(&[IMAGE]),
        size: IMAGE.len() as u64,
        uri: URI,
    }
}

/// The key, for this algorithm.
pub fn key(algorithm: Algorithm) -> SigningKey {
    let key = match algorithm {
        Algorithm::EdDsa | Algorithm::Ed25519 => SigningKey::from_bytes_ed25519(&SECRET),
        _ => SigningKey::from_bytes_p256(&SECRET).expect("a scalar of P-256"),
    };
    key.with_algorithm(algorithm).expect("an algorithm of this key")
}

/// x and y of the key.
pub fn point() -> [u8; 64] {
    match key(Algorithm::Esp256).public_key() {
        PublicKey::P256(point) => point,
        _ => unreachable!("a P-256 key"),
    }
}

/// The P-256 key as PEM, which `taylor-suit` wants.
pub fn pem() -> String {
    let key = p256::SecretKey::from_slice(&SECRET).expect("a scalar of P-256");
    key.to_pkcs8_pem(LineEnding::LF).expect("it encodes").to_string()
}

/// The manifest in an envelope, signed by this algorithm.
pub fn envelope(algorithm: Algorithm) -> Vec<u8> {
    let manifest = firmware().manifest().expect("a valid manifest");
    build::envelope(&manifest, &[&key(algorithm)]).expect("it can be signed")
}

/// The same manifest as `taylor-suit` takes it. It writes maps in the order of its JSON, which here is the order of their
/// keys, so that the manifest is deterministic.
pub fn json() -> String {
    let firmware = firmware();
    let (vendor, class) = (uuid_text(&firmware.vendor), uuid_text(&firmware.class));
    let (digest, size) = (hex::encode(firmware.digest), firmware.size);
    format!(
        r#"{{
            "version": 1,
            "sequence-number": {SEQUENCE_NUMBER},
            "suit-common": {{
                "suit-components": [["00"]],
                "suit-shared-sequence": [
                    {{"suit-directive-override-parameters": {{
                        "vendor-id": "{vendor}",
                        "class-id": "{class}",
                        "image-digest": {{"algorithm": "sha256", "digest": "{digest}"}},
                        "image-size": {size}
                    }}}},
                    {{"suit-condition-vendor-identifier": 15}},
                    {{"suit-condition-class-identifier": 15}}
                ]
            }},
            "sequence": {{
                "image-validation": [{{"suit-condition-image-match": 15}}],
                "payload-installation": [
                    {{"suit-directive-override-parameters": {{"uri": "{URI}"}}}},
                    {{"suit-directive-fetch": 2}},
                    {{"suit-condition-image-match": 15}}
                ]
            }}
        }}"#
    )
}

fn uuid_text(bytes: &[u8; 16]) -> String {
    ::uuid::Uuid::from_bytes(*bytes).hyphenated().to_string()
}
