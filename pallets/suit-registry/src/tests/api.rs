//! What the runtime API and the view functions answer.

use super::*;
use suit_primitives::apis::HistoryEntry;

fn ordinals(page: &[HistoryEntry]) -> Vec<u32> {
    page.iter().map(|entry| entry.ordinal).collect()
}

#[test]
fn history_is_told_by_page_the_newest_first() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        for number in 1..=70 {
            publish_number(number);
        }
        let history = |before, limit| ordinals(&SuitRegistry::api_history(product(), before, limit));
        assert_eq!(history(None, 3), [69, 68, 67]);
        assert_eq!(history(Some(67), 2), [66, 65]);
        assert_eq!(history(Some(2), 64), [1, 0]);
        assert_eq!(history(Some(0), 64), [0u32; 0]);
        assert_eq!(history(Some(u32::MAX), 1), [69]);
        assert_eq!(history(None, 0), [0u32; 0]);
        assert_eq!(history(None, u32::MAX).len(), 64, "a page is bounded");
    });
}

#[test]
fn history_tells_what_became_of_each_release() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=6);
        suspend(5).expect("it is his");
        revoke(6).expect("it is his");
        idle();
        let page = SuitRegistry::api_history(product(), None, 64);
        let told: Vec<_> = page
            .iter()
            .map(|entry| (entry.record.v1().status, entry.kept, entry.suspension))
            .collect();
        assert_eq!(
            told,
            [
                (ReleaseStatus::Revoked, false, None),
                (ReleaseStatus::Suspended, true, Some(Suspension::Vendor)),
                (ReleaseStatus::Available, true, None),
                (ReleaseStatus::Available, true, None),
                (ReleaseStatus::Available, true, None),
                (ReleaseStatus::Available, false, None),
            ]
        );
        assert_eq!(page[0].release, 5);
        assert_eq!(Some(&page[0].record), SuitRegistry::api_release_by_id(5).as_ref());
        let unknown = ProductId {
            vendor: vendor(),
            class: ClassId([1; 16]),
        };
        assert_eq!(SuitRegistry::api_history(unknown, None, 64), []);
    });
}

#[test]
fn vendors_products_and_keys_are_told_page_by_page_each_once() {
    on_chain(|| {
        let vendors: Vec<_> = (0..5)
            .map(|n| register_domain(ADMIN, &format!("v{n}.example")))
            .collect();
        let vendor = vendors[0];
        for n in 0..5 {
            create(ADMIN, vendor, &format!("class {n}"));
            add_author(ADMIN, vendor, &ed25519(n));
        }
        let revoke = crate::Call::revoke_key {
            vendor,
            key: key_id(&ed25519(0)),
            compromised_since: None,
        };
        call(ADMIN, revoke).expect("it is live");

        let mut pages = vec![];
        let mut after = None;
        loop {
            let page = SuitRegistry::api_vendors(after, 2);
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            pages.extend(page);
        }
        let mut told: Vec<_> = pages.iter().map(|(id, _)| *id).collect();
        assert!(pages
            .iter()
            .all(|(id, info)| SuitRegistry::api_vendor(*id).as_ref() == Some(info)));
        told.sort();
        let mut expected = vendors.clone();
        expected.sort();
        assert_eq!(told, expected);

        let all = SuitRegistry::api_products(vendor, None, 64);
        let first = SuitRegistry::api_products(vendor, None, 3);
        let rest = SuitRegistry::api_products(vendor, Some(first[2].0.class), 64);
        assert_eq!((all.len(), [first, rest].concat()), (5, all));

        let all = SuitRegistry::api_keys(vendor, None, 64);
        let first = SuitRegistry::api_keys(vendor, None, 2);
        let rest = SuitRegistry::api_keys(vendor, Some(first[1].0), 64);
        assert_eq!((all.len(), [first, rest].concat()), (5, all), "revoked ones too");
        assert_eq!(SuitRegistry::api_keys(vendors[1], None, 64), []);
    });
}

#[test]
fn a_key_is_told_with_everything_that_verifiers_ask() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let info = SuitRegistry::api_key(vendor(), key_id(&p256(1))).expect("it is stored");
        assert_eq!(
            (info.vendor, info.usage, info.status),
            (vendor(), KeyUsage::Manifests, KeyStatus::Live)
        );
        assert_eq!((info.from, info.until, info.void_before), (10, None, 0));
        assert_eq!(SuitRegistry::api_key(vendor(), KeyId([0; 32])), None);
        assert_eq!(SuitRegistry::api_key(VendorId([0; 16]), key_id(&p256(1))), None);
    });
}

#[test]
fn view_functions_answer_as_the_runtime_api_does() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1, 2, 3]);
        set_stone(2, true).expect("it is kept");
        let (v, p) = (vendor(), product());
        for product in [
            p,
            ProductId {
                vendor: v,
                class: ClassId([1; 16]),
            },
        ] {
            assert_eq!(SuitRegistry::latest(product), SuitRegistry::api_latest(product));
            assert_eq!(SuitRegistry::product(product), SuitRegistry::api_product(product));
            for installed in [None, Some(1), Some(2)] {
                let told = SuitRegistry::next_release(product, installed);
                assert_eq!(told, SuitRegistry::api_next_release(product, installed));
            }
            for before in [None, Some(2)] {
                let told = SuitRegistry::history(product, before, 2);
                assert_eq!(told, SuitRegistry::api_history(product, before, 2));
            }
        }
        for vendor in [v, VendorId([1; 16])] {
            assert_eq!(SuitRegistry::vendor(vendor), SuitRegistry::api_vendor(vendor));
            assert_eq!(
                SuitRegistry::products(vendor, None, 64),
                SuitRegistry::api_products(vendor, None, 64)
            );
            assert_eq!(
                SuitRegistry::keys(vendor, None, 64),
                SuitRegistry::api_keys(vendor, None, 64)
            );
        }
        let envelope = Forge::new(4).signed(&[&p256(1)]);
        let intent = sign_intent(&intent_payload(&envelope), &[&p256(1)]);
        for who in [ADMIN, STRANGER] {
            assert_eq!(
                SuitRegistry::dry_run_publish(who.encode(), envelope.clone(), vec![]),
                SuitRegistry::api_dry_run_publish(who.encode(), envelope.clone(), vec![])
            );
        }
        assert_eq!(
            SuitRegistry::dry_run_publish_authorized(envelope.clone(), intent.clone()),
            SuitRegistry::api_dry_run_publish_authorized(envelope, intent)
        );
    });
}
