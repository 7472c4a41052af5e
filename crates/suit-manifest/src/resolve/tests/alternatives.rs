//! try-each, run-sequence and soft failure.

use super::dsl::*;
use crate::error::ErrorKind;
use std::{vec, vec::Vec};

const INSTALL: u64 = 20;

/// Sets the slot and tests it, then sets the rest.
fn slot(number: u64, rest: P) -> Vec<C> {
    vec![C::Override(vec![P::Slot(number)]), SLOT, C::Override(vec![rest])]
}

/// Try each of two URIs with the image match that makes the first one fail.
fn fallback() -> C {
    let from = |uri| vec![C::Override(vec![P::Uri(uri)]), FETCH, MATCH];
    C::Try(vec![from("a"), from("b")], false)
}

#[test]
fn the_a_b_template_has_one_payload_for_each_slot_with_its_own_digest() {
    let digests = C::Try(vec![slot(0, P::Digest(7)), slot(1, P::Digest(8))], false);
    let uris = C::Try(vec![slot(0, P::Uri("a")), slot(1, P::Uri("b"))], false);
    let install = vec![C::One(0), uris, FETCH, MATCH];
    let validate = vec![C::One(0), MATCH];
    let bytes = manifest(1, &and(vec![digests]), &[(7, validate), (INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "a", 7), bound(0, "b", 8)]));
    assert_eq!(products(&bytes), Ok((vec![(1, 2)], false)));
}

#[test]
fn fallback_uris_are_payloads_of_their_own_with_the_same_digest() {
    let shared = and(vec![C::Override(vec![P::Digest(7)])]);
    let bytes = manifest(1, &shared, &[(INSTALL, vec![C::One(0), fallback()])]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "a", 7), bound(0, "b", 7)]));
}

#[test]
fn the_fallback_of_a_fetch_without_match_is_listed_for_recipients_that_go_on() {
    let from = |uri| vec![C::Override(vec![P::Uri(uri)]), FETCH];
    let install = vec![C::Try(vec![from("a"), from("b")], false), MATCH];
    let shared = and(vec![C::Override(vec![P::Digest(7)])]);
    let bytes = manifest(1, &shared, &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "a", 7), bound(0, "b", 7)]));
}

#[test]
fn a_fetch_before_a_test_that_cannot_fail_may_fail_all_the_same() {
    // The class was tested in the shared sequence, so that the test after the fetch holds on every path.
    let first = [C::Override(vec![P::Uri("a")]), FETCH, CLASS];
    let install = |between: Vec<C>| {
        let first = [&first[..2], &between, &first[2..]].concat();
        vec![C::Try(vec![first, vec![C::Override(vec![P::Uri("b")])]], false), FETCH]
    };
    let uris = |install: Vec<C>| {
        let shared = and(vec![C::Override(vec![P::Digest(7)])]);
        payloads(&manifest(1, &shared, &[(INSTALL, install)]))
    };
    let both = Ok(vec![bound(0, "a", 7), bound(0, "b", 7)]);
    assert_eq!(uris(install(vec![])), both);
    // A test that fails hard leads nowhere, where the fetch before it fails softly.
    let hard = vec![C::Override(vec![P::Soft(false)]), MATCH];
    assert_eq!(uris(install(hard)), both);
}

#[test]
fn an_alternative_after_one_that_cannot_fail_is_never_taken() {
    let set = |uri| vec![C::Override(vec![P::Uri(uri)])];
    let install = vec![C::Try(vec![set("a"), set("b")], false), FETCH];
    let bytes = manifest(1, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes).map(|list| list.len()), Ok(1));
}

#[test]
fn what_a_failed_alternative_has_set_stays_set() {
    let first = vec![C::Override(vec![P::Uri("a"), P::Digest(7)]), C::If(14)];
    let second = vec![C::Override(vec![P::Uri("b")])];
    let install = vec![C::Try(vec![first, second], false), FETCH];
    let bytes = manifest(1, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "b", 7)]));
}

