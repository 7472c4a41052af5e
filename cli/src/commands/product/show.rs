//! What the chain knows of products.

use super::{
    change::known,
    policy::{self, policies_json},
    Product,
};
use crate::{
    commands::{names, product_id, vendor_id, Context},
    error::{Error, Result},
    output::{merge, uuid, Report},
};
use serde_json::{json, Value};
use suit_primitives::{
    apis::{Latest, ProductInfo},
    ProductId, SequenceNumber,
};

/// Runs `suit product show`.
pub async fn show(named: &Product, context: &Context) -> Result<Report> {
    let product = product_id(&named.vendor, &named.class)?;
    let chain = context.chain().await?;
    let info = known(&chain, product, named).await?;
    let least = chain.vendor(product.vendor).await?.map_or(1, |vendor| vendor.threshold);
    let (latest_json, latest_text) = latest(&chain.latest(product).await?);
    let mut json = info_json(&product, &info);
    merge(&mut json, json!({ "latest": latest_json, "vendorThreshold": least }));
    let mut report = Report::new(json)
        .field("vendor id", uuid(&product.vendor.0))
        .field("class id", uuid(&product.class.0));
    if info.retired {
        report = report.field("status", "retired for good");
    }
    report = policy::show(report, &info, least)
        .field("offered", latest_text)
        .field("highest published", number(info.highest_published))
        .field("next number", number(info.next_sequence_number))
        .field("releases", format!("{}, {} of them kept", info.releases, info.kept));
    if !info.stepping_stones.is_empty() {
        let stones: Vec<String> = info.stepping_stones.iter().map(ToString::to_string).collect();
        report = report.field("stepping stones", stones.join(" "));
    }
    Ok(report)
}

/// Runs `suit product list`.
pub async fn list(vendor: &str, context: &Context) -> Result<Report> {
    let id = vendor_id(vendor)?;
    let chain = context.chain().await?;
    if chain.vendor(id).await?.is_none() {
        return Err(Error::NotFound(format!("vendor {vendor}")));
    }
    let products = chain.products(id).await?;
    let json: Vec<Value> = products.iter().map(|(id, info)| info_json(id, info)).collect();
    let report = Report::new(json!({ "vendor": uuid(&id.0), "products": json }))
        .line(format!("{} products of {vendor}", products.len()));
    Ok(products.iter().fold(report, |report, (id, info)| {
        report.line(format!(
            "{}  {}  {} releases, {} kept, next {}{}",
            uuid(&id.class.0),
            String::from_utf8_lossy(&info.class_name),
            info.releases,
            info.kept,
            number(info.next_sequence_number),
            marks(info),
        ))
    }))
}

fn marks(info: &ProductInfo) -> &'static str {
    match (info.retired, info.policy.latest().frozen) {
        (true, _) => ", retired",
        (false, true) => ", frozen",
        (false, false) => "",
    }
}

/// A product, for machines.
fn info_json(product: &ProductId, info: &ProductInfo) -> Value {
    let text = |number: SequenceNumber| number.to_string();
    let mut json = names::ids(product);
    merge(&mut json, policies_json(info));
    merge(
        &mut json,
        json!({
            "className": String::from_utf8_lossy(&info.class_name),
            "retired": info.retired,
            "highestPublished": info.highest_published.map(text),
            "nextSequenceNumber": info.next_sequence_number.map(text),
            "releases": info.releases,
            "kept": info.kept,
            "steppingStones": info.stepping_stones.iter().copied().map(text).collect::<Vec<_>>(),
        }),
    );
    json
}

fn number(number: Option<SequenceNumber>) -> String {
    number.map_or_else(|| "none".to_owned(), |number| number.to_string())
}

/// What is offered, for machines and in words.
pub fn latest(latest: &Latest) -> (Value, String) {
    match latest {
        Latest::UnknownProduct => (json!({ "status": "unknownProduct" }), "unknown product".to_owned()),
        Latest::NoRelease { .. } => (json!({ "status": "noRelease" }), "no release".to_owned()),
        Latest::VendorSuspended => (
            json!({ "status": "vendorSuspended" }),
            "nothing: the vendor is suspended".to_owned(),
        ),
        Latest::Release { id, release, .. } => {
            let number = release.v1().sequence_number.to_string();
            let text = format!("release {number} (number {id} on this chain)");
            (
                json!({ "status": "release", "id": id.to_string(), "sequenceNumber": number }),
                text,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::policy::tests::product, *};
    use suit_primitives::{ClassId, VendorId};

    #[test]
    fn numbers_that_may_exceed_what_json_holds_are_text() {
        let id = ProductId {
            vendor: VendorId([1; 16]),
            class: ClassId([2; 16]),
        };
        let info = ProductInfo {
            next_sequence_number: None,
            highest_published: Some(u64::MAX),
            ..product()
        };
        let json = info_json(&id, &info);
        assert_eq!(json["highestPublished"], u64::MAX.to_string());
        assert_eq!(json["nextSequenceNumber"], Value::Null);
        assert_eq!(json["steppingStones"], json!(["3"]));
        assert_eq!(json["kept"], 2);
    }

    #[test]
    fn a_retired_product_is_marked_before_a_frozen_one() {
        let mut info = product();
        assert_eq!(marks(&info), "");
        info.retired = true;
        assert_eq!(marks(&info), ", retired");
    }

    #[test]
    fn what_is_offered_is_said_in_words() {
        assert_eq!(latest(&Latest::VendorSuspended).0["status"], "vendorSuspended");
        let none = Latest::NoRelease {
            highest_published: None,
        };
        assert_eq!(latest(&none).1, "no release");
    }
}
