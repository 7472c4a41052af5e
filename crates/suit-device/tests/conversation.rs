//! The conversation between device and node, and every way in which it is refused.

mod common;

use common::*;
use suit_device::{
    challenge::{self, Challenger},
    credential,
    replay::ReplayCache,
    request::{self, sign, Request, CONTENT_TYPE, MAX_REQUEST, PROFILE},
    verify::Verified,
    Error,
};
use suit_manifest::{
    cbor::Writer,
    cose::{sign1, Signer},
    crypto::{Crypto, RustCrypto},
};

fn converse(credential: &credential::Claims, request: &request::Claims) -> Result<Verified, Error> {
    let credential = credential::issue(credential, &operator()).unwrap();
    converse_with(&RustCrypto, &credential, &sign(request, &device()).unwrap(), NOW)
}

fn refusal_of_request(change: impl FnOnce(&mut request::Claims)) -> Error {
    let mut claims = request_claims();
    change(&mut claims);
    converse(&credential_claims(), &claims).unwrap_err()
}

fn refusal_of_credential(change: impl FnOnce(&mut credential::Claims)) -> Error {
    let mut claims = credential_claims();
    change(&mut claims);
    converse(&claims, &request_claims()).unwrap_err()
}

#[test]
fn a_device_with_a_credential_is_verified() {
    let expected = Verified {
        pseudonym: PSEUDONYM,
        vendor: VENDOR,
        class: CLASS,
        installed: Some(7),
        nonce: [0x66; 16],
        challenge_expiry: NOW + 60,
    };
    assert_eq!(converse(&credential_claims(), &request_claims()), Ok(expected));
}

#[test]
fn a_device_need_not_tell_what_it_has_installed() {
    let claims = request::Claims {
        installed: None,
        ..request_claims()
    };
    assert_eq!(converse(&credential_claims(), &claims).unwrap().installed, None);
}

#[test]
fn a_request_is_read_back_with_every_algorithm() {
    for key in all_algorithms() {
        for installed in [None, Some(0), Some(u64::MAX)] {
            let claims = request::Claims {
                installed,
                ..request_claims()
            };
            let bytes = sign(&claims, &key).unwrap();
            assert!(bytes.len() <= MAX_REQUEST);
            let request = Request::decode(&bytes).unwrap();
            assert_eq!(*request.claims(), claims);
            assert_eq!(request.verify(&RustCrypto, &key.public_key()), Ok(()));
        }
    }
}

#[test]
fn a_request_is_encoded_as_the_format_lays_it_down() {
    let claims = request::Claims {
        audience: [0xab; 32],
        ..request_claims()
    };
    let bytes = sign(&claims, &ed25519(11)).unwrap();
    let mut payload = vec![0xa7, 0x03, 0x78, 0x40];
    payload.extend("ab".repeat(32).as_bytes());
    payload.extend([0x0a, 0x58, 0x29]);
    payload.extend(claims.challenge);
    payload.extend([0x19, 0x01, 0x02, 0x50]);
    payload.extend(VENDOR);
    payload.extend([0x19, 0x01, 0x03, 0x50]);
    payload.extend(CLASS);
    payload.extend([0x19, 0x01, 0x09, 0x78, 0x20]);
    payload.extend(b"tag:suit-distarch,2026:request:1");
    payload.extend([0x3a, 0x00, 0x01, 0x11, 0x6f, 0x58, 0x20]);
    payload.extend(GENESIS);
    payload.extend([0x3a, 0x00, 0x01, 0x11, 0x70, 0x07]);
    let length = u8::try_from(payload.len()).unwrap();
    let start = [
        &[0xd2, 0x84, 0x58, 0x22, 0xa2, 0x01, 0x32, 0x03, 0x78, 0x1c],
        &b"application/suit-request+eat"[..],
        &[0xa0, 0x58, length],
        &payload,
        &[0x58, 0x40],
    ]
    .concat();
    assert_eq!(bytes[..start.len()], start);
    assert_eq!(bytes.len(), start.len() + 64);
}

#[test]
fn a_request_to_another_node_is_refused() {
    assert_eq!(
        refusal_of_request(|claims| claims.audience = [0; 32]),
        Error::WrongAudience
    );
}

