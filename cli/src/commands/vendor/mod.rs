//! `suit vendor`: vendors and their keys.

mod compromise;
mod keys;
mod record;
mod show;

use crate::{commands::Context, error::Result, output::Report};
use clap::{Args, Subcommand};

/// Vendors and their keys
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Register a vendor by its domain name, from which the chain derives the SUIT vendor id; or by a UUID of its own
    #[command(after_help = "Examples:\n  suit vendor register example.com --suri //Alice\n  \
        suit vendor register --uuid 0c0f6e2a-2f4c-4d3e-9a53-9f6d2f2f6b11 --suri //Alice\n\n\
        A UUID of version 5 stands for a name, so it is registered by that name alone. Every command that takes a domain\n\
        name takes such a vendor's UUID in its place.")]
    Register(record::Register),
    /// Show a vendor: who manages it, what its releases need, its products and keys
    #[command(
        after_help = "Examples:\n  suit vendor show example.com\n  suit vendor show 0c0f6e2a-2f4c-4d3e-9a53-9f6d2f2f6b11"
    )]
    Show(Vendor),
    /// List all vendors
    List,
    /// Add an author's key, which signs manifests, or an operator's key, which signs credentials
    #[command(after_help = "Examples:\n  \
        suit vendor add-key example.com --key author.key.pub --usage manifests --suri //Alice\n  \
        suit vendor add-key example.com --key next.key.pub --usage manifests --from 120000 --suri //Alice\n  \
        suit vendor add-key example.com --key guest.key.pub --usage manifests --until 90000 --suri //Alice")]
    AddKey(keys::Add),
    /// Put a new key in the place of an old one, for the same use; what an author's old key signed stays good
    #[command(
        after_help = "Example:\n  suit vendor rotate-key example.com old.key.pub new.key.pub --suri //Alice\n\n\
        Devices trust keys, not the chain: hand over to the new key before the old one goes, so that they follow:\n  \
        suit vendor add-key example.com --key new.key.pub --usage manifests --suri //Alice\n  \
        suit key handover create --vendor example.com --number 1 --threshold 1 --next new.key.pub --key old.key --out 1.handover\n  \
        suit key handover submit 1.handover --suri //Alice\n  \
        suit vendor revoke-key example.com old.key.pub --suri //Alice"
    )]
    RotateKey(keys::Rotate),
    /// Revoke a key: as one that signs no more, or as compromised since a block
    #[command(
        after_help = "Examples:\n  suit vendor revoke-key example.com old.key.pub --suri //Alice\n  \
        suit vendor revoke-key example.com 0x5c…9d --compromised-since 4711 --suri //Alice\n\n\
        Without a block, what the key signed stays good. With one, nothing that it signed since then counts: the vendor is\n\
        suspended at once, its releases since then are gone through, and those that have too few good signers left are\n\
        suspended for ever. The command says which those are before it sends anything, and waits for the end."
    )]
    RevokeKey(compromise::Revoke),
    /// Void every credential that an operator's key issued before a time
    #[command(
        after_help = "Examples:\n  suit vendor void-credentials example.com operator.key.pub --suri //Alice\n  \
        suit vendor void-credentials example.com operator.key.pub --before 1767225600 --suri //Alice"
    )]
    VoidCredentials(keys::Void),
    /// Set how many author signatures every release of the vendor needs at least
    #[command(
        after_help = "Example:\n  suit vendor set-threshold example.com 2 --suri //Alice\n\n\
        A higher number is in force at once, a lower one after the chain's delay."
    )]
    SetThreshold(record::SetThreshold),
    /// Name the accounts that may publish with `suit publish --suri`, in place of those named before
    #[command(after_help = "Example:\n  suit vendor set-publishers example.com --publisher 5Grw… --suri //Alice")]
    SetPublishers(record::SetPublishers),
    /// Offer the vendor to another account, which takes it with `suit vendor accept`
    #[command(after_help = "Example:\n  suit vendor transfer example.com --to 5FHn… --suri //Alice")]
    Transfer(record::Transfer),
    /// Withdraw the offer
    #[command(after_help = "Example:\n  suit vendor cancel-transfer example.com --suri //Alice")]
    CancelTransfer(Managed),
    /// Accept a vendor that was offered: the account becomes its admin and only publisher
    #[command(after_help = "Example:\n  suit vendor accept example.com --suri //Bob\n\n\
        The deposit for the vendor's record is this account's from then on. Author keys stay as they are.")]
    Accept(Managed),
    /// Retire a vendor all of whose products are retired, for good
    #[command(after_help = "Example:\n  suit vendor retire example.com --suri //Alice\n\n\
        The deposits of its record and its keys come back. Nobody ever gets its id again.")]
    Retire(Managed),
}

/// Which vendor.
#[derive(Args, Debug)]
pub struct Vendor {
    /// The vendor: its domain name, or its UUID where it was registered by one
    #[arg(value_name = "VENDOR")]
    pub vendor: String,
}

/// Which vendor, and who acts for it.
#[derive(Args, Debug)]
pub struct Managed {
    /// The vendor: its domain name, or its UUID where it was registered by one
    #[arg(value_name = "VENDOR")]
    pub vendor: String,
    /// Secret of the account that manages the vendor: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    pub suri: String,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Register(options) => record::register(&options, context).await,
        Command::Show(options) => show::show(&options.vendor, context).await,
        Command::List => show::list(context).await,
        Command::AddKey(options) => keys::add(&options, context).await,
        Command::RotateKey(options) => keys::rotate(&options, context).await,
        Command::RevokeKey(options) => compromise::revoke(&options, context).await,
        Command::VoidCredentials(options) => keys::void(&options, context).await,
        Command::SetThreshold(options) => record::set_threshold(&options, context).await,
        Command::SetPublishers(options) => record::set_publishers(&options, context).await,
        Command::Transfer(options) => record::transfer(&options, context).await,
        Command::CancelTransfer(options) => record::cancel_transfer(&options, context).await,
        Command::Accept(options) => record::accept(&options, context).await,
        Command::Retire(options) => record::retire(&options, context).await,
    }
}
