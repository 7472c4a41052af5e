//! `suit-node`: registration, general and retrieval node of the SUIT distribution network.
#![warn(missing_docs)]

mod chain_spec;
mod cli;
mod command;
mod exchange;
mod identity;
mod rpc;
mod service;
mod storage;
mod view;

fn main() -> sc_cli::Result<()> {
    command::run()
}
