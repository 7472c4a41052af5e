//! `publish`: what is recorded, and what the product, its number and the account have to do with it.

use super::*;
use crate::{HoldReason, NextReleaseId, Releases, Roots, WeightInfo};
use forge::{raw_root, IMAGE};
use frame_support::traits::fungible::InspectHold;
use suit_primitives::{
    apis::WantedRoot,
    release::{ReleaseStatus, Transform},
};

#[test]
fn publish_records_a_release_signed_with_p256() {
    on_chain(|| {
        let author = p256(1);
        register(1, &[&author]);
        let envelope = Forge::new(7).signed(&[&author]);
        publish(ADMIN, &envelope).expect("it is good");

        assert_published(0, 7, Some(ADMIN));
        let release = Releases::<Runtime>::get(0).expect("it is stored");
        let release = release.v1();
        assert_eq!((release.product, release.sequence_number), (product(), 7));
        assert_eq!(release.status, ReleaseStatus::Published);
        assert_eq!((release.published_at, release.available_at), (10, None));
        assert_eq!(release.signers.as_slice(), [key_id(&author)]);
        assert_eq!(release.envelope_digest, RustCrypto.sha256(&[&envelope]));
        assert_eq!(release.payloads.len(), 1);
        let payload = release.payloads[0].v1();
        assert_eq!(payload.root, raw_root(IMAGE));
        assert_eq!(
            (payload.stored_size, payload.image_size),
            (IMAGE.len() as u64, Some(IMAGE.len() as u64))
        );
        assert_eq!(
            payload.image_digest.as_ref().map(|digest| digest.bytes.to_vec()),
            Some(raw_root(IMAGE).digest.to_vec())
        );
        assert_eq!(payload.transform, Transform::None);
        assert_eq!(payload.component.as_slice(), [0x81, 0x41, 0x00]);

        assert_eq!(SuitRegistry::api_envelope(0), Some(envelope.clone()));
        assert_eq!(SuitRegistry::api_release(product(), 7).map(|(id, _)| id), Some(0));
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!((info.highest_published, info.releases), (Some(7), 1));
        let wanted = WantedRoot {
            stored_size: IMAGE.len() as u64,
            retrieval: Retrieval::Open,
        };
        assert_eq!(SuitRegistry::api_wanted_root(raw_root(IMAGE)), Some(wanted));
        let held = |reason: HoldReason| Balances::balance_on_hold(&reason.into(), &ADMIN);
        assert_eq!(
            held(HoldReason::Release),
            100 + envelope.len() as u64,
            "a base and the envelope"
        );
        assert_eq!(held(HoldReason::Payload), 10, "two replicas within one mebibyte");
    });
}

#[test]
fn publish_records_a_release_signed_with_ed25519() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        assert_eq!(publish(ADMIN, &Forge::new(1).signed(&[&ed25519(1)])), Ok(()));
        assert_eq!(
            Releases::<Runtime>::get(0)
                .expect("it is stored")
                .v1()
                .signers
                .as_slice(),
            [key_id(&ed25519(1))]
        );
    });
}

#[test]
fn publish_takes_what_the_firmware_builder_makes() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let manifest = suit_manifest::build::Firmware {
            vendor: product().vendor.0,
            class: product().class.0,
            sequence_number: 1,
            component: &[b"firmware"],
            digest: RustCrypto.sha256(&[IMAGE]),
            size: IMAGE.len() as u64,
            uri: &forge::ipfs(&raw_root(IMAGE)),
        }
        .manifest()
        .expect("it can be built");
        let envelope = suit_manifest::build::envelope(&manifest, &[&p256(1)]).expect("it can be signed");
        assert_eq!(publish(ADMIN, &envelope), Ok(()));
    });
}

#[test]
fn publish_gives_back_the_weight_that_was_not_used() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        let envelope = Forge::new(1).signed(&[&ed25519(1)]);
        let call = crate::Call::publish {
            envelope,
            roots: vec![],
        };
        let charged = call.get_dispatch_info().call_weight;
        let used = dispatch(RuntimeOrigin::signed(ADMIN), call)
            .expect("it is good")
            .actual_weight
            .expect("it is told");
        assert!(
            used.ref_time() > 0 && used.ref_time() < charged.ref_time() / 2,
            "{used} of {charged}"
        );
    });
}

#[test]
fn what_is_found_out_while_recording_is_charged_too() {
    on_chain(|| {
        register(1, &[&ed25519(1)]);
        let weight = |who, number| {
            let call = crate::Call::publish {
                envelope: Forge::new(number).signed(&[&ed25519(1)]),
                roots: vec![],
            };
            let outcome = dispatch(RuntimeOrigin::signed(who), call).expect("it is good");
            outcome.actual_weight.expect("it is told")
        };
        let (first, second) = (weight(ADMIN, 1), weight(ADMIN, 2));
        assert_eq!(first, second, "a payload of one's own");
        call(
            ADMIN,
            crate::Call::transfer_vendor {
                vendor: vendor(),
                to: STRANGER,
            },
        )
        .expect("he is the admin");
        call(STRANGER, crate::Call::accept_vendor { vendor: vendor() }).expect("it was offered");
        let stricter = crate::Call::set_policy {
            product: product(),
            policy: Policy::V2(PolicyV2 { replicas: 5, ..plain() }),
        };
        call(STRANGER, stricter).expect("he is the admin");
        assert_eq!(
            weight(STRANGER, 3),
            first.saturating_add(<() as WeightInfo>::take_over(1)),
            "another's deposit goes back"
        );
        assert_eq!(weight(STRANGER, 4), first, "and is his from then on");
    });
}

