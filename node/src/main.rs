//! `suit-node`: registration, general and retrieval node of the SUIT distribution network.
#![warn(missing_docs)]
// The SDK's error types are large. They are returned once, when the node starts.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod cli;
mod command;
mod exchange;
mod identity;
mod metrics;
mod rpc;
mod service;
mod storage;
mod view;

fn main() -> sc_cli::Result<()> {
    command::run()
}
