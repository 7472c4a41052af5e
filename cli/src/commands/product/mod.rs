//! `suit product`: what a vendor publishes for.

mod change;
mod policy;
mod show;

pub use show::latest;

use crate::{commands::Context, error::Result, output::Report};
use clap::{Args, Subcommand};

/// Products and their policies
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Register a product: what releases need, how often they are kept, who may fetch them, how they are submitted
    #[command(after_help = "Examples:\n  \
        suit product create example.com thermostat-2 --replicas 2 --retrieval verified --suri //Alice\n  \
        suit product create example.com gateway-9 --threshold 2 --submission intents --frozen --suri //Alice")]
    Create(change::Create),
    /// Change a product's policy; what is not given stays as it was laid down last
    #[command(after_help = "Examples:\n  \
        suit product set-policy example.com thermostat-2 --threshold 2 --suri //Alice\n  \
        suit product set-policy example.com thermostat-2 --retrieval open --suri //Alice\n\n\
        What is stricter is in force at once, what is laxer after the chain's delay: the command says from which block.\n\
        Releases keep the replicas and the retrieval that they were published under.")]
    SetPolicy(change::SetPolicy),
    /// Let nothing be published for a product, from now on
    #[command(after_help = "Example:\n  suit product freeze example.com thermostat-2 --suri //Alice")]
    Freeze(Managed),
    /// Let releases be published again, after the chain's delay
    #[command(after_help = "Example:\n  suit product unfreeze example.com thermostat-2 --suri //Alice")]
    Unfreeze(Managed),
    /// Retire a product none of whose releases is kept, for good
    #[command(
        after_help = "Example:\n  suit product retire example.com thermostat-2 --suri //Alice\n\n\
        Revoke its releases first: `suit release history` lists those whose envelopes are kept. The deposit comes back; its\n\
        id and its sequence numbers never start over."
    )]
    Retire(Managed),
    /// Show a product: its policy now and later, what is offered, the next sequence number, its stepping stones
    #[command(after_help = "Example:\n  suit product show example.com thermostat-2")]
    Show(Product),
    /// List a vendor's products
    #[command(after_help = "Example:\n  suit product list example.com")]
    List {
        /// The vendor: its domain name, or its UUID where it was registered by one
        vendor: String,
    },
}

/// Which product.
#[derive(Args, Debug)]
pub struct Product {
    /// The vendor: its domain name, or its UUID where it was registered by one
    #[arg(value_name = "VENDOR")]
    pub vendor: String,
    /// The class name: which of the vendor's devices it is
    #[arg(value_name = "CLASS")]
    pub class: String,
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.class, self.vendor)
    }
}

/// Which product, and who acts for its vendor.
#[derive(Args, Debug)]
pub struct Managed {
    #[command(flatten)]
    pub product: Product,
    /// Secret of the account that manages the vendor: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    pub suri: String,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Create(options) => change::create(&options, context).await,
        Command::SetPolicy(options) => change::set_policy(&options, context).await,
        Command::Freeze(of) => change::freeze(&of, true, context).await,
        Command::Unfreeze(of) => change::freeze(&of, false, context).await,
        Command::Retire(of) => change::retire(&of, context).await,
        Command::Show(product) => show::show(&product, context).await,
        Command::List { vendor } => show::list(&vendor, context).await,
    }
}
