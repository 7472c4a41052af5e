//! What the store takes in, and what it refuses before touching the disk.
#![cfg(feature = "store")]

mod common;

use chunks::{
    dag::{encode, Link, NodeError},
    store::{Config, Put, Status, Store, StoreError},
    BlockId, Cid, Codec, MAX_BLOCK,
};
use common::{cut, fill, lcg, open, read_all, seeded, snapshot, Cut};

fn node_over(children: &[(BlockId, u64)]) -> (Cid, Vec<u8>) {
    let links: Vec<_> = children
        .iter()
        .map(|&(id, size)| Link {
            id,
            file_size: size,
            dag_size: size + u64::from(id.codec == Codec::DagPb),
        })
        .collect();
    let block = encode(&links);
    (BlockId::of(Codec::DagPb, &block).cid(), block)
}

fn refused(store: &Store, folder: &std::path::Path, cid: &Cid, block: &[u8]) -> StoreError {
    let before = snapshot(folder);
    let status = store.roots();
    let why = store.put(cid, block).unwrap_err();
    assert_eq!(snapshot(folder), before, "refused, yet the disk changed");
    assert_eq!(store.roots(), status);
    why
}

#[test]
fn an_image_fills_block_by_block_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(16 * 400 + 3);
    let dag = cut(&image, 16);
    assert_eq!(store.status(&dag.root), Status::Absent);
    let size = image.len() as u64;
    assert_eq!(
        store.want(&dag.root, size).unwrap(),
        Status::Partial { have_bytes: 0, size }
    );
    assert_eq!(store.missing(&dag.root, 10).unwrap(), [dag.root]);

    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    let next = store.missing(&dag.root, 10).unwrap();
    assert_eq!(next.len(), 3, "401 leaves lie below three nodes");
    assert!(next.iter().all(|cid| cid.codec() == 0x70));

    let leaf = dag.leaves()[200].clone();
    assert!(!store.is_wanted(&leaf.0), "no accepted node links to it yet");
    fill(&store, &dag);
    assert_eq!(store.status(&dag.root), Status::Complete { size });
    assert_eq!(read_all(&store, &dag.root), image);
    for (cid, block) in &dag.blocks {
        assert_eq!(store.get(cid).unwrap().as_ref(), Some(block));
        assert!(store.has(cid) && !store.is_wanted(cid));
        assert_eq!(store.block_len(cid), Some(block.len() as u64));
        assert_eq!(store.put(cid, block).unwrap(), Put::AlreadyThere);
    }
    assert_eq!(store.roots_of(&leaf.0), [dag.root]);
    assert_eq!(store.roots(), [(dag.root, Status::Complete { size })]);
}

#[test]
fn a_complete_image_lies_on_disk_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(5000);
    let dag = cut(&image, 16);
    fill(&store, &dag);
    let path = folder.path().join("complete").join(dag.root.to_string()).join("image");
    assert_eq!(std::fs::read(path).unwrap(), image);
}

#[test]
fn images_of_a_single_leaf_and_of_no_byte_work_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for image in [&b""[..], b"x", &lcg(1000)] {
        let dag = cut(image, 262_144);
        assert_eq!(fill(&store, &dag), 1);
        assert_eq!(
            store.status(&dag.root),
            Status::Complete {
                size: image.len() as u64
            }
        );
        assert_eq!(read_all(&store, &dag.root), image);
        assert_eq!(store.get(&dag.root).unwrap().as_deref(), Some(image));
    }
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.roots().len(), 3);
    assert!(store.roots().iter().all(|(_, status)| status.is_complete()));
}

#[test]
fn a_block_that_nobody_asked_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(1000), 16);
    store.want(&dag.root, dag.size).unwrap();
    let (cid, block) = dag.leaves()[0].clone();
    assert!(matches!(
        refused(&store, folder.path(), &cid, &block),
        StoreError::NotWanted { .. }
    ));
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    assert_eq!(store.put(&cid, &block).unwrap(), Put::Stored);
    let stranger = cut(b"another image", 16);
    assert!(matches!(
        refused(&store, folder.path(), &stranger.root, b"another image"),
        StoreError::NotWanted { .. }
    ));
}

#[test]
fn bytes_that_do_not_hash_to_their_cid_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(1000), 16);
    store.want(&dag.root, dag.size).unwrap();
    assert!(matches!(
        refused(&store, folder.path(), &dag.root, b"junk"),
        StoreError::HashMismatch { .. }
    ));
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    let (cid, mut block) = dag.leaves()[3].clone();
    block[7] ^= 1;
    assert!(matches!(
        refused(&store, folder.path(), &cid, &block),
        StoreError::HashMismatch { .. }
    ));
    assert!(store.is_wanted(&cid));
}

