//! `suit vendor`: vendors and their keys.

use crate::{
    chain::extrinsics::{account, account_id, Call, REGISTRY},
    commands::{vendor_id, Context},
    error::{Error, Result},
    keys,
    output::{hex0x, uuid, Report},
};
use clap::{Subcommand, ValueEnum};
use codec::Decode;
use serde_json::{json, Value};
use std::path::PathBuf;
use subxt::utils::AccountId32;
use suit_manifest::crypto::RustCrypto;
use suit_primitives::{
    apis::{KeyInfo, KeyStatus, KeyUsage, VendorStatus},
    KeyId,
};

/// Vendors and their keys
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Register a vendor by its domain name; the chain derives the SUIT vendor id from it
    #[command(after_help = "Example:\n  suit vendor register example.com --suri //Alice")]
    Register {
        /// The domain name, lower case, A-labels
        domain: String,
        /// Secret of the account that manages the vendor: //Alice on a dev chain, a phrase, or @FILE
        #[arg(long)]
        suri: String,
    },
    /// Add an author's key, which signs manifests, or an operator's key, which signs credentials
    #[command(
        after_help = "Example:\n  suit vendor add-key example.com --key author.key.pub --usage manifests --suri //Alice"
    )]
    AddKey {
        /// The vendor's domain name
        domain: String,
        /// The public key: COSE_Key or PEM
        #[arg(long)]
        key: PathBuf,
        /// What it may sign
        #[arg(long, value_enum)]
        usage: Usage,
        /// Secret of the account that manages the vendor
        #[arg(long)]
        suri: String,
    },
    /// Name the accounts that may publish with `suit publish --suri`, in place of those named before
    #[command(after_help = "Example:\n  suit vendor set-publishers example.com --publisher 5Grw… --suri //Alice")]
    SetPublishers {
        /// The vendor's domain name
        domain: String,
        /// An account (SS58); may be repeated; none at all withdraws all
        #[arg(long)]
        publisher: Vec<String>,
        /// Secret of the account that manages the vendor
        #[arg(long)]
        suri: String,
    },
    /// Show a vendor and its keys
    Show {
        /// The domain name
        domain: String,
    },
}

/// What a key may sign.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Usage {
    /// Manifests and intents: an author's key
    Manifests,
    /// Device credentials: an operator's key
    Credentials,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Register { domain, suri } => register(&domain, &suri, context).await,
        Command::AddKey {
            domain,
            key,
            usage,
            suri,
        } => add_key(&domain, &key, usage, &suri, context).await,
        Command::SetPublishers {
            domain,
            publisher,
            suri,
        } => set_publishers(&domain, &publisher, &suri, context).await,
        Command::Show { domain } => show(&domain, context).await,
    }
}

async fn register(domain: &str, suri: &str, context: &Context) -> Result<Report> {
    let vendor = vendor_id(domain)?;
    let key = account(suri)?;
    let call = Call::new(REGISTRY, "register_vendor").arg("domain", domain.as_bytes());
    let chain = context.chain().await?;
    context.progress.stage(format!("Registering {domain}"));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    let json = json!({ "domain": domain, "vendor": uuid(&vendor.0), "block": hex0x(included.block) });
    Ok(Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("finalised in", hex0x(included.block)))
}

async fn add_key(domain: &str, key: &std::path::Path, usage: Usage, suri: &str, context: &Context) -> Result<Report> {
    let vendor = vendor_id(domain)?;
    let public = keys::public(key)?;
    let account = account(suri)?;
    let usage = match usage {
        Usage::Manifests => KeyUsage::Manifests,
        Usage::Credentials => KeyUsage::Credentials,
    };
    let call = Call::new(REGISTRY, "add_key")
        .arg("vendor", vendor)
        .arg("cose_key", public.to_cose_key())
        .arg("usage", usage)
        .arg("from", None::<u32>)
        .arg("until", None::<u32>);
    let chain = context.chain().await?;
    let thumbprint = hex0x(public.thumbprint(&RustCrypto));
    context.progress.stage(format!("Adding key {thumbprint} to {domain}"));
    let included = chain.submit_signed(&call, &account, context.deadline()).await?;
    let json = json!({
        "vendor": uuid(&vendor.0),
        "thumbprint": thumbprint,
        "usage": usage_name(usage),
        "block": hex0x(included.block),
    });
    Ok(Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("thumbprint", thumbprint)
        .field("may sign", usage_name(usage))
        .field("finalised in", hex0x(included.block)))
}