#[test]
fn a_request_on_another_chain_is_refused() {
    assert_eq!(
        refusal_of_request(|claims| claims.genesis = [0; 32]),
        Error::WrongGenesis
    );
}

#[test]
fn a_device_of_another_class_or_vendor_is_refused() {
    assert_eq!(refusal_of_request(|claims| claims.class = [0; 16]), Error::WrongClass);
    assert_eq!(refusal_of_request(|claims| claims.vendor = [0; 16]), Error::WrongClass);
    assert_eq!(
        refusal_of_credential(|claims| claims.class = [0; 16]),
        Error::WrongClass
    );
}

#[test]
fn a_forged_challenge_is_refused() {
    let forged = Challenger::new([0; 32]).issue([0x66; 16], NOW + 60);
    assert_eq!(
        refusal_of_request(|claims| claims.challenge = forged),
        Error::ChallengeForged
    );
}

#[test]
fn a_challenge_of_another_version_is_refused() {
    assert_eq!(
        refusal_of_request(|claims| claims.challenge = [0; challenge::LEN]),
        Error::ChallengeMalformed
    );
}

#[test]
fn an_expired_challenge_is_refused() {
    let expired = challenger().issue([0x66; 16], NOW);
    assert_eq!(
        refusal_of_request(|claims| claims.challenge = expired),
        Error::ChallengeExpired
    );
}

#[test]
fn a_replayed_request_is_refused() {
    let mut cache = ReplayCache::new(10);
    let first = converse(&credential_claims(), &request_claims()).unwrap();
    assert_eq!(cache.insert(first.nonce, first.challenge_expiry, NOW), Ok(()));
    let second = converse(&credential_claims(), &request_claims()).unwrap();
    assert_eq!(
        cache.insert(second.nonce, second.challenge_expiry, NOW),
        Err(Error::ChallengeReplayed)
    );
}

#[test]
fn an_expired_credential_is_refused() {
    assert_eq!(
        refusal_of_credential(|claims| claims.exp = NOW),
        Error::CredentialExpired
    );
}

#[test]
fn a_credential_dated_ahead_is_refused() {
    assert_eq!(
        refusal_of_credential(|claims| claims.iat = NOW + 3600),
        Error::CredentialNotYetValid
    );
}

#[test]
fn a_credential_of_a_stranger_is_refused() {
    let credential = credential::issue(&credential_claims(), &ed25519(99)).unwrap();
    let request = sign(&request_claims(), &device()).unwrap();
    assert_eq!(
        converse_with(&RustCrypto, &credential, &request, NOW),
        Err(Error::CredentialSignature)
    );
}

#[test]
fn a_request_that_another_device_signed_is_refused() {
    // A stolen credential: the thief has not got the device's key.
    let credential = credential::issue(&credential_claims(), &operator()).unwrap();
    for thief in [p256(99), ed25519(99)] {
        let request = sign(&request_claims(), &thief).unwrap();
        assert_eq!(
            converse_with(&RustCrypto, &credential, &request, NOW),
            Err(Error::RequestSignature)
        );
    }
}

#[test]
fn a_stranger_costs_no_signature_check() {
    /// Fails the test where it is asked.
    struct Nothing;
    impl Crypto for Nothing {
        fn sha256(&self, _: &[&[u8]]) -> [u8; 32] {
            panic!("hashed")
        }
        fn sha384(&self, _: &[&[u8]]) -> [u8; 48] {
            panic!("hashed")
        }
        fn sha512(&self, _: &[&[u8]]) -> [u8; 64] {
            panic!("hashed")
        }
        fn verify_p256(&self, _: &[u8; 64], _: &[&[u8]], _: &[u8; 64]) -> bool {
            panic!("verified")
        }
        fn verify_ed25519(&self, _: &[u8; 32], _: &[&[u8]], _: &[u8; 64]) -> bool {
            panic!("verified")
        }
        fn p256_point_is_valid(&self, _: &[u8; 64]) -> bool {
            panic!("verified")
        }
        fn ed25519_point_is_valid(&self, _: &[u8; 32]) -> bool {
            panic!("verified")
        }
    }
    let credential = credential::issue(&credential_claims(), &operator()).unwrap();
    let challenge = Challenger::new([0; 32]).issue([0; 16], NOW + 60);
    let request = sign(
        &request::Claims {
            challenge,
            ..request_claims()
        },
        &device(),
    )
    .unwrap();
    assert_eq!(
        converse_with(&Nothing, &credential, &request, NOW),
        Err(Error::ChallengeForged)
    );
}

