//! The seed corpus: for each target some inputs that its decoder takes.

use crate::{keys, pool::signed};
use chunks::{import::Importer, BlockId, Codec};
use suit_device::{
    bearer,
    challenge::Challenger,
    credential,
    handover::{self, HandoverPayload},
    request, ticket,
};
use suit_intent::{IntentPayload, Root, Roots};
use suit_manifest::{
    cose::{self, PublicKey, Signer, SigningKey},
    crypto::RustCrypto,
    envelope::{Envelope, Mode},
};

/// A moment, in seconds since 1970, at which the device's messages are valid.
pub const NOW: u64 = 1_800_000_000;

/// Target, name and content of each seed.
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for each in signed() {
        let name = || each.name.to_owned();
        let envelope = Envelope::decode(&each.bytes, Mode::Strict).expect("what is built is read");
        for target in ["envelope", "flipped_bit", "cbor_reader"] {
            seeds.push((target, name(), each.bytes.clone()));
        }
        for target in ["manifest", "resolver"] {
            seeds.push((target, name(), envelope.manifest_bytes().to_vec()));
        }
        processor_seeds(&mut seeds, each.name, envelope.manifest_bytes());
        seeds.push(("digest", name(), envelope.signed_bytes().to_vec()));
    }
    cose_seeds(&mut seeds);
    key_seeds(&mut seeds);
    chain_seeds(&mut seeds);
    device_seeds(&mut seeds);
    handover_seeds(&mut seeds);
    chunk_seeds(&mut seeds);
    seeds
}

type Seeds = Vec<(&'static str, String, Vec<u8>)>;

/// How many answers a seed has, and what they are; the manifest follows.
fn processor_seeds(seeds: &mut Seeds, name: &str, manifest: &[u8]) {
    for (which, answers) in [("yes", &[][..]), ("slot-b", &[0, 0, 0, 7, 0])] {
        let input = [&[answers.len() as u8], answers, manifest].concat();
        seeds.push(("processor", format!("{name}-{which}"), input));
        let envelope = crate::authenticated(manifest).expect("it is a manifest");
        let ran = crate::run(&envelope, answers).expect("the device takes it");
        seeds.push(("report", format!("{name}-{which}"), ran.report));
    }
}

const PAYLOAD: &[u8] = b"what is signed";

fn cose_seeds(seeds: &mut Seeds) {
    for (index, key) in keys::signers().iter().enumerate() {
        let attached = cose::sign1(PAYLOAD, Some("text/plain"), Some(b"kid"), false, key).expect("signs");
        let detached = cose::sign1(PAYLOAD, None, None, true, key).expect("signs");
        seeds.push(("cose_sign1", format!("attached-{index}"), attached));
        seeds.push(("cose_sign1", format!("detached-{index}"), detached));
    }
    let signers = keys::signers();
    let all: Vec<&dyn Signer> = signers.iter().map(|key| key as &dyn Signer).collect();
    for count in 1..=all.len() {
        let message = cose::sign(PAYLOAD, Some("text/plain"), &all[..count]).expect("signs");
        seeds.push(("cose_sign", format!("signers-{count}"), message));
    }
    for (name, detached) in [("attached", false), ("detached", true)] {
        let mac = cose::mac0(&RustCrypto, PAYLOAD, None, Some(b"kid"), detached, &keys::shared()).expect("HMAC");
        seeds.push(("cose_mac0", name.into(), mac));
    }
}

fn key_seeds(seeds: &mut Seeds) {
    for (index, key) in keys::signers().iter().enumerate() {
        seeds.push(("public_key", index.to_string(), key.public_key().to_cose_key()));
        seeds.push(("private_key", index.to_string(), key.to_cose_key()));
        if let Some(pem) = pem(&key.public_key()) {
            seeds.push(("public_key_pem", index.to_string(), pem.into_bytes()));
        }
    }
    seeds.push(("private_key", "shared".into(), keys::shared().to_cose_key()));
}

/// SubjectPublicKeyInfo (RFC 5480, RFC 8410) as PEM.
fn pem(key: &PublicKey) -> Option<String> {
    let der = match key {
        PublicKey::P256(point) => [P256_SPKI, point].concat(),
        PublicKey::P384(point) => [P384_SPKI, point].concat(),
        PublicKey::Ed25519(key) => [ED25519_SPKI, key].concat(),
        _ => return None,
    };
    let mut text = bearer::encode(&der).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..text.len().min(at + 64)])
        .collect();
    Some(format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    ))
}

const P256_SPKI: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
const P384_SPKI: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00\x04";
const ED25519_SPKI: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

