//! `suit council`: what the council decides, how its members vote, and how it comes about.

mod decision;
mod motions;
mod propose;
mod upgrade;

use crate::{commands::Context, error::Result, output::Report};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use subxt::utils::{AccountId32, H256};

/// What the council decides
#[derive(Subcommand, Debug)]
#[command(
    after_help = "A member moves something, which is a vote for it; others vote; anybody closes it once enough are for it:\n  \
    suit council suspend-release example.com thermostat-2 --sequence 3 --suri //Alice\n  \
    suit council motions\n  \
    suit council vote 0x5c…9d 4 aye --suri //Bob\n  \
    suit council close 0x5c…9d 4 --suri //Bob\n\n\
    In a council of one, what is moved is done. More than half must be for what is urgent and can be taken back; two\n\
    thirds for members, registration nodes and new code. Who does not vote says no."
)]
pub enum Command {
    /// Withdraw a release for ever, in an emergency (more than half)
    #[command(
        after_help = "Example:\n  suit council revoke-release example.com thermostat-2 --sequence 3 --suri //Alice"
    )]
    RevokeRelease(Release),
    /// Withhold a release until the council resumes it (more than half)
    #[command(
        after_help = "Example:\n  suit council suspend-release example.com thermostat-2 --sequence 3 --suri //Alice"
    )]
    SuspendRelease(Release),
    /// Offer a release again that the council suspended (more than half)
    #[command(
        after_help = "Example:\n  suit council resume-release example.com thermostat-2 --sequence 3 --suri //Alice"
    )]
    ResumeRelease(Release),
    /// Lower the number that a product's next release may have, where a stolen key burned numbers (more than half)
    #[command(
        after_help = "Example:\n  suit council lower-floor example.com thermostat-2 --floor 8 --suri //Alice\n\n\
        Never to or below a number that was ever available, and releases at or above it must be revoked before."
    )]
    LowerFloor(LowerFloor),
    /// Let everybody register vendors and storage nodes, or only those that the council admitted (more than half)
    #[command(after_help = "Example:\n  suit council admission closed --suri //Alice")]
    Admission(Admission),
    /// Let an account register while admission is closed (more than half)
    #[command(after_help = "Example:\n  suit council admit 5FHn… --suri //Alice")]
    Admit(OfAccount),
    /// Let an account not register any more while admission is closed; what it registered stays (more than half)
    #[command(after_help = "Example:\n  suit council dismiss 5FHn… --suri //Alice")]
    Dismiss(OfAccount),
    /// Pause publishing, or a call (more than half)
    #[command(after_help = "Examples:\n  suit council pause publishing --suri //Alice\n  \
        suit council pause SuitRegistry.register_vendor --suri //Alice")]
    Pause(Pause),
    /// End a pause (more than half)
    #[command(after_help = "Example:\n  suit council unpause publishing --suri //Alice")]
    Unpause(Pause),
    /// Make an account's node a registration node, from the session after the next (two thirds)
    #[command(after_help = "Example:\n  suit council add-node 5FHn… --suri //Alice\n\n\
        The account must have set its node's session keys (session.setKeys).")]
    AddNode(OfAccount),
    /// Make a registration node a node like others, from the session after the next (two thirds)
    #[command(after_help = "Example:\n  suit council remove-node 5FHn… --suri //Alice")]
    RemoveNode(OfAccount),
    /// Take an account into the council (two thirds)
    #[command(after_help = "Example:\n  suit council add-member 5FHn… --suri //Alice")]
    AddMember(OfAccount),
    /// Dismiss a member from the council (two thirds)
    #[command(after_help = "Example:\n  suit council remove-member 5FHn… --suri //Alice")]
    RemoveMember(OfAccount),
    /// Authorise an upgrade of the runtime to the code in a file, by its hash (two thirds)
    #[command(
        after_help = "Example:\n  suit council authorize-upgrade runtime.compact.compressed.wasm --suri //Alice\n\n\
        Whoever votes on it reckons the hash of what he built himself: --hash-only"
    )]
    AuthorizeUpgrade(Authorize),
    /// Hand in code that was authorised; anybody may, and needs no account for it
    #[command(after_help = "Example:\n  suit council apply-upgrade runtime.compact.compressed.wasm")]
    ApplyUpgrade {
        /// The code, to the last byte what was authorised
        wasm: PathBuf,
    },
    /// List members and open motions: what each would do, and who is for and against it
    Motions,
    /// Vote on a motion
    #[command(after_help = "Example:\n  suit council vote 0x5c…9d 4 aye --suri //Bob")]
    Vote(Vote),
    /// Close a motion: does it if enough are for it, drops it if they cannot be any more
    #[command(after_help = "Example:\n  suit council close 0x5c…9d 4 --suri //Bob")]
    Close(Close),
}

