//! Tickets, and how they travel.

mod common;

use common::*;
use proptest::prelude::*;
use suit_device::{
    bearer,
    ticket::{issue, Claims, Roots, Ticket, CONTENT_TYPE, MAX_TICKET, PROFILE},
    Error, IssueError,
};
use suit_manifest::{
    cbor::Writer,
    cose::{sign1, Algorithm},
    crypto::RustCrypto,
};

fn ticket() -> Vec<u8> {
    issue(&ticket_claims(), &node()).unwrap()
}

fn signed(payload: &[u8]) -> Vec<u8> {
    sign1(payload, Some(CONTENT_TYPE), Some(&node_key()), false, &node()).unwrap()
}

#[test]
fn a_ticket_opens_the_roots_that_it_names() {
    let bytes = ticket();
    let ticket = Ticket::decode(&bytes).unwrap();
    assert_eq!(*ticket.claims(), ticket_claims());
    assert_eq!(ticket.issuer(), node_key());
    assert_eq!(ticket.verify(&RustCrypto, NOW, &GENESIS), Ok(()));
    assert!(ticket.opens(&cid(0x70, 1)) && ticket.opens(&cid(0x55, 2)));
    assert_eq!(ticket.verify_for(&RustCrypto, NOW, &GENESIS, &cid(0x55, 2)), Ok(()));
}

#[test]
fn a_ticket_opens_no_other_root() {
    let bytes = ticket();
    let ticket = Ticket::decode(&bytes).unwrap();
    for other in [cid(0x70, 2), cid(0x55, 1), cid(0x70, 0), [0; 36]] {
        assert!(!ticket.opens(&other));
        assert_eq!(
            ticket.verify_for(&RustCrypto, NOW, &GENESIS, &other),
            Err(Error::TicketForOtherRoot)
        );
    }
}

#[test]
fn a_ticket_expires() {
    let bytes = ticket();
    let ticket = Ticket::decode(&bytes).unwrap();
    let exp = ticket_claims().exp;
    assert_eq!(ticket.verify(&RustCrypto, exp - 1, &GENESIS), Ok(()));
    assert_eq!(ticket.verify(&RustCrypto, exp, &GENESIS), Err(Error::TicketExpired));
    assert_eq!(
        ticket.verify_for(&RustCrypto, exp, &GENESIS, &cid(0x70, 1)),
        Err(Error::TicketExpired)
    );
}

#[test]
fn a_ticket_of_another_chain_is_refused() {
    let bytes = ticket();
    let ticket = Ticket::decode(&bytes).unwrap();
    assert_eq!(
        ticket.verify(&RustCrypto, NOW, &[0; 32]),
        Err(Error::TicketForOtherChain)
    );
}

#[test]
fn a_forged_ticket_is_refused() {
    // A stranger who names the node.
    let forged = sign1(
        &payload_of(&ticket()),
        Some(CONTENT_TYPE),
        Some(&node_key()),
        false,
        &ed25519(99),
    )
    .unwrap();
    let forged = Ticket::decode(&forged).unwrap();
    assert_eq!(forged.issuer(), node_key());
    assert_eq!(forged.verify(&RustCrypto, NOW, &GENESIS), Err(Error::TicketSignature));
    // A stranger who names itself: valid, and the caller does not find it among the storage nodes.
    let own = issue(&ticket_claims(), &ed25519(99)).unwrap();
    assert_ne!(Ticket::decode(&own).unwrap().issuer(), node_key());
}

#[test]
fn an_issuer_of_low_order_signs_nothing() {
    // With such a key as the issuer, the all-zero signature would hold for any message by the bare equation.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let bytes = sign1(
        &payload_of(&ticket()),
        Some(CONTENT_TYPE),
        Some(&neutral),
        false,
        &node(),
    )
    .unwrap();
    let mut bytes = bytes[..bytes.len() - 64].to_vec();
    bytes.extend(neutral);
    bytes.extend([0; 32]);
    let ticket = Ticket::decode(&bytes).unwrap();
    assert_eq!(ticket.verify(&RustCrypto, NOW, &GENESIS), Err(Error::TicketSignature));
}

