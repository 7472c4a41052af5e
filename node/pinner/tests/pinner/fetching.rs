use crate::common::{open, order, read_all, Image, Manner, Peer, Running};
use async_trait::async_trait;
use chunks::{
    dag::{encode, Link},
    store::Store,
    BlockId, Cid, Codec, LEAF,
};
use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};
use suit_node_pinner::{Config, Failure, Source, SourceError};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_release_is_fetched_checked_and_held() {
    let (folder, image, second) = (
        tempfile::tempdir().unwrap(),
        Image::new(1, 9 * LEAF + 5),
        Image::new(2, 10),
    );
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image, &second]);
    let node = Running::with(
        &store,
        &[&peer],
        Config {
            batch: 4,
            ..Config::default()
        },
    );
    node.pinner.set_orders(vec![order(7, &[&image, &second])]);
    node.holds(&[7]).await;
    assert_eq!(peer.most_wanted.load(Ordering::SeqCst), 4, "batches are bounded");
    assert_eq!(read_all(&store, &image), image.bytes);
    assert_eq!(read_all(&store, &second), second.bytes);
    assert!(node.pinner.failures().is_empty());
    node.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_source_that_lies_is_not_believed_and_the_next_is_asked() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(3, 40 * LEAF / 8));
    let store = open(&folder);
    let (liar, honest) = (Peer::new(Manner::Lies, &[&image]), Peer::new(Manner::Honest, &[&image]));
    let node = Running::start(&store, &[&liar, &honest]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    assert_eq!(read_all(&store, &image), image.bytes);
    assert!(liar.times_asked() >= 1);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_costs_one_time_out_and_not_one_per_batch() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(4, 12 * LEAF));
    let store = open(&folder);
    let (hanging, honest) = (Peer::new(Manner::Hangs, &[]), Peer::new(Manner::Honest, &[&image]));
    let config = Config {
        batch: 1,
        retry_first: Duration::from_secs(5),
        ..Config::default()
    };
    let fetch_time = config.fetch_time;
    let node = Running::with(&store, &[&hanging, &honest], config);
    let begin = Instant::now();
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    assert!(
        begin.elapsed() >= fetch_time && begin.elapsed() < 2 * fetch_time,
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(hanging.times_asked(), 1);
    assert_eq!(honest.times_asked(), 13);
}

