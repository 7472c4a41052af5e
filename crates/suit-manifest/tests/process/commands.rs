//! Every condition and directive: when it holds, when it does not, and what it does to the device.

use super::{
    device::{run_with, Device, Image, Run, DEVICE},
    manifests::{cbor, install, keys, outcome, seq, set, Seq, Set},
};
use suit_manifest::{
    error::ErrorKind,
    process::{Cause, PlatformError},
};

/// A condition that holds, one that does not, and one without its parameter.
#[track_caller]
fn condition(code: i64, parameter: i64, holds: Set, fails: Set) {
    let test = |parameters: Option<Set>| {
        let mut device = Device::default().with("00", Image::of(b"image"));
        let sequence = parameters.into_iter().fold(seq(), Seq::set).run(code);
        install(1, sequence).update(&mut device)
    };
    assert_eq!(test(Some(holds)), Ok(()), "{code} holds");
    assert_eq!(test(Some(fails)), Err(Cause::NotMet), "{code} fails");
    assert_eq!(
        test(None),
        Err(Cause::ParameterMissing(parameter)),
        "{code} without parameter"
    );
}

#[test]
fn conditions_compare_their_parameter_with_the_device() {
    let digest = |content: &[u8]| set().digest_of(content);
    let version = |comparison: u64, parts: &[i64]| {
        set().bytes(
            28,
            &cbor(|to| {
                to.array(2).uint(comparison).array(parts.len());
                parts.iter().for_each(|part| {
                    to.int(*part);
                });
            }),
        )
    };
    condition(3, 3, digest(b"image"), digest(b"other"));
    condition(3, 3, digest(b"image").uint(14, 5), digest(b"image").uint(14, 6));
    condition(25, 3, digest(b"other"), digest(b"image"));
    condition(25, 3, digest(b"image").uint(14, 6), digest(b"image").uint(14, 5));
    condition(4, 4, set().uint(4, 1_001), set().uint(4, 1_000));
    condition(5, 5, set().uint(5, 0), set().uint(5, 1));
    condition(6, 18, set().bytes(18, b"image"), set().bytes(18, b"imagE"));
    condition(6, 18, set().bytes(18, b"image"), set().bytes(18, b"image "));
    condition(6, 18, set().bytes(18, b"image"), set().bytes(18, b"imag"));
    condition(24, 24, set().bytes(24, &DEVICE), set().bytes(24, &[0; 16]));
    condition(26, 26, set().uint(26, 500), set().uint(26, 501));
    condition(27, 27, set().int(27, -3), set().int(27, 1));
    condition(28, 28, version(2, &[1, 2]), version(1, &[1, 2, 3]));
}

#[test]
fn vendor_and_class_are_checked_and_must_be() {
    let mut made = install(1, seq().run(14));
    for (shared, cause) in [
        (Some(seq().run(1)), Cause::ParameterMissing(1)),
        (Some(seq().run(2)), Cause::ParameterMissing(2)),
        (Some(seq().set(set().bytes(1, &[9; 16])).run(1)), Cause::NotMet),
        (Some(seq().set(set().identity()).run(1)), Cause::IdentityNotChecked),
        (Some(seq().set(set().identity()).run(2)), Cause::IdentityNotChecked),
        (None, Cause::IdentityNotChecked),
    ] {
        made.shared = shared;
        assert_eq!(made.update(&mut Device::default()), Err(cause));
    }
    let (result, _) = run_with(
        &made.envelope(),
        &keys(),
        &mut Device::default(),
        Run::Update,
        &mut (),
        |mut options| {
            options.require_identity = false;
            options
        },
    );
    assert_eq!(
        result.unwrap_err().cause,
        Cause::NotMet,
        "the abort of the install sequence"
    );
}

