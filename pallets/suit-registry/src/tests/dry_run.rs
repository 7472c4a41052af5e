//! The dry run names every reason that can be found, and agrees with the calls.

use super::*;
use forge::{dag_root, ipfs};
use suit_primitives::apis::DryRun;

fn by_account(who: u64, envelope: &[u8]) -> DryRun {
    SuitRegistry::api_dry_run_publish(who.encode(), envelope.to_vec(), vec![])
}

fn by_intent(envelope: &[u8], intent: &[u8]) -> DryRun {
    SuitRegistry::api_dry_run_publish_authorized(envelope.to_vec(), intent.to_vec())
}

#[test]
fn what_would_be_accepted_has_no_refusals_and_is_not_published() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        let expected = DryRun {
            refusals: vec![],
            products: vec![product()],
            sequence_number: Some(1),
        };
        let before = sp_io::storage::root(StateVersion::V1);
        assert_eq!(by_account(ADMIN, &envelope), expected);
        let intent = sign_intent(&intent_payload(&envelope), &[&p256(1)]);
        assert_eq!(by_intent(&envelope, &intent), expected);
        assert_eq!(sp_io::storage::root(StateVersion::V1), before);
    });
}

#[test]
fn every_reason_is_named_at_once() {
    on_chain(|| {
        register(2, &[&p256(1), &p256(2)]);
        publish(ADMIN, &Forge::new(5).signed(&[&p256(1), &p256(2)])).expect("it is good");
        let envelope = Forge::new(5)
            .with(|forge| {
                forge.fetches[0].uri = "https://acme.example/lamp.bin".into();
                forge.integrated = vec![("#more".into(), vec![1])];
            })
            .signed(&[&p256(1)]);
        assert_eq!(
            by_account(STRANGER, &envelope).refusals,
            [
                Refusal::EnvelopeStuffed,
                Refusal::SequenceNumberNotGreater,
                Refusal::NotAuthorized,
                Refusal::PayloadRootMissing,
                Refusal::ThresholdNotMet,
            ]
        );
        let mut payload = intent_payload(b"another envelope");
        payload.genesis = [1; 32];
        payload.last_block = 3;
        let refusals = by_intent(&envelope, &sign_intent(&payload, &[&p256(1)])).refusals;
        assert_eq!(
            refusals,
            [
                Refusal::IntentForOtherChain,
                Refusal::IntentForOtherEnvelope,
                Refusal::IntentExpired,
                Refusal::EnvelopeStuffed,
                Refusal::SequenceNumberNotGreater,
                Refusal::PayloadRootMissing,
                Refusal::IntentThresholdNotMet,
                Refusal::ThresholdNotMet,
            ]
        );
    });
}

#[test]
fn a_deposit_that_cannot_be_held_is_named() {
    on_chain(|| {
        register_by(POOR, 1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_eq!(by_account(POOR, &envelope).refusals, [Refusal::DepositNotAvailable]);
        let intent = sign_intent(&intent_payload(&envelope), &[&p256(1)]);
        assert_eq!(by_intent(&envelope, &intent).refusals, [Refusal::DepositNotAvailable]);
    });
}

#[test]
fn an_intent_that_ends_with_this_block_is_expired_for_the_next() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        let mut payload = intent_payload(&envelope);
        payload.last_block = System::block_number();
        assert_eq!(
            by_intent(&envelope, &sign_intent(&payload, &[&p256(1)])).refusals,
            [Refusal::IntentExpired]
        );
    });
}

#[test]
fn nonsense_is_named_without_guesses() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_eq!(by_account(ADMIN, b"nonsense").refusals, [Refusal::MalformedEnvelope]);
        let not_an_account = SuitRegistry::api_dry_run_publish(vec![1], vec![], vec![]);
        assert_eq!(not_an_account.refusals, [Refusal::NotAuthorized]);
        // Roots would come with the intent: that they are missing is not said.
        let envelope = Forge::new(1)
            .with(|forge| forge.fetches[0].uri = "https://acme.example/x".into())
            .signed(&[&p256(1)]);
        assert_eq!(by_intent(&envelope, b"nonsense").refusals, [Refusal::MalformedIntent]);
        assert_eq!(SuitRegistry::api_wanted_root(dag_root(9)), None);
        assert!(ipfs(&dag_root(9)).starts_with("ipfs://bafy"));
    });
}

#[test]
fn what_the_council_and_the_policy_stand_against_is_named_with_the_rest() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(5);
        let against = |submission| PolicyV2 {
            threshold: 2,
            submission,
            frozen: true,
            ..plain()
        };
        set_policy(Policy::V2(against(Submission::Intents))).expect("it is good");
        Paused::set(true);
        let envelope = Forge::new(5).signed(&[&p256(1)]);
        assert_eq!(
            by_account(ADMIN, &envelope).refusals,
            [
                Refusal::PublishingPaused,
                Refusal::ProductFrozen,
                Refusal::SequenceNumberNotGreater,
                Refusal::SubmissionNotAllowed,
                Refusal::ThresholdNotMet,
            ]
        );
        let intent = sign_intent(&intent_payload(&envelope), &[&p256(1)]);
        assert_eq!(
            by_intent(&envelope, &intent).refusals,
            [
                Refusal::PublishingPaused,
                Refusal::ProductFrozen,
                Refusal::SequenceNumberNotGreater,
                Refusal::IntentThresholdNotMet,
                Refusal::ThresholdNotMet,
            ]
        );
        Paused::set(false);
    });
}

#[test]
fn a_vendor_that_is_suspended_and_a_number_that_was_used_are_named() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in [1, 5] {
            publish_number(number);
            revoke(number).expect("it is his");
        }
        lower_floor(2).expect("what is above is revoked");
        add_key(ADMIN, &p256(2), KeyUsage::Manifests).expect("it is new");
        revoke_key(&p256(2), Some(10)).expect("it is live");
        let envelope = Forge::new(5).signed(&[&p256(1)]);
        assert_eq!(
            by_account(ADMIN, &envelope).refusals,
            [Refusal::VendorNotActive, Refusal::SequenceNumberUsed]
        );
    });
}

#[test]
fn the_dry_run_is_of_the_next_block() {
    on_chain(|| {
        register(1, &[]);
        let add = |key: &SigningKey, from, until| crate::Call::add_key {
            vendor: vendor(),
            cose_key: key.public_key().to_cose_key(),
            usage: KeyUsage::Manifests,
            from: Some(from),
            until: Some(until),
        };
        call(ADMIN, add(&p256(1), 10, 10)).expect("it is new");
        call(ADMIN, add(&p256(2), 11, 11)).expect("it is new");
        let refusals = |author: &SigningKey| by_account(ADMIN, &Forge::new(1).signed(&[author])).refusals;
        assert_eq!(refusals(&p256(1)), [Refusal::SignatureNotValid]);
        assert_eq!(refusals(&p256(2)), []);
    });
}