#[test]
fn publish_is_for_accounts_that_the_vendor_named() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_refused(Refusal::NotAuthorized, || publish(STRANGER, &envelope));
        call(
            ADMIN,
            crate::Call::set_publishers {
                vendor: vendor(),
                publishers: vec![STRANGER],
            },
        )
        .expect("he is the admin");
        assert_refused(Refusal::NotAuthorized, || publish(ADMIN, &envelope));
        assert_eq!(publish(STRANGER, &envelope), Ok(()));
        let none = dispatch(
            RuntimeOrigin::none(),
            crate::Call::publish {
                envelope,
                roots: vec![],
            },
        );
        assert_eq!(none.map_err(|e| e.0), Err(DispatchError::BadOrigin));
    });
}

#[test]
fn the_admin_carries_the_deposit_whoever_publishes() {
    on_chain(|| {
        register_by(POOR, 1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_refused(Refusal::DepositNotAvailable, || publish(POOR, &envelope));
        call(
            POOR,
            crate::Call::set_publishers {
                vendor: vendor(),
                publishers: vec![STRANGER],
            },
        )
        .expect("he is the admin");
        assert_refused(Refusal::DepositNotAvailable, || publish(STRANGER, &envelope));
        let intent = sign_intent(&intent_payload(&envelope), &[&p256(1)]);
        assert_refused(Refusal::DepositNotAvailable, || send(&envelope, &intent));
    });
}

#[test]
fn a_manifest_of_an_unknown_vendor_is_refused() {
    on_chain(|| {
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::VendorNotFound, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_manifest_of_an_unknown_class_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1)
            .with(|forge| forge.class = Some([5; 16]))
            .signed(&[&p256(1)]);
        assert_both_refuse(Refusal::ProductNotFound, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_manifest_that_names_no_class_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).with(|forge| forge.class = None).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::ProductNotNamed, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_suspended_vendor_cannot_publish() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        add_key(ADMIN, &p256(2), KeyUsage::Manifests).expect("it is new");
        revoke_key(&p256(2), Some(10)).expect("it is the admin's");
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::VendorNotActive, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_replayed_and_an_older_manifest_are_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(7).signed(&[&p256(1)]);
        publish(ADMIN, &envelope).expect("it is good");
        assert_both_refuse(Refusal::SequenceNumberNotGreater, &envelope, &[&p256(1)]);
        let older = Forge::new(6).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberNotGreater, &older, &[&p256(1)]);
        assert_eq!(publish(ADMIN, &Forge::new(8).signed(&[&p256(1)])), Ok(()));
    });
}

#[test]
fn a_number_that_rises_too_far_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let first = Forge::new((1 << 40) + 1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberStepTooLarge, &first, &[&p256(1)]);
        publish(ADMIN, &Forge::new(1 << 40).signed(&[&p256(1)])).expect("a timestamp will do");
        let next = Forge::new((1 << 40) + (1 << 32) + 1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberStepTooLarge, &next, &[&p256(1)]);
        let last = Forge::new(u64::MAX).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::SequenceNumberStepTooLarge, &last, &[&p256(1)]);
    });
}

#[test]
fn two_releases_that_share_a_root_both_ask_for_it() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in [1, 2] {
            publish(ADMIN, &Forge::new(number).signed(&[&p256(1)])).expect("it is good");
        }
        let record = Roots::<Runtime>::get(raw_root(IMAGE)).expect("it is asked for");
        assert_eq!((record.v1().releases, record.v1().open), (2, 2));
        assert_eq!(NextReleaseId::<Runtime>::get(), 2);
    });
}

#[test]
fn a_manifest_for_two_products_is_recorded_for_both_or_for_none() {
    use crate::checks::{publication, By, Findings, Signatures};
    use frame_support::storage::with_storage_layer;
    on_chain(|| {
        register(1, &[&p256(1)]);
        let policy = policy(1, 1, Retrieval::VerifiedDevices);
        call(
            ADMIN,
            crate::Call::create_product {
                vendor: vendor(),
                class_name: b"switch".to_vec(),
                policy,
            },
        )
        .expect("it is new");
        let switch = ProductId {
            vendor: vendor(),
            class: ClassId(uuid::class_id(&vendor().0, "switch")),
        };
        let envelope = Forge::new(4).signed(&[&p256(1)]);
        let for_both = |payer: u64| {
            let mut findings = Findings::first();
            let by = By::Account {
                account: &ADMIN,
                roots: &[],
            };
            let mut one =
                publication::<Runtime>(&mut findings, &envelope, &by, Signatures::Verify, 10).expect("it is good");
            let mut other =
                publication::<Runtime>(&mut findings, &envelope, &by, Signatures::Verify, 10).expect("it is good");
            let mut target = other.targets.remove(0);
            (target.product, target.policy, target.admin) = (switch, policy.latest(), payer);
            one.targets.push(target);
            with_storage_layer(|| SuitRegistry::record(one, envelope.clone(), None)).map(|_| ())
        };
        assert_refused(Refusal::DepositNotAvailable, || for_both(77));
        assert_eq!(for_both(ADMIN), Ok(()));
        assert_eq!(SuitRegistry::api_release(product(), 4).map(|(id, _)| id), Some(0));
        assert_eq!(SuitRegistry::api_release(switch, 4).map(|(id, _)| id), Some(1));
        let record = Roots::<Runtime>::get(raw_root(IMAGE)).expect("it is asked for");
        assert_eq!(
            (record.v1().releases, record.v1().open),
            (2, 1),
            "only one of them is open"
        );
    });
}
