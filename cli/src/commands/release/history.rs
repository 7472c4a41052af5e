//! `suit release history`.

use super::show::{digest_text, status_name, status_text, suspension_name};
use crate::{
    chain::Chain,
    commands::{names, product::Product, product_id, Context},
    error::{Error, Result},
    output::{hex0x, merge, Report},
};
use clap::Args;
use serde_json::{json, Value};
use suit_primitives::{apis::HistoryEntry, bounds::MAX_PAGE, ProductId};

/// Options of `suit release history`.
#[derive(Args, Debug)]
pub struct History {
    #[command(flatten)]
    product: Product,
    /// Most releases to list
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Only those before this place in the product's list, as `next` said
    #[arg(long, value_name = "PLACE")]
    before: Option<u32>,
}

/// Runs the command.
pub async fn history(options: &History, context: &Context) -> Result<Report> {
    let product = product_id(&options.product.vendor, &options.product.class)?;
    let chain = context.chain().await?;
    let info = chain
        .product(product)
        .await?
        .ok_or_else(|| Error::NotFound(options.product.to_string()))?;
    let entries = read(&chain, product, options.before, options.limit).await?;
    let next = next(&entries, options.limit);
    let mut json = names::ids(&product);
    merge(
        &mut json,
        json!({
            "published": info.releases,
            "releases": entries.iter().map(entry_json).collect::<Vec<_>>(),
            "next": next,
        }),
    );
    let report = Report::new(json).line(format!(
        "{} releases were published for {}",
        info.releases, options.product
    ));
    let report = entries.iter().fold(report, |report, entry| {
        let record = entry.record.v1();
        let pruned = if entry.kept {
            ""
        } else {
            ", envelope not on the chain any more"
        };
        report.line(format!(
            "{:>4}  release {}  block {}  {}{pruned}",
            entry.ordinal,
            record.sequence_number,
            record.published_at,
            status_text(record.status, entry.suspension),
        ))
    });
    Ok(match next {
        Some(before) => report.line(format!("More: --before {before}")),
        None => report,
    })
}

/// So many releases, page by page.
async fn read(chain: &Chain, product: ProductId, before: Option<u32>, limit: u32) -> Result<Vec<HistoryEntry>> {
    let (mut entries, mut before): (Vec<HistoryEntry>, _) = (Vec::new(), before);
    loop {
        let left = limit.saturating_sub(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        let asked = left.min(MAX_PAGE);
        let page = chain.history(product, before, asked).await?;
        let more = page.len() == asked as usize && left > asked;
        before = page.last().map(|last| last.ordinal);
        entries.extend(page);
        if !more {
            return Ok(entries);
        }
    }
}

/// From where the rest is to be asked for; `None` where there is none.
fn next(entries: &[HistoryEntry], limit: u32) -> Option<u32> {
    let full = entries.len() == limit as usize;
    entries
        .last()
        .map(|last| last.ordinal)
        .filter(|ordinal| full && *ordinal > 0)
}

fn entry_json(entry: &HistoryEntry) -> Value {
    let record = entry.record.v1();
    json!({
        "place": entry.ordinal,
        "id": entry.release.to_string(),
        "sequenceNumber": record.sequence_number.to_string(),
        "status": status_name(record.status),
        "suspension": entry.suspension.map(suspension_name),
        "kept": entry.kept,
        "manifestDigest": digest_text(&record.manifest_digest),
        "envelopeDigest": hex0x(record.envelope_digest),
        "signers": record.signers.iter().map(|key| hex0x(key.0)).collect::<Vec<_>>(),
        "publishedAt": record.published_at,
        "availableAt": record.available_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use suit_primitives::{
        apis::Suspension,
        release::{Digest, DigestAlgorithm, Release, ReleaseStatus, ReleaseV1},
        ClassId, VendorId,
    };

    fn entry(ordinal: u32) -> HistoryEntry {
        HistoryEntry {
            ordinal,
            release: 40,
            record: Release::V1(ReleaseV1 {
                product: ProductId {
                    vendor: VendorId([1; 16]),
                    class: ClassId([2; 16]),
                },
                sequence_number: u64::MAX,
                manifest_digest: Digest {
                    algorithm: DigestAlgorithm::Sha256,
                    bytes: vec![0; 32].try_into().unwrap(),
                },
                envelope_digest: [0; 32],
                signers: vec![].try_into().unwrap(),
                status: ReleaseStatus::Suspended,
                payloads: vec![].try_into().unwrap(),
                published_at: 3,
                available_at: None,
            }),
            kept: false,
            suspension: Some(Suspension::Vendor),
        }
    }

    #[test]
    fn a_page_that_is_full_says_where_the_next_begins() {
        assert_eq!(next(&[entry(5), entry(4)], 2), Some(4));
        assert_eq!(next(&[entry(5), entry(4)], 3), None);
        assert_eq!(next(&[entry(1), entry(0)], 2), None);
        assert_eq!(next(&[], 2), None);
    }

    #[test]
    fn a_release_in_the_history_has_its_numbers_as_text() {
        let json = entry_json(&entry(5));
        assert_eq!(json["sequenceNumber"], u64::MAX.to_string());
        assert_eq!((&json["place"], &json["id"]), (&json!(5), &json!("40")));
        assert_eq!(
            (&json["status"], &json["suspension"]),
            (&json!("Suspended"), &json!("vendor"))
        );
        assert_eq!(json["kept"], false);
    }
}
