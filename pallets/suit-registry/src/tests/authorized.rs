//! `publish_authorized`: the authors' own word, without account or fee.

use super::*;
use crate::NextReleaseId;
use forge::{dag_root, ipfs, Fetch, IMAGE};
use frame_support::traits::Authorize;
use frame_system::RawOrigin;
use suit_intent::Root;

/// A good envelope with a good intent.
fn good(number: u64, author: &SigningKey) -> (Vec<u8>, Vec<u8>) {
    let envelope = Forge::new(number).signed(&[author]);
    let intent = sign_intent(&intent_payload(&envelope), &[author]);
    (envelope, intent)
}

fn with_intent(envelope: &[u8], author: &SigningKey, change: impl FnOnce(&mut IntentPayload)) -> Vec<u8> {
    let mut payload = intent_payload(envelope);
    change(&mut payload);
    sign_intent(&payload, &[author])
}

#[test]
fn publish_authorized_needs_no_account_with_either_kind_of_key() {
    on_chain(|| {
        register(1, &[&p256(1), &ed25519(1)]);
        for (number, author) in [(1, p256(1)), (2, ed25519(1))] {
            let (envelope, intent) = good(number, &author);
            assert_eq!(send(&envelope, &intent), Ok(()));
            let release = number - 1;
            assert_published(release, number, None);
        }
    });
}

#[test]
fn the_pool_keeps_one_a_product_until_the_intents_last_block() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let (envelope, intent) = good(1, &p256(1));
        let first = pooled(&envelope, &intent).expect("it is good");
        assert_eq!(first.provides.len(), 1);
        assert_eq!(first.longevity, 91);
        assert!(first.propagate && first.requires.is_empty());
        assert_eq!(first.priority, crate::AUTHORIZED_PRIORITY);
        let (envelope, intent) = good(2, &p256(1));
        assert_eq!(pooled(&envelope, &intent).expect("it is good").provides, first.provides);
    });
}

#[test]
fn the_authorisation_step_writes_nothing_and_gives_back_unused_weight() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        let (envelope, intent) = good(1, &ed25519(1));
        let call = crate::Call::<Runtime>::publish_authorized { envelope, intent };
        let before = sp_io::storage::root(StateVersion::V1);
        let events = System::event_count();
        let (_, unspent) = call
            .authorize(TransactionSource::External)
            .expect("it has a step")
            .expect("it is good");
        assert_eq!(sp_io::storage::root(StateVersion::V1), before);
        assert_eq!(System::event_count(), events);
        let charged = call.weight_of_authorize();
        assert!(unspent.ref_time() > charged.ref_time() / 2, "{unspent} of {charged}");
    });
}

#[test]
fn dispatch_checks_all_but_signatures_again() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let (envelope, intent) = good(1, &p256(1));
        let authorized = || RuntimeOrigin::from(RawOrigin::Authorized);
        let call = || crate::Call::publish_authorized {
            envelope: envelope.clone(),
            intent: intent.clone(),
        };
        dispatch(authorized(), call()).expect("it is good");
        let (error, info) = dispatch(authorized(), call()).expect_err("it is a replay");
        assert_eq!(error, error_of(Refusal::SequenceNumberNotGreater));
        assert!(info.actual_weight.expect("it is told").ref_time() < call().get_dispatch_info().call_weight.ref_time());
    });
}

#[test]
fn a_signed_account_cannot_send_it() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let (envelope, intent) = good(1, &p256(1));
        for origin in [
            RuntimeOrigin::signed(ADMIN),
            RuntimeOrigin::none(),
            RuntimeOrigin::root(),
        ] {
            let call = crate::Call::publish_authorized {
                envelope: envelope.clone(),
                intent: intent.clone(),
            };
            assert_eq!(call.get_dispatch_info().pays_fee, frame_support::dispatch::Pays::Yes);
            assert_eq!(dispatch(origin, call).map_err(|e| e.0), Err(DispatchError::BadOrigin));
        }
        assert_eq!(NextReleaseId::<Runtime>::get(), 0);
    });
}

#[test]
fn a_replayed_transaction_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let (envelope, intent) = good(1, &p256(1));
        send(&envelope, &intent).expect("it is good");
        assert_refused(Refusal::SequenceNumberNotGreater, || send(&envelope, &intent));
    });
}

#[test]
fn a_strangers_stripped_or_stuffed_copy_does_not_fit_the_intent() {
    on_chain(|| {
        register(2, &[&p256(1), &p256(2)]);
        let forge = Forge::new(1);
        let envelope = forge.signed(&[&p256(1), &p256(2)]);
        let intent = sign_intent(&intent_payload(&envelope), &[&p256(1), &p256(2)]);
        let stripped = forge.signed(&[&p256(1)]);
        let stuffed = forge
            .with(|forge| forge.integrated = vec![("#x".into(), vec![1])])
            .signed(&[&p256(1), &p256(2)]);
        for copy in [stripped, stuffed] {
            assert_refused(Refusal::IntentForOtherEnvelope, || send(&copy, &intent));
        }
        assert_eq!(send(&envelope, &intent), Ok(()), "no number is burnt");
    });
}

