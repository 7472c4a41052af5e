//! Answers other storage nodes from the chunk store.

use super::messages::{Request, Response, MAX_ANSWER_BYTES, MAX_REQUEST, MAX_RESPONSE, TIMEOUT};
use crate::view::View;
use chunks::{store::Store, Cid};
use codec::Encode;
use sc_network::{
    request_responses::{IncomingRequest, OutgoingResponse},
    NetworkBackend, ProtocolName, ReputationChange,
};
use std::sync::Arc;
use suit_runtime::{opaque::Block, Hash};
use tokio::sync::Semaphore;

/// Requests that may wait; more are turned away by the network layer.
const QUEUE: usize = 64;
/// Requests answered at the same time. Each holds at most [`MAX_ANSWER_BYTES`].
const AT_ONCE: usize = 4;

/// Whoever asks a few hundred times without being a storage node is disconnected.
const STRANGER: ReputationChange = ReputationChange::new(-(1 << 22), "asks for blocks and is no storage node");

/// Answers other storage nodes.
pub struct ExchangeServer {
    requests: async_channel::Receiver<IncomingRequest>,
    store: Store,
    view: View,
}

impl ExchangeServer {
    /// The server, and the protocol's configuration for the network.
    pub fn new<N: NetworkBackend<Block, Hash>>(
        name: ProtocolName,
        store: Store,
        view: View,
    ) -> (Self, N::RequestResponseProtocolConfig) {
        let (sender, requests) = async_channel::bounded(QUEUE);
        let config = N::request_response_config(name, vec![], MAX_REQUEST, MAX_RESPONSE, TIMEOUT, Some(sender));
        (Self { requests, store, view }, config)
    }

    /// Runs until the network goes away.
    pub async fn run(self) {
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        while let Ok(request) = self.requests.recv().await {
            let Ok(permit) = permits.clone().acquire_owned().await else {
                return;
            };
            let (store, view) = (self.store.clone(), self.view.clone());
            tokio::task::spawn_blocking(move || {
                let (result, reputation_changes) = match answer(&store, &view, &request) {
                    Ok(response) => (Ok(response.encode()), vec![]),
                    Err(changes) => (Err(()), changes),
                };
                let response = OutgoingResponse {
                    result,
                    reputation_changes,
                    sent_feedback: None,
                };
                // A peer that has gone in the meantime needs no answer.
                let _ = request.pending_response.send(response);
                drop(permit);
            });
        }
    }
}

fn answer(store: &Store, view: &View, request: &IncomingRequest) -> Result<Response, Vec<ReputationChange>> {
    let peer = request.peer.to_bytes();
    let Ok(nodes) = view.storage_nodes() else {
        return Err(vec![]);
    };
    if !nodes.iter().any(|node| node.addresses.peer_id.as_slice() == peer) {
        log::debug!(target: "suit::exchange", "{} asks for blocks and is no registered storage node", request.peer);
        return Err(vec![STRANGER]);
    }
    let Some(Request::V1 { wanted, .. }) = Request::read(&request.payload) else {
        return Err(vec![]);
    };
    let mut blocks = Vec::new();
    let mut total = 0usize;
    for (index, cid) in wanted.iter().enumerate() {
        let Ok(cid) = Cid::read_bytes(&cid[..]) else { continue };
        match store.get(&cid) {
            Ok(Some(block)) => {
                if total + block.len() > MAX_ANSWER_BYTES {
                    break;
                }
                total += block.len();
                blocks.push((index as u8, block));
            }
            Ok(None) => {}
            Err(error) => log::warn!(target: "suit::exchange", "block {cid} is not served: {error}"),
        }
    }
    Ok(Response::V1 { blocks })
}
