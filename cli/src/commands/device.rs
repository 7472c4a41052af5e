//! `suit device`: what runs on a device.

use crate::{
    commands::{product_id, Context},
    device::{node::Identity, Update},
    error::{Error, Result},
    files, keys,
    output::Report,
};
use clap::{Args, Subcommand};
use std::{path::PathBuf, time::Duration};
use suit_device::credential;

/// What runs on a device
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Ask a node for the newest release and install it, trusting nothing but the author's keys
    Update(Options),
}

/// Options of `suit device update`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    suit device update --state /var/lib/suit --node http://node:9944 --vendor example.com --class thermostat-2 \\\n      \
    --author-key author.key.pub\n  \
    suit device update … --credential device.credential --device-key device.key     # a product for verified devices\n\n\
    The image is in DIR/slot-a or DIR/slot-b; DIR/state.json says which. A download that was cut off continues.")]
pub struct Options {
    /// The device's folder
    #[arg(long)]
    state: PathBuf,
    /// The vendor: its domain name, or its UUID where it was registered by one
    #[arg(long)]
    vendor: String,
    /// The class name
    #[arg(long)]
    class: String,
    /// An author's public key that this device trusts; may be repeated
    #[arg(long, required = true)]
    author_key: Vec<PathBuf>,
    /// How many of the trusted keys must have signed
    #[arg(long, default_value_t = 1)]
    threshold: usize,
    /// The operator's credential
    #[arg(long, requires = "device_key")]
    credential: Option<PathBuf>,
    /// The private key that the credential is for
    #[arg(long, requires = "credential")]
    device_key: Option<PathBuf>,
    /// Genesis hash (0x…) of the chain to ask; without it, that of the first answer is remembered
    #[arg(long)]
    genesis: Option<String>,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    let Command::Update(options) = command;
    let product = product_id(&options.vendor, &options.class)?;
    let authors = keys::public_all(&options.author_key)?;
    if options.threshold == 0 || options.threshold > authors.len() {
        let count = authors.len();
        return Err(Error::Misuse(format!(
            "--threshold must be from 1 to the number of --author-key, {count}"
        )));
    }
    let identity = match (&options.credential, &options.device_key) {
        (Some(credential), Some(key)) => Some(Identity {
            credential: files::read(credential, credential::MAX_CREDENTIAL as u64)?,
            key: keys::private(key)?,
        }),
        _ => None,
    };
    let update = Update {
        folder: options.state,
        node: context.node.clone(),
        vendor: product.vendor.0,
        class: product.class.0,
        authors,
        threshold: options.threshold,
        identity,
        genesis: options.genesis.as_deref().map(genesis).transpose()?,
        // An image may take long; what ends the wait is silence.
        silence: Duration::from_secs(context.timeout),
    };
    update.run(&context.progress).await
}

fn genesis(text: &str) -> Result<[u8; 32]> {
    let mut out = [0; 32];
    hex::decode_to_slice(text.trim_start_matches("0x"), &mut out)
        .map_err(|_| Error::Misuse("--genesis takes 32 bytes in hexadecimal".into()))?;
    Ok(out)
}
