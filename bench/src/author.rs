//! Authors and what they sign: envelopes of the size that devices aim at, each with a payload of its own.

use anyhow::{anyhow, Result};
use suit_intent::{IntentPayload, Roots};
use suit_manifest::{
    build::{self, Firmware},
    cose::{Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    uuid,
};
use suit_primitives::{ClassId, ProductId, VendorId};

/// Bytes of an envelope with one signature.
const SMALL: usize = 640;

/// Which keys the authors have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Ed25519,
    P256,
}

/// Some authors of one vendor's.
pub struct Authors {
    keys: Vec<SigningKey>,
    reference_uri: String,
}

impl Authors {
    /// So many, with keys of this kind.
    pub fn new(kind: Kind, count: u8) -> Result<Self> {
        let key = |n: u8| match kind {
            Kind::Ed25519 => Ok(SigningKey::from_bytes_ed25519(&[n; 32])),
            Kind::P256 => SigningKey::from_bytes_p256(&[n; 32]).map_err(|error| anyhow!("{error:?}")),
        };
        let mut authors = Self {
            keys: (1..=count).map(key).collect::<Result<_>>()?,
            reference_uri: String::from("u"),
        };
        let anything = ProductId {
            vendor: VendorId([1; 16]),
            class: ClassId([1; 16]),
        };
        // Filled up for one signature, less what lengths grow by; with more, an envelope is longer.
        let rest = SMALL.saturating_sub(authors.signed_by(anything, 1, 1)?.len());
        authors.reference_uri = "u".repeat(1 + rest.saturating_sub(3));
        Ok(authors)
    }

    /// Their public COSE_Keys.
    pub fn cose_keys(&self) -> Vec<Vec<u8>> {
        self.keys.iter().map(|key| key.public_key().to_cose_key()).collect()
    }

    /// An envelope that all of them signed.
    pub fn envelope(&self, product: ProductId, sequence_number: u64) -> Result<Vec<u8>> {
        self.signed_by(product, sequence_number, self.keys.len())
    }

    fn signed_by(&self, product: ProductId, sequence_number: u64, count: usize) -> Result<Vec<u8>> {
        let digest = RustCrypto.sha256(&[&product.vendor.0, &product.class.0, &sequence_number.to_le_bytes()]);
        let firmware = Firmware {
            vendor: product.vendor.0,
            class: product.class.0,
            sequence_number,
            component: &[&[0]],
            digest,
            size: 1 << 20,
            uri: &ipfs(&digest),
        };
        let mut manifest = firmware.release().manifest().map_err(|error| anyhow!("{error:?}"))?;
        manifest.reference_uri = Some(self.reference_uri.clone());
        let manifest = manifest.encode().map_err(|error| anyhow!("{error:?}"))?;
        build::envelope(&manifest, &self.signers(count)).map_err(|error| anyhow!("{error:?}"))
    }

    /// An intent that all of them signed.
    pub fn intent(&self, envelope: &[u8], genesis: [u8; 32], last_block: u64) -> Result<Vec<u8>> {
        let payload = IntentPayload {
            genesis,
            envelope_digest: RustCrypto.sha256(&[envelope]),
            roots: Roots::EMPTY,
            last_block,
        };
        suit_intent::sign(&payload, &self.signers(self.keys.len())).map_err(|error| anyhow!("{error:?}"))
    }

    fn signers(&self, count: usize) -> Vec<&dyn Signer> {
        self.keys.iter().take(count).map(|key| key as &dyn Signer).collect()
    }
}

/// Domain name of the vendor with this number.
pub fn domain(n: u64) -> String {
    format!("vendor-{n}.example")
}

/// Class name of the product with this number.
pub fn class_name(n: u64) -> String {
    format!("product-{n}")
}

/// The product's id.
pub fn product(vendor: u64, product: u64) -> ProductId {
    let vendor = VendorId(uuid::vendor_id(&domain(vendor)));
    ProductId {
        vendor,
        class: ClassId(uuid::class_id(&vendor.0, &class_name(product))),
    }
}

/// `ipfs://` and a CIDv1 (dag-pb, SHA2-256) in lower-case base32.
fn ipfs(digest: &[u8; 32]) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut uri = String::from("ipfs://b");
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in [0x01, 0x70, 0x12, 0x20].iter().chain(digest) {
        buffer = ((buffer << 8) | u32::from(*byte)) & 0x0fff_ffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            uri.push(DIGITS[(buffer >> bits) as usize & 31] as char);
        }
    }
    uri.push(DIGITS[(buffer << (5 - bits)) as usize & 31] as char);
    uri
}
