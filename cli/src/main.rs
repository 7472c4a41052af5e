//! `suit`: what authors, operators and devices do.

mod chain;
mod commands;
mod deadline;
mod device;
mod error;
mod files;
mod firmware;
mod http;
mod keys;
mod output;
#[cfg(test)]
mod testing;
mod uploader;
mod verify;

use clap::{error::ErrorKind, Parser, Subcommand};
use commands::Context;
use error::{Error, Result};
use output::{Progress, Report};
use std::process::ExitCode;

/// Publish firmware once; devices get the newest authorised release from any node
#[derive(Parser, Debug)]
#[command(
    name = "suit",
    version,
    arg_required_else_help = true,
    after_help = "The whole way, on a dev chain:\n  \
        suit key generate --out author.key\n  \
        suit vendor register example.com --suri //Alice\n  \
        suit vendor add-key example.com --key author.key.pub --usage manifests --suri //Alice\n  \
        suit product create example.com thermostat-2 --replicas 1 --suri //Alice\n  \
        suit node register --suri //Alice\n  \
        suit publish firmware.bin --vendor example.com --class thermostat-2 --key author.key\n  \
        suit device update --state device --vendor example.com --class thermostat-2 --author-key author.key.pub\n\n\
        Exit codes: 0 done; 1 refused or failed, with the reason; 2 misuse."
)]
struct Cli {
    /// One JSON object on stdout, also for errors
    #[arg(long, global = true)]
    json: bool,
    /// The node: ws://, wss://, http:// or https://
    #[arg(long, global = true, env = "SUIT_NODE", default_value = "ws://127.0.0.1:9944")]
    node: String,
    /// Longest wait for one step, in seconds
    #[arg(long, global = true, default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make, show and hand over keys
    #[command(subcommand)]
    Key(commands::key::Command),
    /// Vendors and their keys
    #[command(subcommand)]
    Vendor(commands::vendor::Command),
    /// Products and their policies
    #[command(subcommand)]
    Product(commands::product::Command),
    /// Publish a firmware: manifest, signatures, transaction, upload
    Publish(Box<commands::publish::Publish>),
    /// Publish an envelope that was made elsewhere
    PublishEnvelope(Box<commands::publish::PublishEnvelope>),
    /// Upload a firmware's bytes; continues where it stopped
    Upload(commands::upload::Options),
    /// Show, check, withdraw and withhold releases
    #[command(subcommand)]
    Release(commands::release::Command),
    /// What the council decides
    #[command(subcommand)]
    Council(Box<commands::council::Command>),
    /// Storage nodes
    #[command(subcommand)]
    Node(commands::node::Command),
    /// The network as a whole: who holds what
    #[command(subcommand)]
    Network(commands::network::Command),
    /// What operators give to devices
    #[command(subcommand)]
    Operator(commands::operator::Command),
    /// What runs on a device
    #[command(subcommand)]
    Device(commands::device::Command),
    /// Make, sign, check and look into envelopes; asks no node
    #[command(subcommand)]
    Manifest(Box<commands::manifest::Command>),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return misuse(&e),
    };
    let context = Context {
        node: cli.node,
        timeout: cli.timeout,
        progress: Progress::new(false),
    };
    output::finish(run(cli.command, &context).await, cli.json)
}

async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Key(command) => commands::key::run(command, context).await,
        Command::Vendor(command) => commands::vendor::run(command, context).await,
        Command::Product(command) => commands::product::run(command, context).await,
        Command::Publish(options) => commands::publish::publish(*options, context).await,
        Command::PublishEnvelope(options) => commands::publish::publish_envelope(*options, context).await,
        Command::Upload(options) => commands::upload::run(options, context).await,
        Command::Release(command) => commands::release::run(command, context).await,
        Command::Council(command) => commands::council::run(*command, context).await,
        Command::Node(command) => commands::node::run(command, context).await,
        Command::Network(command) => commands::network::run(command, context).await,
        Command::Operator(command) => commands::operator::run(command, context),
        Command::Device(command) => commands::device::run(command, context).await,
        Command::Manifest(command) => commands::manifest::run(*command, context),
    }
}

/// Says what is wrong with the command line: help on stderr, and the JSON error where it was asked for.
fn misuse(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|arg| arg == "--json");
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if wants_json && !is_help {
        let text = error.render().to_string();
        let text = text.trim().trim_start_matches("error: ").to_owned();
        return output::finish(Err(Error::Misuse(text)), true);
    }
    let _ = error.print();
    if is_help {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_that_belong_together_are_asked_for_together() {
        let update = [
            "suit",
            "device",
            "update",
            "--state",
            "d",
            "--vendor",
            "v",
            "--class",
            "c",
            "--author-key",
            "k",
        ];
        assert!(Cli::try_parse_from(update).is_ok());
        assert!(Cli::try_parse_from(update.into_iter().chain(["--credential", "x"])).is_err());
        let publish = [
            "suit",
            "publish",
            "f",
            "--vendor",
            "v",
            "--class",
            "c",
            "--sequence",
            "1",
        ];
        assert!(Cli::try_parse_from(publish).is_err(), "a manifest needs a signature");
        assert!(Cli::try_parse_from(publish.into_iter().chain(["--key", "k"])).is_ok());
    }
}
