//! `suit vendor`: vendors and their keys.

use crate::{
    chain::{
        extrinsics::{account, account_id, Call, REGISTRY},
        Chain,
    },
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
    apis::{KeyInfo, KeyStatus, KeyUsage},
    KeyId, VendorId,
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
        .arg("usage", usage);
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

/// The head of the vendor's record; its deposit follows.
#[derive(Decode)]
enum VendorRecord {
    #[codec(index = 1)]
    V1 {
        domain: Vec<u8>,
        admin: AccountId32,
        publishers: Vec<AccountId32>,
        status: u8,
        registered_at: u32,
    },
}

async fn show(domain: &str, context: &Context) -> Result<Report> {
    let vendor = vendor_id(domain)?;
    let chain = context.chain().await?;
    let record = stored(&chain, "Vendors", vendor)
        .await?
        .ok_or_else(|| Error::NotFound(format!("vendor {domain}")))?;
    let unreadable = |e: codec::Error| Error::Incompatible(format!("the vendor's record: {e}"));
    let VendorRecord::V1 {
        domain,
        admin,
        publishers,
        status,
        registered_at,
    } = VendorRecord::decode(&mut &record[..]).map_err(unreadable)?;
    let ids: Vec<KeyId> = match stored(&chain, "KeysOf", vendor).await? {
        Some(bytes) => Vec::decode(&mut &bytes[..]).map_err(unreadable)?,
        None => Vec::new(),
    };
    let status = match status {
        0 => "Active",
        1 => "Suspended",
        _ => "unknown",
    };
    let domain = String::from_utf8_lossy(&domain).into_owned();
    let publishers: Vec<String> = publishers.iter().map(ToString::to_string).collect();
    let mut key_list = Vec::new();
    let mut report_lines = Vec::new();
    for id in &ids {
        if let Some(info) = chain.key(*id).await? {
            let (usage, status) = (usage_name(info.usage), status_text(&info));
            report_lines.push(format!("{}  {usage}  {status}", hex0x(id.0)));
            key_list.push(key_json(id, &info));
        }
    }
    let json = json!({
        "domain": domain,
        "vendor": uuid(&vendor.0),
        "admin": admin.to_string(),
        "publishers": publishers,
        "status": status,
        "registeredAt": registered_at,
        "keys": key_list,
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
        .field("registered at", format!("block {registered_at}"));
    for line in report_lines {
        report = report.field("key", line);
    }
    Ok(report)
}

/// A value that the registry keeps for a vendor, where it is: not every question has a runtime API.
async fn stored(chain: &Chain, entry: &str, vendor: VendorId) -> Result<Option<Vec<u8>>> {
    let key = vec![subxt::dynamic::Value::from_bytes(vendor.0)];
    let address = subxt::dynamic::storage(REGISTRY, entry, key);
    let at = chain.finalized().await?.hash;
    let storage = chain.api().storage();
    let key = storage.address_bytes(&address).map_err(|e| chain.failed_call(e))?;
    storage.at(at).fetch_raw(key).await.map_err(|e| chain.failed_call(e))
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