#[test]
fn only_a_nodes_key_issues_tickets() {
    assert!(matches!(
        issue(&ticket_claims(), &p256(1)),
        Err(IssueError::NotANodeKey)
    ));
    let older = node().with_algorithm(Algorithm::EdDsa).unwrap();
    assert!(matches!(issue(&ticket_claims(), &older), Err(IssueError::NotANodeKey)));
    for other in [p256(1), older] {
        let bytes = sign1(
            &payload_of(&ticket()),
            Some(CONTENT_TYPE),
            Some(&node_key()),
            false,
            &other,
        )
        .unwrap();
        assert_eq!(Ticket::decode(&bytes).unwrap_err(), Error::MalformedTicket);
    }
}

#[test]
fn the_longest_ticket_fits() {
    let roots: Vec<_> = (0..8).map(|byte| cid(0x70, byte)).collect();
    let claims = Claims {
        exp: u64::MAX,
        genesis: GENESIS,
        roots: Roots::new(&roots).unwrap(),
    };
    let bytes = issue(&claims, &node()).unwrap();
    assert!(bytes.len() <= MAX_TICKET, "{} bytes", bytes.len());
    assert_eq!(*Ticket::decode(&bytes).unwrap().claims(), claims);
}

#[test]
fn roots_are_one_to_eight_known_cids() {
    assert_eq!(Roots::new(&[]), None);
    assert_eq!(Roots::new(&[cid(0x70, 1); 9]), None);
    assert_eq!(Roots::new(&[cid(0x71, 1)]), None);
    assert_eq!(Roots::new(&[cid(0x70, 1); 8]).unwrap().len(), 8);
}

#[test]
fn it_is_encoded_as_the_format_lays_it_down() {
    let mut payload = vec![0xa4, 0x04, 0x1a];
    payload.extend(u32::try_from(NOW + 300).unwrap().to_be_bytes());
    payload.extend([0x19, 0x01, 0x09, 0x78, 0x1f]);
    payload.extend(b"tag:suit-distarch,2026:ticket:1");
    payload.extend([0x3a, 0x00, 0x01, 0x11, 0x6f, 0x58, 0x20]);
    payload.extend(GENESIS);
    payload.extend([0x3a, 0x00, 0x01, 0x11, 0x71, 0x82, 0x58, 0x24]);
    payload.extend(cid(0x70, 1));
    payload.extend([0x58, 0x24]);
    payload.extend(cid(0x55, 2));
    assert_eq!(payload_of(&ticket()), payload);
    let mut start = vec![0xd2, 0x84, 0x58, 0x44, 0xa3, 0x01, 0x32, 0x03, 0x78, 0x1b];
    start.extend(b"application/suit-ticket+cwt");
    start.extend([0x04, 0x58, 0x20]);
    start.extend(node_key());
    start.push(0xa0);
    assert_eq!(ticket()[..start.len()], start);
}

fn odd_payload(profile: &str, roots: &[&[u8]]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(4)
        .int(4)
        .uint(NOW + 60)
        .int(265)
        .text(profile)
        .int(-70_000)
        .bytes(&GENESIS);
    w.int(-70_002).array(roots.len());
    for root in roots {
        w.bytes(root);
    }
    w.finish()
}