#[test]
fn write_copy_and_swap_move_content() {
    let sequence = seq()
        .index(0)
        .set(set().bytes(18, b"a").uint(22, 1))
        .run(18)
        .index(1)
        .set(set().bytes(18, b"b").uint(22, 0))
        .run(18)
        .index(0)
        .run(31)
        .index(2)
        .set(set().uint(22, 0))
        .run(22);
    let mut device = Device::default();
    assert_eq!(install(3, sequence).update(&mut device), Ok(()));
    let content = |name: &str| device.components[name].content.clone();
    assert_eq!(
        (content("00"), content("01"), content("02")),
        (b"b".into(), b"a".into(), b"b".into())
    );
}

#[test]
fn directives_without_their_parameter_abort() {
    for (code, parameter) in [(18, 18), (21, 21), (22, 22), (31, 22), (29, 29)] {
        assert_eq!(
            outcome(1, seq().run(code)),
            (Err(Cause::ParameterMissing(parameter)), vec![])
        );
    }
    let absent = seq().index(0).set(set().uint(22, 1)).run(22);
    assert_eq!(outcome(2, absent).0, Err(Cause::Platform(PlatformError::NotFound)));
}

#[test]
fn invoke_unlink_and_wait_reach_the_platform_with_their_parameters() {
    let sequence = seq()
        .set(
            set()
                .bytes(18, b"x")
                .bytes(23, &[0xaa, 0xbb])
                .bytes(29, &[0xa1, 0x05, 0x07]),
        )
        .run(18)
        .run(23)
        .run(29)
        .run(33);
    let (result, log) = outcome(1, sequence);
    assert_eq!(result, Ok(()));
    assert_eq!(log, ["write 78 -> 00", "invoke 00 aabb", "wait a10507", "unlink 00"]);
}

#[test]
fn set_parameters_sets_only_what_is_not_set() {
    let sequence = seq()
        .set_missing(set().bytes(18, b"1"))
        .set_missing(set().bytes(18, b"2"))
        .run(18)
        .set(set().bytes(18, b"3"))
        .run(18);
    assert_eq!(outcome(1, sequence).1, ["write 31 -> 00", "write 33 -> 00"]);
}

#[test]
fn copy_params_takes_over_the_named_parameters() {
    let numbers = |numbers: &[u64]| {
        cbor(|to| {
            to.map(1).uint(0).array(numbers.len());
            numbers.iter().for_each(|number| {
                to.uint(*number);
            });
        })
    };
    let begin = seq().index(0).set(set().bytes(18, b"1").uri("u")).index(1);
    let copied = begin.clone().raw(35, &numbers(&[18])).run(18);
    assert_eq!(outcome(2, copied.clone()).1, ["write 31 -> 01"]);
    assert_eq!(
        outcome(2, copied.run(21)).0,
        Err(Cause::ParameterMissing(21)),
        "the URI was not taken over"
    );
    assert_eq!(
        outcome(2, begin.raw(35, &numbers(&[14]))).0,
        Err(Cause::ParameterMissing(14))
    );
}

#[test]
fn integrated_payloads_come_from_the_envelope() {
    let fetch = seq().set(set().uri("#app").digest_of(b"payload")).run(21).run(3);
    let mut made = install(1, fetch);
    made.integrated = vec![("#app".into(), b"payload".to_vec())];
    let mut device = Device::default();
    assert_eq!(made.update(&mut device), Ok(()));
    assert_eq!(device.components["00"], Image::of(b"payload"));
    // The signature does not cover it, the image match does.
    made.integrated = vec![("#app".into(), b"payloaD".to_vec())];
    assert_eq!(made.update(&mut device), Err(Cause::NotMet));
    made.integrated.clear();
    assert_eq!(made.update(&mut device), Err(Cause::Platform(PlatformError::NotFound)));
}

