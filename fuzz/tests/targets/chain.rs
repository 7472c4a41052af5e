//! What the other crates read: intents, key handovers, messages between a device and a node, blocks.

use crate::harness::target;
use chunks::{
    dag::{self, NodeView},
    BlockId,
};
use fuzz::{challenger, device, keys, NOW, VENDOR};
use std::sync::LazyLock;
use suit_device::{
    bearer,
    credential::Credential,
    handover::{Handover, HandoverPayload},
    request::Request,
    ticket::Ticket,
};
use suit_intent::{Intent, IntentPayload};
use suit_manifest::{cose::Signer as _, crypto::RustCrypto};

target!(intent, check_intent);
target!(intent_payload, check_payload);
target!(handover, check_handover);
target!(handover_payload, check_handover_payload);
target!(credential, check_credential);
target!(request, check_request);
target!(challenge, check_challenge);
target!(ticket, check_ticket);
target!(bearer, check_bearer);
target!(dag_node, check_node);
target!(cid, check_cid);

fn seed(target: &str) -> Vec<Vec<u8>> {
    let seeds = fuzz::seeds().into_iter();
    seeds
        .filter(|(of, ..)| *of == target)
        .map(|(.., content)| content)
        .collect()
}

fn check_intent(input: &[u8]) {
    let Ok(intent) = Intent::decode(input) else { return };
    for (_, signature) in intent.signers() {
        for key in keys::public() {
            if intent.verify(&RustCrypto, &signature, &key).is_ok() {
                // Signatures are taken only over what the authors have signed.
                let signed = seed("intent")
                    .iter()
                    .any(|seed| Intent::decode(seed).is_ok_and(|seed| seed.payload == intent.payload));
                assert!(signed);
            }
        }
    }
}

fn check_payload(input: &[u8]) {
    if let Ok(payload) = IntentPayload::decode(input) {
        assert_eq!(payload.encode(), input);
    }
}

fn check_handover(input: &[u8]) {
    let Ok(handover) = Handover::decode(input) else { return };
    // Made once: most inputs have a signature that holds.
    static SIGNED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| seed("handover"));
    let payload = handover.payload;
    let is_seed = || {
        SIGNED
            .iter()
            .any(|seed| Handover::decode(seed).is_ok_and(|seed| seed.payload == payload))
    };
    let known = keys::public();
    for (_, signature) in handover.signers() {
        for key in &known {
            if handover.verify(&RustCrypto, &signature, key).is_ok() {
                assert!(is_seed(), "signatures are taken only over what the authors have signed");
            }
        }
    }
    for last_number in [0, payload.number.saturating_sub(1), payload.number] {
        if handover.follow(&RustCrypto, &known, 2, &VENDOR, last_number).is_ok() {
            assert!(is_seed(), "a device follows only what the authors have signed");
            assert_eq!(payload.number, last_number + 1);
        }
    }
}

fn check_handover_payload(input: &[u8]) {
    if let Ok(payload) = HandoverPayload::decode(input) {
        assert_eq!(payload.encode(), input);
        assert!((1..=payload.keys.len()).contains(&usize::from(payload.threshold)));
    }
}

fn check_credential(input: &[u8]) {
    let Ok(credential) = Credential::decode(input) else {
        return;
    };
    if credential
        .verify(&RustCrypto, &keys::operator().public_key(), NOW)
        .is_ok()
    {
        let seed = seed("credential");
        let issued = Credential::decode(&seed[0]).expect("a seed");
        assert_eq!(credential.claims(), issued.claims());
    }
}

fn check_request(input: &[u8]) {
    let Ok(request) = Request::decode(input) else { return };
    if request.verify(&RustCrypto, &device().public_key()).is_ok() {
        let seed = seed("request");
        let made = Request::decode(&seed[0]).expect("a seed");
        assert_eq!(request.claims(), made.claims());
    }
}

fn check_challenge(input: &[u8]) {
    if challenger().check(input, NOW).is_ok() {
        assert_eq!(input, challenger().issue([6; 16], NOW + 60), "no other was issued");
    }
}

fn check_ticket(input: &[u8]) {
    let Ok(ticket) = Ticket::decode(input) else { return };
    if ticket.verify(&RustCrypto, NOW, &[3; 32]).is_ok() && ticket.issuer() == node() {
        let seed = seed("ticket");
        let issued = Ticket::decode(&seed[0]).expect("a seed");
        assert_eq!(ticket.claims(), issued.claims());
    }
}

fn node() -> [u8; 32] {
    match keys::operator().public_key() {
        suit_manifest::cose::PublicKey::Ed25519(key) => key,
        _ => unreachable!("it is one"),
    }
}

fn check_bearer(input: &[u8]) {
    let Ok(header) = core::str::from_utf8(input) else {
        return;
    };
    for token in [Some(header), bearer::token(header)].into_iter().flatten() {
        if let Ok(ticket) = bearer::decode(token) {
            assert_eq!(bearer::encode(&ticket), token, "a ticket has one spelling");
        }
    }
}

fn check_node(input: &[u8]) {
    let Ok(node) = NodeView::decode(input) else { return };
    let links: Vec<_> = node.links().collect();
    assert_eq!(links.len(), node.link_count());
    assert_eq!(links.iter().map(|link| link.file_size).sum::<u64>(), node.file_size());
    assert_eq!(dag::encode(&links), input, "a node has one encoding");
}

fn check_cid(input: &[u8]) {
    if let Ok(id) = BlockId::from_bytes(input) {
        assert_eq!(id.to_bytes(), input);
        assert_eq!(BlockId::from_cid(&id.cid()), Ok(id));
    }
    let Ok(text) = core::str::from_utf8(input) else { return };
    if let Ok(id) = BlockId::parse(text) {
        assert_eq!(id.cid().to_string(), text, "a block has one name");
    }
    if let Some(cid) = suit_manifest::resolve::ipfs_uri(text) {
        assert!(text.ends_with(&BlockId::from_bytes(&cid).expect("a CID of ours").cid().to_string()));
    }
}
