//! Author signatures on the manifest.

use super::*;
use forge::Liar;
use suit_manifest::cose::Algorithm;

#[test]
fn an_unsigned_envelope_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_both_refuse(Refusal::SignatureNotValid, &Forge::new(1).signed(&[]), &[&p256(1)]);
    });
}

#[test]
fn a_signature_by_a_key_that_is_not_registered_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        assert_both_refuse(
            Refusal::SignatureNotValid,
            &Forge::new(1).signed(&[&p256(2)]),
            &[&p256(1)],
        );
    });
}

#[test]
fn a_signature_by_another_vendors_key_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        call(
            STRANGER,
            crate::Call::register_vendor {
                domain: "other.example".into(),
            },
        )
        .expect("it is free");
        let other = VendorId(uuid::vendor_id("other.example"));
        let (cose_key, usage) = (p256(2).public_key().to_cose_key(), KeyUsage::Manifests);
        call(
            STRANGER,
            crate::Call::add_key {
                vendor: other,
                cose_key,
                usage,
                from: None,
                until: None,
            },
        )
        .expect("it is new");
        assert_both_refuse(
            Refusal::SignatureNotValid,
            &Forge::new(1).signed(&[&p256(2)]),
            &[&p256(1)],
        );
    });
}

#[test]
fn a_signature_by_an_operators_key_is_refused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        add_key(ADMIN, &p256(2), KeyUsage::Credentials).expect("it is new");
        assert_both_refuse(
            Refusal::SignatureNotValid,
            &Forge::new(1).signed(&[&p256(2)]),
            &[&p256(1)],
        );
    });
}

#[test]
fn a_wrong_signature_in_an_authors_name_is_refused_even_beside_a_good_one() {
    on_chain(|| {
        register(1, &[&p256(1), &p256(2)]);
        let forge = Forge::new(1);
        let liar = Liar {
            claimed: p256(1),
            used: p256(9),
        };
        let lie = forge.block(&liar, Some(&thumbprint(&p256(1))));
        let good = forge.block(&p256(2), Some(&thumbprint(&p256(2))));
        assert_both_refuse(
            Refusal::SignatureNotValid,
            &forge.envelope(std::slice::from_ref(&lie)),
            &[&p256(2)],
        );
        assert_both_refuse(Refusal::SignatureNotValid, &forge.envelope(&[good, lie]), &[&p256(2)]);
    });
}

#[test]
fn fewer_signatures_than_the_policy_asks_for_are_refused() {
    on_chain(|| {
        let (one, two) = (p256(1), ed25519(2));
        register(2, &[&one, &two]);
        let forge = Forge::new(1);
        assert_both_refuse(Refusal::ThresholdNotMet, &forge.signed(&[&one]), &[&one, &two]);
        let twice = forge.signed(&[&one, &one]);
        assert_both_refuse(Refusal::ThresholdNotMet, &twice, &[&one, &two]);
        assert_eq!(publish(ADMIN, &forge.signed(&[&one, &two])), Ok(()));
        let mut both = vec![key_id(&one), key_id(&two)];
        both.sort();
        assert_eq!(
            crate::Releases::<Runtime>::get(0)
                .expect("it is stored")
                .v1()
                .signers
                .to_vec(),
            both
        );
    });
}

#[test]
fn more_than_eight_signatures_are_refused() {
    on_chain(|| {
        let authors: Vec<SigningKey> = (1..=9).map(ed25519).collect();
        let authors: Vec<&SigningKey> = authors.iter().collect();
        register(8, &authors);
        let forge = Forge::new(1);
        assert_both_refuse(Refusal::TooMany, &forge.signed(&authors), &authors[..8]);
        let envelope = forge.signed(&authors[..8]);
        let intent = sign_intent(&intent_payload(&envelope), &authors[1..]);
        assert_eq!(send(&envelope, &intent), Ok(()));
    });
}

#[test]
fn the_older_algorithm_numbers_are_taken_too() {
    on_chain(|| {
        let es256 = p256(1)
            .with_algorithm(Algorithm::Es256)
            .expect("it is one of the key's");
        let eddsa = ed25519(2)
            .with_algorithm(Algorithm::EdDsa)
            .expect("it is one of the key's");
        register(1, &[&es256, &eddsa]);
        assert_eq!(publish(ADMIN, &Forge::new(1).signed(&[&es256])), Ok(()));
        assert_eq!(publish(ADMIN, &Forge::new(2).signed(&[&eddsa])), Ok(()));
    });
}

#[test]
fn a_signature_that_names_no_key_counts_where_only_one_key_can_be_meant() {
    on_chain(|| {
        register(1, &[&p256(1), &ed25519(1)]);
        let nameless = |forge: Forge, author: &SigningKey| forge.envelope(&[forge.block(author, None)]);
        assert_eq!(publish(ADMIN, &nameless(Forge::new(1), &p256(1))), Ok(()));
        let envelope = nameless(Forge::new(2), &ed25519(1));
        let intent = sign_intent(&intent_payload(&envelope), &[&ed25519(1)]);
        assert_eq!(
            send(&envelope, &intent),
            Ok(()),
            "the authorisation step and dispatch agree on who signed"
        );
        assert_eq!(
            crate::Releases::<Runtime>::get(1)
                .expect("it is stored")
                .v1()
                .signers
                .as_slice(),
            [key_id(&ed25519(1))]
        );
        assert_refused(Refusal::SignatureNotValid, || {
            publish(ADMIN, &nameless(Forge::new(3), &p256(7)))
        });
        add_key(ADMIN, &p256(2), KeyUsage::Manifests).expect("it is new");
        assert_refused(Refusal::SignatureNotValid, || {
            publish(ADMIN, &nameless(Forge::new(3), &p256(1)))
        });
    });
}
