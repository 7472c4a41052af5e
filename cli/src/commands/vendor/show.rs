//! What the chain knows of vendors.

use super::{
    keys::{key_json, status_text, usage_name},
    record::{known, threshold_json, threshold_text},
};
use crate::{
    commands::{names, vendor_id, Context},
    error::Result,
    output::{hex0x, merge, uuid, Report},
};
use serde_json::{json, Value};
use suit_primitives::{
    apis::{ProductInfo, VendorInfo, VendorStatus},
    ProductId, VendorId,
};

/// Runs `suit vendor show`.
pub async fn show(name: &str, context: &Context) -> Result<Report> {
    let vendor = vendor_id(name)?;
    let chain = context.chain().await?;
    let info = known(&chain, vendor, name).await?;
    let keys = chain.keys(vendor).await?;
    let products = chain.products(vendor).await?;
    let mut json = vendor_json(vendor, &info)?;
    let publishers: Vec<String> = info
        .publishers
        .iter()
        .map(|p| names::account_text(p))
        .collect::<Result<_>>()?;
    let offered_to = info.offered_to.as_deref().map(names::account_text).transpose()?;
    merge(
        &mut json,
        json!({
            "publishers": publishers,
            "productList": products.iter().map(product_json).collect::<Vec<_>>(),
            "keys": keys.iter().map(|(id, info)| key_json(id, info)).collect::<Vec<_>>(),
        }),
    );
    let mut report = Report::new(json);
    if !info.domain.is_empty() {
        report = report.field("domain", names::vendor_text(vendor, &info));
    }
    report = report
        .field("vendor id", uuid(&vendor.0))
        .field("admin", names::account_text(&info.admin)?);
    if let Some(to) = offered_to {
        report = report.field("offered to", to);
    }
    report = report
        .field("publishers", or_none(&publishers.join(" ")))
        .field("status", status_words(info.status))
        .field("signatures", threshold_text(&info))
        .field("handovers", handovers_text(info.handovers))
        .field("registered at", format!("block {}", info.registered_at));
    for (_, product) in &products {
        let retired = if product.retired { ", retired" } else { "" };
        report = report.field(
            "product",
            format!("{}{retired}", String::from_utf8_lossy(&product.class_name)),
        );
    }
    for (id, key) in &keys {
        let line = format!("{}  {}  {}", hex0x(id.0), usage_name(key.usage), status_text(key));
        report = report.field("key", line);
    }
    Ok(report)
}

/// Runs `suit vendor list`.
pub async fn list(context: &Context) -> Result<Report> {
    let vendors = context.chain().await?.vendors().await?;
    let json: Vec<Value> = vendors
        .iter()
        .map(|(id, info)| vendor_json(*id, info))
        .collect::<Result<_>>()?;
    let report = Report::new(json!({ "vendors": json })).line(format!("{} vendors", vendors.len()));
    Ok(vendors.iter().fold(report, |report, (id, info)| {
        report.line(format!(
            "{}  {}  {} products  {}",
            uuid(&id.0),
            status_name(info.status),
            info.products,
            String::from_utf8_lossy(&info.domain)
        ))
    }))
}

/// A vendor's record, for machines.
fn vendor_json(vendor: VendorId, info: &VendorInfo) -> Result<Value> {
    let mut json = json!({
        "domain": (!info.domain.is_empty()).then(|| names::vendor_text(vendor, info)),
        "vendor": uuid(&vendor.0),
        "admin": names::account_text(&info.admin)?,
        "offeredTo": info.offered_to.as_deref().map(names::account_text).transpose()?,
        "status": status_name(info.status),
        "products": info.products,
        "handovers": info.handovers.to_string(),
        "registeredAt": info.registered_at,
    });
    merge(&mut json, threshold_json(info));
    Ok(json)
}

fn product_json((id, info): &(ProductId, ProductInfo)) -> Value {
    json!({
        "class": uuid(&id.class.0),
        "className": String::from_utf8_lossy(&info.class_name),
        "retired": info.retired,
    })
}

fn handovers_text(last: u64) -> String {
    match last {
        0 => "none yet; the next is number 1".into(),
        last => format!("{last}; the next is number {}", last.saturating_add(1)),
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() {
        "none"
    } else {
        text
    }
}

/// A status by name.
pub fn status_name(status: VendorStatus) -> &'static str {
    match status {
        VendorStatus::Active => "Active",
        VendorStatus::Suspended => "Suspended",
        VendorStatus::Retired => "Retired",
    }
}

fn status_words(status: VendorStatus) -> &'static str {
    match status {
        VendorStatus::Active => "Active",
        VendorStatus::Suspended => "Suspended: a key is compromised, and its releases are being gone through",
        VendorStatus::Retired => "Retired for good",
    }
}

#[cfg(test)]
mod tests {
    use super::{super::record::tests::vendor, *};

    #[test]
    fn a_vendor_without_a_domain_has_none_in_json_and_its_uuid_as_a_name() {
        let id = VendorId([0xab; 16]);
        let json = vendor_json(id, &vendor()).unwrap();
        assert_eq!(json["domain"], "example.com");
        assert_eq!(json["offeredTo"], Value::Null);
        let info = VendorInfo {
            domain: vec![],
            offered_to: Some(vec![2; 32]),
            ..vendor()
        };
        let json = vendor_json(id, &info).unwrap();
        assert_eq!(json["domain"], Value::Null);
        assert!(json["offeredTo"].is_string());
        assert_eq!(names::vendor_text(id, &info), "abababab-abab-abab-abab-abababababab");
    }

    #[test]
    fn the_next_handovers_number_is_said() {
        assert!(handovers_text(0).ends_with("number 1"));
        assert_eq!(handovers_text(2), "2; the next is number 3");
    }
}
