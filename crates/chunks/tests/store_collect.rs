//! What no live release needs goes, after a time of grace, and nothing else does.
#![cfg(feature = "store")]

mod common;

use std::{
    collections::HashSet,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use chunks::{
    store::{Put, Status, Store, StoreError},
    BlockId, Cid,
};
use common::{alike, cut, fill, lcg, open, read_all, seeded, Cut};

const GRACE: Duration = Duration::from_secs(600);

fn live(dags: &[&Cut]) -> HashSet<BlockId> {
    dags.iter().map(|dag| BlockId::from_cid(&dag.root).unwrap()).collect()
}

fn sorted(dags: &[&Cut]) -> Vec<Cid> {
    let mut roots: Vec<_> = dags.iter().map(|dag| BlockId::from_cid(&dag.root).unwrap()).collect();
    roots.sort_unstable();
    roots.iter().map(BlockId::cid).collect()
}

#[test]
fn what_is_not_live_goes_when_its_grace_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let [kept, complete, partial, announced] = [1, 2, 3, 4].map(|seed| cut(&seeded(seed, 2000), 16));
    fill(&store, &kept);
    fill(&store, &complete);
    store.want(&partial.root, partial.size).unwrap();
    store.put(&partial.root, partial.block(&partial.root)).unwrap();
    store.want(&announced.root, announced.size).unwrap();
    let (used, unclaimed) = (store.used_bytes(), sorted(&[&complete, &partial, &announced]));

    let start = Instant::now();
    for seconds in [0, 1, 599] {
        let collected = store.collect(&live(&[&kept]), GRACE, start + Duration::from_secs(seconds));
        assert!(collected.removed.is_empty() && collected.failed.is_empty());
        assert_eq!(collected.freed_bytes, 0);
        assert_eq!(collected.waiting, unclaimed);
    }
    assert_eq!(read_all(&store, &complete.root), seeded(2, 2000));

    let collected = store.collect(&live(&[&kept]), GRACE, start + GRACE);
    assert_eq!(collected.removed, unclaimed);
    assert!(collected.waiting.is_empty() && collected.failed.is_empty());
    assert_eq!(collected.freed_bytes, used - store.used_bytes());
    assert_eq!(store.roots(), [(kept.root, Status::Complete { size: 2000 })]);
    assert_eq!(read_all(&store, &kept.root), seeded(1, 2000));
    for shelf in ["partial", "complete", "tmp"] {
        let left = fs::read_dir(folder.path().join(shelf)).unwrap().count();
        assert_eq!(left, usize::from(shelf == "complete"), "{shelf}");
    }
}

#[test]
fn a_claim_in_between_begins_the_grace_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(2000), 262_144);
    fill(&store, &dag);
    let start = Instant::now();
    let claims: [&dyn Fn(); 3] = [
        &|| assert!(store.collect(&live(&[&dag]), GRACE, start).waiting.is_empty()),
        &|| assert!(store.want(&dag.root, dag.size).unwrap().is_complete()),
        &|| assert_eq!(store.add_file(&lcg(2000)[..]).unwrap().0, dag.root),
    ];
    let mut now = start;
    for claim in claims {
        store.collect(&HashSet::new(), GRACE, now);
        claim();
        now += GRACE;
        let collected = store.collect(&HashSet::new(), GRACE, now);
        assert_eq!(collected.waiting, [dag.root], "its grace has only begun");
        now += GRACE - Duration::from_secs(1);
        let collected = store.collect(&HashSet::new(), GRACE, now);
        assert_eq!(collected.waiting, [dag.root]);
    }
    now += Duration::from_secs(1);
    assert_eq!(store.collect(&HashSet::new(), GRACE, now).removed, [dag.root]);
    // Wanted again, it is another image, with a grace of its own.
    fill(&store, &dag);
    assert_eq!(store.collect(&HashSet::new(), GRACE, now).waiting, [dag.root]);
}

#[test]
fn a_restart_begins_the_grace_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(2000), 16);
    fill(&store, &dag);
    let start = Instant::now();
    store.collect(&HashSet::new(), GRACE, start);
    drop(store);
    let store = open(folder.path());
    let collected = store.collect(&HashSet::new(), GRACE, start + GRACE);
    assert_eq!(collected.waiting, [dag.root]);
    let collected = store.collect(&HashSet::new(), GRACE, start + 2 * GRACE);
    assert_eq!(collected.removed, [dag.root]);
}

