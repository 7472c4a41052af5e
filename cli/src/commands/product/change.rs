//! What changes a product: creation, policy, retirement.

use super::{
    policy::{self, laid_down, policies_json, policy_json, Changes, How, Who},
    Managed, Product,
};
use crate::{
    chain::{
        extrinsics::{account, Call, REGISTRY},
        Chain,
    },
    commands::{names, product_id, Context},
    error::{Error, Result},
    output::{hex0x, merge, uuid, Report},
};
use clap::Args;
use serde_json::json;
use suit_primitives::{
    apis::ProductInfo,
    release::{Policy, PolicyV2},
    ProductId,
};

/// Options of `suit product create`.
#[derive(Args, Debug)]
pub struct Create {
    #[command(flatten)]
    of: Managed,
    /// Author signatures that a release needs
    #[arg(long, default_value_t = 1)]
    threshold: u8,
    /// Storage nodes that must hold a release before it is offered
    #[arg(long, default_value_t = 2)]
    replicas: u8,
    /// Who may fetch: anybody, or devices with an operator's credential
    #[arg(long, value_enum, default_value = "open")]
    retrieval: Who,
    /// How releases may be submitted
    #[arg(long, value_enum, default_value = "both")]
    submission: How,
    /// Let nothing be published yet
    #[arg(long)]
    frozen: bool,
}

/// Options of `suit product set-policy`.
#[derive(Args, Debug)]
pub struct SetPolicy {
    #[command(flatten)]
    of: Managed,
    #[command(flatten)]
    changes: Changes,
}

/// Runs `suit product create`.
pub async fn create(options: &Create, context: &Context) -> Result<Report> {
    let Managed { product: named, suri } = &options.of;
    let product = product_id(&named.vendor, &named.class)?;
    let policy = Policy::V2(PolicyV2 {
        threshold: options.threshold,
        replicas: options.replicas,
        retrieval: options.retrieval.into(),
        submission: options.submission.into(),
        frozen: options.frozen,
    });
    let call = Call::new(REGISTRY, "create_product")
        .arg("vendor", product.vendor)
        .arg("class_name", named.class.as_bytes())
        .arg("policy", policy);
    let (_, included) = context.send(&call, suri, format!("Registering {named}")).await?;
    let mut json = names::ids(&product);
    merge(
        &mut json,
        json!({ "policy": policy_json(&policy), "block": hex0x(included.block) }),
    );
    Ok(Report::new(json)
        .field("vendor id", uuid(&product.vendor.0))
        .field("class id", uuid(&product.class.0))
        .field("finalised in", hex0x(included.block)))
}

/// Runs `suit product set-policy`.
pub async fn set_policy(options: &SetPolicy, context: &Context) -> Result<Report> {
    let stage = format!("Changing the policy of {}", options.of.product);
    change(&options.of, options.changes, stage, context).await
}

/// Runs `suit product freeze` and `unfreeze`.
pub async fn freeze(of: &Managed, frozen: bool, context: &Context) -> Result<Report> {
    let stage = match frozen {
        true => format!(
            "Freezing {}: nothing is published for it until it is unfrozen",
            of.product
        ),
        false => format!("Unfreezing {}", of.product),
    };
    let changes = Changes {
        frozen: Some(frozen),
        ..Changes::default()
    };
    change(of, changes, stage, context).await
}

async fn change(of: &Managed, changes: Changes, stage: String, context: &Context) -> Result<Report> {
    let product = product_id(&of.product.vendor, &of.product.class)?;
    let key = account(&of.suri)?;
    let chain = context.chain().await?;
    let before = known(&chain, product, &of.product).await?;
    let policy = changes.to(laid_down(&before));
    let call = Call::new(REGISTRY, "set_policy")
        .arg("product", product)
        .arg("policy", Policy::V2(policy));
    context.progress.stage(stage);
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;

    let info = known(&chain, product, &of.product).await?;
    let least = chain.vendor(product.vendor).await?.map_or(1, |vendor| vendor.threshold);
    let mut json = names::ids(&product);
    merge(&mut json, policies_json(&info));
    merge(&mut json, json!({ "block": hex0x(included.block) }));
    let report = policy::show(Report::new(json), &info, least).field("finalised in", hex0x(included.block));
    Ok(match info.pending_policy {
        Some((_, from)) => report.line(format!(
            "What is stricter is in force now; what is laxer from block {from} on"
        )),
        None => report.line("All of it is in force now"),
    })
}

/// Runs `suit product retire`.
pub async fn retire(of: &Managed, context: &Context) -> Result<Report> {
    let product = product_id(&of.product.vendor, &of.product.class)?;
    let call = Call::new(REGISTRY, "retire_product").arg("product", product);
    let stage = format!(
        "Retiring {} for good: its id and its numbers never start over",
        of.product
    );
    let (_, included) = context.send(&call, &of.suri, stage).await?;
    let mut json = names::ids(&product);
    merge(&mut json, json!({ "retired": true, "block": hex0x(included.block) }));
    Ok(Report::new(json)
        .field("class id", uuid(&product.class.0))
        .field("status", "retired")
        .field("finalised in", hex0x(included.block)))
}

/// A product that must be there.
pub async fn known(chain: &Chain, product: ProductId, named: &Product) -> Result<ProductInfo> {
    chain
        .product(product)
        .await?
        .ok_or_else(|| Error::NotFound(named.to_string()))
}
