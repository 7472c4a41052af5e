//! What holds for every input.

mod common;

use common::{ideal::Ideal, *};
use proptest::prelude::*;
use suit_intent::{sign, Intent, IntentPayload, Root, Roots, CONTENT_TYPE};
use suit_manifest::{
    cose::{self, PublicKey, Signer},
    crypto::{Crypto, RustCrypto},
};

/// Whether each signature of the intent is that of the key in its place.
fn holds(crypto: &impl Crypto, bytes: &[u8], keys: &[PublicKey]) -> bool {
    let Ok(intent) = Intent::decode(bytes) else {
        return false;
    };
    intent.signatures().count() == keys.len()
        && intent
            .signatures()
            .zip(keys)
            .all(|(s, key)| intent.verify(crypto, &s, key).is_ok())
}

fn both() -> ([PublicKey; 2], Vec<u8>) {
    let (one, other) = (p256(1), ed25519(2));
    (
        [one.public_key(), other.public_key()],
        sign(&payload(), &[&one, &other]).unwrap(),
    )
}

fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[bit / 8] ^= 1 << (bit % 8);
    flipped
}

#[test]
fn any_flipped_bit_is_refused() {
    let (keys, bytes) = both();
    let ideal = Ideal::learn(|crypto| holds(crypto, &bytes, &keys));
    assert!(holds(&ideal, &bytes, &keys));
    for bit in 0..bytes.len() * 8 {
        assert!(!holds(&ideal, &flip(&bytes, bit), &keys), "bit {bit}");
    }
}

#[test]
fn flipped_bits_are_refused_with_real_cryptography() {
    let (keys, bytes) = both();
    assert!(holds(&RustCrypto, &bytes, &keys));
    for bit in (0..bytes.len() * 8).step_by(101) {
        assert!(!holds(&RustCrypto, &flip(&bytes, bit), &keys), "bit {bit}");
    }
}

#[test]
fn truncated_and_extended_intents_are_refused() {
    let (_, bytes) = both();
    for len in 0..bytes.len() {
        assert!(Intent::decode(&bytes[..len]).is_err(), "cut to {len}");
    }
    for byte in [0x00, 0xa0, 0xff] {
        assert!(Intent::decode(&[&bytes[..], &[byte]].concat()).is_err());
        assert!(Intent::decode(&[&[byte], &bytes[..]].concat()).is_err());
    }
}

prop_compose! {
    fn any_root()(component_index: u32, raw: bool, digest: [u8; 32], stored_size: u64) -> Root {
        let mut root = cid(if raw { 0x55 } else { 0x70 }, 0);
        root[4..].copy_from_slice(&digest);
        Root { component_index, root, stored_size }
    }
}

prop_compose! {
    fn any_payload()(
        genesis: [u8; 32],
        envelope_digest: [u8; 32],
        roots in prop::collection::vec(any_root(), 0..=8),
        last_block: u64,
    ) -> IntentPayload {
        IntentPayload { genesis, envelope_digest, roots: Roots::new(&roots).unwrap(), last_block }
    }
}

proptest! {
    #[test]
    fn every_payload_is_read_back(payload in any_payload()) {
        prop_assert_eq!(IntentPayload::decode(&payload.encode()), Ok(payload));
    }

    #[test]
    fn what_is_read_has_one_encoding(payload in any_payload(), changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..4)) {
        let mut bytes = payload.encode();
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(read) = IntentPayload::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2200)) {
        prop_assert!(Intent::decode(&bytes).is_err());
        let _ = IntentPayload::decode(&bytes);
    }

    #[test]
    fn arbitrary_payloads_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let message = cose::sign(&bytes, Some(CONTENT_TYPE), &[&Fake]).unwrap();
        if let Ok(intent) = Intent::decode(&message) {
            prop_assert_eq!(intent.payload.encode(), bytes);
        }
    }
}