#[tokio::test(start_paused = true)]
async fn sources_that_fail_or_have_nothing_are_passed_over() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(5, 3 * LEAF));
    let store = open(&folder);
    let empty = Peer::new(Manner::HasNothing, &[]);
    let failing = Peer::new(Manner::Fails, &[]);
    let honest = Peer::new(Manner::Honest, &[&image]);
    let node = Running::start(&store, &[&empty, &failing, &honest]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    assert!(empty.times_asked() >= 1 && failing.times_asked() >= 1);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_has_it_the_wait_grows_and_it_still_arrives_in_the_end() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(6, 3 * LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::HasNothing, &[&image]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    tokio::time::sleep(Duration::from_secs(300)).await;
    // Half a second, doubled up to 15 s, at least half of each: between 20 and 45 tries.
    let tries = peer.times_asked();
    assert!((15..=50).contains(&tries), "{tries}");
    assert!(node.pinner.held().is_empty() && node.pinner.failures().is_empty() && node.pinner.ready());
    peer.change(Manner::Honest);
    node.holds(&[1]).await;
}

#[tokio::test(start_paused = true)]
async fn a_pinner_without_sources_waits_for_uploads_and_notices_them() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(7, 3 * LEAF));
    let store = open(&folder);
    let node = Running::start(&store, &[]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.until("the import is open", || store.is_wanted(&image.root)).await;
    // What the gateway does.
    for (cid, block) in image.blocks.iter().rev() {
        store.put(cid, block).unwrap();
    }
    let begin = Instant::now();
    node.holds(&[1]).await;
    assert!(begin.elapsed() <= Duration::from_secs(3), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_large_release_does_not_keep_a_small_one_waiting() {
    let (folder, large, small) = (
        tempfile::tempdir().unwrap(),
        Image::new(8, 12 * LEAF),
        Image::new(9, 2 * LEAF),
    );
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&large, &small]);
    let node = Running::with(
        &store,
        &[&peer],
        Config {
            steps: 1,
            batch: 1,
            ..Config::default()
        },
    );
    node.pinner.set_orders(vec![order(1, &[&large]), order(2, &[&small])]);
    node.holds(&[1, 2]).await;
    let log = peer.log.lock().unwrap();
    let last_of_small = log.iter().rposition(|root| *root == small.root).unwrap();
    assert!(last_of_small <= 6, "turns alternate: {last_of_small}");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_does_not_stop_the_pinner() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(10, 3 * LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::Panics, &[&image]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.until("it panicked twice", || peer.times_asked() >= 2).await;
    peer.change(Manner::Honest);
    node.holds(&[1]).await;
    node.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_for_is_ignored() {
    let (folder, image, other) = (
        tempfile::tempdir().unwrap(),
        Image::new(11, 3 * LEAF),
        Image::new(12, LEAF),
    );
    let store = open(&folder);
    let peer = Peer::new(Manner::Floods, &[&image, &other]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    assert!(!store.has(&other.root));
}

#[tokio::test(start_paused = true)]
async fn a_full_store_is_reported_and_tried_again() {
    let (folder, image, blocker) = (
        tempfile::tempdir().unwrap(),
        Image::new(13, 3 * LEAF),
        Image::new(14, 3 * LEAF),
    );
    let config = chunks::store::Config {
        max_bytes: 4 * LEAF as u64,
        ..Default::default()
    };
    let store = chunks::store::Store::open(&folder.path().join("store"), config).unwrap();
    store.add_file(blocker.bytes.as_slice()).unwrap();
    let peer = Peer::new(Manner::Honest, &[&image]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.until("it is reported", || !node.pinner.failures().is_empty())
        .await;
    let failures = node.pinner.failures();
    assert!(
        matches!(failures.as_slice(), [(1, failure @ Failure::Store { .. })] if !failure.is_final()),
        "{failures:?}"
    );
    store.remove(&blocker.root).unwrap();
    node.holds(&[1]).await;
    assert!(node.pinner.failures().is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_release_that_names_a_block_with_a_wrong_size_does_no_harm() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(1, 2 * LEAF));
    let store = open(&folder);
    // Somebody's release links to a block of ours and claims that it is shorter. Its root is here already.
    let claims = |(cid, _): &(Cid, Vec<u8>), size: usize| Link {
        id: BlockId::from_cid(cid).unwrap(),
        file_size: size as u64,
        dag_size: size as u64,
    };
    let node = encode(&[claims(&image.blocks[0], LEAF - 1), claims(&image.blocks[1], LEAF - 1)]);
    let hostile = BlockId::of(Codec::DagPb, &node).cid();
    store.want(&hostile, 2 * (LEAF as u64 - 1)).unwrap();
    store.put(&hostile, &node).unwrap();

    // Each block comes twice at once: by an upload, and from the source that was asked for it.
    let source = Arc::new(OvertakenByUploads {
        store: store.clone(),
        peer: Peer::new(Manner::Honest, &[&image]),
    });
    let running = Running::over(&store, vec![source], Config::default());
    running.pinner.set_orders(vec![order(1, &[&image])]);
    running.holds(&[1]).await;
    assert_eq!(read_all(&store, &image), image.bytes);
    running.stop().await;
}

/// A source that is asked for blocks which an upload brings before it answers.
struct OvertakenByUploads {
    store: Store,
    peer: Arc<Peer>,
}

#[async_trait]
impl Source for OvertakenByUploads {
    fn name(&self) -> &str {
        "a slow peer"
    }

    async fn fetch(&self, root: &Cid, wanted: &[Cid]) -> Result<Vec<(Cid, Vec<u8>)>, SourceError> {
        let blocks = self.peer.fetch(root, wanted).await?;
        for (cid, block) in &blocks {
            // What another image says to it is not the uploader's business.
            let _ = self.store.put(cid, block);
        }
        Ok(blocks)
    }
}
