//! Products and vendors that are gone for good.

use super::*;
use crate::{KeysOf, WeightInfo};

#[test]
fn a_product_retires_once_none_of_its_releases_is_kept() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer([1]);
        assert_refused(Refusal::InUse, retire_product);
        revoke(1).expect("it is his");

        let events = events_of(|| retire_product().expect("nothing is kept"));

        assert_eq!(events, [Event::ProductRetired { product: product() }]);
        assert_eq!(held(ADMIN, HoldReason::Product), 0);
        let info = SuitRegistry::api_product(product()).expect("its tombstone stays");
        assert!(info.retired && info.releases == 1 && info.highest_published == Some(1));
        assert_eq!(
            SuitRegistry::api_vendor(vendor()).map(|vendor| vendor.products),
            Some(0)
        );
    });
}

#[test]
fn a_retired_products_name_is_never_given_out_again() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        retire_product().expect("nothing is kept");
        assert_refused(Refusal::AlreadyExists, || {
            call(
                ADMIN,
                crate::Call::create_product {
                    vendor: vendor(),
                    class_name: CLASS.into(),
                    policy: policy(1, 1, Retrieval::Open),
                },
            )
        });
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::ProductRetired, &envelope, &[&p256(1)]);
    });
}

#[test]
fn a_stepping_stone_keeps_its_product_from_retiring() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        offer(1..=4);
        set_stone(1, true).expect("it is kept");
        for number in 2..=4 {
            revoke(number).expect("it is his");
        }
        assert_refused(Refusal::InUse, retire_product);
        revoke(1).expect("it is his");
        assert_eq!(retire_product(), Ok(()));
    });
}

#[test]
fn a_vendor_retires_once_all_of_its_products_have() {
    on_chain(|| {
        let (author, operator, gone) = (p256(1), ed25519(2), ed25519(3));
        register(1, &[&author, &gone]);
        add_key(ADMIN, &operator, KeyUsage::Credentials).expect("it is new");
        revoke_key(&gone, None).expect("it is live");
        let to = STRANGER;
        call(ADMIN, crate::Call::transfer_vendor { vendor: vendor(), to }).expect("he is the admin");
        assert_refused(Refusal::InUse, retire_vendor);
        retire_product().expect("nothing is kept");
        System::set_block_number(14);

        let events = events_of(|| retire_vendor().expect("nothing is left"));

        let rotated = |key| Event::KeyRotated {
            vendor: vendor(),
            key: key_id(key),
            successor: None,
        };
        let retired = Event::VendorRetired { vendor: vendor() };
        assert_eq!(events, [rotated(&author), rotated(&operator), retired]);
        assert_eq!(Balances::reserved_balance(ADMIN), 0, "every deposit came back");
        assert_eq!(KeysOf::<Runtime>::get(vendor()).len(), 0);
        assert_eq!(key_status(&author), KeyStatus::Rotated { at: 14 });
        let info = SuitRegistry::api_vendor(vendor()).expect("its tombstone stays");
        assert_eq!(info.status, VendorStatus::Retired);
        assert_eq!((info.publishers.len(), info.offered_to), (0, None));
        assert_refused(Refusal::AlreadyExists, || register_vendor(STRANGER, DOMAIN));
        assert_refused(Refusal::TransferNotFound, || {
            call(STRANGER, crate::Call::accept_vendor { vendor: vendor() })
        });
    });
}

#[test]
fn nothing_is_published_for_a_retired_vendor() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        retire_product().expect("nothing is kept");
        retire_vendor().expect("nothing is left");
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        assert_both_refuse(Refusal::VendorNotActive, &envelope, &[&p256(1)]);
    });
}

#[test]
fn retiring_a_vendor_weighs_what_its_keys_cost() {
    on_chain(|| {
        type Weights = <Runtime as crate::Config>::WeightInfo;
        register(1, &[&p256(1), &ed25519(2)]);
        retire_product().expect("nothing is kept");
        let retire = crate::Call::retire_vendor { vendor: vendor() };
        assert_eq!(retire.get_dispatch_info().call_weight, Weights::retire_vendor(64));
        let info = dispatch(RuntimeOrigin::signed(ADMIN), retire).expect("nothing is left");
        assert_eq!(info.actual_weight, Some(Weights::retire_vendor(2)));
    });
}
