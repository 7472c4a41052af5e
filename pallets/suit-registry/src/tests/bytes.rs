//! Envelopes that are not what was signed: cut off, too long, flipped, stripped, stuffed.

use super::*;
use forge::{Fetch, Install, IMAGE};

#[test]
fn an_envelope_with_one_flipped_bit_is_refused_wherever_it_flips() {
    on_chain(|| {
        let author = ed25519(1);
        register(1, &[&author]);
        let envelope = Forge::new(1).signed(&[&author]);
        let before = sp_io::storage::root(StateVersion::V1);
        for index in 0..envelope.len() {
            let mut flipped = envelope.clone();
            flipped[index] ^= 1 << (index % 8);
            let error = publish(ADMIN, &flipped).expect_err("a flipped bit must not be published");
            assert!(
                [
                    Refusal::MalformedEnvelope,
                    Refusal::ManifestDigestMismatch,
                    Refusal::SignatureNotValid,
                    Refusal::UnsupportedAlgorithm,
                    Refusal::EnvelopeStuffed,
                ]
                .map(error_of)
                .contains(&error),
                "byte {index}: {error:?}"
            );
        }
        assert_eq!(sp_io::storage::root(StateVersion::V1), before);
        assert_eq!(publish(ADMIN, &envelope), Ok(()), "no number is burnt");
    });
}

#[test]
fn a_bit_flipped_within_the_manifest_does_not_fit_the_digest() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let mut envelope = Forge::new(1).signed(&[&p256(1)]);
        *envelope.last_mut().expect("it is not empty") ^= 1;
        assert_both_refuse(Refusal::ManifestDigestMismatch, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_truncated_envelope_is_refused_wherever_it_ends() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        let envelope = Forge::new(1).signed(&[&ed25519(1)]);
        for end in 0..envelope.len() {
            assert_refused(Refusal::MalformedEnvelope, || publish(ADMIN, &envelope[..end]));
        }
        assert_both_refuse(
            Refusal::MalformedEnvelope,
            &envelope[..envelope.len() / 2],
            &[&ed25519(1)],
        );
        let trailing = [&envelope[..], b"\0"].concat();
        assert_both_refuse(Refusal::MalformedEnvelope, &trailing, &[&ed25519(1)]);
    });
}

#[test]
fn an_oversized_envelope_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let sized = |size| {
            Forge::new(1)
                .with(|forge| {
                    forge.fetches = vec![Fetch {
                        uri: "#a".into(),
                        ..Fetch::image(&vec![0u8; size])
                    }];
                    forge.integrated = vec![("#a".into(), vec![0; size])];
                })
                .signed(&[&p256(1)])
        };
        let overhead = sized(10_000).len() - 10_000;
        let largest = sized(16 * 1024 - overhead);
        assert_eq!(largest.len(), 16 * 1024);
        assert_both_refuse(
            Refusal::MalformedEnvelope,
            &sized(16 * 1024 - overhead + 1),
            &[&p256(1)],
        );
        assert_eq!(publish(ADMIN, &largest), Ok(()));
    });
}

#[test]
fn an_envelope_without_what_its_manifest_needs_is_stripped() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let stripped = Forge::new(1)
            .with(|forge| forge.install = Install::Stripped)
            .signed(&[&p256(1)]);
        assert_both_refuse(Refusal::EnvelopeStripped, &stripped, &[&p256(1)]);
        let payload = Fetch {
            uri: "#firmware".into(),
            ..Fetch::image(IMAGE)
        };
        let stripped = Forge::new(1)
            .with(|forge| forge.fetches = vec![payload])
            .signed(&[&p256(1)]);
        assert_both_refuse(Refusal::EnvelopeStripped, &stripped, &[&p256(1)]);
        let whole = Forge::new(1)
            .with(|forge| forge.install = Install::Severed)
            .signed(&[&p256(1)]);
        assert_eq!(publish(ADMIN, &whole), Ok(()));
    });
}

#[test]
fn an_envelope_with_what_its_manifest_does_not_name_is_stuffed() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let payload = Forge::new(1)
            .with(|forge| forge.integrated = vec![("#more".into(), vec![1])])
            .signed(&[&p256(1)]);
        assert_both_refuse(Refusal::EnvelopeStuffed, &payload, &[&p256(1)]);
        let member = Forge::new(1)
            .with(|forge| forge.unknown_member = true)
            .signed(&[&p256(1)]);
        assert_both_refuse(Refusal::EnvelopeStuffed, &member, &[&p256(1)]);
    });
}

#[test]
fn a_manifest_digest_of_an_unknown_algorithm_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        // SHAKE128.
        let envelope = Forge::new(1).with(|forge| forge.algorithm = -18).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::UnsupportedAlgorithm, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_manifest_with_dependencies_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1)
            .with(|forge| forge.dependencies = true)
            .signed(&[&p256(1)]);
        assert_both_refuse(Refusal::DependenciesNotSupported, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_manifest_that_must_be_run_to_know_what_it_fetches_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).with(|forge| forge.custom = true).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::UndecidableManifest, &envelope, &[&p256(1)]);
        let envelope = Forge::new(1).with(|forge| forge.try_each = true).signed(&[&p256(1)]);
        assert_eq!(publish(ADMIN, &envelope), Ok(()), "all alternatives fetch the same");
    });
}

#[test]
fn an_integrated_payload_that_is_not_the_signed_one_is_stuffed() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = |payload: &[u8], size: u64| {
            Forge::new(1)
                .with(|forge| {
                    forge.fetches = vec![Fetch {
                        uri: "#firmware".into(),
                        size: Some(size),
                        ..Fetch::image(IMAGE)
                    }];
                    forge.integrated = vec![("#firmware".into(), payload.to_vec())];
                })
                .signed(&[&p256(1)])
        };
        let mut flipped = IMAGE.to_vec();
        flipped[3] ^= 1;
        let size = IMAGE.len() as u64;
        assert_both_refuse(Refusal::EnvelopeStuffed, &envelope(&flipped, size), &[&p256(1)]);
        assert_both_refuse(Refusal::EnvelopeStuffed, &envelope(IMAGE, size + 1), &[&p256(1)]);
        assert_eq!(publish(ADMIN, &envelope(IMAGE, size)), Ok(()), "no number is burnt");
    });
}
