//! `suit operator`: what an operator gives to devices.

use crate::{
    commands::{product_id, Context},
    error::{Error, Result},
    files, keys,
    output::{hex0x, Report},
};
use clap::{Args, Subcommand};
use rand::{rngs::OsRng, RngCore};
use serde_json::json;
use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};
use suit_device::credential::{self, Claims};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Operators of devices
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Sign a credential with which a device shows that it is one of yours
    Credential(Issue),
}

/// Options of `suit operator credential`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  suit vendor add-key example.com --key operator.key.pub --usage credentials --suri //Alice\n  \
    suit operator credential --operator-key operator.key --device-key device.key.pub \\\n      \
    --vendor example.com --class thermostat-2 --out device.credential"
)]
pub struct Issue {
    /// The operator's private key, registered with --usage credentials
    #[arg(long)]
    pub operator_key: PathBuf,
    /// The device's public key
    #[arg(long)]
    pub device_key: PathBuf,
    /// The vendor: its domain name, or its UUID where it was registered by one
    #[arg(long)]
    pub vendor: String,
    /// The class name
    #[arg(long)]
    pub class: String,
    /// Days until it expires
    #[arg(long, default_value_t = 365)]
    pub valid: u32,
    /// Where it goes; may not exist
    #[arg(long)]
    pub out: PathBuf,
}

/// Runs a command.
pub fn run(command: Command, _context: &Context) -> Result<Report> {
    let Command::Credential(options) = command;
    issue(&options)
}

fn issue(options: &Issue) -> Result<Report> {
    let product = product_id(&options.vendor, &options.class)?;
    let operator = keys::private(&options.operator_key)?;
    let device_key = keys::public(&options.device_key)?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    let mut pseudonym = [0; 16];
    OsRng.fill_bytes(&mut pseudonym);
    let claims = Claims {
        exp: now.saturating_add(u64::from(options.valid).saturating_mul(DAY)),
        iat: now,
        pseudonym,
        device_key,
        vendor: product.vendor.0,
        class: product.class.0,
    };
    let credential = credential::issue(&claims, &operator)
        .map_err(|e| Error::malformed("BadKey", "the operator's key", format!("{e:?}")))?;
    // It opens nothing without the device's key, but it is the device's own business.
    files::create_secret(&options.out, &credential)?;
    let mut json = super::names::ids(&product);
    crate::output::merge(
        &mut json,
        json!({
            "credential": options.out.display().to_string(),
            "pseudonym": hex0x(pseudonym),
            "issuedAt": now,
            "expires": claims.exp,
        }),
    );
    Ok(Report::new(json)
        .field("credential", options.out.display())
        .field("pseudonym", hex0x(pseudonym))
        .field("expires", format!("{} (Unix seconds)", claims.exp)))
}
