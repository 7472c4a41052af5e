//! A scrub finds what is damaged before anybody asks for it.
#![cfg(feature = "store")]

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use chunks::{
    store::{ScrubCursor, Status, Store, StoreError},
    Cid,
};
use common::{alike, cut, file, fill, find, flip, lcg, open, read_all, seeded, Cut};
use proptest::prelude::*;

/// One round in calls of so many bytes. Gives blocks, bytes, and what was damaged, sorted.
fn round(store: &Store, max_bytes: u64) -> (u64, u64, BTreeSet<Cid>) {
    let (mut blocks, mut bytes, mut damaged) = (0, 0, BTreeSet::new());
    let mut cursor = ScrubCursor::default();
    loop {
        let done = store.scrub(&mut cursor, max_bytes);
        assert!(
            done.bytes <= max_bytes || done.blocks == 1,
            "{} of {max_bytes} bytes",
            done.bytes
        );
        assert!(done.failed.is_empty());
        blocks += done.blocks;
        bytes += done.bytes;
        damaged.extend(done.damaged);
        if done.wrapped {
            return (blocks, bytes, damaged);
        }
        assert!(done.blocks > 0, "every call gets on");
    }
}

fn block_bytes(dags: &[&Cut]) -> u64 {
    let blocks = dags.iter().flat_map(|dag| &dag.blocks);
    blocks.map(|(_, block)| block.len() as u64).sum()
}

/// Flips a bit of a node on disk.
fn flip_node(folder: &Path, dag: &Cut, block: &[u8]) {
    let path = file(folder, "complete", dag, "nodes");
    let at = find(&fs::read(&path).unwrap(), block);
    flip(&path, at + block.len() / 2);
}

/// What must hold once these blocks were found damaged: they are not served, and putting them heals the image.
fn is_marked_and_heals(folder: &Path, store: &Store, dag: &Cut, image: &[u8], damaged: &BTreeSet<Cid>) {
    assert!(matches!(store.status(&dag.root), Status::Partial { .. }));
    let missing: BTreeSet<_> = store.missing(&dag.root, 1000).unwrap().into_iter().collect();
    assert_eq!(missing, *damaged);
    for cid in damaged {
        assert_eq!(store.get(cid).unwrap(), None, "a damaged block is not served");
        assert!(store.is_wanted(cid));
        store.put(cid, dag.block(cid)).unwrap();
    }
    assert_eq!(store.status(&dag.root), Status::Complete { size: dag.size });
    assert_eq!(read_all(store, &dag.root), image);
    assert!(file(folder, "complete", dag, "image").exists());
    assert_eq!(round(store, u64::MAX).2, BTreeSet::new());
}

#[test]
fn one_round_finds_a_damaged_leaf_and_a_damaged_node_of_the_same_image() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    fill(&store, &dag);
    let (leaf, last) = (dag.leaves()[77].0, dag.leaves()[399].0);
    let (node, block) = &dag.nodes()[1];
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 77 + 5);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 399 + 15);
    flip_node(folder.path(), &dag, block);

    let damaged = BTreeSet::from([leaf, last, *node]);
    assert_eq!(round(&store, 1000).2, damaged);
    assert_eq!(store.stats().damaged_total, 3);
    is_marked_and_heals(folder.path(), &store, &dag, &image, &damaged);
    assert_eq!(store.stats().damaged_total, 3);
}

#[test]
fn what_a_scrub_found_is_not_forgotten_by_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    fill(&store, &dag);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 77);
    let damaged = round(&store, u64::MAX).2;
    assert_eq!(damaged, BTreeSet::from([dag.leaves()[77].0]));
    drop(store);
    let store = open(folder.path());
    is_marked_and_heals(folder.path(), &store, &dag, &image, &damaged);
}

