//! What tests do and ask, in a word each: blocks pass, releases become available, the council decides.

use super::*;
use frame_support::{
    traits::{fungible::InspectHold, Hooks},
    weights::Weight,
};
use suit_primitives::release::RootCid;

/// Blocks pass, with what the pallet does at the start of each.
pub fn run_to(block: u64) {
    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        SuitRegistry::on_initialize(next);
    }
}

/// The block has time left.
pub fn idle() {
    SuitRegistry::on_idle(System::block_number(), Weight::MAX);
}

/// The pallet's events of an act, in their order.
pub fn events_of(act: impl FnOnce()) -> Vec<Event<Runtime>> {
    System::reset_events();
    act();
    let ours = |record: frame_system::EventRecord<RuntimeEvent, _>| match record.event {
        RuntimeEvent::SuitRegistry(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(ours).collect()
}

/// What is held on an account's balance.
pub fn held(who: u64, reason: HoldReason) -> u64 {
    Balances::balance_on_hold(&reason.into(), &who)
}

/// What an act burns.
pub fn burned_by(act: impl FnOnce()) -> u64 {
    let before = Balances::total_issuance();
    act();
    before - Balances::total_issuance()
}

/// A call by the council.
pub fn council(call: crate::Call<Runtime>) -> Result<(), DispatchError> {
    dispatch(RuntimeOrigin::root(), call)
        .map(|_| ())
        .map_err(|(error, _)| error)
}

/// Publishes a good envelope of the tests' image by the admin, signed by the first P-256 author.
pub fn publish_number(number: u64) {
    publish(ADMIN, &Forge::new(number).signed(&[&p256(1)])).expect("it is good");
}

/// Publishes these, and enough nodes hold each.
pub fn offer(numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        publish_number(number);
        replicate(number);
    }
}

/// Enough nodes hold the product's release with this number.
pub fn replicate(number: u64) {
    SuitRegistry::note_replicas(id_of(number), 2);
}

/// The release of the product with this sequence number.
pub fn id_of(number: u64) -> u64 {
    SuitRegistry::api_release(product(), number)
        .expect("it was published")
        .0
}

pub fn status(release: u64) -> ReleaseStatus {
    crate::Releases::<Runtime>::get(release)
        .expect("it is stored")
        .v1()
        .status
}

pub fn suspension(release: u64) -> Option<Suspension> {
    crate::Suspensions::<Runtime>::get(release)
}

/// Whether a release's envelope is on the chain.
pub fn is_kept(release: u64) -> bool {
    crate::Envelopes::<Runtime>::contains_key(release)
}

/// What is offered for the product.
pub fn latest() -> Option<u64> {
    SuitRegistry::state(product()).latest
}

pub fn vendor_status() -> VendorStatus {
    SuitRegistry::api_vendor(vendor()).expect("it is registered").status
}

pub fn key_status(key: &SigningKey) -> KeyStatus {
    SuitRegistry::api_key(vendor(), key_id(key))
        .expect("it is registered")
        .status
}

/// Revokes a key by the admin: as rotated, or as compromised since a block.
pub fn revoke_key(key: &SigningKey, compromised_since: Option<u32>) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::revoke_key {
            vendor: vendor(),
            key: key_id(key),
            compromised_since,
        },
    )
}

pub fn rotate_key(old: &SigningKey, new: &SigningKey) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::rotate_key {
            vendor: vendor(),
            old: key_id(old),
            cose_key: new.public_key().to_cose_key(),
        },
    )
}

pub fn set_threshold(threshold: u8) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::set_threshold {
            vendor: vendor(),
            threshold,
        },
    )
}

pub fn revoke(sequence_number: u64) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::revoke_release {
            product: product(),
            sequence_number,
        },
    )
}

pub fn suspend(sequence_number: u64) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::suspend_release {
            product: product(),
            sequence_number,
        },
    )
}

pub fn resume(sequence_number: u64) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::resume_release {
            product: product(),
            sequence_number,
        },
    )
}

pub fn emergency_revoke(sequence_number: u64) -> Result<(), DispatchError> {
    council(crate::Call::emergency_revoke_release {
        product: product(),
        sequence_number,
    })
}

pub fn emergency_suspend(sequence_number: u64) -> Result<(), DispatchError> {
    council(crate::Call::emergency_suspend_release {
        product: product(),
        sequence_number,
    })
}

pub fn emergency_resume(sequence_number: u64) -> Result<(), DispatchError> {
    council(crate::Call::emergency_resume_release {
        product: product(),
        sequence_number,
    })
}

pub fn set_stone(sequence_number: u64, declared: bool) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::set_stepping_stone {
            product: product(),
            sequence_number,
            declared,
        },
    )
}

pub fn lower_floor(floor: u64) -> Result<(), DispatchError> {
    council(crate::Call::lower_floor {
        product: product(),
        floor,
    })
}

pub fn set_policy(policy: Policy) -> Result<(), DispatchError> {
    call(
        ADMIN,
        crate::Call::set_policy {
            product: product(),
            policy,
        },
    )
}

pub fn retire_product() -> Result<(), DispatchError> {
    call(ADMIN, crate::Call::retire_product { product: product() })
}

pub fn retire_vendor() -> Result<(), DispatchError> {
    call(ADMIN, crate::Call::retire_vendor { vendor: vendor() })
}

/// A policy of version 2 that `register` sets, with one signature: two replicas, open, either way, not frozen.
pub fn plain() -> PolicyV2 {
    PolicyV2 {
        threshold: 1,
        replicas: 2,
        retrieval: Retrieval::Open,
        submission: Submission::Both,
        frozen: false,
    }
}

/// Releases that ask for bytes, in rising order.
pub fn asked_for() -> Vec<u64> {
    let mut asking = SuitRegistry::candidates(None, u32::MAX);
    asking.retain(|release| SuitRegistry::demand(*release).is_some());
    asking.sort_unstable();
    asking
}

/// Whether storage nodes take uploads for a root.
pub fn is_wanted(root: RootCid) -> bool {
    SuitRegistry::api_wanted_root(root).is_some()
}

/// Registers a vendor by its domain.
pub fn register_vendor(who: u64, domain: &str) -> Result<(), DispatchError> {
    call(who, crate::Call::register_vendor { domain: domain.into() })
}

/// Registers a vendor by its domain, by this admin. Answers its id.
pub fn register_domain(admin: u64, domain: &str) -> VendorId {
    register_vendor(admin, domain).expect("it is free");
    VendorId(uuid::vendor_id(domain))
}

/// Creates a product of a vendor by its admin: one signature, two replicas, open. Answers its id.
pub fn create(admin: u64, vendor: VendorId, class_name: &str) -> ProductId {
    call(
        admin,
        crate::Call::create_product {
            vendor,
            class_name: class_name.into(),
            policy: policy(1, 2, Retrieval::Open),
        },
    )
    .expect("it is new");
    ProductId {
        vendor,
        class: ClassId(uuid::class_id(&vendor.0, class_name)),
    }
}

/// Adds an author's key to a vendor by its admin.
pub fn add_author(admin: u64, vendor: VendorId, key: &SigningKey) {
    call(
        admin,
        crate::Call::add_key {
            vendor,
            cose_key: key.public_key().to_cose_key(),
            usage: KeyUsage::Manifests,
            from: None,
            until: None,
        },
    )
    .expect("it is new");
}
