//! What changes a vendor's record: registration, threshold, publishers, admin, retirement.

use super::Managed;
use crate::{
    chain::{
        extrinsics::{account, account_id, Call, Included, REGISTRY},
        Chain,
    },
    commands::{names, vendor_id, Context},
    error::{Error, Result},
    output::{hex0x, merge, uuid, Report},
};
use clap::Args;
use serde_json::{json, Value};
use subxt::utils::AccountId32;
use suit_primitives::{apis::VendorInfo, VendorId};

/// Options of `suit vendor register`.
#[derive(Args, Debug)]
pub struct Register {
    /// The domain name, lower case, A-labels
    #[arg(required_unless_present = "uuid", conflicts_with = "uuid")]
    domain: Option<String>,
    /// A UUID instead, of any version but 5
    #[arg(long)]
    uuid: Option<String>,
    /// Secret of the account that is to manage the vendor: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    suri: String,
}

/// Options of `suit vendor set-threshold`.
#[derive(Args, Debug)]
pub struct SetThreshold {
    #[command(flatten)]
    of: Managed,
    /// Signatures: 1 to 8
    #[arg(value_parser = clap::value_parser!(u8).range(1..=8))]
    threshold: u8,
}

/// Options of `suit vendor set-publishers`.
#[derive(Args, Debug)]
pub struct SetPublishers {
    #[command(flatten)]
    of: Managed,
    /// An account (SS58); may be repeated; none at all withdraws all
    #[arg(long)]
    publisher: Vec<String>,
}

/// Options of `suit vendor transfer`.
#[derive(Args, Debug)]
pub struct Transfer {
    #[command(flatten)]
    of: Managed,
    /// The account (SS58) that may accept it
    #[arg(long)]
    to: String,
}

/// What is registered, and by which call.
fn registration(options: &Register) -> Result<(VendorId, Option<&str>, Call)> {
    match (&options.domain, &options.uuid) {
        (_, Some(text)) => {
            let uuid = names::uuid_bytes(text).ok_or_else(|| {
                Error::Misuse(format!(
                    "--uuid {text}: write 32 hexadecimal digits in five groups, such as \
                     0c0f6e2a-2f4c-4d3e-9a53-9f6d2f2f6b11"
                ))
            })?;
            let call = Call::new(REGISTRY, "register_vendor_by_uuid").arg("uuid", uuid);
            Ok((VendorId(uuid), None, call))
        }
        (Some(domain), None) if names::uuid_bytes(domain).is_some() => Err(Error::Misuse(format!(
            "{domain} is no domain name; to register a UUID: --uuid {domain}"
        ))),
        (Some(domain), None) => {
            let call = Call::new(REGISTRY, "register_vendor").arg("domain", domain.as_bytes());
            Ok((vendor_id(domain)?, Some(domain), call))
        }
        (None, None) => Err(Error::Misuse("name a domain, or a --uuid".into())),
    }
}

/// Runs `suit vendor register`.
pub async fn register(options: &Register, context: &Context) -> Result<Report> {
    let (vendor, domain, call) = registration(options)?;
    let name = domain.map_or_else(|| uuid(&vendor.0), str::to_owned);
    let (_, included) = context
        .send(&call, &options.suri, format!("Registering {name}"))
        .await?;
    let json = json!({ "domain": domain, "vendor": uuid(&vendor.0), "block": hex0x(included.block) });
    Ok(finalised(
        Report::new(json).field("vendor id", uuid(&vendor.0)),
        &included,
    ))
}

/// Runs `suit vendor set-threshold`.
pub async fn set_threshold(options: &SetThreshold, context: &Context) -> Result<Report> {
    let vendor = vendor_id(&options.of.vendor)?;
    let call = Call::new(REGISTRY, "set_threshold")
        .arg("vendor", vendor)
        .arg("threshold", options.threshold);
    let stage = format!(
        "Asking for {} signatures on releases of {}",
        options.threshold, options.of.vendor
    );
    let (chain, included) = context.send(&call, &options.of.suri, stage).await?;
    let info = known(&chain, vendor, &options.of.vendor).await?;
    let mut json = json!({ "vendor": uuid(&vendor.0), "block": hex0x(included.block) });
    merge(&mut json, threshold_json(&info));
    let report = Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("signatures", threshold_text(&info));
    Ok(finalised(report, &included))
}

/// Runs `suit vendor set-publishers`.
pub async fn set_publishers(options: &SetPublishers, context: &Context) -> Result<Report> {
    let vendor = vendor_id(&options.of.vendor)?;
    let accounts: Vec<AccountId32> = options
        .publisher
        .iter()
        .map(|text| names::account_id(text))
        .collect::<Result<_>>()?;
    let by = account_id(&account(&options.of.suri)?);
    let call = Call::new(REGISTRY, "set_publishers")
        .arg("vendor", vendor)
        .arg("publishers", accounts);
    let stage = format!("Naming {} publishers of {}", options.publisher.len(), options.of.vendor);
    let (_, included) = context.send(&call, &options.of.suri, stage).await?;
    let json = json!({
        "vendor": uuid(&vendor.0),
        "publishers": options.publisher,
        "block": hex0x(included.block),
    });
    let report = Report::new(json)
        .field("vendor id", uuid(&vendor.0))
        .field("publishers", options.publisher.join(" "))
        .field("by", by);
    Ok(finalised(report, &included))
}

