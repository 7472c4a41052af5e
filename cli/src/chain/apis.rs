//! The runtime APIs, typed. All are asked on finalised state.

use crate::{chain::Chain, error::Result};
use suit_primitives::{
    apis::{DryRun, KeyInfo, Latest, ProductInfo, VendorInfo},
    bounds::MAX_PAGE,
    release::{PayloadRoot, Release},
    replication::{PeriodInfo, StorageNode},
    KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId,
};

impl Chain {
    /// The newest release that is offered.
    pub async fn latest(&self, product: ProductId) -> Result<Latest> {
        self.call("SuitRegistryApi_latest", product).await
    }

    /// A release by product and sequence number.
    pub async fn release(&self, product: ProductId, sequence: SequenceNumber) -> Result<Option<(ReleaseId, Release)>> {
        self.call("SuitRegistryApi_release", (product, sequence)).await
    }

    /// A product and its policy.
    pub async fn product(&self, product: ProductId) -> Result<Option<ProductInfo>> {
        self.call("SuitRegistryApi_product", product).await
    }

    /// A vendor.
    pub async fn vendor(&self, vendor: VendorId) -> Result<Option<VendorInfo>> {
        self.call("SuitRegistryApi_vendor", vendor).await
    }

    /// A vendor's keys, all of them, page by page.
    pub async fn keys(&self, vendor: VendorId) -> Result<Vec<(KeyId, KeyInfo)>> {
        let mut keys: Vec<(KeyId, KeyInfo)> = Vec::new();
        loop {
            let after = keys.last().map(|(id, _)| *id);
            let page: Vec<(KeyId, KeyInfo)> = self.call("SuitRegistryApi_keys", (vendor, after, MAX_PAGE)).await?;
            let more = page.len() == MAX_PAGE as usize;
            keys.extend(page);
            if !more {
                return Ok(keys);
            }
        }
    }

    /// What `publish` by an account would do.
    pub async fn dry_run_publish(&self, account: &[u8], envelope: &[u8], roots: &[PayloadRoot]) -> Result<DryRun> {
        self.call("SuitRegistryApi_dry_run_publish", (account, envelope, roots))
            .await
    }

    /// What `publish_authorized` would do.
    pub async fn dry_run_publish_authorized(&self, envelope: &[u8], intent: &[u8]) -> Result<DryRun> {
        self.call("SuitRegistryApi_dry_run_publish_authorized", (envelope, intent))
            .await
    }

    /// All registered storage nodes.
    pub async fn nodes(&self) -> Result<Vec<StorageNode>> {
        self.call("SuitReplicationApi_nodes", ()).await
    }

    /// Live storage nodes that attested a release.
    pub async fn holders(&self, release: ReleaseId) -> Result<Vec<NodeId>> {
        self.call("SuitReplicationApi_holders", release).await
    }

    /// The attestation period.
    pub async fn period(&self) -> Result<PeriodInfo> {
        self.call("SuitReplicationApi_period", ()).await
    }
}
