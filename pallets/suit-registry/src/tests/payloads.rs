//! Roots, sizes and digests of what is fetched.

use super::*;
use forge::{dag_root, ipfs, raw_root, Fetch, IMAGE};
use suit_primitives::release::{Payload, RootCid, Transform};

const MIB: u64 = 1 << 20;

fn envelope(change: impl FnOnce(&mut Fetch)) -> Vec<u8> {
    Forge::new(1)
        .with(|forge| change(&mut forge.fetches[0]))
        .signed(&[&p256(1)])
}

fn root(component_index: u32, root: RootCid, stored_size: u64) -> PayloadRoot {
    PayloadRoot {
        component_index,
        root,
        stored_size,
    }
}

fn payloads(release: u64) -> Vec<Payload> {
    crate::Releases::<Runtime>::get(release)
        .expect("it is stored")
        .v1()
        .payloads
        .to_vec()
}

#[test]
fn a_uri_that_names_no_cid_needs_a_root_alongside() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|fetch| {
            fetch.uri = "https://acme.example/lamp.bin".into();
            fetch.size = Some(5 * MIB);
        });
        assert_both_refuse(Refusal::PayloadRootMissing, &envelope, &[&p256(1)]);
        let given = root(0, dag_root(1), 5 * MIB);
        assert_eq!(publish_with(ADMIN, &envelope, &[given]), Ok(()));
        let payloads = payloads(0);
        assert_eq!(
            (payloads[0].v1().root, payloads[0].v1().stored_size),
            (dag_root(1), 5 * MIB)
        );
        assert!(payloads[0].v1().image_digest.is_some());
    });
}

#[test]
fn a_root_alongside_may_not_contradict_the_manifest() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|_| {});
        let (named, size) = (raw_root(IMAGE), IMAGE.len() as u64);
        for roots in [
            vec![root(0, dag_root(1), size)],
            vec![root(0, named, size + 1)],
            vec![root(1, named, size)],
            vec![root(0, named, size), root(0, named, size)],
        ] {
            assert_refused(Refusal::PayloadRootMismatch, || publish_with(ADMIN, &envelope, &roots));
        }
        assert_eq!(publish_with(ADMIN, &envelope, &[root(0, named, size)]), Ok(()));
    });
}

#[test]
fn a_raw_root_must_be_the_images_own_digest() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|fetch| fetch.uri = ipfs(&raw_root(b"another image")));
        assert_both_refuse(Refusal::PayloadRootMismatch, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_payload_of_unknown_or_impossible_size_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let sized = |size| {
            envelope(|fetch| {
                fetch.uri = ipfs(&dag_root(1));
                fetch.size = size;
            })
        };
        for size in [None, Some(0), Some((1 << 32) + 1)] {
            assert_both_refuse(Refusal::BadPayloadSize, &sized(size), &[&p256(1)]);
        }
        let raw = envelope(|fetch| fetch.size = Some(MIB + 1));
        assert_both_refuse(Refusal::BadPayloadSize, &raw, &[&p256(1)]);
        assert_refused(Refusal::BadPayloadSize, || {
            publish_with(ADMIN, &sized(None), &[root(0, dag_root(1), 0)])
        });
        assert_eq!(
            publish_with(ADMIN, &sized(None), &[root(0, dag_root(1), 1 << 32)]),
            Ok(())
        );
    });
}

#[test]
fn an_encrypted_payloads_stored_size_comes_alongside() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|fetch| {
            fetch.uri = ipfs(&dag_root(1));
            fetch.encrypted = true;
        });
        assert_both_refuse(Refusal::BadPayloadSize, &envelope, &[&p256(1)]);
        assert_eq!(publish_with(ADMIN, &envelope, &[root(0, dag_root(1), 3 * MIB)]), Ok(()));
        let payloads = payloads(0);
        let payload = payloads[0].v1();
        assert_eq!(
            (payload.transform, payload.stored_size),
            (Transform::Encrypted, 3 * MIB)
        );
        assert_eq!(
            (&payload.image_digest, payload.image_size),
            (&None, None),
            "those are the plaintext's"
        );
    });
}

#[test]
fn an_image_digest_of_an_unknown_algorithm_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|fetch| fetch.digest = (-18, vec![0; 32]));
        assert_both_refuse(Refusal::UnsupportedAlgorithm, &envelope, &[&p256(1)]);
    });
}

#[test]
fn more_roots_or_payloads_than_a_release_may_have_are_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let nine: Vec<PayloadRoot> = (0..9).map(|index| root(index, dag_root(1), 1)).collect();
        assert_refused(Refusal::TooMany, || publish_with(ADMIN, &envelope(|_| {}), &nine));
        let of = |count: u8| {
            let fetch = |n| Fetch {
                uri: ipfs(&dag_root(n)),
                component: vec![n],
                ..Fetch::image(IMAGE)
            };
            Forge::new(1)
                .with(|forge| forge.fetches = (0..count).map(fetch).collect())
                .signed(&[&p256(1)])
        };
        assert_both_refuse(Refusal::TooMany, &of(9), &[&p256(1)]);
        assert_eq!(publish(ADMIN, &of(8)), Ok(()));
        assert_eq!(payloads(0).len(), 8);
    });
}

#[test]
fn a_component_identifier_that_is_too_long_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|fetch| fetch.component = vec![0; 64]);
        assert_both_refuse(Refusal::MalformedEnvelope, &envelope, &[&p256(1)]);
    });
}

#[test]
fn the_deposit_grows_with_payload_bytes_times_replicas() {
    use frame_support::traits::fungible::InspectHold;
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = envelope(|fetch| {
            fetch.uri = ipfs(&dag_root(1));
            fetch.size = Some(10 * MIB + 1);
        });
        publish(ADMIN, &envelope).expect("it is good");
        let held = Balances::balance_on_hold(&crate::HoldReason::Payload.into(), &ADMIN);
        assert_eq!(
            held,
            21 * 10,
            "two replicas of 10 MiB and a byte are 21 started mebibytes"
        );
    });
}

#[test]
fn one_root_cannot_have_two_sizes() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let fetch = |component: u8, size: u64| Fetch {
            uri: ipfs(&dag_root(1)),
            size: Some(size),
            component: vec![component],
            ..Fetch::image(IMAGE)
        };
        let envelope = |second: u64| {
            Forge::new(1)
                .with(|forge| forge.fetches = vec![fetch(0, MIB), fetch(1, second)])
                .signed(&[&p256(1)])
        };
        assert_both_refuse(Refusal::PayloadRootMismatch, &envelope(2 * MIB), &[&p256(1)]);
        assert_eq!(publish(ADMIN, &envelope(MIB)), Ok(()));
    });
}
