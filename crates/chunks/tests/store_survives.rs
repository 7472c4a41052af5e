//! Restarts, kills, damage on disk.
#![cfg(feature = "store")]

mod common;

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use chunks::{
    store::{Config, Status, Store, StoreError},
    Cid,
};
use common::{alike, cut, file, fill, find, flip, lcg, open, read_all, seeded, Cut};
use proptest::prelude::*;

/// Loses one block and checks all that must follow.
fn notices_and_recovers(folder: &Path, store: &Store, dag: &Cut, image: &[u8], cid: &Cid) {
    assert!(matches!(store.get(cid), Err(StoreError::Corrupt { cid: damaged }) if damaged == *cid));
    assert!(!store.has(cid), "a damaged block is not there");
    assert_eq!(store.get(cid).unwrap(), None);
    assert!(store.is_wanted(cid));
    assert!(matches!(store.status(&dag.root), Status::Partial { .. }));
    assert_eq!(store.missing(&dag.root, 10).unwrap(), [*cid]);
    store.put(cid, dag.block(cid)).unwrap();
    assert_eq!(store.status(&dag.root), Status::Complete { size: dag.size });
    assert_eq!(read_all(store, &dag.root), image);
    assert_eq!(store.get(cid).unwrap().unwrap(), dag.block(cid));
    assert!(file(folder, "complete", dag, "image").exists());
}

#[test]
fn a_damaged_leaf_is_noticed_and_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    fill(&store, &dag);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 77 + 5);
    assert_eq!(store.read(&dag.root, 16 * 76, 16).unwrap(), image[16 * 76..16 * 77]);
    notices_and_recovers(folder.path(), &store, &dag, &image, &dag.leaves()[77].0);
}

#[test]
fn a_damaged_leaf_is_not_delivered_in_a_range_either() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    fill(&store, &dag);
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 77 + 15);
    assert!(matches!(
        store.read(&dag.root, 16 * 77, 1),
        Err(StoreError::Corrupt { .. })
    ));
    assert!(matches!(
        store.read(&dag.root, 16 * 77, 1),
        Err(StoreError::Missing { .. })
    ));
    assert_eq!(fill(&store, &dag), 1);
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn damaged_nodes_are_noticed_and_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    fill(&store, &dag);
    for (cid, block) in dag.nodes() {
        let path = file(folder.path(), "complete", &dag, "nodes");
        let bytes = fs::read(&path).unwrap();
        flip(&path, find(&bytes, &block) + 20);
        notices_and_recovers(folder.path(), &store, &dag, &image, &cid);
    }
    drop(store);
    let store = open(folder.path());
    assert!(store.status(&dag.root).is_complete());
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn a_file_cut_short_is_damage_too() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    fill(&store, &dag);
    let path = file(folder.path(), "complete", &dag, "image");
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(16 * 399 + 1)
        .unwrap();
    notices_and_recovers(folder.path(), &store, &dag, &image, &dag.leaves()[399].0);

    fs::remove_file(&path).unwrap();
    assert!(matches!(store.read(&dag.root, 0, 1), Err(StoreError::Corrupt { .. })));
    drop(store);
    let store = open(folder.path());
    assert_eq!(
        store.status(&dag.root),
        Status::Partial {
            have_bytes: 0,
            size: dag.size
        }
    );
    assert_eq!(fill(&store, &dag), 400);
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn an_image_of_one_leaf_that_was_cut_short_is_not_taken_for_a_smaller_one_after_a_restart() {
    for left in [0, 9] {
        let folder = tempfile::tempdir().unwrap();
        let image = lcg(10);
        let dag = cut(&image, 16);
        let store = open(folder.path());
        fill(&store, &dag);
        drop(store);
        let path = file(folder.path(), "complete", &dag, "image");
        fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(left)
            .unwrap();

        let store = open(folder.path());
        assert!(!store.status(&dag.root).is_complete(), "{left} of 10 bytes are left");
        assert_eq!(fill(&store, &dag), 1);
        assert_eq!(read_all(&store, &dag.root), image);
    }
}

