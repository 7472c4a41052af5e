//! What holds for every input of credential, request and ticket.

mod common;

use common::{ideal::Ideal, *};
use proptest::prelude::*;
use suit_device::{
    credential::{self, Credential},
    request::{self, Request},
    ticket::{self, Roots, Ticket},
};
use suit_manifest::{
    cose::{sign1, PublicKey, Signer},
    crypto::{Crypto, RustCrypto},
};

fn conversation() -> (Vec<u8>, Vec<u8>) {
    let credential = credential::issue(&credential_claims(), &operator()).unwrap();
    (credential, request::sign(&request_claims(), &device()).unwrap())
}

fn is_verified(crypto: &impl Crypto, credential: &[u8], request: &[u8]) -> bool {
    converse_with(crypto, credential, request, NOW).is_ok()
}

fn is_good_ticket(crypto: &impl Crypto, bytes: &[u8]) -> bool {
    // The caller asks the chain whether the issuer is a storage node.
    Ticket::decode(bytes)
        .is_ok_and(|ticket| ticket.issuer() == node_key() && ticket.verify(crypto, NOW, &GENESIS).is_ok())
}

#[test]
fn any_flipped_bit_of_credential_or_request_is_refused() {
    let (credential, request) = conversation();
    let ideal = Ideal::learn(|crypto| is_verified(crypto, &credential, &request));
    assert!(is_verified(&ideal, &credential, &request));
    for bit in 0..credential.len() * 8 {
        assert!(
            !is_verified(&ideal, &flip(&credential, bit), &request),
            "bit {bit} of the credential"
        );
    }
    for bit in 0..request.len() * 8 {
        assert!(
            !is_verified(&ideal, &credential, &flip(&request, bit)),
            "bit {bit} of the request"
        );
    }
}

#[test]
fn any_flipped_bit_of_a_ticket_is_refused() {
    let bytes = ticket::issue(&ticket_claims(), &node()).unwrap();
    let ideal = Ideal::learn(|crypto| is_good_ticket(crypto, &bytes));
    assert!(is_good_ticket(&ideal, &bytes));
    for bit in 0..bytes.len() * 8 {
        assert!(!is_good_ticket(&ideal, &flip(&bytes, bit)), "bit {bit}");
    }
}

#[test]
fn flipped_bits_are_refused_with_real_cryptography() {
    let (credential, request) = conversation();
    let ticket = ticket::issue(&ticket_claims(), &node()).unwrap();
    assert!(is_verified(&RustCrypto, &credential, &request) && is_good_ticket(&RustCrypto, &ticket));
    for bit in (0..credential.len() * 8).step_by(101) {
        assert!(
            !is_verified(&RustCrypto, &flip(&credential, bit), &request),
            "bit {bit} of the credential"
        );
    }
    for bit in (0..request.len() * 8).step_by(101) {
        assert!(
            !is_verified(&RustCrypto, &credential, &flip(&request, bit)),
            "bit {bit} of the request"
        );
    }
    for bit in (0..ticket.len() * 8).step_by(101) {
        assert!(
            !is_good_ticket(&RustCrypto, &flip(&ticket, bit)),
            "bit {bit} of the ticket"
        );
    }
}

#[test]
fn truncated_and_extended_messages_are_refused() {
    let (credential, request) = conversation();
    let ticket = ticket::issue(&ticket_claims(), &node()).unwrap();
    let refused = |bytes: &[u8]| {
        Credential::decode(bytes).is_err() && Request::decode(bytes).is_err() && Ticket::decode(bytes).is_err()
    };
    for message in [credential, request, ticket] {
        assert!(!refused(&message));
        for len in 0..message.len() {
            assert!(refused(&message[..len]), "cut to {len}");
        }
        for byte in [0x00, 0xa0, 0xf6, 0xff] {
            assert!(refused(&[&message[..], &[byte]].concat()));
            assert!(refused(&[&[byte], &message[..]].concat()));
        }
    }
}

#[test]
fn no_message_passes_for_one_of_another_kind() {
    let (credential, request) = conversation();
    let ticket = ticket::issue(&ticket_claims(), &node()).unwrap();
    let kinds = |bytes: &[u8]| {
        [
            Credential::decode(bytes).is_ok(),
            Request::decode(bytes).is_ok(),
            Ticket::decode(bytes).is_ok(),
        ]
    };
    assert_eq!(kinds(&credential), [true, false, false]);
    assert_eq!(kinds(&request), [false, true, false]);
    assert_eq!(kinds(&ticket), [false, false, true]);
}

