//! Releases that are withheld for a while, by the vendor or by the council.

use super::*;

fn suspended(number: u64, suspension: Suspension) -> Event<Runtime> {
    Event::ReleaseSuspended {
        release: id_of(number),
        product: product(),
        sequence_number: number,
        suspension,
    }
}

fn resumed(number: u64) -> Event<Runtime> {
    Event::ReleaseResumed {
        release: id_of(number),
        product: product(),
        sequence_number: number,
    }
}

fn latest_changed(release: Option<u64>) -> Event<Runtime> {
    Event::LatestChanged {
        product: product(),
        release,
    }
}

#[test]
fn what_the_vendor_suspends_is_not_offered_and_the_one_before_is() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        let events = events_of(|| suspend(2).expect("it is his"));
        assert_eq!(events, [latest_changed(Some(0)), suspended(2, Suspension::Vendor)]);
        assert_eq!(
            (status(1), suspension(1)),
            (ReleaseStatus::Suspended, Some(Suspension::Vendor))
        );
        assert_eq!(latest(), Some(0));
        assert!(
            is_kept(1) && SuitRegistry::demand(1).is_some(),
            "its bytes stay asked for"
        );
        assert_refused(Refusal::ReleaseSuspended, || suspend(2));
    });
}

#[test]
fn what_the_vendor_resumes_is_offered_again() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        suspend(2).expect("it is his");
        let events = events_of(|| resume(2).expect("he suspended it"));
        assert_eq!(events, [latest_changed(Some(1)), resumed(2)]);
        assert_eq!((status(1), suspension(1)), (ReleaseStatus::Available, None));
        assert_refused(Refusal::ReleaseNotSuspended, || resume(2));
    });
}

#[test]
fn an_older_release_changes_nothing_about_what_is_offered() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        assert_eq!(
            events_of(|| suspend(1).expect("it is his")),
            [suspended(1, Suspension::Vendor)]
        );
        assert_eq!(events_of(|| resume(1).expect("he suspended it")), [resumed(1)]);
        assert_eq!(latest(), Some(1));
    });
}

#[test]
fn a_release_that_was_not_available_yet_is_not_after_it_was_resumed() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        suspend(1).expect("it is his");
        assert_eq!(events_of(|| resume(1).expect("he suspended it")), [resumed(1)]);
        assert_eq!((status(0), latest()), (ReleaseStatus::Published, None));
        replicate(1);
        assert_eq!(latest(), Some(0));
    });
}

#[test]
fn what_the_council_suspends_only_the_council_resumes() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        let events = events_of(|| emergency_suspend(1).expect("it is the council"));
        assert_eq!(events, [latest_changed(None), suspended(1, Suspension::Council)]);
        assert_refused(Refusal::ReleaseSuspended, || suspend(1));
        assert_refused(Refusal::ReleaseSuspended, || emergency_suspend(1));
        assert_refused(Refusal::ReleaseNotSuspended, || resume(1));
        let events = events_of(|| emergency_resume(1).expect("it is the council"));
        assert_eq!(events, [latest_changed(Some(0)), resumed(1)]);
        assert_refused(Refusal::ReleaseNotSuspended, || emergency_resume(1));
    });
}

#[test]
fn the_councils_suspension_takes_the_place_of_the_vendors() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        suspend(1).expect("it is his");
        assert_refused(Refusal::ReleaseNotSuspended, || emergency_resume(1));
        let events = events_of(|| emergency_suspend(1).expect("it is the council"));
        assert_eq!(events, [suspended(1, Suspension::Council)]);
        assert_eq!(suspension(0), Some(Suspension::Council));
        assert_refused(Refusal::ReleaseNotSuspended, || resume(1));
    });
}

#[test]
fn a_release_that_was_pruned_meanwhile_is_not_resumed() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2]);
        suspend(1).expect("it is his");
        emergency_suspend(2).expect("it is the council");
        offer(3..=5);
        idle();
        assert_refused(Refusal::ReleasePruned, || resume(1));
        assert_refused(Refusal::ReleasePruned, || emergency_resume(2));
        assert_eq!(status(0), ReleaseStatus::Suspended);
    });
}

#[test]
fn what_is_offered_is_the_newest_available_through_every_change() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in 1..=5 {
            publish_number(number);
        }
        // Each act and the sequence number that is offered after it. Their bytes come out of order.
        let acts: [(fn(), Option<u64>); 12] = [
            (|| replicate(3), Some(3)),
            (|| replicate(1), Some(3)),
            (|| replicate(5), Some(5)),
            (|| suspend(5).unwrap(), Some(3)),
            (|| replicate(4), Some(4)),
            (|| revoke(4).unwrap(), Some(3)),
            (|| emergency_suspend(3).unwrap(), Some(1)),
            (|| revoke(1).unwrap(), None),
            (|| replicate(2), Some(2)),
            (|| emergency_resume(3).unwrap(), Some(3)),
            (|| resume(5).unwrap(), Some(5)),
            (|| emergency_revoke(5).unwrap(), Some(3)),
        ];
        for (index, (act, offered)) in acts.into_iter().enumerate() {
            act();
            let number = match SuitRegistry::api_latest(product()) {
                Latest::Release { release, .. } => Some(release.v1().sequence_number),
                Latest::NoRelease { .. } => None,
                other => panic!("{other:?}"),
            };
            assert_eq!(number, offered, "after act {index}");
            SuitRegistry::invariants().expect("the state agrees with itself");
        }
    });
}
