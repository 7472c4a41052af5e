//! Asks other storage nodes for blocks: a source for the pinner.

use super::messages::{Request, Response, MAX_BLOCKS};
use crate::view::View;
use chunks::Cid;
use codec::Encode;
use rand::seq::SliceRandom;
use sc_network::{service::traits::NetworkService, IfDisconnected, PeerId, ProtocolName};
use std::sync::Arc;
use suit_node_pinner::{Source, SourceError};

/// The other storage nodes.
pub struct ExchangeSource {
    /// The network.
    pub network: Arc<dyn NetworkService>,
    /// Name of the protocol.
    pub protocol: ProtocolName,
    /// Where the storage nodes' peer ids come from.
    pub view: View,
}

impl ExchangeSource {
    /// Registered storage nodes but this one, live ones first, otherwise in random order so that none is asked by all.
    fn peers(&self) -> Result<Vec<PeerId>, SourceError> {
        let own = self.network.local_peer_id();
        let mut nodes = self
            .view
            .storage_nodes()
            .map_err(|error| SourceError::Failed(error.to_string()))?;
        nodes.shuffle(&mut rand::thread_rng());
        nodes.sort_by_key(|node| !node.live);
        Ok(nodes
            .iter()
            .filter_map(|node| PeerId::from_bytes(&node.addresses.peer_id).ok())
            .filter(|peer| *peer != own)
            .collect())
    }

    async fn ask(&self, peer: PeerId, root: [u8; 36], wanted: &[Cid]) -> Result<Vec<(Cid, Vec<u8>)>, SourceError> {
        let question = wanted.iter().filter_map(binary).collect();
        let request = Request::V1 { root, wanted: question }.encode();
        let (answer, _) = self
            .network
            .request(peer, self.protocol.clone(), request, None, IfDisconnected::TryConnect)
            .await
            .map_err(|error| SourceError::Failed(format!("{peer}: {error}")))?;
        let Response::V1 { blocks } =
            Response::read(&answer).ok_or_else(|| SourceError::Failed(format!("{peer} answered nonsense")))?;
        Ok(blocks
            .into_iter()
            .filter_map(|(index, block)| Some((*wanted.get(usize::from(index))?, block)))
            .collect())
    }
}

fn binary(cid: &Cid) -> Option<[u8; 36]> {
    cid.to_bytes().try_into().ok()
}

#[async_trait::async_trait]
impl Source for ExchangeSource {
    fn name(&self) -> &str {
        "storage nodes"
    }

    /// Asks one node after the other until one has something.
    async fn fetch(&self, root: &Cid, wanted: &[Cid]) -> Result<Vec<(Cid, Vec<u8>)>, SourceError> {
        let Some(root) = binary(root) else { return Ok(vec![]) };
        let wanted = &wanted[..wanted.len().min(MAX_BLOCKS)];
        let mut last = None;
        for peer in self.peers()? {
            match self.ask(peer, root, wanted).await {
                Ok(blocks) if !blocks.is_empty() => return Ok(blocks),
                Ok(_) => {}
                Err(error) => {
                    log::debug!(target: "suit::exchange", "{error}");
                    last = Some(error);
                }
            }
        }
        last.map_or(Ok(vec![]), Err)
    }
}
