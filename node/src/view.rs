//! Finalised state, for everything that answers a question from outside.

use crate::service::FullClient;
use rand::seq::SliceRandom;
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_consensus_aura::{digests::CompatibleDigestItem, sr25519::AuthoritySignature as Signature};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use suit_node_gateway::{ChainError, ChainView, Wanted};
use suit_primitives::{
    apis::{KeyInfo, Latest, ProductInfo, SuitRegistryApi, SuitReplicationApi},
    release::{Demand, Retrieval, RootCid},
    replication::StorageNode,
    KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId,
};
use suit_runtime::{Hash, SLOT_DURATION};

/// So many places are named to a device.
const MAX_LOCATIONS: usize = 16;

/// Reads finalised state through the runtime's APIs.
#[derive(Clone)]
pub struct View {
    client: Arc<FullClient>,
    genesis: Hash,
}

impl View {
    /// A view of this client's finalised state.
    pub fn new(client: Arc<FullClient>) -> Self {
        let genesis = client.info().genesis_hash;
        Self { client, genesis }
    }

    /// Genesis hash of the chain.
    pub fn genesis_hash(&self) -> Hash {
        self.genesis
    }

    fn at(&self) -> Hash {
        self.client.info().finalized_hash
    }

    /// Number of the finalised block that answers are from.
    pub fn head(&self) -> u32 {
        self.client.info().finalized_number
    }

    /// How long ago the newest final block was made, by its slot. `None` for genesis, which was made in none.
    pub fn age(&self) -> Option<Duration> {
        let header = self.client.header(self.at()).ok()??;
        let made = header
            .digest
            .logs()
            .iter()
            .find_map(CompatibleDigestItem::<Signature>::as_aura_pre_digest)?;
        let made = Duration::from_millis(u64::from(made).saturating_mul(SLOT_DURATION));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Some(now.saturating_sub(made))
    }

    /// The release that a device with this sequence number should take next.
    pub fn next_release(&self, product: ProductId, installed: Option<SequenceNumber>) -> Result<Latest, ApiError> {
        self.client.runtime_api().next_release(self.at(), product, installed)
    }

    /// The envelope of a release.
    pub fn envelope(&self, release: ReleaseId) -> Result<Option<Vec<u8>>, ApiError> {
        self.client.runtime_api().envelope(self.at(), release)
    }

    /// A product and its policy.
    pub fn product(&self, product: ProductId) -> Result<Option<ProductInfo>, ApiError> {
        self.client.runtime_api().product(self.at(), product)
    }

    /// A vendor's key.
    pub fn key(&self, vendor: VendorId, key: KeyId) -> Result<Option<KeyInfo>, ApiError> {
        self.client.runtime_api().key(self.at(), vendor, key)
    }

    /// The payload with this root, where a live release names it.
    pub fn wanted(&self, root: RootCid) -> Result<Option<Wanted>, ApiError> {
        let wanted = self.client.runtime_api().wanted_root(self.at(), root)?;
        Ok(wanted.map(|root| Wanted {
            stored_size: root.stored_size,
            open: root.retrieval == Retrieval::Open,
        }))
    }

    /// Whether this key is a registered storage node's.
    pub fn is_storage_node(&self, node: NodeId) -> Result<bool, ApiError> {
        Ok(self.client.runtime_api().node(self.at(), node)?.is_some())
    }

    /// All registered storage nodes.
    pub fn storage_nodes(&self) -> Result<Vec<StorageNode>, ApiError> {
        self.client.runtime_api().nodes(self.at())
    }

    /// What falls to this node.
    pub fn duty(&self, node: NodeId) -> Result<Vec<Demand>, ApiError> {
        self.client.runtime_api().duty(self.at(), node)
    }

    /// Gateways of live storage nodes that attested the release.
    pub fn locations(&self, release: ReleaseId) -> Result<Vec<String>, ApiError> {
        let at = self.at();
        let api = self.client.runtime_api();
        let nodes: BTreeMap<NodeId, StorageNode> = api.nodes(at)?.into_iter().map(|node| (node.node, node)).collect();
        let mut locations: Vec<String> = api
            .holders(at, release)?
            .iter()
            .filter_map(|holder| nodes.get(holder))
            .filter_map(|node| String::from_utf8(node.addresses.gateway.to_vec()).ok())
            .filter(|gateway| !gateway.is_empty())
            .collect();
        // Devices take them in this order, and a limited number of them.
        locations.shuffle(&mut rand::thread_rng());
        locations.truncate(MAX_LOCATIONS);
        Ok(locations)
    }
}

/// Runtime calls take milliseconds of computation: they must not hold up a thread that serves connections.
async fn aside<T: Send + 'static>(
    view: &View,
    question: impl FnOnce(&View) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ChainError> {
    let view = view.clone();
    let answer = tokio::task::spawn_blocking(move || question(&view)).await;
    answer
        .map_err(|error| ChainError(error.to_string()))?
        .map_err(|error| ChainError(error.to_string()))
}

#[async_trait::async_trait]
impl ChainView for View {
    async fn wanted_root(&self, root: [u8; 36]) -> Result<Option<Wanted>, ChainError> {
        match RootCid::from_bytes(&root) {
            Some(root) => aside(self, move |view| view.wanted(root)).await,
            None => Ok(None),
        }
    }

    async fn is_storage_node(&self, node_key: [u8; 32]) -> Result<bool, ChainError> {
        aside(self, move |view| view.is_storage_node(NodeId(node_key))).await
    }

    fn genesis(&self) -> [u8; 32] {
        self.genesis.0
    }
}
