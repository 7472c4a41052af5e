//! What the registry does and refuses, a file a subject. `forge` makes envelopes, good and bad; `world` makes blocks pass and
//! says in a word what a test does; this file sends calls and transactions.

mod admission;
mod api;
mod authority;
mod authorized;
mod bytes;
mod compromise;
mod dry_run;
mod floor;
mod forge;
mod handover;
mod keys;
mod latch;
mod model;
mod money;
mod pause;
mod payloads;
mod policy;
mod products;
mod pruning;
mod publish;
mod readme;
mod retirement;
mod revocation;
mod rotation;
mod signatures;
mod stepping_stones;
mod suspension;
mod threshold;
mod transfer;
mod two_vendors;
mod vendors;
mod world;

use crate::{mock::*, pallet::HoldReason, Event};
use codec::Encode;
use forge::{thumbprint, Forge};
use frame_support::dispatch::{GetDispatchInfo, PostDispatchInfo};
use sp_core::storage::StateVersion;
use sp_runtime::{
    traits::{Applyable, Checkable, Dispatchable},
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    DispatchError,
};
use suit_intent::{IntentPayload, Roots};
use suit_manifest::{
    cose::{Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    uuid,
};
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, Latest, Suspension, VendorStatus},
    refusal::Refusal,
    release::{PayloadRoot, Policy, PolicyV1, PolicyV2, ReleaseStatus, Retrieval, Submission},
    replication::ReleaseSource,
    ClassId, KeyId, ProductId, VendorId,
};
use world::*;

const DOMAIN: &str = "acme.example";
const CLASS: &str = "lamp";

/// A P-256 author.
fn p256(n: u8) -> SigningKey {
    SigningKey::from_bytes_p256(&[n; 32]).expect("a scalar")
}

/// An Ed25519 author.
fn ed25519(n: u8) -> SigningKey {
    SigningKey::from_bytes_ed25519(&[n; 32])
}

fn key_id(key: &SigningKey) -> KeyId {
    KeyId(thumbprint(key))
}

fn vendor() -> VendorId {
    VendorId(uuid::vendor_id(DOMAIN))
}

fn product() -> ProductId {
    ProductId {
        vendor: vendor(),
        class: ClassId(uuid::class_id(&vendor().0, CLASS)),
    }
}

fn policy(threshold: u8, replicas: u8, retrieval: Retrieval) -> Policy {
    Policy::V1(PolicyV1 {
        threshold,
        replicas,
        retrieval,
    })
}

/// Registers vendor, author keys and a product with two replicas, open to everybody, by this admin.
fn register_by(admin: u64, threshold: u8, authors: &[&SigningKey]) {
    call(admin, crate::Call::register_vendor { domain: DOMAIN.into() }).expect("the vendor is new");
    for author in authors {
        add_key(admin, author, KeyUsage::Manifests).expect("the key is new");
    }
    let policy = policy(threshold, 2, Retrieval::Open);
    call(
        admin,
        crate::Call::create_product {
            vendor: vendor(),
            class_name: CLASS.into(),
            policy,
        },
    )
    .expect("the product is new");
    // So that events are about what the test does.
    System::reset_events();
}

fn register(threshold: u8, authors: &[&SigningKey]) {
    register_by(ADMIN, threshold, authors)
}

fn add_key(admin: u64, key: &SigningKey, usage: KeyUsage) -> Result<(), DispatchError> {
    call(
        admin,
        crate::Call::add_key {
            vendor: vendor(),
            cose_key: key.public_key().to_cose_key(),
            usage,
            from: None,
            until: None,
        },
    )
}

/// The last event says that this release was published with this number.
#[track_caller]
fn assert_published(release: u64, sequence_number: u64, publisher: Option<u64>) {
    let record = crate::Releases::<Runtime>::get(release).expect("it is stored");
    let record = record.v1();
    let event = crate::Event::ReleasePublished {
        release,
        product: product(),
        sequence_number,
        manifest_digest: record.manifest_digest.clone(),
        envelope_digest: record.envelope_digest,
        signers: record.signers.to_vec(),
        roots: record.payloads.iter().map(|payload| payload.v1().root).collect(),
        publisher,
    };
    System::assert_last_event(event.into());
}

