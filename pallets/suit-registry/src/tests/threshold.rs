//! How many authors must sign: the vendor's number, and the product's where it is higher.

use super::*;

#[test]
fn a_higher_threshold_is_in_force_at_once() {
    on_chain(|| {
        let (one, two) = (p256(1), ed25519(2));
        register(1, &[&one, &two]);
        let events = events_of(|| set_threshold(2).expect("it is good"));
        let expected = Event::ThresholdSet {
            vendor: vendor(),
            threshold: 2,
            from: 10,
        };
        assert_eq!(events, [expected]);
        let alone = Forge::new(1).signed(&[&one]);
        assert_both_refuse(Refusal::ThresholdNotMet, &alone, &[&one, &two]);
        let both = Forge::new(1).signed(&[&one, &two]);
        let by_one = sign_intent(&intent_payload(&both), &[&one]);
        assert_refused(Refusal::IntentThresholdNotMet, || send(&both, &by_one));
        assert_eq!(publish(ADMIN, &both), Ok(()));
    });
}

#[test]
fn a_lower_threshold_is_in_force_after_the_delay_to_the_block() {
    on_chain(|| {
        let (one, two) = (p256(1), ed25519(2));
        register(1, &[&one, &two]);
        set_threshold(2).expect("it is good");
        let from = 10 + POLICY_DELAY;

        let events = events_of(|| set_threshold(1).expect("it is good"));

        let expected = Event::ThresholdSet {
            vendor: vendor(),
            threshold: 1,
            from,
        };
        assert_eq!(events, [expected]);
        let told = || {
            let info = SuitRegistry::api_vendor(vendor()).expect("it is registered");
            (info.threshold, info.pending_threshold)
        };
        let alone = Forge::new(1).signed(&[&one]);
        System::set_block_number(u64::from(from) - 1);
        assert_eq!(told(), (2, Some((1, from))));
        assert_refused(Refusal::ThresholdNotMet, || publish(ADMIN, &alone));
        System::set_block_number(from.into());
        assert_eq!(told(), (1, None));
        assert_eq!(publish(ADMIN, &alone), Ok(()));
    });
}

#[test]
fn a_higher_threshold_undoes_a_lower_one_that_is_to_come() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        set_threshold(3).expect("it is good");
        set_threshold(1).expect("it is good");
        set_threshold(3).expect("as high as what is in force");
        System::set_block_number(10 + u64::from(POLICY_DELAY));
        let info = SuitRegistry::api_vendor(vendor()).expect("it is registered");
        assert_eq!((info.threshold, info.pending_threshold), (3, None));
    });
}

#[test]
fn a_threshold_is_lower_or_higher_than_the_one_in_force_and_not_than_the_one_written_first() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        set_threshold(3).expect("it is good");
        set_threshold(1).expect("it is good");
        System::set_block_number(10 + u64::from(POLICY_DELAY));
        // Now 1 is in force: 2 is higher.
        let events = events_of(|| set_threshold(2).expect("it is good"));
        let expected = Event::ThresholdSet {
            vendor: vendor(),
            threshold: 2,
            from: 10 + POLICY_DELAY,
        };
        assert_eq!(events, [expected]);
    });
}

#[test]
fn a_threshold_of_nobody_or_of_more_than_can_sign_is_refused() {
    on_chain(|| {
        register(1, &[]);
        for threshold in [0, 9, 255] {
            assert_refused(Refusal::BadPolicy, || set_threshold(threshold));
        }
        assert_eq!(set_threshold(8), Ok(()));
    });
}

#[test]
fn a_product_may_ask_for_more_than_its_vendor_and_not_for_less() {
    on_chain(|| {
        let authors = [p256(1), ed25519(2), ed25519(3)];
        let [one, two, three] = &authors;
        register(1, &[one, two, three]);
        set_threshold(2).expect("it is good");
        let strict = PolicyV2 {
            threshold: 3,
            ..plain()
        };
        assert_refused(Refusal::ThresholdNotMet, || {
            publish(ADMIN, &Forge::new(1).signed(&[one]))
        });
        set_policy(Policy::V2(strict)).expect("it is good");
        let by_two = Forge::new(1).signed(&[one, two]);
        assert_both_refuse(Refusal::ThresholdNotMet, &by_two, &[one, two, three]);
        let by_three = Forge::new(1).signed(&[one, two, three]);
        let of_two = sign_intent(&intent_payload(&by_three), &[one, two]);
        assert_refused(Refusal::IntentThresholdNotMet, || send(&by_three, &of_two));
        assert_eq!(publish(ADMIN, &by_three), Ok(()));
    });
}
