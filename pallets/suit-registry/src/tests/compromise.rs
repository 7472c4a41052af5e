//! Keys that fell into other hands: nothing of the vendor is offered until its releases were gone through, and what lost its
//! signers falls.

use super::*;
use crate::{Reviews, Suspensions, REVIEWS_PER_BLOCK};

/// Releases of a product that fell because of a compromise.
fn fallen(product: ProductId) -> usize {
    let of_product = |release| crate::Releases::<Runtime>::get(release).is_some_and(|r| r.v1().product == product);
    Suspensions::<Runtime>::iter()
        .filter(|(release, cause)| *cause == Suspension::Compromise && of_product(*release))
        .count()
}

/// Publishes for a product by its vendor's admin, signed by this author.
fn publish_for(admin: u64, product: ProductId, author: &SigningKey, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let forge = Forge::new(number).with(|forge| {
            forge.vendor = product.vendor.0;
            forge.class = Some(product.class.0);
        });
        publish(admin, &forge.signed(&[author])).expect("it is good");
        let (release, _) = SuitRegistry::api_release(product, number).expect("it was published");
        SuitRegistry::note_replicas(release, 2);
    }
}

#[test]
fn a_compromise_suspends_the_vendor_at_once() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        offer([1]);
        let deposit = held(ADMIN, HoldReason::Key);

        let events = events_of(|| revoke_key(&p256(1), Some(9)).expect("it is live"));

        let compromised = Event::KeyCompromised {
            vendor: vendor(),
            key: key_id(&p256(1)),
            since: 9,
        };
        let suspended = Event::VendorSuspended {
            vendor: vendor(),
            since: 9,
        };
        assert_eq!(events, [compromised, suspended]);
        assert_eq!(key_status(&p256(1)), KeyStatus::Compromised { since: 9 });
        assert_eq!(held(ADMIN, HoldReason::Key), deposit / 2, "the deposit came back");
        assert_eq!(SuitRegistry::api_latest(product()), Latest::VendorSuspended);
        assert_eq!(
            SuitRegistry::api_next_release(product(), Some(0)),
            Latest::VendorSuspended
        );
        let envelope = Forge::new(2).signed(&[&p256(2)]);
        assert_both_refuse(Refusal::VendorNotActive, &envelope, &[&p256(2)]);
        assert_refused(Refusal::VendorNotActive, retire_vendor);
    });
}

#[test]
fn what_lost_its_signers_falls_and_the_vendor_is_reinstated() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        offer([1]);
        System::set_block_number(11);
        offer([2]);
        revoke_key(&p256(1), Some(11)).expect("it is live");

        let events = events_of(|| run_to(12));

        let (release, product, sequence_number) = (1, product(), 2);
        assert_eq!(
            events,
            [
                Event::LatestChanged {
                    product,
                    release: Some(0)
                },
                Event::ReleaseSuspended {
                    release,
                    product,
                    sequence_number,
                    suspension: Suspension::Compromise
                },
                Event::VendorReinstated { vendor: vendor() },
            ],
            "the one from the block before the compromise stands"
        );
        assert_eq!(
            (status(0), status(1)),
            (ReleaseStatus::Available, ReleaseStatus::Suspended)
        );
        assert_eq!((vendor_status(), latest()), (VendorStatus::Active, Some(0)));
        assert_eq!(Reviews::<Runtime>::iter().count(), 0);
        assert_eq!(publish(ADMIN, &Forge::new(3).signed(&[&p256(2)])), Ok(()));
    });
}

#[test]
fn what_fell_is_resumed_by_nobody_and_may_be_revoked() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        revoke_key(&p256(1), Some(10)).expect("it is live");
        run_to(11);
        assert_refused(Refusal::ReleaseNotSuspended, || resume(1));
        assert_refused(Refusal::ReleaseNotSuspended, || emergency_resume(1));
        assert_refused(Refusal::ReleaseSuspended, || suspend(1));
        assert_refused(Refusal::ReleaseSuspended, || emergency_suspend(1));
        assert!(is_kept(0), "its bytes stay asked for");
        assert_eq!(revoke(1), Ok(()));
        assert_eq!((held(ADMIN, HoldReason::Release), suspension(0)), (0, None));
    });
}

