use crate::common::{damage, open, order, read_all, Image, Manner, Peer, Running, DEADLINE};
use chunks::{
    store::{Status, StoreError},
    LEAF,
};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test(start_paused = true)]
async fn nothing_is_said_before_the_first_look() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(30, 3 * LEAF));
    let store = open(&folder);
    store.add_file(image.bytes.as_slice()).unwrap();
    let node = Running::start(&store, &[]);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(!node.pinner.ready(), "no orders came yet");
    node.pinner.set_orders(vec![order(1, &[&image])]);
    assert!(!node.pinner.ready() && node.pinner.held().is_empty());
    timeout(DEADLINE, node.pinner.until_ready()).await.unwrap();
    assert_eq!(
        node.pinner.held(),
        [1],
        "ready means that what is on the disk was checked"
    );
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_of_orders_makes_it_ready() {
    let folder = tempfile::tempdir().unwrap();
    let node = Running::start(&open(&folder), &[]);
    node.pinner.set_orders(vec![]);
    timeout(DEADLINE, node.pinner.until_ready()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_hanging_source_does_not_hold_up_the_first_look() {
    let (folder, here, away) = (
        tempfile::tempdir().unwrap(),
        Image::new(31, 3 * LEAF),
        Image::new(32, 3 * LEAF),
    );
    let store = open(&folder);
    store.add_file(here.bytes.as_slice()).unwrap();
    let peer = Peer::new(Manner::Hangs, &[]);
    let node = Running::start(&store, &[&peer]);
    let begin = tokio::time::Instant::now();
    node.pinner.set_orders(vec![order(1, &[&away]), order(2, &[&here])]);
    node.pinner.until_ready().await;
    assert_eq!((node.pinner.held(), begin.elapsed()), (vec![2], Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_the_fetch_goes_on_where_it_stopped() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(33, 8 * LEAF));
    let store = open(&folder);
    store.want(&image.root, image.bytes.len() as u64).unwrap();
    for (cid, block) in image.blocks.iter().rev().take(5) {
        store.put(cid, block).unwrap();
    }
    drop(store);
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image]);
    let node = Running::with(
        &store,
        &[&peer],
        suit_node_pinner::Config {
            batch: 1,
            ..Default::default()
        },
    );
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    assert_eq!(peer.times_asked(), 4, "a root and four leaves of eight were there");
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_a_damaged_image_is_not_reported_but_fetched_again() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(34, 5 * LEAF));
    let store = open(&folder);
    store.add_file(image.bytes.as_slice()).unwrap();
    drop(store);
    damage(folder.path(), &image, 3 * LEAF as u64 + 1);
    let store = open(&folder);
    let peer = Peer::new(Manner::HasNothing, &[&image]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.pinner.until_ready().await;
    node.until("the damaged block is asked for", || peer.times_asked() > 0)
        .await;
    assert!(node.pinner.held().is_empty());
    peer.change(Manner::Honest);
    node.holds(&[1]).await;
    assert_eq!(read_all(&store, &image), image.bytes);
}

#[tokio::test(start_paused = true)]
async fn a_block_found_damaged_takes_the_release_off_the_list_until_it_is_back() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(35, 5 * LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    peer.change(Manner::HasNothing);
    damage(folder.path(), &image, 7);
    // What the gateway does when a device asks.
    assert!(matches!(
        store.read(&image.root, 0, LEAF),
        Err(StoreError::Corrupt { .. })
    ));
    node.holds(&[]).await;
    assert!(matches!(store.status(&image.root), Status::Partial { .. }));
    peer.change(Manner::Honest);
    node.holds(&[1]).await;
    assert_eq!(read_all(&store, &image), image.bytes);
}

#[tokio::test]
async fn shutdown_does_not_wait_for_a_hanging_source() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(36, LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::Hangs, &[]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.until("it hangs", || peer.times_asked() > 0).await;
    let begin = std::time::Instant::now();
    node.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(10));
}
