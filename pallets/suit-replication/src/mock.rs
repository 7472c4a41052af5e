//! A chain of this pallet, balances and a made-up source of releases.

use crate::{self as pallet_suit_replication, Call, HoldReason};
use codec::Encode;
use frame_support::{
    derive_impl,
    dispatch::GetDispatchInfo,
    parameter_types,
    traits::{fungible::HoldConsideration, ConstU64, Hooks, LinearStoragePrice},
    weights::Weight,
};
use frame_system::offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase};
use sp_core::{
    ed25519::Pair,
    offchain::{testing, OffchainDbExt, OffchainWorkerExt, TransactionPoolExt},
    Pair as _,
};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
    testing::UintAuthorityId,
    traits::{Applyable, Checkable},
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    BuildStorage,
};
use std::{cell::RefCell, collections::BTreeMap};
use suit_primitives::{
    attestation::{registration_bytes, Attestation, AttestationV1},
    release::{BlockCodec, Demand, Payload, PayloadV1, Retrieval, RootCid, Transform},
    replication::{NodeAddresses, ReleaseSource},
    NodeId, Refusal, ReleaseId,
};

pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type UncheckedExtrinsic = sp_runtime::generic::UncheckedExtrinsic<u64, RuntimeCall, UintAuthorityId, TxExtension>;
pub type Header = sp_runtime::generic::Header<u32, sp_runtime::traits::BlakeTwo256>;
pub type Block = sp_runtime::generic::Block<Header, UncheckedExtrinsic>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type Replication = pallet_suit_replication::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
}

parameter_types! {
    pub const NodeHold: RuntimeHoldReason = RuntimeHoldReason::Replication(HoldReason::StorageNode);
}

impl pallet_suit_replication::Config for Test {
    type RegisterOrigin = frame_system::EnsureSigned<u64>;
    type Consideration =
        HoldConsideration<u64, Balances, NodeHold, LinearStoragePrice<ConstU64<1_000>, ConstU64<1>, u64>>;
    type Releases = FakeReleases;
    type WeightInfo = ();
}

impl<LocalCall> CreateTransactionBase<LocalCall> for Test
where
    RuntimeCall: From<LocalCall>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<LocalCall> CreateTransaction<LocalCall> for Test
where
    RuntimeCall: From<LocalCall>,
{
    type Extension = TxExtension;

    fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
        UncheckedExtrinsic::new_transaction(call, extension)
    }
}

impl<LocalCall> CreateAuthorizedTransaction<LocalCall> for Test
where
    RuntimeCall: From<LocalCall>,
{
    fn create_extension() -> TxExtension {
        (frame_system::AuthorizeCall::new(),)
    }
}

thread_local! {
    static DEMANDS: RefCell<BTreeMap<ReleaseId, Demand>> = const { RefCell::new(BTreeMap::new()) };
    static NOTES: RefCell<Vec<(ReleaseId, u32)>> = const { RefCell::new(Vec::new()) };
}

/// Releases that a test made up, and what it heard about them.
pub struct FakeReleases;

impl ReleaseSource for FakeReleases {
    fn demand(release: ReleaseId) -> Option<Demand> {
        DEMANDS.with_borrow(|demands| demands.get(&release).cloned())
    }

    /// Falling: the order is the source's.
    fn candidates(after: Option<ReleaseId>, limit: u32) -> Vec<ReleaseId> {
        let after = after.unwrap_or(ReleaseId::MAX);
        DEMANDS.with_borrow(|demands| {
            let ids = demands.range(..after).rev().map(|(id, _)| *id);
            ids.take(limit as usize).collect()
        })
    }

    fn note_replicas(release: ReleaseId, replicas: u32) {
        NOTES.with_borrow_mut(|notes| notes.push((release, replicas)));
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn demanding(number: u32, replicas: u8) -> Option<ReleaseId> {
        self::release([number.into()], replicas);
        Some(number.into())
    }
}

/// A release of one payload of its own.
pub fn demand(release: ReleaseId, replicas: u8) -> Demand {
    let digest = sp_io::hashing::sha2_256(&release.encode());
    let payload = Payload::V1(PayloadV1 {
        component: Default::default(),
        root: RootCid {
            codec: BlockCodec::DagPb,
            digest,
        },
        stored_size: 1_000_000,
        image_digest: None,
        image_size: None,
        transform: Transform::None,
    });
    let payloads = vec![payload].try_into().unwrap();
    Demand {
        release,
        payloads,
        replicas,
        retrieval: Retrieval::Open,
    }
}

/// The registry asks for these releases, so many times each.
pub fn release(ids: impl IntoIterator<Item = ReleaseId>, replicas: u8) {
    DEMANDS.with_borrow_mut(|demands| demands.extend(ids.into_iter().map(|id| (id, demand(id, replicas)))));
}

/// The registry asks for a release no more.
pub fn revoke(id: ReleaseId) {
    DEMANDS.with_borrow_mut(|demands| demands.remove(&id));
}

/// What the registry heard since it was last asked.
pub fn take_notes() -> Vec<(ReleaseId, u32)> {
    NOTES.take()
}

/// What stands around the chain in a test.
pub struct World {
    pool: Box<dyn Fn() -> Vec<Vec<u8>>>,
}

impl World {
    /// Transactions submitted by the worker since this was last asked.
    pub fn take_submitted(&self) -> Vec<UncheckedExtrinsic> {
        let transactions = (self.pool)();
        transactions
            .iter()
            .map(|bytes| codec::Decode::decode(&mut &bytes[..]).unwrap())
            .collect()
    }

