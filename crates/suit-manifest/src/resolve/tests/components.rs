//! Component indices in all forms, and parameters of several components.

use super::dsl::*;
use crate::error::ErrorKind;
use std::{vec, vec::Vec};

const INSTALL: u64 = 20;

fn uris(bytes: &[u8]) -> Result<Vec<(u32, std::string::String)>, ErrorKind> {
    payloads(bytes).map(|list| list.into_iter().map(|line| (line.0, line.1)).collect())
}

#[test]
fn a_command_for_all_components_is_for_each_with_its_own_parameters() {
    let install = vec![
        C::One(0),
        C::Override(vec![P::Uri("a"), P::Digest(7)]),
        C::One(1),
        C::Override(vec![P::Uri("b"), P::Digest(8)]),
        C::All,
        FETCH,
        MATCH,
    ];
    let bytes = manifest(2, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "a", 7), bound(1, "b", 8)]));
}

#[test]
fn a_list_of_indices_is_followed_in_its_order_and_leaves_the_others_alone() {
    let install = vec![C::All, C::Override(vec![P::Uri("a")]), C::List(vec![2, 0]), FETCH];
    let bytes = manifest(3, &product(), &[(INSTALL, install)]);
    assert_eq!(uris(&bytes), Ok(vec![(2, "a".into()), (0, "a".into())]));
}

#[test]
fn nested_sequences_run_once_for_each_component() {
    let match_or_fetch = |uri| vec![C::Override(vec![P::Uri(uri)]), FETCH, MATCH];
    let body = vec![C::Try(vec![match_or_fetch("a"), match_or_fetch("b")], false)];
    for choice in [C::All, C::List(vec![0, 1])] {
        for nested in [C::Run(body.clone()), body[0].clone()] {
            let install = vec![choice.clone(), C::Override(vec![P::Digest(7)]), nested];
            let bytes = manifest(2, &product(), &[(INSTALL, install)]);
            let mut found = uris(&bytes).unwrap();
            found.sort();
            let expected = [(0, "a"), (0, "b"), (1, "a"), (1, "b")];
            assert_eq!(found, expected.map(|(index, uri)| (index, uri.into())));
        }
    }
}

#[test]
fn a_nested_sequence_that_leaves_another_index_must_be_followed_by_a_choice() {
    let nested = C::Run(vec![C::One(1), C::Override(vec![P::Uri("a")])]);
    let fetch_next = vec![C::One(0), nested.clone(), FETCH];
    let bytes = manifest(2, &product(), &[(INSTALL, fetch_next)]);
    assert_eq!(uris(&bytes), Err(ErrorKind::Undecidable));
    let choose_first = vec![C::One(0), nested, C::One(1), FETCH];
    let bytes = manifest(2, &product(), &[(INSTALL, choose_first)]);
    assert_eq!(uris(&bytes), Ok(vec![(1, "a".into())]));
}

#[test]
fn an_alternative_after_one_that_chose_another_component_must_choose_too() {
    let first = vec![C::One(1), C::If(14)];
    let install = |second: Vec<C>| vec![C::One(0), C::Try(vec![first.clone(), second], false)];
    let fetch = vec![C::Override(vec![P::Uri("a")]), FETCH];
    let bytes = manifest(2, &product(), &[(INSTALL, install(fetch.clone()))]);
    assert_eq!(uris(&bytes), Err(ErrorKind::Undecidable));
    let bytes = manifest(2, &product(), &[(INSTALL, install([vec![C::One(0)], fetch].concat()))]);
    assert_eq!(uris(&bytes), Ok(vec![(0, "a".into())]));
}

#[test]
fn override_multiple_sets_for_each_and_leaves_the_last_one_current() {
    let entries = vec![(0, vec![P::Uri("a")]), (1, vec![P::Uri("b")])];
    let install = vec![C::One(0), C::Multiple(entries), FETCH];
    let bytes = manifest(2, &product(), &[(INSTALL, install)]);
    assert_eq!(uris(&bytes), Ok(vec![(1, "b".into())]));
}

