//! The runtime's APIs, for the node and for tools.

use crate::{
    genesis_config_presets, AccountId, Aura, Balance, Block, Executive, Grandpa, InherentDataExt, Nonce, Runtime,
    RuntimeCall, RuntimeGenesisConfig, SuitRegistry, SuitReplication, System, TransactionPayment, VERSION,
};
#[cfg(feature = "runtime-benchmarks")]
use crate::{AllPalletsWithSystem, Governance, Registrars};
use alloc::vec::Vec;
use frame_support::{
    genesis_builder_helper::{build_state, get_preset},
    weights::Weight,
};
use pallet_grandpa::AuthorityId as GrandpaId;
use sp_api::impl_runtime_apis;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_core::OpaqueMetadata;
use sp_runtime::{
    traits::{Block as BlockT, NumberFor},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;
use suit_primitives::{
    apis::{DryRun, HistoryEntry, KeyInfo, Latest, ProductInfo, VendorInfo, WantedRoot},
    release::{Demand, PayloadRoot, Release, RootCid},
    replication::{PeriodInfo, StorageNode},
    ClassId, KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId,
};

impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block);
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
        fn execute_view_function(
            id: frame_support::view_functions::ViewFunctionId,
            input: Vec<u8>,
        ) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
            Runtime::execute_view_function(id, input)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(
            block: <Block as BlockT>::LazyBlock,
            data: sp_inherents::InherentData,
        ) -> sp_inherents::CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            tx: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, tx, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
        fn slot_duration() -> sp_consensus_aura::SlotDuration {
            sp_consensus_aura::SlotDuration::from_millis(Aura::slot_duration())
        }

        fn authorities() -> Vec<AuraId> {
            pallet_aura::Authorities::<Runtime>::get().into_inner()
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
            crate::opaque::SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, sp_core::crypto::KeyTypeId)>> {
            crate::opaque::SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
        fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
            Grandpa::grandpa_authorities()
        }

        fn current_set_id() -> sp_consensus_grandpa::SetId {
            pallet_grandpa::CurrentSetId::<Runtime>::get()
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            _proof: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
            _owner: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            None
        }

        fn generate_key_ownership_proof(
            _set_id: sp_consensus_grandpa::SetId,
            _authority: GrandpaId,
        ) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
            None
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
        fn query_info(
            uxt: <Block as BlockT>::Extrinsic,
            len: u32,
        ) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(uxt, len)
        }

        fn query_fee_details(
            uxt: <Block as BlockT>::Extrinsic,
            len: u32,
        ) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_fee_details(uxt, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall>
        for Runtime
    {
        fn query_call_info(
            call: RuntimeCall,
            len: u32,
        ) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_call_info(call, len)
        }

        fn query_call_fee_details(call: RuntimeCall, len: u32) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_call_fee_details(call, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, genesis_config_presets::get_preset)
        }

        fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
            genesis_config_presets::preset_names()
        }
    }

    impl suit_primitives::apis::SuitRegistryApi<Block> for Runtime {
        fn latest(product: ProductId) -> Latest {
            SuitRegistry::api_latest(product)
        }

        fn release(product: ProductId, sequence_number: SequenceNumber) -> Option<(ReleaseId, Release)> {
            SuitRegistry::api_release(product, sequence_number)
        }

        fn release_by_id(release: ReleaseId) -> Option<Release> {
            SuitRegistry::api_release_by_id(release)
        }

        fn envelope(release: ReleaseId) -> Option<Vec<u8>> {
            SuitRegistry::api_envelope(release)
        }

        fn product(product: ProductId) -> Option<ProductInfo> {
            SuitRegistry::api_product(product)
        }

        fn next_release(product: ProductId, installed: Option<SequenceNumber>) -> Latest {
            SuitRegistry::api_next_release(product, installed)
        }

        fn history(product: ProductId, before: Option<u32>, limit: u32) -> Vec<HistoryEntry> {
            SuitRegistry::api_history(product, before, limit)
        }

        fn vendor(vendor: VendorId) -> Option<VendorInfo> {
            SuitRegistry::api_vendor(vendor)
        }

        fn vendors(after: Option<VendorId>, limit: u32) -> Vec<(VendorId, VendorInfo)> {
            SuitRegistry::api_vendors(after, limit)
        }

        fn products(vendor: VendorId, after: Option<ClassId>, limit: u32) -> Vec<(ProductId, ProductInfo)> {
            SuitRegistry::api_products(vendor, after, limit)
        }

        fn key(vendor: VendorId, key: KeyId) -> Option<KeyInfo> {
            SuitRegistry::api_key(vendor, key)
        }

        fn keys(vendor: VendorId, after: Option<KeyId>, limit: u32) -> Vec<(KeyId, KeyInfo)> {
            SuitRegistry::api_keys(vendor, after, limit)
        }

        fn handovers(vendor: VendorId, after: u64, limit: u32) -> Vec<(u64, Vec<u8>)> {
            SuitRegistry::api_handovers(vendor, after, limit)
        }

        fn dry_run_publish(account: Vec<u8>, envelope: Vec<u8>, roots: Vec<PayloadRoot>) -> DryRun {
            SuitRegistry::api_dry_run_publish(account, envelope, roots)
        }

        fn dry_run_publish_authorized(envelope: Vec<u8>, intent: Vec<u8>) -> DryRun {
            SuitRegistry::api_dry_run_publish_authorized(envelope, intent)
        }

        fn wanted_root(root: RootCid) -> Option<WantedRoot> {
            SuitRegistry::api_wanted_root(root)
        }
    }

    impl suit_primitives::apis::SuitReplicationApi<Block> for Runtime {
        fn node(node: NodeId) -> Option<StorageNode> {
            SuitReplication::node(node)
        }

        fn nodes() -> Vec<StorageNode> {
            SuitReplication::nodes()
        }

        fn holders(release: ReleaseId) -> Vec<NodeId> {
            SuitReplication::holders(release)
        }

        fn duty(node: NodeId) -> Vec<Demand> {
            SuitReplication::duty(node)
        }

        fn period() -> PeriodInfo {
            SuitReplication::period()
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (
            Vec<frame_benchmarking::BenchmarkList>,
            Vec<frame_support::traits::StorageInfo>,
        ) {
            use frame_benchmarking::BenchmarkList;
            use frame_support::traits::StorageInfoTrait;

            let mut list = Vec::<BenchmarkList>::new();
            list_benchmarks!(list, extra);
            (list, AllPalletsWithSystem::storage_info())
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            use frame_benchmarking::BenchmarkBatch;
            use frame_support::traits::WhitelistedStorageKeys;

            let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
            let mut batches = Vec::<BenchmarkBatch>::new();
            let params = (&config, &whitelist);
            add_benchmarks!(params, batches);
            Ok(batches)
        }
    }
}