/// Who moves, and how.
#[derive(Args, Debug)]
pub struct Mover {
    /// Secret of the council member's account: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    pub suri: String,
    /// Do not vote for it at once
    #[arg(long)]
    pub no_vote: bool,
}

/// A release.
#[derive(Args, Debug)]
pub struct Release {
    #[command(flatten)]
    pub product: super::product::Product,
    /// Its sequence number
    #[arg(long)]
    pub sequence: u64,
    #[command(flatten)]
    pub mover: Mover,
}

/// Options of `suit council lower-floor`.
#[derive(Args, Debug)]
pub struct LowerFloor {
    #[command(flatten)]
    pub product: super::product::Product,
    /// The least number that the next release may have
    #[arg(long)]
    pub floor: u64,
    #[command(flatten)]
    pub mover: Mover,
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Door {
    /// Everybody
    Open,
    /// Those that the council admitted
    #[value(alias = "close")]
    Closed,
}

/// Options of `suit council admission`.
#[derive(Args, Debug)]
pub struct Admission {
    /// Who may register
    #[arg(value_enum)]
    pub door: Door,
    #[command(flatten)]
    pub mover: Mover,
}

/// An account.
#[derive(Args, Debug)]
pub struct OfAccount {
    /// The account (SS58)
    #[arg(value_parser = super::names::account_id)]
    pub account: AccountId32,
    #[command(flatten)]
    pub mover: Mover,
}

/// Options of `suit council pause` and `unpause`.
#[derive(Args, Debug)]
pub struct Pause {
    /// `publishing`, or a call as Pallet.call
    #[arg(value_parser = decision::Paused::parse)]
    pub what: decision::Paused,
    #[command(flatten)]
    pub mover: Mover,
}

/// Options of `suit council authorize-upgrade`.
#[derive(Args, Debug)]
pub struct Authorize {
    /// The code, as it will be handed in
    pub wasm: PathBuf,
    /// Secret of the council member's account
    #[arg(long, required_unless_present = "hash_only")]
    pub suri: Option<String>,
    /// Do not vote for it at once
    #[arg(long)]
    pub no_vote: bool,
    /// Only show the hash; asks no node
    #[arg(long, conflicts_with = "suri")]
    pub hash_only: bool,
}

/// A vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Voice {
    /// For it
    Aye,
    /// Against it
    Nay,
}

/// Which motion.
#[derive(Args, Debug)]
pub struct Motion {
    /// The motion's hash, as `suit council motions` lists it
    #[arg(value_parser = motions::hash)]
    pub hash: H256,
    /// The motion's number
    pub index: u32,
}

/// Options of `suit council vote`.
#[derive(Args, Debug)]
pub struct Vote {
    #[command(flatten)]
    pub motion: Motion,
    /// For or against it
    #[arg(value_enum)]
    pub voice: Voice,
    /// Secret of the council member's account: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    pub suri: String,
}

/// Options of `suit council close`.
#[derive(Args, Debug)]
pub struct Close {
    #[command(flatten)]
    pub motion: Motion,
    /// Secret of the account that closes it and pays for that; it need not be a member's
    #[arg(long)]
    pub suri: String,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Motions => motions::list(context).await,
        Command::Vote(options) => motions::vote(&options, context).await,
        Command::Close(options) => motions::close(&options, context).await,
        Command::AuthorizeUpgrade(options) => upgrade::authorize(&options, context).await,
        Command::ApplyUpgrade { wasm } => upgrade::apply(&wasm, context).await,
        decision => {
            let (decision, mover) = decision::of(decision)?;
            propose::propose(decision, &mover, context).await
        }
    }
}
