//! Every single bit of signed envelopes, flipped: it is refused, or what was verified and by whom stays as it was, or an
//! integrated payload no longer matches its digest.

use std::collections::BTreeMap;
use suit_manifest::{
    build::{
        model::{manifest_text, ComponentId, Digest, LanguageText, Text},
        Envelope as Owned, Image, Payload, Release, Source,
    },
    cose::{PublicKey, Signer as _, SigningKey},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode},
    manifest::{Manifest, Member, Severable},
    resolve::resolve,
};

const PAYLOAD: &[u8] = b"an image in its envelope";

fn author() -> SigningKey {
    SigningKey::from_bytes_p256(&[7; 32]).unwrap()
}

fn operator() -> SigningKey {
    SigningKey::from_bytes_ed25519(&[8; 32])
}

fn release(uri: &str, text: bool) -> Release {
    let payload = Payload {
        digest: Digest::of(DigestAlgorithm::Sha256, PAYLOAD).unwrap(),
        size: PAYLOAD.len() as u64,
        uri: uri.into(),
    };
    let sentence = LanguageText {
        manifest: BTreeMap::from([(manifest_text::UPDATE_DESCRIPTION, "Sets the clock".into())]),
        ..LanguageText::default()
    };
    Release {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 7,
        images: vec![Image {
            component: ComponentId::new(["app"]),
            source: Source::Fetched(payload),
            invoke: false,
        }],
        text: Text(text.then(|| ("en".into(), sentence)).into_iter().collect()),
    }
}

fn signed(release: &Release, keys: &[&SigningKey]) -> Owned {
    let mut envelope = Owned::new(&release.manifest().unwrap(), DigestAlgorithm::Sha256).unwrap();
    for key in keys {
        envelope.sign(*key).unwrap();
    }
    envelope
}

/// What a recipient goes by once the envelope is complete and enough of the keys have signed it.
#[derive(PartialEq, Eq, Debug)]
struct Verified {
    manifest: Vec<u8>,
    members: Vec<Vec<u8>>,
}

enum Outcome {
    Refused,
    /// Verified, and an integrated payload does not have the digest that the manifest asks for.
    Mismatch(Verified),
    Taken(Verified),
}

/// In the lenient mode, which takes all that the strict one takes.
fn outcome(bytes: &[u8], keys: &[PublicKey], threshold: usize) -> Outcome {
    let Ok(envelope) = Envelope::decode(bytes, Mode::Lenient) else {
        return Outcome::Refused;
    };
    if envelope.check_complete(&RustCrypto).is_err() || envelope.verify_threshold(&RustCrypto, keys, threshold).is_err()
    {
        return Outcome::Refused;
    }
    let manifest = envelope.manifest().unwrap();
    let verified = Verified {
        manifest: envelope.manifest_bytes().to_vec(),
        members: members(&manifest),
    };
    let resolved = resolve(&manifest).unwrap();
    let matches = envelope.integrated_payloads().all(|(name, payload)| {
        let named = resolved.payloads.iter().find(|each| each.uri == Some(name)).unwrap();
        named.digest.unwrap().check(&RustCrypto, &[payload]).is_ok()
    });
    if matches {
        Outcome::Taken(verified)
    } else {
        Outcome::Mismatch(verified)
    }
}

fn members(manifest: &Manifest<'_>) -> Vec<Vec<u8>> {
    let content = |member| match manifest.severable(member) {
        Member::Inside(content) => Some(content),
        Member::Severed { content, .. } => content,
        Member::Absent => None,
    };
    let all = Severable::ALL.into_iter().filter_map(content);
    all.map(|content| content.bytes.to_vec()).collect()
}

/// How many bits, flipped, still leave an envelope that is taken, and one whose payload does not match. What is verified
/// is the same in all of them.
fn flip_all(bytes: &[u8], keys: &[PublicKey], threshold: usize) -> (usize, usize) {
    let Outcome::Taken(good) = outcome(bytes, keys, threshold) else {
        panic!("the unchanged envelope is taken");
    };
    let (mut taken, mut mismatched) = (0, 0);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        match outcome(&changed, keys, threshold) {
            Outcome::Refused => {}
            Outcome::Taken(found) => {
                assert_eq!(found, good, "bit {bit}");
                taken += 1;
            }
            Outcome::Mismatch(found) => {
                assert_eq!(found, good, "bit {bit}");
                mismatched += 1;
            }
        }
    }
    (taken, mismatched)
}

#[test]
fn an_envelope_with_one_signature_has_no_bit_to_spare() {
    let bytes = signed(&release("https://example.com/app", false), &[&author()])
        .encode()
        .unwrap();
    assert_eq!(flip_all(&bytes, &[author().public_key()], 1), (0, 0));
}

#[test]
fn severed_text_has_no_bit_to_spare_and_may_be_missing() {
    let mut envelope = signed(&release("https://example.com/app", true), &[&author()]);
    let keys = [author().public_key()];
    assert_eq!(flip_all(&envelope.encode().unwrap(), &keys, 1), (0, 0));
    envelope.sever(Severable::Text).unwrap();
    assert_eq!(flip_all(&envelope.encode().unwrap(), &keys, 1), (0, 0));
}

#[test]
fn flipped_bits_of_an_integrated_payload_fail_the_image_match() {
    let mut envelope = signed(&release("#app", false), &[&author()]);
    envelope.add_payload("#app", PAYLOAD).unwrap();
    let found = flip_all(&envelope.encode().unwrap(), &[author().public_key()], 1);
    assert_eq!(found, (0, PAYLOAD.len() * 8), "each bit of the payload, and no other");
}

#[test]
fn where_both_must_sign_neither_signature_has_a_bit_to_spare() {
    let bytes = signed(&release("https://example.com/app", false), &[&author(), &operator()])
        .encode()
        .unwrap();
    let keys = [author().public_key(), operator().public_key()];
    assert_eq!(flip_all(&bytes, &keys, 2), (0, 0));
}

#[test]
fn a_surplus_signature_may_break_and_the_verdict_stands() {
    let bytes = signed(&release("https://example.com/app", false), &[&author(), &operator()])
        .encode()
        .unwrap();
    let (taken, mismatched) = flip_all(&bytes, &[author().public_key()], 1);
    assert!(taken >= 64 * 8, "every bit of the operator's signature: {taken}");
    assert_eq!(mismatched, 0);
}
