//! Soft failure (§8.4.8.15, §8.4.10.2, §8.4.10.8).

use super::manifests::{outcome, seq, set, Seq};
use suit_manifest::process::{Cause, PlatformError};

const ABORT: i64 = 14;
const WRITE: i64 = 18;

fn write(content: u8) -> Seq {
    seq().set(set().bytes(18, &[content])).run(WRITE)
}

/// What the device wrote, in order.
fn written(sequence: Seq) -> (Result<(), Cause>, Vec<String>) {
    let (outcome, log) = outcome(1, sequence);
    let bytes = log.iter().map(|line| line[6..8].to_string()).collect();
    (outcome, bytes)
}

fn then(first: Seq, second: Seq) -> Seq {
    first.nest(second)
}

#[test]
fn the_first_alternative_that_holds_is_taken_and_no_other() {
    let sequence = seq().try_each(&[write(1).run(ABORT), write(2), write(3)], false);
    assert_eq!(written(sequence), (Ok(()), vec!["01".into(), "02".into()]));
}

#[test]
fn a_try_each_without_success_fails_unless_it_ends_in_nil() {
    let all_fail = [seq().run(ABORT), seq().run(ABORT)];
    let after = |optional| then(seq().try_each(&all_fail, optional), write(9));
    assert_eq!(written(after(false)), (Err(Cause::NoAlternative), vec![]));
    assert_eq!(written(after(true)), (Ok(()), vec!["09".into()]));
}

#[test]
fn a_failing_directive_ends_everything_whatever_soft_failure_says() {
    let fetch = seq().set(set().uri("http://nowhere").bool(13, true)).run(21);
    let failed = Err(Cause::Platform(PlatformError::Network));
    let within_try_each = seq().try_each(&[fetch.clone(), seq().run(WRITE)], true);
    assert_eq!(outcome(1, within_try_each).0, failed);
    assert_eq!(outcome(1, seq().nest(fetch)).0, failed);
}

#[test]
fn run_sequence_is_hard_unless_it_says_otherwise() {
    let hard = then(seq().nest(seq().run(ABORT)), write(9));
    assert_eq!(written(hard), (Err(Cause::NotMet), vec![]));
    let soft = seq().nest(seq().set(set().bool(13, true)).run(ABORT).run(WRITE));
    assert_eq!(written(then(soft, write(9))), (Ok(()), vec!["09".into()]));
}

#[test]
fn an_alternative_with_soft_failure_off_ends_everything() {
    let sequence = seq().try_each(&[seq().set(set().bool(13, false)).run(ABORT), write(2)], true);
    assert_eq!(written(sequence), (Err(Cause::NotMet), vec![]));
}

#[test]
fn soft_failure_is_not_inherited_and_comes_back_afterwards() {
    // Soft around, hard within.
    let inner = seq().nest(seq().run(ABORT));
    let sequence = seq().nest(then(seq().set(set().bool(13, true)), seq().run(ABORT)));
    assert_eq!(written(sequence).0, Err(Cause::NotMet));
    assert_eq!(written(seq().try_each(&[inner, write(2)], true)).0, Err(Cause::NotMet));
    // The inner one's `true` is gone when it has ended.
    let soft_within = seq().nest(seq().set(set().bool(13, true)).run(ABORT)).run(ABORT);
    assert_eq!(written(seq().nest(soft_within)).0, Err(Cause::NotMet));
    // The inner one's `false` too.
    let hard_within = seq().nest(seq().set(set().bool(13, false)).run(WRITE));
    let outer = seq().set(set().bytes(18, &[1]));
    let sequence = seq().try_each(&[then(outer, hard_within).run(ABORT), write(2)], false);
    assert_eq!(written(sequence), (Ok(()), vec!["01".into(), "02".into()]));
}

#[test]
fn setting_it_outside_of_nested_sequences_aborts() {
    for value in [true, false] {
        let refused = Err(Cause::SoftFailureOutside);
        assert_eq!(written(seq().set(set().bool(13, value)).run(WRITE)).0, refused);
        assert_eq!(written(seq().set_missing(set().bool(13, value)).run(WRITE)).0, refused);
    }
}

#[test]
fn a_try_each_that_fails_within_another_ends_everything() {
    let inner = seq().try_each(&[seq().run(ABORT), seq().run(ABORT)], false);
    let sequence = seq().try_each(&[inner, write(2)], true);
    assert_eq!(written(sequence), (Err(Cause::NoAlternative), vec![]));
}

#[test]
fn what_a_failed_alternative_has_set_stays_set() {
    let first = seq().set(set().bytes(18, &[7])).run(ABORT);
    let sequence = seq().try_each(&[first, seq().run(WRITE)], false);
    assert_eq!(written(sequence), (Ok(()), vec!["07".into()]));
}
