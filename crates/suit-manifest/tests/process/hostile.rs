//! Manifests that want to run for ever, or to crash the device.

use super::{
    device::{run_with, Device, Run},
    manifests::{install, keys, outcome, seq, set, Made, Seq},
};
use proptest::prelude::*;
use suit_manifest::{
    error::ErrorKind,
    process::{Cause, MAX_STEPS},
};

fn steps(made: &Made) -> (Result<(), Cause>, u32) {
    let mut device = Device::default();
    let (result, steps) = run_with(
        &made.envelope(),
        &keys(),
        &mut device,
        Run::Update,
        &mut (),
        |options| options,
    );
    (result.map_err(|failure| failure.cause), steps)
}

fn is_step_limit(result: &Result<(), Cause>) -> bool {
    matches!(result, Err(Cause::Manifest(error)) if error.kind == ErrorKind::StepLimit)
}

#[test]
fn sequences_that_repeat_for_every_component_at_every_level_meet_the_step_limit() {
    let write = seq().all().set(set().bytes(18, b"x")).run(18);
    let nested = |wrap: &dyn Fn(Seq) -> Seq| {
        let inner = (0..4).fold(write.clone(), |inner, _| wrap(inner));
        steps(&install(16, seq().index(0).all().nest(seq().all())).with_section(inner))
    };
    for (result, steps) in [
        nested(&|inner| seq().all().nest(inner)),
        nested(&|inner| seq().all().try_each(&[inner.clone().run(14), seq().all()], true)),
    ] {
        assert!(is_step_limit(&result), "{result:?}");
        assert_eq!(steps, MAX_STEPS);
    }
}

#[test]
fn a_long_manifest_for_all_components_stays_below_the_step_limit() {
    let entries: Vec<_> = (0..16).map(|index| (index, set().bytes(18, &[index]))).collect();
    let sequence = seq().index(0).set_multiple(&entries).all().run(18).run(6);
    let mut made = install(16, sequence.clone());
    made.sections = vec![(7, seq().all().run(6)), (16, sequence.clone()), (20, sequence)];
    let (result, steps) = steps(&made);
    assert_eq!(result, Ok(()));
    assert!(steps < MAX_STEPS / 4, "{steps}");
}

#[test]
fn every_alternative_costs_a_step_even_where_it_fails_at_once() {
    let fails = vec![seq().run(14); 15];
    let nested = (0..3).fold(seq().all().try_each(&fails, true), |inner, _| {
        seq().all().try_each(&[inner.clone().run(14), inner.run(14)], true)
    });
    let (result, steps) = steps(&install(16, seq().index(0)).with_section(nested));
    assert!(is_step_limit(&result), "{result:?}");
    assert_eq!(steps, MAX_STEPS);
}

#[test]
fn the_same_manifest_does_the_same_twice() {
    let sequence = seq()
        .set(set().bytes(18, b"x"))
        .run(18)
        .try_each(&[seq().run(14), seq().run(18)], true);
    assert_eq!(outcome(1, sequence.clone()), outcome(1, sequence));
}

impl Made {
    fn with_section(mut self, sequence: Seq) -> Self {
        self.sections = vec![(20, sequence)];
        self
    }
}

/// Random commands, with arguments that mostly fit.
fn sequence(depth: u32) -> impl Strategy<Value = Seq> {
    let plain = (0u8..7, 0u8..36, 0u8..8, proptest::collection::vec(any::<u8>(), 0..8));
    let leaf = proptest::collection::vec(plain, 0..6).prop_map(|commands| {
        let begin = seq().index(0);
        commands
            .into_iter()
            .fold(begin, |sequence, (kind, code, index, bytes)| match kind {
                0 => sequence.index(index % 4),
                1 => sequence.all(),
                2 => sequence.list(&[index % 4, index / 4]),
                3 => sequence.set(
                    set()
                        .bytes(18, &bytes)
                        .uint(22, u64::from(index % 4))
                        .uri("#a")
                        .digest_of(&bytes),
                ),
                4 => sequence.set(set().bool(12, index % 2 == 0)),
                5 => sequence.set_missing(set().bool(13, index % 2 == 0).uint(5, u64::from(index))),
                _ if matches!(code, 12 | 15 | 19 | 20 | 32 | 34 | 35) => sequence.run(1),
                _ => sequence.raw(i64::from(code), &[index]),
            })
    });
    leaf.prop_recursive(depth, 24, 4, |inner| {
        (
            inner.clone(),
            proptest::collection::vec(inner, 2..4),
            any::<(bool, bool)>(),
        )
            .prop_map(|(begin, inner, (nest, optional))| match nest {
                true => inner.into_iter().fold(begin, Seq::nest),
                false => begin.try_each(&inner, optional),
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_manifest_panics_or_exceeds_the_step_limit_and_each_does_the_same_twice(
        shared in sequence(2), payload_fetch in sequence(3), install_sequence in sequence(3),
    ) {
        let mut made = install(4, install_sequence);
        made.sections.insert(0, (16, payload_fetch.clone()));
        made.sections.insert(0, (7, shared));
        made.integrated = vec![("#a".into(), b"payload".to_vec())];
        if suit_manifest::manifest::Manifest::decode(&made.manifest(), suit_manifest::envelope::Mode::Strict).is_ok() {
            let run = || {
                let mut device = Device::default();
                let (result, steps) =
                    run_with(&made.envelope(), &keys(), &mut device, Run::Update, &mut (), |options| options);
                (result, steps, device)
            };
            let first = run();
            prop_assert!(first.1 <= MAX_STEPS);
            prop_assert_eq!(first, run());
        }
    }
}
