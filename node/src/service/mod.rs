//! Assembles the node.

mod consensus;
mod partial;

pub use partial::{new_partial, FullBackend, FullClient, FullPool, Partial};

use crate::{
    cli::{Role, SuitFlags},
    exchange::{self, ExchangeServer, ExchangeSource},
    identity::Identity,
    metrics::Metrics,
    rpc,
    storage::{Pace, StorageDuty, Upkeep},
    view::View,
};
use consensus::Consensus;
use futures::FutureExt;
use sc_client_api::Backend as _;
use sc_network::{config::FullNetworkConfiguration, service::traits::NetworkService, NetworkBackend};
use sc_service::{error::Error as ServiceError, Configuration, TaskManager, WarpSyncConfig};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::{path::Path, sync::Arc, time::Duration};
use suit_node_gateway::Gateway;
use suit_node_pinner::Pinner;
use suit_runtime::{opaque::Block, Hash};

type Network = sc_network::Litep2pNetworkBackend;

/// Idle connections between nodes are kept: the default of 10 s makes them flap before the first block is asked for.
const IDLE_CONNECTION_TIMEOUT: Duration = Duration::from_secs(3600);

/// Builds the node and starts its tasks.
pub fn new_full(mut config: Configuration, flags: SuitFlags, role: Role) -> Result<TaskManager, ServiceError> {
    config.network.idle_connection_timeout = IDLE_CONNECTION_TIMEOUT;
    let Partial {
        client,
        backend,
        mut task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool,
        other: (block_import, grandpa_link, mut telemetry),
    } = new_partial(&config)?;

    let view = View::new(client.clone());
    let identity = Identity::load_or_create(keystore_container.keystore())?;
    let store = open_store(config.base_path.path(), config.chain_spec.id(), &flags)?;
    log::info!("💾 Role {role:?}, node key 0x{}", hex::encode(identity.node_id().0));

    let registry = config.prometheus_registry().cloned();
    let suit_metrics = Metrics::new(registry.as_ref()).map_err(|error| ServiceError::Other(error.to_string()))?;
    let mut net_config = FullNetworkConfiguration::<Block, Hash, Network>::new(&config.network, registry.clone());
    let metrics = <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(registry.as_ref());
    let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(&view.genesis_hash(), &config.chain_spec);
    let (grandpa_config, grandpa_notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<Block, Network>(
        grandpa_protocol.clone(),
        metrics.clone(),
        net_config.peer_store_handle(),
    );
    net_config.add_notification_protocol(grandpa_config);

    let exchange_protocol = exchange::protocol_name(&view.genesis_hash());
    let (exchange_server, exchange_config) =
        ExchangeServer::new::<Network>(exchange_protocol.clone(), store.clone(), view.clone());
    net_config.add_request_response_protocol(exchange_config);

    let warp_sync = sc_consensus_grandpa::warp_proof::NetworkProvider::new(
        backend.clone(),
        grandpa_link.shared_authority_set().clone(),
        Vec::new(),
    );
    let (network, system_rpc_tx, tx_handler_controller, sync, _bitswap) =
        sc_service::build_network(sc_service::BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: transaction_pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    if config.offchain_worker.enabled {
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: client.clone(),
            keystore: Some(keystore_container.keystore()),
            offchain_db: backend.offchain_storage(),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
            network_provider: Arc::new(network.clone()),
            is_validator: config.role.is_authority(),
            enable_http_requests: false,
            custom_extensions: |_| vec![],
        })?;
        let run = workers.run(client.clone(), task_manager.spawn_handle()).boxed();
        task_manager
            .spawn_handle()
            .spawn("offchain-workers", "offchain-worker", run);
    }

    let gateway_url = start_storage(StorageParts {
        task_manager: &task_manager,
        client: client.clone(),
        backend: &backend,
        network: network.clone(),
        store,
        view: view.clone(),
        identity: identity.clone(),
        exchange_server,
        exchange_protocol,
        flags: &flags,
        metrics: suit_metrics.clone(),
    })?;

    let rpc_builder = {
        let suit = rpc::Suit::new(
            view,
            identity,
            network.local_peer_id(),
            gateway_url,
            &flags,
            suit_metrics,
        );
        let deps = rpc::Deps {
            client: client.clone(),
            pool: transaction_pool.clone(),
            suit,
        };
        Box::new(move |_| rpc::create(&deps).map_err(|error| ServiceError::Other(error.to_string())))
    };

    let chain_role = config.role;
    let force_authoring = config.force_authoring;
    let enable_grandpa = !config.disable_grandpa;
    let name = config.network.node_name.clone();
    let keystore = keystore_container.keystore();
    sc_service::spawn_tasks(sc_service::SpawnTasksParams {
        config,
        client: client.clone(),
        backend,
        task_manager: &mut task_manager,
        keystore: keystore.clone(),
        transaction_pool: transaction_pool.clone(),
        rpc_builder,
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    let consensus = Consensus {
        task_manager: &task_manager,
        client,
        pool: transaction_pool,
        select_chain,
        keystore,
        network,
        sync,
        role: chain_role,
        registry,
        telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
    };
    if chain_role.is_authority() {
        consensus.start_aura(block_import, force_authoring)?;
    }
    if enable_grandpa {
        consensus.start_grandpa(grandpa_link, grandpa_notifications, grandpa_protocol, name)?;
    }
    Ok(task_manager)
}

fn open_store(base: &Path, chain_id: &str, flags: &SuitFlags) -> Result<chunks::store::Store, ServiceError> {
    let path = base.join("chains").join(chain_id).join("suit");
    let config = chunks::store::Config {
        max_bytes: flags.store_quota.saturating_mul(1 << 20),
        ..Default::default()
    };
    chunks::store::Store::open(&path, config).map_err(|error| {
        ServiceError::Other(format!(
            "the chunk store in {} cannot be opened: {error}",
            path.display()
        ))
    })
}

struct StorageParts<'a> {
    task_manager: &'a TaskManager,
    client: Arc<FullClient>,
    backend: &'a FullBackend,
    network: Arc<dyn NetworkService>,
    store: chunks::store::Store,
    view: View,
    identity: Identity,
    exchange_server: ExchangeServer,
    exchange_protocol: sc_network::ProtocolName,
    flags: &'a SuitFlags,
    metrics: Metrics,
}

/// Starts gateway, block exchange and pinner. Returns the origin under which the gateway is reached.
fn start_storage(parts: StorageParts) -> Result<String, ServiceError> {
    let spawner = parts.task_manager.spawn_handle();
    let address = parts.flags.gateway_addr;
    if address.ip().is_unspecified() && parts.flags.gateway_url.is_none() {
        let message =
            format!("--gateway-addr {address} is no address that others can use: say theirs with --gateway-url");
        return Err(ServiceError::Other(message));
    }
    let listener = std::net::TcpListener::bind(address).map_err(|error| {
        ServiceError::Other(format!(
            "--gateway-addr {address} cannot be listened on, name another: {error}"
        ))
    })?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let router = suit_node_gateway::router(Gateway::new(parts.store.clone(), Arc::new(parts.view.clone())));
    spawner.spawn("suit-gateway", "suit", async move {
        if let Err(error) = suit_node_gateway::serve(listener, router, futures::future::pending()).await {
            log::error!("the gateway has stopped: {error}");
        }
    });
    log::info!("📦 SUIT gateway listening on http://{bound}");

    spawner.spawn("suit-exchange", "suit", parts.exchange_server.run());

    let source = ExchangeSource {
        network: parts.network,
        protocol: parts.exchange_protocol,
        view: parts.view.clone(),
    };
    let pinner = Arc::new(Pinner::new(
        parts.store.clone(),
        vec![Arc::new(source)],
        Default::default(),
    ));
    spawner.spawn("suit-pinner", "suit", pinner.clone().run(futures::future::pending()));
    let pace = Pace {
        scrub_bytes: parts.flags.scrub_rate.saturating_mul(1 << 20),
        grace: Duration::from_secs(parts.flags.collect_after),
    };
    let upkeep = Upkeep::new(parts.store, parts.view.clone(), parts.metrics.clone(), pace);
    spawner.spawn("suit-upkeep", "suit", upkeep.run());
    let duty = StorageDuty::new(
        parts.client,
        parts.backend,
        parts.view,
        parts.identity.node_id(),
        pinner,
        parts.metrics,
    )
    .ok_or_else(|| ServiceError::Other("the database has no off-chain storage".into()))?;
    spawner.spawn("suit-duty", "suit", duty.run());

    Ok(parts
        .flags
        .gateway_url
        .clone()
        .unwrap_or_else(|| format!("http://{bound}")))
}
