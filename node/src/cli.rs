//! The command line.

use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;

/// Node of the SUIT distribution network (draft-lee-suit-distarch).
///
/// Start a chain of your own on this machine:
///
///   suit-node --dev --tmp
///
/// Join as a retrieval node that serves devices:
///
///   suit-node --chain local --role retrieval --gateway-addr 127.0.0.1:8080 --bootnodes MULTIADDR
#[derive(Debug, Parser)]
#[command(verbatim_doc_comment)]
pub struct Cli {
    /// Other things than running a node.
    #[command(subcommand)]
    pub subcommand: Option<Command>,

    /// Flags of the SUIT network.
    #[command(flatten)]
    pub suit: SuitFlags,

    /// Flags of every Substrate node.
    #[command(flatten)]
    pub run: sc_cli::RunCmd,
}

/// What the node does for the network (draft-lee-suit-distarch §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Takes authors' uploads, makes blocks, pins. Implies --validator.
    Registration,
    /// Carries the ledger, and pins once it is registered as a storage node.
    #[default]
    General,
    /// Delivers manifest and firmware to verified devices. Every node can; this one is there for it.
    Retrieval,
}

/// Flags of the SUIT network.
#[derive(Clone, Debug, clap::Args)]
pub struct SuitFlags {
    /// What this node does for the network. --dev and --validator make it a registration node.
    #[arg(long, value_enum, value_name = "ROLE")]
    pub role: Option<Role>,

    /// Address on which the HTTP gateway listens: uploads, payloads, blocks. Port 0 takes a free one, another at each
    /// start: good for tests, but not for a node whose gateway stands on the chain.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9950")]
    pub gateway_addr: SocketAddr,

    /// Origin under which others reach the gateway, as it is published on the chain. Default: http://<gateway-addr>.
    #[arg(long, value_name = "URL")]
    pub gateway_url: Option<String>,

    /// Most bytes that the chunk store may hold, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 65_536)]
    pub store_quota: u64,

    /// MiB a second that are read through in the chunk store to find damage. 0 finds it only when somebody asks.
    #[arg(long, value_name = "MIB", default_value_t = 4)]
    pub scrub_rate: u64,

    /// Seconds for which an image stays in the chunk store after the last live release that named it.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    pub collect_after: u64,

    /// Seconds for which a challenge to a device holds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=600))]
    pub challenge_lifetime: u64,

    /// Minutes for which a download ticket holds.
    #[arg(long, value_name = "MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub ticket_lifetime: u64,
}

/// Other things than running a node.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Key management.
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),

    /// Print the chain specification as JSON.
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Validate blocks.
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Export blocks.
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Import blocks.
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Remove the whole chain.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Revert the chain to an earlier state.
    Revert(sc_cli::RevertCmd),

    /// Show what the database holds.
    ChainInfo(sc_cli::ChainInfoCmd),
}

impl SuitFlags {
    /// The role, from the flag or from what the other flags imply.
    pub fn role(&self, validator: bool) -> Role {
        match self.role {
            Some(role) => role,
            None if validator => Role::Registration,
            None => Role::default(),
        }
    }
}
