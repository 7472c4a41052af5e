//! Key handovers: old author keys sign the next.

use super::*;
use crate::{Handovers, WeightInfo};
use forge::Liar;
use suit_device::handover::{self, HandoverPayload};

/// The vendor's handover with this number, to these keys, of which `threshold` must sign from then on.
fn payload(number: u64, threshold: u8, next: &[&SigningKey]) -> HandoverPayload {
    let keys: Vec<_> = next.iter().map(|key| key.public_key()).collect();
    HandoverPayload {
        vendor: vendor().0,
        number,
        threshold,
        keys: handover::Keys::new(&keys).expect("they are keys"),
    }
}

fn signed(payload: &HandoverPayload, by: &[&dyn Signer]) -> Vec<u8> {
    handover::sign(payload, by).expect("it can be signed")
}

fn hand_over(handover: &[u8]) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::hand_over_keys {
            vendor: vendor(),
            handover: handover.to_vec(),
        },
    )
}

#[test]
fn a_handover_by_as_many_keys_as_the_threshold_is_recorded_and_told() {
    on_chain(|| {
        let (one, two, next) = (p256(1), ed25519(2), ed25519(3));
        register(1, &[&one, &two, &next]);
        set_threshold(2).expect("it is good");
        let handover = signed(&payload(1, 1, &[&next, &one]), &[&one, &two]);
        FeePerByte::set(2);
        let mut events = vec![];

        let burned = burned_by(|| events = events_of(|| hand_over(&handover).expect("it is good")));

        FeePerByte::set(0);
        let mut signers = vec![key_id(&one), key_id(&two)];
        signers.sort();
        let expected = Event::KeysHandedOver {
            vendor: vendor(),
            number: 1,
            signers,
            next: vec![key_id(&next), key_id(&one)],
        };
        assert_eq!(events, [expected]);
        assert_eq!(burned, 1 + 2 * handover.len() as u64);
        let record = Handovers::<Runtime>::get(vendor(), 1).expect("it is stored").into_v1();
        assert_eq!(
            (record.message.into_inner(), record.recorded_at),
            (handover.clone(), 10)
        );
        assert_eq!(SuitRegistry::api_handovers(vendor(), 0, 64), [(1, handover)]);
        assert_eq!(
            SuitRegistry::api_vendor(vendor()).map(|vendor| vendor.handovers),
            Some(1)
        );
        assert_eq!(
            key_status(&two),
            KeyStatus::Live,
            "the chain's keys are revoked by calls of their own"
        );
    });
}

#[test]
fn handovers_follow_one_after_the_other() {
    on_chain(|| {
        let (one, next) = (ed25519(1), ed25519(2));
        register(1, &[&one, &next]);
        let number = |number| signed(&payload(number, 1, &[&next]), &[&one]);
        assert_refused(Refusal::HandoverNotNext, || hand_over(&number(2)));
        hand_over(&number(1)).expect("it is the first");
        assert_refused(Refusal::HandoverNotNext, || hand_over(&number(1)));
        assert_refused(Refusal::HandoverNotNext, || hand_over(&number(3)));
        assert_eq!(hand_over(&number(2)), Ok(()));
        let numbers = |after, limit| -> Vec<u64> {
            let page = SuitRegistry::api_handovers(vendor(), after, limit);
            page.into_iter().map(|(number, _)| number).collect()
        };
        assert_eq!(numbers(0, 64), [1, 2]);
        assert_eq!(numbers(0, 1), [1]);
        assert_eq!(numbers(1, 64), [2]);
        assert_eq!(numbers(2, 64), [0u64; 0]);
        assert_eq!(numbers(u64::MAX, 64), [0u64; 0]);
    });
}

#[test]
fn what_is_no_handover_of_the_vendor_is_refused() {
    on_chain(|| {
        let (one, next) = (ed25519(1), ed25519(2));
        register(1, &[&one, &next]);
        let good = payload(1, 1, &[&next]);
        let of_another = HandoverPayload {
            vendor: [1; 16],
            ..good
        };
        let for_another_purpose = suit_manifest::cose::sign(&good.encode(), Some("text/plain"), &[&one]);
        for bad in [
            vec![],
            b"nonsense".to_vec(),
            vec![0; 2049],
            signed(&of_another, &[&one]),
            for_another_purpose.expect("it can be signed"),
        ] {
            assert_refused(Refusal::MalformedHandover, || hand_over(&bad));
        }
    });
}

#[test]
fn a_handover_with_one_flipped_bit_is_refused_wherever_it_flips() {
    on_chain(|| {
        let (one, next) = (ed25519(1), ed25519(2));
        register(1, &[&one, &next]);
        let good = signed(&payload(1, 1, &[&next]), &[&one]);
        let before = sp_io::storage::root(StateVersion::V1);
        for index in 0..good.len() {
            let mut flipped = good.clone();
            flipped[index] ^= 1 << (index % 8);
            assert!(hand_over(&flipped).is_err(), "byte {index}");
        }
        assert_eq!(sp_io::storage::root(StateVersion::V1), before);
        assert_eq!(hand_over(&good), Ok(()));
    });
}

