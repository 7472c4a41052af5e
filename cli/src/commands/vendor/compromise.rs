//! `suit vendor revoke-key`: what it will do, doing it, and waiting until it is done.

use super::{
    keys,
    record::{finalised, known},
    Managed,
};
use crate::{
    chain::{
        extrinsics::{account, Call, REGISTRY},
        Chain,
    },
    commands::{names, vendor_id, Context},
    error::Result,
    output::{hex0x, merge, uuid, Report},
};
use clap::Args;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, Suspension, VendorStatus},
    bounds::MAX_PAGE,
    release::{ReleaseStatus, ReleaseV1},
    KeyId, VendorId,
};

/// Most releases that are looked at to say what a compromise will do. The chain looks at all.
const MOST_LOOKED_AT: u32 = 4096;
/// Releases that are named one by one.
const MOST_NAMED: usize = 20;

/// Options of `suit vendor revoke-key`.
#[derive(Args, Debug)]
pub struct Revoke {
    #[command(flatten)]
    of: Managed,
    /// The key: its thumbprint, or its file
    key: String,
    /// The first block in which somebody else may have signed by it
    #[arg(long, value_name = "BLOCK")]
    compromised_since: Option<u32>,
    /// Do not wait until the vendor's releases have been gone through
    #[arg(long, requires = "compromised_since")]
    no_wait: bool,
}

/// A release of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    class: String,
    sequence: u64,
}

impl Named {
    fn json(&self) -> Value {
        json!({ "className": self.class, "sequenceNumber": self.sequence.to_string() })
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.class, self.sequence)
    }
}

/// What a compromise does to the releases published since.
#[derive(Debug, Default)]
struct Fallout {
    /// Releases that were looked at.
    looked_at: u32,
    /// Those of them that the key signed.
    signed: u32,
    /// Those of them that have too few good signers left.
    falls: Vec<Named>,
    /// Whether there are more than were looked at.
    more: bool,
}

/// Runs `suit vendor revoke-key`.
pub async fn revoke(options: &Revoke, context: &Context) -> Result<Report> {
    let vendor = vendor_id(&options.of.vendor)?;
    let key = names::key_id(&options.key)?;
    let signer = account(&options.of.suri)?;
    let chain = context.chain().await?;
    let name = &options.of.vendor;
    let usage = keys::known(&chain, vendor, key, name).await?.usage;
    let author = usage == KeyUsage::Manifests;

    let lines = match options.compromised_since {
        None => rotation_words(&key, usage),
        Some(since) if author => {
            let fallout = fallout(&chain, vendor, key, since).await?;
            compromise_words(name, &key, since, &fallout)
        }
        Some(since) => operator_words(&key, since),
    };
    for line in &lines {
        context.progress.stage(line);
    }

    let call = Call::new(REGISTRY, "revoke_key")
        .arg("vendor", vendor)
        .arg("key", key)
        .arg("compromised_since", options.compromised_since);
    let included = chain.submit_signed(&call, &signer, context.deadline()).await?;
    let mut json = json!({
        "vendor": uuid(&vendor.0),
        "thumbprint": hex0x(key.0),
        "compromisedSince": options.compromised_since,
        "block": hex0x(included.block),
    });
    let mut report = Report::new(Value::Null)
        .field("vendor id", uuid(&vendor.0))
        .field("revoked", hex0x(key.0));
    report = finalised(report, &included);
    if let (Some(since), true, false) = (options.compromised_since, author, options.no_wait) {
        context
            .progress
            .stage(format!("Waiting until the releases of {name} have been gone through"));
        until_reviewed(&chain, vendor, name, context).await?;
        let suspended = suspended(&chain, vendor, since).await?;
        merge(
            &mut json,
            json!({ "status": "Active", "suspended": suspended.iter().map(Named::json).collect::<Vec<_>>() }),
        );
        report = report.line(format!(
            "{name} is active again; {} releases published since block {since} are suspended for ever",
            suspended.len()
        ));
        report = suspended
            .iter()
            .fold(report, |report, release| report.field("suspended", release));
    }
    Ok(report.with_json(json))
}