#[test]
fn a_block_above_the_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let block = vec![0; MAX_BLOCK + 1];
    let cid = BlockId::of(Codec::Raw, &block).cid();
    assert!(matches!(
        refused(&store, folder.path(), &cid, &block),
        StoreError::TooLarge { .. }
    ));
    assert!(matches!(
        store.want(&cid, block.len() as u64),
        Err(StoreError::ImageTooLarge { .. })
    ));
}

#[test]
fn a_dag_larger_or_smaller_than_announced_is_refused_at_its_root() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dag = cut(&lcg(1000), 16);
    store.want(&dag.root, 999).unwrap();
    let why = refused(&store, folder.path(), &dag.root, dag.block(&dag.root));
    assert!(matches!(
        why,
        StoreError::ExceedsSize {
            announced: 999,
            actual: 1000,
            ..
        }
    ));
    let raw = cut(b"four", 16);
    store.want(&raw.root, 3).unwrap();
    assert!(matches!(
        refused(&store, folder.path(), &raw.root, b"four"),
        StoreError::ExceedsSize { .. }
    ));
    let raw = cut(b"fives", 16);
    store.want(&raw.root, 6).unwrap();
    assert!(matches!(
        refused(&store, folder.path(), &raw.root, b"fives"),
        StoreError::FallsShort { .. }
    ));
}

#[test]
fn a_block_that_is_not_as_large_as_its_parent_says_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let leaf = BlockId::of(Codec::Raw, b"12345678");
    let (inner_cid, inner) = node_over(&[(leaf, 8)]);
    let inner_id = BlockId::from_cid(&inner_cid).unwrap();
    let other = BlockId::of(Codec::Raw, b"123456789");
    let (root, block) = node_over(&[(leaf, 7), (inner_id, 7), (other, 10)]);
    store.want(&root, 24).unwrap();
    store.put(&root, &block).unwrap();
    assert!(matches!(
        refused(&store, folder.path(), &leaf.cid(), b"12345678"),
        StoreError::ExceedsSize { .. }
    ));
    assert!(matches!(
        refused(&store, folder.path(), &inner_cid, &inner),
        StoreError::ExceedsSize { .. }
    ));
    assert!(matches!(
        refused(&store, folder.path(), &other.cid(), b"123456789"),
        StoreError::FallsShort { .. }
    ));
}

#[test]
fn a_node_that_is_no_unixfs_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let cid = BlockId::of(Codec::DagPb, b"\x0a\x02\x08\x01").cid();
    store.want(&cid, 100).unwrap();
    let why = refused(&store, folder.path(), &cid, b"\x0a\x02\x08\x01");
    assert!(matches!(
        why,
        StoreError::BadNode {
            why: NodeError::NotAFile,
            ..
        }
    ));
}

#[test]
fn a_dag_may_not_be_too_deep() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut chain = vec![node_over(&[(BlockId::of(Codec::Raw, b"deep"), 4)])];
    for _ in 0..8 {
        let below = BlockId::from_cid(&chain.last().unwrap().0).unwrap();
        chain.push(node_over(&[(below, 4)]));
    }
    store.want(&chain[8].0, 4).unwrap();
    for (cid, block) in chain[1..].iter().rev() {
        store.put(cid, block).unwrap();
    }
    let why = refused(&store, folder.path(), &chain[0].0, &chain[0].1);
    assert!(matches!(
        why,
        StoreError::BadNode {
            why: NodeError::TooDeep,
            ..
        }
    ));
}

#[test]
fn a_dag_may_not_be_cut_into_crumbs() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    // A node of 1,024 links to the same byte, linked to often: little to send, much to keep.
    let crumb = BlockId::of(Codec::Raw, b"c");
    let (inner, inner_block) = node_over(&[(crumb, 1); 1024]);
    let (root, block) = node_over(&[(BlockId::from_cid(&inner).unwrap(), 1024); 1024]);
    store.want(&root, 1 << 20).unwrap();
    store.put(&root, &block).unwrap();
    // The first of the 1,024 places still fits, the others don't: memory and disk stay bounded.
    store.put(&inner, &inner_block).unwrap();
    store.put(&crumb.cid(), b"c").unwrap();
    assert!(!store.status(&root).is_complete());
    assert!(matches!(
        store.put(&inner, &inner_block),
        Err(StoreError::BadNode {
            why: NodeError::TooManyBlocks,
            ..
        })
    ));
}