/// A request's payload whose members may be wrong.
fn odd_payload(audience: &str, challenge: &[u8], profile: &str) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(6)
        .int(3)
        .text(audience)
        .int(10)
        .bytes(challenge)
        .int(258)
        .bytes(&VENDOR)
        .int(259)
        .bytes(&CLASS);
    w.int(265).text(profile).int(-70_000).bytes(&GENESIS);
    w.finish()
}

fn decode(payload: &[u8], content_type: Option<&str>, kid: Option<&[u8]>) -> Option<Error> {
    Request::decode(&sign1(payload, content_type, kid, false, &device()).unwrap()).err()
}

#[test]
fn malformed_requests_are_refused() {
    let (audience, challenge) = ("ab".repeat(32), [1; challenge::LEN]);
    let good = odd_payload(&audience, &challenge, PROFILE);
    assert_eq!(decode(&good, Some(CONTENT_TYPE), None), None);
    let odd = [
        ("upper case", odd_payload(&audience.to_uppercase(), &challenge, PROFILE)),
        (
            "no hexadecimal digit",
            odd_payload(&"xy".repeat(32), &challenge, PROFILE),
        ),
        ("63 digits", odd_payload(&audience[..63], &challenge, PROFILE)),
        ("66 digits", odd_payload(&"ab".repeat(33), &challenge, PROFILE)),
        (
            "64 bytes of 32 letters",
            odd_payload(&"ä".repeat(32), &challenge, PROFILE),
        ),
        ("short challenge", odd_payload(&audience, &challenge[1..], PROFILE)),
        (
            "long challenge",
            odd_payload(&audience, &[1; challenge::LEN + 1], PROFILE),
        ),
        (
            "another version",
            odd_payload(&audience, &challenge, "tag:suit-distarch,2026:request:2"),
        ),
        (
            "another format",
            odd_payload(&audience, &challenge, "tag:suit-distarch,2026:credential:1"),
        ),
    ];
    for (what, payload) in odd {
        assert_eq!(
            decode(&payload, Some(CONTENT_TYPE), None),
            Some(Error::MalformedRequest),
            "{what}"
        );
    }
    for content_type in [
        None,
        Some("application/suit-credential+cwt"),
        Some("application/suit-ticket+cwt"),
    ] {
        assert_eq!(decode(&good, content_type, None), Some(Error::MalformedRequest));
    }
    assert_eq!(
        decode(&good, Some(CONTENT_TYPE), Some(&[0; 32])),
        Some(Error::MalformedRequest),
        "a kid"
    );
    assert_eq!(
        Request::decode(&[0xd2; MAX_REQUEST + 1]).unwrap_err(),
        Error::MalformedRequest
    );
}

#[test]
fn encodings_that_are_not_deterministic_are_refused() {
    for installed in [None, Some(7)] {
        let claims = request::Claims {
            installed,
            ..request_claims()
        };
        for (what, odd) in odd_encodings(&payload_of(&sign(&claims, &device()).unwrap())) {
            assert_eq!(
                decode(&odd, Some(CONTENT_TYPE), None),
                Some(Error::MalformedRequest),
                "{what}"
            );
        }
    }
}

#[test]
fn every_refusal_has_a_name_and_words_of_its_own() {
    let names: std::collections::BTreeSet<_> = Error::ALL.iter().map(|error| error.kind()).collect();
    let words: std::collections::BTreeSet<_> = Error::ALL.iter().map(|error| error.to_string()).collect();
    assert_eq!((names.len(), words.len()), (Error::ALL.len(), Error::ALL.len()));
    assert_eq!(Error::WrongAudience.kind(), "WrongAudience");
}
