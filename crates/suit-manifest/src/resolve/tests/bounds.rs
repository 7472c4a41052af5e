//! Work stays bounded, whatever the manifest.

use super::dsl::{self, product, sequence, C, CLASS, FETCH, MATCH, P, SLOT, VENDOR};
use crate::{envelope::Mode, manifest::MAX_COMPONENTS, resolve::*};
use std::{vec, vec::Vec};

/// The outcome, and how many steps it took.
fn counted(bytes: &[u8]) -> (Result<usize, ErrorKind>, usize) {
    let manifest = Manifest::decode(bytes, Mode::Strict).unwrap();
    let mut paths = Paths::new();
    let outcome = resolve_on(&manifest, &mut paths);
    let outcome = outcome
        .map(|resolved| resolved.payloads.len())
        .map_err(|error| error.kind);
    (outcome, paths.steps())
}

/// The most that a single command may add: itself, its bytes, its components.
const SLACK: usize = 16 * 1024 / 32 + MAX_COMPONENTS * MAX_PAYLOADS;
const LARGE: usize = 16 * 1024;

/// As many of these commands as 16 KiB hold, in one sequence.
fn filled(command: &C) -> Vec<C> {
    let one = sequence(core::slice::from_ref(command)).len();
    vec![command.clone(); (LARGE - 400) / one]
}

#[test]
fn the_worst_manifests_of_16_kib_stay_under_the_limit() {
    let uncertain = vec![C::Override(vec![P::Digest(1)]), MATCH];
    let choice = C::Try(vec![uncertain.clone(), uncertain.clone(), uncertain], true);
    let long: &'static str = std::string::String::from_utf8(vec![b'a'; 12_000]).unwrap().leak();
    let body: Vec<C> = vec![C::Override(vec![P::Uri(long)]), FETCH, FETCH, FETCH, FETCH];
    let worst: [(&str, Vec<C>); 6] = [
        ("choices", filled(&choice)),
        (
            "conditions on all components",
            [vec![C::All], filled(&C::If(27))].concat(),
        ),
        ("choices on all components", [vec![C::All], filled(&choice)].concat()),
        (
            "nested",
            (0..3).fold(filled(&C::If(27)), |inner, _| vec![C::All, C::Run(inner)]),
        ),
        ("long URIs", [vec![C::All], body].concat()),
        ("look-ahead", vec![C::Try(vec![filled(&FETCH), filled(&FETCH)], false)]),
    ];
    for (name, install) in worst {
        let bytes = dsl::manifest(MAX_COMPONENTS, &product(), &[(20, [vec![C::One(0)], install].concat())]);
        let (outcome, steps) = counted(&bytes);
        assert!(steps <= MAX_STEPS + SLACK, "{name}: {steps} steps");
        assert!(
            matches!(outcome, Err(ErrorKind::StepLimit | ErrorKind::TooMany)),
            "{name}: {outcome:?}"
        );
    }
}

#[test]
fn too_many_paths_are_refused_before_the_steps_run_out() {
    let uncertain = |count: usize| {
        let choice = C::Try(vec![vec![C::If(27)], vec![C::Override(vec![P::Size(1)])]], false);
        counted(&dsl::manifest(1, &product(), &[(20, vec![choice; count])]))
    };
    assert_eq!(uncertain(6).0, Ok(0));
    assert_eq!(uncertain(7).0, Err(ErrorKind::StepLimit));
}

#[test]
fn four_products_with_two_slots_and_fallbacks_are_far_from_the_limit() {
    let class = |id| vec![C::Override(vec![P::Class(id)]), CLASS];
    let classes = C::Try((1..=4).map(class).collect(), false);
    let slot = |slot| vec![C::Override(vec![P::Slot(slot)]), SLOT];
    let from = |uri| vec![C::Override(vec![P::Uri(uri)]), FETCH, MATCH];
    let shared = vec![
        C::Override(vec![P::Vendor(1), P::Digest(1)]),
        VENDOR,
        classes,
        C::Try(vec![slot(0), slot(1)], false),
    ];
    let install = vec![C::Try(vec![from("a"), from("b")], false)];
    let (outcome, steps) = counted(&dsl::manifest(1, &shared, &[(7, vec![MATCH]), (20, install)]));
    assert_eq!(outcome, Ok(2));
    assert!(steps < MAX_STEPS / 3, "{steps} steps");
}

#[test]
fn the_state_of_a_path_fits_on_a_small_stack() {
    let size = core::mem::size_of::<State<'_>>() + core::mem::size_of::<Found<'_>>() + core::mem::size_of::<Paths>();
    assert!(size <= 12 * 1024, "{size} bytes");
}