#[test]
fn announced_images_count_against_the_quota_until_they_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        max_bytes: 10 << 20,
        ..Config::default()
    };
    let store = Store::open(folder.path(), config).unwrap();
    let (first, second) = (cut(&lcg(1000), 16), cut(&seeded(2, 1000), 16));
    store.want(&first.root, 6 << 20).unwrap();
    let used = store.used_bytes();
    assert!(used > 6 << 20 && used < 7 << 20);
    store.want(&first.root, 6 << 20).unwrap();
    assert_eq!(store.used_bytes(), used, "asked twice, counted once");
    assert!(matches!(
        store.want(&second.root, 6 << 20),
        Err(StoreError::Quota { .. })
    ));
    assert_eq!(store.status(&second.root), Status::Absent);
    store.remove(&first.root).unwrap();
    assert_eq!(store.used_bytes(), 0);
    store.want(&second.root, 6 << 20).unwrap();
    assert!(matches!(
        store.want(&first.root, 5 << 30),
        Err(StoreError::ImageTooLarge { .. })
    ));
}

#[test]
fn a_wrong_size_announced_first_does_not_keep_the_right_one_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(1000);
    let dag = cut(&image, 16);
    store.want(&dag.root, 1).unwrap();
    store.want(&dag.root, 5_000_000).unwrap();
    fill(&store, &dag);
    assert_eq!(store.status(&dag.root), Status::Complete { size: 1000 });
    assert!(store.used_bytes() < 1_000_000, "only the proven size counts");
    assert!(matches!(
        store.want(&dag.root, 1),
        Err(StoreError::OtherSize { known: 1000, .. })
    ));
    assert_eq!(store.want(&dag.root, 1000).unwrap(), Status::Complete { size: 1000 });

    let other = cut(&seeded(9, 1000), 16);
    for size in 0..8 {
        store.want(&other.root, size).unwrap();
    }
    assert!(matches!(
        store.want(&other.root, 8),
        Err(StoreError::TooManySizes { .. })
    ));
}

#[test]
fn a_block_that_occurs_often_is_sent_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    // 400 equal leaves: of four nodes two are equal.
    let image = vec![0; 16 * 400];
    let dag = cut(&image, 16);
    assert_eq!(fill(&store, &dag), 4, "root, full node, last node, leaf");
    assert_eq!(read_all(&store, &dag.root), image);
    drop(store);
    assert!(open(folder.path()).status(&dag.root).is_complete());
}

#[test]
fn the_next_version_takes_over_what_it_shares() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let old = lcg(16 * 400);
    let mut new = old.clone();
    new[16 * 300..16 * 301].copy_from_slice(&[7; 16]);
    let (old_dag, new_dag) = (cut(&old, 16), cut(&new, 16));
    fill(&store, &old_dag);
    assert_eq!(fill(&store, &new_dag), 3, "the root, one node and the changed leaf");
    assert_eq!(store.roots_of(&old_dag.leaves()[0].0).len(), 2);

    store.remove(&old_dag.root).unwrap();
    assert_eq!(store.status(&old_dag.root), Status::Absent);
    assert!(!store.has(&old_dag.root));
    assert_eq!(read_all(&store, &new_dag.root), new);
    store.remove(&old_dag.root).unwrap();
}

#[test]
fn a_range_is_what_the_image_holds_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(16 * 400 + 3);
    let dag = cut(&image, 16);
    fill(&store, &dag);
    let read = |offset: usize, len| store.read(&dag.root, offset as u64, len).unwrap();
    for offset in (0..image.len()).step_by(37) {
        let end = (offset / 16 * 16 + 16).min(image.len());
        assert_eq!(read(offset, usize::MAX), image[offset..end]);
        assert_eq!(read(offset, 5), image[offset..end.min(offset + 5)]);
    }
    assert!(read(0, 0).is_empty());
    assert!(read(image.len(), 1).is_empty());
    assert!(store.read(&dag.root, u64::MAX, usize::MAX).unwrap().is_empty());
    assert!(matches!(
        store.read(&dag.leaves()[0].0, 0, 1),
        Err(StoreError::UnknownImage { .. })
    ));
}

#[test]
fn what_has_not_arrived_is_named_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(1000);
    let dag = cut(&image, 16);
    store.want(&dag.root, dag.size).unwrap();
    assert!(matches!(store.read(&dag.root, 0, 1), Err(StoreError::Missing { cid }) if cid == dag.root));
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    let (cid, block) = dag.leaves()[2].clone();
    assert!(matches!(store.read(&dag.root, 40, 1), Err(StoreError::Missing { cid: lacking }) if lacking == cid));
    store.put(&cid, &block).unwrap();
    assert_eq!(store.read(&dag.root, 40, 100).unwrap(), image[40..48]);
    assert_eq!(
        store.status(&dag.root),
        Status::Partial {
            have_bytes: 16,
            size: 1000
        }
    );
}

#[test]
fn cids_of_other_kinds_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let v0 = Cid::try_from("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH").unwrap();
    assert!(matches!(store.want(&v0, 1), Err(StoreError::UnsupportedCid(_))));
    assert!(matches!(store.put(&v0, b"x"), Err(StoreError::UnsupportedCid(_))));
    assert!(matches!(store.get(&v0), Err(StoreError::UnsupportedCid(_))));
    assert!(!store.has(&v0) && !store.is_wanted(&v0));
}