/// Runs `suit vendor transfer`.
pub async fn transfer(options: &Transfer, context: &Context) -> Result<Report> {
    let to = names::account_id(&options.to)?;
    let call = |vendor| {
        Call::new(REGISTRY, "transfer_vendor")
            .arg("vendor", vendor)
            .arg("to", to.clone())
    };
    let stage = format!("Offering {} to {to}", options.of.vendor);
    let report = change(
        &options.of,
        call,
        stage,
        json!({ "offeredTo": to.to_string() }),
        context,
    )
    .await?;
    Ok(report.field("offered to", &to).line(format!(
        "That account takes it: suit vendor accept {} --suri …",
        options.of.vendor
    )))
}

/// Runs `suit vendor cancel-transfer`.
pub async fn cancel_transfer(of: &Managed, context: &Context) -> Result<Report> {
    let call = |vendor| Call::new(REGISTRY, "cancel_transfer").arg("vendor", vendor);
    let stage = format!("Withdrawing the offer of {}", of.vendor);
    change(of, call, stage, json!({ "offeredTo": null }), context).await
}

/// Runs `suit vendor accept`.
pub async fn accept(of: &Managed, context: &Context) -> Result<Report> {
    let admin = account_id(&account(&of.suri)?).to_string();
    let call = |vendor| Call::new(REGISTRY, "accept_vendor").arg("vendor", vendor);
    let stage = format!("Accepting {}", of.vendor);
    let report = change(
        of,
        call,
        stage,
        json!({ "admin": admin, "publishers": [admin] }),
        context,
    )
    .await?;
    Ok(report.field("admin", admin))
}

/// Runs `suit vendor retire`.
pub async fn retire(of: &Managed, context: &Context) -> Result<Report> {
    let call = |vendor| Call::new(REGISTRY, "retire_vendor").arg("vendor", vendor);
    let stage = format!(
        "Retiring {} for good: its keys sign no more, its id is never given out again",
        of.vendor
    );
    let report = change(of, call, stage, json!({ "status": "Retired" }), context).await?;
    Ok(report.field("status", "Retired"))
}

/// A call about a vendor that needs no answer but that it happened.
async fn change(
    of: &Managed,
    call: impl Fn(VendorId) -> Call,
    stage: String,
    said: Value,
    context: &Context,
) -> Result<Report> {
    let vendor = vendor_id(&of.vendor)?;
    let (_, included) = context.send(&call(vendor), &of.suri, stage).await?;
    let mut json = json!({ "vendor": uuid(&vendor.0), "block": hex0x(included.block) });
    merge(&mut json, said);
    Ok(finalised(
        Report::new(json).field("vendor id", uuid(&vendor.0)),
        &included,
    ))
}

/// A vendor that must be there.
pub async fn known(chain: &Chain, vendor: VendorId, name: &str) -> Result<VendorInfo> {
    chain
        .vendor(vendor)
        .await?
        .ok_or_else(|| Error::NotFound(format!("vendor {name}")))
}

/// The report's last line.
pub fn finalised(report: Report, included: &Included) -> Report {
    report.field("finalised in", hex0x(included.block))
}

/// The threshold, for machines.
pub fn threshold_json(info: &VendorInfo) -> Value {
    let pending = info
        .pending_threshold
        .map(|(threshold, from)| json!({ "threshold": threshold, "from": from }));
    json!({ "threshold": info.threshold, "pendingThreshold": pending })
}

/// The threshold, in words.
pub fn threshold_text(info: &VendorInfo) -> String {
    match info.pending_threshold {
        Some((later, from)) => format!("{} now, {later} from block {from}", info.threshold),
        None => info.threshold.to_string(),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use suit_primitives::apis::VendorStatus;

    /// A vendor as the chain may answer.
    pub fn vendor() -> VendorInfo {
        VendorInfo {
            domain: b"example.com".to_vec(),
            admin: vec![1; 32],
            offered_to: None,
            publishers: vec![vec![1; 32]],
            status: VendorStatus::Active,
            threshold: 2,
            pending_threshold: None,
            products: 1,
            handovers: 0,
            registered_at: 7,
        }
    }

    fn options(domain: Option<&str>, uuid: Option<&str>) -> Register {
        Register {
            domain: domain.map(str::to_owned),
            uuid: uuid.map(str::to_owned),
            suri: "//Alice".into(),
        }
    }

    #[test]
    fn a_vendor_is_registered_by_the_name_or_by_the_uuid_and_never_by_one_as_the_other() {
        const UUID: &str = "0c0f6e2a-2f4c-4d3e-9a53-9f6d2f2f6b11";
        let by_name = options(Some("example.com"), None);
        assert_eq!(registration(&by_name).unwrap().2.name(), "SuitRegistry.register_vendor");
        let by_uuid = options(None, Some(UUID));
        let (vendor, domain, call) = registration(&by_uuid).unwrap();
        assert_eq!(call.name(), "SuitRegistry.register_vendor_by_uuid");
        assert_eq!((uuid(&vendor.0).as_str(), domain), (UUID, None));
        for wrong in [options(Some(UUID), None), options(None, Some("example.com"))] {
            assert_eq!(registration(&wrong).err().map(|e| e.exit_code()), Some(2));
        }
    }

    #[test]
    fn a_threshold_that_is_to_come_is_said_with_its_block() {
        let mut info = vendor();
        assert_eq!(threshold_text(&info), "2");
        assert_eq!(
            threshold_json(&info),
            json!({ "threshold": 2, "pendingThreshold": null })
        );
        info.pending_threshold = Some((1, 900));
        assert_eq!(threshold_text(&info), "2 now, 1 from block 900");
        assert_eq!(
            threshold_json(&info)["pendingThreshold"],
            json!({ "threshold": 1, "from": 900 })
        );
    }
}