#[test]
fn damage_that_was_noticed_is_not_forgotten_by_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    fill(&store, &dag);
    let cid = dag.leaves()[12].0;
    flip(&file(folder.path(), "complete", &dag, "image"), 16 * 12);
    assert!(store.get(&cid).is_err());
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.missing(&dag.root, 10).unwrap(), [cid]);
    assert_eq!(fill(&store, &dag), 1);
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn a_sound_copy_in_another_image_heals_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let [(old, old_dag), (new, new_dag)] = alike(100);
    fill(&store, &old_dag);
    fill(&store, &new_dag);
    for dag in [&old_dag, &new_dag] {
        flip(&file(folder.path(), "complete", dag, "image"), 16 * 50);
        assert_eq!(store.read(&dag.root, 16 * 50, 16).unwrap(), old[16 * 50..16 * 51]);
        assert!(store.status(&dag.root).is_complete());
    }
    assert_eq!(read_all(&store, &old_dag.root), old);
    assert_eq!(read_all(&store, &new_dag.root), new);
    assert_eq!(
        fs::read(file(folder.path(), "complete", &old_dag, "image")).unwrap(),
        old
    );
}

#[test]
fn an_import_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    let waiting = cut(&seeded(5, 1000), 16);
    store.want(&waiting.root, 1000).unwrap();
    store.want(&dag.root, dag.size).unwrap();
    for (cid, block) in dag.nodes().iter().rev() {
        store.put(cid, block).unwrap();
    }
    // Out of order, with a hole.
    for index in [0, 1, 2, 390, 200] {
        store.put(&dag.leaves()[index].0, &dag.leaves()[index].1).unwrap();
    }
    let used = store.used_bytes();
    drop(store);

    let store = open(folder.path());
    assert_eq!(
        store.status(&dag.root),
        Status::Partial {
            have_bytes: 5 * 16,
            size: dag.size
        }
    );
    assert_eq!(store.status(&waiting.root), Status::Absent, "nothing of it had arrived");
    assert!(store.used_bytes() < used);
    assert_eq!(store.missing(&dag.root, 1000).unwrap().len(), 395);
    assert_eq!(fill(&store, &dag), 395);
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn a_second_opening_is_refused_while_the_first_lives() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let again = store.clone();
    drop(store);
    assert!(matches!(
        Store::open(folder.path(), Config::default()),
        Err(StoreError::InUse { .. })
    ));
    drop(again);
    open(folder.path());
}

#[test]
fn a_folder_of_another_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("FORMAT"), "chunks-store 2\n").unwrap();
    assert!(matches!(
        Store::open(folder.path(), Config::default()),
        Err(StoreError::UnknownFormat { .. })
    ));
    fs::remove_file(folder.path().join("FORMAT")).unwrap();
    fs::create_dir(folder.path().join("complete")).unwrap();
    assert!(matches!(
        Store::open(folder.path(), Config::default()),
        Err(StoreError::UnknownFormat { .. })
    ));
}

#[test]
fn what_was_half_made_or_half_deleted_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let junk = folder.path().join("tmp").join("17");
    fs::create_dir(&junk).unwrap();
    fs::write(junk.join("image"), "half").unwrap();
    // A folder whose root never reached the disk.
    let dag = cut(&lcg(1000), 16);
    let empty = folder.path().join("partial").join(dag.root.to_string());
    fs::create_dir(&empty).unwrap();
    fs::write(empty.join("nodes"), [0; 100]).unwrap();
    fs::write(folder.path().join("complete").join("notes.txt"), "the operator's own").unwrap();
    let store = open(folder.path());
    assert!(!junk.exists() && !empty.exists());
    assert!(
        folder.path().join("complete").join("notes.txt").exists(),
        "not ours, not touched"
    );
    assert!(store.roots().is_empty());
}

#[test]
fn a_torn_last_record_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    let image = lcg(16 * 400);
    let dag = cut(&image, 16);
    let store = open(folder.path());
    fill(&store, &dag);
    drop(store);
    let path = file(folder.path(), "complete", &dag, "nodes");
    let length = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length - 1)
        .unwrap();
    let store = open(folder.path());
    assert!(matches!(store.status(&dag.root), Status::Partial { .. }));
    // The last of three nodes, and with it the way to the 52 leaves below it.
    assert_eq!(store.missing(&dag.root, 10).unwrap().len(), 1);
    fill(&store, &dag);
    assert_eq!(read_all(&store, &dag.root), image);
    drop(store);
    assert!(open(folder.path()).status(&dag.root).is_complete());
}

const CHILD: &str = "CHUNKS_TEST_STORE";