#[test]
fn copied_parameters_are_those_of_the_other_component() {
    let install = vec![
        C::One(0),
        C::Override(vec![P::Uri("a"), P::Digest(7), P::Size(3)]),
        C::One(1),
        C::Override(vec![P::Uri("b")]),
        C::CopyParams(vec![(0, vec![3, 21])]),
        FETCH,
    ];
    let bytes = manifest(2, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(1, "a", 7)]));
}

#[test]
fn set_parameters_gives_way_to_what_is_set() {
    let install = vec![
        C::Override(vec![P::Uri("a")]),
        C::Set(vec![P::Uri("b"), P::Digest(7)]),
        FETCH,
    ];
    let bytes = manifest(1, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "a", 7)]));
}

#[test]
fn parameters_persist_from_one_sequence_to_the_next() {
    let first = vec![C::Override(vec![P::Uri("a"), P::Digest(7)])];
    let bytes = manifest(1, &product(), &[(16, first), (INSTALL, vec![FETCH])]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(0, "a", 7)]));
}

#[test]
fn a_copy_carries_what_binds_the_bytes_and_a_write_ends_it() {
    let staged = |between: C| {
        vec![
            C::One(1),
            C::Override(vec![P::Uri("a")]),
            FETCH,
            C::One(0),
            C::Override(vec![P::Source(1), P::Digest(7), P::Content]),
            COPY,
            between,
            MATCH,
        ]
    };
    let bytes = manifest(2, &product(), &[(INSTALL, staged(C::One(0)))]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(1, "a", 7)]));
    let bytes = manifest(2, &product(), &[(INSTALL, staged(WRITE))]);
    assert_eq!(payloads(&bytes).map(|list| list[0].2), Ok(None));
}

#[test]
fn after_a_swap_each_component_holds_what_the_other_did() {
    let install = vec![
        C::One(1),
        C::Override(vec![P::Uri("a")]),
        FETCH,
        C::One(0),
        C::Override(vec![P::Uri("b")]),
        FETCH,
        C::Override(vec![P::Source(1), P::Digest(7)]),
        SWAP,
        MATCH,
        C::One(1),
        C::Override(vec![P::Digest(8)]),
        MATCH,
    ];
    let bytes = manifest(2, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Ok(vec![bound(1, "a", 7), bound(0, "b", 8)]));
}

#[test]
fn a_copy_without_source_fails() {
    let bytes = manifest(1, &product(), &[(INSTALL, vec![COPY])]);
    assert_eq!(payloads(&bytes), Err(ErrorKind::InstallsNowhere));
}

#[test]
fn what_validation_fetches_is_listed_for_a_recipient_that_goes_on_and_for_one_that_restarted() {
    let validate = vec![C::Set(vec![P::Uri("restarted")]), FETCH];
    let install = vec![C::Override(vec![P::Uri("goes on")])];
    let bytes = manifest(1, &product(), &[(7, validate), (INSTALL, install)]);
    assert_eq!(uris(&bytes), Ok(vec![(0, "goes on".into()), (0, "restarted".into())]));
}

#[test]
fn a_test_of_one_component_says_nothing_of_another() {
    let slot_0 = |index, uri| {
        let slot = vec![C::One(index), C::Override(vec![P::Slot(0)]), SLOT];
        [slot, vec![C::Override(vec![P::Uri(uri)])]].concat()
    };
    let install = vec![
        C::One(0),
        C::Try(vec![slot_0(0, "a"), slot_0(1, "b")], false),
        C::All,
        FETCH,
    ];
    let bytes = manifest(2, &product(), &[(INSTALL, install)]);
    let found = uris(&bytes).unwrap();
    assert!(
        found.contains(&(0, "a".into())) && found.contains(&(1, "b".into())),
        "{found:?}"
    );
}
