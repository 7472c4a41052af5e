//! The commands, a module each.

pub mod council;
pub mod device;
pub mod key;
pub mod manifest;
pub mod names;
pub mod network;
pub mod node;
pub mod operator;
pub mod product;
pub mod publish;
pub mod release;
pub mod upload;
pub mod vendor;

pub use names::{product_id, vendor_id};

use crate::{
    chain::{
        extrinsics::{account, Call, Included},
        Chain,
    },
    deadline::Deadline,
    error::Result,
    output::Progress,
};

/// What every command gets.
pub struct Context {
    /// The node's address.
    pub node: String,
    /// Longest wait in seconds.
    pub timeout: u64,
    /// Where to say how it goes.
    pub progress: Progress,
}

impl Context {
    /// A deadline from now.
    pub fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// Connects to the node.
    pub async fn chain(&self) -> Result<Chain> {
        Chain::connect(&self.node, self.deadline()).await
    }

    /// Signs a call by the account with this secret, and waits until it is final. `stage` says what begins.
    pub async fn send(&self, call: &Call, suri: &str, stage: impl AsRef<str>) -> Result<(Chain, Included)> {
        // Read before anything is asked for, so that a slip of the pen is known at once.
        let key = account(suri)?;
        let chain = self.chain().await?;
        self.progress.stage(stage);
        let included = chain.submit_signed(call, &key, self.deadline()).await?;
        Ok((chain, included))
    }
}