#[test]
fn a_clock_that_runs_backwards_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(2000), 16);
    fill(&store, &dag);
    let start = Instant::now() + 2 * GRACE;
    store.collect(&HashSet::new(), GRACE, start);
    let collected = store.collect(&HashSet::new(), GRACE, start - GRACE);
    assert_eq!(collected.waiting, [dag.root]);
}

#[test]
fn blocks_that_a_live_image_shares_stay_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let old = lcg(16 * 400);
    let mut new = old.clone();
    new[16 * 300] ^= 1;
    let (old_dag, new_dag) = (cut(&old, 16), cut(&new, 16));
    fill(&store, &old_dag);
    fill(&store, &new_dag);
    let collected = store.collect(&live(&[&new_dag]), Duration::ZERO, Instant::now());
    assert_eq!(collected.removed, [old_dag.root]);
    assert_eq!(read_all(&store, &new_dag.root), new);
    for (cid, block) in &new_dag.blocks {
        assert_eq!(store.get(cid).unwrap().as_ref(), Some(block));
    }
    assert!(
        !store.has(&old_dag.leaves()[300].0),
        "what only the old one had is gone"
    );
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.roots(), [(new_dag.root, Status::Complete { size: 16 * 400 })]);
    assert_eq!(read_all(&store, &new_dag.root), new);
}

#[test]
fn an_upload_goes_on_during_its_grace_and_is_refused_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(16 * 100), 16);
    let start = Instant::now();
    store.want(&dag.root, dag.size).unwrap();
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    for (number, (cid, block)) in (0u32..).zip(dag.leaves()) {
        let now = start + GRACE * number / 50;
        let collected = store.collect(&HashSet::new(), GRACE, now);
        assert_eq!(!collected.removed.is_empty(), number == 50);
        if number < 50 {
            assert_eq!(store.put(&cid, &block).unwrap(), Put::Stored);
        } else {
            assert!(matches!(store.put(&cid, &block), Err(StoreError::NotWanted { .. })));
        }
    }
    assert_eq!(store.status(&dag.root), Status::Absent);
}

#[test]
fn what_cannot_be_taken_away_is_named_and_goes_another_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (stuck, other) = (cut(&lcg(2000), 16), cut(&seeded(9, 2000), 16));
    fill(&store, &stuck);
    fill(&store, &other);
    let (first, second) = match sorted(&[&stuck, &other])[0] == stuck.root {
        true => (&stuck, &other),
        false => (&other, &stuck),
    };
    // Where the first of them would be moved to, something lies already.
    let obstacle = folder.path().join("tmp").join("0");
    fs::create_dir(&obstacle).unwrap();
    fs::write(obstacle.join("image"), "in the way").unwrap();
    let collected = store.collect(&HashSet::new(), Duration::ZERO, Instant::now());
    assert!(matches!(&collected.failed[..], [(root, StoreError::Io { .. })] if *root == first.root));
    assert_eq!(collected.removed, [second.root], "one failure does not keep the others");
    assert!(store.status(&first.root).is_complete());
    read_all(&store, &first.root);
    let collected = store.collect(&HashSet::new(), Duration::ZERO, Instant::now());
    assert_eq!(collected.removed, [first.root]);
}

#[test]
fn a_crash_between_taking_away_and_deleting_leaves_neither_image_nor_bytes() {
    for half_deleted in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (gone, kept) = (cut(&lcg(2000), 16), cut(&seeded(9, 2000), 16));
        let store = open(folder.path());
        fill(&store, &gone);
        fill(&store, &kept);
        drop(store);
        // What a collection has done when it is killed.
        let trash = folder.path().join("tmp").join("0");
        fs::rename(folder.path().join("complete").join(gone.root.to_string()), &trash).unwrap();
        if half_deleted {
            fs::remove_file(trash.join("image")).unwrap();
        }
        let store = open(folder.path());
        assert!(!trash.exists());
        assert_eq!(store.roots(), [(kept.root, Status::Complete { size: 2000 })]);
        assert_eq!(read_all(&store, &kept.root), seeded(9, 2000));
        assert_eq!(fill(&store, &gone), gone.blocks.len(), "it can come again");
    }
}

const CHILD: &str = "CHUNKS_TEST_COLLECT";

/// Image number n of the test that kills.
fn numbered(seed: u32) -> Vec<u8> {
    seeded(seed, 16 * 50)
}

