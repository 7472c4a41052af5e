//! Credentials: what an operator vouches for.

mod common;

use common::*;
use suit_device::{
    credential::{issue, Claims, Credential, CONTENT_TYPE, MAX_CLOCK_SKEW, MAX_CREDENTIAL, PROFILE},
    Error,
};
use suit_manifest::{
    cbor::Writer,
    cose::{sign1, PublicKey, Signer},
    crypto::{Crypto, RustCrypto},
};

fn verify(bytes: &[u8], now: u64) -> Result<(), Error> {
    Credential::decode(bytes)?.verify(&RustCrypto, &operator_key(), now)
}

/// A validly signed message that need not be a credential.
fn signed(payload: &[u8], content_type: Option<&str>, kid: Option<&[u8]>) -> Vec<u8> {
    sign1(payload, content_type, kid, false, &operator()).unwrap()
}

fn operator_kid() -> [u8; 32] {
    operator_key().thumbprint(&RustCrypto)
}

fn reject_payload(what: &str, payload: &[u8]) {
    let bytes = signed(payload, Some(CONTENT_TYPE), Some(&operator_kid()));
    assert_eq!(
        Credential::decode(&bytes).unwrap_err(),
        Error::MalformedCredential,
        "{what}"
    );
}

#[test]
fn a_credential_is_read_back_whatever_keys_operator_and_device_have() {
    for operator in all_algorithms() {
        for device in [p256(11), ed25519(11)] {
            let claims = Claims {
                device_key: device.public_key(),
                ..credential_claims()
            };
            let bytes = issue(&claims, &operator).unwrap();
            assert!(bytes.len() <= MAX_CREDENTIAL);
            let credential = Credential::decode(&bytes).unwrap();
            assert_eq!(*credential.claims(), claims);
            assert_eq!(credential.operator_kid(), operator.public_key().thumbprint(&RustCrypto));
            assert_eq!(credential.verify(&RustCrypto, &operator.public_key(), NOW), Ok(()));
        }
    }
}

#[test]
fn the_longest_credential_fits() {
    let claims = Claims {
        exp: u64::MAX,
        iat: u64::MAX,
        ..credential_claims()
    };
    let bytes = issue(&claims, &p256(1)).unwrap();
    assert_eq!(*Credential::decode(&bytes).unwrap().claims(), claims);
}

#[test]
fn keys_of_kinds_that_version_1_has_not_are_refused() {
    let key = suit_manifest::cose::SigningKey::from_bytes_p384(&[3; 48]).unwrap();
    let claims = Claims {
        device_key: key.public_key(),
        ..credential_claims()
    };
    let for_such_a_device = issue(&claims, &operator()).unwrap();
    let by_such_an_operator = issue(&credential_claims(), &key).unwrap();
    for bytes in [for_such_a_device, by_such_an_operator] {
        assert_eq!(Credential::decode(&bytes).unwrap_err(), Error::MalformedCredential);
    }
}

