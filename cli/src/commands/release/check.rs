//! `suit release check`: every reason that the chain has against an envelope, before anything is submitted.

use crate::{
    chain::Chain,
    commands::{names, publish, Context},
    error::{refusal_json, Error, Result},
    files, keys,
    output::Report,
};
use clap::Args;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use suit_primitives::{apis::DryRun, bounds, release::PayloadRoot, Refusal};

/// Options of `suit release check`.
#[derive(Args, Debug)]
pub struct Check {
    /// The envelopes
    #[arg(required = true)]
    file: Vec<PathBuf>,
    /// As published by this account (SS58), which the vendor named as publisher
    #[arg(long, conflicts_with_all = ["key", "intent"])]
    account: Option<String>,
    /// As published on the word of this author; may be repeated, up to 8
    #[arg(long, conflicts_with = "intent")]
    key: Vec<PathBuf>,
    /// As published by this intent
    #[arg(long)]
    intent: Option<PathBuf>,
    /// Where a component's bytes are, when the manifest does not say: INDEX:CID:SIZE; may be repeated
    #[arg(long, value_name = "INDEX:CID:SIZE", conflicts_with = "intent")]
    root: Vec<String>,
}

/// Runs the command.
pub async fn check(options: &Check, context: &Context) -> Result<Report> {
    let roots: Vec<PayloadRoot> = options
        .root
        .iter()
        .map(|text| publish::payload_root(text))
        .collect::<Result<_>>()?;
    let account = options.account.as_deref().map(names::account_id).transpose()?;
    let signing = keys::private_all(&options.key)?;
    let intent = options.intent.as_deref().map(read_intent).transpose()?;
    let mut envelopes = Vec::new();
    for file in &options.file {
        envelopes.push((
            file,
            files::read(file, u64::from(bounds::MAX_ENVELOPE).saturating_add(1))?,
        ));
    }
    let chain = context.chain().await?;
    let mut found = Vec::new();
    for (file, envelope) in &envelopes {
        context
            .progress
            .stage(format!("Asking the chain about {}", file.display()));
        let dry_run = match (&intent, &account, signing.is_empty()) {
            (Some(intent), _, _) => chain.dry_run_publish_authorized(envelope, intent).await?,
            (None, Some(account), _) => chain.dry_run_publish(&account.0, envelope, &roots).await?,
            (None, None, false) => {
                let payload = publish::intent_for(&chain, envelope, &roots, publish::VALID_BLOCKS).await?;
                let intent = publish::sign_intent(&payload, &signing)?;
                chain.dry_run_publish_authorized(envelope, &intent).await?
            }
            (None, None, true) => as_anybody(&chain, envelope, &roots).await?,
        };
        found.push((file.as_path(), dry_run));
    }
    Ok(report(&found))
}

fn read_intent(path: &Path) -> Result<Vec<u8>> {
    files::read(path, u64::from(bounds::MAX_INTENT).saturating_add(1))
}

/// What the chain has against the envelope itself, whoever submits it.
async fn as_anybody(chain: &Chain, envelope: &[u8], roots: &[PayloadRoot]) -> Result<DryRun> {
    let nobody = [0; 32];
    let mut dry_run = chain.dry_run_publish(&nobody, envelope, roots).await?;
    dry_run.refusals.retain(about_the_envelope);
    Ok(dry_run)
}

/// Whether a refusal has nothing to do with who submits.
fn about_the_envelope(refusal: &Refusal) -> bool {
    !matches!(refusal, Refusal::NotAuthorized | Refusal::SubmissionNotAllowed)
}

fn report(found: &[(&Path, DryRun)]) -> Report {
    let json: Vec<Value> = found.iter().map(|(file, dry_run)| check_json(file, dry_run)).collect();
    let mut report = Report::new(json!({ "files": json }));
    for (file, dry_run) in found {
        let number = dry_run.sequence_number.map_or_else(
            || "without a number that can be read".to_owned(),
            |number| format!("number {number}"),
        );
        let verdict = match dry_run.refusals.len() {
            0 => "would be published".to_owned(),
            count => format!("refused for {count} reasons"),
        };
        report = report.line(format!("{}  {number}  {verdict}", file.display()));
        for refusal in &dry_run.refusals {
            report = report.line(format!("  {}", words(*refusal)));
        }
    }
    let mut refused = found.iter().filter_map(|(_, dry_run)| dry_run.refusals.first());
    match refused.next() {
        None => report,
        Some(first) => report.failing(Error::EnvelopesRefused {
            refused: refused.count().saturating_add(1),
            of: found.len(),
            first: *first,
        }),
    }
}

fn words(refusal: Refusal) -> String {
    let advice = crate::chain::advice::suffix(crate::chain::advice::on(refusal));
    format!("{}:{}{advice}", refusal.name(), refusal.message())
}

fn check_json(file: &Path, dry_run: &DryRun) -> Value {
    json!({
        "file": file.display().to_string(),
        "accepted": dry_run.refusals.is_empty(),
        "sequenceNumber": dry_run.sequence_number.map(|number| number.to_string()),
        "products": dry_run.products.iter().map(names::ids).collect::<Vec<_>>(),
        "refusals": dry_run.refusals.iter().copied().map(refusal_json).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dry_run(refusals: &[Refusal]) -> DryRun {
        DryRun {
            refusals: refusals.to_vec(),
            products: vec![],
            sequence_number: Some(7),
        }
    }

    #[test]
    fn one_refused_envelope_fails_the_command_and_every_file_is_reported() {
        let found = [
            (Path::new("a.suit"), dry_run(&[])),
            (
                Path::new("b.suit"),
                dry_run(&[Refusal::ThresholdNotMet, Refusal::ProductFrozen]),
            ),
        ];
        let report = report(&found);
        let json = report.json();
        assert_eq!(json["files"][0]["accepted"], true);
        assert_eq!(json["files"][1]["refusals"][1]["kind"], "ProductFrozen");
        assert!(json["files"][1]["refusals"][0]["advice"].is_string());
        assert_eq!(json["files"][1]["sequenceNumber"], "7");
        assert_eq!(report.error().map(Error::kind).as_deref(), Some("ThresholdNotMet"));
        assert_eq!(
            report.error().map(ToString::to_string).as_deref(),
            Some("the chain would refuse 1 of 2 envelopes")
        );
        assert!(super::report(&found[..1]).error().is_none());
    }

    #[test]
    fn who_submits_is_left_out_where_nobody_was_named() {
        let refusals: Vec<Refusal> = Refusal::ALL.iter().copied().filter(about_the_envelope).collect();
        assert_eq!(refusals.len(), Refusal::ALL.len() - 2);
    }
}