/// Not a test of its own: the process that the next test kills.
#[test]
fn child_that_fills_a_store() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let dag = cut(&lcg(16 * 600), 16);
    let store = open(Path::new(&folder));
    store.want(&dag.root, dag.size).unwrap();
    let ordered = dag.nodes().into_iter().rev().chain(dag.leaves());
    for (cid, block) in ordered {
        store.put(&cid, &block).unwrap();
        println!("stored {cid}");
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let image = lcg(16 * 600);
    let dag = cut(&image, 16);
    for kill_after in [1, 3, 50, 400, 604] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child_that_fills_a_store", "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let acknowledged: Vec<Cid> = lines
            .map_while(Result::ok)
            // The harness prints in front of the first line.
            .filter_map(|line| line.split_once("stored ").and_then(|(_, cid)| Cid::try_from(cid).ok()))
            .take(kill_after)
            .collect();
        // On Unix this is SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(acknowledged.len(), kill_after);

        let store = open(folder.path());
        for cid in &acknowledged {
            assert_eq!(
                store.get(cid).unwrap().unwrap(),
                dag.block(cid),
                "acknowledged, then lost"
            );
        }
        assert!(fill(&store, &dag) <= dag.blocks.len() - acknowledged.len());
        assert_eq!(store.status(&dag.root), Status::Complete { size: dag.size });
        assert_eq!(read_all(&store, &dag.root), image);
    }
}

/// A file system of one MiB, if this user may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "chunks-test"])
            .arg(at)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(at.into()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_an_error_and_harms_nothing_that_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path()) else {
        eprintln!("skipped: mounting a small file system needs root");
        return;
    };
    let store = open(folder.path());
    let small = cut(&lcg(300_000), 262_144);
    fill(&store, &small);
    let large = cut(&seeded(4, 900_000), 262_144);
    store.want(&large.root, large.size).unwrap();
    store.put(&large.root, large.block(&large.root)).unwrap();
    let failed: Vec<_> = large
        .leaves()
        .into_iter()
        .filter_map(|(cid, block)| store.put(&cid, &block).err())
        .collect();
    assert!(!failed.is_empty());
    assert!(
        failed.iter().all(|why| matches!(why, StoreError::DiskFull { .. })),
        "{failed:?}"
    );
    assert_eq!(read_all(&store, &small.root), lcg(300_000));
    assert!(store.add_file(seeded(6, 900_000).as_slice()).is_err());

    store.remove(&small.root).unwrap();
    fill(&store, &large);
    assert_eq!(read_all(&store, &large.root), seeded(4, 900_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_to_the_files_no_wrong_byte_is_served_and_the_image_can_be_completed(
        was_complete in any::<bool>(),
        damage in proptest::collection::vec((any::<bool>(), any::<u16>(), 0u8..3), 1..6),
        restart in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let image = lcg(16 * 400);
        let dag = cut(&image, 16);
        let mut store = open(folder.path());
        if was_complete {
            fill(&store, &dag);
        } else {
            store.want(&dag.root, dag.size).unwrap();
            for (cid, block) in dag.nodes().iter().rev().chain(&dag.leaves()[100..200]) {
                store.put(cid, block).unwrap();
            }
        }
        let shelf = if was_complete { "complete" } else { "partial" };
        for (in_nodes, at, kind) in damage {
            let path = file(folder.path(), shelf, &dag, if in_nodes { "nodes" } else { "image" });
            let mut bytes = fs::read(&path).unwrap();
            if bytes.is_empty() {
                continue;
            }
            let at = usize::from(at) % bytes.len();
            match kind {
                0 => bytes[at] ^= 1,
                1 => bytes.truncate(at),
                _ => bytes[at..].fill(0),
            }
            // In place, as a disk does it: the store may have the file in use.
            fs::write(&path, bytes).unwrap();
        }
        if restart {
            drop(store);
            store = open(folder.path());
        }
        for (cid, block) in &dag.blocks {
            match store.get(cid) {
                Ok(Some(bytes)) => prop_assert_eq!(&bytes, block),
                Ok(None) | Err(StoreError::Corrupt { .. }) => {}
                Err(why) => panic!("{why}"),
            }
        }
        fill(&store, &dag);
        prop_assert_eq!(store.status(&dag.root), Status::Complete { size: dag.size });
        prop_assert_eq!(read_all(&store, &dag.root), &image[..]);
        drop(store);
        let store = open(folder.path());
        prop_assert!(store.status(&dag.root).is_complete());
        prop_assert_eq!(read_all(&store, &dag.root), &image[..]);
    }
}
