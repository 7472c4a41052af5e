//! Envelopes built here: what is taken, what is refused, and why.

use suit_manifest::{
    build::{envelope, BuildError, Firmware},
    cbor::Writer,
    cose::{self, Algorithm, SignError, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    envelope::{Envelope, Mode, MAX_ENVELOPE},
    error::ErrorKind,
    manifest::Manifest,
};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes_p256(&[seed; 32]).unwrap()
}

fn firmware<'a>(uri: &'a str) -> Firmware<'a> {
    Firmware {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 7,
        component: &[b"app"],
        digest: [3; 32],
        size: 1024,
        uri,
    }
}

/// An envelope made by hand, to put into it what the builder does not.
#[derive(Default)]
struct Parts {
    manifest: Vec<u8>,
    blocks: Vec<Vec<u8>>,
    /// Further members: encoded key, and the content of the byte string.
    members: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Parts {
    fn new(manifest: Vec<u8>) -> Self {
        Self {
            manifest,
            ..Self::default()
        }
    }

    fn with_member(mut self, key: i64, content: &[u8]) -> Self {
        let mut encoded = Writer::new();
        encoded.int(key);
        self.members.push((encoded.finish(), content.to_vec()));
        self
    }

    fn with_payload(mut self, key: &str, content: &[u8]) -> Self {
        let mut encoded = Writer::new();
        encoded.text(key);
        self.members.push((encoded.finish(), content.to_vec()));
        self
    }

    fn build(self) -> Vec<u8> {
        let mut digest = Writer::new();
        digest
            .array(2)
            .int(-16)
            .bytes(&RustCrypto.sha256(&[&wrap(&self.manifest)]));
        let mut wrapper = Writer::new();
        wrapper.array(1 + self.blocks.len()).bytes(&digest.finish());
        for block in &self.blocks {
            wrapper.bytes(block);
        }
        let mut writer = Writer::new();
        writer
            .tag(107)
            .map(2 + self.members.len())
            .uint(2)
            .bytes(&wrapper.finish())
            .uint(3)
            .bytes(&self.manifest);
        for (key, content) in &self.members {
            writer.raw(key).bytes(content);
        }
        writer.finish()
    }
}

/// The content in a byte string.
fn wrap(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes(content);
    writer.finish()
}

fn complete(bytes: &[u8]) -> Result<(), ErrorKind> {
    let envelope = Envelope::decode(bytes, Mode::Strict).map_err(|error| error.kind)?;
    envelope.check_complete(&RustCrypto).map_err(|error| error.kind)
}

/// A manifest with one component and these further members (manifest key, encoded value).
fn manifest(members: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut common = Writer::new();
    common.map(1).uint(2).array(1).array(1).bytes(&[0]);
    let mut writer = Writer::new();
    writer
        .map(3 + members.len())
        .uint(1)
        .uint(1)
        .uint(2)
        .uint(1)
        .uint(3)
        .bytes(&common.finish());
    for (key, value) in members {
        writer.uint(*key).raw(value);
    }
    writer.finish()
}

/// A SUIT_Digest over the wrapped content.
fn digest_of(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(2).int(-16).bytes(&RustCrypto.sha256(&[&wrap(content)]));
    writer.finish()
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

/// Fetch from this URI.
fn fetch_from(uri: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(4).uint(20).map(1).uint(21).text(uri).uint(21).uint(2);
    writer.finish()
}

#[test]
fn what_is_built_decodes_verifies_and_is_complete() {
    let keys = [
        key(1),
        key(2).with_algorithm(Algorithm::Es256).unwrap(),
        SigningKey::from_bytes_ed25519(&[3; 32]),
        SigningKey::from_bytes_ed25519(&[4; 32])
            .with_algorithm(Algorithm::EdDsa)
            .unwrap(),
    ];
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| key as &dyn Signer).collect();
    let manifest = firmware("ipfs://x").manifest().unwrap();
    let bytes = envelope(&manifest, &signers).unwrap();
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(envelope.check_complete(&RustCrypto), Ok(()));
    assert_eq!(envelope.signatures().count(), keys.len());
    for (block, key) in envelope.signatures().zip(&keys) {
        assert_eq!(block.kid, Some(&key.public_key().thumbprint(&RustCrypto)[..]));
        assert_eq!(block.algorithm, key.algorithm());
        assert_eq!(
            envelope.verify_signature(&RustCrypto, &block, &key.public_key()),
            Ok(())
        );
    }
    let manifest = envelope.manifest().unwrap();
    assert_eq!(
        (
            manifest.sequence_number(),
            manifest.version(),
            manifest.component_count()
        ),
        (7, 1, 1)
    );
    assert_eq!(manifest.components().collect::<Vec<_>>(), [&b"\x81\x43app"[..]]);
    assert!(!manifest.has_dependencies());
}

#[test]
fn an_envelope_with_one_signature_meets_the_640_bytes_that_devices_aim_at() {
    let uri = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    let bytes = envelope(&firmware(uri).manifest().unwrap(), &[&key(1)]).unwrap();
    assert!(bytes.len() <= 640, "{} bytes", bytes.len());
}

#[test]
fn nothing_is_built_that_nobody_could_install() {
    assert_eq!(firmware("").manifest(), Err(BuildError::NoUri));
    assert_eq!(
        Firmware {
            size: 0,
            ..firmware("ipfs://x")
        }
        .manifest(),
        Err(BuildError::EmptyImage)
    );
    let manifest = firmware("ipfs://x").manifest().unwrap();
    assert_eq!(envelope(&manifest, &[]), Err(BuildError::Sign(SignError::NoSigner)));
    assert_eq!(
        envelope(&manifest, &[&key(1), &key(1)]),
        Err(BuildError::Sign(SignError::AlreadySigned))
    );
    assert!(matches!(envelope(b"\xa0", &[&key(1)]), Err(BuildError::Malformed(_))));
}

#[test]
fn a_manifest_that_is_not_the_one_signed_is_refused() {
    let manifest = firmware("ipfs://x").manifest().unwrap();
    let good = hex::encode(envelope(&manifest, &[&key(1)]).unwrap());
    let other = Firmware {
        sequence_number: 8,
        ..firmware("ipfs://x")
    }
    .manifest()
    .unwrap();
    let swapped = hex::decode(good.replace(&hex::encode(&manifest), &hex::encode(other))).unwrap();
    assert_eq!(complete(&swapped), Err(ErrorKind::DigestMismatch));
}

#[test]
fn a_signature_over_something_else_is_not_one_over_the_manifest() {
    let manifest = firmware("ipfs://x").manifest().unwrap();
    let mut parts = Parts::new(manifest);
    parts
        .blocks
        .push(cose::sign1(b"something else", None, None, true, &key(1)).unwrap());
    parts
        .blocks
        .push(cose::sign1(b"attached", None, None, false, &key(1)).unwrap());
    let bytes = parts.build();
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    let public = key(1).public_key();
    let kinds: Vec<_> = envelope
        .signatures()
        .map(|block| {
            envelope
                .verify_signature(&RustCrypto, &block, &public)
                .unwrap_err()
                .kind
        })
        .collect();
    assert_eq!(kinds, [ErrorKind::SignatureNotValid, ErrorKind::PayloadUnexpected]);
}

#[test]
fn blocks_of_other_kinds_are_counted_and_passed_over() {
    let mut parts = Parts::new(firmware("ipfs://x").manifest().unwrap());
    // COSE_Mac0 with HMAC 256/64, COSE_Sign1 with ES512.
    parts.blocks.push(hex("d1 84 43a10104 a0 f6 41ff"));
    parts.blocks.push(hex("d2 84 44a1013823 a0 f6 41ff"));
    let bytes = parts.build();
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!((envelope.signatures().count(), envelope.other_blocks()), (0, 2));
    for (block, expected) in [
        ("d3 84 40 a0 f6 40", ErrorKind::WrongTag),
        ("d2 84 43a10126 a0 f6 40", ErrorKind::WrongLength),
        ("d2 84 44a1013822 a0 f6 41ff", ErrorKind::WrongLength),
        ("d1 84 43a10105 a0 f6 41ff", ErrorKind::WrongLength),
        ("d862 84 40 a0 f6 80", ErrorKind::MissingMember),
    ] {
        let mut parts = Parts::new(firmware("ipfs://x").manifest().unwrap());
        parts.blocks.push(hex(block));
        assert_eq!(complete(&parts.build()), Err(expected));
    }
}

#[test]
fn members_that_the_manifest_does_not_name_are_stuffing() {
    let parts = || Parts::new(firmware("ipfs://x").manifest().unwrap());
    assert_eq!(complete(&parts().build()), Ok(()));
    assert_eq!(
        complete(&parts().with_member(23, &hex("a1 62 656e a0")).build()),
        Err(ErrorKind::Stuffed)
    );
    assert_eq!(
        complete(&parts().with_member(20, &hex("82 03 0f")).build()),
        Err(ErrorKind::Stuffed)
    );
    assert_eq!(
        complete(&parts().with_member(99, b"anything").build()),
        Err(ErrorKind::Stuffed)
    );
    assert_eq!(
        complete(&parts().with_payload("#more", b"anything").build()),
        Err(ErrorKind::Stuffed)
    );
    let mut unsigned_header = parts();
    unsigned_header
        .blocks
        .push(hex(&format!("d2 84 43a10126 a1182100 f6 5840{}", "00".repeat(64))));
    assert_eq!(complete(&unsigned_header.build()), Err(ErrorKind::Stuffed));
}

#[test]
fn a_severed_member_must_have_its_digest_and_be_there_when_needed() {
    let install = fetch_from("ipfs://x");
    let text = hex("a1 62 656e a1 01 61 78");
    let manifest = manifest(&[(20, digest_of(&install)), (23, digest_of(&text))]);
    let parts = || Parts::new(manifest.clone());
    assert_eq!(
        complete(&parts().with_member(20, &install).with_member(23, &text).build()),
        Ok(())
    );
    // No recipient needs text.
    assert_eq!(complete(&parts().with_member(20, &install).build()), Ok(()));
    assert_eq!(
        complete(&parts().with_member(23, &text).build()),
        Err(ErrorKind::Stripped)
    );
    let other = fetch_from("ipfs://y");
    assert_eq!(
        complete(&parts().with_member(20, &other).build()),
        Err(ErrorKind::DigestMismatch)
    );
}

#[test]
fn integrated_payloads_and_the_uris_that_name_them_go_together() {
    let wrapped = |uri: &str| Parts::new(manifest(&[(20, wrap(&fetch_from(uri)))]));
    assert_eq!(complete(&wrapped("#a").with_payload("#a", b"x").build()), Ok(()));
    assert_eq!(complete(&wrapped("#a").build()), Err(ErrorKind::Stripped));
    assert_eq!(
        complete(&wrapped("#a").with_payload("#a", b"x").with_payload("#b", b"x").build()),
        Err(ErrorKind::Stuffed)
    );
    // An intermediary may put in what a URI names (§7.5).
    assert_eq!(
        complete(&wrapped("https://x/").with_payload("https://x/", b"x").build()),
        Ok(())
    );
    let bytes = wrapped("#a").with_payload("#a", b"x").build();
    let envelope = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(envelope.integrated_payloads().collect::<Vec<_>>(), [("#a", &b"x"[..])]);
}

#[test]
fn a_uri_within_try_each_names_an_integrated_payload_too() {
    let mut try_each = Writer::new();
    try_each
        .array(2)
        .uint(15)
        .array(2)
        .bytes(&fetch_from("#a"))
        .bytes(&fetch_from("#b"));
    let manifest = manifest(&[(20, wrap(&try_each.finish()))]);
    let both = Parts::new(manifest.clone())
        .with_payload("#a", b"x")
        .with_payload("#b", b"y");
    assert_eq!(complete(&both.build()), Ok(()));
    assert_eq!(
        complete(&Parts::new(manifest).with_payload("#a", b"x").build()),
        Err(ErrorKind::Stripped)
    );
}

#[test]
fn strict_mode_needs_the_tag_and_lenient_mode_does_not() {
    let bytes = envelope(&firmware("ipfs://x").manifest().unwrap(), &[&key(1)]).unwrap();
    let untagged = &bytes[2..];
    assert_eq!(
        Envelope::decode(untagged, Mode::Strict).unwrap_err().kind,
        ErrorKind::WrongTag
    );
    assert!(Envelope::decode(untagged, Mode::Lenient)
        .unwrap()
        .check_complete(&RustCrypto)
        .is_ok());
}

#[test]
fn the_manifest_may_not_come_before_its_digest_in_any_mode() {
    let manifest = wrap(&firmware("ipfs://x").manifest().unwrap());
    let wrapper = wrap(&hex(&format!("81 5824 822f5820{}", "00".repeat(32))));
    let bytes = [&hex("d86b a2 03")[..], &manifest, &[2], &wrapper].concat();
    for mode in [Mode::Strict, Mode::Lenient] {
        assert!(Envelope::decode(&bytes, mode).is_err());
    }
}

#[test]
fn input_is_bounded_before_it_is_read() {
    let bytes = vec![0xd8; MAX_ENVELOPE + 1];
    assert_eq!(
        Envelope::decode(&bytes, Mode::Lenient).unwrap_err().kind,
        ErrorKind::TooLong
    );
    assert_eq!(
        Manifest::decode(&bytes, Mode::Lenient).unwrap_err().kind,
        ErrorKind::TooLong
    );
}

#[test]
fn an_envelope_that_is_cut_off_is_refused_at_every_byte() {
    let bytes = envelope(&firmware("ipfs://x").manifest().unwrap(), &[&key(1)]).unwrap();
    for end in 0..bytes.len() {
        assert!(Envelope::decode(&bytes[..end], Mode::Strict).is_err(), "{end}");
    }
}

#[test]
fn manifests_that_break_the_rules_are_refused_with_the_reason() {
    let sequence = |text: &str| manifest(&[(20, wrap(&hex(text)))]);
    let nested = |depth: usize| {
        let mut inner = hex("82 03 0f");
        for _ in 0..depth {
            let mut writer = Writer::new();
            writer.array(2).uint(32).bytes(&inner);
            inner = writer.finish();
        }
        manifest(&[(20, wrap(&inner))])
    };
    let shared = |text: &str| {
        let mut common = Writer::new();
        common
            .map(2)
            .uint(2)
            .array(1)
            .array(1)
            .bytes(&[0])
            .uint(4)
            .bytes(&hex(text));
        let mut writer = Writer::new();
        writer
            .map(3)
            .uint(1)
            .uint(1)
            .uint(2)
            .uint(1)
            .uint(3)
            .bytes(&common.finish());
        writer.finish()
    };
    let cases: Vec<(&str, Vec<u8>, Option<ErrorKind>)> = vec![
        ("plain", sequence("82 03 0f"), None),
        (
            "version 2",
            hex("a3 01 02 02 01 03 41a0"),
            Some(ErrorKind::UnsupportedVersion),
        ),
        ("no version", hex("a2 02 01 03 41a0"), Some(ErrorKind::MissingMember)),
        (
            "no sequence number",
            hex("a2 01 01 03 41a0"),
            Some(ErrorKind::MissingMember),
        ),
        ("no common", hex("a2 01 01 02 01"), Some(ErrorKind::MissingMember)),
        (
            "unknown member",
            hex("a4 01 01 02 01 03 41a0 18 63 00"),
            Some(ErrorKind::UnknownMember),
        ),
        (
            "no components listed",
            hex("a3 01 01 02 01 03 43a10280"),
            Some(ErrorKind::BadValue),
        ),
        (
            "component that is no list",
            hex("a3 01 01 02 01 03 45a102814100"),
            Some(ErrorKind::WrongType),
        ),
        (
            "trailing bytes",
            hex("a3 01 01 02 01 03 41a0 00"),
            Some(ErrorKind::TrailingBytes),
        ),
        (
            "trailing bytes in common",
            hex("a3 01 01 02 01 03 42a000"),
            Some(ErrorKind::TrailingBytes),
        ),
        ("empty sequence", sequence("80"), Some(ErrorKind::BadSequence)),
        ("half a command", sequence("83 03 0f 03"), Some(ErrorKind::BadSequence)),
        (
            "trailing bytes in a sequence",
            sequence("82 03 0f 00"),
            Some(ErrorKind::TrailingBytes),
        ),
        (
            "reporting policy of 16",
            sequence("82 03 10"),
            Some(ErrorKind::BadValue),
        ),
        (
            "component index 1 of 1",
            sequence("82 0c 01"),
            Some(ErrorKind::ComponentIndex),
        ),
        (
            "component index 1 of 1 in a list",
            sequence("82 0c 82 00 01"),
            Some(ErrorKind::ComponentIndex),
        ),
        ("empty index list", sequence("82 0c 80"), Some(ErrorKind::BadValue)),
        ("component index false", sequence("82 0c f4"), Some(ErrorKind::BadValue)),
        (
            "component index in run-sequence",
            sequence("82 18 20 43 82 0c 01"),
            Some(ErrorKind::ComponentIndex),
        ),
        (
            "component index in try-each",
            sequence("82 0f 82 43820c00 43820c01"),
            Some(ErrorKind::ComponentIndex),
        ),
        (
            "source component 1 of 1",
            sequence("82 14 a1 16 01"),
            Some(ErrorKind::ComponentIndex),
        ),
        (
            "try-each with one alternative",
            sequence("82 0f 81 43820c00"),
            Some(ErrorKind::BadValue),
        ),
        (
            "try-each with nil in the middle",
            sequence("82 0f 83 43820c00 f6 43820c00"),
            Some(ErrorKind::BadValue),
        ),
        (
            "try-each with nil at the end",
            sequence("82 0f 83 43820c00 43820c00 f6"),
            None,
        ),
        ("no parameters", sequence("82 14 a0"), Some(ErrorKind::BadValue)),
        (
            "vendor id of 15 bytes",
            sequence(&format!("82 14 a1 01 4f{}", "00".repeat(15))),
            Some(ErrorKind::WrongLength),
        ),
        (
            "vendor id as enterprise number",
            sequence("82 14 a1 01 d870 42 0102"),
            None,
        ),
        (
            "digest of 31 bytes",
            sequence(&format!("82 14 a1 03 5823 822f581f{}", "00".repeat(31))),
            Some(ErrorKind::WrongLength),
        ),
        (
            "SHAKE128 digest",
            sequence(&format!("82 14 a1 03 5824 82315820{}", "00".repeat(32))),
            None,
        ),
        (
            "SHAKE128 digest of 16 bytes",
            sequence(&format!("82 14 a1 03 53 823150{}", "00".repeat(16))),
            Some(ErrorKind::WrongLength),
        ),
        ("custom command", sequence("82 20 f6"), None),
        ("unknown command", sequence("82 18 63 00"), None),
        (
            "fetch in the shared sequence",
            shared("82 15 02"),
            Some(ErrorKind::BadSequence),
        ),
        (
            "custom command in the shared sequence",
            shared("82 20 00"),
            Some(ErrorKind::BadSequence),
        ),
        ("override in the shared sequence", shared("82 14 a1 0e 01"), None),
        (
            "fetch within try-each in the shared sequence",
            shared("82 0f 82 43821502 43821502"),
            Some(ErrorKind::BadSequence),
        ),
        ("nesting at the bound", nested(4), None),
        ("nesting past the bound", nested(5), Some(ErrorKind::TooDeep)),
        (
            "text that is none",
            manifest(&[(23, wrap(&hex("a1 01 a0")))]),
            Some(ErrorKind::WrongType),
        ),
        (
            "text with a component",
            manifest(&[(23, wrap(&hex("a1 62 656e a2 01 61 78 81 41 00 a1 01 61 78")))]),
            None,
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(
            Manifest::decode(&bytes, Mode::Strict).err().map(|error| error.kind),
            expected,
            "{name}"
        );
    }
}

#[test]
fn with_two_components_each_sequence_begins_by_choosing_one() {
    let with = |sequence: &str| {
        let mut writer = Writer::new();
        writer
            .map(4)
            .uint(1)
            .uint(1)
            .uint(2)
            .uint(1)
            .uint(3)
            .bytes(&hex("a1 02 82 81 4100 81 4101"));
        writer.uint(20).bytes(&hex(sequence));
        Manifest::decode(&writer.finish(), Mode::Strict)
            .err()
            .map(|error| error.kind)
    };
    assert_eq!(with("82 03 0f"), Some(ErrorKind::ComponentIndex));
    assert_eq!(with("84 0c 01 03 0f"), None);
    assert_eq!(with("84 0c 02 03 0f"), Some(ErrorKind::ComponentIndex));
    assert_eq!(with("84 0c f5 03 0f"), None);
}
