//! The runtime APIs, typed. All are asked on finalised state.

use crate::{chain::Chain, error::Result};
use suit_primitives::{
    apis::{DryRun, HistoryEntry, KeyInfo, Latest, ProductInfo, VendorInfo},
    bounds::MAX_PAGE,
    release::{Demand, PayloadRoot, Release},
    replication::{PeriodInfo, StorageNode},
    ClassId, KeyId, NodeId, ProductId, ReleaseId, SequenceNumber, VendorId,
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

    /// Every vendor, page by page.
    pub async fn vendors(&self) -> Result<Vec<(VendorId, VendorInfo)>> {
        all(async |after: Option<VendorId>| self.call("SuitRegistryApi_vendors", (after, MAX_PAGE)).await).await
    }

    /// A vendor's products, all of them, page by page; retired ones too.
    pub async fn products(&self, vendor: VendorId) -> Result<Vec<(ProductId, ProductInfo)>> {
        all(async |after: Option<ProductId>| {
            let after: Option<ClassId> = after.map(|product| product.class);
            self.call("SuitRegistryApi_products", (vendor, after, MAX_PAGE)).await
        })
        .await
    }

    /// A vendor's keys, all of them, page by page.
    pub async fn keys(&self, vendor: VendorId) -> Result<Vec<(KeyId, KeyInfo)>> {
        all(async |after: Option<KeyId>| self.call("SuitRegistryApi_keys", (vendor, after, MAX_PAGE)).await).await
    }

    /// A vendor's key.
    pub async fn key(&self, vendor: VendorId, key: KeyId) -> Result<Option<KeyInfo>> {
        self.call("SuitRegistryApi_key", (vendor, key)).await
    }

    /// A page of a product's releases, the newest first, from the one before this ordinal.
    pub async fn history(&self, product: ProductId, before: Option<u32>, limit: u32) -> Result<Vec<HistoryEntry>> {
        self.call("SuitRegistryApi_history", (product, before, limit.min(MAX_PAGE)))
            .await
    }

    /// A release's envelope, while the chain keeps it.
    pub async fn envelope(&self, release: ReleaseId) -> Result<Option<Vec<u8>>> {
        self.call("SuitRegistryApi_envelope", release).await
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

    /// A release by its number.
    pub async fn release_by_id(&self, release: ReleaseId) -> Result<Option<Release>> {
        self.call("SuitRegistryApi_release_by_id", release).await
    }

    /// What falls to a storage node.
    pub async fn duty(&self, node: NodeId) -> Result<Vec<Demand>> {
        self.call("SuitReplicationApi_duty", node).await
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

/// Every entry of a list that comes by pages, each page after the last entry of the one before.
async fn all<Id: Copy, Info>(page: impl AsyncFn(Option<Id>) -> Result<Vec<(Id, Info)>>) -> Result<Vec<(Id, Info)>> {
    let mut entries: Vec<(Id, Info)> = Vec::new();
    loop {
        let next = page(entries.last().map(|(id, _)| *id)).await?;
        let more = next.len() == MAX_PAGE as usize;
        entries.extend(next);
        if !more {
            return Ok(entries);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_to_its_end_whether_its_last_page_is_full_or_not() {
        for length in [0, 1, MAX_PAGE, MAX_PAGE + 1, 2 * MAX_PAGE] {
            let read = all(async |after: Option<u32>| {
                let from = after.map_or(0, |after| after + 1);
                Ok((from..length).take(MAX_PAGE as usize).map(|id| (id, ())).collect())
            });
            let ids: Vec<u32> = read.await.unwrap().into_iter().map(|(id, ())| id).collect();
            assert_eq!(ids, (0..length).collect::<Vec<_>>());
        }
    }
}
