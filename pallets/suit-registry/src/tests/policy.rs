//! Policies: what is stricter is in force at once, what is laxer after the delay. Frozen products, ways of submission.

use super::*;

/// First block of what a change in block 10 loosens.
const LATER: u32 = 10 + POLICY_DELAY;

fn in_force() -> PolicyV2 {
    SuitRegistry::api_product(product())
        .expect("it is stored")
        .policy
        .latest()
}

fn set(policy: PolicyV2) -> Vec<Event<Runtime>> {
    events_of(|| set_policy(Policy::V2(policy)).expect("it is good"))
}

fn policy_set(policy: PolicyV2, from: u32) -> Event<Runtime> {
    Event::PolicySet {
        product: product(),
        policy: Policy::V2(policy),
        from,
    }
}

/// The strictest there is.
fn strict() -> PolicyV2 {
    PolicyV2 {
        threshold: 3,
        replicas: 5,
        retrieval: Retrieval::VerifiedDevices,
        submission: Submission::Intents,
        frozen: true,
    }
}

#[test]
fn each_part_of_a_policy_that_is_stricter_is_in_force_at_once() {
    let stricter = [
        PolicyV2 {
            threshold: 3,
            ..plain()
        },
        PolicyV2 { replicas: 5, ..plain() },
        PolicyV2 {
            retrieval: Retrieval::VerifiedDevices,
            ..plain()
        },
        PolicyV2 {
            submission: Submission::Accounts,
            ..plain()
        },
        PolicyV2 {
            submission: Submission::Intents,
            ..plain()
        },
        PolicyV2 {
            frozen: true,
            ..plain()
        },
        strict(),
    ];
    for policy in stricter {
        on_chain(|| {
            register(1, &[]);
            assert_eq!(set(policy), [policy_set(policy, 10)]);
            assert_eq!(in_force(), policy);
            let info = SuitRegistry::api_product(product()).expect("it is stored");
            assert_eq!(info.pending_policy, None);
        });
    }
}

#[test]
fn each_part_of_a_policy_that_is_laxer_is_in_force_after_the_delay_to_the_block() {
    let laxer = [
        PolicyV2 {
            threshold: 2,
            ..strict()
        },
        PolicyV2 {
            replicas: 4,
            ..strict()
        },
        PolicyV2 {
            retrieval: Retrieval::Open,
            ..strict()
        },
        PolicyV2 {
            submission: Submission::Both,
            ..strict()
        },
        PolicyV2 {
            submission: Submission::Accounts,
            ..strict()
        },
        PolicyV2 {
            frozen: false,
            ..strict()
        },
        plain(),
    ];
    for policy in laxer {
        on_chain(|| {
            register(1, &[]);
            set(strict());
            assert_eq!(set(policy), [policy_set(policy, LATER)]);
            System::set_block_number(u64::from(LATER) - 1);
            assert_eq!(in_force(), strict());
            let info = SuitRegistry::api_product(product()).expect("it is stored");
            assert_eq!(info.pending_policy, Some((Policy::V2(policy), LATER)));
            System::set_block_number(LATER.into());
            assert_eq!(in_force(), policy);
            let info = SuitRegistry::api_product(product()).expect("it is stored");
            assert_eq!(info.pending_policy, None);
        });
    }
}

#[test]
fn a_policy_that_tightens_and_loosens_does_so_one_after_the_other() {
    on_chain(|| {
        register(1, &[]);
        set(PolicyV2 { replicas: 4, ..plain() });
        let wanted = PolicyV2 {
            threshold: 2,
            replicas: 1,
            ..plain()
        };
        let at_once = PolicyV2 { replicas: 4, ..wanted };
        assert_eq!(set(wanted), [policy_set(at_once, 10), policy_set(wanted, LATER)]);
        System::set_block_number(u64::from(LATER) - 1);
        assert_eq!(in_force(), at_once);
        System::set_block_number(LATER.into());
        assert_eq!(in_force(), wanted);
    });
}

#[test]
fn a_second_mixed_change_counts_from_what_is_in_force_and_starts_the_delay_anew() {
    on_chain(|| {
        register(1, &[]);
        set(PolicyV2 { replicas: 4, ..plain() });
        let first = PolicyV2 {
            threshold: 2,
            replicas: 1,
            ..plain()
        };
        set(first);
        System::set_block_number(15);

        let second = PolicyV2 {
            threshold: 1,
            replicas: 3,
            retrieval: Retrieval::VerifiedDevices,
            ..plain()
        };
        let at_once = PolicyV2 {
            threshold: 2,
            replicas: 4,
            ..second
        };
        let from = 15 + POLICY_DELAY;
        assert_eq!(set(second), [policy_set(at_once, 15), policy_set(second, from)]);

        System::set_block_number(LATER.into());
        assert_eq!(in_force(), at_once, "the first one's time has come, and it is no more");
        System::set_block_number(from.into());
        assert_eq!(in_force(), second);
    });
}

