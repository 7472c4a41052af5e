//! What a vendor does about a release: withdraw, withhold, offer again, and the stones that devices step on.

use super::Managed;
use crate::{
    chain::extrinsics::{Call, Included, REGISTRY},
    chain::Chain,
    commands::{names, product::latest, product_id, Context},
    error::Result,
    output::{hex0x, merge, Report},
};
use serde_json::{json, Value};
use suit_primitives::ProductId;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// For ever.
    Revoke,
    /// Until it is resumed.
    Suspend,
    /// Offered again.
    Resume,
}

impl Change {
    fn call(self) -> &'static str {
        match self {
            Change::Revoke => "revoke_release",
            Change::Suspend => "suspend_release",
            Change::Resume => "resume_release",
        }
    }

    /// What it does, before it is done.
    fn words(self, release: &str) -> String {
        match self {
            Change::Revoke => {
                format!("Withdrawing {release} for ever: nothing brings it back, its number is not used again")
            }
            Change::Suspend => format!("Withholding {release} until it is resumed; its bytes stay where they are"),
            Change::Resume => format!("Offering {release} again"),
        }
    }
}

/// Runs `suit release revoke`, `suspend` and `resume`.
pub async fn change(of: &Managed, change: Change, context: &Context) -> Result<Report> {
    let product = product_id(&of.product.vendor, &of.product.class)?;
    let call = Call::new(REGISTRY, change.call())
        .arg("product", product)
        .arg("sequence_number", of.sequence);
    let stage = change.words(&format!("release {} of {}", of.sequence, of.product));
    let (chain, included) = context.send(&call, &of.suri, stage).await?;
    report(&chain, product, of, &included, json!({})).await
}

/// Runs `suit release stepping-stone declare` and `withdraw`.
pub async fn stepping_stone(of: &Managed, declared: bool, context: &Context) -> Result<Report> {
    let product = product_id(&of.product.vendor, &of.product.class)?;
    let call = Call::new(REGISTRY, "set_stepping_stone")
        .arg("product", product)
        .arg("sequence_number", of.sequence)
        .arg("declared", declared);
    let stage = match declared {
        true => format!(
            "Devices below release {} of {} have to pass through it",
            of.sequence, of.product
        ),
        false => format!(
            "Devices need not pass through release {} of {} any more",
            of.sequence, of.product
        ),
    };
    let (chain, included) = context.send(&call, &of.suri, stage).await?;
    let stones = chain
        .product(product)
        .await?
        .map(|info| info.stepping_stones)
        .unwrap_or_default();
    let stones: Vec<String> = stones.iter().map(ToString::to_string).collect();
    let said = json!({ "steppingStones": stones });
    let report = report(&chain, product, of, &included, said).await?;
    Ok(report.field(
        "stepping stones",
        if stones.is_empty() {
            "none".into()
        } else {
            stones.join(" ")
        },
    ))
}

/// How the release stands now, and what is offered.
async fn report(chain: &Chain, product: ProductId, of: &Managed, included: &Included, said: Value) -> Result<Report> {
    let status = chain
        .release(product, of.sequence)
        .await?
        .map(|(_, release)| super::status_name(release.v1().status));
    let (latest_json, offered) = latest(&chain.latest(product).await?);
    let mut json = names::ids(&product);
    merge(
        &mut json,
        json!({
            "sequenceNumber": of.sequence.to_string(),
            "status": status,
            "latest": latest_json,
            "block": hex0x(included.block),
        }),
    );
    merge(&mut json, said);
    Ok(Report::new(json)
        .field("release", format!("{} of {}", of.sequence, of.product))
        .field("status", status.unwrap_or("unknown"))
        .field("offered now", offered)
        .field("finalised in", hex0x(included.block)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_undone_is_said_so() {
        assert!(Change::Revoke.words("release 3").contains("for ever"));
        assert!(!Change::Suspend.words("release 3").contains("for ever"));
        assert_eq!(Change::Resume.call(), "resume_release");
    }
}
