//! A chain from the preset `local`, block by block.

use crate::{
    genesis_config_presets::get_preset, opaque::SessionKeys, transactions::TxExtension, Executive, Header, Runtime,
    RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, Signature, System, UncheckedExtrinsic, SLOT_DURATION,
};
use codec::{Decode, Encode};
use frame_support::{
    dispatch::GetDispatchInfo,
    genesis_builder_helper::build_state,
    storage::{transactional::with_transaction_opaque_err, TransactionOutcome},
    traits::GetCallMetadata,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use sp_consensus_aura::{sr25519::AuthorityId as AuraId, AURA_ENGINE_ID};
use sp_consensus_grandpa::{AuthorityId as GrandpaId, GRANDPA_ENGINE_ID};
use sp_core::traits::{ReadRuntimeVersion, ReadRuntimeVersionExt};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::SignedPayload,
    traits::{BlakeTwo256, Hash, Header as _},
    transaction_validity::{TransactionSource, TransactionValidityError},
    ApplyExtrinsicResult, DigestItem, DispatchResult,
};
use std::cell::RefCell;

pub use Sr25519Keyring::{Alice, Bob, Charlie, Dave};

thread_local! {
    static PARENT: RefCell<Option<Header>> = const { RefCell::new(None) };
}

/// Storage of a chain with this preset.
pub fn genesis(preset: &str) -> sp_io::TestExternalities {
    let patch = get_preset(&PresetId::from(preset)).unwrap();
    let patch: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&patch).unwrap();
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    for (pallet, fields) in patch {
        for (field, value) in fields.as_object().unwrap() {
            config[&pallet][field] = value.clone();
        }
    }
    let mut state = sp_io::TestExternalities::default();
    state.execute_with(|| build_state::<RuntimeGenesisConfig>(serde_json::to_vec(&config).unwrap()).unwrap());
    state.commit_all().unwrap();
    state
}

/// Reads the version that a test's "code" begins with.
struct VersionInFront;

impl ReadRuntimeVersion for VersionInFront {
    fn read_runtime_version(&self, code: &[u8], _: &mut dyn sp_core::traits::Externalities) -> Result<Vec<u8>, String> {
        let version = sp_version::RuntimeVersion::decode(&mut &code[..]).map_err(|error| error.to_string())?;
        Ok(version.encode())
    }
}

/// Runs a test on a chain from the preset `local`, in block 1. Its council is Alice, Bob and Charlie, its registration
/// nodes are Alice's and Bob's.
pub fn run(test: impl FnOnce()) {
    PARENT.take();
    let mut state = genesis(LOCAL_TESTNET_RUNTIME_PRESET);
    state.register_extension(ReadRuntimeVersionExt::new(VersionInFront));
    state.register_extension(sp_keystore::KeystoreExt::new(
        sp_keystore::testing::MemoryKeystore::new(),
    ));
    state.execute_with(|| {
        block(|| ());
        test();
    });
}

/// Makes a block with what `inside` applies. Gives what that gave.
pub fn block<R>(inside: impl FnOnce() -> R) -> R {
    let parent = PARENT.take();
    let (number, parent_hash) = parent.map_or((1, Default::default()), |header| (header.number + 1, header.hash()));
    let slot = u64::from(number);
    let mut header = Header::new(
        number,
        Default::default(),
        Default::default(),
        parent_hash,
        Default::default(),
    );
    header
        .digest
        .push(DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode()));
    Executive::initialize_block(&header);
    let now = pallet_timestamp::Call::set {
        now: slot * SLOT_DURATION,
    };
    assert_eq!(
        Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(now.into())),
        Ok(Ok(()))
    );
    let given = inside();
    PARENT.set(Some(Executive::finalize_block()));
    given
}

/// The header of the newest block.
pub fn header() -> Header {
    PARENT.with_borrow(|header| header.clone()).unwrap()
}

/// Whether the newest header tells nodes and devices of other authorities.
pub fn changes_authorities() -> bool {
    let engines = [AURA_ENGINE_ID, GRANDPA_ENGINE_ID];
    let logs = &header().digest.logs;
    logs.iter()
        .any(|log| matches!(log, DigestItem::Consensus(engine, _) if engines.contains(engine)))
}

/// Goes to the first block of the next session.
pub fn next_session() {
    loop {
        block(|| ());
        if header()
            .number
            .is_multiple_of(pallet_registrars::SessionLength::<Runtime>::get())
        {
            return;
        }
    }
}