#[test]
fn a_release_that_enough_other_keys_carried_stands() {
    on_chain(|| {
        let (one, two, three) = (p256(1), ed25519(2), ed25519(3));
        register(2, &[&one, &two, &three]);
        publish(ADMIN, &Forge::new(1).signed(&[&one, &two, &three])).expect("it is good");
        publish(ADMIN, &Forge::new(2).signed(&[&one, &two])).expect("it is good");
        replicate(1);
        replicate(2);
        revoke_key(&one, Some(10)).expect("it is live");
        run_to(11);
        assert_eq!((suspension(0), suspension(1)), (None, Some(Suspension::Compromise)));
        assert_eq!(latest(), Some(0));
        revoke_key(&three, Some(10)).expect("it is live");
        run_to(12);
        assert_eq!(suspension(0), Some(Suspension::Compromise), "one of two is left");
    });
}

#[test]
fn the_threshold_that_counts_is_the_one_in_force_during_the_review() {
    on_chain(|| {
        let (one, two) = (p256(1), ed25519(2));
        register(1, &[&one, &two]);
        publish(ADMIN, &Forge::new(1).signed(&[&one, &two])).expect("it is good");
        set_threshold(2).expect("it is good");
        revoke_key(&one, Some(10)).expect("it is live");
        run_to(11);
        assert_eq!(
            suspension(0),
            Some(Suspension::Compromise),
            "the vendor's is higher now"
        );
    });
}

#[test]
fn a_products_own_threshold_counts_too_where_it_is_higher() {
    on_chain(|| {
        let (one, two) = (p256(1), ed25519(2));
        register(1, &[&one, &two]);
        set_policy(Policy::V2(PolicyV2 {
            threshold: 2,
            ..plain()
        }))
        .expect("it is good");
        publish(ADMIN, &Forge::new(1).signed(&[&one, &two])).expect("it is good");
        let other = create(ADMIN, vendor(), "switch");
        let forge = Forge::new(1).with(|forge| forge.class = Some(other.class.0));
        publish(ADMIN, &forge.signed(&[&one, &two])).expect("it is good");
        revoke_key(&one, Some(10)).expect("it is live");
        run_to(11);
        assert_eq!((suspension(0), suspension(1)), (Some(Suspension::Compromise), None));
    });
}

#[test]
fn many_releases_take_several_blocks_a_bounded_number_each() {
    on_chain(|| {
        let author = ed25519(1);
        register(1, &[&author]);
        publish_for(ADMIN, product(), &author, 1..=40);
        revoke_key(&author, Some(10)).expect("it is live");
        // A step for the product, one for each release, and one to find that nothing is left.
        let steps = REVIEWS_PER_BLOCK as usize;
        run_to(11);
        assert_eq!(fallen(product()), steps - 1);
        assert_eq!(suspension(39), Some(Suspension::Compromise), "the newest first");
        assert_eq!(suspension(0), None);
        run_to(12);
        assert_eq!(fallen(product()), 2 * steps - 1);
        assert_eq!(vendor_status(), VendorStatus::Suspended);
        assert_eq!(SuitRegistry::api_latest(product()), Latest::VendorSuspended);
        run_to(13);
        assert_eq!((fallen(product()), vendor_status()), (40, VendorStatus::Active));
        assert_eq!(latest(), None);
    });
}

