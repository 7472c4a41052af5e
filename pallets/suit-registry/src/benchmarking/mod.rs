//! Benchmarks: each call, each piece of publishing and each step of the hooks where it has most to do.
//!
//! Those whose names begin with `publish_` measure whole publications, to check what `cost` puts together from the pieces.

mod publishing;
mod setup;
#[cfg(test)]
mod whole_calls;

use crate::{
    checks::{envelope, intent, products, signatures::cose_key, By, Findings},
    cost,
    crypto::HostCrypto,
    forge::Forge,
    governance::MAX_ABOVE_FLOOR,
    migrations::MigrateV1ToV2,
    pallet::*,
    types::{Review, ReviewV1},
    Call, WeightInfo, REVIEWS_PER_BLOCK,
};
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
    migrations::SteppedMigration,
    traits::{EnsureOrigin, Get, GetStorageVersion, StorageVersion},
    weights::{Weight, WeightMeter},
};
use frame_system::RawOrigin;
use publishing::{Kind, Size};
pub(crate) use setup::demanding;
use setup::{Outcome, FAR};
use suit_device::handover::{HandoverPayload, CONTENT_TYPE};
use suit_manifest::{
    cose::{self, Signer},
    crypto::Crypto,
    envelope::{Envelope, Mode},
    resolve::{Resolved, MAX_STEPS},
};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey, VendorStatus},
    bounds::{
        MAX_ENVELOPE, MAX_INTENT, MAX_KEYS_PER_VENDOR, MAX_PAYLOADS, MAX_PRODUCTS_PER_MANIFEST, MAX_PUBLISHERS,
        MAX_SIGNERS, MAX_STEPPING_STONES,
    },
    release::{Policy, Retrieval},
    ClassId, KeyId, ProductId, VendorId,
};

/// Signatures of an envelope and of its intent.
const MAX_VERIFIED: u32 = 2 * MAX_SIGNERS;

fn council<T: Config>() -> Outcome<T::RuntimeOrigin> {
    T::CouncilOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)
}

/// So many envelopes, each signed by a key of its own, and that key as the chain keeps it.
fn signed(count: u32, key: impl Fn(u32) -> Outcome<cose::SigningKey>) -> Outcome<Vec<(PublicKey, Vec<u8>)>> {
    let product = ProductId {
        vendor: VendorId([1; 16]),
        class: ClassId([1; 16]),
    };
    (1..=count)
        .map(|n| {
            let key = key(n)?;
            let public = match key.public_key() {
                cose::PublicKey::P256(point) => PublicKey::P256(point),
                cose::PublicKey::Ed25519(point) => PublicKey::Ed25519(point),
                _ => return Err("the chain has no such keys".into()),
            };
            Ok((public, Forge::of(product, 1).signed(&[&key])))
        })
        .collect()
}

/// The envelopes of [`signed`], read.
fn read(signed: &[(PublicKey, Vec<u8>)]) -> Outcome<Vec<(PublicKey, Envelope<'_>)>> {
    signed
        .iter()
        .map(|(key, bytes)| {
            let envelope = Envelope::decode(bytes, Mode::Strict).map_err(|_| "the envelope does not decode")?;
            Ok((*key, envelope))
        })
        .collect()
}

