//! Envelopes, as bytes and in parts.

use crate::{harness::target, manifest::read_all};
use fuzz::keys;
use suit_manifest::{
    build,
    cbor::Writer,
    crypto::RustCrypto,
    envelope::{Envelope, Mode},
};

target!(envelope, check);
target!(digest, check_digest);

fn check(input: &[u8]) {
    let strict = Envelope::decode(input, Mode::Strict);
    let lenient = Envelope::decode(input, Mode::Lenient);
    if let Ok(envelope) = &strict {
        let loose = lenient.as_ref().expect("what strict takes lenient takes");
        assert_eq!(envelope.manifest_bytes(), loose.manifest_bytes());
        if envelope.check_complete(&RustCrypto).is_ok() {
            assert_eq!(loose.check_complete(&RustCrypto), Ok(()));
        }
        let owned = build::Envelope::decode(input, Mode::Strict).expect("the builder reads what the decoder takes");
        if envelope.manifest().is_ok() {
            assert_eq!(
                owned.encode().expect("it was read"),
                input,
                "decoding and encoding is the identity"
            );
        }
    }
    for envelope in [strict, lenient].into_iter().flatten() {
        read_envelope(&envelope);
    }
}

/// Calls everything that a recipient calls.
fn read_envelope(envelope: &Envelope<'_>) {
    let complete = envelope.check_complete(&RustCrypto);
    if complete.is_ok() {
        assert_eq!(
            envelope.check_digest(&RustCrypto),
            Ok(()),
            "complete is more than intact"
        );
    }
    if envelope.check_digest(&RustCrypto).is_ok() {
        assert_eq!(envelope.check_manifest_digest(&RustCrypto), Ok(()));
    }
    if let Ok(manifest) = envelope.manifest() {
        read_all(&manifest);
    }
    assert_eq!(
        envelope.signatures().count() + envelope.other_blocks(),
        envelope.blocks().count()
    );
    let signers = keys::public();
    // Verifying costs a thousand times as much as reading, and means nothing where the digest is another manifest's.
    if envelope.check_manifest_digest(&RustCrypto).is_err() {
        return;
    }
    let signed = signers
        .iter()
        .filter(|key| envelope.signed_by(&RustCrypto, key))
        .count();
    assert_eq!(envelope.verify_threshold(&RustCrypto, &signers, 1).unwrap_or(0), signed);
    let _ = envelope.verify_mac(&RustCrypto, &keys::shared());
}

/// A SUIT_Digest where it stands: in an authentication wrapper.
fn check_digest(input: &[u8]) {
    let mut wrapper = Writer::new();
    wrapper.array(1).bytes(input);
    let mut envelope = Writer::new();
    envelope
        .tag(107)
        .map(2)
        .uint(2)
        .bytes(&wrapper.finish())
        .uint(3)
        .bytes(&[0xa0]);
    let envelope = envelope.finish();
    let Ok(read) = Envelope::decode(&envelope, Mode::Strict) else {
        return;
    };
    assert_eq!(read.signed_bytes(), input);
    let digest = read.manifest_digest();
    let mut again = Writer::new();
    again.array(2).int(digest.algorithm.number()).bytes(digest.bytes);
    assert_eq!(again.finish(), input);
    if let Some(len) = digest.algorithm.digest_len() {
        assert_eq!(digest.bytes.len(), len);
    }
}