#[test]
fn vendors_are_gone_through_turn_by_turn() {
    on_chain(|| {
        let author = ed25519(1);
        register(1, &[&author]);
        publish_for(ADMIN, product(), &author, 1..=40);
        let small_vendor = register_domain(STRANGER, "other.example");
        add_author(STRANGER, small_vendor, &author);
        let small = create(STRANGER, small_vendor, CLASS);
        publish_for(STRANGER, small, &author, 1..=10);
        let compromise = |vendor| crate::Call::revoke_key {
            vendor,
            key: key_id(&author),
            compromised_since: Some(10),
        };
        call(ADMIN, compromise(vendor())).expect("it is live");
        call(STRANGER, compromise(small_vendor)).expect("it is live");
        let status = |vendor| SuitRegistry::api_vendor(vendor).expect("it is registered").status;

        // Eight steps each, of which one takes up the product.
        run_to(11);
        assert_eq!((fallen(product()), fallen(small)), (7, 7));
        // The small one needs four more, and the other has the rest.
        run_to(12);
        assert_eq!((fallen(product()), fallen(small)), (7 + 12, 10));
        assert_eq!(
            status(small_vendor),
            VendorStatus::Active,
            "it does not wait for the other"
        );
        assert_eq!(status(vendor()), VendorStatus::Suspended);
        run_to(14);
        assert_eq!((fallen(product()), status(vendor())), (40, VendorStatus::Active));
    });
}

#[test]
fn every_product_of_the_vendor_is_gone_through() {
    on_chain(|| {
        let author = ed25519(1);
        register(1, &[&author]);
        let mut products = vec![product()];
        for name in ["switch", "router", "meter"] {
            products.push(create(ADMIN, vendor(), name));
        }
        for product in &products {
            publish_for(ADMIN, *product, &author, 1..=5);
        }
        revoke_key(&author, Some(10)).expect("it is live");
        run_to(12);
        for product in products {
            assert_eq!(fallen(product), 5);
        }
        assert_eq!(vendor_status(), VendorStatus::Active);
    });
}

#[test]
fn a_key_that_was_rotated_may_turn_out_to_be_compromised() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        System::set_block_number(11);
        offer([2]);
        rotate_key(&p256(1), &p256(2)).expect("it is live");
        System::set_block_number(15);
        let deposit = held(ADMIN, HoldReason::Key);
        let events = events_of(|| revoke_key(&p256(1), Some(11)).expect("it was rotated only"));
        assert_eq!(events.len(), 2);
        assert_eq!(held(ADMIN, HoldReason::Key), deposit, "it came back before");
        run_to(16);
        assert_eq!((suspension(0), suspension(1)), (None, Some(Suspension::Compromise)));
        assert_eq!(key_status(&p256(1)), KeyStatus::Compromised { since: 11 });
        assert_eq!(key_status(&p256(2)), KeyStatus::Live);
    });
}

#[test]
fn a_compromise_may_turn_out_to_be_earlier_and_never_later() {
    on_chain(|| {
        let author = ed25519(1);
        register(1, &[&author]);
        publish_for(ADMIN, product(), &author, 1..=5);
        System::set_block_number(11);
        publish_for(ADMIN, product(), &author, 6..=10);
        System::set_block_number(12);
        publish_for(ADMIN, product(), &author, 11..=30);
        revoke_key(&author, Some(12)).expect("it is live");
        run_to(13);
        assert_eq!(fallen(product()), 15);

        // In the middle of it.
        let events = events_of(|| revoke_key(&author, Some(11)).expect("it is earlier"));

        let suspended = Event::VendorSuspended {
            vendor: vendor(),
            since: 11,
        };
        assert_eq!(events.last(), Some(&suspended));
        for since in [Some(11), Some(12), None] {
            assert_refused(Refusal::KeyRevoked, || revoke_key(&author, since));
        }
        run_to(15);
        assert_eq!((fallen(product()), vendor_status()), (25, VendorStatus::Active));
        assert_eq!(latest(), Some(4));

        // And after it.
        revoke_key(&author, Some(0)).expect("it is earlier");
        run_to(18);
        assert_eq!((fallen(product()), latest()), (30, None));
    });
}

