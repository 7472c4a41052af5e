//! Envelopes of superseded releases go when blocks have time; digests and signers stay.

use super::*;
use crate::{PruneQueue, Releases, WeightInfo};
use forge::{raw_root, Fetch};
use frame_support::{traits::Hooks, weights::Weight};

fn pruned(number: u64) -> Event<Runtime> {
    Event::ReleasePruned {
        release: id_of(number),
        product: product(),
        sequence_number: number,
    }
}

/// The numbers, from 1, of releases that are kept.
fn kept(of: u64) -> Vec<u64> {
    (1..=of).filter(|number| is_kept(id_of(*number))).collect()
}

/// Publishes a release of this image, which enough nodes hold.
fn offer_image(number: u64, image: &[u8]) {
    let forge = Forge::new(number).with(|forge| forge.fetches = vec![Fetch::image(image)]);
    publish(ADMIN, &forge.signed(&[&p256(1)])).expect("it is good");
    replicate(number);
}

#[test]
fn the_newest_available_releases_are_kept_and_older_ones_go() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=5);
        let deposit = held(ADMIN, HoldReason::Release);
        let events = events_of(idle);
        assert_eq!(events, [pruned(1), pruned(2)]);
        assert_eq!(kept(5), [3, 4, 5], "as many as the runtime keeps");
        assert_eq!(KEEP_RELEASES, 3);
        assert_eq!(
            held(ADMIN, HoldReason::Release),
            deposit / 5 * 3,
            "the deposits came back"
        );
        assert_eq!(latest(), Some(4));
        let record = Releases::<Runtime>::get(0).expect("digests and signers stay");
        assert_eq!(record.v1().signers.as_slice(), [key_id(&p256(1))]);
        assert_eq!(
            record.v1().status,
            ReleaseStatus::Available,
            "it was, and history tells it"
        );
        assert_eq!(SuitRegistry::api_envelope(0), None);
        assert_eq!(asked_for(), [2, 3, 4]);
        assert_eq!(events_of(idle), [], "nothing is left to do");
        assert_eq!(PruneQueue::<Runtime>::iter().count(), 0);
    });
}

#[test]
fn a_root_is_asked_for_until_the_last_release_that_names_it_went() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let (shared, other) = (b"an image of two", b"another image");
        for (number, image) in [(1, &shared[..]), (2, shared), (3, other), (4, other)] {
            offer_image(number, image);
        }
        idle();
        assert_eq!(kept(4), [2, 3, 4]);
        assert!(is_wanted(raw_root(shared)));
        assert_eq!(held(ADMIN, HoldReason::Payload), 2 * 10);
        offer_image(5, other);
        idle();
        assert_eq!(kept(5), [3, 4, 5]);
        assert!(!is_wanted(raw_root(shared)));
        assert_eq!(held(ADMIN, HoldReason::Payload), 10);
    });
}

#[test]
fn releases_that_are_not_available_count_for_nothing() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=3);
        for number in 4..=8 {
            publish_number(number);
        }
        idle();
        assert_eq!(kept(8), [1, 2, 3, 4, 5, 6, 7, 8], "three are available");
        // Out of order.
        replicate(8);
        idle();
        assert_eq!(kept(8), [2, 3, 4, 5, 6, 7, 8]);
        replicate(6);
        replicate(7);
        idle();
        assert_eq!(
            kept(8),
            [6, 7, 8],
            "what was not available goes too when it is superseded"
        );
        replicate(4);
        assert_eq!(status(3), ReleaseStatus::Published, "its bytes come too late");
        assert_eq!(latest(), Some(7));
    });
}

#[test]
fn withdrawn_releases_do_not_count_among_the_newest() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=5);
        suspend(5).expect("it is his");
        revoke(4).expect("it is his");
        idle();
        assert_eq!(
            kept(5),
            [1, 2, 3, 5],
            "what would be offered after a withdrawal is there"
        );
        revoke(5).expect("it is his");
        revoke(3).expect("it is his");
        assert_eq!(latest(), Some(1));
    });
}

#[test]
fn a_block_prunes_as_much_as_it_has_time_for() {
    on_chain(|| {
        type Weights = <Runtime as crate::Config>::WeightInfo;
        register(1, &[&p256(1)]);
        offer(1..=6);
        // That something waits has to be read first.
        let product = <Runtime as frame_system::Config>::DbWeight::get().reads(1) + Weights::prune_product();
        let one = product + Weights::prune_release(8);
        let idle = |weight| SuitRegistry::on_idle(10, weight);

        assert_eq!(events_of(|| assert_eq!(idle(Weight::zero()), Weight::zero())), []);
        let almost = one - Weight::from_parts(1, 0);
        assert_eq!(events_of(|| assert_eq!(idle(almost), product)), []);
        assert_eq!(events_of(|| assert_eq!(idle(one), one)), [pruned(1)]);
        let two = one + Weights::prune_release(8);
        assert_eq!(events_of(|| assert_eq!(idle(two), two)), [pruned(2), pruned(3)]);
        assert_eq!(kept(6), [4, 5, 6]);
    });
}

#[test]
fn every_product_is_pruned() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=4);
        let switch = create(ADMIN, vendor(), "switch");
        for number in 1..=4 {
            let forge = Forge::new(number).with(|forge| forge.class = Some(switch.class.0));
            publish(ADMIN, &forge.signed(&[&p256(1)])).expect("it is good");
            let (release, _) = SuitRegistry::api_release(switch, number).expect("it was published");
            SuitRegistry::note_replicas(release, 2);
        }
        assert_eq!(events_of(idle).len(), 2);
        let kept = |product| SuitRegistry::api_product(product).expect("it is stored").kept;
        assert_eq!((kept(product()), kept(switch)), (3, 3));
    });
}

#[test]
fn a_resumed_release_supersedes_again() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=4);
        suspend(4).expect("it is his");
        idle();
        assert_eq!(kept(4), [1, 2, 3, 4]);
        resume(4).expect("he suspended it");
        assert_eq!(events_of(idle), [pruned(1)]);
    });
}
