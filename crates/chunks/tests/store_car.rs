//! Images leave as CARs that others can read.
#![cfg(feature = "store")]

mod common;

use std::{collections::HashSet, io};

use chunks::{
    dag::NodeView,
    store::{Status, StoreError},
    Cid,
};
use common::{cut, file, fill, flip, lcg, open, read_all, seeded, Cut};
use proptest::prelude::*;

fn varint(bytes: &mut &[u8]) -> usize {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (first, rest) = bytes.split_first().expect("a varint ends");
        *bytes = rest;
        value |= usize::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

/// Takes a CAR apart. Gives its root and its blocks in their order.
fn parse(mut car: &[u8]) -> (Cid, Vec<(Cid, Vec<u8>)>) {
    let length = varint(&mut car);
    let (header, mut rest) = car.split_at(length);
    let header = header
        .strip_prefix(b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00")
        .expect("a map that begins with one root");
    let (root, version) = header.split_at(36);
    assert_eq!(version, b"\x67version\x01");
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        let length = varint(&mut rest);
        let (mut frame, after) = rest.split_at(length);
        let cid = Cid::read_bytes(&mut frame).unwrap();
        blocks.push((cid, frame.to_vec()));
        rest = after;
    }
    (Cid::try_from(root).unwrap(), blocks)
}

/// The distinct blocks of an image, each node before what lies below it.
fn depth_first(dag: &Cut) -> Vec<(Cid, Vec<u8>)> {
    fn visit(dag: &Cut, cid: Cid, seen: &mut HashSet<Cid>, order: &mut Vec<(Cid, Vec<u8>)>) {
        if !seen.insert(cid) {
            return;
        }
        let block = dag.block(&cid);
        order.push((cid, block.to_vec()));
        if cid.codec() == 0x70 {
            for link in NodeView::decode(block).unwrap().links() {
                visit(dag, link.id.cid(), seen, order);
            }
        }
    }
    let mut order = Vec::new();
    visit(dag, dag.root, &mut HashSet::new(), &mut order);
    order
}

/// Exports an image, checks the CAR, and carries it into another store.
fn goes_round(image: &[u8], leaf: usize) {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(here.path());
    let dag = cut(image, leaf);
    fill(&store, &dag);
    let mut car = Vec::new();
    assert_eq!(store.export_car(&dag.root, &mut car).unwrap(), car.len() as u64);
    let (root, blocks) = parse(&car);
    assert_eq!(root, dag.root);
    assert!(blocks == depth_first(&dag), "each block once, depth first");

    let store = open(there.path());
    store.want(&root, dag.size).unwrap();
    for (cid, block) in &blocks {
        store.put(cid, block).unwrap();
    }
    assert_eq!(store.status(&root), Status::Complete { size: dag.size });
    assert!(read_all(&store, &root) == image);
}

#[test]
fn a_car_carries_an_image_into_another_store() {
    goes_round(&[], 262_144);
    goes_round(b"x", 262_144);
    goes_round(&lcg(600_000), 262_144);
    goes_round(&lcg(16 * 400 + 3), 16);
    goes_round(&lcg(16 * 2000), 16);
}

#[test]
fn a_block_that_occurs_often_is_in_the_car_once() {
    goes_round(&[0; 16 * 400], 16);
    let mut image = lcg(16 * 400);
    image.copy_within(..16 * 174, 16 * 174);
    goes_round(&image, 16);
}

#[test]
fn the_bytes_are_those_of_the_car_specification() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(b"x", 16);
    fill(&store, &dag);
    let mut car = Vec::new();
    store.export_car(&dag.root, &mut car).unwrap();
    // SHA-256 of "x", as sha256sum gives it.
    let cid = "01551220".to_owned() + "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    // Length 58; {"roots": [42(h'00' ‖ CID)], "version": 1}; length 37; CID, block.
    let expected = format!("3aa265726f6f747381d82a582500{cid}6776657273696f6e0125{cid}78");
    let hex: String = car.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, expected);
}

#[test]
fn an_image_that_is_not_all_here_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(1000), 16);
    let mut car = Vec::new();
    assert!(
        matches!(store.export_car(&dag.root, &mut car), Err(StoreError::UnknownImage { root }) if root == dag.root)
    );
    store.want(&dag.root, dag.size).unwrap();
    assert!(matches!(store.export_car(&dag.root, &mut car), Err(StoreError::Missing { cid }) if cid == dag.root));
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    let leaves = dag.leaves();
    for (cid, block) in &leaves[1..] {
        store.put(cid, block).unwrap();
    }
    assert!(matches!(store.export_car(&dag.root, &mut car), Err(StoreError::Missing { cid }) if cid == leaves[0].0));
    assert!(car.is_empty());
}

#[test]
fn a_car_ends_before_a_damaged_block() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    fill(&store, &dag);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 40 + 3);
    let mut car = store.car(&dag.root).unwrap();
    let sound: Vec<u8> = car.by_ref().map_while(Result::ok).flatten().collect();
    let (_, blocks) = parse(&sound);
    assert!(blocks == depth_first(&dag)[..41], "the root and 40 leaves are sound");
    assert!(car.next().is_none(), "after an error nothing follows");
    let damaged = dag.leaves()[40].0;
    assert!(store.is_wanted(&damaged));
    store.put(&damaged, dag.block(&damaged)).unwrap();

    flip(&file(folder.path(), "complete", &dag, "image"), 0);
    let why = store.export_car(&dag.root, io::sink()).unwrap_err();
    assert!(matches!(why, StoreError::Corrupt { cid } if cid == dag.leaves()[0].0));
}

#[test]
fn a_car_of_an_image_that_goes_meanwhile_ends_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    fill(&store, &dag);
    let mut car = store.car(&dag.root).unwrap();
    assert!(car.by_ref().take(10).all(|frame| frame.is_ok()));
    store.remove(&dag.root).unwrap();
    assert!(matches!(car.next(), Some(Err(StoreError::Missing { .. }))));
    assert!(car.next().is_none());
}

#[test]
fn nothing_is_left_in_a_buffer_when_an_export_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    fill(&store, &dag);
    let mut buffered = io::BufWriter::new(Vec::new());
    let length = store.export_car(&dag.root, &mut buffered).unwrap();
    assert_eq!(buffered.get_ref().len() as u64, length);
}

#[test]
fn a_writer_that_fails_ends_the_export() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    fill(&store, &dag);
    let mut small = [0; 500];
    let why = store.export_car(&dag.root, &mut small[..]).unwrap_err();
    assert!(matches!(why, StoreError::Sink(_)), "{why}");
    assert!(store.status(&dag.root).is_complete(), "the image is none the worse");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_image_goes_round(seed in 1u32.., length in 0usize..9000, leaf in 5usize..40, repeat in any::<bool>()) {
        let mut image = seeded(seed, length);
        if repeat {
            let half = length / 2;
            image.copy_within(..half, length - half);
        }
        goes_round(&image, leaf);
    }
}
