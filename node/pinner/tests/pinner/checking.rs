use crate::common::{open, order, Image, Manner, Peer, Running};
use chunks::LEAF;
use sha2::{Digest, Sha384, Sha512};
use std::time::Duration;
use suit_node_pinner::{DigestAlgorithm, Failure, Order};

#[tokio::test(start_paused = true)]
async fn an_image_of_another_digest_is_a_failure_for_good_and_is_not_fetched_again() {
    let (folder, image, good) = (
        tempfile::tempdir().unwrap(),
        Image::new(20, 3 * LEAF),
        Image::new(21, 2 * LEAF),
    );
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image, &good]);
    let node = Running::start(&store, &[&peer]);
    let mut bad = order(1, &[&image]);
    bad.payloads[0].digest = Some((DigestAlgorithm::Sha256, vec![0; 32]));
    node.pinner.set_orders(vec![bad, order(2, &[&good])]);
    node.holds(&[2]).await;
    node.until("the failure is known", || !node.pinner.failures().is_empty())
        .await;
    assert_eq!(
        node.pinner.failures(),
        [(1, Failure::DigestMismatch { root: image.root })]
    );
    let asked = peer.times_asked();
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(peer.times_asked(), asked);
    assert_eq!(node.pinner.held(), [2]);
}

#[tokio::test(start_paused = true)]
async fn a_corrected_order_gets_another_chance() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(22, 3 * LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image]);
    let node = Running::start(&store, &[&peer]);
    let mut bad = order(1, &[&image]);
    bad.payloads[0].size = Some(5);
    node.pinner.set_orders(vec![bad]);
    node.until("the failure is known", || !node.pinner.failures().is_empty())
        .await;
    let expected = Failure::SizeMismatch {
        root: image.root,
        stored: 3 * LEAF as u64,
        named: 5,
    };
    assert_eq!(node.pinner.failures(), [(1, expected)]);
    node.pinner.set_orders(vec![order(1, &[&image])]);
    node.holds(&[1]).await;
    assert!(node.pinner.failures().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_image_of_another_size_than_announced_is_a_failure_for_good() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(23, 3 * LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image]);
    let node = Running::start(&store, &[&peer]);
    let mut bad = order(1, &[&image]);
    (bad.payloads[0].stored_size, bad.payloads[0].size) = (2 * LEAF as u64, None);
    node.pinner.set_orders(vec![bad]);
    node.until("the failure is known", || !node.pinner.failures().is_empty())
        .await;
    let failures = node.pinner.failures();
    assert!(
        matches!(failures.as_slice(), [(1, Failure::BadImage { .. })]),
        "{failures:?}"
    );
    assert!(failures[0].1.is_final());
}

#[tokio::test(start_paused = true)]
async fn longer_digests_and_none_at_all_are_checked_for_what_they_are() {
    let (folder, image) = (tempfile::tempdir().unwrap(), Image::new(24, 2 * LEAF));
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&image]);
    let node = Running::start(&store, &[&peer]);
    let with = |release, digest| {
        let mut order = order(release, &[&image]);
        order.payloads[0].digest = digest;
        order
    };
    let (long, longer) = (
        Sha384::digest(&image.bytes).to_vec(),
        Sha512::digest(&image.bytes).to_vec(),
    );
    node.pinner.set_orders(vec![
        with(1, Some((DigestAlgorithm::Sha384, long.clone()))),
        with(2, Some((DigestAlgorithm::Sha512, longer.clone()))),
        with(3, None),
        with(4, Some((DigestAlgorithm::Sha512, longer[..63].to_vec()))),
        with(5, Some((DigestAlgorithm::Sha384, longer))),
    ]);
    node.holds(&[1, 2, 3]).await;
    node.until("both failures are known", || node.pinner.failures().len() == 2)
        .await;
    let failed: Vec<u64> = node.pinner.failures().into_iter().map(|(release, _)| release).collect();
    assert_eq!(failed, [4, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_release_off_the_list_is_no_longer_reported() {
    let (folder, one, two) = (
        tempfile::tempdir().unwrap(),
        Image::new(25, 2 * LEAF),
        Image::new(26, 2 * LEAF),
    );
    let store = open(&folder);
    let peer = Peer::new(Manner::Honest, &[&one, &two]);
    let node = Running::start(&store, &[&peer]);
    node.pinner.set_orders(vec![order(1, &[&one]), order(2, &[&two])]);
    node.holds(&[1, 2]).await;
    node.pinner.set_orders(vec![order(2, &[&two])]);
    assert_eq!(node.pinner.held(), [2]);
    let asked = peer.times_asked();
    node.pinner.set_orders(vec![order(1, &[&one]), order(2, &[&two])]);
    node.holds(&[1, 2]).await;
    assert_eq!(peer.times_asked(), asked, "its blocks stayed in the store");
}

#[tokio::test(start_paused = true)]
async fn a_release_without_payloads_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let node = Running::start(&open(&folder), &[]);
    node.pinner.set_orders(vec![Order {
        release: 3,
        payloads: vec![],
    }]);
    node.holds(&[3]).await;
}
