//! The states in which calls and hooks have most to do.

use crate::{
    checks::{Publication, Target},
    deposits::StoredBytes,
    pallet::{Config, Keys, Pallet, Payloads, Roots, States, Vendors},
    types::{KeyRecord, KeyV1, Paid, PayloadRecord, ProductState, RootRecord, RootV1, StoredV1, VendorRecord},
};
use alloc::{format, vec, vec::Vec};
use frame_benchmarking::{account, v2::BenchmarkError};
use frame_support::traits::{Consideration, EnsureOrigin, Footprint};
use suit_manifest::{
    cose::{Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    uuid,
};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey, VendorStatus},
    bounds::{MAX_COMPONENT_ID, MAX_DIGEST, MAX_DOMAIN, MAX_ENVELOPE, MAX_PAYLOADS, MAX_PUBLISHERS, MAX_SIGNERS},
    release::{
        BlockCodec, Digest, DigestAlgorithm, Payload, PayloadV1, Policy, PolicyV2, Retrieval, RootCid, Submission,
        Transform,
    },
    replication::ReleaseSource,
    ClassId, KeyId, ProductId, ReleaseId, SequenceNumber, VendorId,
};

/// A benchmark's step that can fail.
pub type Outcome<V = ()> = Result<V, BenchmarkError>;

/// An ordinal that shares no page below the root of the set of available releases with ordinal 0.
pub const FAR: u32 = 0xff00_0000;

/// A policy that takes everything, with this threshold.
pub fn policy(threshold: u8) -> PolicyV2 {
    PolicyV2 {
        threshold,
        replicas: 1,
        retrieval: Retrieval::Open,
        submission: Submission::Both,
        frozen: false,
    }
}

/// A vendor's admin, who is one of its publishers.
pub struct Owner<T: Config> {
    pub account: T::AccountId,
    pub vendor: VendorId,
}

/// Gives an account what deposits and fees of any benchmark come to.
pub fn fund<T: Config>(who: &T::AccountId) {
    // Prices may go by records, by bytes or by both.
    let plenty = Footprint {
        count: 10_000,
        size: 10_000,
    };
    T::ReleaseDeposit::ensure_successful(who, plenty);
}

/// An account that may register a vendor, with the origin that says so.
pub fn admitted<T: Config>() -> Outcome<(T::RuntimeOrigin, T::AccountId)> {
    let origin = T::RegisterOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
    let account = T::RegisterOrigin::ensure_origin(origin.clone()).map_err(|_| "the origin is not admitted")?;
    fund::<T>(&account);
    Ok((origin, account))
}

/// One of the longest domain names.
pub fn domain(n: u32) -> Vec<u8> {
    let number = format!("{n:0>8}");
    let label = "a".repeat(63);
    let mut name = format!("{number}{}.{label}.{label}.{label}", "a".repeat(55));
    name.truncate(MAX_DOMAIN as usize);
    name.into_bytes()
}

/// One of the longest class names.
pub fn class_name(n: u32) -> Vec<u8> {
    format!("{n:0>128}").into_bytes()
}

/// A vendor with the longest name and as many publishers as can be.
pub fn vendor<T: Config>(n: u32) -> Outcome<Owner<T>> {
    let (_, account) = admitted::<T>()?;
    let name = domain(n);
    let text = core::str::from_utf8(&name).map_err(|_| "a domain is text")?;
    let vendor = VendorId(uuid::vendor_id(text));
    Pallet::<T>::do_register_vendor(account.clone(), &name)?;
    let mut publishers: Vec<T::AccountId> = (1..MAX_PUBLISHERS)
        .map(|index| frame_benchmarking::account("publisher", index, 0))
        .collect();
    publishers.push(account.clone());
    Pallet::<T>::do_set_publishers(&account, vendor, publishers)?;
    Ok(Owner { account, vendor })
}