#[test]
fn another_keys_compromise_during_a_review_does_not_shorten_it() {
    on_chain(|| {
        let (one, two) = (ed25519(1), ed25519(2));
        register(1, &[&one, &two]);
        publish_for(ADMIN, product(), &one, 1..=20);
        System::set_block_number(11);
        publish_for(ADMIN, product(), &two, [21]);
        revoke_key(&one, Some(10)).expect("it is live");
        run_to(12);

        let events = events_of(|| revoke_key(&two, Some(11)).expect("it is live"));

        let suspended = Event::VendorSuspended {
            vendor: vendor(),
            since: 10,
        };
        assert_eq!(events.last(), Some(&suspended), "the earliest of them");
        run_to(15);
        assert_eq!((fallen(product()), vendor_status()), (21, VendorStatus::Active));
    });
}

#[test]
fn what_the_vendor_or_the_council_withheld_falls_too() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        suspend(1).expect("it is his");
        emergency_suspend(2).expect("it is the council");
        revoke_key(&p256(1), Some(10)).expect("it is live");
        run_to(11);
        assert_eq!(
            (suspension(0), suspension(1)),
            (Some(Suspension::Compromise), Some(Suspension::Compromise))
        );
        assert_refused(Refusal::ReleaseNotSuspended, || resume(1));
        assert_refused(Refusal::ReleaseNotSuspended, || emergency_resume(2));
    });
}

#[test]
fn what_is_revoked_stays_revoked_and_what_was_pruned_falls() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=5);
        idle();
        revoke(5).expect("it is his");
        revoke_key(&p256(1), Some(10)).expect("it is live");
        run_to(11);
        assert_eq!((status(4), suspension(4)), (ReleaseStatus::Revoked, None));
        assert!(!is_kept(0));
        assert_eq!(suspension(0), Some(Suspension::Compromise), "history tells it");
        assert_eq!(fallen(product()), 4);
    });
}

#[test]
fn what_becomes_available_during_a_review_falls_as_well() {
    on_chain(|| {
        let author = ed25519(1);
        register(1, &[&author]);
        publish(ADMIN, &Forge::new(1).signed(&[&author])).expect("it is good");
        publish_for(ADMIN, product(), &author, 2..=20);
        revoke_key(&author, Some(10)).expect("it is live");
        run_to(11);
        replicate(1);
        assert_eq!(SuitRegistry::api_latest(product()), Latest::VendorSuspended);
        run_to(12);
        assert_eq!((fallen(product()), latest()), (20, None));
    });
}

#[test]
fn an_operators_compromised_key_suspends_nobody() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        add_key(ADMIN, &ed25519(1), KeyUsage::Credentials).expect("it is new");
        let events = events_of(|| revoke_key(&ed25519(1), Some(10)).expect("it is live"));
        let expected = Event::KeyCompromised {
            vendor: vendor(),
            key: key_id(&ed25519(1)),
            since: 10,
        };
        assert_eq!(events, [expected]);
        assert_eq!((vendor_status(), latest()), (VendorStatus::Active, Some(0)));
    });
}

#[test]
fn a_compromise_in_the_future_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_refused(Refusal::BadBlock, || revoke_key(&p256(1), Some(11)));
        assert_refused(Refusal::KeyNotFound, || revoke_key(&p256(9), Some(11)));
        assert_eq!(revoke_key(&p256(1), Some(10)), Ok(()));
    });
}

#[test]
fn a_block_without_a_review_costs_next_to_nothing() {
    on_chain(|| {
        use crate::WeightInfo;
        type Weights = <Runtime as crate::Config>::WeightInfo;
        register(1, &[&ed25519(1)]);
        publish_for(ADMIN, product(), &ed25519(1), 1..=3);
        assert_eq!(SuitRegistry::review_some(REVIEWS_PER_BLOCK), Weights::review(0));
        revoke_key(&ed25519(1), Some(10)).expect("it is live");
        assert_eq!(
            SuitRegistry::review_some(REVIEWS_PER_BLOCK),
            Weights::review(5),
            "what was done is told"
        );
    });
}