#[test]
fn the_next_keys_must_be_the_vendors_live_author_keys() {
    on_chain(|| {
        let (one, operator, gone) = (ed25519(1), ed25519(2), ed25519(3));
        register(1, &[&one, &gone]);
        add_key(ADMIN, &operator, KeyUsage::Credentials).expect("it is new");
        revoke_key(&gone, None).expect("it is live");
        let to = |next: &SigningKey| signed(&payload(1, 1, &[&one, next]), &[&one]);
        assert_refused(Refusal::KeyNotFound, || hand_over(&to(&ed25519(9))));
        assert_refused(Refusal::KeyNotFound, || hand_over(&to(&operator)));
        assert_refused(Refusal::KeyRevoked, || hand_over(&to(&gone)));
    });
}

#[test]
fn a_next_key_may_begin_to_sign_later() {
    on_chain(|| {
        let (one, next) = (ed25519(1), ed25519(2));
        register(1, &[&one]);
        let later = crate::Call::add_key {
            vendor: vendor(),
            cose_key: next.public_key().to_cose_key(),
            usage: KeyUsage::Manifests,
            from: Some(1_000),
            until: None,
        };
        call(ADMIN, later).expect("it is new");
        let by_next = signed(&payload(1, 1, &[&next]), &[&next]);
        assert_refused(Refusal::HandoverThresholdNotMet, || hand_over(&by_next));
        assert_eq!(hand_over(&signed(&payload(1, 1, &[&next]), &[&one])), Ok(()));
    });
}

#[test]
fn signatures_of_others_do_not_count() {
    on_chain(|| {
        let (one, operator, gone, next) = (ed25519(1), ed25519(2), ed25519(3), ed25519(4));
        register(1, &[&one, &gone, &next]);
        set_threshold(2).expect("it is good");
        add_key(ADMIN, &operator, KeyUsage::Credentials).expect("it is new");
        revoke_key(&gone, None).expect("it is live");
        for other in [&operator, &gone, &ed25519(9)] {
            let handover = signed(&payload(1, 1, &[&next]), &[&one, other]);
            assert_refused(Refusal::HandoverThresholdNotMet, || hand_over(&handover));
        }
        let beside = signed(&payload(1, 1, &[&next]), &[&one, &gone, &next]);
        assert_eq!(hand_over(&beside), Ok(()), "two are enough, whoever else signed");
    });
}

#[test]
fn a_signature_in_a_live_keys_name_that_does_not_hold_is_refused_beside_enough_others() {
    on_chain(|| {
        let (one, two) = (ed25519(1), ed25519(2));
        register(1, &[&one, &two]);
        let liar = Liar {
            claimed: ed25519(2),
            used: ed25519(9),
        };
        let handover = signed(&payload(1, 1, &[&two]), &[&one, &liar]);
        assert_refused(Refusal::HandoverThresholdNotMet, || hand_over(&handover));
    });
}

#[test]
fn a_suspended_vendor_hands_nothing_over() {
    on_chain(|| {
        let (one, two) = (ed25519(1), ed25519(2));
        register(1, &[&one, &two]);
        revoke_key(&one, Some(10)).expect("it is live");
        let handover = signed(&payload(1, 1, &[&two]), &[&two]);
        assert_refused(Refusal::VendorNotActive, || hand_over(&handover));
        run_to(11);
        assert_eq!(hand_over(&handover), Ok(()));
    });
}

#[test]
fn a_handover_that_cannot_be_paid_is_refused() {
    on_chain(|| {
        register_by(POOR, 1, &[&ed25519(1)]);
        FeePerByte::set(1_000);
        let handover = signed(&payload(1, 1, &[&ed25519(1)]), &[&ed25519(1)]);
        let attempt = || {
            let vendor = vendor();
            call(POOR, crate::Call::hand_over_keys { vendor, handover })
        };
        assert_refused(Refusal::DepositNotAvailable, attempt);
        FeePerByte::set(0);
    });
}

#[test]
fn a_handover_gives_back_what_its_signatures_did_not_cost() {
    on_chain(|| {
        type Weights = <Runtime as crate::Config>::WeightInfo;
        let (one, two) = (ed25519(1), ed25519(2));
        register(1, &[&one, &two]);
        let call = |handover: Vec<u8>| crate::Call::hand_over_keys {
            vendor: vendor(),
            handover,
        };
        let good = call(signed(&payload(1, 1, &[&two]), &[&one, &two]));
        let charged = good.get_dispatch_info().call_weight;
        let used = dispatch(RuntimeOrigin::signed(ADMIN), good)
            .expect("it is good")
            .actual_weight
            .expect("it is told");
        let verifying = |d| Weights::verify_p256(0) + Weights::verify_ed25519(d);
        assert_eq!(used, Weights::hand_over_keys() + verifying(2));
        assert!(used.all_lte(charged));
        let (_, refused) = dispatch(RuntimeOrigin::signed(ADMIN), call(vec![0; 2_000])).expect_err("it is none");
        assert_eq!(
            refused.actual_weight,
            Some(Weights::hand_over_keys() + verifying(0)),
            "also where it is refused"
        );
    });
}