/// Not a test of its own: the process that the next test kills.
#[test]
fn child_that_collects() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let store = open(Path::new(&folder));
    println!("collecting");
    loop {
        let live = HashSet::from([BlockId::from_cid(&cut(&numbered(0), 16).root).unwrap()]);
        for root in store.collect(&live, Duration::ZERO, Instant::now()).removed {
            println!("removed {root}");
        }
        for seed in 1..20 {
            fill(&store, &cut(&numbered(seed), 16));
        }
    }
}

#[test]
fn after_kill_9_every_image_is_whole_or_can_be_completed() {
    let dags: Vec<_> = (0..20).map(|seed| cut(&numbered(seed), 16)).collect();
    for kill_after in [1, 2, 7, 19, 20, 45] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        for dag in &dags {
            fill(&store, dag);
        }
        drop(store);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child_that_collects", "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let seen = lines
            .map_while(Result::ok)
            .filter(|line| line.contains("removed") || line.contains("collecting"))
            .take(kill_after)
            .count();
        // On Unix this is SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(seen, kill_after);

        let store = open(folder.path());
        assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
        assert!(store.status(&dags[0].root).is_complete(), "the live one is untouched");
        for (seed, dag) in (0..).zip(&dags) {
            if store.status(&dag.root).is_complete() {
                assert_eq!(read_all(&store, &dag.root), numbered(seed));
            }
            fill(&store, dag);
            assert_eq!(read_all(&store, &dag.root), numbered(seed));
        }
    }
}

/// What may happen to somebody who reads an image that goes and comes.
fn right_or_typed<T>(result: Result<T, StoreError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(StoreError::UnknownImage { .. } | StoreError::Missing { .. }) => None,
        Err(why) => panic!("{why}"),
    }
}

fn read_and_check(store: &Store, dag: &Cut, image: &[u8], choice: &[u8]) {
    let number = usize::from(choice[0]) % dag.blocks.len();
    let (cid, block) = &dag.blocks[number];
    match choice[1] % 3 {
        0 => assert!(store.get(cid).unwrap().is_none_or(|bytes| bytes == *block)),
        1 => {
            let offset = usize::from(choice[0]) * 16;
            if let Some(bytes) = right_or_typed(store.read(&dag.root, offset as u64, 16)) {
                assert_eq!(bytes, image[offset..offset + 16]);
            }
        }
        _ => {
            let mut car = Vec::new();
            if right_or_typed(store.export_car(&dag.root, &mut car)).is_some() {
                let bytes: usize = dag.blocks.iter().map(|(_, block)| block.len()).sum();
                assert!(car.len() > bytes, "a CAR that ends well is whole");
            }
        }
    }
}

#[test]
fn whoever_reads_or_puts_an_image_that_is_collected_gets_right_bytes_or_a_typed_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let [(image, dag), (sibling, kept)] = alike(256);
    fill(&store, &kept);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..2u32 {
            let (store, dag, image, done) = (store.clone(), &dag, &image, &done);
            scope.spawn(move || {
                for choice in seeded(thread + 1, 1 << 20).chunks_exact(2) {
                    if done.load(Ordering::Relaxed) {
                        return;
                    }
                    read_and_check(&store, dag, image, choice);
                }
            });
        }
        let (store, dag, kept, done) = (store.clone(), &dag, &kept, &done);
        scope.spawn(move || {
            let mut completed = 0;
            for round in 0..60 {
                store.want(&dag.root, dag.size).unwrap();
                let collecting = std::thread::spawn({
                    let live = live(&[kept]);
                    let store = store.clone();
                    move || {
                        std::thread::sleep(Duration::from_micros(200 * round));
                        store.collect(&live, Duration::ZERO, Instant::now())
                    }
                });
                for (cid, block) in dag.nodes().iter().rev().chain(&dag.leaves()) {
                    let put = store.put(cid, block);
                    assert!(matches!(put, Ok(_) | Err(StoreError::NotWanted { .. })), "{put:?}");
                }
                completed += usize::from(store.status(&dag.root).is_complete());
                assert!(collecting.join().unwrap().failed.is_empty());
                // It may have come while the image was incomplete and nobody's, or not at all.
                let after = store.collect(&live(&[kept]), Duration::ZERO, Instant::now());
                assert!(after.failed.is_empty());
                assert_eq!(store.status(&dag.root), Status::Absent);
            }
            done.store(true, Ordering::Relaxed);
            println!("{completed} of 60 uploads were done before the collection came");
        });
    });
    assert_eq!(read_all(&store, &kept.root), sibling);
    fill(&store, &dag);
    assert_eq!(read_all(&store, &dag.root), image);
}
