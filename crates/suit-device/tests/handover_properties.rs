//! What holds for every input of a key handover.

mod common;

use common::{ideal::Ideal, *};
use proptest::prelude::*;
use suit_device::handover::{sign, Handover, HandoverPayload, Keys, CONTENT_TYPE};
use suit_manifest::{
    cose::{self, PublicKey, Signer},
    crypto::{Crypto, RustCrypto},
};

/// The handover by two old keys, and these keys.
fn both() -> ([PublicKey; 2], Vec<u8>) {
    let (one, other) = (p256(1), ed25519(2));
    let bytes = sign(&handover_payload(), &[&one, &other]).unwrap();
    ([one.public_key(), other.public_key()], bytes)
}

/// Whether a device that knows these keys, and wants both of them to sign, follows.
fn follows(crypto: &impl Crypto, bytes: &[u8], known: &[PublicKey]) -> bool {
    Handover::decode(bytes).is_ok_and(|handover| handover.follow(crypto, known, 2, &VENDOR, 6).is_ok())
}

#[test]
fn any_flipped_bit_is_refused() {
    let (known, bytes) = both();
    let ideal = Ideal::learn(|crypto| follows(crypto, &bytes, &known));
    assert!(follows(&ideal, &bytes, &known));
    for bit in 0..bytes.len() * 8 {
        assert!(!follows(&ideal, &flip(&bytes, bit), &known), "bit {bit}");
    }
}

#[test]
fn flipped_bits_are_refused_with_real_cryptography() {
    let (known, bytes) = both();
    assert!(follows(&RustCrypto, &bytes, &known));
    for bit in (0..bytes.len() * 8).step_by(101) {
        assert!(!follows(&RustCrypto, &flip(&bytes, bit), &known), "bit {bit}");
    }
}

#[test]
fn truncated_and_extended_handovers_are_refused() {
    let (_, bytes) = both();
    for len in 0..bytes.len() {
        assert!(Handover::decode(&bytes[..len]).is_err(), "cut to {len}");
    }
    for byte in [0x00, 0xa0, 0xff] {
        assert!(Handover::decode(&[&bytes[..], &[byte]].concat()).is_err());
        assert!(Handover::decode(&[&[byte], &bytes[..]].concat()).is_err());
    }
}

prop_compose! {
    fn any_key()(p256: bool, x: [u8; 32], y: [u8; 32]) -> PublicKey {
        if p256 {
            PublicKey::P256([x, y].concat().try_into().unwrap())
        } else {
            PublicKey::Ed25519(x)
        }
    }
}

prop_compose! {
    fn any_payload()(
        vendor: [u8; 16],
        number in 1..=u64::MAX,
        keys in prop::collection::btree_set(any_key(), 1..=8),
        threshold: u8,
    ) -> HandoverPayload {
        let keys: Vec<_> = keys.into_iter().collect();
        let threshold = threshold % keys.len() as u8 + 1;
        HandoverPayload { vendor, number, threshold, keys: Keys::new(&keys).unwrap() }
    }
}

proptest! {
    #[test]
    fn every_payload_is_read_back(payload in any_payload()) {
        prop_assert_eq!(payload.check(), Ok(()));
        prop_assert_eq!(HandoverPayload::decode(&payload.encode()), Ok(payload));
        let message = cose::sign(&payload.encode(), Some(CONTENT_TYPE), &[&Fake]).unwrap();
        prop_assert_eq!(Handover::decode(&message).unwrap().payload, payload);
    }

    #[test]
    fn what_is_read_has_one_encoding(payload in any_payload(), changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..4)) {
        let mut bytes = payload.encode();
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(read) = HandoverPayload::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }

    #[test]
    fn only_the_number_after_the_last_one_is_followed(number in 1..=u64::MAX, last_number: u64) {
        let payload = HandoverPayload { number, ..handover_payload() };
        let message = cose::sign(&payload.encode(), Some(CONTENT_TYPE), &[&Fake]).unwrap();
        let handover = Handover::decode(&message).unwrap();
        // Says yes to whatever its numbers allow.
        struct Trusting;
        impl Crypto for Trusting {
            fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
                RustCrypto.sha256(parts)
            }
            fn sha384(&self, _: &[&[u8]]) -> [u8; 48] {
                [0; 48]
            }
            fn sha512(&self, _: &[&[u8]]) -> [u8; 64] {
                [0; 64]
            }
            fn verify_p256(&self, _: &[u8; 64], _: &[&[u8]], _: &[u8; 64]) -> bool {
                true
            }
            fn verify_ed25519(&self, _: &[u8; 32], _: &[&[u8]], _: &[u8; 64]) -> bool {
                true
            }
            fn p256_point_is_valid(&self, _: &[u8; 64]) -> bool {
                true
            }
            fn ed25519_point_is_valid(&self, _: &[u8; 32]) -> bool {
                true
            }
        }
        let follows = |last| handover.follow(&Trusting, &[Fake.public_key()], 1, &VENDOR, last).is_ok();
        prop_assert_eq!(follows(last_number), last_number == number - 1);
        prop_assert!(follows(number - 1));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2200)) {
        prop_assert!(Handover::decode(&bytes).is_err());
        let _ = HandoverPayload::decode(&bytes);
    }

    #[test]
    fn arbitrary_payloads_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let message = cose::sign(&bytes, Some(CONTENT_TYPE), &[&Fake]).unwrap();
        if let Ok(handover) = Handover::decode(&message) {
            prop_assert_eq!(handover.payload.encode(), bytes);
        }
    }
}