#[test]
fn blocks_put_in_parallel_make_one_complete_image() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(16 * 600);
    let dag = cut(&image, 16);
    store.want(&dag.root, dag.size).unwrap();
    for (cid, block) in dag.nodes().iter().rev() {
        store.put(cid, block).unwrap();
    }
    let leaves = dag.leaves();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (store, leaves) = (store.clone(), &leaves);
            // Every leaf comes from two threads.
            let mine = move |index: &usize| index % 8 == thread || (index + 1) % 8 == thread;
            scope.spawn(move || {
                for index in (0..leaves.len()).filter(mine) {
                    store.put(&leaves[index].0, &leaves[index].1).unwrap();
                }
            });
        }
    });
    assert!(store.status(&dag.root).is_complete());
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn a_local_file_becomes_a_complete_image() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(600_000);
    let (root, size) = store.add_file(image.as_slice()).unwrap();
    assert_eq!((root, size), chunks::import::root_of(image.as_slice()).unwrap());
    assert_eq!(store.status(&root), Status::Complete { size });
    assert_eq!(read_all(&store, &root), image);
    let before = snapshot(folder.path());
    assert_eq!(store.add_file(image.as_slice()).unwrap(), (root, size));
    assert_eq!(snapshot(folder.path()), before, "nothing is stored twice");

    let dag: Cut = cut(&lcg(700_000), 262_144);
    store.want(&dag.root, dag.size).unwrap();
    store.put(&dag.root, dag.block(&dag.root)).unwrap();
    store.add_file(lcg(700_000).as_slice()).unwrap();
    assert!(
        store.status(&dag.root).is_complete(),
        "a local file completes an image half fetched"
    );
}

#[test]
fn a_file_that_cannot_be_read_or_does_not_fit_leaves_nothing_behind() {
    struct Failing(usize);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(std::io::Error::other("cable pulled"))?;
            buffer.fill(1);
            Ok(buffer.len())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        max_bytes: 1 << 20,
        max_image_bytes: 600_000,
    };
    let store = Store::open(folder.path(), config).unwrap();
    let before = snapshot(folder.path());
    assert!(matches!(store.add_file(Failing(2)), Err(StoreError::Source(_))));
    assert!(matches!(
        store.add_file(lcg(700_000).as_slice()),
        Err(StoreError::ImageTooLarge { .. })
    ));
    let first = store.add_file(lcg(500_000).as_slice()).unwrap();
    assert!(matches!(
        store.add_file(seeded(3, 500_000).as_slice()),
        Err(StoreError::Quota { .. })
    ));
    store.remove(&first.0).unwrap();
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn leaves_of_one_mebibyte_are_accepted_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let image = lcg(MAX_BLOCK + 70_000);
    let dag = cut(&image, MAX_BLOCK);
    assert_eq!(fill(&store, &dag), 3);
    assert_eq!(read_all(&store, &dag.root), image);
}

#[test]
fn putting_reading_asking_and_removing_at_once_never_gives_a_wrong_byte() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let old = lcg(16 * 200);
    let mut new = old.clone();
    new[16 * 100] ^= 1;
    let dags = [cut(&old, 16), cut(&new, 16)];
    std::thread::scope(|scope| {
        for thread in 0..4u32 {
            let (store, dags) = (store.clone(), &dags);
            scope.spawn(move || {
                for choice in seeded(thread + 1, 1500).chunks(3) {
                    let dag = &dags[usize::from(choice[0] & 1)];
                    let (cid, block) = &dag.blocks[usize::from(choice[1]) % dag.blocks.len()];
                    match choice[2] {
                        0..3 => store.remove(&dag.root).unwrap(),
                        3..20 => drop(store.want(&dag.root, dag.size).unwrap()),
                        20..150 => {
                            // Removed meanwhile, or not linked to yet.
                            for cid in store.missing(&dag.root, 20).unwrap_or_default() {
                                let put = store.put(&cid, dag.block(&cid));
                                assert!(matches!(put, Ok(_) | Err(StoreError::NotWanted { .. })), "{put:?}");
                            }
                        }
                        _ => assert!(store.get(cid).unwrap().is_none_or(|bytes| bytes == *block)),
                    }
                }
            });
        }
    });
    for (dag, image) in dags.iter().zip([&old, &new]) {
        fill(&store, dag);
        assert!(store.status(&dag.root).is_complete());
        assert_eq!(&read_all(&store, &dag.root), image);
    }
    drop(store);
    assert!(open(folder.path())
        .roots()
        .iter()
        .all(|(_, status)| status.is_complete()));
}
