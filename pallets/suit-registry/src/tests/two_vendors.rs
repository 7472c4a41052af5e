//! One manifest for the products of two vendors: for both or for neither, each by its own authors.

use super::*;
use crate::Releases;
use forge::IMAGE;

/// The other vendor's product. Its admin is the stranger, who lets the first vendor's admin publish.
fn other_product(authors: &[&SigningKey]) -> ProductId {
    let other = register_domain(STRANGER, "other.example");
    for author in authors {
        add_author(STRANGER, other, author);
    }
    let publishers = vec![ADMIN];
    let vendor = other;
    call(STRANGER, crate::Call::set_publishers { vendor, publishers }).expect("he is the admin");
    create(STRANGER, other, CLASS)
}

fn signers(release: u64) -> Vec<KeyId> {
    let release = Releases::<Runtime>::get(release).expect("it is stored");
    release.v1().signers.to_vec()
}

#[test]
fn an_author_of_both_vendors_signs_for_both() {
    on_chain(|| {
        let both = p256(1);
        register(1, &[&both]);
        let other = other_product(&[&both]);
        let envelope = Forge::for_both(4, other).signed(&[&both]);

        publish(ADMIN, &envelope).expect("it is good");

        let id = |product| SuitRegistry::api_release(product, 4).map(|(id, _)| id);
        let (first, second) = (
            id(product()).expect("it is for one"),
            id(other).expect("it is for both"),
        );
        assert_eq!(
            (signers(first), signers(second)),
            (vec![key_id(&both)], vec![key_id(&both)])
        );
        let deposit = 100 + envelope.len() as u64;
        assert_eq!(held(ADMIN, HoldReason::Release), deposit);
        assert_eq!(
            held(STRANGER, HoldReason::Release),
            deposit,
            "each admin pays for his own"
        );
        assert_eq!(held(ADMIN, HoldReason::Payload), held(STRANGER, HoldReason::Payload));
    });
}

#[test]
fn an_intent_by_an_author_of_both_is_enough_and_holds_both_places_in_the_pool() {
    on_chain(|| {
        let both = ed25519(1);
        register(1, &[&both]);
        let other = other_product(&[&both]);
        let envelope = Forge::for_both(4, other).signed(&[&both]);
        let intent = sign_intent(&intent_payload(&envelope), &[&both]);
        let tags = pooled(&envelope, &intent).expect("it is good").provides;
        assert_eq!(tags.len(), 2);
        let alone = Forge::new(5).signed(&[&both]);
        let for_one = pooled(&alone, &sign_intent(&intent_payload(&alone), &[&both])).expect("it is good");
        assert!(tags.contains(&for_one.provides[0]), "one transaction a product");
        assert_eq!(send(&envelope, &intent), Ok(()));
    });
}

#[test]
fn each_vendors_own_authors_must_sign() {
    on_chain(|| {
        let (ours, theirs) = (p256(1), ed25519(2));
        register(1, &[&ours]);
        let other = other_product(&[&theirs]);
        let forge = Forge::for_both(4, other);
        assert_both_refuse(Refusal::SignatureNotValid, &forge.signed(&[&ours]), &[&ours, &theirs]);
        let envelope = forge.signed(&[&ours, &theirs]);
        let by_one = sign_intent(&intent_payload(&envelope), &[&ours]);
        assert_refused(Refusal::IntentThresholdNotMet, || send(&envelope, &by_one));
        assert_eq!(publish(ADMIN, &envelope), Ok(()));
        assert_eq!((signers(0), signers(1)), (vec![key_id(&ours)], vec![key_id(&theirs)]));
    });
}

#[test]
fn a_key_that_one_of_the_vendors_revoked_does_not_sign_for_it() {
    on_chain(|| {
        let both = p256(1);
        register(1, &[&both, &p256(3)]);
        let other = other_product(&[&both]);
        revoke_key(&both, None).expect("it is live");
        let forge = Forge::for_both(4, other);
        assert_both_refuse(Refusal::SignatureNotValid, &forge.signed(&[&both]), &[&both, &p256(3)]);
        assert_eq!(publish(ADMIN, &forge.signed(&[&both, &p256(3)])), Ok(()));
        let of = |product| signers(SuitRegistry::api_release(product, 4).expect("it is for both").0);
        assert_eq!(
            (of(product()), of(other)),
            (vec![key_id(&p256(3))], vec![key_id(&both)])
        );
    });
}

#[test]
fn whatever_refuses_one_of_the_products_refuses_both() {
    on_chain(|| {
        let both = p256(1);
        register(1, &[&both]);
        let other = other_product(&[&both]);
        let envelope = Forge::for_both(4, other).signed(&[&both]);
        let publishers = |publishers| crate::Call::set_publishers {
            vendor: other.vendor,
            publishers,
        };
        call(STRANGER, publishers(vec![STRANGER])).expect("he is the admin");
        assert_refused(Refusal::NotAuthorized, || publish(ADMIN, &envelope));
        assert_refused(Refusal::NotAuthorized, || publish(STRANGER, &envelope));
        call(STRANGER, publishers(vec![ADMIN])).expect("he is the admin");

        let freeze = crate::Call::set_policy {
            product: other,
            policy: Policy::V2(PolicyV2 {
                frozen: true,
                ..plain()
            }),
        };
        call(STRANGER, freeze).expect("he is the admin");
        assert_both_refuse(Refusal::ProductFrozen, &envelope, &[&both]);
        assert_eq!(publish(ADMIN, &Forge::new(4).signed(&[&both])), Ok(()), "for one alone");
        assert!(is_wanted(forge::raw_root(IMAGE)));
    });
}
