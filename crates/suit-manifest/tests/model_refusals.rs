//! Models of manifests that no recipient would take are refused when they are encoded, with the decoder's reason.

use std::collections::BTreeMap;
use suit_manifest::{
    build::{
        model::{
            Command, ComponentId, Condition, Dependency, Digest, Directive, Index, Manifest, Parameters, Severable,
            Text,
        },
        BuildError,
    },
    digest::DigestAlgorithm,
    error::{Error, ErrorKind},
    manifest,
};

fn kind<T: std::fmt::Debug>(result: Result<T, BuildError>) -> ErrorKind {
    match result {
        Err(BuildError::Malformed(Error { kind, .. })) => kind,
        other => panic!("{other:?}"),
    }
}

/// A manifest that only this changes.
fn plain(change: impl FnOnce(&mut Manifest)) -> Result<Vec<u8>, BuildError> {
    let mut manifest = Manifest {
        sequence_number: 1,
        components: vec![ComponentId::new([[0]])],
        ..Manifest::default()
    };
    change(&mut manifest);
    manifest.encode()
}

fn validating(command: Command) -> Result<Vec<u8>, BuildError> {
    plain(|manifest| manifest.validate = Some(vec![command]))
}

#[test]
fn what_the_strict_decoder_would_refuse_is_refused_with_its_reason() {
    assert!(plain(|_| {}).is_ok());
    let kind_of = |change: fn(&mut Manifest)| kind(plain(change));
    assert_eq!(kind_of(|m| m.validate = Some(vec![])), ErrorKind::BadSequence);
    assert_eq!(kind_of(|m| m.set_version = Some(vec![])), ErrorKind::BadValue);
    assert_eq!(kind_of(|m| m.set_version = Some(vec![1; 9])), ErrorKind::TooMany);
    assert_eq!(
        kind_of(|m| m.components = vec![ComponentId::default(); 17]),
        ErrorKind::TooMany
    );
    assert_eq!(
        kind_of(|m| m.dependencies = vec![Dependency {
            index: 1,
            ..Dependency::default()
        }]),
        ErrorKind::ComponentIndex
    );
    assert_eq!(
        kind_of(|m| m.dependencies = vec![Dependency::default(); 2]),
        ErrorKind::DuplicateKey
    );
    assert_eq!(
        kind_of(|m| m.text = Some(Severable::Inside(Text::default()))),
        ErrorKind::BadValue
    );
    assert_eq!(
        kind_of(|m| m.shared = Some(vec![Command::directive(Directive::Fetch)])),
        ErrorKind::BadSequence
    );
    assert_eq!(
        kind_of(|m| {
            m.components.push(ComponentId::default());
            m.invoke = Some(vec![Command::directive(Directive::Invoke)]);
        }),
        ErrorKind::ComponentIndex
    );
    assert_eq!(
        kind_of(|m| m.coswid = Some(Severable::Inside(vec![0; 70_000]))),
        ErrorKind::TooLong
    );
    assert_eq!(
        kind_of(|m| {
            let bytes = vec![0; 31];
            let algorithm = DigestAlgorithm::Sha256;
            m.install = Some(Severable::Digest(Digest { algorithm, bytes }));
        }),
        ErrorKind::WrongLength
    );
}

#[test]
fn commands_that_the_strict_decoder_would_refuse_are_refused_with_its_reason() {
    let abort = || Command::condition(Condition::Abort);
    assert!(validating(abort()).is_ok());
    assert_eq!(kind(validating(Command::component(1))), ErrorKind::ComponentIndex);
    assert_eq!(
        kind(validating(Command::SetComponentIndex(Index::List(vec![])))),
        ErrorKind::BadValue
    );
    assert_eq!(
        kind(validating(Command::try_each([vec![abort()]]))),
        ErrorKind::BadValue
    );
    assert_eq!(
        kind(validating(Command::OverrideParameters(Parameters::default()))),
        ErrorKind::BadValue
    );
    assert_eq!(
        kind(validating(Command::Condition {
            condition: Condition::Abort,
            policy: 16
        })),
        ErrorKind::BadValue
    );
    let custom = |code, argument: &[u8]| {
        let argument = argument.to_vec();
        validating(Command::Custom { code, argument })
    };
    assert!(custom(-1, &[0xa0]).is_ok());
    assert_eq!(kind(custom(-1, &[0, 0, 0])), ErrorKind::TrailingBytes);
    assert_eq!(kind(custom(-1, &[0x18, 1])), ErrorKind::NotShortest);
    assert_eq!(custom(14, &[0]), Err(BuildError::NotCustom(14)));
    let parameter = |number| {
        let custom = BTreeMap::from([(number, vec![0])]);
        validating(Command::OverrideParameters(Parameters {
            custom,
            ..Parameters::default()
        }))
    };
    assert!(parameter(-1).is_ok());
    assert_eq!(parameter(21), Err(BuildError::NotCustom(21)));

    let nested = |levels| (0..levels).fold(abort(), |command, _| Command::RunSequence(vec![command]));
    assert!(validating(nested(manifest::MAX_SEQUENCE_DEPTH)).is_ok());
    assert_eq!(
        kind(validating(nested(manifest::MAX_SEQUENCE_DEPTH + 1))),
        ErrorKind::TooDeep
    );
}