#[test]
fn it_is_encoded_as_the_format_lays_it_down() {
    let claims = Claims {
        device_key: PublicKey::Ed25519([0x77; 32]),
        exp: 1,
        iat: 2,
        ..credential_claims()
    };
    let bytes = issue(&claims, &operator()).unwrap();

    let mut payload = vec![0xa7, 0x04, 0x01, 0x06, 0x02, 0x07, 0x50];
    payload.extend(PSEUDONYM);
    payload.extend([0x08, 0xa1, 0x01, 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20]);
    payload.extend([0x77; 32]);
    payload.extend([0x19, 0x01, 0x02, 0x50]);
    payload.extend(VENDOR);
    payload.extend([0x19, 0x01, 0x03, 0x50]);
    payload.extend(CLASS);
    payload.extend([0x19, 0x01, 0x09, 0x78, 0x23]);
    payload.extend(b"tag:suit-distarch,2026:credential:1");
    let length = [0x58, u8::try_from(payload.len()).unwrap()];

    let mut protected = vec![0xa3, 0x01, 0x32, 0x03, 0x78, 0x1f];
    protected.extend(b"application/suit-credential+cwt");
    protected.extend([0x04, 0x58, 0x20]);
    protected.extend(operator_kid());
    let header_length = [0x58, u8::try_from(protected.len()).unwrap()];

    let start = [
        &[0xd2, 0x84],
        &header_length[..],
        &protected,
        &[0xa0],
        &length,
        &payload,
        &[0x58, 0x40],
    ]
    .concat();
    let signature = bytes.strip_prefix(&start[..]).unwrap();
    let to_be_signed = [
        &[0x84, 0x6a],
        &b"Signature1"[..],
        &header_length,
        &protected,
        &[0x40],
        &length,
        &payload,
    ];
    let PublicKey::Ed25519(public) = operator().public_key() else {
        unreachable!()
    };
    assert!(RustCrypto.verify_ed25519(&public, &to_be_signed, signature.try_into().unwrap()));
}

#[test]
fn it_is_good_until_just_before_it_expires() {
    let bytes = issue(&credential_claims(), &operator()).unwrap();
    let exp = credential_claims().exp;
    assert_eq!(verify(&bytes, exp - 1), Ok(()));
    assert_eq!(verify(&bytes, exp), Err(Error::CredentialExpired));
    assert_eq!(verify(&bytes, u64::MAX), Err(Error::CredentialExpired));
}

#[test]
fn it_cannot_be_dated_ahead() {
    let bytes = issue(
        &Claims {
            iat: NOW,
            ..credential_claims()
        },
        &operator(),
    )
    .unwrap();
    assert_eq!(verify(&bytes, NOW - MAX_CLOCK_SKEW), Ok(()));
    assert_eq!(
        verify(&bytes, NOW - MAX_CLOCK_SKEW - 1),
        Err(Error::CredentialNotYetValid)
    );
    let never = issue(
        &Claims {
            iat: u64::MAX,
            ..credential_claims()
        },
        &operator(),
    )
    .unwrap();
    assert_eq!(verify(&never, NOW), Err(Error::CredentialNotYetValid));
}

#[test]
fn a_forged_signature_is_refused() {
    // Signed by a stranger who names the operator's key.
    let payload = payload_of(&issue(&credential_claims(), &operator()).unwrap());
    let forged = sign1(&payload, Some(CONTENT_TYPE), Some(&operator_kid()), false, &ed25519(99)).unwrap();
    assert_eq!(verify(&forged, NOW), Err(Error::CredentialSignature));
    // Signed by a stranger, and checked with the operator's key all the same.
    let strangers = issue(&credential_claims(), &ed25519(99)).unwrap();
    assert_eq!(verify(&strangers, NOW), Err(Error::CredentialSignature));
    // Signed by the operator, who names another key.
    let misnamed = signed(&payload, Some(CONTENT_TYPE), Some(&[0; 32]));
    assert_eq!(verify(&misnamed, NOW), Err(Error::CredentialSignature));
    // A key of another kind.
    let credential = issue(&credential_claims(), &operator()).unwrap();
    let credential = Credential::decode(&credential).unwrap();
    assert_eq!(
        credential.verify(&RustCrypto, &p256(1).public_key(), NOW),
        Err(Error::CredentialSignature)
    );
}

#[test]
fn a_device_key_that_anybody_can_sign_for_is_refused() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    for key in [PublicKey::Ed25519(neutral), PublicKey::P256([0xff; 64])] {
        let bytes = issue(
            &Claims {
                device_key: key,
                ..credential_claims()
            },
            &operator(),
        )
        .unwrap();
        assert_eq!(verify(&bytes, NOW), Err(Error::DeviceKeyNotValid));
    }
}