#[test]
fn malformed_tickets_are_refused() {
    let (good, bad) = (cid(0x70, 1), cid(0x71, 1));
    assert!(Ticket::decode(&signed(&odd_payload(PROFILE, &[&good]))).is_ok());
    let odd = [
        ("no root", odd_payload(PROFILE, &[])),
        ("nine roots", odd_payload(PROFILE, &[&good[..]; 9])),
        ("a root of another codec", odd_payload(PROFILE, &[&good, &bad])),
        ("a short root", odd_payload(PROFILE, &[&good[..35]])),
        (
            "another version",
            odd_payload("tag:suit-distarch,2026:ticket:2", &[&good]),
        ),
    ];
    for (what, payload) in odd {
        assert_eq!(
            Ticket::decode(&signed(&payload)).unwrap_err(),
            Error::MalformedTicket,
            "{what}"
        );
    }
    for (what, payload) in odd_encodings(&payload_of(&ticket())) {
        assert_eq!(
            Ticket::decode(&signed(&payload)).unwrap_err(),
            Error::MalformedTicket,
            "{what}"
        );
    }
    let payload = payload_of(&ticket());
    let other_kind = sign1(
        &payload,
        Some("application/suit-request+eat"),
        Some(&node_key()),
        false,
        &node(),
    )
    .unwrap();
    let unnamed = sign1(&payload, Some(CONTENT_TYPE), None, false, &node()).unwrap();
    for bytes in [other_kind, unnamed, vec![0xd2; MAX_TICKET + 1]] {
        assert_eq!(Ticket::decode(&bytes).unwrap_err(), Error::MalformedTicket);
    }
}

#[test]
fn a_ticket_in_a_log_opens_nothing() {
    let bytes = ticket();
    let shown = format!("{:?}", Ticket::decode(&bytes).unwrap());
    let first_of_signature = &bytes[bytes.len() - 64..][..8];
    assert!(!shown.contains(&format!("{first_of_signature:?}")[1..20]));
    assert!(shown.starts_with("Ticket { claims: Claims { exp: 1800000300"));
}

#[test]
fn a_token_is_base64url_without_padding() {
    // RFC 4648 §10, and the two characters in which the alphabets differ.
    let known: [(&[u8], &str); 8] = [
        (b"", ""),
        (b"f", "Zg"),
        (b"fo", "Zm8"),
        (b"foo", "Zm9v"),
        (b"foob", "Zm9vYg"),
        (b"fooba", "Zm9vYmE"),
        (b"foobar", "Zm9vYmFy"),
        (&[0xfb, 0xff, 0xfe], "-__-"),
    ];
    for (bytes, token) in known {
        assert_eq!(bearer::encode(bytes), token);
        assert_eq!(bearer::decode(token).as_deref(), Ok(bytes));
    }
}

#[test]
fn a_token_has_one_spelling() {
    for odd in [
        "Zg==", "Zm8=", "Zh", "Zm9", "Z", "Zm9vY", "+//+", "Zm 9v", "Zm9v\n", "Zm9vYgé",
    ] {
        assert_eq!(bearer::decode(odd), Err(Error::MalformedTicket), "{odd:?}");
    }
}

#[test]
fn a_token_for_more_than_a_ticket_is_refused() {
    assert!(bearer::decode(&bearer::encode(&[0; MAX_TICKET])).is_ok());
    assert_eq!(
        bearer::decode(&bearer::encode(&[0; MAX_TICKET + 1])),
        Err(Error::MalformedTicket)
    );
    assert_eq!(bearer::decode(&"A".repeat(1 << 20)), Err(Error::MalformedTicket));
}

#[test]
fn the_token_is_found_in_the_header() {
    assert_eq!(bearer::token("Bearer Zm9v"), Some("Zm9v"));
    assert_eq!(bearer::token("bearer  Zm9v "), Some("Zm9v"));
    for other in ["", "Bearer", "Zm9v", "Basic Zm9v", "BearerZm9v"] {
        assert_eq!(bearer::token(other), None);
    }
}

proptest! {
    #[test]
    fn every_ticket_travels(bytes in prop::collection::vec(any::<u8>(), 0..=MAX_TICKET)) {
        prop_assert_eq!(bearer::decode(&bearer::encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn what_travels_has_one_spelling(token in "[A-Za-z0-9_-]{0,40}") {
        if let Ok(bytes) = bearer::decode(&token) {
            prop_assert_eq!(bearer::encode(&bytes), token);
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,60}") {
        let _ = (bearer::decode(&text), bearer::token(&text));
    }
}