    /// Runs the worker on the current block and takes what it submitted.
    pub fn run_worker(&self) -> Vec<UncheckedExtrinsic> {
        Replication::offchain_worker(System::block_number());
        self.take_submitted()
    }
}

/// Runs a test on a fresh chain in block 1, and checks the state's invariants after it.
pub fn run(test: impl FnOnce(&World)) {
    let (mut ext, world) = chain();
    ext.execute_with(|| {
        System::set_block_number(1);
        test(&world);
        Replication::do_try_state().unwrap();
    });
}

/// A fresh chain, and what stands around it.
pub fn chain() -> (sp_io::TestExternalities, World) {
    DEMANDS.take();
    NOTES.take();
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    pallet_balances::GenesisConfig::<Test> {
        balances: (0..10).chain([300]).map(|account| (account, 1_000_000)).collect(),
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .unwrap();
    crate::GenesisConfig::<Test> {
        period_length: PERIOD,
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    let (offchain, _) = testing::TestOffchainExt::new();
    let (pool, pool_state) = testing::TestTransactionPoolExt::new();
    ext.register_extension(OffchainDbExt::new(offchain.clone()));
    ext.register_extension(OffchainWorkerExt::new(offchain));
    ext.register_extension(TransactionPoolExt::new(pool));
    ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    let world = World {
        pool: Box::new(move || std::mem::take(&mut pool_state.write().transactions)),
    };
    (ext, world)
}

/// Blocks in a period here.
pub const PERIOD: u32 = 5;

/// Goes to the first block of a period.
pub fn go_to_period(period: u32) {
    System::set_block_number(period * PERIOD);
}

/// Gives the pallet an idle block of this much room.
pub fn idle(room: Weight) -> Weight {
    Replication::on_idle(System::block_number(), room)
}

/// The key pair of test node `n`. Its owner is account `n`.
pub fn pair(n: u16) -> Pair {
    Pair::from_seed(&sp_io::hashing::sha2_256(&n.encode()))
}

pub fn node(n: u16) -> NodeId {
    NodeId(pair(n).public().0)
}

pub fn addresses_of(key: NodeId) -> NodeAddresses {
    let peer_id = [
        &[0x00, 36, 0x08, 0x01, 0x12, 0x20][..],
        &sp_io::hashing::sha2_256(&key.0),
    ]
    .concat();
    NodeAddresses {
        peer_id: peer_id.try_into().unwrap(),
        gateway: b"http://127.0.0.1:8080".to_vec().try_into().unwrap(),
    }
}

pub fn addresses(n: u16) -> NodeAddresses {
    addresses_of(node(n))
}

/// A signature by which node `n` lets an account speak for it under a peer id.
pub fn proof(n: u16, owner: u64, peer_id: &[u8]) -> [u8; 64] {
    pair(n)
        .sign(&registration_bytes(&Replication::genesis(), &owner.encode(), peer_id))
        .0
}

pub fn register(n: u16) {
    let addresses = addresses(n);
    let proof = proof(n, n.into(), &addresses.peer_id);
    Replication::register_node(RuntimeOrigin::signed(n.into()), node(n), addresses, proof).unwrap();
}

/// What node `n` would say in the current period.
pub fn attestation(n: u16, gained: &[ReleaseId], lost: &[ReleaseId]) -> Attestation {
    Attestation::V1(AttestationV1 {
        genesis: Replication::genesis(),
        node: node(n),
        period: Replication::current_period(),
        gained: gained.to_vec().try_into().unwrap(),
        lost: lost.to_vec().try_into().unwrap(),
    })
}

pub fn transaction(attestation: Attestation, signature: [u8; 64]) -> UncheckedExtrinsic {
    let call = RuntimeCall::Replication(Call::attest { attestation, signature });
    UncheckedExtrinsic::new_transaction(call, (frame_system::AuthorizeCall::new(),))
}

pub fn signed_by(n: u16, attestation: Attestation) -> UncheckedExtrinsic {
    let signature = pair(n).sign(&attestation.signing_bytes()).0;
    transaction(attestation, signature)
}

/// Sends a transaction the way it goes on the chain: checked, validated as in the pool, applied as in a block.
pub fn apply(transaction: UncheckedExtrinsic) -> Result<ValidTransaction, TransactionValidityError> {
    let info = transaction.get_dispatch_info();
    let length = transaction.encoded_size();
    let checked = Checkable::check(transaction, &frame_system::ChainContext::<Test>::default())?;
    let validity = checked.validate::<Test>(TransactionSource::External, &info, length)?;
    let outcome = checked.apply::<Test>(&info, length)?;
    assert!(outcome.is_ok(), "{outcome:?}");
    Ok(validity)
}

/// Node `n` attests, and the chain takes it.
pub fn attest(n: u16, gained: &[ReleaseId], lost: &[ReleaseId]) {
    apply(signed_by(n, attestation(n, gained, lost))).unwrap();
}

/// The reason for which the chain refuses a transaction, and leaves its state as it was.
pub fn refusal(transaction: UncheckedExtrinsic) -> Refusal {
    let before = sp_io::storage::root(sp_core::storage::StateVersion::V1);
    let error = apply(transaction).expect_err("the chain took it");
    assert_eq!(
        sp_io::storage::root(sp_core::storage::StateVersion::V1),
        before,
        "a refusal changed the state"
    );
    match error {
        TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) => Refusal::from_code(code).unwrap(),
        other => panic!("refused without a reason of ours: {other:?}"),
    }
}
