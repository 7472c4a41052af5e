//! `suit release`: what the chain knows of a release.

use crate::{
    chain::Chain,
    commands::{product::names, product_id, Context},
    error::{Error, Result},
    output::{hex0x, uuid, Report},
};
use clap::Subcommand;
use serde_json::{json, Value};
use suit_primitives::{
    apis::Latest,
    release::{Digest, DigestAlgorithm, Payload, Release, ReleaseStatus, Transform},
    ProductId, ReleaseId,
};

/// Releases
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show a release: record, status, signers, payloads, holders
    #[command(
        after_help = "Example:\n  suit release show example.com thermostat-2\n  suit release show example.com thermostat-2 --sequence 1"
    )]
    Show {
        /// The vendor's domain name
        domain: String,
        /// The class name
        class: String,
        /// Its sequence number; without it, the highest ever published
        #[arg(long)]
        sequence: Option<u64>,
    },
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    let Command::Show {
        domain,
        class,
        sequence,
    } = command;
    let product = product_id(&domain, &class)?;
    let chain = context.chain().await?;
    let sequence = match sequence {
        Some(sequence) => sequence,
        None => newest(&chain, product)
            .await?
            .ok_or_else(|| Error::NotFound(format!("a release of {class}")))?,
    };
    let (id, release) = chain
        .release(product, sequence)
        .await?
        .ok_or_else(|| Error::NotFound(format!("release {sequence} of {class} of {domain}")))?;
    show(&chain, product, id, &release).await
}

async fn newest(chain: &Chain, product: ProductId) -> Result<Option<u64>> {
    Ok(match chain.latest(product).await? {
        Latest::Release { highest_published, .. } => Some(highest_published),
        Latest::NoRelease { highest_published } => highest_published,
        Latest::VendorSuspended => chain.product(product).await?.and_then(|info| info.highest_published),
        Latest::UnknownProduct => None,
    })
}

async fn show(chain: &Chain, product: ProductId, id: ReleaseId, release: &Release) -> Result<Report> {
    let holders: Vec<String> = chain.holders(id).await?.iter().map(|node| hex0x(node.0)).collect();
    let record = release.v1();
    let signers: Vec<String> = record.signers.iter().map(|key| hex0x(key.0)).collect();
    let mut json = names(&product);
    super::product::merge(
        &mut json,
        json!({
            "id": id.to_string(),
            "sequenceNumber": record.sequence_number.to_string(),
            "status": status_name(record.status),
            "manifestDigest": digest_text(&record.manifest_digest),
            "envelopeDigest": hex0x(record.envelope_digest),
            "signers": signers,
            "payloads": record.payloads.iter().map(payload_json).collect::<Vec<_>>(),
            "publishedAt": record.published_at,
            "availableAt": record.available_at,
            "holders": holders,
        }),
    );
    let mut report = Report::new(json)
        .field(
            "release",
            format!("{} (number {id} on this chain)", record.sequence_number),
        )
        .field("vendor id", uuid(&product.vendor.0))
        .field("class id", uuid(&product.class.0))
        .field("status", status_name(record.status))
        .field("manifest digest", digest_text(&record.manifest_digest))
        .field("published at", format!("block {}", record.published_at));
    if let Some(block) = record.available_at {
        report = report.field("available at", format!("block {block}"));
    }
    for signer in &signers {
        report = report.field("signed by", signer);
    }
    for payload in &record.payloads {
        let payload = payload.v1();
        report = report.field(
            "payload",
            format!("{} ({} bytes)", root_text(payload.root), payload.stored_size),
        );
    }
    for holder in &holders {
        report = report.field("held by", holder);
    }
    Ok(report)
}

/// A status by name.
pub fn status_name(status: ReleaseStatus) -> &'static str {
    match status {
        ReleaseStatus::Published => "Published",
        ReleaseStatus::Available => "Available",
        ReleaseStatus::Suspended => "Suspended",
        ReleaseStatus::Revoked => "Revoked",
    }
}

fn root_text(root: suit_primitives::release::RootCid) -> String {
    let bytes = root.to_bytes();
    chunks::Cid::try_from(&bytes[..]).map_or_else(|_| hex0x(bytes), |cid| cid.to_string())
}

fn digest_text(digest: &Digest) -> String {
    let name = match digest.algorithm {
        DigestAlgorithm::Sha256 => "sha-256",
        DigestAlgorithm::Sha384 => "sha-384",
        DigestAlgorithm::Sha512 => "sha-512",
    };
    format!("{name}:{}", hex::encode(&digest.bytes))
}

fn payload_json(payload: &Payload) -> Value {
    let payload = payload.v1();
    json!({
        "component": hex0x(&payload.component),
        "cid": root_text(payload.root),
        "storedSize": payload.stored_size.to_string(),
        "digest": payload.image_digest.as_ref().map(digest_text),
        "size": payload.image_size.map(|size| size.to_string()),
        "transform": match payload.transform {
            Transform::None => "none",
            Transform::Encrypted => "encrypted",
        },
    })
}
