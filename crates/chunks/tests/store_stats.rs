//! The figures are those that one gets by counting.
#![cfg(feature = "store")]

mod common;

use chunks::{
    dag::NodeView,
    store::{Config, ScrubCursor, Stats, Status, Store},
    Cid,
};
use common::{cut, file, fill, flip, lcg, open, seeded, Cut};
use proptest::prelude::*;

const CONFIG: Config = Config {
    max_bytes: 10 << 20,
    max_image_bytes: 1 << 20,
};

/// Counts the blocks below one: here, and known to be missing.
fn count(store: &Store, dag: &Cut, cid: &Cid, stats: &mut Stats) {
    if !store.has(cid) {
        stats.blocks_missing += 1;
        return;
    }
    stats.blocks += 1;
    if cid.codec() == 0x70 {
        for link in NodeView::decode(dag.block(cid)).unwrap().links() {
            count(store, dag, &link.id.cid(), stats);
        }
    }
}

/// Everything but the two totals, from what the store says about each image.
fn recount(store: &Store, dags: &[Cut]) -> Stats {
    let mut stats = Stats {
        bytes_max: store.config().max_bytes,
        bytes_charged: store.used_bytes(),
        ..Stats::default()
    };
    for (root, status) in store.roots() {
        let dag = dags.iter().find(|dag| dag.root == root).unwrap();
        match status {
            Status::Complete { size } => {
                stats.images_complete += 1;
                stats.bytes_complete += size;
                stats.bytes_have += size;
            }
            Status::Partial { have_bytes, .. } => {
                *if store.has(&root) {
                    &mut stats.images_partial
                } else {
                    &mut stats.images_announced
                } += 1;
                stats.bytes_have += have_bytes;
            }
            Status::Absent => panic!("{root} is listed, yet absent"),
        }
        count(store, dag, &root, &mut stats);
    }
    stats
}

#[test]
fn the_figures_follow_an_image_from_asking_to_removing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), CONFIG).unwrap();
    let nothing = Stats {
        bytes_max: CONFIG.max_bytes,
        ..Stats::default()
    };
    assert_eq!(store.stats(), nothing);
    let dag = cut(&lcg(16 * 100 + 5), 16);
    store.want(&dag.root, dag.size).unwrap();
    let bytes_charged = store.used_bytes();
    let announced = Stats {
        images_announced: 1,
        bytes_charged,
        blocks_missing: 1,
        ..nothing
    };
    assert_eq!(store.stats(), announced);
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    store.put(&dag.leaves()[7].0, &dag.leaves()[7].1).unwrap();
    let partial = Stats {
        images_partial: 1,
        bytes_have: 16,
        bytes_charged,
        blocks: 2,
        blocks_missing: 100,
        ..nothing
    };
    assert_eq!(store.stats(), partial);
    fill(&store, &dag);
    let complete = Stats {
        images_complete: 1,
        bytes_complete: 1605,
        bytes_have: 1605,
        bytes_charged,
        blocks: 102,
        ..nothing
    };
    assert_eq!(store.stats(), complete);
    store.remove(&dag.root).unwrap();
    assert_eq!(store.stats(), nothing);
}

#[test]
fn damage_and_scrubbing_are_counted_until_the_store_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    fill(&store, &dag);
    let bytes: usize = dag.blocks.iter().map(|(_, block)| block.len()).sum();
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 5);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 6);
    assert!(store.get(&dag.leaves()[5].0).is_err());
    assert!(store.read(&dag.root, 16 * 5, 1).is_err(), "known already");
    store.scrub(&mut ScrubCursor::default(), u64::MAX);
    let stats = store.stats();
    assert_eq!((stats.damaged_total, stats.blocks_missing), (2, 2));
    assert_eq!(
        stats.scrubbed_bytes_total,
        bytes as u64 - 16,
        "what was lost before is not here to check"
    );
    fill(&store, &dag);
    assert_eq!(store.stats().damaged_total, 2);
    drop(store);
    let stats = open(folder.path()).stats();
    assert_eq!((stats.damaged_total, stats.scrubbed_bytes_total), (0, 0));
    assert_eq!((stats.images_complete, stats.bytes_complete), (1, 1600));
}

#[derive(Clone, Debug)]
enum Step {
    Want,
    Put(usize),
    Fill,
    AddFile,
    Remove,
    Damage(usize),
    Scrub,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Want),
        8 => (1usize..60).prop_map(Step::Put),
        2 => Just(Step::Fill),
        1 => Just(Step::AddFile),
        1 => Just(Step::Remove),
        2 => (0usize..200).prop_map(Step::Damage),
        1 => Just(Step::Scrub),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_any_steps_the_figures_are_what_counting_gives(
        steps in proptest::collection::vec((0usize..4, step()), 1..60),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path(), CONFIG).unwrap();
        // The last is one leaf, as a local file of this length is too.
        let images = [200, 190, 100, 1].map(|leaves| seeded(leaves, 16 * leaves as usize));
        let dags: Vec<_> = images.iter().map(|image| cut(image, if image.len() == 16 { 262_144 } else { 16 })).collect();
        let mut damaged = 0;
        for (number, step) in steps {
            let dag = &dags[number];
            match step {
                Step::Want => {
                    store.want(&dag.root, dag.size).unwrap();
                }
                Step::Put(count) => {
                    for cid in store.missing(&dag.root, count).unwrap_or_default() {
                        store.put(&cid, dag.block(&cid)).unwrap();
                    }
                }
                Step::Fill => {
                    fill(&store, dag);
                }
                Step::AddFile if number == 3 => {
                    store.add_file(&images[3][..]).unwrap();
                }
                Step::AddFile => {}
                Step::Remove => store.remove(&dag.root).unwrap(),
                Step::Damage(leaf) => {
                    let (cid, _) = dag.leaves().swap_remove(leaf % dag.leaves().len());
                    let shelf = if store.status(&dag.root).is_complete() { "complete" } else { "partial" };
                    // The root stays, so that an image that was begun can be told from one that was not.
                    if cid != dag.root && store.has(&cid) {
                        flip(&file(folder.path(), shelf, dag, "image"), (leaf % dag.leaves().len()) * 16);
                        assert!(store.get(&cid).is_err());
                        damaged += 1;
                    }
                }
                Step::Scrub => {
                    store.scrub(&mut ScrubCursor::default(), 1000);
                }
                Step::Reopen => {
                    drop(store);
                    store = Store::open(folder.path(), CONFIG).unwrap();
                    damaged = 0;
                }
            }
            let stats = store.stats();
            prop_assert_eq!(stats.damaged_total, damaged);
            let expected = Stats {
                damaged_total: damaged,
                scrubbed_bytes_total: stats.scrubbed_bytes_total,
                ..recount(&store, &dags)
            };
            prop_assert_eq!(stats, expected);
        }
    }
}
