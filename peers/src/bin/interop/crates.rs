//! The Rust crates take our canonical output, up to their limits.

use crate::{ensure, Check, Outcome};
use std::panic;
use suit_manifest::{
    build::{
        self,
        model::{Command, ComponentId, Directive, Manifest, Parameters},
    },
    cose::{Algorithm, Signer as _, SigningKey},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode},
    manifest::Severable,
};
use suit_peers::{dress_up, samples, validator};

const VALIDATOR: &str = "suit_validator 0.1.3";
const DRESS_UP: &str = "dress-up 0.1.1";

pub const CHECKS: &[Check] = &[
    Check {
        peer: VALIDATOR,
        what: "verifies and decodes what we create (ES256)",
        run: || validated(Algorithm::Es256),
    },
    Check {
        peer: VALIDATOR,
        what: "verifies and decodes what we create (ESP256)",
        run: || validated(Algorithm::Esp256),
    },
    Check {
        peer: VALIDATOR,
        what: "refuses it with another key",
        run: not_validated,
    },
    Check {
        peer: VALIDATOR,
        what: "takes it without its severed install sequence",
        run: || validate(&without_install()),
    },
    Check {
        peer: VALIDATOR,
        what: "limit: reads one authentication block; a second signer's counts for nothing",
        run: one_block,
    },
    Check {
        peer: VALIDATOR,
        what: "limit: fails on an integrated payload, whose key is a text string",
        run: || limit(&integrated(), validate),
    },
    Check {
        peer: VALIDATOR,
        what: "limit: does not verify Ed25519 as it comes",
        run: || limit(&samples::envelope(Algorithm::Ed25519), validate),
    },
    Check {
        peer: DRESS_UP,
        what: "runs what we create, to the image's digest (ES256)",
        run: || dressed(&samples::envelope(Algorithm::Es256)),
    },
    Check {
        peer: DRESS_UP,
        what: "runs what we create, to the image's digest (ESP256)",
        run: || dressed(&samples::envelope(Algorithm::Esp256)),
    },
    Check {
        peer: DRESS_UP,
        what: "refuses another image",
        run: || match dress_up::run(&samples::envelope(Algorithm::Es256), b"another image") {
            Err(::dress_up::error::Error::ConditionMatchFail { .. }) => Ok(()),
            other => Err(format!("{other:?}")),
        },
    },
    Check {
        peer: DRESS_UP,
        what: "limit: panics on source-component",
        run: source_component,
    },
    Check {
        peer: DRESS_UP,
        what: "limit: fails on a severed install sequence, though it is there",
        run: || limit(&encoded(&severed()), dressed),
    },
];

/// Fails where we do not take the envelope ourselves.
fn ours(envelope: &[u8]) -> Outcome {
    let decoded = Envelope::decode(envelope, Mode::Strict);
    let checked = decoded.and_then(|envelope| envelope.check_digest(&RustCrypto));
    checked.map_err(|error| format!("we refuse it ourselves: {error}"))
}

/// A limit: a peer refuses an envelope that we take.
fn limit(envelope: &[u8], peer: impl Fn(&[u8]) -> Outcome) -> Outcome {
    ours(envelope)?;
    ensure(peer(envelope).is_err(), "it takes it now")
}

fn validate_by(envelope: &[u8], key: &SigningKey) -> Outcome {
    ours(envelope)?;
    let kid = key.public_key().thumbprint(&RustCrypto);
    let keys = validator::key_set(&samples::point_of(key), &kid);
    let number = validator::verify(envelope, validator::Depth::Everything, &keys).map_err(|error| error.to_string())?;
    ensure(
        number == samples::SEQUENCE_NUMBER,
        format!("it reads sequence number {number}"),
    )
}

fn validate(envelope: &[u8]) -> Outcome {
    validate_by(envelope, &samples::key(Algorithm::Es256))
}

fn validated(algorithm: Algorithm) -> Outcome {
    validate(&samples::envelope(algorithm))
}

fn not_validated() -> Outcome {
    let other = |envelope: &[u8]| validate_by(envelope, &samples::other_key());
    limit(&samples::envelope(Algorithm::Es256), other)
}

fn one_block() -> Outcome {
    let (first, second) = (samples::key(Algorithm::Es256), samples::other_key());
    let mut envelope = samples::signed(&samples::model());
    envelope.sign(&second).map_err(|error| error.to_string())?;
    let envelope = encoded(&envelope);
    validate_by(&envelope, &first)?;
    limit(&envelope, |envelope| validate_by(envelope, &second))
}

fn integrated() -> Vec<u8> {
    const NAME: &str = "#image";
    let mut manifest = samples::model();
    for command in install(&mut manifest) {
        if let Command::OverrideParameters(parameters) = command {
            parameters.uri = Some(NAME.to_owned());
        }
    }
    let mut envelope = samples::signed(&manifest);
    envelope.add_payload(NAME, samples::IMAGE).expect("a URI names it");
    encoded(&envelope)
}

fn severed() -> build::Envelope {
    let mut manifest = samples::model();
    manifest
        .sever(Severable::Install, DigestAlgorithm::Sha256)
        .expect("it has an install sequence");
    samples::signed(&manifest)
}

/// As the envelope that a device keeps.
fn without_install() -> Vec<u8> {
    let mut envelope = severed();
    envelope.sever(Severable::Install).expect("it is there");
    encoded(&envelope)
}

fn encoded(envelope: &build::Envelope) -> Vec<u8> {
    envelope.encode().expect("it encodes")
}

fn install(manifest: &mut Manifest) -> &mut Vec<Command> {
    match &mut manifest.install {
        Some(build::model::Severable::Inside(sequence)) => sequence,
        _ => panic!("the sample has an install sequence"),
    }
}

fn dressed(envelope: &[u8]) -> Outcome {
    ours(envelope)?;
    let (number, fetched) = dress_up::run(envelope, samples::IMAGE).map_err(|error| format!("{error:?}"))?;
    ensure(
        number == samples::SEQUENCE_NUMBER && fetched.as_deref() == Some(samples::URI),
        format!("it reads sequence number {number} and fetches {fetched:?}"),
    )
}

fn source_component() -> Outcome {
    let mut manifest = samples::model();
    manifest.components.push(ComponentId::new([vec![1]]));
    for sequence in [&mut manifest.shared, &mut manifest.validate].into_iter().flatten() {
        sequence.insert(0, Command::component(0));
    }
    let commands = install(&mut manifest);
    commands.insert(0, Command::component(1));
    commands.extend([
        Command::component(0),
        Command::OverrideParameters(Parameters {
            source_component: Some(1),
            ..Parameters::default()
        }),
        Command::directive(Directive::Copy),
    ]);
    let envelope = encoded(&samples::signed(&manifest));
    ours(&envelope)?;
    let outcome = panic::catch_unwind(|| dress_up::run(&envelope, samples::IMAGE));
    ensure(outcome.is_err(), format!("it no longer panics: {outcome:?}"))
}
