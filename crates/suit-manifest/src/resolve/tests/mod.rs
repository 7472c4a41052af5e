//! The resolver's tests, by subject. Those in this file are straight lines without alternatives.

mod alternatives;
mod bounds;
mod components;
mod dsl;
mod encryption;
mod ipfs;
mod products;
mod promise;

use super::*;
use crate::{build::Firmware, cbor::Writer, envelope::Mode, manifest::code::condition};
use std::vec::Vec;

const URI: &str = "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

fn firmware() -> Firmware<'static> {
    Firmware {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 7,
        component: &[&[0x00]],
        digest: [3; 32],
        size: 1024,
        uri: URI,
    }
}

/// A manifest with so many components and these sequences, as (manifest key, sequence).
fn manifest(components: usize, shared: &[u8], members: &[(u64, &[u8])]) -> Vec<u8> {
    let mut common = Writer::new();
    common.map(2).uint(2).array(components);
    for index in 0..components {
        common.array(1).bytes(&[index as u8]);
    }
    common.uint(4).bytes(shared);
    let mut writer = Writer::new();
    writer
        .map(3 + members.len())
        .uint(1)
        .uint(1)
        .uint(2)
        .uint(1)
        .uint(3)
        .bytes(&common.finish());
    for (key, sequence) in members {
        writer.uint(*key).bytes(sequence);
    }
    writer.finish()
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

/// override {vendor, class}, check both.
fn products() -> Vec<u8> {
    hex(&std::format!(
        "86 14 a2 01 50{} 02 50{} 01 0f 02 0f",
        "01".repeat(16),
        "02".repeat(16)
    ))
}

/// How many products, and each payload's component, whether it is encrypted and whether it is integrated.
type Outcome = (usize, Vec<(u32, bool, bool)>);

fn resolved(bytes: &[u8]) -> Result<Outcome, ErrorKind> {
    let manifest = Manifest::decode(bytes, Mode::Strict).unwrap();
    let resolved = resolve(&manifest).map_err(|error| error.kind)?;
    let payloads = resolved
        .payloads
        .iter()
        .map(|p| (p.component_index, p.encrypted, p.integrated))
        .collect();
    Ok((resolved.products.len(), payloads))
}

#[test]
fn a_built_firmware_manifest_names_its_product_and_its_payload() {
    let bytes = firmware().manifest().unwrap();
    let manifest = Manifest::decode(&bytes, Mode::Strict).unwrap();
    let resolved = resolve(&manifest).unwrap();
    assert_eq!(resolved.products[..], [([1; 16], [2; 16])]);
    let [payload] = resolved.payloads[..] else {
        panic!("{resolved:?}")
    };
    assert_eq!(payload.component_index, 0);
    assert_eq!(payload.component, [0x81, 0x41, 0x00]);
    assert_eq!(payload.uri, Some(URI));
    assert_eq!(payload.size, Some(1024));
    assert_eq!(payload.digest.unwrap().bytes, [3; 32]);
    assert!(!payload.encrypted && !payload.integrated);
}

#[test]
fn a_product_that_is_set_but_never_tested_is_not_named() {
    let set_only = hex(&std::format!(
        "82 14 a2 01 50{} 02 50{}",
        "01".repeat(16),
        "02".repeat(16)
    ));
    assert_eq!(
        resolved(&manifest(1, &set_only, &[(20, &hex("82 15 02"))])),
        Ok((0, [(0, false, false)].into()))
    );
}

#[test]
fn a_command_that_cannot_be_followed_is_undecidable_and_the_error_says_where() {
    let shared = products();
    // custom, process-dependency.
    for (install, section) in [
        ("84 03 0f 20 00", Section::Directives),
        ("84 03 0f 0b 00", Section::Dependencies),
    ] {
        let digest = std::format!("82 14 a1 03 5824 822f5820{}", "03".repeat(32));
        let with_digest = manifest(1, &shared, &[(16, &hex(&digest)), (20, &hex(install))]);
        let decoded = Manifest::decode(&with_digest, Mode::Strict).unwrap();
        let error = resolve(&decoded).unwrap_err();
        assert_eq!(
            (error.kind, error.section),
            (ErrorKind::Undecidable, section),
            "{install}"
        );
        assert_eq!(error.offset, with_digest.len() - 2, "{install}");
    }
}

#[test]
fn two_vendors_of_one_component_install_nowhere() {
    let shared = products();
    let install = hex(&std::format!("84 14 a1 01 50{} 01 0f", "09".repeat(16)));
    assert_eq!(
        resolved(&manifest(1, &shared, &[(20, &install)])),
        Err(ErrorKind::InstallsNowhere)
    );
}

#[test]
fn abort_in_a_straight_line_installs_nowhere() {
    let bytes = manifest(1, &products(), &[(20, &hex("82 0e 0f"))]);
    assert_eq!(resolved(&bytes), Err(ErrorKind::InstallsNowhere));
}

#[test]
fn every_fetch_is_listed_once_with_the_component_it_is_for() {
    let shared = hex(&std::format!(
        "88 0c 00 14 a2 01 50{} 02 50{} 01 0f 02 0f",
        "01".repeat(16),
        "02".repeat(16)
    ));
    let fetch = hex("88 0c 01 14 a1 15 61 61 15 02 15 02");
    let install = hex("8c 0c 01 15 02 0c 00 14 a1 15 62 23 61 15 02 18 1d 0f");
    let bytes = manifest(2, &shared, &[(16, &fetch), (20, &install)]);
    assert_eq!(resolved(&bytes), Ok((1, [(1, false, false), (0, false, true)].into())));
}

#[test]
fn an_encrypted_payload_is_marked() {
    let install = hex("84 14 a2 13 41a0 15 61 61 15 02");
    assert_eq!(
        resolved(&manifest(1, &products(), &[(20, &install)])),
        Ok((1, [(0, true, false)].into()))
    );
}

#[test]
fn a_digest_set_between_fetch_and_match_counts_and_a_second_one_is_undecidable() {
    let digest = |byte: &str| std::format!("14 a1 03 5824 822f5820{}", byte.repeat(32));
    let late = std::format!("88 14 a1 15 61 61 15 02 {} 03 0f", digest("03"));
    let bytes = manifest(1, &products(), &[(20, &hex(&late))]);
    let decoded = Manifest::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(resolve(&decoded).unwrap().payloads[0].digest.unwrap().bytes, [3; 32]);
    let twice = std::format!("8a {} 14 a1 15 61 61 15 02 {} 03 0f", digest("04"), digest("03"));
    let bytes = manifest(1, &products(), &[(20, &hex(&twice))]);
    assert_eq!(resolved(&bytes), Err(ErrorKind::Undecidable));
}

#[test]
fn more_payloads_than_a_release_may_have_are_refused() {
    let sequence = |count: usize| {
        let mut writer = Writer::new();
        writer.array(4 * count);
        for index in 0..count {
            writer
                .uint(20)
                .map(1)
                .uint(21)
                .text(&std::format!("{index}"))
                .uint(21)
                .uint(2);
        }
        writer.finish()
    };
    let resolve = |count| resolved(&manifest(1, &products(), &[(20, &sequence(count))])).map(|(_, p)| p.len());
    assert_eq!(resolve(MAX_PAYLOADS), Ok(MAX_PAYLOADS));
    assert_eq!(resolve(MAX_PAYLOADS + 1), Err(ErrorKind::TooMany));
}

#[test]
fn a_manifest_that_installs_nothing_still_names_its_product() {
    assert_eq!(resolved(&manifest(1, &products(), &[])), Ok((1, Vec::new())));
}

#[test]
fn a_condition_without_its_parameter_fails_everywhere() {
    assert_eq!(i64::from(0x01u8), condition::VENDOR_ID);
    assert_eq!(
        resolved(&manifest(1, &hex("82 01 0f"), &[])),
        Err(ErrorKind::InstallsNowhere)
    );
    assert_eq!(
        resolved(&manifest(1, &hex("82 02 0f"), &[])),
        Err(ErrorKind::InstallsNowhere)
    );
    let image_match = manifest(1, &products(), &[(20, &hex("82 03 0f"))]);
    assert_eq!(resolved(&image_match), Err(ErrorKind::InstallsNowhere));
}

#[test]
fn a_manifest_that_fetches_over_and_over_is_refused_before_it_costs_the_square_of_its_length() {
    let shared = products();
    let fetches = |count: usize| {
        let mut install = Writer::new();
        install.array(2 * count);
        for _ in 0..count {
            install.uint(directive::FETCH as u64).uint(2);
        }
        install.finish()
    };
    let bytes = manifest(1, &shared, &[(20, &fetches(32))]);
    assert_eq!(resolved(&bytes), Ok((1, [(0, false, false)].into())));
    let bytes = manifest(1, &shared, &[(20, &fetches(33))]);
    assert_eq!(resolved(&bytes), Err(ErrorKind::TooMany));
}

#[test]
fn a_fetch_at_validation_load_or_invoke_is_listed() {
    let shared = products();
    for member in [7, 8, 9] {
        let bytes = manifest(1, &shared, &[(member, &hex("84 14 a1 15 61 61 15 02"))]);
        assert_eq!(resolved(&bytes), Ok((1, [(0, false, false)].into())), "{member}");
    }
}

#[test]
fn a_custom_command_after_the_installation_changes_nothing_of_what_is_fetched() {
    for member in [7, 8, 9] {
        let bytes = manifest(1, &products(), &[(member, &hex("82 20 00"))]);
        assert_eq!(resolved(&bytes), Ok((1, Vec::new())), "{member}");
    }
    let fetching = manifest(1, &products(), &[(7, &hex("84 20 00 15 02"))]);
    assert_eq!(resolved(&fetching), Err(ErrorKind::Undecidable));
}

#[test]
fn what_validation_matches_binds_what_was_fetched() {
    let digest = std::format!("84 14 a1 03 5824 822f5820{} 03 0f", "03".repeat(32));
    let fetch = hex("84 14 a1 15 61 61 15 02");
    // 7 comes before 20 in the manifest.
    let bytes = manifest(1, &products(), &[(7, &hex(&digest)), (20, &fetch)]);
    let decoded = Manifest::decode(&bytes, Mode::Strict).unwrap();
    let payload = resolve(&decoded).unwrap().payloads[0];
    assert_eq!(
        (payload.digest.unwrap().bytes, payload.binding),
        (&[3; 32][..], Binding::Fetched)
    );
}