/// What the pool says to a transaction. It asks in a block that is never made.
pub fn pool(transaction: &UncheckedExtrinsic) -> Result<(), TransactionValidityError> {
    with_transaction_opaque_err(|| {
        let source = TransactionSource::External;
        let answer = Executive::validate_transaction(source, transaction.clone(), header().hash());
        TransactionOutcome::Rollback(answer.map(|_| ()))
    })
    .unwrap()
}

/// A call of an account, signed.
pub fn signed(who: Sr25519Keyring, call: RuntimeCall) -> UncheckedExtrinsic {
    let account = who.to_account_id();
    let mut extension: TxExtension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
    extension.6 = frame_system::CheckNonce::from(System::account_nonce(&account));
    let payload = SignedPayload::new(call.clone(), extension.clone()).unwrap();
    let signature = payload.using_encoded(|bytes| who.sign(bytes));
    UncheckedExtrinsic::new_signed(call, account.into(), Signature::Sr25519(signature), extension)
}

/// Applies an account's call within a block.
pub fn apply(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> ApplyExtrinsicResult {
    Executive::apply_extrinsic(signed(who, call.into()))
}

/// An account makes a call, in a block of its own that is not the first of a session: that one has no room.
pub fn call(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResult {
    if (header().number + 1).is_multiple_of(pallet_registrars::SessionLength::<Runtime>::get()) {
        next_session();
    }
    block(|| apply(who, call)).expect("the transaction is valid")
}

/// Members of the council propose, vote and close. Gives what the call that they agreed on gave, or `None` where they
/// were too few.
pub fn motion(members: &[Sr25519Keyring], threshold: u32, proposal: impl Into<RuntimeCall>) -> Option<DispatchResult> {
    let proposal = Box::new(proposal.into());
    let length_bound = proposal.encoded_size() as u32;
    let proposal_weight_bound = proposal.get_dispatch_info().call_weight;
    let proposal_hash = BlakeTwo256::hash_of(&proposal);
    let index = pallet_collective::ProposalCount::<Runtime>::get();
    let propose = pallet_collective::Call::propose {
        threshold,
        proposal,
        length_bound,
    };
    call(members[0], propose).unwrap();
    for member in members {
        let vote = pallet_collective::Call::vote {
            proposal: proposal_hash,
            index,
            approve: true,
        };
        call(*member, vote).unwrap();
    }
    let close = pallet_collective::Call::close {
        proposal_hash,
        index,
        proposal_weight_bound,
        length_bound,
    };
    call(members[0], close).ok()?;
    executed()
}

/// What the call gave that the council carried out in the newest block.
pub fn executed() -> Option<DispatchResult> {
    System::events()
        .into_iter()
        .rev()
        .find_map(|record| match record.event {
            RuntimeEvent::Council(pallet_collective::Event::Executed { result, .. }) => Some(result),
            _ => None,
        })
}

/// Two of the council's three members agree.
pub fn decide(proposal: impl Into<RuntimeCall>) -> DispatchResult {
    motion(&[Alice, Bob], 2, proposal).expect("two of three are enough")
}

/// New session keys in this node's keystore, and the proof that they are the account's.
pub fn new_keys(who: Sr25519Keyring) -> (SessionKeys, Vec<u8>) {
    let generated = SessionKeys::generate(&who.to_account_id().encode(), None);
    (generated.keys, generated.proof.encode())
}

/// An account sets new session keys.
pub fn set_keys(who: Sr25519Keyring) -> SessionKeys {
    let (keys, proof) = new_keys(who);
    let set = pallet_session::Call::set_keys {
        keys: keys.clone(),
        proof,
    };
    call(who, set).unwrap();
    keys
}

/// The keys with which blocks are made and finalised now.
pub fn authorities() -> (Vec<AuraId>, Vec<GrandpaId>) {
    let aura = pallet_aura::Authorities::<Runtime>::get().into_inner();
    let grandpa = crate::Grandpa::grandpa_authorities();
    (aura, grandpa.into_iter().map(|(key, _)| key).collect())
}

/// The id of GRANDPA's set.
pub fn set_id() -> u64 {
    pallet_grandpa::CurrentSetId::<Runtime>::get()
}

/// Every call that there is, by pallet and name.
pub fn every_call() -> Vec<(&'static str, &'static str)> {
    let pallets = RuntimeCall::get_module_names().iter().copied();
    let calls = |pallet| {
        RuntimeCall::get_call_names(pallet)
            .iter()
            .map(move |call| (pallet, *call))
    };
    pallets.flat_map(calls).collect()
}

/// The council as it is.
pub fn council() -> Vec<crate::AccountId> {
    pallet_collective::Members::<Runtime>::get()
}
