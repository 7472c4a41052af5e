//! Properties of the builder's model: whatever an author writes comes back, or is refused.

mod strategies;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, Index as At},
};
use strategies::{algorithm, manifest};
use suit_manifest::{
    build::{
        model::{Command, ComponentId, Condition, Directive, Manifest, Parameters, Severable, Text},
        Envelope,
    },
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{self, Mode},
    manifest,
};

/// What an author may get wrong.
#[derive(Clone, Copy, Debug)]
enum Mistake {
    NoCommand,
    NoParameter,
    Index,
    Policy,
    Spill,
    Depth,
    Alternatives,
    NoComponents,
    NoLanguage,
}

fn mistaken(mut manifest: Manifest, mistake: Mistake) -> Manifest {
    let only = |command| Some(vec![Command::component(0), command]);
    match mistake {
        Mistake::NoCommand => manifest.validate = Some(vec![]),
        Mistake::NoParameter => manifest.load = only(Command::OverrideParameters(Parameters::default())),
        Mistake::Index => manifest.invoke = Some(vec![Command::component(manifest.components.len() as u64)]),
        Mistake::Policy => {
            manifest.uninstall = only(Command::Directive {
                directive: Directive::Unlink,
                policy: 16,
            });
        }
        Mistake::Spill => {
            manifest.validate = only(Command::Custom {
                code: -1,
                argument: vec![0, 1, 2],
            });
        }
        Mistake::Depth => {
            let mut command = Command::condition(Condition::Abort);
            for _ in 0..=manifest::MAX_SEQUENCE_DEPTH {
                command = Command::RunSequence(vec![command]);
            }
            manifest.load = only(command);
        }
        Mistake::Alternatives => {
            manifest.invoke = only(Command::try_each([vec![Command::condition(Condition::Abort)]]));
        }
        Mistake::NoComponents => {
            manifest.components.clear();
            manifest.uninstall = Some(vec![Command::component(0)]);
        }
        Mistake::NoLanguage => manifest.text = Some(Severable::severed(Text::default())),
    }
    manifest
}

fn mistake() -> impl Strategy<Value = Mistake> {
    use Mistake::*;
    select(vec![
        NoCommand,
        NoParameter,
        Index,
        Policy,
        Spill,
        Depth,
        Alternatives,
        NoComponents,
        NoLanguage,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_an_author_writes_comes_back(model in manifest(), algorithm in algorithm()) {
        let encoded = model.encode_parts().unwrap();
        let bytes = Envelope::new(&model, algorithm).unwrap().encode().unwrap();
        let decoded = envelope::Envelope::decode(&bytes, Mode::Strict).unwrap();
        prop_assert_eq!(decoded.manifest_bytes(), &encoded.manifest[..]);
        prop_assert_eq!(decoded.check_digest(&RustCrypto), Ok(()));
        prop_assert_eq!(&Manifest::from_decoded(&decoded.manifest().unwrap()).unwrap(), &model);
        let again = Envelope::decode(&bytes, Mode::Strict).unwrap();
        prop_assert_eq!(&again.encode().unwrap(), &bytes);
        prop_assert_eq!(again.model().unwrap(), model);
    }

    #[test]
    fn whatever_the_strict_decoder_takes_is_encoded_to_the_same_bytes(
        model in manifest(),
        edits in vec((any::<At>(), any::<u8>()), 1..4),
    ) {
        let bytes = Envelope::new(&model, DigestAlgorithm::Sha256).unwrap().encode().unwrap();
        for (at, value) in edits {
            let mut changed = bytes.clone();
            changed[at.index(bytes.len())] = value;
            let Ok(decoded) = envelope::Envelope::decode(&changed, Mode::Strict) else { continue };
            let Ok(read) = decoded.manifest() else { continue };
            let model = Manifest::from_decoded(&read).unwrap();
            prop_assert_eq!(&model.encode().unwrap()[..], decoded.manifest_bytes());
            let owned = Envelope::decode(&changed, Mode::Strict).unwrap();
            prop_assert_eq!(&owned.encode().unwrap(), &changed);
        }
    }

    #[test]
    fn what_no_recipient_would_take_is_not_built(model in manifest(), mistake in mistake()) {
        prop_assert!(model.encode().is_ok());
        prop_assert!(mistaken(model, mistake).encode().is_err());
    }

    #[test]
    fn custom_arguments_of_any_bytes_do_not_spill(argument in vec(any::<u8>(), 0..12), value in vec(any::<u8>(), 0..12)) {
        let parameters = Parameters { custom: [(99, value)].into(), ..Parameters::default() };
        let commands = vec![
            Command::Custom { code: -1, argument },
            Command::OverrideParameters(parameters),
            Command::condition(Condition::Abort),
        ];
        let model = Manifest { components: vec![ComponentId::new([[0]])], validate: Some(commands), ..Manifest::default() };
        if let Ok(bytes) = model.encode() {
            prop_assert_eq!(Manifest::decode(&bytes, Mode::Strict).unwrap(), model);
        }
    }
}