/// A product with the longest name.
pub fn product<T: Config>(owner: &Owner<T>, n: u32, threshold: u8) -> Outcome<ProductId> {
    let name = class_name(n);
    let text = core::str::from_utf8(&name).map_err(|_| "a class name is text")?;
    let class = ClassId(uuid::class_id(&owner.vendor.0, text));
    let policy = Policy::V2(policy(threshold));
    Pallet::<T>::do_create_product(&owner.account, owner.vendor, &name, policy)?;
    Ok(ProductId {
        vendor: owner.vendor,
        class,
    })
}

/// An author with a key of P-256.
pub fn p256(n: u8) -> Outcome<SigningKey> {
    SigningKey::from_bytes_p256(&[n; 32]).map_err(|_| "not a scalar".into())
}

/// An author with a key of Ed25519.
pub fn ed25519(n: u32) -> SigningKey {
    SigningKey::from_bytes_ed25519(&RustCrypto.sha256(&[&n.to_le_bytes()]))
}

/// The chain's name for a key.
pub fn key_id(key: &SigningKey) -> KeyId {
    KeyId(key.public_key().thumbprint(&RustCrypto))
}

/// Registers a key.
pub fn add_key<T: Config>(owner: &Owner<T>, key: &SigningKey, usage: KeyUsage) -> Outcome<KeyId> {
    let cose_key = key.public_key().to_cose_key();
    Pallet::<T>::do_add_key(&owner.account, owner.vendor, &cose_key, usage, None, None)?;
    Ok(key_id(key))
}

/// Registers so many author keys that nobody signs with.
pub fn add_keys<T: Config>(owner: &Owner<T>, count: u32) -> Outcome<Vec<KeyId>> {
    (0..count)
        .map(|n| add_key::<T>(owner, &ed25519(n), KeyUsage::Manifests))
        .collect()
}

/// Stores the record of a key that nobody has, without a deposit.
pub fn note_key<T: Config>(vendor: VendorId, id: KeyId, status: KeyStatus) {
    let record = KeyV1 {
        key: PublicKey::P256([1; 64]),
        usage: KeyUsage::Manifests,
        status,
        from: 0,
        until: Some(u32::MAX),
        void_before: 0,
        deposit: None,
    };
    Keys::<T>::insert(vendor, id, KeyRecord::V1(record));
}

/// Names of as many keys as may sign a release.
pub fn signers() -> Vec<KeyId> {
    (0..MAX_SIGNERS).map(|n| KeyId([n as u8; 32])).collect()
}

fn digest() -> Digest {
    Digest {
        algorithm: DigestAlgorithm::Sha512,
        bytes: vec![1; MAX_DIGEST as usize].try_into().unwrap_or_default(),
    }
}

/// Root of the payload with this number of a product's release.
pub fn root(product: &ProductId, sequence_number: SequenceNumber, n: u32) -> RootCid {
    RootCid {
        codec: BlockCodec::DagPb,
        digest: RustCrypto.sha256(&[
            &product.vendor.0,
            &product.class.0,
            &sequence_number.to_le_bytes(),
            &n.to_le_bytes(),
        ]),
    }
}

fn payload(root: RootCid) -> Payload {
    Payload::V1(PayloadV1 {
        component: vec![1; MAX_COMPONENT_ID as usize].try_into().unwrap_or_default(),
        root,
        stored_size: 1 << 20,
        image_digest: Some(digest()),
        image_size: Some(1 << 20),
        transform: Transform::None,
    })
}

/// A product that something is published for.
pub fn target<T: Config>(admin: &T::AccountId, product: ProductId) -> Target<T::AccountId> {
    Target {
        product,
        policy: policy(1),
        threshold: 1,
        state: Pallet::<T>::state(product),
        admin: admin.clone(),
        publishers: Vec::new(),
        signers: signers().try_into().unwrap_or_default(),
    }
}

