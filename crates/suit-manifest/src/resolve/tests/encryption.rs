//! The firmware-encryption draft's examples, and what they mean for the fetched bytes.

use super::dsl::*;
use crate::{error::ErrorKind, resolve::Binding};
use std::{vec, vec::Vec};

const INSTALL: u64 = 20;
const URI: &str = "coaps://example.com/encrypted.bin";

/// Two components, of which 1 is fetched into.
fn two(install: Vec<C>) -> Vec<u8> {
    manifest(2, &product(), &[(INSTALL, install)])
}

fn fetch_into_1(more: Vec<P>, after: Vec<C>) -> Vec<C> {
    let parameters = [vec![P::Uri(URI)], more].concat();
    [vec![C::One(1), C::Override(parameters), FETCH], after].concat()
}

fn decrypt_into_0(more: Vec<P>) -> Vec<C> {
    let parameters = [vec![P::Encryption(0xd8), P::Source(1)], more].concat();
    vec![C::One(0), C::Override(parameters), COPY]
}

const PLAINTEXT_OF_0: Binding = Binding::Plaintext { component_index: 0 };

#[test]
fn directive_write_decrypts_what_is_in_the_manifest_and_fetches_nothing() {
    let install = vec![C::Override(vec![P::Content, P::Encryption(0xd8)]), WRITE];
    assert_eq!(payloads(&manifest(1, &product(), &[(INSTALL, install)])), Ok(vec![]));
}

#[test]
fn directive_copy_decrypts_what_was_fetched_before() {
    let install = [fetch_into_1(vec![], vec![]), decrypt_into_0(vec![])].concat();
    let expected = (1, URI.into(), None, None, Binding::Unknown, Some(0xd8));
    assert_eq!(payloads(&two(install)), Ok(vec![expected]));
}

#[test]
fn an_image_match_after_decryption_is_of_the_plaintext() {
    let decrypt = decrypt_into_0(vec![P::Digest(7), P::Size(30)]);
    let install = [fetch_into_1(vec![], vec![]), decrypt, vec![MATCH]].concat();
    let expected = (1, URI.into(), Some(7), Some(30), PLAINTEXT_OF_0, Some(0xd8));
    assert_eq!(payloads(&two(install)), Ok(vec![expected]));
}

#[test]
fn a_digest_set_only_after_decryption_is_of_the_plaintext_too() {
    let late = vec![C::Override(vec![P::Digest(7)]), MATCH];
    let install = [fetch_into_1(vec![], vec![]), decrypt_into_0(vec![]), late].concat();
    let expected = (1, URI.into(), Some(7), None, PLAINTEXT_OF_0, Some(0xd8));
    assert_eq!(payloads(&two(install)), Ok(vec![expected]));
}

#[test]
fn an_image_match_before_decryption_is_of_the_fetched_bytes() {
    let fetch = fetch_into_1(vec![P::Digest(8), P::Size(46)], vec![MATCH]);
    let install = [fetch, decrypt_into_0(vec![])].concat();
    let expected = (1, URI.into(), Some(8), Some(46), Binding::Fetched, Some(0xd8));
    assert_eq!(payloads(&two(install)), Ok(vec![expected]));
}

#[test]
fn with_both_digests_the_one_of_the_fetched_bytes_is_given() {
    let expected = (1, URI.into(), Some(8), None, Binding::Fetched, Some(0xd8));
    let decrypt = [decrypt_into_0(vec![P::Digest(7)]), vec![MATCH]].concat();
    let before = [fetch_into_1(vec![P::Digest(8)], vec![MATCH]), decrypt.clone()].concat();
    assert_eq!(payloads(&two(before)), Ok(vec![expected.clone()]));
    // The other way round: what the bytes are is matched last.
    let late = vec![C::One(1), C::Override(vec![P::Digest(8)]), MATCH];
    let after = [fetch_into_1(vec![], vec![]), decrypt, late].concat();
    assert_eq!(payloads(&two(after)), Ok(vec![expected]));
}

#[test]
fn fetched_into_a_slot_and_decrypted_on_the_way_the_digest_is_of_the_plaintext() {
    let parameters = vec![P::Uri(URI), P::Encryption(0xd8), P::Digest(7), P::Size(30), P::Slot(0)];
    let install = vec![C::Override(parameters), SLOT, FETCH, MATCH];
    let expected = (0, URI.into(), Some(7), Some(30), PLAINTEXT_OF_0, Some(0xd8));
    assert_eq!(
        payloads(&manifest(1, &product(), &[(INSTALL, install)])),
        Ok(vec![expected])
    );
}

#[test]
fn decrypted_by_another_sequence_it_is_marked_all_the_same() {
    let fetch = fetch_into_1(vec![], vec![]);
    let bytes = manifest(
        2,
        &product(),
        &[(16, fetch), (INSTALL, decrypt_into_0(vec![P::Digest(7)]))],
    );
    let expected = (1, URI.into(), Some(7), None, PLAINTEXT_OF_0, Some(0xd8));
    assert_eq!(payloads(&bytes), Ok(vec![expected]));
}

#[test]
fn the_same_bytes_under_two_keys_are_two_payloads() {
    let key = |slot, key, digest| {
        let parameters = vec![P::Encryption(key), P::Source(1), P::Digest(digest)];
        vec![
            C::One(0),
            C::Override(vec![P::Slot(slot)]),
            SLOT,
            C::Override(parameters),
            COPY,
            MATCH,
        ]
    };
    let keys = C::Try(vec![key(0, 0xd8, 7), key(1, 0xd9, 8)], false);
    let install = [fetch_into_1(vec![], vec![]), vec![C::One(0), keys]].concat();
    let expected = vec![
        (1, URI.into(), Some(7), None, PLAINTEXT_OF_0, Some(0xd8)),
        (1, URI.into(), Some(8), None, PLAINTEXT_OF_0, Some(0xd9)),
    ];
    assert_eq!(payloads(&two(install)), Ok(expected));
}

#[test]
fn two_plaintexts_of_one_ciphertext_under_one_key_are_undecidable() {
    let again = vec![
        C::One(2),
        C::Override(vec![P::Encryption(0xd8), P::Source(1), P::Digest(8)]),
        COPY,
    ];
    let install = [fetch_into_1(vec![], vec![]), decrypt_into_0(vec![P::Digest(7)]), again].concat();
    let bytes = manifest(3, &product(), &[(INSTALL, install)]);
    assert_eq!(payloads(&bytes), Err(ErrorKind::Undecidable));
}

#[test]
fn the_example_with_a_dependency_needs_the_dependency() {
    let install = [fetch_into_1(vec![], vec![]), vec![C::Do(11)]].concat();
    assert_eq!(payloads(&two(install)), Err(ErrorKind::Undecidable));
}