#[test]
fn a_manifest_without_an_intent_of_the_authors_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_refused(Refusal::MalformedIntent, || send(&envelope, &[]));
        let by_stranger = sign_intent(&intent_payload(&envelope), &[&p256(9)]);
        assert_refused(Refusal::IntentThresholdNotMet, || send(&envelope, &by_stranger));
    });
}

#[test]
fn an_intent_that_is_not_one_is_refused() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        let (envelope, intent) = good(1, &ed25519(1));
        for end in 0..intent.len() {
            assert_refused(Refusal::MalformedIntent, || send(&envelope, &intent[..end]));
        }
        assert_refused(Refusal::MalformedIntent, || send(&envelope, &vec![0; 2049]));
        // A signature for another purpose.
        let other = suit_manifest::cose::sign(&intent_payload(&envelope).encode(), Some("text/plain"), &[&ed25519(1)]);
        assert_refused(Refusal::MalformedIntent, || {
            send(&envelope, &other.expect("it can be signed"))
        });
    });
}

#[test]
fn an_intent_with_one_flipped_bit_is_refused_wherever_it_flips() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        let (envelope, intent) = good(1, &ed25519(1));
        for index in 0..intent.len() {
            let mut flipped = intent.clone();
            flipped[index] ^= 1 << (index % 8);
            assert!(pooled(&envelope, &flipped).is_err(), "byte {index}");
        }
    });
}

#[test]
fn an_intent_for_another_chain_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        let intent = with_intent(&envelope, &p256(1), |payload| payload.genesis = [1; 32]);
        assert_refused(Refusal::IntentForOtherChain, || send(&envelope, &intent));
    });
}

#[test]
fn an_intent_for_another_envelope_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let (_, intent) = good(1, &p256(1));
        assert_refused(Refusal::IntentForOtherEnvelope, || {
            send(&Forge::new(2).signed(&[&p256(1)]), &intent)
        });
    });
}

#[test]
fn an_intent_is_good_up_to_its_last_block() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        let intent = with_intent(&envelope, &p256(1), |payload| payload.last_block = 20);
        System::set_block_number(21);
        assert_refused(Refusal::IntentExpired, || send(&envelope, &intent));
        System::set_block_number(20);
        assert_eq!(send(&envelope, &intent), Ok(()));
    });
}

#[test]
fn an_intent_for_too_far_ahead_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        let long = with_intent(&envelope, &p256(1), |payload| payload.last_block = 10 + 43_200 + 1);
        assert_refused(Refusal::IntentTooLong, || send(&envelope, &long));
        let endless = with_intent(&envelope, &p256(1), |payload| payload.last_block = u64::MAX);
        assert_refused(Refusal::IntentTooLong, || send(&envelope, &endless));
        let longest = with_intent(&envelope, &p256(1), |payload| payload.last_block = 10 + 43_200);
        assert_eq!(send(&envelope, &longest), Ok(()));
    });
}

#[test]
fn fewer_authors_on_the_intent_than_the_policy_asks_for_are_refused() {
    on_chain(|| {
        let (one, two) = (p256(1), ed25519(2));
        register(2, &[&one, &two]);
        add_key(ADMIN, &p256(3), KeyUsage::Credentials).expect("it is new");
        let envelope = Forge::new(1).signed(&[&one, &two]);
        let payload = intent_payload(&envelope);
        assert_refused(Refusal::IntentThresholdNotMet, || {
            send(&envelope, &sign_intent(&payload, &[&one]))
        });
        let with_operator = sign_intent(&payload, &[&one, &p256(3)]);
        assert_refused(Refusal::IntentThresholdNotMet, || send(&envelope, &with_operator));
        assert_eq!(send(&envelope, &sign_intent(&payload, &[&two, &one])), Ok(()));
    });
}

#[test]
fn the_roots_of_the_intent_are_those_of_the_release() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let third_party = Fetch {
            uri: "https://acme.example/lamp.bin".into(),
            ..Fetch::image(IMAGE)
        };
        let envelope = Forge::new(1)
            .with(|forge| forge.fetches = vec![third_party])
            .signed(&[&p256(1)]);
        let size = IMAGE.len() as u64;
        let root = |size| Root {
            component_index: 0,
            root: dag_root(1).to_bytes(),
            stored_size: size,
        };
        let roots = |size| move |payload: &mut IntentPayload| payload.roots.push(root(size)).expect("there is room");
        let other_size = with_intent(&envelope, &p256(1), roots(size + 1));
        assert_refused(Refusal::PayloadRootMismatch, || send(&envelope, &other_size));
        assert_eq!(send(&envelope, &with_intent(&envelope, &p256(1), roots(size))), Ok(()));
        assert!(SuitRegistry::api_wanted_root(dag_root(1)).is_some());
        assert_ne!(ipfs(&dag_root(1)), "");
    });
}
