//! The mailbox between the off-chain worker, which decides, and the node, which does the I/O.
//!
//! Both sides read and write the persistent off-chain database. Nothing in it is precious: state rebuilds the orders,
//! and the node's store rebuilds the report.

use crate::{
    ids::{NodeId, ReleaseId},
    release::Demand,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};

/// Key of the worker's [`Orders`].
pub const ORDERS_KEY: &[u8] = b"suit/orders/v1";
/// Key of the node's [`Report`].
pub const REPORT_KEY: &[u8] = b"suit/report/v1";

/// What the worker wants pinned, in full; a later list replaces an earlier one.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Debug)]
pub enum Orders {
    /// Version 1.
    #[codec(index = 1)]
    V1 {
        /// The node they are for.
        node: NodeId,
        /// Block whose state they were read from.
        block: u32,
        /// Releases on duty.
        orders: Vec<Demand>,
    },
}

/// What the node has pinned and checked.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Debug)]
pub enum Report {
    /// Version 1.
    #[codec(index = 1)]
    V1 {
        /// Releases whose every payload is whole on disk and agrees with the release, sorted.
        held: Vec<ReleaseId>,
    },
}