fn rotation_words(key: &KeyId, usage: KeyUsage) -> Vec<String> {
    vec![
        format!(
            "Revoking {}: it signs no more, and cannot be made live again. {}",
            hex0x(key.0),
            keys::what_stays(usage)
        ),
        "If somebody else may have had it, say so, now or later: --compromised-since BLOCK.".into(),
    ]
}

fn operator_words(key: &KeyId, since: u32) -> Vec<String> {
    vec![format!(
        "Revoking {} as compromised since block {since}: nodes take no credential that it issued any more, and devices \
         need new ones. Releases are not touched.",
        hex0x(key.0)
    )]
}

fn compromise_words(name: &str, key: &KeyId, since: u32, fallout: &Fallout) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Revoking {} as compromised since block {since}: nothing that it signed since then counts.",
            hex0x(key.0)
        ),
        format!(
            "{name} is suspended at once: devices are offered nothing of it, and nothing is published, until its releases \
             since then have been gone through. Then it comes back by itself."
        ),
    ];
    let at_least = if fallout.more { "at least " } else { "" };
    lines.push(format!(
        "{at_least}{} releases were published since; the key signed {at_least}{}; {at_least}{} are left with too few good \
         signers and are suspended for ever. Publish them again, signed by good keys, under higher numbers.",
        fallout.looked_at,
        fallout.signed,
        fallout.falls.len()
    ));
    for release in fallout.falls.iter().take(MOST_NAMED) {
        lines.push(format!("  falls: {release}"));
    }
    if let Some(rest) = fallout.falls.len().checked_sub(MOST_NAMED).filter(|rest| *rest > 0) {
        lines.push(format!("  and {rest} more"));
    }
    lines
}

/// Whether a release falls: it lost a signer, and fewer are left than it needs. What is revoked stays as it is.
fn falls(record: &ReleaseV1, keys: &BTreeMap<KeyId, KeyStatus>, needed: u8) -> bool {
    let counts = |key: &&KeyId| {
        keys.get(*key)
            .is_some_and(|status| status.counts_at(record.published_at))
    };
    let good = record.signers.iter().filter(counts).count();
    record.status != ReleaseStatus::Revoked && good < record.signers.len() && good < usize::from(needed)
}

/// What a compromise of the key since the block will do.
async fn fallout(chain: &Chain, vendor: VendorId, key: KeyId, since: u32) -> Result<Fallout> {
    let mut statuses: BTreeMap<KeyId, KeyStatus> = chain
        .keys(vendor)
        .await?
        .into_iter()
        .map(|(id, info)| (id, info.status))
        .collect();
    statuses.insert(key, KeyStatus::Compromised { since });
    let least = chain.vendor(vendor).await?.map_or(1, |info| info.threshold);
    let mut fallout = Fallout::default();
    for (product, info) in chain.products(vendor).await? {
        let needed = info.policy.latest().threshold.max(least);
        let class = String::from_utf8_lossy(&info.class_name).into_owned();
        let mut before = None;
        'pages: loop {
            let page = chain.history(product, before, MAX_PAGE).await?;
            for entry in &page {
                let record = entry.record.v1();
                if record.published_at < since {
                    break 'pages;
                }
                if fallout.looked_at == MOST_LOOKED_AT {
                    fallout.more = true;
                    return Ok(fallout);
                }
                fallout.looked_at = fallout.looked_at.saturating_add(1);
                if record.signers.contains(&key) {
                    fallout.signed = fallout.signed.saturating_add(1);
                }
                if falls(record, &statuses, needed) {
                    fallout.falls.push(Named {
                        class: class.clone(),
                        sequence: record.sequence_number,
                    });
                }
            }
            match page.last() {
                Some(last) if page.len() == MAX_PAGE as usize => before = Some(last.ordinal),
                _ => break,
            }
        }
    }
    Ok(fallout)
}

