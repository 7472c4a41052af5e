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
fn what_depends_on_the_device_is_undecidable() {
    let shared = products();
    for install in [
        // try-each, run-sequence, set-component-index true and list, abort, custom, process-dependency.
        "82 0f 82 43820e0f 43820e0f",
        "82 18 20 43 82 15 02",
        "84 0c f5 15 02",
        "84 0c 81 00 15 02",
        "82 0e 0f",
        "82 20 00",
        "82 0b 00",
    ] {
        let bytes = manifest(1, &shared, &[(20, &hex(install))]);
        assert_eq!(resolved(&bytes), Err(ErrorKind::Undecidable), "{install}");
    }
}

#[test]
fn two_vendors_in_one_straight_line_are_undecidable() {
    let shared = products();
    let install = hex(&std::format!("84 14 a1 01 50{} 01 0f", "09".repeat(16)));
    assert_eq!(
        resolved(&manifest(1, &shared, &[(20, &install)])),
        Err(ErrorKind::Undecidable)
    );
}

#[test]
fn every_fetch_is_listed_once_with_the_component_it_is_for() {
    let shared = hex(&std::format!(
        "88 0c 00 14 a2 01 50{} 02 50{} 01 0f 02 0f",
        "01".repeat(16),
        "02".repeat(16)
    ));
    let fetch = hex("88 0c 01 14 a1 15 61 61 15 02 15 02");
    let install = hex("8c 0c 01 15 02 0c 00 14 a1 15 62 23 61 15 02 03 0f");
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
fn a_condition_without_its_parameter_is_undecidable() {
    assert_eq!(i64::from(0x01u8), condition::VENDOR_ID);
    assert_eq!(
        resolved(&manifest(1, &hex("82 01 0f"), &[])),
        Err(ErrorKind::Undecidable)
    );
    assert_eq!(
        resolved(&manifest(1, &hex("82 02 0f"), &[])),
        Err(ErrorKind::Undecidable)
    );
}

#[test]
fn ipfs_uris_of_sha2_256_cids_are_read() {
    let cid = ipfs_uri(URI).unwrap();
    assert_eq!(cid[..4], [0x01, 0x55, 0x12, 0x20]);
    let dag_pb = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    assert_eq!(ipfs_uri(dag_pb).unwrap()[..4], [0x01, 0x70, 0x12, 0x20]);
}

#[test]
fn other_uris_and_other_spellings_are_not() {
    for uri in [
        "",
        "ipfs://",
        "https://example.com/file.bin",
        "IPFS://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy/",
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy?a",
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52z",
        "ipfs://BAFKREIGH2AKISCAILDCQABSYG3DFR6CHU3FGPREGIYMSCK7E7AQA4S52ZY",
        "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKi9fL",
        // The last two bits are not zero.
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zz",
        // dag-cbor
        "ipfs://bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    ] {
        assert_eq!(ipfs_uri(uri), None, "{uri}");
    }
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
fn a_fetch_at_validation_load_or_invoke_is_undecidable() {
    let shared = products();
    for member in [7, 8, 9] {
        let bytes = manifest(1, &shared, &[(member, &hex("82 15 02"))]);
        assert_eq!(resolved(&bytes), Err(ErrorKind::Undecidable), "{member}");
    }
}
