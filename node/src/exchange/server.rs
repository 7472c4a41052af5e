//! Answers other storage nodes from the chunk store.

use super::messages::{Request, Response, MAX_ANSWER_BYTES, MAX_REQUEST, MAX_RESPONSE, TIMEOUT};
use crate::view::View;
use chunks::{store::Store, Cid};
use codec::Encode;
use sc_network::{
    request_responses::{IncomingRequest, OutgoingResponse},
    NetworkBackend, ProtocolName,
};
use std::sync::Arc;
use suit_runtime::{opaque::Block, Hash};
use tokio::sync::Semaphore;

/// Requests that may wait; more are turned away by the network layer.
const QUEUE: usize = 64;
/// Requests answered at the same time. Each holds at most [`MAX_ANSWER_BYTES`].
const AT_ONCE: usize = 4;

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
                let result = answer(&store, &view, &request)
                    .map(|response| response.encode())
                    .ok_or(());
                let response = OutgoingResponse {
                    result,
                    reputation_changes: vec![],
                    sent_feedback: None,
                };
                // A peer that has gone in the meantime needs no answer.
                let _ = request.pending_response.send(response);
                drop(permit);
            });
        }
    }
}

fn answer(store: &Store, view: &View, request: &IncomingRequest) -> Option<Response> {
    let peer = request.peer.to_bytes();
    let nodes = view.storage_nodes().ok()?;
    if !nodes.iter().any(|node| node.addresses.peer_id.as_slice() == peer) {
        log::debug!(target: "suit::exchange", "{} asks for blocks and is no registered storage node", request.peer);
        return None;
    }
    let Request::V1 { wanted, .. } = Request::read(&request.payload)?;
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
    Some(Response::V1 { blocks })
}
