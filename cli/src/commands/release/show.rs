//! What the chain knows of one release.

use crate::{
    chain::Chain,
    commands::{names, product::Product, product_id, Context},
    error::{Error, Result},
    files,
    output::{hex0x, merge, uuid, Report},
};
use clap::Args;
use serde_json::{json, Value};
use std::path::PathBuf;
use suit_primitives::{
    apis::{Latest, Suspension},
    bounds::MAX_PAGE,
    release::{Digest, DigestAlgorithm, Payload, Release, ReleaseStatus, Transform},
    ProductId, ReleaseId,
};

/// Pages of a product's history that are looked through for one release.
const MOST_PAGES: u32 = 32;

/// Options of `suit release show`.
#[derive(Args, Debug)]
pub struct Show {
    #[command(flatten)]
    product: Product,
    /// Its sequence number; without it, the highest ever published
    #[arg(long)]
    sequence: Option<u64>,
    /// Also write the envelope to a file, while the chain keeps it
    #[arg(long)]
    envelope_out: Option<PathBuf>,
}

/// Runs the command.
pub async fn show(options: &Show, context: &Context) -> Result<Report> {
    let product = product_id(&options.product.vendor, &options.product.class)?;
    let chain = context.chain().await?;
    let sequence = match options.sequence {
        Some(sequence) => sequence,
        None => newest(&chain, product)
            .await?
            .ok_or_else(|| Error::NotFound(format!("a release of {}", options.product)))?,
    };
    let (id, release) = chain
        .release(product, sequence)
        .await?
        .ok_or_else(|| Error::NotFound(format!("release {sequence} of {}", options.product)))?;
    let envelope = chain.envelope(id).await?;
    if let Some(path) = &options.envelope_out {
        let gone = || {
            Error::NotFound(format!(
                "the envelope of release {sequence} of {} any more",
                options.product
            ))
        };
        files::replace(path, envelope.as_deref().ok_or_else(gone)?)?;
    }
    report(&chain, product, id, &release, envelope.is_some()).await
}

async fn newest(chain: &Chain, product: ProductId) -> Result<Option<u64>> {
    Ok(match chain.latest(product).await? {
        Latest::Release { highest_published, .. } => Some(highest_published),
        Latest::NoRelease { highest_published } => highest_published,
        Latest::VendorSuspended => chain.product(product).await?.and_then(|info| info.highest_published),
        Latest::UnknownProduct => None,
    })
}

/// Why a release is withheld. Only a product's history says it.
async fn suspension(chain: &Chain, product: ProductId, id: ReleaseId) -> Result<Option<Suspension>> {
    let mut before = None;
    for _ in 0..MOST_PAGES {
        let page = chain.history(product, before, MAX_PAGE).await?;
        if let Some(entry) = page.iter().find(|entry| entry.release == id) {
            return Ok(entry.suspension);
        }
        match page.last() {
            Some(last) => before = Some(last.ordinal),
            None => break,
        }
    }
    Ok(None)
}

async fn report(chain: &Chain, product: ProductId, id: ReleaseId, release: &Release, kept: bool) -> Result<Report> {
    let suspension = match release.v1().status {
        ReleaseStatus::Suspended => suspension(chain, product, id).await?,
        _ => None,
    };
    let holders: Vec<String> = chain.holders(id).await?.iter().map(|node| hex0x(node.0)).collect();
    let record = release.v1();
    let signers: Vec<String> = record.signers.iter().map(|key| hex0x(key.0)).collect();
    let mut json = names::ids(&product);
    merge(
        &mut json,
        json!({
            "id": id.to_string(),
            "sequenceNumber": record.sequence_number.to_string(),
            "status": status_name(record.status),
            "suspension": suspension.map(suspension_name),
            "kept": kept,
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
        .field("status", status_text(record.status, suspension))
        .field("manifest digest", digest_text(&record.manifest_digest))
        .field("published at", format!("block {}", record.published_at));
    if let Some(block) = record.available_at {
        report = report.field("available at", format!("block {block}"));
    }
    if !kept {
        report = report.field("envelope", "not on the chain any more");
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

/// By whom a release is withheld, by name.
pub fn suspension_name(suspension: Suspension) -> &'static str {
    match suspension {
        Suspension::Vendor => "vendor",
        Suspension::Council => "council",
        Suspension::Compromise => "compromise",
    }
}

/// A status, with who may change it.
pub fn status_text(status: ReleaseStatus, suspension: Option<Suspension>) -> String {
    let by = match suspension {
        None => return status_name(status).to_owned(),
        Some(Suspension::Vendor) => "by the vendor, who may resume it",
        Some(Suspension::Council) => "by the council, which may resume it",
        Some(Suspension::Compromise) => "for ever: a compromise left it with too few good signers",
    };
    format!("{} {by}", status_name(status))
}

/// A root as it is written.
pub fn root_text(root: suit_primitives::release::RootCid) -> String {
    let bytes = root.to_bytes();
    chunks::Cid::try_from(&bytes[..]).map_or_else(|_| hex0x(bytes), |cid| cid.to_string())
}

/// A digest with its algorithm.
pub fn digest_text(digest: &Digest) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suspension_says_who_may_end_it() {
        assert_eq!(status_text(ReleaseStatus::Available, None), "Available");
        let text = |by| status_text(ReleaseStatus::Suspended, Some(by));
        assert_eq!(text(Suspension::Vendor), "Suspended by the vendor, who may resume it");
        assert!(text(Suspension::Compromise).starts_with("Suspended for ever"));
        assert_eq!(suspension_name(Suspension::Council), "council");
    }
}
