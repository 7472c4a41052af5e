//! Available is a latch. Replication is played by the tests.

use super::*;
use forge::{raw_root, Fetch, IMAGE};

#[test]
fn a_release_is_offered_once_enough_nodes_hold_it() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_eq!(
            SuitRegistry::api_latest(product()),
            Latest::NoRelease {
                highest_published: None
            }
        );
        publish_number(3);
        assert_eq!(
            SuitRegistry::api_latest(product()),
            Latest::NoRelease {
                highest_published: Some(3)
            }
        );
        SuitRegistry::note_replicas(0, 1);
        assert_eq!(status(0), ReleaseStatus::Published, "two replicas are asked for");

        System::set_block_number(12);
        SuitRegistry::note_replicas(0, 2);
        let available = Event::ReleaseAvailable {
            release: 0,
            product: product(),
            sequence_number: 3,
        };
        System::assert_has_event(available.into());
        let changed = Event::LatestChanged {
            product: product(),
            release: Some(0),
        };
        System::assert_last_event(changed.into());
        let Latest::Release {
            id,
            release,
            highest_published,
        } = SuitRegistry::api_latest(product())
        else {
            panic!("it is offered");
        };
        assert_eq!((id, highest_published, release.v1().available_at), (0, 3, Some(12)));
    });
}

#[test]
fn losing_replicas_lowers_nothing() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        SuitRegistry::note_replicas(0, 2);
        let events = System::event_count();
        for replicas in [0, 1, 2, 5] {
            SuitRegistry::note_replicas(0, replicas);
            assert_eq!(status(0), ReleaseStatus::Available);
        }
        assert_eq!(latest(), Some(0));
        assert_eq!(System::event_count(), events, "it became available once");
    });
}

#[test]
fn an_older_release_that_becomes_available_later_is_not_offered() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        publish_number(2);
        SuitRegistry::note_replicas(1, 2);
        assert_eq!(latest(), Some(1));
        SuitRegistry::note_replicas(0, 2);
        assert_eq!(status(0), ReleaseStatus::Available);
        assert_eq!(latest(), Some(1));
    });
}

#[test]
fn a_newer_release_is_offered_when_its_bytes_are_there() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        SuitRegistry::note_replicas(0, 2);
        publish_number(2);
        assert_eq!(latest(), Some(0), "one does not wait for the other");
        SuitRegistry::note_replicas(1, 3);
        assert_eq!(latest(), Some(1));
    });
}

#[test]
fn a_release_within_its_envelope_is_available_at_once() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1)
            .with(|forge| {
                forge.fetches = vec![Fetch {
                    uri: "#firmware".into(),
                    ..Fetch::image(IMAGE)
                }];
                forge.integrated = vec![("#firmware".into(), IMAGE.to_vec())];
            })
            .signed(&[&p256(1)]);
        publish(ADMIN, &envelope).expect("it is good");
        assert_eq!(status(0), ReleaseStatus::Available);
        assert_eq!(latest(), Some(0));
        assert_eq!(SuitRegistry::demand(0), None, "it asks for no bytes");
        let available = Event::ReleaseAvailable {
            release: 0,
            product: product(),
            sequence_number: 1,
        };
        System::assert_has_event(available.into());
    });
}

#[test]
fn replication_is_told_what_releases_ask_for() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in 1..=4 {
            publish_number(number);
        }
        let demand = SuitRegistry::demand(2).expect("it asks for bytes");
        assert_eq!(
            (demand.release, demand.replicas, demand.retrieval),
            (2, 2, Retrieval::Open)
        );
        assert_eq!(demand.payloads[0].v1().root, raw_root(IMAGE));
        let first = SuitRegistry::candidates(None, 3);
        let rest = SuitRegistry::candidates(first.last().copied(), 3);
        assert_eq!((first.len(), rest.len()), (3, 1), "page by page");
        let mut all = [first, rest].concat();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3]);
        assert_eq!(SuitRegistry::demand(4), None);
        SuitRegistry::note_replicas(0, 2);
        assert!(SuitRegistry::demand(0).is_some(), "what is available must stay so");
    });
}

#[test]
fn attestations_of_unknown_releases_change_nothing() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let before = sp_io::storage::root(StateVersion::V1);
        SuitRegistry::note_replicas(0, 2);
        SuitRegistry::note_replicas(u64::MAX, u32::MAX);
        assert_eq!(sp_io::storage::root(StateVersion::V1), before);
    });
}

#[test]
fn a_suspended_vendors_releases_are_not_offered() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        SuitRegistry::note_replicas(0, 2);
        add_key(ADMIN, &p256(2), KeyUsage::Manifests).expect("it is new");
        revoke_key(&p256(2), Some(10)).expect("it is the admin's");
        assert_eq!(SuitRegistry::api_latest(product()), Latest::VendorSuspended);
        let unknown = ProductId {
            vendor: vendor(),
            class: ClassId([0; 16]),
        };
        assert_eq!(SuitRegistry::api_latest(unknown), Latest::UnknownProduct);
    });
}

#[test]
fn what_was_attested_while_it_was_withheld_is_offered_when_it_is_resumed() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        suspend(1).expect("it is his");
        System::set_block_number(12);
        // Nodes attest once: nobody tells it again.
        replicate(1);
        assert_eq!((status(0), latest()), (ReleaseStatus::Suspended, None));
        let state = SuitRegistry::state(product());
        assert_eq!(state.highest_available, None, "no device was offered it");

        System::set_block_number(14);
        let events = events_of(|| resume(1).expect("he suspended it"));

        let (release, product, sequence_number) = (0, product(), 1);
        assert_eq!(
            events,
            [
                Event::ReleaseAvailable {
                    release,
                    product,
                    sequence_number
                },
                Event::LatestChanged {
                    product,
                    release: Some(0)
                },
                Event::ReleaseResumed {
                    release,
                    product,
                    sequence_number
                },
            ]
        );
        assert_eq!((status(0), latest()), (ReleaseStatus::Available, Some(0)));
        let (_, release) = SuitRegistry::api_release(product, 1).expect("it is stored");
        assert_eq!(release.v1().available_at, Some(14));
    });
}

#[test]
fn what_was_attested_while_it_was_withheld_is_forgotten_with_the_release() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in [1, 2] {
            publish_number(number);
            emergency_suspend(number).expect("it is the council");
            replicate(number);
        }
        revoke(1).expect("it is his");
        revoke_key(&p256(1), Some(10)).expect("it is live");
        run_to(11);
        assert_eq!(suspension(1), Some(Suspension::Compromise));
        revoke(2).expect("it is his");
        assert_eq!(crate::AttestedWithheld::<Runtime>::iter().count(), 0);
        assert_eq!(latest(), None);
        assert_eq!(lower_floor(1), Ok(()), "neither was ever offered");
    });
}
