//! Makes what the programs carry: a signed envelope, and two that are not as they were signed.

use std::{env, fs, path::PathBuf};
use suit_manifest::{
    build::{envelope, Firmware},
    cose::{PublicKey, Signer as _, SigningKey},
    crypto::{Crypto as _, RustCrypto},
    envelope::{Envelope, Mode},
    uuid,
};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=memory.x");
    println!(
        "cargo:rustc-link-search={}",
        env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")
    );

    let image = b"what a device runs";
    let vendor = uuid::vendor_id("example.com");
    let class = uuid::class_id(&vendor, "sensor");
    let manifest = Firmware {
        vendor,
        class,
        sequence_number: 7,
        component: &[b"app"],
        digest: RustCrypto.sha256(&[image]),
        size: image.len() as u64,
        uri: "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    }
    .manifest()
    .expect("the manifest is valid");
    let key = SigningKey::from_bytes_p256(&[9; 32]).expect("a valid scalar");
    let good = envelope(&manifest, &[&key]).expect("it can be signed");
    let PublicKey::P256(point) = key.public_key() else {
        unreachable!("a P-256 key")
    };

    let decoded = Envelope::decode(&good, Mode::Strict).expect("what is built is read");
    let signature = decoded.signatures().next().expect("it is signed");
    let write = |name: &str, bytes: &[u8]| fs::write(out.join(name), bytes).expect("OUT_DIR can be written to");
    write("envelope.suit", &good);
    write(
        "tampered.suit",
        &flipped(&good, offset(&good, decoded.manifest_bytes()) + manifest.len() - 1),
    );
    write(
        "forged.suit",
        &flipped(&good, offset(&good, &signature.signature[..]) + 40),
    );
    write("key.bin", &point);
    write("vendor.bin", &vendor);
    write("class.bin", &class);
}

/// Where a part begins that was decoded from the whole.
fn offset(whole: &[u8], part: &[u8]) -> usize {
    whole
        .windows(part.len())
        .position(|window| window == part)
        .expect("it borrows from the whole")
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 1;
    changed
}
