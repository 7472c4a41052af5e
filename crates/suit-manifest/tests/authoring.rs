//! Envelopes as authors handle them: signed one after the other, severed, filled, and what is refused on the way.

use std::collections::BTreeMap;
use suit_manifest::{
    build::{
        self,
        model::{manifest_text, Command, Digest, Directive, LanguageText, Manifest, Parameters, Severable, Text},
        BuildError, Firmware,
    },
    cbor::Writer,
    cose::{self, Algorithm, SignError, Signer, SigningKey, SymmetricKey},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode, MAX_BLOCKS},
    error::{Error, ErrorKind},
    manifest,
};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes_p256(&[seed; 32]).unwrap()
}

fn text(sentence: &str) -> Text {
    let said = BTreeMap::from([(manifest_text::DESCRIPTION, sentence.to_string())]);
    let language = LanguageText {
        manifest: said,
        ..LanguageText::default()
    };
    Text(BTreeMap::from([("en".to_string(), language)]))
}

/// A manifest that downloads one image, with a text that is severed.
fn model(uri: &str) -> Manifest {
    let firmware = Firmware {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 7,
        component: &[b"app"],
        digest: [3; 32],
        size: 1024,
        uri,
    };
    let mut release = firmware.release();
    release.text = text("what it is");
    release.manifest().unwrap()
}

fn envelope(uri: &str) -> build::Envelope {
    build::Envelope::new(&model(uri), DigestAlgorithm::Sha256).unwrap()
}

fn check(bytes: &[u8]) -> Result<(), ErrorKind> {
    let envelope = Envelope::decode(bytes, Mode::Strict).map_err(|error| error.kind)?;
    envelope.check_complete(&RustCrypto).map_err(|error| error.kind)
}

fn signed_by(bytes: &[u8], key: &SigningKey) -> bool {
    let envelope = Envelope::decode(bytes, Mode::Strict).unwrap();
    let key = key.public_key();
    let mut blocks = envelope.signatures();
    blocks.any(|block| envelope.verify_signature(&RustCrypto, &block, &key).is_ok())
}

