//! JSON-RPC of the node: the SDK's methods, and `suit_*`.

mod answer;
mod error;
mod params;
mod suit;

use crate::{
    cli::SuitFlags,
    identity::Identity,
    service::{FullClient, FullPool},
    view::View,
};
use jsonrpsee::RpcModule;
use sc_network::service::traits::NetworkService;
use std::sync::Arc;
use suit::{Suit, SuitApiServer};

/// What the methods need.
pub struct Deps {
    client: Arc<FullClient>,
    pool: Arc<FullPool>,
    suit: Suit,
}

impl Deps {
    /// Gathers it.
    pub fn new(
        client: Arc<FullClient>,
        pool: Arc<FullPool>,
        view: View,
        identity: Identity,
        network: &Arc<dyn NetworkService>,
        gateway_url: String,
        flags: &SuitFlags,
    ) -> Self {
        let suit = Suit::new(view, identity, network.local_peer_id(), gateway_url, flags);
        Self { client, pool, suit }
    }
}

/// All methods but those that the SDK's service adds by itself.
pub fn create(deps: &Deps) -> Result<RpcModule<()>, jsonrpsee::core::RegisterMethodError> {
    use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
    use substrate_frame_rpc_system::{System, SystemApiServer};

    let mut module = RpcModule::new(());
    module.merge(System::new(deps.client.clone(), deps.pool.clone()).into_rpc())?;
    module.merge(TransactionPayment::new(deps.client.clone()).into_rpc())?;
    module.merge(deps.suit.clone().into_rpc())?;
    Ok(module)
}
