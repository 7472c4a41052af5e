//! Blocks between storage nodes, over a request-response protocol of our own on the chain's network.
//!
//! The handshake of the network tells who asks and storage nodes' peer ids are on the chain, so this carries every
//! payload, whoever may fetch it, and needs no further port.

mod client;
mod messages;
mod server;

pub use client::ExchangeSource;
pub use server::ExchangeServer;

use sc_network::ProtocolName;
use suit_runtime::Hash;

/// Name of the protocol on this chain.
pub fn protocol_name(genesis: &Hash) -> ProtocolName {
    format!("/{}/suit/blocks/1", hex::encode(genesis)).into()
}
