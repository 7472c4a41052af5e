//! Dependencies (draft-ietf-suit-trust-domains).

use super::{
    device::{Device, Image, Run},
    manifests::{identity, install, seq, set, Made, Seq},
};
use suit_manifest::process::{Cause, PlatformError};

const INTEGRITY: i64 = 7;
const PROCESS: i64 = 11;
const WRITE: i64 = 18;

/// A manifest whose one component is `aa`, and that writes what its dependent or itself sets.
fn dependency() -> Made {
    let mut made = install(1, seq().set_missing(set().bytes(18, b"own")).run(WRITE));
    made.components = vec![vec![0xaa]];
    made
}

/// A manifest with component `00`, component `01` that holds the dependency, and the dependency's `aa`.
fn dependent(sequence: Seq) -> Made {
    let mut made = install(3, sequence);
    made.components[2] = vec![0xaa];
    made.dependencies = vec![(1, None)];
    made
}

fn check(dependency: &Made) -> Seq {
    seq().index(1).set(set().digest(&dependency.digest())).run(INTEGRITY)
}

fn device_with(dependency: &Made) -> Device {
    Device::default().with("01", Image::of(&dependency.envelope()))
}

#[test]
fn a_dependency_is_checked_and_its_section_of_the_same_name_is_run() {
    let inner = dependency();
    let mut device = device_with(&inner);
    assert_eq!(dependent(check(&inner).run(PROCESS)).update(&mut device), Ok(()));
    assert_eq!(device.log, [format!("write {} -> aa", hex::encode("own"))]);
    // It has no such section: nothing happens.
    let mut made = dependent(check(&inner).run(PROCESS));
    made.sections[0].0 = 16;
    let mut device = device_with(&inner);
    assert_eq!(made.update(&mut device), Ok(()));
    assert_eq!(device.log, [""; 0]);
}

#[test]
fn the_dependent_sets_what_the_dependency_leaves_open() {
    let inner = dependency();
    let mut device = device_with(&inner);
    let sequence = seq().index(2).set(set().bytes(18, b"theirs"));
    let made = dependent(
        sequence
            .index(1)
            .set(set().digest(&inner.digest()))
            .run(INTEGRITY)
            .run(PROCESS),
    );
    assert_eq!(made.update(&mut device), Ok(()));
    assert_eq!(device.log, [format!("write {} -> aa", hex::encode("theirs"))]);
}

#[test]
fn what_was_not_checked_is_not_processed() {
    let inner = dependency();
    let refused = |sequence: Seq, cause: Cause| {
        let mut device = device_with(&inner);
        assert_eq!(dependent(sequence).update(&mut device), Err(cause));
    };
    refused(seq().index(1).run(PROCESS), Cause::DependencyNotChecked);
    refused(seq().index(0).run(PROCESS), Cause::NotADependency);
    refused(seq().index(1).run(INTEGRITY), Cause::ParameterMissing(3));
    // Checked, and changed afterwards.
    let changed = check(&inner)
        .set(set().bytes(18, &inner.envelope()))
        .run(WRITE)
        .run(PROCESS);
    refused(changed, Cause::DependencyNotChecked);
}

#[test]
fn a_dependency_that_is_another_or_nobodys_ends_everything_even_softly() {
    let inner = dependency();
    let mut other = dependency();
    other.sequence_number = 6;
    let soft = seq().index(1).set(set().digest(&inner.digest()));
    let made = dependent(soft.try_each(&[seq().run(INTEGRITY), seq().run(8)], true));
    assert_eq!(made.update(&mut device_with(&inner)), Ok(()));
    assert!(matches!(
        made.update(&mut device_with(&other)),
        Err(Cause::Dependency(_))
    ));
    let mut tampered = inner.envelope();
    *tampered.last_mut().unwrap() ^= 1;
    let mut device = Device::default().with("01", Image::of(&tampered));
    assert!(matches!(made.update(&mut device), Err(Cause::Dependency(_))));
    assert_eq!(
        made.update(&mut Device::default()),
        Err(Cause::Platform(PlatformError::NotFound))
    );
}

#[test]
fn is_dependency_tells_them_apart_and_true_means_all_of_them() {
    let inner = dependency();
    let digest = set().digest(&inner.digest());
    let sequence = seq()
        .index(1)
        .set(digest)
        .all()
        .try_each(
            &[seq().run(8).run(INTEGRITY), seq().set(set().bytes(18, b"x")).run(WRITE)],
            false,
        )
        .run(PROCESS);
    let mut device = device_with(&inner);
    assert_eq!(dependent(sequence).update(&mut device), Ok(()));
    assert_eq!(device.log, ["write 78 -> 00", "write 78 -> aa", "write 78 -> aa"]);
}

#[test]
fn what_was_checked_holds_for_the_rest_of_the_procedure_and_no_longer() {
    let inner = dependency();
    let mut made = dependent(seq().index(1).run(PROCESS));
    made.sections.insert(0, (16, check(&inner)));
    let mut device = device_with(&inner);
    assert_eq!(made.update(&mut device), Ok(()));
    made.sections = vec![(24, seq().index(1).run(PROCESS))];
    assert_eq!(
        made.run(&mut device, Run::Uninstall).map_err(|failure| failure.cause),
        Err(Cause::DependencyNotChecked)
    );
}

#[test]
fn a_prefix_goes_before_the_components_of_the_dependency() {
    let inner = dependency();
    let mut made = dependent(check(&inner).run(PROCESS));
    made.dependencies = vec![(1, Some(vec![0xbb]))];
    let mut device = device_with(&inner);
    assert_eq!(made.update(&mut device), Ok(()));
    assert!(device.log[0].ends_with("-> bb/aa"), "{:?}", device.log);
}

#[test]
fn dependencies_nest_so_deep_and_no_deeper() {
    let mut made = dependency();
    let mut device = Device::default();
    for level in (1..=3u8).rev() {
        let holder = vec![level];
        device = device.with(&hex::encode(&holder), Image::of(&made.envelope()));
        let check = seq().index(1).set(set().digest(&made.digest())).run(INTEGRITY);
        made = install(2, check.run(PROCESS));
        made.components = vec![vec![0xf0 + level], holder];
        made.dependencies = vec![(1, None)];
        made.shared = Some(identity(2));
        let result = made.update(&mut device);
        match level {
            2..=3 => assert_eq!(result, Ok(()), "{level}"),
            _ => assert!(matches!(result, Err(Cause::Manifest(_))), "{level}: {result:?}"),
        }
    }
}

#[test]
fn a_failure_in_a_dependency_says_which() {
    let mut inner = dependency();
    inner.sections = vec![(20, seq().run(14))];
    let failure = dependent(check(&inner).run(PROCESS))
        .run(&mut device_with(&inner), Run::Update)
        .unwrap_err();
    assert_eq!((failure.cause, failure.command), (Cause::NotMet, Some(14)));
    assert_eq!(
        (failure.place.manifest.as_slice(), failure.place.section),
        (&[0u8][..], 20)
    );
}
