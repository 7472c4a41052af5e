//! A vendor's keys: adding, rotating, and voiding what operators' keys issued.

use super::{record::finalised, Managed};
use crate::{
    chain::{
        extrinsics::{account, Call, REGISTRY},
        Chain,
    },
    commands::{names, vendor_id, Context},
    error::{Error, Result},
    keys,
    output::{hex0x, uuid, Report},
};
use clap::{Args, ValueEnum};
use serde_json::{json, Value};
use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};
use suit_manifest::crypto::RustCrypto;
use suit_primitives::{
    apis::{KeyInfo, KeyStatus, KeyUsage},
    KeyId, VendorId,
};

/// Options of `suit vendor add-key`.
#[derive(Args, Debug)]
pub struct Add {
    #[command(flatten)]
    of: Managed,
    /// The public key: COSE_Key or PEM
    #[arg(long)]
    key: PathBuf,
    /// What it may sign
    #[arg(long, value_enum)]
    usage: Usage,
    /// First block in which it may sign; without it, the one that adds it
    #[arg(long, value_name = "BLOCK")]
    from: Option<u32>,
    /// Last block in which it may sign; without it, it has no end
    #[arg(long, value_name = "BLOCK")]
    until: Option<u32>,
}

/// Options of `suit vendor rotate-key`.
#[derive(Args, Debug)]
pub struct Rotate {
    #[command(flatten)]
    of: Managed,
    /// The key that goes: its thumbprint, or its file
    old: String,
    /// The public key that comes: COSE_Key or PEM
    new: PathBuf,
}

/// Options of `suit vendor void-credentials`.
#[derive(Args, Debug)]
pub struct Void {
    #[command(flatten)]
    of: Managed,
    /// The operator's key: its thumbprint, or its file
    key: String,
    /// Unix time in seconds; without it, now
    #[arg(long, value_name = "SECONDS")]
    before: Option<u64>,
}

/// What a key may sign.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Usage {
    /// Manifests and intents: an author's key
    Manifests,
    /// Device credentials: an operator's key
    Credentials,
}

/// Runs `suit vendor add-key`.
pub async fn add(options: &Add, context: &Context) -> Result<Report> {
    let vendor = vendor_id(&options.of.vendor)?;
    let public = keys::public(&options.key)?;
    let usage = match options.usage {
        Usage::Manifests => KeyUsage::Manifests,
        Usage::Credentials => KeyUsage::Credentials,
    };
    let call = Call::new(REGISTRY, "add_key")
        .arg("vendor", vendor)
        .arg("cose_key", public.to_cose_key())
        .arg("usage", usage)
        .arg("from", options.from)
        .arg("until", options.until);
    let thumbprint = hex0x(public.thumbprint(&RustCrypto));
    let stage = format!("Adding key {thumbprint} to {}", options.of.vendor);
    let (_, included) = context.send(&call, &options.of.suri, stage).await?;
    let json = json!({
        "vendor": uuid(&vendor.0),
        "thumbprint": thumbprint,
        "usage": usage_name(usage),
        "from": options.from,
        "until": options.until,
        "block": hex0x(included.block),
    });
    let report = Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("thumbprint", thumbprint)
        .field("may sign", usage_name(usage));
    Ok(finalised(report, &included))
}

/// Runs `suit vendor rotate-key`.
pub async fn rotate(options: &Rotate, context: &Context) -> Result<Report> {
    let vendor = vendor_id(&options.of.vendor)?;
    let old = names::key_id(&options.old)?;
    let new = keys::public(&options.new)?;
    let call = Call::new(REGISTRY, "rotate_key")
        .arg("vendor", vendor)
        .arg("old", old)
        .arg("cose_key", new.to_cose_key());
    let thumbprint = hex0x(new.thumbprint(&RustCrypto));
    let signer = account(&options.of.suri)?;
    let chain = context.chain().await?;
    let info = known(&chain, vendor, old, &options.of.vendor).await?;
    context.progress.stage(format!(
        "Putting {thumbprint} in the place of {}, which signs no more. {}",
        hex0x(old.0),
        what_stays(info.usage)
    ));
    let included = chain.submit_signed(&call, &signer, context.deadline()).await?;
    let json = json!({
        "vendor": uuid(&vendor.0),
        "old": hex0x(old.0),
        "thumbprint": thumbprint,
        "block": hex0x(included.block),
    });
    let report = Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("rotated", hex0x(old.0))
        .field("signs now", thumbprint);
    Ok(finalised(report, &included))
}