#[test]
fn a_message_of_another_kind_is_no_credential() {
    let payload = payload_of(&issue(&credential_claims(), &operator()).unwrap());
    let kid = operator_kid();
    let odd: [(Option<&str>, Option<&[u8]>); 4] = [
        (None, Some(&kid)),
        (Some("application/suit-request+eat"), Some(&kid)),
        (Some(CONTENT_TYPE), None),
        (Some(CONTENT_TYPE), Some(&kid[..31])),
    ];
    for (content_type, kid) in odd {
        let bytes = signed(&payload, content_type, kid);
        assert_eq!(Credential::decode(&bytes).unwrap_err(), Error::MalformedCredential);
    }
    let detached = sign1(&payload, Some(CONTENT_TYPE), Some(&kid), true, &operator()).unwrap();
    assert_eq!(Credential::decode(&detached).unwrap_err(), Error::MalformedCredential);
}

/// A credential's payload with this profile and COSE_Key.
fn odd_payload(profile: &str, cnf: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(7)
        .int(4)
        .uint(NOW + 60)
        .int(6)
        .uint(NOW)
        .int(7)
        .bytes(&PSEUDONYM)
        .int(8)
        .raw(cnf);
    w.int(258).bytes(&VENDOR).int(259).bytes(&CLASS).int(265).text(profile);
    w.finish()
}

fn confirmation(cose_key: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(1).int(1).raw(cose_key);
    w.finish()
}

#[test]
fn another_profile_is_refused() {
    let cnf = confirmation(&device().public_key().to_cose_key());
    let good = signed(&odd_payload(PROFILE, &cnf), Some(CONTENT_TYPE), Some(&operator_kid()));
    assert_eq!(verify(&good, NOW), Ok(()));
    for profile in [
        "tag:suit-distarch,2026:credential:2",
        "tag:suit-distarch,2026:request:1",
        "",
    ] {
        reject_payload(profile, &odd_payload(profile, &cnf));
    }
}

#[test]
fn a_confirmed_key_may_say_its_algorithm_and_nothing_more() {
    let PublicKey::Ed25519(x) = ed25519(11).public_key() else {
        unreachable!()
    };
    let mut w = Writer::new();
    w.map(4).int(1).int(1).int(3).int(-19).int(-1).int(6).int(-2).bytes(&x);
    let bytes = signed(
        &odd_payload(PROFILE, &confirmation(&w.finish())),
        Some(CONTENT_TYPE),
        Some(&operator_kid()),
    );
    assert_eq!(
        Credential::decode(&bytes).unwrap().claims().device_key,
        PublicKey::Ed25519(x)
    );

    reject_payload(
        "private key",
        &odd_payload(PROFILE, &confirmation(&ed25519(11).to_cose_key())),
    );
    let key = ed25519(11).public_key().to_cose_key();
    reject_payload("no COSE_Key", &odd_payload(PROFILE, &[0xa0]));
    reject_payload("a kid in its place", &odd_payload(PROFILE, &[0xa1, 0x03, 0x41, 0x00]));
    reject_payload(
        "a kid beside it",
        &odd_payload(PROFILE, &[&[0xa2, 0x01], &key[..], &[0x03, 0x41, 0x00]].concat()),
    );
}

#[test]
fn encodings_that_are_not_deterministic_are_refused() {
    let payload = payload_of(&issue(&credential_claims(), &operator()).unwrap());
    for (what, odd) in odd_encodings(&payload) {
        reject_payload(what, &odd);
    }
}

#[test]
fn a_message_that_is_too_long_is_refused() {
    assert_eq!(
        Credential::decode(&[0xd2; MAX_CREDENTIAL + 1]).unwrap_err(),
        Error::MalformedCredential
    );
    // Well-formed and signed, but for a longer pseudonym than there can be.
    let long = signed(&[0; MAX_CREDENTIAL], Some(CONTENT_TYPE), Some(&operator_kid()));
    assert_eq!(Credential::decode(&long).unwrap_err(), Error::MalformedCredential);
}
