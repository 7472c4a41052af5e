//! Client, database, pool and import queue: what every command that opens the chain needs.

use sc_client_api::Backend as _;
use sc_consensus_aura::ImportQueueParams;
use sc_service::{error::Error as ServiceError, Configuration};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sp_consensus_aura::{inherents::InherentDataProvider as SlotProvider, sr25519::AuthorityPair};
use sp_timestamp::InherentDataProvider as TimestampProvider;
use std::sync::Arc;
use suit_runtime::{opaque::Block, RuntimeApi};

/// Runs the runtime's WebAssembly with the SDK's host functions and no others, so that generic tools work.
pub type Executor = sc_executor::WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The client.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// The transaction pool.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
/// The rule that chooses among forks.
pub type SelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// Imports blocks and their justifications.
pub type GrandpaBlockImport = sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, SelectChain>;
/// Ties the block import to the voter.
pub type GrandpaLink = sc_consensus_grandpa::LinkHalf<Block, FullClient, SelectChain>;
/// All of it.
pub type Partial = sc_service::PartialComponents<
    FullClient,
    FullBackend,
    SelectChain,
    sc_consensus::DefaultImportQueue<Block>,
    FullPool,
    (GrandpaBlockImport, GrandpaLink, Option<Telemetry>),
>;

/// Every block's justification is stored and imported, so that any finalised block can be proven to a device.
pub const JUSTIFICATION_PERIOD: u32 = 1;

/// Opens the chain.
pub fn new_partial(config: &Configuration) -> Result<Partial, ServiceError> {
    let endpoints = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty());
    let telemetry = match endpoints {
        Some(endpoints) => {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Some((worker, telemetry))
        }
        None => None,
    };

    let executor: Executor = sc_service::new_wasm_executor(&config.executor);
    let (client, backend, keystore_container, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
        config,
        telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
        executor,
        vec![],
    )?;
    let client = Arc::new(client);
    debug_assert!(
        backend.offchain_storage().is_some(),
        "worker and pinner meet in the off-chain database"
    );

    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager.spawn_handle().spawn("telemetry", None, worker.run());
        telemetry
    });
    let telemetry_handle = telemetry.as_ref().map(|telemetry| telemetry.handle());

    let select_chain = sc_consensus::LongestChain::new(backend.clone());
    let pool = sc_transaction_pool::Builder::new(
        task_manager.spawn_essential_handle(),
        client.clone(),
        config.role.is_authority().into(),
    )
    .with_options(config.transaction_pool.clone())
    .with_prometheus(config.prometheus_registry())
    .build();

    let (block_import, link) = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        telemetry_handle.clone(),
    )?;

    let slot_client = client.clone();
    let import_queue = sc_consensus_aura::import_queue::<AuthorityPair, _, _, _, _, _>(ImportQueueParams {
        block_import: block_import.clone(),
        justification_import: Some(Box::new(block_import.clone())),
        client: client.clone(),
        create_inherent_data_providers: move |parent, _| {
            let client = slot_client.clone();
            async move {
                let duration = sc_consensus_aura::standalone::slot_duration_at(&*client, parent)?;
                let now = TimestampProvider::from_system_time();
                Ok((SlotProvider::from_timestamp_and_slot_duration(*now, duration), now))
            }
        },
        spawner: &task_manager.spawn_essential_handle(),
        registry: config.prometheus_registry(),
        check_for_equivocation: Default::default(),
        telemetry: telemetry_handle,
        compatibility_mode: Default::default(),
    })?;

    Ok(sc_service::PartialComponents {
        client,
        backend,
        task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool: Arc::new(pool),
        other: (block_import, link, telemetry),
    })
}