/// Dispatches a call of this pallet by a signed account.
fn call(who: u64, call: crate::Call<Runtime>) -> Result<(), DispatchError> {
    dispatch(RuntimeOrigin::signed(who), call)
        .map(|_| ())
        .map_err(|(error, _)| error)
}

fn dispatch(
    origin: RuntimeOrigin,
    call: crate::Call<Runtime>,
) -> Result<PostDispatchInfo, (DispatchError, PostDispatchInfo)> {
    RuntimeCall::SuitRegistry(call)
        .dispatch(origin)
        .map_err(|failed| (failed.error, failed.post_info))
}

fn publish(who: u64, envelope: &[u8]) -> Result<(), DispatchError> {
    publish_with(who, envelope, &[])
}

fn publish_with(who: u64, envelope: &[u8], roots: &[PayloadRoot]) -> Result<(), DispatchError> {
    call(
        who,
        crate::Call::publish {
            envelope: envelope.to_vec(),
            roots: roots.to_vec(),
        },
    )
}

/// What authors sign for an envelope on this chain, good for 90 blocks.
fn intent_payload(envelope: &[u8]) -> IntentPayload {
    IntentPayload {
        genesis: System::block_hash(0).0,
        envelope_digest: RustCrypto.sha256(&[envelope]),
        roots: Roots::EMPTY,
        last_block: System::block_number() + 90,
    }
}

fn sign_intent(payload: &IntentPayload, authors: &[&SigningKey]) -> Vec<u8> {
    let signers: Vec<&dyn Signer> = authors.iter().map(|author| *author as &dyn Signer).collect();
    suit_intent::sign(payload, &signers).expect("the intent can be signed")
}

fn general(envelope: &[u8], intent: &[u8]) -> UncheckedExtrinsic {
    let call = crate::Call::publish_authorized {
        envelope: envelope.to_vec(),
        intent: intent.to_vec(),
    };
    UncheckedExtrinsic::new_transaction(call.into(), (frame_system::AuthorizeCall::new(),))
}

/// What the pool says of a general transaction.
fn pooled(envelope: &[u8], intent: &[u8]) -> Result<ValidTransaction, TransactionValidityError> {
    let extrinsic = general(envelope, intent);
    let (info, length) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
    let checked = extrinsic
        .check(&frame_system::ChainContext::<Runtime>::default())
        .expect("it has no signature");
    checked.validate::<Runtime>(TransactionSource::External, &info, length)
}

/// Sends a general transaction: to the pool, then into a block. Both must say the same.
fn send(envelope: &[u8], intent: &[u8]) -> Result<(), DispatchError> {
    let extrinsic = general(envelope, intent);
    let (info, length) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
    let checked = extrinsic
        .check(&frame_system::ChainContext::<Runtime>::default())
        .expect("it has no signature");
    let pooled = pooled(envelope, intent);
    match checked.apply::<Runtime>(&info, length) {
        Ok(dispatched) => {
            assert!(pooled.is_ok(), "a block takes what the pool refuses");
            dispatched
                .map(|_| ())
                .map_err(|failed| panic!("free of charge, and failed in the block: {failed:?}"))
        }
        Err(error) => {
            assert_eq!(pooled, Err(error), "the pool takes what a block refuses");
            match error {
                TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) => {
                    Err(error_of(Refusal::from_code(code).expect("the code is one of ours")))
                }
                other => panic!("not a refusal of ours: {other:?}"),
            }
        }
    }
}

fn error_of(refusal: Refusal) -> DispatchError {
    crate::Error::<Runtime>::from(refusal).into()
}

/// The attempt is refused for this reason, stores nothing and burns no number.
#[track_caller]
fn assert_refused(refusal: Refusal, attempt: impl FnOnce() -> Result<(), DispatchError>) {
    let before = sp_io::storage::root(StateVersion::V1);
    assert_eq!(attempt(), Err(error_of(refusal)));
    assert_eq!(
        sp_io::storage::root(StateVersion::V1),
        before,
        "a refusal must leave no trace"
    );
}

/// Refused as `publish` by the admin, and as `publish_authorized` with a good intent by these authors.
#[track_caller]
fn assert_both_refuse(refusal: Refusal, envelope: &[u8], authors: &[&SigningKey]) {
    assert_refused(refusal, || publish(ADMIN, envelope));
    let intent = sign_intent(&intent_payload(envelope), authors);
    assert_refused(refusal, || send(envelope, &intent));
}