#[test]
fn what_is_in_force_when_its_time_has_come_is_what_the_next_change_is_measured_by() {
    on_chain(|| {
        register(1, &[]);
        set(PolicyV2 { replicas: 4, ..plain() });
        set(plain());
        System::set_block_number(LATER.into());
        let wanted = PolicyV2 { replicas: 3, ..plain() };
        assert_eq!(set(wanted), [policy_set(wanted, LATER)], "three are more than two");
    });
}

#[test]
fn a_policy_of_version_1_undoes_what_is_to_come() {
    on_chain(|| {
        register(1, &[]);
        set(PolicyV2 { replicas: 1, ..plain() });
        let version_1 = policy(1, 2, Retrieval::Open);
        let events = events_of(|| set_policy(version_1).expect("it is good"));
        let expected = Event::PolicySet {
            product: product(),
            policy: version_1,
            from: 10,
        };
        assert_eq!(events, [expected]);
        System::set_block_number(LATER.into());
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!((info.policy, info.pending_policy), (version_1, None));
    });
}

#[test]
fn a_policy_that_asks_for_nothing_or_too_much_is_refused() {
    on_chain(|| {
        register(1, &[]);
        for (threshold, replicas) in [(0, 1), (9, 1), (1, 0), (1, 17)] {
            let bad = PolicyV2 {
                threshold,
                replicas,
                ..plain()
            };
            assert_refused(Refusal::BadPolicy, || set_policy(Policy::V2(bad)));
        }
    });
}

#[test]
fn nothing_is_published_for_a_frozen_product_until_the_delay_after_it_thawed() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        set(PolicyV2 {
            frozen: true,
            ..plain()
        });
        let envelope = Forge::new(2).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::ProductFrozen, &envelope, &[&p256(1)]);
        assert_eq!(latest(), Some(0), "what was published is offered");
        set(plain());
        System::set_block_number(u64::from(LATER) - 1);
        assert_both_refuse(Refusal::ProductFrozen, &envelope, &[&p256(1)]);
        System::set_block_number(LATER.into());
        assert_eq!(publish(ADMIN, &envelope), Ok(()));
    });
}

#[test]
fn a_product_takes_releases_only_in_the_ways_that_its_policy_names() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = |number| Forge::new(number).signed(&[&p256(1)]);
        let authorized = |number| {
            let envelope = envelope(number);
            let intent = sign_intent(&intent_payload(&envelope), &[&p256(1)]);
            send(&envelope, &intent)
        };
        set(PolicyV2 {
            submission: Submission::Accounts,
            ..plain()
        });
        assert_refused(Refusal::SubmissionNotAllowed, || authorized(1));
        assert_eq!(publish(ADMIN, &envelope(1)), Ok(()));
        set(PolicyV2 {
            submission: Submission::Intents,
            ..plain()
        });
        assert_refused(Refusal::SubmissionNotAllowed, || authorized(2));
        System::set_block_number(LATER.into());
        assert_refused(Refusal::SubmissionNotAllowed, || publish(ADMIN, &envelope(2)));
        assert_eq!(authorized(2), Ok(()));
    });
}

#[test]
fn a_release_keeps_the_replicas_and_the_retrieval_that_it_was_published_under() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        set(PolicyV2 {
            replicas: 5,
            retrieval: Retrieval::VerifiedDevices,
            ..plain()
        });
        publish_number(2);
        let terms = |release| {
            let demand = SuitRegistry::demand(release).expect("it asks for bytes");
            (demand.replicas, demand.retrieval)
        };
        assert_eq!(terms(0), (2, Retrieval::Open));
        assert_eq!(terms(1), (5, Retrieval::VerifiedDevices));
        SuitRegistry::note_replicas(0, 2);
        SuitRegistry::note_replicas(1, 4);
        assert_eq!(
            (status(0), status(1)),
            (ReleaseStatus::Available, ReleaseStatus::Published)
        );
        SuitRegistry::note_replicas(1, 5);
        assert_eq!(latest(), Some(1));
    });
}
