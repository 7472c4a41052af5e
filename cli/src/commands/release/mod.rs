//! `suit release`: what the chain knows of releases, and what may be done about them.

mod change;
mod check;
mod history;
mod show;

pub use show::{root_text, status_name};

use crate::{commands::Context, error::Result, output::Report};
use clap::{Args, Subcommand};

/// Releases
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show a release: record, status, signers, payloads, holders
    #[command(
        after_help = "Examples:\n  suit release show example.com thermostat-2\n  suit release show example.com thermostat-2 --sequence 1\n  \
        suit release show example.com thermostat-2 --sequence 1 --envelope-out 1.suit"
    )]
    Show(show::Show),
    /// List a product's releases, the newest first
    #[command(after_help = "Examples:\n  suit release history example.com thermostat-2\n  \
        suit release history example.com thermostat-2 --limit 500\n  \
        suit release history example.com thermostat-2 --before 40      # the ones before number 40 of the list")]
    History(history::History),
    /// Ask the chain whether it would publish envelopes, and for every reason why not; submits nothing
    #[command(after_help = "Examples:\n  suit release check release.suit\n  \
        suit release check *.suit --account 5Grw…      # by this publisher\n  \
        suit release check release.suit --key author.key      # on the authors' own word\n  \
        suit release check release.suit --intent release.intent\n\n\
        Without --account, --key or --intent, whether somebody may submit it is left out.")]
    Check(check::Check),
    /// Withdraw a release for ever
    #[command(
        after_help = "Example:\n  suit release revoke example.com thermostat-2 --sequence 3 --suri //Alice\n\n\
        Its envelope goes and its deposit comes back; digests and signers stay. The number is not used again. To withhold it\n\
        for a while: suit release suspend"
    )]
    Revoke(Managed),
    /// Withhold a release until it is resumed
    #[command(after_help = "Example:\n  suit release suspend example.com thermostat-2 --sequence 3 --suri //Alice")]
    Suspend(Managed),
    /// Offer a release again that the vendor suspended
    #[command(after_help = "Example:\n  suit release resume example.com thermostat-2 --sequence 3 --suri //Alice")]
    Resume(Managed),
    /// Releases that older devices have to pass through
    #[command(subcommand)]
    SteppingStone(SteppingStone),
}

/// Releases that older devices have to pass through
#[derive(Subcommand, Debug)]
#[command(
    after_help = "Example:\n  suit release stepping-stone declare example.com thermostat-2 --sequence 3 --suri //Alice"
)]
pub enum SteppingStone {
    /// Devices below this release are offered it first; it is never pruned
    #[command(
        after_help = "Example:\n  suit release stepping-stone declare example.com thermostat-2 --sequence 3 --suri //Alice"
    )]
    Declare(Managed),
    /// Devices need not pass through it any more
    #[command(
        after_help = "Example:\n  suit release stepping-stone withdraw example.com thermostat-2 --sequence 3 --suri //Alice"
    )]
    Withdraw(Managed),
}

/// Which release, and who acts for its vendor.
#[derive(Args, Debug)]
pub struct Managed {
    #[command(flatten)]
    pub product: super::product::Product,
    /// Its sequence number
    #[arg(long)]
    pub sequence: u64,
    /// Secret of the account that manages the vendor: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    pub suri: String,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Show(options) => show::show(&options, context).await,
        Command::History(options) => history::history(&options, context).await,
        Command::Check(options) => check::check(&options, context).await,
        Command::Revoke(of) => change::change(&of, change::Change::Revoke, context).await,
        Command::Suspend(of) => change::change(&of, change::Change::Suspend, context).await,
        Command::Resume(of) => change::change(&of, change::Change::Resume, context).await,
        Command::SteppingStone(SteppingStone::Declare(of)) => change::stepping_stone(&of, true, context).await,
        Command::SteppingStone(SteppingStone::Withdraw(of)) => change::stepping_stone(&of, false, context).await,
    }
}