/// Runs `suit vendor void-credentials`.
pub async fn void(options: &Void, context: &Context) -> Result<Report> {
    let vendor = vendor_id(&options.of.vendor)?;
    let key = names::key_id(&options.key)?;
    let before = options.before.unwrap_or_else(now);
    let call = Call::new(REGISTRY, "void_credentials")
        .arg("vendor", vendor)
        .arg("key", key)
        .arg("before", before);
    let stage = format!(
        "Voiding every credential that {} issued before {before}; devices need new ones",
        hex0x(key.0)
    );
    let (_, included) = context.send(&call, &options.of.suri, stage).await?;
    let json = json!({
        "vendor": uuid(&vendor.0),
        "thumbprint": hex0x(key.0),
        "voidBefore": before,
        "block": hex0x(included.block),
    });
    let report = Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("operator's key", hex0x(key.0))
        .field("void before", before);
    Ok(finalised(report, &included))
}

/// A key that must be there.
pub async fn known(chain: &Chain, vendor: VendorId, key: KeyId, name: &str) -> Result<KeyInfo> {
    chain
        .key(vendor, key)
        .await?
        .ok_or_else(|| Error::NotFound(format!("key {} of {name}", hex0x(key.0))))
}

/// What becomes of that which a key signed, once it signs no more.
pub fn what_stays(usage: KeyUsage) -> &'static str {
    match usage {
        KeyUsage::Manifests => "What it signed stays good.",
        KeyUsage::Credentials => "Nodes take no credential that it issued any more: devices need new ones.",
    }
}

/// Unix time in seconds.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// A usage by name.
pub fn usage_name(usage: KeyUsage) -> &'static str {
    match usage {
        KeyUsage::Manifests => "manifests",
        KeyUsage::Credentials => "credentials",
    }
}

/// Where a key stands, in words.
pub fn status_text(info: &KeyInfo) -> String {
    let void = match info.void_before {
        0 => String::new(),
        before => format!(", credentials before {before} are void"),
    };
    match info.status {
        KeyStatus::Live => {
            let until = info.until.map_or_else(String::new, |until| format!(" to {until}"));
            format!("live from block {}{until}{void}", info.from)
        }
        KeyStatus::Rotated { at } => format!("rotated at block {at}"),
        KeyStatus::Compromised { since } => format!("compromised since block {since}"),
    }
}

/// A key, for machines.
pub fn key_json(id: &KeyId, info: &KeyInfo) -> Value {
    let (status, block) = match info.status {
        KeyStatus::Live => ("live", None),
        KeyStatus::Rotated { at } => ("rotated", Some(at)),
        KeyStatus::Compromised { since } => ("compromised", Some(since)),
    };
    json!({
        "thumbprint": hex0x(id.0),
        "usage": usage_name(info.usage),
        "status": status,
        "statusBlock": block,
        "from": info.from,
        "until": info.until,
        "voidBefore": info.void_before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use suit_primitives::apis::PublicKey;

    fn info(status: KeyStatus) -> KeyInfo {
        KeyInfo {
            vendor: VendorId([1; 16]),
            key: PublicKey::Ed25519([2; 32]),
            usage: KeyUsage::Credentials,
            status,
            from: 3,
            until: None,
            void_before: 0,
        }
    }

    #[test]
    fn where_a_key_stands_is_said_in_words_and_for_machines() {
        let live = info(KeyStatus::Live);
        assert_eq!(status_text(&live), "live from block 3");
        let short = KeyInfo {
            until: Some(9),
            void_before: 5,
            ..live
        };
        assert_eq!(
            status_text(&short),
            "live from block 3 to 9, credentials before 5 are void"
        );
        assert_eq!(status_text(&info(KeyStatus::Rotated { at: 4 })), "rotated at block 4");
        let json = key_json(&KeyId([7; 32]), &info(KeyStatus::Compromised { since: 8 }));
        assert_eq!(
            (&json["status"], &json["statusBlock"]),
            (&json!("compromised"), &json!(8))
        );
        assert_eq!(json["until"], Value::Null);
    }
}
