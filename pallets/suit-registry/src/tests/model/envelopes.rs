//! The bytes that calls carry: envelopes, intents and handovers, signed.

use super::{
    calls::{By, EnvelopeOf, Fetched, Flaw, HandoverOf, IntentOf},
    world::P,
};
use crate::{
    mock::System,
    tests::forge::{dag_root, ipfs, raw_root, IMAGE},
};
use std::{collections::BTreeMap, rc::Rc};
use suit_device::handover::{self, HandoverPayload, Keys};
use suit_intent::{IntentPayload, Root, Roots};
use suit_manifest::{
    cbor::Writer,
    cose::{sign1, Algorithm, PublicKey, SignError, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
};
use suit_primitives::release::{Digest, DigestAlgorithm, PayloadRoot, RootCid};

const MIB: u64 = 1 << 20;
/// Signed envelopes that are remembered at most.
const REMEMBERED: usize = 256;

/// Where an envelope's components lie, where the manifest says it, and how large they are.
pub fn components(fetched: Fetched) -> Vec<(Option<RootCid>, u64)> {
    match fetched {
        Fetched::Integrated => Vec::new(),
        Fetched::Small => vec![(Some(raw_root(IMAGE)), IMAGE.len() as u64)],
        Fetched::Large(mebibytes) => vec![(Some(dag_root(1)), mebibytes * MIB)],
        Fetched::Two => vec![(Some(dag_root(1)), 3 * MIB), (Some(dag_root(2)), 2 * MIB + 1)],
        Fetched::Elsewhere => vec![(None, 4 * MIB)],
    }
}

/// An envelope's bytes.
pub struct Signed {
    /// All of it.
    pub bytes: Vec<u8>,
    /// Digest of its manifest.
    pub manifest_digest: Digest,
    /// Digest of all of it.
    pub envelope_digest: [u8; 32],
}

/// Makes envelopes, and remembers those that it made last: signing is what costs.
#[derive(Default)]
pub struct Envelopes(BTreeMap<EnvelopeOf, Rc<Signed>>);

impl Envelopes {
    /// The bytes of an envelope.
    pub fn of(&mut self, envelope: &EnvelopeOf) -> Rc<Signed> {
        if let Some(known) = self.0.get(envelope) {
            return known.clone();
        }
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        let made = Rc::new(make(envelope));
        self.0.insert(envelope.clone(), made.clone());
        made
    }
}

/// Signs, so that it holds or not.
struct Hand {
    key: &'static SigningKey,
    holds: bool,
}

impl Signer for Hand {
    fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self.holds {
            true => self.key.sign(message),
            false => self.key.sign(b"something else"),
        }
    }
}

fn hand(By(key, holds): &By) -> Hand {
    Hand {
        key: key.key(),
        holds: *holds,
    }
}

/// Calls with all who sign.
fn by_all<V>(signed: &[By], sign: impl FnOnce(&[&dyn Signer]) -> V) -> V {
    let hands: Vec<Hand> = signed.iter().map(hand).collect();
    let signers: Vec<&dyn Signer> = hands.iter().map(|hand| hand as &dyn Signer).collect();
    sign(&signers)
}

fn make(envelope: &EnvelopeOf) -> Signed {
    let manifest = manifest(envelope);
    let hash = RustCrypto.sha256(&[&bstr(&manifest)]);
    let mut w = Writer::new();
    let digest = finish(w.array(2).int(-16).bytes(&hash));
    let mut wrapper = Writer::new();
    wrapper.array(1 + envelope.signed.len()).bytes(&digest);
    for by in &envelope.signed {
        let block = sign1(&digest, None, Some(&by.0.id().0), true, &hand(by));
        wrapper.bytes(&block.expect("the manifest can be signed"));
    }
    let integrated = envelope.fetched == Fetched::Integrated;
    let mut w = Writer::new();
    w.tag(107).map(2 + usize::from(integrated));
    w.uint(2).bytes(&wrapper.finish()).uint(3).bytes(&manifest);
    if integrated {
        w.text("#image").bytes(IMAGE);
    }
    let bytes = w.finish();
    Signed {
        envelope_digest: RustCrypto.sha256(&[&bytes]),
        manifest_digest: Digest {
            algorithm: DigestAlgorithm::Sha256,
            bytes: hash.to_vec().try_into().expect("it is short"),
        },
        bytes,
    }
}

/// What is fetched: from where, the digest, the size.
fn fetches(fetched: Fetched) -> Vec<(String, [u8; 32], u64)> {
    let image = RustCrypto.sha256(&[IMAGE]);
    if fetched == Fetched::Integrated {
        return vec![("#image".into(), image, IMAGE.len() as u64)];
    }
    let fetch = |(root, size): (Option<RootCid>, u64)| match root {
        Some(root) if root == raw_root(IMAGE) => (ipfs(&root), image, size),
        Some(root) => (ipfs(&root), root.digest, size),
        None => ("https://acme.example/image".into(), [9; 32], size),
    };
    components(fetched).into_iter().map(fetch).collect()
}

