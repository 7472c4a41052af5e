//! Products: created under a name that their id comes from.

use super::*;

fn create_product(who: u64, class_name: &[u8], policy: Policy) -> Result<(), DispatchError> {
    call(
        who,
        crate::Call::create_product {
            vendor: vendor(),
            class_name: class_name.to_vec(),
            policy,
        },
    )
}

#[test]
fn create_product_derives_the_class_id_from_the_name() {
    on_chain(|| {
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        let policy = policy(2, 3, Retrieval::VerifiedDevices);
        create_product(ADMIN, CLASS.as_bytes(), policy).expect("it is new");
        let class_name = CLASS.as_bytes().to_vec().try_into().expect("it is short");
        System::assert_last_event(
            Event::ProductCreated {
                product: product(),
                class_name,
                policy,
            }
            .into(),
        );
        let info = SuitRegistry::api_product(product()).expect("it is stored");
        assert_eq!((info.policy, info.highest_published, info.releases), (policy, None, 0));
        assert_eq!(held(ADMIN, HoldReason::Product), 100 + 4);
        assert_refused(Refusal::AlreadyExists, || {
            create_product(ADMIN, CLASS.as_bytes(), policy)
        });
    });
}

#[test]
fn create_product_refuses_bad_names_and_policies() {
    on_chain(|| {
        let good = policy(1, 1, Retrieval::Open);
        register_vendor(ADMIN, DOMAIN).expect("it is free");
        for name in [&b""[..], &[b'x'; 129], &[0xff], b"a\0b"] {
            assert_refused(Refusal::BadClassName, || create_product(ADMIN, name, good));
        }
        for (threshold, replicas) in [(0, 1), (9, 1), (1, 0), (1, 17)] {
            let bad = policy(threshold, replicas, Retrieval::Open);
            assert_refused(Refusal::BadPolicy, || create_product(ADMIN, b"lamp", bad));
        }
    });
}
