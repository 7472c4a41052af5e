//! A signed envelope with one bit flipped.

use crate::harness::target;
use fuzz::{keys, signed};
use suit_manifest::{
    cose::Signer as _,
    crypto::RustCrypto,
    envelope::{Envelope, Mode},
    manifest::Severable,
    resolve::resolve,
};

target!(flipped_bit, check);

/// The input says which envelope and which bit: a byte, and then three.
fn check(input: &[u8]) {
    let Some(([which, position @ ..], _)) = input.split_first_chunk::<4>() else {
        return;
    };
    let pool = signed();
    let good = &pool[usize::from(*which) % pool.len()].bytes;
    let position = position.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let bit = position % (good.len() * 8);
    let mut changed = good.clone();
    changed[bit / 8] ^= 1 << (bit % 8);

    let expected = accepted(good, Mode::Strict).expect("the author has signed it");
    for mode in [Mode::Strict, Mode::Lenient] {
        if let Some(found) = accepted(&changed, mode) {
            assert_eq!(found, expected, "bit {bit} of envelope {which}");
        }
    }
}

/// What a recipient that trusts the author goes by: manifest, severed members, and integrated payloads that match.
#[derive(PartialEq, Eq, Debug)]
struct Accepted {
    manifest: Vec<u8>,
    severed: Vec<(Severable, Vec<u8>)>,
    payloads: Vec<(String, Vec<u8>)>,
}

fn accepted(bytes: &[u8], mode: Mode) -> Option<Accepted> {
    let envelope = Envelope::decode(bytes, mode).ok()?;
    envelope.check_complete(&RustCrypto).ok()?;
    if !envelope.signed_by(&RustCrypto, &keys::author().public_key()) {
        return None;
    }
    let manifest = envelope.manifest().ok()?;
    let resolved = resolve(&manifest).ok();
    let mut payloads = Vec::new();
    for (name, payload) in envelope.integrated_payloads() {
        // What condition-image-match finds: a payload that is not the one that was meant is not installed.
        let expected = resolved
            .iter()
            .flat_map(|all| &all.payloads)
            .find(|each| each.uri == Some(name))?;
        expected.digest?.check(&RustCrypto, &[payload]).ok()?;
        payloads.push((name.to_owned(), payload.to_vec()));
    }
    let severed = Severable::ALL
        .into_iter()
        .filter_map(|member| Some((member, content(&manifest, member)?)));
    Some(Accepted {
        manifest: envelope.manifest_bytes().to_vec(),
        severed: severed.collect(),
        payloads,
    })
}

fn content(manifest: &suit_manifest::manifest::Manifest<'_>, member: Severable) -> Option<Vec<u8>> {
    use suit_manifest::manifest::Member;
    match manifest.severable(member) {
        Member::Inside(content)
        | Member::Severed {
            content: Some(content), ..
        } => Some(content.bytes.to_vec()),
        Member::Absent | Member::Severed { content: None, .. } => None,
    }
}