fn manifest(envelope: &EnvelopeOf) -> Vec<u8> {
    let fetches = fetches(envelope.fetched);
    let mut common = Writer::new();
    common.map(2).uint(2).array(fetches.len());
    for index in 0..fetches.len() {
        common.array(1).bytes(&[index as u8]);
    }
    common.uint(4).bytes(&shared(&envelope.products, &fetches));
    let mut w = Writer::new();
    w.map(4).uint(1).uint(1).uint(2).uint(envelope.number);
    w.uint(3).bytes(&common.finish()).uint(20).bytes(&install(&fetches));
    w.finish()
}

/// One product's conditions, or several's as alternatives; then what is expected of each component.
fn shared(products: &[P], fetches: &[(String, [u8; 32], u64)]) -> Vec<u8> {
    let mut commands = Vec::new();
    if fetches.len() > 1 {
        commands.push((12, vec![0xf5]));
    }
    match products {
        [one] => commands.extend(conditions(*one)),
        several => {
            let mut w = Writer::new();
            w.array(several.len());
            for product in several {
                w.bytes(&sequence(&conditions(*product)));
            }
            commands.push((15, w.finish()));
        }
    }
    for (index, (_, digest, size)) in fetches.iter().enumerate() {
        choose(&mut commands, index, fetches.len());
        let mut wrapped = Writer::new();
        let wrapped = finish(wrapped.array(2).int(-16).bytes(digest));
        let mut w = Writer::new();
        commands.push((20, finish(w.map(2).uint(3).bytes(&wrapped).uint(14).uint(*size))));
    }
    sequence(&commands)
}

fn conditions(product: P) -> Vec<(i64, Vec<u8>)> {
    let id = product.id();
    let mut w = Writer::new();
    let ids = finish(w.map(2).uint(1).bytes(&id.vendor.0).uint(2).bytes(&id.class.0));
    vec![(20, ids), (1, uint(15)), (2, uint(15))]
}

fn install(fetches: &[(String, [u8; 32], u64)]) -> Vec<u8> {
    let mut commands = Vec::new();
    for (index, (uri, ..)) in fetches.iter().enumerate() {
        choose(&mut commands, index, fetches.len());
        let mut w = Writer::new();
        commands.push((20, finish(w.map(1).uint(21).text(uri))));
        commands.push((21, uint(2)));
        commands.push((3, uint(15)));
    }
    sequence(&commands)
}

fn choose(commands: &mut Vec<(i64, Vec<u8>)>, index: usize, of: usize) {
    if of > 1 {
        commands.push((12, uint(index as u64)));
    }
}

/// An intent's bytes.
pub fn intent(intent: &IntentOf, roots: &[PayloadRoot], envelope: &Signed) -> Vec<u8> {
    let root = |given: &PayloadRoot| Root {
        component_index: given.component_index,
        root: given.root.to_bytes(),
        stored_size: given.stored_size,
    };
    let roots: Vec<Root> = roots.iter().map(root).collect();
    let mut payload = IntentPayload {
        genesis: System::block_hash(0).0,
        envelope_digest: envelope.envelope_digest,
        roots: Roots::new(&roots).expect("they are few"),
        last_block: intent.last_block,
    };
    match intent.flaw {
        Flaw::None => {}
        Flaw::Malformed => return b"not an intent".to_vec(),
        Flaw::OtherChain => payload.genesis = [1; 32],
        Flaw::OtherEnvelope => payload.envelope_digest = [1; 32],
    }
    by_all(&intent.signed, |signers| suit_intent::sign(&payload, signers)).expect("the intent can be signed")
}

/// A handover's bytes.
pub fn handover(handover: &HandoverOf) -> Vec<u8> {
    let keys: Vec<PublicKey> = handover.next.iter().map(|key| key.key().public_key()).collect();
    let payload = HandoverPayload {
        vendor: handover.vendor.id().0,
        number: handover.number,
        threshold: 1,
        keys: Keys::new(&keys).expect("they are keys"),
    };
    let message = by_all(&handover.signed, |signers| handover::sign(&payload, signers));
    let mut message = message.expect("the handover can be signed");
    if handover.cut {
        message.pop();
    }
    message
}

fn finish(w: &mut Writer) -> Vec<u8> {
    std::mem::take(w).finish()
}

fn uint(value: u64) -> Vec<u8> {
    finish(Writer::new().uint(value))
}

fn bstr(content: &[u8]) -> Vec<u8> {
    finish(Writer::new().bytes(content))
}

fn sequence(commands: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(2 * commands.len());
    for (code, argument) in commands {
        w.int(*code).raw(argument);
    }
    w.finish()
}