/// A publication with so many payloads that has passed all checks, as large as its records can be.
pub fn publication<T: Config>(
    targets: Vec<Target<T::AccountId>>,
    sequence_number: SequenceNumber,
    payloads: u32,
) -> Outcome<Publication<T::AccountId>> {
    let product = targets.first().ok_or("there is no target")?.product;
    let payloads: Vec<Payload> = (0..payloads)
        .map(|n| payload(root(&product, sequence_number, n)))
        .collect();
    Ok(Publication {
        targets,
        sequence_number,
        manifest_digest: digest(),
        envelope_digest: [1; 32],
        payloads: payloads.try_into().map_err(|_| "too many payloads")?,
        last_block: None,
    })
}

/// The longest envelope; what is in it nobody looks at any more.
pub fn longest_envelope() -> Vec<u8> {
    vec![1; MAX_ENVELOPE as usize]
}

/// Records a release with so many payloads.
pub fn release<T: Config>(
    owner: &Owner<T>,
    product: ProductId,
    sequence_number: SequenceNumber,
    payloads: u32,
) -> Outcome<ReleaseId> {
    let publication = publication::<T>(vec![target::<T>(&owner.account, product)], sequence_number, payloads)?;
    let id = crate::NextReleaseId::<T>::get();
    Pallet::<T>::record(publication, longest_envelope(), Some(&owner.account))?;
    Ok(id)
}

/// Two available releases, with sequence numbers 1 and 2, so far apart that when the newer goes, every level of the set of
/// available ones is touched, and every level is gone through to find the older. The newer has so many payloads.
pub fn far_apart<T: Config>(owner: &Owner<T>, product: ProductId, payloads: u32) -> Outcome<ReleaseId> {
    release::<T>(owner, product, 1, 0)?;
    let mut state = Pallet::<T>::state(product);
    state.releases = FAR;
    States::<T>::insert(product, ProductState::V1(state));
    let newer = release::<T>(owner, product, 2, payloads)?;
    Pallet::<T>::note_replicas(newer, u32::MAX);
    Ok(newer)
}

/// A release that is not available yet, and asks for so many replicas of as many payloads as there can be. When it becomes
/// available, every level of the set of available ones is touched.
pub fn demanding<T: Config>(number: u32, replicas: u8) -> Outcome<ReleaseId> {
    let owner = vendor::<T>(number)?;
    let product = product::<T>(&owner, 0, 1)?;
    release::<T>(&owner, product, 1, 0)?;
    let mut target = target::<T>(&owner.account, product);
    target.state.releases = FAR;
    target.policy.replicas = replicas;
    let publication = publication::<T>(vec![target], 2, MAX_PAYLOADS)?;
    let id = crate::NextReleaseId::<T>::get();
    Pallet::<T>::record(publication, longest_envelope(), None)?;
    Ok(id)
}

/// Every payload of the release was asked for before, each paid by another account and for less: its deposit goes back,
/// and another is taken.
pub fn payloads_of_others<T: Config>(product: &ProductId, sequence_number: SequenceNumber, payloads: u32) -> Outcome {
    for n in 0..payloads {
        let payer: T::AccountId = account("payer", n, 0);
        fund::<T>(&payer);
        let ticket = T::PayloadDeposit::new(&payer, StoredBytes(1))?;
        let stored = StoredV1 {
            releases: 1,
            bytes: 1,
            deposit: Paid { payer, ticket },
        };
        let root = root(product, sequence_number, n);
        Payloads::<T>::insert(product.vendor, root, PayloadRecord::V1(stored));
        let asked = RootV1 {
            stored_size: 1,
            releases: 1,
            open: 0,
        };
        Roots::<T>::insert(root, RootRecord::V1(asked));
    }
    Ok(())
}

/// Sets where a vendor stands.
pub fn set_status<T: Config>(vendor: VendorId, status: VendorStatus) {
    Vendors::<T>::mutate(vendor, |record| {
        if let Some(mut owner) = record.take().map(VendorRecord::into_v1) {
            owner.status = status;
            *record = Some(VendorRecord::V1(owner));
        }
    });
}