fn chain_seeds(seeds: &mut Seeds) {
    let root = Root {
        component_index: 0,
        root: BlockId::of(Codec::Raw, b"image").to_bytes(),
        stored_size: 5,
    };
    for (name, roots) in [("no-roots", vec![]), ("one-root", vec![root])] {
        let payload = IntentPayload {
            genesis: [1; 32],
            envelope_digest: [2; 32],
            roots: Roots::new(&roots).expect("few enough"),
            last_block: 1000,
        };
        seeds.push(("intent_payload", name.into(), payload.encode()));
        let (author, operator) = (keys::author(), keys::operator());
        let intent = suit_intent::sign(&payload, &[&author, &operator]).expect("signs");
        seeds.push(("intent", name.into(), intent));
    }
}

fn device_seeds(seeds: &mut Seeds) {
    let challenge = challenger().issue([6; 16], NOW + 60);
    let PublicKey::Ed25519(node) = keys::operator().public_key() else {
        unreachable!("it is one")
    };
    let credential = credential::Claims {
        exp: NOW + 86_400,
        iat: NOW - 86_400,
        pseudonym: [4; 16],
        device_key: device().public_key(),
        vendor: [1; 16],
        class: [2; 16],
    };
    let request = request::Claims {
        audience: node,
        challenge,
        vendor: [1; 16],
        class: [2; 16],
        genesis: [3; 32],
        installed: Some(7),
    };
    let ticket = ticket::Claims {
        exp: NOW + 300,
        genesis: [3; 32],
        roots: ticket::Roots::new(&[BlockId::of(Codec::DagPb, b"root").to_bytes()]).expect("one"),
    };
    let ticket = ticket::issue(&ticket, &keys::operator()).expect("issues");
    let credential = credential::issue(&credential, &keys::operator()).expect("issues");
    seeds.push(("credential", "one".into(), credential));
    seeds.push((
        "request",
        "one".into(),
        request::sign(&request, &device()).expect("signs"),
    ));
    seeds.push(("challenge", "one".into(), challenge.to_vec()));
    seeds.push((
        "bearer",
        "one".into(),
        format!("Bearer {}", bearer::encode(&ticket)).into_bytes(),
    ));
    seeds.push(("ticket", "one".into(), ticket));
}

/// The vendor of the seeds' handovers.
pub const VENDOR: [u8; 16] = [1; 16];

/// To the next author alone, and to as many as there may be.
fn handover_seeds(seeds: &mut Seeds) {
    let many: Vec<_> = (1..=handover::MAX_KEYS as u8)
        .map(|seed| SigningKey::from_bytes_ed25519(&[seed; 32]).public_key())
        .collect();
    let one = vec![keys::es256().public_key()];
    for (name, number, threshold, next) in [("one-key", 1, 1, one), ("eight-keys", 2, 5, many)] {
        let payload = HandoverPayload {
            vendor: VENDOR,
            number,
            threshold,
            keys: handover::Keys::new(&next).expect("few enough"),
        };
        seeds.push(("handover_payload", name.into(), payload.encode()));
        let (author, operator) = (keys::author(), keys::operator());
        let handover = handover::sign(&payload, &[&author, &operator]).expect("signs");
        seeds.push(("handover", name.into(), handover));
    }
}

/// The device of the seeds.
pub fn device() -> SigningKey {
    keys::author()
}

/// The node's challenger of the seeds.
pub fn challenger() -> Challenger {
    Challenger::new([5; 32])
}

fn chunk_seeds(seeds: &mut Seeds) {
    let mut nodes = Vec::new();
    for len in [3usize, 40, 900] {
        let mut importer = Importer::with_leaf(2.try_into().expect("not 0"));
        let mut emit = |cid: &_, block: &[u8]| -> Result<(), ()> {
            let id = BlockId::from_cid(cid).map_err(drop)?;
            if id.codec == Codec::DagPb {
                nodes.push((id, block.to_vec()));
            }
            Ok(())
        };
        importer.update(&vec![0x5a; len], &mut emit).expect("emits");
        importer.finish(&mut emit).expect("emits");
    }
    for (index, (id, block)) in nodes.iter().enumerate() {
        if block.len() <= 4096 {
            seeds.push(("dag_node", index.to_string(), block.clone()));
        }
        if index == 0 {
            seeds.push(("cid", "binary".into(), id.to_bytes().to_vec()));
            seeds.push(("cid", "text".into(), id.cid().to_string().into_bytes()));
            seeds.push(("cid", "uri".into(), format!("ipfs://{}", id.cid()).into_bytes()));
        }
    }
}