async fn set_publishers(domain: &str, publishers: &[String], suri: &str, context: &Context) -> Result<Report> {
    let vendor = vendor_id(domain)?;
    let key = account(suri)?;
    let read = |text: &String| {
        text.parse::<AccountId32>()
            .map_err(|e| Error::Misuse(format!("{text} is not an account in SS58: {e}")))
    };
    let accounts: Vec<AccountId32> = publishers.iter().map(read).collect::<Result<_>>()?;
    let call = Call::new(REGISTRY, "set_publishers")
        .arg("vendor", vendor)
        .arg("publishers", accounts);
    let chain = context.chain().await?;
    context
        .progress
        .stage(format!("Naming {} publishers of {domain}", publishers.len()));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    let json = json!({ "vendor": uuid(&vendor.0), "publishers": publishers, "block": hex0x(included.block) });
    Ok(Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("publishers", publishers.join(" "))
        .field("by", account_id(&key))
        .field("finalised in", hex0x(included.block)))
}

async fn show(domain: &str, context: &Context) -> Result<Report> {
    let vendor = vendor_id(domain)?;
    let chain = context.chain().await?;
    let info = chain
        .vendor(vendor)
        .await?
        .ok_or_else(|| Error::NotFound(format!("vendor {domain}")))?;
    let keys = chain.keys(vendor).await?;
    let domain = String::from_utf8_lossy(&info.domain).into_owned();
    let admin = account_text(&info.admin)?;
    let publishers: Vec<String> = info.publishers.iter().map(|p| account_text(p)).collect::<Result<_>>()?;
    let status = match info.status {
        VendorStatus::Active => "Active",
        VendorStatus::Suspended => "Suspended",
        VendorStatus::Retired => "Retired",
    };
    let json = json!({
        "domain": domain,
        "vendor": uuid(&vendor.0),
        "admin": admin,
        "publishers": publishers,
        "status": status,
        "threshold": info.threshold,
        "products": info.products,
        "handovers": info.handovers.to_string(),
        "registeredAt": info.registered_at,
        "keys": keys.iter().map(|(id, info)| key_json(id, info)).collect::<Vec<_>>(),
    });
    let mut report = Report::new(json)
        .field("domain", domain)
        .field("vendor id", uuid(&vendor.0))
        .field("admin", admin)
        .field(
            "publishers",
            if publishers.is_empty() {
                "none".to_owned()
            } else {
                publishers.join(" ")
            },
        )
        .field("status", status)
        .field("signatures", info.threshold)
        .field("registered at", format!("block {}", info.registered_at));
    for (id, info) in &keys {
        let line = format!("{}  {}  {}", hex0x(id.0), usage_name(info.usage), status_text(info));
        report = report.field("key", line);
    }
    Ok(report)
}

/// An account as people write it.
fn account_text(encoded: &[u8]) -> Result<String> {
    let account = AccountId32::decode(&mut &encoded[..])
        .map_err(|e| Error::Incompatible(format!("an account of the vendor's record: {e}")))?;
    Ok(account.to_string())
}

fn usage_name(usage: KeyUsage) -> &'static str {
    match usage {
        KeyUsage::Manifests => "manifests",
        KeyUsage::Credentials => "credentials",
    }
}

fn status_text(info: &KeyInfo) -> String {
    match info.status {
        KeyStatus::Live => "live".to_owned(),
        KeyStatus::Rotated { at } => format!("rotated at block {at}"),
        KeyStatus::Compromised { since } => format!("compromised since block {since}"),
    }
}

fn key_json(id: &KeyId, info: &KeyInfo) -> Value {
    json!({
        "thumbprint": hex0x(id.0),
        "usage": usage_name(info.usage),
        "status": status_text(info),
        "voidBefore": info.void_before,
    })
}
