//! What a server does with an envelope that a stranger sends: nothing in it is believed before it is bounded, decoded,
//! verified and accounted for to the last member.
//!
//! `cargo run -p suit-manifest --example server`

use std::error::Error;
use suit_manifest::{
    build::{envelope, Firmware},
    cose::{PublicKey, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    envelope::{Envelope, Mode},
    error, resolve,
    uuid::{class_id, vendor_id},
};

/// Two of the vendor's keys must have signed.
const THRESHOLD: usize = 2;

/// What the server keeps of a release.
struct Release {
    sequence_number: u64,
    products: usize,
    payloads: Vec<(String, u64)>,
}

/// Takes an envelope in, or says why not: a kind for machines, the byte, and the section of the standard for people.
fn take(bytes: &[u8], keys: &[PublicKey], newest: u64) -> Result<Release, error::Error> {
    // `decode` bounds the input before it reads it, and verifying needs nothing of the manifest's content.
    let envelope = Envelope::decode(bytes, Mode::Strict)?;
    envelope.verify_threshold(&RustCrypto, keys, THRESHOLD)?;
    // Ties the manifest, its severed members and its payloads to what was signed; nothing may be stuffed in or missing.
    envelope.check_complete(&RustCrypto)?;
    let manifest = envelope.manifest()?;
    if manifest.sequence_number() <= newest {
        return Err(error::ErrorKind::BadValue.into());
    }
    // Works out what devices will ask for, without running anything.
    let resolved = resolve::resolve(&manifest)?;
    let payloads = resolved.payloads.iter().filter_map(|payload| {
        let uri = payload.uri.filter(|_| !payload.integrated)?;
        Some((uri.to_owned(), payload.size?))
    });
    Ok(Release {
        sequence_number: manifest.sequence_number(),
        products: resolved.products.len(),
        payloads: payloads.collect(),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let authors = [
        SigningKey::from_bytes_ed25519(&[1; 32]),
        SigningKey::from_bytes_p256(&[2; 32])?,
    ];
    let keys = authors.each_ref().map(Signer::public_key);
    let image = b"firmware, version 5";
    let vendor = vendor_id("example.com");
    let manifest = Firmware {
        vendor,
        class: class_id(&vendor, "thermostat"),
        sequence_number: 5,
        component: &[b"app"],
        digest: RustCrypto.sha256(&[image]),
        size: image.len() as u64,
        uri: "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    }
    .manifest()?;

    let signed_by_both = envelope(&manifest, &[&authors[0], &authors[1]])?;
    let release = take(&signed_by_both, &keys, 4)?;
    println!(
        "release {} for {} product, to be stored: {:?}",
        release.sequence_number, release.products, release.payloads
    );

    let signed_by_one = envelope(&manifest, &[&authors[0]])?;
    let mut altered = signed_by_both.clone();
    if let Some(last) = altered.last_mut() {
        *last ^= 1;
    }
    for (what, bytes) in [
        ("signed by one of two", &signed_by_one[..]),
        ("one bit altered", &altered[..]),
        ("cut off", &signed_by_both[..100]),
    ] {
        match take(bytes, &keys, 4) {
            Ok(_) => return Err(format!("{what}: taken").into()),
            Err(refusal) => println!("{what}: refused: {refusal}"),
        }
    }
    Ok(())
}