#[test]
fn custom_commands_are_the_platforms_business_and_unknown_ones_nobodys() {
    let run = |custom, sequence: Seq| {
        let mut device = Device {
            custom,
            ..Device::default()
        };
        (install(1, sequence).update(&mut device), device.log)
    };
    let command = seq().raw(-257, &[0x01]);
    assert_eq!(
        run(Ok(true), command.clone()),
        (Ok(()), vec!["custom -257 01 00".into()])
    );
    assert_eq!(run(Ok(false), command.clone()).0, Err(Cause::NotMet));
    let choice = seq().try_each(&[command.clone(), seq().run(5)], true);
    assert_eq!(run(Ok(false), choice.clone()).0, Ok(()));
    let unsupported = Err(Cause::Platform(PlatformError::Unsupported));
    assert_eq!(run(Err(PlatformError::Unsupported), choice).0, unsupported);
    for code in [9, 10, 13, 99, -1, -256] {
        let (result, log) = run(Ok(true), seq().raw(code, &[0]));
        assert_eq!((result, log), (Err(Cause::UnsupportedCommand), vec![]), "{code}");
    }
}

#[test]
fn a_condition_that_the_platform_cannot_tell_fails_and_is_soft_where_failure_is() {
    // The component is not there: its digest cannot be computed.
    let test = seq().set(set().digest_of(b"x")).run(3);
    assert_eq!(
        outcome(1, test.clone()).0,
        Err(Cause::Platform(PlatformError::NotFound))
    );
    assert_eq!(outcome(1, seq().try_each(&[test, seq().run(14)], true)).0, Ok(()));
}

#[test]
fn sections_run_in_the_order_of_the_procedure_and_absent_ones_are_left_out() {
    let write = |content: u8| seq().set(set().bytes(18, &[content])).run(18);
    let mut made = install(1, seq());
    made.sections = [7, 8, 9, 15, 16, 18, 20, 24]
        .map(|key| (key, write(key as u8)))
        .to_vec();
    let ran = |run: Run, made: &super::manifests::Made| {
        let mut device = Device::default();
        made.run(&mut device, run).unwrap();
        device
            .log
            .iter()
            .map(|line| u8::from_str_radix(&line[6..8], 16).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ran(Run::Update, &made), [15, 16, 18, 20, 7]);
    assert_eq!(ran(Run::Invoke, &made), [7, 8, 9]);
    assert_eq!(ran(Run::Uninstall, &made), [24]);
    made.sections.retain(|(key, _)| *key == 20);
    assert_eq!(ran(Run::Update, &made), [20]);
    assert_eq!(ran(Run::Invoke, &made), [0u8; 0]);
}

#[test]
fn parameters_are_cleared_before_a_procedure_and_kept_within_it() {
    let mut made = install(1, seq().run(18));
    made.sections.insert(0, (16, seq().set(set().bytes(18, b"1")).run(5)));
    // Sections are in the order of their keys in the manifest.
    made.sections[0].1 = seq().set(set().bytes(18, b"1").uint(5, 0)).run(5);
    let mut device = Device::default();
    assert_eq!(made.update(&mut device), Ok(()));
    assert_eq!(device.log, ["write 31 -> 00"]);
    let mut made = install(1, seq().run(18));
    made.sections.insert(0, (8, seq().set(set().bytes(18, b"1")).run(18)));
    assert_eq!(made.run(&mut device, Run::Invoke), Ok(()));
    assert_eq!(made.update(&mut device), Err(Cause::ParameterMissing(18)));
}

#[test]
fn a_failure_says_where() {
    let nested = seq().index(1).run(14);
    let made = install(2, seq().index(0).nest(nested));
    let failure = made.run(&mut Device::default(), Run::Update).unwrap_err();
    assert_eq!((failure.command, failure.cause), (Some(14), Cause::NotMet));
    assert_eq!((failure.place.section, failure.place.component), (20, 1));
    // 84, 0c 00, 18 20, 45, then the inner sequence: 84, 0c 01, 0e 00.
    assert_eq!(failure.place.offset, 9);
    assert_eq!(
        failure.to_string(),
        "command 14 at byte 9 of section 20, component 1: the condition does not hold"
    );
    assert!(!matches!(failure.cause, Cause::Manifest(error) if error.kind == ErrorKind::StepLimit));
}
