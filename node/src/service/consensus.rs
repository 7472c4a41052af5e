//! Block production (Aura) and finality (GRANDPA).

use super::partial::{FullClient, FullPool, GrandpaBlockImport, GrandpaLink, SelectChain, JUSTIFICATION_PERIOD};
use sc_consensus_aura::{SlotProportion, StartAuraParams};
use sc_consensus_grandpa::{GrandpaParams, SharedVoterState, VotingRulesBuilder};
use sc_network::{service::traits::NetworkService, NotificationService, ProtocolName};
use sc_network_sync::SyncingService;
use sc_service::{config::Role, error::Error as ServiceError, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_aura::{inherents::InherentDataProvider as SlotProvider, sr25519::AuthorityPair};
use sp_keystore::KeystorePtr;
use sp_timestamp::InherentDataProvider as TimestampProvider;
use std::{sync::Arc, time::Duration};
use suit_runtime::opaque::Block;

/// How often GRANDPA gossips. Four times this must stay below the slot; with 2 s slots, finality then follows import
/// by about 0.6 s.
const GOSSIP: Duration = Duration::from_millis(150);

/// What both engines need.
pub struct Consensus<'a> {
    /// Spawns the engines.
    pub task_manager: &'a TaskManager,
    /// The client.
    pub client: Arc<FullClient>,
    /// The transaction pool.
    pub pool: Arc<FullPool>,
    /// Chooses among forks.
    pub select_chain: SelectChain,
    /// Where the engines find their keys.
    pub keystore: KeystorePtr,
    /// The network.
    pub network: Arc<dyn NetworkService>,
    /// Sync.
    pub sync: Arc<SyncingService<Block>>,
    /// Whether this node makes blocks.
    pub role: Role,
    /// Metrics.
    pub registry: Option<substrate_prometheus_endpoint::Registry>,
    /// Telemetry.
    pub telemetry: Option<TelemetryHandle>,
}

impl Consensus<'_> {
    /// Makes blocks.
    pub fn start_aura(&self, block_import: GrandpaBlockImport, force_authoring: bool) -> Result<(), ServiceError> {
        let proposer_factory = sc_basic_authorship::ProposerFactory::new(
            self.task_manager.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            self.registry.as_ref(),
            self.telemetry.clone(),
        );
        let slot_duration = sc_consensus_aura::slot_duration(&*self.client)?;
        let aura = sc_consensus_aura::start_aura::<AuthorityPair, _, _, _, _, _, _, _, _, _, _>(StartAuraParams {
            slot_duration,
            client: self.client.clone(),
            select_chain: self.select_chain.clone(),
            block_import,
            proposer_factory,
            create_inherent_data_providers: move |_, ()| async move {
                let now = TimestampProvider::from_system_time();
                Ok((SlotProvider::from_timestamp_and_slot_duration(*now, slot_duration), now))
            },
            force_authoring,
            backoff_authoring_blocks: None::<()>,
            keystore: self.keystore.clone(),
            sync_oracle: self.sync.clone(),
            justification_sync_link: self.sync.clone(),
            block_proposal_slot_portion: SlotProportion::new(0.6),
            max_block_proposal_slot_portion: None,
            telemetry: self.telemetry.clone(),
            compatibility_mode: Default::default(),
        })?;
        self.task_manager
            .spawn_essential_handle()
            .spawn_blocking("aura", Some("block-authoring"), aura);
        Ok(())
    }

    /// Finalises blocks. No voting rules: a voter votes for the best block it has, so that finality follows import at
    /// once instead of two blocks later.
    pub fn start_grandpa(
        &self,
        link: GrandpaLink,
        notification_service: Box<dyn NotificationService>,
        protocol_name: ProtocolName,
        name: String,
    ) -> Result<(), ServiceError> {
        let config = sc_consensus_grandpa::Config {
            gossip_duration: GOSSIP,
            justification_generation_period: JUSTIFICATION_PERIOD,
            name: Some(name),
            observer_enabled: false,
            keystore: self.role.is_authority().then(|| self.keystore.clone()),
            local_role: self.role,
            telemetry: self.telemetry.clone(),
            protocol_name,
        };
        let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
            config,
            link,
            network: self.network.clone(),
            sync: self.sync.clone(),
            notification_service,
            voting_rule: VotingRulesBuilder::new().build(),
            prometheus_registry: self.registry.clone(),
            shared_voter_state: SharedVoterState::empty(),
            telemetry: self.telemetry.clone(),
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.pool.clone()),
        })?;
        self.task_manager
            .spawn_essential_handle()
            .spawn_blocking("grandpa-voter", None, voter);
        Ok(())
    }
}
