//! What is compared: one firmware image for one component, as an object for each tool.

use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use suit_manifest::{
    build::{self, model::Manifest, Firmware},
    cose::{Algorithm, PublicKey, Signer as _, SigningKey},
    crypto::{Crypto as _, RustCrypto},
    digest::DigestAlgorithm,
    envelope::Mode,
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

/// Another key, for ES256.
pub fn other_key() -> SigningKey {
    let key = SigningKey::from_bytes_p256(&[1; 32]).expect("a scalar of P-256");
    key.with_algorithm(Algorithm::Es256).expect("an algorithm of this key")
}

/// x and y of the key.
pub fn point() -> [u8; 64] {
    point_of(&key(Algorithm::Esp256))
}

/// x and y of a P-256 key.
pub fn point_of(key: &SigningKey) -> [u8; 64] {
    match key.public_key() {
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

/// How the parameters of the shared sequence are written for `taylor-suit`, which sorts the members of every JSON object
/// by name: `vendor-id` (1) comes after `class-id` (2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Parameters {
    /// In one command, so that their keys are out of order: only a lenient decoder takes it.
    Joined,
    /// The vendor in a command of its own: deterministic.
    Apart,
}

/// The same manifest as `taylor-suit` takes it.
pub fn json(parameters: Parameters) -> String {
    let firmware = firmware();
    let (vendor, class) = (uuid_text(&firmware.vendor), uuid_text(&firmware.class));
    let (digest, size) = (hex::encode(firmware.digest), firmware.size);
    let between = match parameters {
        Parameters::Joined => ",",
        Parameters::Apart => r#"}}, {"suit-directive-override-parameters": {"#,
    };
    format!(
        r#"{{
            "version": 1,
            "sequence-number": {SEQUENCE_NUMBER},
            "suit-common": {{
                "suit-components": [["00"]],
                "suit-shared-sequence": [
                    {{"suit-directive-override-parameters": {{
                        "vendor-id": "{vendor}" {between}
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

/// The manifest as a model, to be changed.
pub fn model() -> Manifest {
    let firmware = firmware();
    Manifest::decode(&firmware.manifest().expect("a valid manifest"), Mode::Strict).expect("it decodes")
}

/// A manifest in an envelope, with its severed members, signed by ES256.
pub fn signed(manifest: &Manifest) -> build::Envelope {
    let mut envelope = build::Envelope::new(manifest, DigestAlgorithm::Sha256).expect("a valid manifest");
    envelope.sign(&key(Algorithm::Es256)).expect("it can be signed");
    envelope
}

fn uuid_text(bytes: &[u8; 16]) -> String {
    ::uuid::Uuid::from_bytes(*bytes).hyphenated().to_string()
}
