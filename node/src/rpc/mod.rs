//! JSON-RPC of the node: the SDK's methods, and `suit_*`.

mod answer;
mod error;
mod params;
mod suit;

pub use suit::Suit;

use crate::service::{FullClient, FullPool};
use jsonrpsee::RpcModule;
use std::sync::Arc;
use suit::SuitApiServer;

/// What the methods need.
pub struct Deps {
    /// The client.
    pub client: Arc<FullClient>,
    /// The transaction pool.
    pub pool: Arc<FullPool>,
    /// Answers the `suit_*` methods.
    pub suit: Suit,
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