async fn until_reviewed(chain: &Chain, vendor: VendorId, name: &str, context: &Context) -> Result<()> {
    chain
        .wait_for("the end of the review", context.deadline(), async |chain| {
            let status = known(chain, vendor, name).await?.status;
            Ok((status != VendorStatus::Suspended).then_some(()))
        })
        .await
}

/// Releases published since a block that a compromise suspended.
async fn suspended(chain: &Chain, vendor: VendorId, since: u32) -> Result<Vec<Named>> {
    let mut found = Vec::new();
    for (product, info) in chain.products(vendor).await? {
        let mut before = None;
        loop {
            let page = chain.history(product, before, MAX_PAGE).await?;
            let recent = page.iter().filter(|entry| entry.record.v1().published_at >= since);
            let recent: Vec<_> = recent.collect();
            found.extend(
                recent
                    .iter()
                    .filter(|entry| entry.suspension == Some(Suspension::Compromise))
                    .map(|entry| Named {
                        class: String::from_utf8_lossy(&info.class_name).into_owned(),
                        sequence: entry.record.v1().sequence_number,
                    }),
            );
            match page.last() {
                Some(last) if recent.len() == MAX_PAGE as usize => before = Some(last.ordinal),
                _ => break,
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use suit_primitives::{
        release::{Digest, DigestAlgorithm},
        ClassId, ProductId,
    };

    fn release(signers: &[u8], published_at: u32, status: ReleaseStatus) -> ReleaseV1 {
        ReleaseV1 {
            product: ProductId {
                vendor: VendorId([1; 16]),
                class: ClassId([2; 16]),
            },
            sequence_number: 5,
            manifest_digest: Digest {
                algorithm: DigestAlgorithm::Sha256,
                bytes: vec![0; 32].try_into().unwrap(),
            },
            envelope_digest: [0; 32],
            signers: signers
                .iter()
                .map(|byte| KeyId([*byte; 32]))
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
            status,
            payloads: vec![].try_into().unwrap(),
            published_at,
            available_at: None,
        }
    }

    #[test]
    fn a_release_falls_where_too_few_of_its_signers_count() {
        let keys = BTreeMap::from([
            (KeyId([1; 32]), KeyStatus::Compromised { since: 10 }),
            (KeyId([2; 32]), KeyStatus::Rotated { at: 3 }),
        ]);
        let of = |signers: &[u8], at| release(signers, at, ReleaseStatus::Available);
        assert!(falls(&of(&[1], 10), &keys, 1));
        assert!(!falls(&of(&[1], 9), &keys, 1), "signed before");
        assert!(!falls(&of(&[1, 2], 10), &keys, 1), "another key carries it");
        assert!(falls(&of(&[1, 2], 10), &keys, 2));
        assert!(falls(&of(&[3], 10), &keys, 1), "a key that nobody knows does not count");
        assert!(!falls(&release(&[1], 10, ReleaseStatus::Revoked), &keys, 1));
    }

    #[test]
    fn what_a_compromise_does_is_said_before_it_is_done() {
        let fallout = Fallout {
            looked_at: 30,
            signed: 29,
            falls: (0..22)
                .map(|sequence| Named {
                    class: "thermostat-2".into(),
                    sequence,
                })
                .collect(),
            more: false,
        };
        let lines = compromise_words("example.com", &KeyId([5; 32]), 70, &fallout);
        let text = lines.join("\n");
        for said in [
            "since block 70",
            "example.com is suspended at once",
            "30 releases were published since",
            "22 are left",
            "falls: thermostat-2 0",
            "and 2 more",
        ] {
            assert!(text.contains(said), "{said} is missing in\n{text}");
        }
        let rotated = |usage| rotation_words(&KeyId([5; 32]), usage).join(" ");
        assert!(!rotated(KeyUsage::Manifests).contains("credential"));
        assert!(rotated(KeyUsage::Credentials).contains("credential"));
    }
}