#[test]
fn nothing_may_be_the_last_alternative() {
    let is_old = vec![
        C::Override(vec![P::Digest(9)]),
        C::If(25),
        C::Override(vec![P::Uri("a")]),
        FETCH,
    ];
    let never = vec![C::If(14)];
    let fetch = C::Try(vec![is_old.clone(), never.clone()], true);
    let bytes = manifest(1, &product(), &[(INSTALL, vec![fetch])]);
    assert_eq!(payloads(&bytes).map(|list| list.len()), Ok(1));
    // What comes after it is reached, whether or not the alternatives fail.
    let after = vec![
        C::Try(vec![never.clone(), never.clone()], true),
        C::Override(vec![P::Uri("b")]),
        FETCH,
    ];
    let bytes = manifest(1, &product(), &[(INSTALL, after)]);
    assert_eq!(payloads(&bytes).map(|list| list.len()), Ok(1));
    let nowhere = vec![C::Try(vec![never.clone(), never], false), FETCH];
    let bytes = manifest(1, &product(), &[(INSTALL, nowhere)]);
    assert_eq!(payloads(&bytes), Err(ErrorKind::InstallsNowhere));
}

#[test]
fn under_hard_failure_the_next_alternative_is_not_tried() {
    let hard = |soft| {
        let first = vec![C::Override(vec![P::Soft(soft), P::Digest(7)]), MATCH];
        let second = vec![C::Override(vec![P::Uri("b")]), FETCH];
        let bytes = manifest(1, &product(), &[(INSTALL, vec![C::Try(vec![first, second], false)])]);
        payloads(&bytes).map(|list| list.len())
    };
    assert_eq!((hard(true), hard(false)), (Ok(1), Ok(0)));
}

#[test]
fn a_sequence_under_soft_failure_halts_and_the_next_command_follows() {
    let run = |soft| {
        let inner = vec![
            C::Override(vec![P::Soft(soft), P::Uri("a")]),
            C::If(14),
            C::Override(vec![P::Uri("b")]),
        ];
        let bytes = manifest(1, &product(), &[(INSTALL, vec![C::Run(inner), FETCH])]);
        payloads(&bytes).map(|list| list.into_iter().map(|line| line.1).collect::<Vec<_>>())
    };
    assert_eq!(run(true), Ok(vec!["a".into()]));
    assert_eq!(run(false), Err(ErrorKind::InstallsNowhere));
}

#[test]
fn soft_failure_outside_of_nested_sequences_aborts() {
    let install = vec![C::Override(vec![P::Soft(true)]), FETCH];
    let bytes = manifest(1, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Err(ErrorKind::InstallsNowhere));
}

#[test]
fn two_digests_for_one_uri_of_one_component_are_undecidable() {
    let both = C::Try(vec![slot(0, P::Digest(7)), slot(1, P::Digest(8))], false);
    let install = vec![both, C::Override(vec![P::Uri("a")]), FETCH, MATCH];
    let bytes = manifest(1, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Err(ErrorKind::Undecidable));
}

#[test]
fn uris_of_several_kinds_are_listed_as_they_are() {
    let from = |uri, more| vec![C::Override(vec![P::Uri(uri)]), FETCH, more];
    let kinds = [
        "#firmware",
        super::URI,
        "https://example.com/a",
        "coap://[2001:db8::1]/a",
        "../a",
    ];
    let alternatives = kinds.iter().map(|uri| from(uri, MATCH)).collect();
    let shared = and(vec![C::Override(vec![P::Digest(7)])]);
    let bytes = manifest(1, &shared, &[(INSTALL, vec![C::Try(alternatives, false)])]);
    let expected: Vec<_> = kinds.iter().map(|uri| bound(0, uri, 7)).collect();
    assert_eq!(payloads(&bytes), Ok(expected));
}