#[test]
fn a_file_cut_short_or_gone_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    fill(&store, &dag);
    let path = file(folder.path(), "complete", &dag, "image");
    let whole = fs::OpenOptions::new().write(true).open(&path).unwrap();
    whole.set_len(16 * 398 + 1).unwrap();
    let damaged = round(&store, 500).2;
    assert_eq!(damaged, dag.leaves()[398..].iter().map(|(cid, _)| *cid).collect());
    is_marked_and_heals(folder.path(), &store, &dag, &image, &damaged);

    fs::remove_file(&path).unwrap();
    let damaged = round(&store, 500).2;
    assert_eq!(damaged, dag.leaves().iter().map(|(cid, _)| *cid).collect());
    assert_eq!(fill(&store, &dag), 400);
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn a_round_visits_every_block_once_and_no_call_more_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(round(&store, 1000), (0, 0, BTreeSet::new()), "an empty store");
    let dags = [1, 2, 3].map(|seed| cut(&seeded(seed, 16 * 400 + seed as usize), 16));
    let empty = cut(&[], 16);
    for dag in dags.iter().chain([&empty]) {
        fill(&store, dag);
    }
    // One that is only asked for has nothing to check.
    store.want(&cut(&lcg(5000), 16).root, 5000).unwrap();
    let blocks = dags.iter().map(|dag| dag.blocks.len() as u64).sum::<u64>() + 1;
    let bytes = block_bytes(&dags.each_ref());
    for max_bytes in [0, 1, 16, 17, 100, 5000, 10_000, bytes, u64::MAX] {
        assert_eq!(
            round(&store, max_bytes),
            (blocks, bytes, BTreeSet::new()),
            "{max_bytes}"
        );
    }
    assert_eq!(store.stats().scrubbed_bytes_total, 9 * bytes);
}

#[test]
fn leaves_that_repeat_are_checked_at_each_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = vec![0; 16 * 400];
    let dag = cut(&image, 16);
    fill(&store, &dag);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 250);
    let done = store.scrub(&mut ScrubCursor::default(), u64::MAX);
    assert_eq!(done.damaged, [dag.leaves()[0].0]);
    assert!(done.wrapped);
    assert!(store.status(&dag.root).is_complete(), "healed from another place");
    assert_eq!(read_all(&store, &dag.root), image);
    assert_eq!(fs::read(file(folder.path(), "complete", &dag, "image")).unwrap(), image);
}

#[test]
fn a_damaged_node_that_occurs_twice_is_reported_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = vec![0; 16 * 400];
    let dag = cut(&image, 16);
    fill(&store, &dag);
    let (node, block) = &dag.nodes()[0];
    assert_eq!(dag.nodes()[1].0, *node);
    flip_node(folder.path(), &dag, block);
    let done = store.scrub(&mut ScrubCursor::default(), u64::MAX);
    assert_eq!(done.damaged, [*node]);
    assert_eq!(store.stats().damaged_total, 1);
    is_marked_and_heals(folder.path(), &store, &dag, &image, &BTreeSet::from([*node]));
}

#[test]
fn a_sound_copy_in_another_image_heals_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let [(_, old_dag), (new, new_dag)] = alike(100);
    fill(&store, &old_dag);
    fill(&store, &new_dag);
    flip(&file(folder.path(), "complete", &new_dag, "image"), 16 * 50);
    assert_eq!(round(&store, 100).2, BTreeSet::from([new_dag.leaves()[50].0]));
    assert!(store.status(&new_dag.root).is_complete());
    assert_eq!(
        fs::read(file(folder.path(), "complete", &new_dag, "image")).unwrap(),
        new
    );
}

#[test]
fn images_may_come_and_go_between_calls() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut dags: Vec<_> = (1..=5).map(|seed| cut(&seeded(seed, 16 * 50), 16)).collect();
    dags.sort_by_key(|dag| chunks::BlockId::from_cid(&dag.root).unwrap());
    let [first, second, third, fourth, fifth] = &dags[..] else {
        panic!("five images")
    };
    for dag in [second, third, fourth] {
        fill(&store, dag);
    }
    let mut cursor = ScrubCursor::default();
    let some = block_bytes(&[second]) - 200;
    let done = store.scrub(&mut cursor, some);
    assert!(done.bytes <= some && !done.wrapped);
    // The image in which the cursor stands goes; others come behind it and before it.
    store.remove(&second.root).unwrap();
    fill(&store, first);
    fill(&store, fifth);
    let done = store.scrub(&mut cursor, u64::MAX);
    assert!(done.wrapped && done.damaged.is_empty());
    assert_eq!(
        done.bytes,
        block_bytes(&[third, fourth, fifth]),
        "first is for the next round"
    );
    assert_eq!(round(&store, 99).1, block_bytes(&[first, third, fourth, fifth]));

    // One that goes and comes again is checked from its beginning.
    let mut cursor = ScrubCursor::default();
    store.scrub(&mut cursor, some);
    store.remove(&first.root).unwrap();
    fill(&store, first);
    let done = store.scrub(&mut cursor, u64::MAX);
    assert_eq!(done.bytes, block_bytes(&[first, third, fourth, fifth]));
}