/// Verifies each as publishing does, and counts those that are good.
fn verify_all(envelopes: &[(PublicKey, Envelope<'_>)]) -> u32 {
    let mut good = 0u32;
    for (key, envelope) in envelopes {
        for block in envelope.signatures() {
            let outcome = envelope.verify_signature(&HostCrypto, &block, &cose_key(key));
            good = good.saturating_add(outcome.is_ok().into());
        }
    }
    good
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_vendor() -> Result<(), BenchmarkError> {
        let (origin, _) = setup::admitted::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, setup::domain(0));

        assert_eq!(Vendors::<T>::iter_keys().count(), 1);
        Ok(())
    }

    #[benchmark]
    fn register_vendor_by_uuid() -> Result<(), BenchmarkError> {
        let (origin, _) = setup::admitted::<T>()?;
        let uuid = [0x41; 16];

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, uuid);

        assert!(Vendors::<T>::contains_key(VendorId(uuid)));
        Ok(())
    }

    #[benchmark]
    fn set_publishers(n: Linear<0, { MAX_PUBLISHERS }>) -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let publishers: Vec<T::AccountId> = (0..n).map(|index| account("next", index, 0)).collect();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, publishers);

        let stored = Vendors::<T>::get(owner.vendor).ok_or("it is gone")?;
        assert_eq!(stored.v1().publishers.len(), n as usize);
        Ok(())
    }

    #[benchmark]
    fn transfer_vendor() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, account("next", 0, 0));

        let stored = Vendors::<T>::get(owner.vendor).ok_or("it is gone")?;
        assert!(stored.v1().offered_to.is_some());
        Ok(())
    }

    #[benchmark]
    fn cancel_transfer() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        Pallet::<T>::do_transfer_vendor(&owner.account, owner.vendor, account("next", 0, 0))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor);

        let stored = Vendors::<T>::get(owner.vendor).ok_or("it is gone")?;
        assert!(stored.v1().offered_to.is_none());
        Ok(())
    }

    #[benchmark]
    fn accept_vendor() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let next: T::AccountId = account("next", 0, 0);
        setup::fund::<T>(&next);
        Pallet::<T>::do_transfer_vendor(&owner.account, owner.vendor, next.clone())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(next.clone()), owner.vendor);

        let stored = Vendors::<T>::get(owner.vendor).ok_or("it is gone")?;
        assert!(stored.v1().admin == next);
        Ok(())
    }

    #[benchmark]
    fn set_threshold() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        Pallet::<T>::do_set_threshold(&owner.account, owner.vendor, 8)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, 1);

        let stored = Vendors::<T>::get(owner.vendor).ok_or("it is gone")?;
        assert!(stored.v1().pending_threshold.is_some());
        Ok(())
    }

    #[benchmark]
    fn retire_vendor(k: Linear<0, { MAX_KEYS_PER_VENDOR }>) -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        setup::add_keys::<T>(&owner, k)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor);

        let stored = Vendors::<T>::get(owner.vendor).ok_or("it is gone")?;
        assert_eq!(stored.v1().status, VendorStatus::Retired);
        Ok(())
    }

    #[benchmark]
    fn add_key() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        setup::add_keys::<T>(&owner, MAX_KEYS_PER_VENDOR.saturating_sub(1))?;
        let key = setup::p256(1)?;
        let cose_key = key.public_key().to_cose_key();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner.account),
            owner.vendor,
            cose_key,
            KeyUsage::Manifests,
            None,
            Some(u32::MAX),
        );

        assert!(Keys::<T>::contains_key(owner.vendor, setup::key_id(&key)));
        Ok(())
    }

    #[benchmark]
    fn rotate_key() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let keys = setup::add_keys::<T>(&owner, MAX_KEYS_PER_VENDOR)?;
        let old = *keys.last().ok_or("there are no keys")?;
        let key = setup::p256(1)?;
        let cose_key = key.public_key().to_cose_key();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, old, cose_key);

        assert!(KeysOf::<T>::get(owner.vendor).contains(&setup::key_id(&key)));
        Ok(())
    }

    #[benchmark]
    fn revoke_key() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let keys = setup::add_keys::<T>(&owner, MAX_KEYS_PER_VENDOR)?;
        let old = *keys.last().ok_or("there are no keys")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, old, Some(0));

        assert!(Reviews::<T>::contains_key(owner.vendor));
        Ok(())
    }

    #[benchmark]
    fn void_credentials() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let key = setup::add_key::<T>(&owner, &setup::p256(1)?, KeyUsage::Credentials)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, key, 1);

        let stored = Keys::<T>::get(owner.vendor, key).ok_or("it is gone")?;
        assert_eq!(stored.v1().void_before, 1);
        Ok(())
    }

    /// Eight next keys, and eight signatures of which the vendor knows one: a verification with Ed25519 is in it.
    #[benchmark]
    fn hand_over_keys() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let mut next = Vec::new();
        for n in 1..=MAX_SIGNERS as u8 {
            let key = setup::p256(n)?;
            setup::add_key::<T>(&owner, &key, KeyUsage::Manifests)?;
            next.push(key.public_key());
        }
        let payload = HandoverPayload {
            vendor: owner.vendor.0,
            number: 1,
            threshold: 1,
            keys: suit_device::handover::Keys::new(&next).map_err(|_| "not keys")?,
        };
        let signers: Vec<cose::SigningKey> = (1..=MAX_SIGNERS).map(setup::ed25519).collect();
        let known = signers.last().ok_or("there are no signers")?;
        setup::add_key::<T>(&owner, known, KeyUsage::Manifests)?;
        let signers: Vec<&dyn Signer> = signers.iter().map(|key| key as &dyn Signer).collect();
        let handover = cose::sign(&payload.encode(), Some(CONTENT_TYPE), &signers).map_err(|_| "it can't be signed")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), owner.vendor, handover);

        assert!(Handovers::<T>::contains_key(owner.vendor, 1));
        Ok(())
    }

    #[benchmark]
    fn create_product() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let policy = Policy::V2(setup::policy(1));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner.account),
            owner.vendor,
            setup::class_name(0),
            policy,
        );

        assert_eq!(ProductsOf::<T>::iter_key_prefix(owner.vendor).count(), 1);
        Ok(())
    }

    /// Stricter in one respect and laxer in another: some of it at once, some later.
    #[benchmark]
    fn set_policy() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 2)?;
        let mut policy = setup::policy(1);
        policy.retrieval = Retrieval::VerifiedDevices;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), product, Policy::V2(policy));

        let stored = Products::<T>::get(product).ok_or("it is gone")?;
        assert!(stored.v1().pending_policy.is_some());
        Ok(())
    }

    #[benchmark]
    fn retire_product() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        stones::<T>(product, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), product);

        let stored = Products::<T>::get(product).ok_or("it is gone")?;
        assert!(stored.v1().retired);
        Ok(())
    }

    #[benchmark]
    fn revoke_release(r: Linear<0, { MAX_PAYLOADS }>) -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let release = setup::far_apart::<T>(&owner, product, r)?;
        stones::<T>(product, 2);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), product, 2);

        assert!(!Envelopes::<T>::contains_key(release));
        Ok(())
    }

    #[benchmark]
    fn suspend_release() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let release = setup::far_apart::<T>(&owner, product, MAX_PAYLOADS)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), product, 2);

        assert!(Suspensions::<T>::contains_key(release));
        Ok(())
    }

    #[benchmark]
    fn resume_release() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let release = setup::far_apart::<T>(&owner, product, MAX_PAYLOADS)?;
        Pallet::<T>::do_suspend_release(&owner.account, product, 2)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), product, 2);

        assert!(!Suspensions::<T>::contains_key(release));
        Ok(())
    }

    /// Taking one back that pruning had passed over and that enough newer ones supersede: it goes at once.
    #[benchmark]
    fn set_stepping_stone() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let release = setup::far_apart::<T>(&owner, product, MAX_PAYLOADS)?;
        stones::<T>(product, 2);
        let kept = T::KeepReleases::get();
        for index in 1..=kept {
            Pallet::<T>::insert_available(product, FAR.saturating_add(index << 20));
        }
        let mut state = Pallet::<T>::state(product);
        state.releases = FAR.saturating_add(kept << 20).saturating_add(1);
        state.pruned = state.releases;
        States::<T>::insert(product, crate::types::ProductState::V1(state));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.account), product, 2, false);

        assert!(!Envelopes::<T>::contains_key(release));
        Ok(())
    }

    #[benchmark]
    fn lower_floor(n: Linear<1, { MAX_ABOVE_FLOOR }>) -> Result<(), BenchmarkError> {
        let origin = council::<T>()?;
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        for sequence_number in 0..=u64::from(n) {
            setup::release::<T>(&owner, product, sequence_number, MAX_PAYLOADS)?;
            if sequence_number > 0 {
                Pallet::<T>::do_emergency_revoke_release(product, sequence_number)?;
            }
        }

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, product, 1);

        assert_eq!(Pallet::<T>::state(product).floor, Some(1));
        Ok(())
    }

    #[benchmark]
    fn set_admission() -> Result<(), BenchmarkError> {
        let origin = council::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, true);

        assert!(OpenAdmission::<T>::get());
        Ok(())
    }

    #[benchmark]
    fn set_admitted() -> Result<(), BenchmarkError> {
        let origin = council::<T>()?;
        let who: T::AccountId = account("next", 0, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, who.clone(), true);

        assert!(Admitted::<T>::contains_key(who));
        Ok(())
    }

    /// Hashed twice: an integrated payload is hashed by itself as well.
    #[benchmark]
    fn read_envelope(e: Linear<512, { MAX_ENVELOPE }>) -> Result<(), BenchmarkError> {
        let bytes = publishing::dense(e);
        let mut findings = Findings::first();
        let read;

        #[block]
        {
            let digests = [HostCrypto.sha256(&[&bytes]), HostCrypto.sha256(&[&bytes])];
            read = envelope::read(&mut findings, &bytes).is_ok_and(|envelope| {
                let digest = envelope::check(&mut findings, &envelope).is_ok();
                digest && envelope::manifest(&mut findings, &envelope).is_ok() && digests[0] == digests[1]
            });
        }

        assert!(read);
        Ok(())
    }

    #[benchmark]
    fn read_intent(i: Linear<600, { MAX_INTENT }>) -> Result<(), BenchmarkError> {
        let bytes = publishing::long_intent::<T>(i)?;
        let mut findings = Findings::all();
        let read;

        #[block]
        {
            read = matches!(
                intent::read::<T>(&mut findings, &bytes, &[0; 32], Pallet::<T>::now()),
                Ok(Some(_))
            );
        }

        assert!(read);
        Ok(())
    }

    #[benchmark]
    fn resolve(s: Linear<200, { MAX_STEPS as u32 }>) -> Result<(), BenchmarkError> {
        let product = ProductId {
            vendor: VendorId([1; 16]),
            class: ClassId([2; 16]),
        };
        let bytes = publishing::with_steps(crate::forge::Forge::of(product, 1), s)?.envelope(&[]);
        let mut findings = Findings::first();
        let envelope = envelope::read(&mut findings, &bytes).map_err(|_| "it does not decode")?;
        let manifest = envelope::manifest(&mut findings, &envelope).map_err(|_| "it does not decode")?;
        let resolved;

        #[block]
        {
            resolved = envelope::resolve(&mut findings, &manifest).is_ok();
        }

        assert!(resolved);
        Ok(())
    }

    #[benchmark]
    fn look_up_products(n: Linear<0, { MAX_PRODUCTS_PER_MANIFEST }>) -> Result<(), BenchmarkError> {
        let mut resolved = Resolved {
            products: Default::default(),
            open: false,
            payloads: Default::default(),
        };
        for index in 0..n {
            let owner = setup::vendor::<T>(index)?;
            let product = setup::product::<T>(&owner, 0, 1)?;
            setup::far_apart::<T>(&owner, product, 0)?;
            resolved
                .products
                .try_push((product.vendor.0, product.class.0))
                .map_err(|_| "too many products")?;
        }
        let mut findings = Findings::first();
        let (mut paused, mut found) = (true, 0);

        #[block]
        {
            paused &= T::PublishingPaused::get();
            if let Ok(targets) = products::check::<T>(&mut findings, &resolved, 3, Pallet::<T>::now()) {
                found = targets.len();
            }
        }

        assert!(!paused);
        assert_eq!(found, n as usize);
        Ok(())
    }

    #[benchmark]
    fn look_up_keys(k: Linear<0, { cost::MAX_KEYS }>) -> Result<(), BenchmarkError> {
        let vendor = VendorId([1; 16]);
        let keys: Vec<KeyId> = (0..k).map(|index| KeyId([index as u8; 32])).collect();
        for key in &keys {
            setup::note_key::<T>(vendor, *key, KeyStatus::Live);
        }
        let mut known = 0;

        #[block]
        {
            known += keys.iter().filter_map(|key| Keys::<T>::get(vendor, key)).count();
        }

        assert_eq!(known, k as usize);
        Ok(())
    }

    #[benchmark]
    fn verify_p256(p: Linear<0, { MAX_VERIFIED }>) -> Result<(), BenchmarkError> {
        let signed = signed(p, |n| setup::p256(n as u8))?;
        let envelopes = read(&signed)?;
        let good;

        #[block]
        {
            good = verify_all(&envelopes);
        }

        assert_eq!(good, p);
        Ok(())
    }

    #[benchmark]
    fn verify_ed25519(d: Linear<0, { MAX_VERIFIED }>) -> Result<(), BenchmarkError> {
        let signed = signed(d, |n| Ok(setup::ed25519(n)))?;
        let envelopes = read(&signed)?;
        let good;

        #[block]
        {
            good = verify_all(&envelopes);
        }

        assert_eq!(good, d);
        Ok(())
    }

    #[benchmark]
    fn try_deposits(r: Linear<0, { MAX_PAYLOADS }>) -> Result<(), BenchmarkError> {
        let admin: T::AccountId = account("admin", 0, 0);
        setup::fund::<T>(&admin);
        let product = ProductId {
            vendor: VendorId([1; 16]),
            class: ClassId([1; 16]),
        };
        let publication = setup::publication::<T>(vec![setup::target::<T>(&admin, product)], 1, r)?;
        let envelope = setup::longest_envelope();
        let available;

        #[block]
        {
            available = Pallet::<T>::deposits_available(&publication, &envelope).is_ok();
        }

        assert!(available);
        Ok(())
    }

    #[benchmark]
    fn take_over(c: Linear<1, { MAX_PAYLOADS }>) -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        setup::payloads_of_others::<T>(&product, 1, c)?;
        let publication = setup::publication::<T>(vec![setup::target::<T>(&owner.account, product)], 1, c)?;
        let taken_over;

        #[block]
        {
            let payloads = &publication.payloads;
            taken_over = Pallet::<T>::ask_for(owner.vendor, &owner.account, payloads, 1, Retrieval::Open)?;
        }

        assert_eq!(taken_over, c);
        Ok(())
    }

    #[benchmark]
    fn record(r: Linear<1, { MAX_PAYLOADS }>) -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let publication = setup::publication::<T>(vec![setup::target::<T>(&owner.account, product)], 1, r)?;
        let envelope = setup::longest_envelope();

        #[block]
        {
            Pallet::<T>::record(publication, envelope, Some(&owner.account))?;
        }

        assert_eq!(Pallet::<T>::state(product).releases, 1);
        Ok(())
    }

    #[benchmark]
    fn record_integrated() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        setup::release::<T>(&owner, product, 1, 0)?;
        let mut state = Pallet::<T>::state(product);
        state.releases = FAR;
        States::<T>::insert(product, crate::types::ProductState::V1(state));
        let publication = setup::publication::<T>(vec![setup::target::<T>(&owner.account, product)], 2, 0)?;
        let envelope = setup::longest_envelope();

        #[block]
        {
            Pallet::<T>::record(publication, envelope, Some(&owner.account))?;
        }

        assert_eq!(Pallet::<T>::state(product).latest, Some(1));
        Ok(())
    }

    /// A vendor a step, each with a release that has lost all of its signers.
    #[benchmark]
    fn review(n: Linear<0, { REVIEWS_PER_BLOCK }>) -> Result<(), BenchmarkError> {
        let mut releases = Vec::new();
        for index in 0..n {
            let owner = setup::vendor::<T>(index)?;
            let product = setup::product::<T>(&owner, 0, 1)?;
            releases.push(setup::far_apart::<T>(&owner, product, MAX_PAYLOADS)?);
            for key in setup::signers() {
                setup::note_key::<T>(owner.vendor, key, KeyStatus::Compromised { since: 0 });
            }
            setup::set_status::<T>(owner.vendor, VendorStatus::Suspended);
            let begun = ReviewV1 {
                since: 0,
                class: Some(product.class),
                before: FAR.saturating_add(1),
            };
            Reviews::<T>::insert(owner.vendor, Review::V1(begun));
        }

        #[block]
        {
            Pallet::<T>::review_some(n);
        }

        assert!(releases.iter().all(|release| Suspensions::<T>::contains_key(release)));
        Ok(())
    }

    /// What is kept lies far apart, and there is no room to prune anything.
    #[benchmark]
    fn prune_product() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let kept = T::KeepReleases::get();
        for index in 0..=kept {
            Pallet::<T>::insert_available(product, index << 24);
        }
        let mut state = Pallet::<T>::state(product);
        state.releases = (kept << 24).saturating_add(1);
        States::<T>::insert(product, crate::types::ProductState::V1(state));
        PruneQueue::<T>::insert(product, ());
        let done;

        #[block]
        {
            let next = PruneQueue::<T>::iter_keys().next();
            done = Pallet::<T>::prune_product(product, &mut WeightMeter::with_limit(Weight::zero()));
            if next == Some(product) {
                PruneQueue::<T>::remove(product);
            }
        }

        assert!(!done && PruneQueue::<T>::iter_keys().next().is_none());
        Ok(())
    }

    #[benchmark]
    fn prune_release(r: Linear<0, { MAX_PAYLOADS }>) -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        let release = setup::far_apart::<T>(&owner, product, r)?;
        stones::<T>(product, 0);
        let mut state = Pallet::<T>::state(product);
        state.pruned = FAR;

        #[block]
        {
            Pallet::<T>::prune_ordinal(product, &mut state);
        }

        assert!(!Envelopes::<T>::contains_key(release));
        Ok(())
    }

    #[benchmark]
    fn migrate_product() -> Result<(), BenchmarkError> {
        let owner = setup::vendor::<T>(0)?;
        let product = setup::product::<T>(&owner, 0, 1)?;
        ProductsOf::<T>::remove(product.vendor, product.class);
        StorageVersion::new(1).put::<Pallet<T>>();
        let mut meter = WeightMeter::with_limit(T::WeightInfo::migrate_product());

        #[block]
        {
            MigrateV1ToV2::<T>::step(None, &mut meter).map_err(|_| "there is no room for a step")?;
        }

        assert_eq!(Pallet::<T>::on_chain_storage_version(), StorageVersion::new(1));
        assert!(ProductsOf::<T>::contains_key(product.vendor, product.class));
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_p256_1_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 1, Size::Small)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_p256_1_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 1, Size::Largest)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_p256_3_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 3, Size::Small)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_p256_3_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 3, Size::Largest)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_ed25519_1_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 1, Size::Small)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_ed25519_1_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 1, Size::Largest)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_ed25519_3_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 3, Size::Small)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_ed25519_3_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 3, Size::Largest)?;

        #[extrinsic_call]
        publish(RawOrigin::Signed(submission.account), submission.envelope, vec![]);

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_p256_1_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 1, Size::Small)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_p256_1_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 1, Size::Largest)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_p256_3_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 3, Size::Small)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_p256_3_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::P256, 3, Size::Largest)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_ed25519_1_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 1, Size::Small)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_ed25519_1_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 1, Size::Largest)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_ed25519_3_small() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 3, Size::Small)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    #[benchmark(extra)]
    fn publish_authorized_ed25519_3_largest() -> Result<(), BenchmarkError> {
        let submission = publishing::submission::<T>(Kind::Ed25519, 3, Size::Largest)?;

        #[block]
        {
            authorized::<T>(&submission)?;
        }

        assert_eq!(Pallet::<T>::state(submission.product).releases, 1);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::chain(true), crate::mock::Runtime);
}

/// The authorisation step as the pool and the block run it, and the call.
fn authorized<T: Config>(submission: &publishing::Submission<T>) -> Outcome {
    Pallet::<T>::authorize_publish(&submission.envelope, &submission.intent)?;
    Pallet::<T>::do_publish(submission.envelope.clone(), By::Intent(&submission.intent))?;
    Ok(())
}

/// As many stepping stones as there can be, and this is one of them.
fn stones<T: Config>(product: ProductId, sequence_number: u64) {
    let others = (0..u64::from(MAX_STEPPING_STONES).saturating_sub(1)).map(|n| n.saturating_add(1_000));
    let stones: Vec<u64> = core::iter::once(sequence_number).chain(others).collect();
    SteppingStones::<T>::insert(product, frame_support::BoundedVec::truncate_from(stones));
}
