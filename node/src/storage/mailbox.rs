//! The persistent off-chain database, as far as worker and node hand each other work through it.

use crate::service::FullBackend;
use codec::{DecodeAll, Encode};
use sc_client_api::Backend as _;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use suit_primitives::{
    mailbox::{Orders, Report, ORDERS_KEY, REPORT_KEY},
    release::Demand,
    NodeId, ReleaseId,
};

type Database = <FullBackend as sc_client_api::Backend<suit_runtime::opaque::Block>>::OffchainStorage;

/// The node's side of the mailbox.
pub struct Mailbox {
    database: Database,
    reported: Option<Vec<ReleaseId>>,
}

impl Mailbox {
    /// `None` where the database has no off-chain storage.
    pub fn new(backend: &FullBackend) -> Option<Self> {
        Some(Self {
            database: backend.offchain_storage()?,
            reported: None,
        })
    }

    /// The worker's orders for this node; `None` where it never gave any, or where they cannot be read.
    pub fn orders(&self, node: NodeId) -> Option<Vec<Demand>> {
        let bytes = self.database.get(STORAGE_PREFIX, ORDERS_KEY)?;
        match Orders::decode_all(&mut &bytes[..]) {
            Ok(Orders::V1 { node: of, orders, .. }) if of == node => Some(orders),
            Ok(_) => None,
            Err(error) => {
                log::warn!(target: "suit::storage", "orders of another version are passed over: {error}");
                None
            }
        }
    }

    /// Tells the worker what is held, if that is news.
    pub fn report(&mut self, held: Vec<ReleaseId>) {
        if self.reported.as_ref() == Some(&held) {
            return;
        }
        self.database
            .set(STORAGE_PREFIX, REPORT_KEY, &Report::V1 { held: held.clone() }.encode());
        self.reported = Some(held);
    }

    /// Takes back what was reported.
    pub fn withdraw_report(&mut self) {
        self.database.remove(STORAGE_PREFIX, REPORT_KEY);
        self.reported = None;
    }
}