fn kind<T: std::fmt::Debug>(result: Result<T, BuildError>) -> ErrorKind {
    match result {
        Err(BuildError::Malformed(Error { kind, .. })) => kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_people_sign_one_after_the_other_and_neither_twice() {
    let mut envelope = envelope("https://example.com");
    envelope.sign(&key(1)).unwrap();
    let on_its_way = envelope.encode().unwrap();

    let mut elsewhere = build::Envelope::decode(&on_its_way, Mode::Strict).unwrap();
    assert_eq!(elsewhere.sign(&key(1)), Err(SignError::AlreadySigned.into()));
    elsewhere.sign(&key(2)).unwrap();
    let bytes = elsewhere.encode().unwrap();
    assert_eq!(check(&bytes), Ok(()));
    assert!(signed_by(&bytes, &key(1)) && signed_by(&bytes, &key(2)) && !signed_by(&bytes, &key(3)));
    assert_eq!(elsewhere.manifest_bytes(), envelope.manifest_bytes());
}

#[test]
fn a_signature_without_a_key_identifier_counts_as_one_of_the_key() {
    let mut envelope = envelope("https://example.com");
    let block = cose::sign1(envelope.signed_bytes(), None, None, true, &key(1)).unwrap();
    envelope.add_block(&block).unwrap();
    assert!(signed_by(&envelope.encode().unwrap(), &key(1)));
    assert_eq!(envelope.sign(&key(1)), Err(SignError::AlreadySigned.into()));
    assert_eq!(envelope.add_block(&block), Err(SignError::AlreadySigned.into()));
    assert_eq!(envelope.blocks().count(), 1);
}

#[test]
fn the_bytes_to_sign_go_out_and_signatures_come_back_in_any_order() {
    let mut envelope = envelope("https://example.com");
    let keys = [key(1), SigningKey::from_bytes_ed25519(&[2; 32])];
    let [first, second] = keys.each_ref().map(|key| {
        let kid = key.public_key().thumbprint(&RustCrypto);
        envelope.prepare(key.algorithm(), Some(&kid)).unwrap()
    });
    let elsewhere = |index: usize, bytes: &[u8]| keys[index].sign(bytes).unwrap();
    let signatures = [elsewhere(0, first.to_be_signed()), elsewhere(1, second.to_be_signed())];

    let public = keys.each_ref().map(|key| key.public_key());
    assert_eq!(
        kind(envelope.add_signature(second.clone(), &signatures[0], &public[1])),
        ErrorKind::SignatureNotValid
    );
    envelope
        .add_signature(second.clone(), &signatures[1], &public[1])
        .unwrap();
    let other = first.clone().finish(&signatures[0]).unwrap();
    envelope.add_block(&other).unwrap();
    assert_eq!(
        envelope.add_signature(second, &signatures[1], &public[1]),
        Err(SignError::AlreadySigned.into())
    );
    let kid = public[0].thumbprint(&RustCrypto);
    assert_eq!(
        envelope.prepare(Algorithm::Esp256, Some(&kid)),
        Err(SignError::AlreadySigned.into())
    );
    let bytes = envelope.encode().unwrap();
    let decoded = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(decoded.verify_threshold(&RustCrypto, &public, 2), Ok(2));
}

#[test]
fn a_cose_sign_holds_several_signatures_of_which_none_is_repeated() {
    let mut envelope = envelope("https://example.com");
    let (one, two) = (key(1), key(2));
    envelope.sign_together(&[&one, &two]).unwrap();
    assert_eq!(envelope.blocks().count(), 1);
    assert_eq!(envelope.sign(&two), Err(SignError::AlreadySigned.into()));
    assert_eq!(envelope.sign_together(&[]), Err(SignError::NoSigner.into()));
    envelope.sign(&key(3)).unwrap();
    let bytes = envelope.encode().unwrap();
    let keys = [1, 2, 3].map(|seed| key(seed).public_key());
    let decoded = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(decoded.verify_threshold(&RustCrypto, &keys, 3), Ok(3));
}

#[test]
fn a_mac_is_added_once_and_verifies_with_its_secret() {
    let mut envelope = envelope("https://example.com");
    let secret = SymmetricKey::from_bytes(&[7; 32]).unwrap();
    envelope.authenticate(&secret, None).unwrap();
    assert_eq!(
        envelope.authenticate(&secret, None),
        Err(SignError::AlreadySigned.into())
    );
    let bytes = envelope.encode().unwrap();
    let decoded = Envelope::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(decoded.verify_mac(&RustCrypto, &secret), Ok(()));
    let other = SymmetricKey::from_bytes(&[8; 32]).unwrap();
    assert!(decoded.verify_mac(&RustCrypto, &other).is_err());
}

#[test]
fn a_block_must_be_a_message_over_the_digest_with_the_payload_detached() {
    let mut envelope = envelope("https://example.com");
    let before = envelope.clone();
    let attached = cose::sign1(envelope.signed_bytes(), None, None, false, &key(1)).unwrap();
    assert_eq!(kind(envelope.add_block(&attached)), ErrorKind::PayloadUnexpected);
    let mut other = Writer::new();
    other.tag(96).array(4).bytes(b"").map(0).null().bytes(b"");
    assert_eq!(kind(envelope.add_block(&other.finish())), ErrorKind::WrongTag);
    let mut long = cose::sign1(envelope.signed_bytes(), None, None, true, &key(1)).unwrap();
    long.push(0);
    assert_eq!(kind(envelope.add_block(&long)), ErrorKind::TrailingBytes);
    assert_eq!(kind(envelope.add_block(&[])), ErrorKind::UnexpectedEnd);
    assert_eq!(envelope, before);
}

#[test]
fn the_number_of_blocks_is_bounded() {
    let mut envelope = envelope("https://example.com");
    let keys: Vec<_> = (0..=MAX_BLOCKS as u8)
        .map(|seed| SigningKey::from_bytes_ed25519(&[seed; 32]))
        .collect();
    for (index, key) in keys.iter().enumerate().take(MAX_BLOCKS) {
        let block = cose::sign1(envelope.signed_bytes(), None, Some(&[index as u8]), true, key).unwrap();
        envelope.add_block(&block).unwrap();
    }
    assert_eq!(envelope.sign(&keys[MAX_BLOCKS]), Err(SignError::TooManySigners.into()));
    assert_eq!(check(&envelope.encode().unwrap()), Ok(()));
}

#[test]
fn an_envelope_whose_digest_is_not_the_manifests_is_not_signed() {
    let bytes = envelope("https://example.com").encode().unwrap();
    let hash = &Envelope::decode(&bytes, Mode::Strict)
        .unwrap()
        .manifest_digest()
        .bytes
        .to_vec();
    let at = bytes.windows(32).position(|window| window == hash).unwrap();
    let mut changed = bytes.clone();
    changed[at] ^= 1;
    let mut envelope = build::Envelope::decode(&changed, Mode::Strict).unwrap();
    assert_eq!(kind(envelope.sign(&key(1))), ErrorKind::DigestMismatch);
    assert_eq!(envelope.encode().unwrap(), changed);
}

#[test]
fn severing_text_leaves_the_signature_and_only_the_same_text_can_be_attached() {
    let mut envelope = envelope("https://example.com");
    envelope.sign(&key(1)).unwrap();
    let complete = envelope.encode().unwrap();
    let taken = envelope.sever(manifest::Severable::Text).unwrap();
    let severed = envelope.encode().unwrap();
    assert!(severed.len() < complete.len());
    assert_eq!(check(&severed), Ok(()));
    assert!(signed_by(&severed, &key(1)));
    assert_eq!(
        envelope.sever(manifest::Severable::Text),
        Err(BuildError::MissingMember(manifest::Severable::Text))
    );

    let mut other = build::Envelope::decode(&severed, Mode::Strict).unwrap();
    let mut wrong = taken.clone();
    *wrong.last_mut().unwrap() ^= 1;
    assert_eq!(
        kind(other.attach(manifest::Severable::Text, &wrong)),
        ErrorKind::DigestMismatch
    );
    other.attach(manifest::Severable::Text, &taken).unwrap();
    assert_eq!(other.encode().unwrap(), complete);
}

#[test]
fn what_the_manifest_holds_itself_is_severed_before_signing_or_not_at_all() {
    let install = manifest::Severable::Install;
    let mut signed = envelope("https://example.com");
    signed.sign(&key(1)).unwrap();
    assert_eq!(signed.sever(install), Err(BuildError::NotSevered(install)));
    assert_eq!(signed.attach(install, b""), Err(BuildError::NotSevered(install)));
    assert_eq!(
        signed.sever(manifest::Severable::Coswid),
        Err(BuildError::NotSevered(manifest::Severable::Coswid))
    );

    let mut model = signed.model().unwrap();
    model.sever(install, DigestAlgorithm::Sha384).unwrap();
    assert_eq!(
        model.sever(manifest::Severable::PayloadFetch, DigestAlgorithm::Sha256),
        Err(BuildError::MissingMember(manifest::Severable::PayloadFetch))
    );
    let mut envelope = build::Envelope::new(&model, DigestAlgorithm::Sha256).unwrap();
    assert_eq!(envelope.blocks().count(), 0);
    assert_eq!(check(&envelope.encode().unwrap()), Ok(()));
    envelope.sever(install).unwrap();
    assert_eq!(check(&envelope.encode().unwrap()), Err(ErrorKind::Stripped));
}

#[test]
fn a_severed_member_that_no_recipient_would_run_is_not_attached() {
    let content = [0x80];
    let mut model = model("https://example.com");
    let mut wrapped = vec![0x41];
    wrapped.extend(content);
    model.install = Some(Severable::Digest(
        Digest::of(DigestAlgorithm::Sha256, &wrapped).unwrap(),
    ));
    let mut envelope = build::Envelope::new(&model, DigestAlgorithm::Sha256).unwrap();
    let before = envelope.clone();
    assert_eq!(
        kind(envelope.attach(manifest::Severable::Install, &content)),
        ErrorKind::BadSequence
    );
    assert_eq!(envelope, before);
}

#[test]
fn payloads_go_in_under_the_uris_of_the_manifest_only_and_sorted() {
    let mut model = model("#b");
    let other = Parameters {
        uri: Some("#aa".into()),
        ..Parameters::default()
    };
    model.load = Some(vec![
        Command::OverrideParameters(other),
        Command::directive(Directive::Fetch),
    ]);
    let mut one = build::Envelope::new(&model, DigestAlgorithm::Sha256).unwrap();
    assert_eq!(one.add_payload("#c", b"image"), Err(BuildError::UnusedPayload));
    let mut two = one.clone();
    one.add_payload("#aa", b"first").unwrap();
    one.add_payload("#b", b"second").unwrap();
    two.add_payload("#b", b"second").unwrap();
    assert_eq!(check(&two.encode().unwrap()), Err(ErrorKind::Stripped));
    two.add_payload("#aa", b"first").unwrap();
    let bytes = one.encode().unwrap();
    assert_eq!(bytes, two.encode().unwrap());
    assert_eq!(check(&bytes), Ok(()));
    assert_eq!(one.remove_payload("#aa"), Some(b"first".to_vec()));
    assert_eq!(one.payloads().collect::<Vec<_>>(), [("#b", &b"second"[..])]);
    assert_eq!(kind(one.add_payload("#aa", &[0; 70_000])), ErrorKind::TooLong);
}

#[test]
fn every_digest_that_is_computed_can_be_chosen_and_no_other() {
    for algorithm in [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
        DigestAlgorithm::Shake128,
        DigestAlgorithm::Shake256,
    ] {
        let mut envelope = build::Envelope::new(&model("https://example.com"), algorithm).unwrap();
        envelope.sign(&key(1)).unwrap();
        let bytes = envelope.encode().unwrap();
        assert_eq!(check(&bytes), Ok(()));
        assert!(signed_by(&bytes, &key(1)));
        let decoded = Envelope::decode(&bytes, Mode::Strict).unwrap();
        assert_eq!(decoded.manifest_digest().algorithm, algorithm);
    }
    let other = DigestAlgorithm::Other(-7777);
    assert_eq!(
        build::Envelope::new(&model("https://example.com"), other),
        Err(BuildError::UnsupportedDigest(other))
    );
}