#[test]
fn an_image_that_is_not_complete_is_checked_as_far_as_it_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    store.want(&dag.root, dag.size).unwrap();
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    for (cid, block) in &dag.leaves()[10..20] {
        store.put(cid, block).unwrap();
    }
    flip(&file(folder.path(), "partial", &dag, "image"), 16 * 15);
    let (blocks, _, damaged) = round(&store, 100);
    assert_eq!(blocks, 11);
    assert_eq!(damaged, BTreeSet::from([dag.leaves()[15].0]));
    assert_eq!(fill(&store, &dag), 91);
    assert_eq!(read_all(&store, &dag.root), lcg(16 * 100));
}

#[test]
fn an_image_whose_files_cannot_be_opened_does_not_keep_the_others_from_being_checked() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut dags: Vec<_> = (1..=2).map(|seed| cut(&seeded(seed, 16 * 50), 16)).collect();
    dags.sort_by_key(|dag| chunks::BlockId::from_cid(&dag.root).unwrap());
    for dag in &dags {
        fill(&store, dag);
    }
    flip(&file(folder.path(), "complete", &dags[1], "image"), 16 * 49);
    // A link to itself cannot be opened, whoever asks.
    let nodes = file(folder.path(), "complete", &dags[0], "nodes");
    let aside = folder.path().join("aside");
    fs::rename(&nodes, &aside).unwrap();
    std::os::unix::fs::symlink(&nodes, &nodes).unwrap();
    let done = store.scrub(&mut ScrubCursor::default(), u64::MAX);
    assert!(matches!(&done.failed[..], [(root, StoreError::Io { .. })] if *root == dags[0].root));
    assert_eq!(done.damaged, [dags[1].leaves()[49].0]);
    assert!(done.wrapped);
    fs::rename(&aside, &nodes).unwrap();
    assert_eq!(round(&store, 100).1, block_bytes(&[&dags[0], &dags[1]]) - 16);
}

#[test]
fn scrubbing_while_blocks_are_put_read_and_removed_loses_nothing_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dags = [1, 2].map(|seed| cut(&seeded(seed, 16 * 200), 16));
    let reader = cut(&seeded(3, 16 * 200), 16);
    fill(&store, &reader);
    std::thread::scope(|scope| {
        for dag in &dags {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..30 {
                    fill(store, dag);
                    assert_eq!(read_all(store, &dag.root).len() as u64, dag.size);
                    store.remove(&dag.root).unwrap();
                }
            });
        }
        for max_bytes in [100, 3000] {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..100 {
                    assert_eq!(round(store, max_bytes).2, BTreeSet::new(), "nothing is damaged");
                }
            });
        }
    });
    assert_eq!(store.stats().damaged_total, 0);
    assert_eq!(read_all(&store, &reader.root), seeded(3, 16 * 200));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_round_finds_exactly_what_is_damaged(
        flips in proptest::collection::btree_set((0usize..3, 0usize..400, 0usize..16), 0..12),
        max_bytes in 0u64..9000,
        node in proptest::option::of(0usize..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let images = [1, 2, 3].map(|seed| seeded(seed, 16 * 400));
        let dags = images.each_ref().map(|image| cut(image, 16));
        for dag in &dags {
            fill(&store, dag);
        }
        let mut expected = BTreeSet::new();
        for (image, leaf, byte) in flips {
            let cid = dags[image].leaves()[leaf].0;
            if expected.insert(cid) {
                flip(&file(folder.path(), "complete", &dags[image], "image"), leaf * 16 + byte);
            }
        }
        if let Some(node) = node {
            let (cid, block) = &dags[0].nodes()[node];
            flip_node(folder.path(), &dags[0], block);
            expected.insert(*cid);
        }
        prop_assert_eq!(round(&store, max_bytes).2, expected);
        for (dag, image) in dags.iter().zip(&images) {
            fill(&store, dag);
            prop_assert_eq!(&read_all(&store, &dag.root), image);
        }
        prop_assert_eq!(round(&store, max_bytes).2, BTreeSet::new());
    }
}
