//! `suit product`: what a vendor publishes for.

use crate::{
    chain::extrinsics::{account, Call, REGISTRY},
    commands::{product_id, Context},
    error::{Error, Result},
    output::{hex0x, uuid, Report},
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{json, Value};
use suit_primitives::{
    apis::Latest,
    release::{Policy, PolicyV1, Retrieval},
    ProductId,
};

/// Products and their policies
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Register a product: what releases need, how often they are kept, who may fetch them
    Create(Create),
    /// Show a product's policy, what is offered and what was published
    Show {
        /// The vendor's domain name
        domain: String,
        /// The class name
        class: String,
    },
}

/// Options of `suit product create`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  suit product create example.com thermostat-2 --replicas 2 --retrieval verified --suri //Alice"
)]
pub struct Create {
    /// The vendor's domain name
    domain: String,
    /// The class name: which of the vendor's devices it is
    class: String,
    /// Secret of the vendor's account: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    suri: String,
    /// Author signatures that a release needs
    #[arg(long, default_value_t = 1)]
    threshold: u8,
    /// Storage nodes that must hold a release before it is offered
    #[arg(long, default_value_t = 2)]
    replicas: u8,
    /// Who may fetch: anybody, or devices with an operator's credential
    #[arg(long, value_enum, default_value = "open")]
    retrieval: Who,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    /// Anybody
    Open,
    /// Devices with a credential of a registered operator
    Verified,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Create(options) => create(&options, context).await,
        Command::Show { domain, class } => show(&domain, &class, context).await,
    }
}

async fn create(options: &Create, context: &Context) -> Result<Report> {
    let product = product_id(&options.domain, &options.class)?;
    let key = account(&options.suri)?;
    let retrieval = match options.retrieval {
        Who::Open => Retrieval::Open,
        Who::Verified => Retrieval::VerifiedDevices,
    };
    let policy = Policy::V1(PolicyV1 {
        threshold: options.threshold,
        replicas: options.replicas,
        retrieval,
    });
    let call = Call::new(REGISTRY, "create_product")
        .arg("vendor", product.vendor)
        .arg("class_name", options.class.as_bytes())
        .arg("policy", policy);
    let chain = context.chain().await?;
    context
        .progress
        .stage(format!("Registering {} of {}", options.class, options.domain));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    let mut json = names(&product);
    merge(
        &mut json,
        json!({ "policy": policy_json(&policy), "block": hex0x(included.block) }),
    );
    Ok(Report::new(json)
        .field("vendor id", uuid(&product.vendor.0))
        .field("class id", uuid(&product.class.0))
        .field("finalised in", hex0x(included.block)))
}

async fn show(domain: &str, class: &str, context: &Context) -> Result<Report> {
    let product = product_id(domain, class)?;
    let chain = context.chain().await?;
    let info = chain
        .product(product)
        .await?
        .ok_or_else(|| Error::NotFound(format!("{class} of {domain}")))?;
    let latest = chain.latest(product).await?;
    let (latest_json, latest_text) = match &latest {
        Latest::UnknownProduct => (json!({ "status": "unknownProduct" }), "unknown product".to_owned()),
        Latest::NoRelease { .. } => (json!({ "status": "noRelease" }), "no release is offered".to_owned()),
        Latest::VendorSuspended => (
            json!({ "status": "vendorSuspended" }),
            "the vendor is suspended".to_owned(),
        ),
        Latest::Release { id, release, .. } => {
            let number = release.v1().sequence_number.to_string();
            let text = format!("release {number} (number {id} on this chain)");
            (
                json!({ "status": "release", "id": id.to_string(), "sequenceNumber": number }),
                text,
            )
        }
    };
    let highest = info.highest_published.map(|number| number.to_string());
    let mut json = names(&product);
    merge(
        &mut json,
        json!({
            "className": String::from_utf8_lossy(&info.class_name),
            "policy": policy_json(&info.policy),
            "latest": latest_json,
            "highestPublished": highest,
            "releases": info.releases,
        }),
    );
    let policy = info.policy.latest();
    Ok(Report::new(json)
        .field("vendor id", uuid(&product.vendor.0))
        .field("class id", uuid(&product.class.0))
        .field("signatures", policy.threshold)
        .field("replicas", policy.replicas)
        .field("retrieval", retrieval_name(policy.retrieval))
        .field("offered", latest_text)
        .field("highest published", highest.as_deref().unwrap_or("none")))
}

/// Both ids of a product.
pub fn names(product: &ProductId) -> Value {
    json!({ "vendor": uuid(&product.vendor.0), "class": uuid(&product.class.0) })
}

/// Adds members.
pub fn merge(to: &mut Value, from: Value) {
    if let (Some(to), Value::Object(from)) = (to.as_object_mut(), from) {
        to.extend(from);
    }
}

/// A policy.
fn policy_json(policy: &Policy) -> Value {
    let policy = policy.latest();
    json!({
        "threshold": policy.threshold,
        "replicas": policy.replicas,
        "retrieval": retrieval_name(policy.retrieval),
    })
}

fn retrieval_name(retrieval: Retrieval) -> &'static str {
    match retrieval {
        Retrieval::Open => "open",
        Retrieval::VerifiedDevices => "verified",
    }
}
