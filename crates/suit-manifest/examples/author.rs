//! An author's day: a release is written, signed by two people at different places, and sent out in two forms.
//!
//! `cargo run -p suit-manifest --example author`

use std::{collections::BTreeMap, error::Error};
use suit_manifest::{
    build::{
        model::{component_text, manifest_text, ComponentId, Digest, LanguageText, Manifest, Text},
        Envelope, Image, Payload, Release, Source,
    },
    cose::{Algorithm, PublicKey, Signer, SigningKey},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{self, Mode},
    manifest::Severable,
    uuid,
};

fn main() -> Result<(), Box<dyn Error>> {
    let (author, reviewer) = (
        SigningKey::from_bytes_ed25519(&[1; 32]),
        SigningKey::from_bytes_p256(&[2; 32])?,
    );
    let manifest = write()?;

    // The author signs, and sends the envelope on.
    let mut envelope = Envelope::new(&manifest, DigestAlgorithm::Sha256)?;
    envelope.sign(&author)?;
    let sent = envelope.encode()?;
    println!("one signature:     {} bytes", sent.len());

    // Somewhere else the reviewer looks at what it says, and signs with a key that never leaves its card.
    let mut received = Envelope::decode(&sent, Mode::Strict)?;
    assert_eq!(received.model()?, manifest);
    let key = reviewer.public_key();
    let prepared = received.prepare(Algorithm::Esp256, Some(&key.thumbprint(&RustCrypto)))?;
    let signature = card(&reviewer, prepared.to_be_signed())?;
    received.add_signature(prepared, &signature, &key)?;
    let complete = received.encode()?;
    println!("two signatures:    {} bytes", complete.len());

    // Devices need no text. Both signatures hold without it.
    let text = received.sever(Severable::Text)?;
    let for_devices = received.encode()?;
    println!("without the text:  {} bytes", for_devices.len());
    check(&for_devices, &[author.public_key(), key])?;

    // Whoever has kept the text can put it back: this one, and no other.
    let mut restored = Envelope::decode(&for_devices, Mode::Strict)?;
    assert!(restored.attach(Severable::Text, b"\xa1\x62en\xa0").is_err());
    restored.attach(Severable::Text, &text)?;
    assert_eq!(restored.encode()?, complete);
    println!("with it again:     the same bytes");
    Ok(())
}

/// The manifest: two images, of which the first has two slots, and a text in two languages.
fn write() -> Result<Manifest, Box<dyn Error>> {
    let vendor = uuid::vendor_id("example.com");
    let app = ComponentId::new(["app"]);
    let mut release = Release {
        vendor,
        class: uuid::class_id(&vendor, "thermometer"),
        sequence_number: 12,
        images: vec![
            Image {
                component: app.clone(),
                source: Source::Slots(vec![
                    (0, payload(b"linked for slot A", "https://example.com/12/app-a.bin")?),
                    (1, payload(b"linked for slot B", "https://example.com/12/app-b.bin")?),
                ]),
                invoke: true,
            },
            Image {
                component: ComponentId::new(["radio"]),
                source: Source::Fetched(payload(b"for the radio", "https://example.com/12/radio.bin")?),
                invoke: false,
            },
        ],
        text: Text::default(),
    };
    for (language, what, of) in [
        ("en", "Measures once a minute", "Application"),
        ("de", "Misst einmal in der Minute", "Anwendung"),
    ] {
        let description = BTreeMap::from([(manifest_text::UPDATE_DESCRIPTION, what.to_string())]);
        let component = BTreeMap::from([(component_text::DESCRIPTION, of.to_string())]);
        let said = LanguageText {
            manifest: description,
            components: BTreeMap::from([(app.clone(), component)]),
        };
        release.text.0.insert(language.to_string(), said);
    }
    let mut manifest = release.manifest()?;
    // Whatever the convenience has no field for can be set before it is signed.
    manifest.reference_uri = Some("https://example.com/12/manifest.suit".to_string());
    Ok(manifest)
}

fn payload(image: &[u8], uri: &str) -> Result<Payload, Box<dyn Error>> {
    Ok(Payload {
        digest: Digest::of(DigestAlgorithm::Sha256, image)?,
        size: image.len() as u64,
        uri: uri.to_string(),
    })
}

/// Stands for a smart card: it gets the bytes to sign, and hands out a signature.
fn card(key: &SigningKey, to_be_signed: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(key.sign(to_be_signed)?)
}

/// What a recipient does that wants both signatures.
fn check(bytes: &[u8], keys: &[PublicKey]) -> Result<(), Box<dyn Error>> {
    let envelope = envelope::Envelope::decode(bytes, Mode::Strict)?;
    envelope.verify_threshold(&RustCrypto, keys, keys.len())?;
    Ok(envelope.check_complete(&RustCrypto)?)
}