prop_compose! {
    fn any_credential()(
        exp: u64, iat: u64, pseudonym: [u8; 16], p256: bool, x: [u8; 32], y: [u8; 32], vendor: [u8; 16], class: [u8; 16],
    ) -> credential::Claims {
        let device_key = if p256 {
            PublicKey::P256([x, y].concat().try_into().unwrap())
        } else {
            PublicKey::Ed25519(x)
        };
        credential::Claims { exp, iat, pseudonym, device_key, vendor, class }
    }
}

prop_compose! {
    fn any_request()(
        audience: [u8; 32], random: [u8; 16], expiry: u64, vendor: [u8; 16], class: [u8; 16], genesis: [u8; 32],
        installed: Option<u64>,
    ) -> request::Claims {
        request::Claims { audience, challenge: challenger().issue(random, expiry), vendor, class, genesis, installed }
    }
}

prop_compose! {
    fn any_ticket()(
        exp: u64, genesis: [u8; 32], roots in prop::collection::vec((any::<bool>(), any::<u8>()), 1..=8),
    ) -> ticket::Claims {
        let roots: Vec<_> = roots.into_iter().map(|(raw, byte)| cid(if raw { 0x55 } else { 0x70 }, byte)).collect();
        ticket::Claims { exp, genesis, roots: Roots::new(&roots).unwrap() }
    }
}

/// Bytes of a payload that were changed somewhere.
fn changed(payload: &[u8], changes: &[(u16, u8)]) -> Vec<u8> {
    let mut out = payload.to_vec();
    for (at, byte) in changes {
        let at = usize::from(*at) % out.len();
        out[at] = *byte;
    }
    out
}

fn changes() -> impl Strategy<Value = Vec<(u16, u8)>> {
    prop::collection::vec((any::<u16>(), any::<u8>()), 0..4)
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        prop_assert!(Credential::decode(&bytes).is_err());
        prop_assert!(Request::decode(&bytes).is_err());
        prop_assert!(Ticket::decode(&bytes).is_err());
    }

    #[test]
    fn arbitrary_payloads_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let kid = Some(&[0u8; 32][..]);
        for (content_type, kid) in [(credential::CONTENT_TYPE, kid), (request::CONTENT_TYPE, None), (ticket::CONTENT_TYPE, kid)] {
            let message = sign1(&bytes, Some(content_type), kid, false, &Fake).unwrap();
            prop_assert!(Credential::decode(&message).is_err());
            prop_assert!(Request::decode(&message).is_err());
            prop_assert!(Ticket::decode(&message).is_err());
        }
    }

    /// Whatever is read, issuing it gives the same bytes: with zero changes, what was issued is read back.
    #[test]
    fn a_credential_has_one_encoding(claims in any_credential(), changes in changes()) {
        let issued = credential::issue(&claims, &Fake).unwrap();
        prop_assert_eq!(*Credential::decode(&issued).unwrap().claims(), claims);
        let kid = Fake.public_key().thumbprint(&RustCrypto);
        let payload = changed(&payload_of(&issued), &changes);
        let message = sign1(&payload, Some(credential::CONTENT_TYPE), Some(&kid), false, &Fake).unwrap();
        if let Ok(read) = Credential::decode(&message) {
            prop_assert_eq!(credential::issue(read.claims(), &Fake).unwrap(), message);
        }
    }

    #[test]
    fn a_request_has_one_encoding(claims in any_request(), changes in changes()) {
        let issued = request::sign(&claims, &Fake).unwrap();
        prop_assert_eq!(*Request::decode(&issued).unwrap().claims(), claims);
        let payload = changed(&payload_of(&issued), &changes);
        let message = sign1(&payload, Some(request::CONTENT_TYPE), None, false, &Fake).unwrap();
        if let Ok(read) = Request::decode(&message) {
            prop_assert_eq!(request::sign(read.claims(), &Fake).unwrap(), message);
        }
    }

    #[test]
    fn a_ticket_has_one_encoding(claims in any_ticket(), changes in changes()) {
        let issued = ticket::issue(&claims, &Fake).unwrap();
        prop_assert_eq!(*Ticket::decode(&issued).unwrap().claims(), claims);
        let payload = changed(&payload_of(&issued), &changes);
        let message = sign1(&payload, Some(ticket::CONTENT_TYPE), Some(&[0x99; 32]), false, &Fake).unwrap();
        if let Ok(read) = Ticket::decode(&message) {
            prop_assert_eq!(ticket::issue(read.claims(), &Fake).unwrap(), message);
        }
    }
}
