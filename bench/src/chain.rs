//! The chain's state and its calls in this process, without a node.

use anyhow::{anyhow, Result};
use codec::Encode;
use frame_support::genesis_builder_helper::build_state;
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_runtime::{traits::Header as _, DigestItem};
use suit_primitives::{
    apis::KeyUsage,
    release::{Policy, PolicyV1, Retrieval},
    ProductId,
};
use suit_runtime::{
    AccountId, Executive, Header, Runtime, RuntimeCall, RuntimeGenesisConfig, RuntimeOrigin, SuitRegistry,
    UncheckedExtrinsic, SLOT_DURATION,
};

use crate::author::{self, Authors};

/// The development chain's preset.
const DEV: &str = include_str!("../../chain-specs/dev.json");

pub type Registry = pallet_suit_registry::Call<Runtime>;

/// What a development chain starts with.
pub fn preset() -> Result<Vec<u8>> {
    let preset: serde_json::Map<String, serde_json::Value> = serde_json::from_str(DEV)?;
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default())?;
    for (pallet, fields) in preset {
        for (field, value) in fields.as_object().ok_or(anyhow!("the preset has another form"))? {
            config[&pallet][field] = value.clone();
        }
    }
    Ok(serde_json::to_vec(&config)?)
}

/// Builds the state of a development chain before its first block, where this is called.
pub fn build(preset: Vec<u8>) -> Result<()> {
    build_state::<RuntimeGenesisConfig>(preset).map_err(|error| anyhow!("{error:?}"))
}

/// State of a development chain before its first block, in memory.
pub fn genesis() -> Result<sp_io::TestExternalities> {
    let preset = preset()?;
    let mut state = sp_io::TestExternalities::default();
    state.execute_with(|| build(preset))?;
    state.commit_all().map_err(|error| anyhow!(error))?;
    Ok(state)
}

/// Begins the first block.
pub fn begin_block() -> Result<()> {
    let mut header = Header::new(
        1,
        Default::default(),
        Default::default(),
        Default::default(),
        Default::default(),
    );
    header
        .digest
        .push(DigestItem::PreRuntime(AURA_ENGINE_ID, 1u64.encode()));
    Executive::initialize_block(&header);
    let now = pallet_timestamp::Call::set { now: SLOT_DURATION };
    apply(UncheckedExtrinsic::new_bare(RuntimeCall::from(now)))
}

/// Applies a transaction. The error of a transaction that does not fit is one too.
pub fn apply(transaction: UncheckedExtrinsic) -> Result<()> {
    match Executive::apply_extrinsic(transaction) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(anyhow!("{error:?}")),
        Err(error) => Err(error.into()),
    }
}

/// A policy that is open to all, with this threshold and one replica.
pub fn policy(threshold: u8) -> Policy {
    Policy::V1(PolicyV1 {
        threshold,
        replicas: 1,
        retrieval: Retrieval::Open,
    })
}

/// Registers the vendor with this number and its authors' keys.
pub fn register(admin: &AccountId, vendor: u64, authors: &[&Authors]) -> Result<()> {
    let origin = || RuntimeOrigin::signed(admin.clone());
    let failed = |error| anyhow!("the vendor can't be registered: {error:?}");
    SuitRegistry::register_vendor(origin(), author::domain(vendor).into()).map_err(failed)?;
    let id = author::product(vendor, 0).vendor;
    for key in authors.iter().flat_map(|authors| authors.cose_keys()) {
        SuitRegistry::add_key(origin(), id, key, KeyUsage::Manifests, None, None).map_err(failed)?;
    }
    Ok(())
}

/// Creates the product with this number.
pub fn create(admin: &AccountId, vendor: u64, product: u64, threshold: u8) -> Result<ProductId> {
    let id = author::product(vendor, product);
    let origin = RuntimeOrigin::signed(admin.clone());
    SuitRegistry::create_product(origin, id.vendor, author::class_name(product).into(), policy(threshold))
        .map_err(|error| anyhow!("the product can't be created: {error:?}"))?;
    Ok(id)
}
