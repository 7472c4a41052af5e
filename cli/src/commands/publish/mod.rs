//! `suit publish` and `suit publish-envelope`: from a file to a release that devices get.

mod envelope;
mod intent;

pub use intent::{intent_for, payload_root, sign_intent, VALID_BLOCKS};

use crate::{
    chain::{
        extrinsics::{account, account_id, Call, Included, REGISTRY},
        Chain,
    },
    commands::{
        names, product_id,
        release::status_name,
        upload::{gateways, read},
        Context,
    },
    error::{Error, Judge, Result},
    files,
    firmware::Firmware,
    keys,
    output::{hex0x, merge, Report},
    uploader,
};
use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{path::PathBuf, time::Instant};
use subxt_signer::sr25519::Keypair;
use suit_manifest::cose::SigningKey;
use suit_primitives::{
    apis::DryRun,
    bounds,
    release::{PayloadRoot, ReleaseStatus},
    ProductId, ReleaseId,
};

/// Options of `suit publish`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    suit publish firmware.bin --vendor example.com --class thermostat-2 --key author.key\n  \
    suit publish firmware.bin --vendor example.com --class thermostat-2 --sequence 2 --key author.key --dry-run\n\n\
    Publishes on the authors' own word, without an account or tokens: each --key signs the manifest and the intent to\n\
    publish it on this chain. Then the bytes go to a storage node, and the command waits until enough of them hold it.")]
pub struct Publish {
    /// The firmware
    firmware: PathBuf,
    /// The vendor: its domain name, or its UUID where it was registered by one
    #[arg(long)]
    vendor: String,
    /// The class name
    #[arg(long)]
    class: String,
    /// Sequence number: greater than any that was published for this product; without it, the next, which is 1 for the
    /// first
    #[arg(long)]
    sequence: Option<u64>,
    /// Name of the component that the firmware is for
    #[arg(long, default_value = "firmware")]
    component: String,
    /// Also write the signed envelope to a file
    #[arg(long)]
    envelope_out: Option<PathBuf>,
    /// An author's private key; may be repeated, up to 8
    #[arg(long, required = true)]
    key: Vec<PathBuf>,
    #[command(flatten)]
    submission: Submission,
}

/// Options of `suit publish-envelope`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    suit publish-envelope release.suit --key author.key\n  \
    suit publish-envelope release.suit --intent release.intent\n  \
    suit publish-envelope release.suit --key author.key --root 0:bafy…:1048576      # its URI is not ipfs://")]
pub struct PublishEnvelope {
    /// A signed SUIT envelope, made elsewhere
    envelope: PathBuf,
    /// An author's private key, to sign the intent; may be repeated, up to 8
    #[arg(long, conflicts_with = "intent")]
    key: Vec<PathBuf>,
    /// An intent that was signed elsewhere
    #[arg(long, conflicts_with_all = ["suri", "intent_out"])]
    intent: Option<PathBuf>,
    /// Where a component's bytes are, when the manifest does not say: INDEX:CID:SIZE; may be repeated. An intent that was
    /// signed elsewhere says it itself
    #[arg(long, value_name = "INDEX:CID:SIZE", conflicts_with = "intent")]
    root: Vec<String>,
    /// Upload this file as the payload, and wait until the release is available
    #[arg(long)]
    firmware: Option<PathBuf>,
    #[command(flatten)]
    submission: Submission,
}

/// How to submit.
#[derive(Args, Debug)]
struct Submission {
    /// Publish by an account that the vendor named as publisher, instead of by an intent
    #[arg(long)]
    suri: Option<String>,
    /// Origin of a storage node's gateway; several are tried in turn; without it, those on the chain
    #[arg(long)]
    gateway: Vec<String>,
    /// Blocks until the intent expires
    #[arg(long, default_value_t = VALID_BLOCKS)]
    valid_blocks: u32,
    /// Also write the signed intent to a file, for `suit publish-envelope --intent`
    #[arg(long, conflicts_with = "suri")]
    intent_out: Option<PathBuf>,
    /// Do not upload the bytes; `suit upload` does it later
    #[arg(long)]
    no_upload: bool,
    /// Do not wait until the release is available
    #[arg(long)]
    no_wait: bool,
    /// Only say whether the chain would take it, and every reason why not
    #[arg(long)]
    dry_run: bool,
    /// Submit even if the dry run refuses: shows the chain's own refusal
    #[arg(long, conflicts_with = "dry_run")]
    force: bool,
}

/// On whose word.
enum By {
    Account(Box<Keypair>, Vec<PayloadRoot>),
    Intent(Vec<u8>),
}

/// Runs `suit publish`.
pub async fn publish(options: Publish, context: &Context) -> Result<Report> {
    let product = product_id(&options.vendor, &options.class)?;
    let signing = keys::private_all(&options.key)?;
    let firmware = read(&options.firmware, &context.progress)?;
    let chain = context.chain().await?;
    let sequence = match options.sequence {
        Some(sequence) => sequence,
        None => envelope::next_number(&chain, product, &options, context).await?,
    };
    let envelope = envelope::envelope(&product, sequence, &options, &firmware, &signing)?;
    if let Some(path) = &options.envelope_out {
        files::replace(path, &envelope)?;
    }
    let by = options.submission.by(&chain, &envelope, &signing, &[]).await?;
    let mut json = names::ids(&product);
    merge(
        &mut json,
        json!({ "root": firmware.root.to_string(), "size": firmware.size.to_string() }),
    );
    run(
        &chain,
        &envelope,
        by,
        Some(&firmware),
        &options.submission,
        context,
        json,
    )
    .await
}

/// Runs `suit publish-envelope`.
pub async fn publish_envelope(options: PublishEnvelope, context: &Context) -> Result<Report> {
    let signing = keys::private_all(&options.key)?;
    // One more than the chain takes, so that a test can see the chain refuse it.
    let envelope = files::read(&options.envelope, u64::from(bounds::MAX_ENVELOPE).saturating_add(1))?;
    let roots: Vec<PayloadRoot> = options
        .root
        .iter()
        .map(|text| payload_root(text))
        .collect::<Result<_>>()?;
    let firmware = options
        .firmware
        .as_deref()
        .map(|path| read(path, &context.progress))
        .transpose()?;
    let chain = context.chain().await?;
    let by = match &options.intent {
        Some(path) => By::Intent(files::read(path, u64::from(bounds::MAX_INTENT).saturating_add(1))?),
        None => options.submission.by(&chain, &envelope, &signing, &roots).await?,
    };
    run(
        &chain,
        &envelope,
        by,
        firmware.as_ref(),
        &options.submission,
        context,
        json!({}),
    )
    .await
}

impl Submission {
    async fn by(&self, chain: &Chain, envelope: &[u8], signing: &[SigningKey], roots: &[PayloadRoot]) -> Result<By> {
        if let Some(suri) = &self.suri {
            return Ok(By::Account(Box::new(account(suri)?), roots.to_vec()));
        }
        if signing.is_empty() {
            return Err(Error::Misuse(
                "publish by --key FILE, --intent FILE or --suri SECRET".into(),
            ));
        }
        let payload = intent_for(chain, envelope, roots, self.valid_blocks).await?;
        let intent = sign_intent(&payload, signing)?;
        if let Some(path) = &self.intent_out {
            files::replace(path, &intent)?;
        }
        Ok(By::Intent(intent))
    }
}

/// Dry run, submission, upload, wait.
async fn run(
    chain: &Chain,
    envelope: &[u8],
    by: By,
    firmware: Option<&Firmware>,
    submission: &Submission,
    context: &Context,
    mut json: serde_json::Value,
) -> Result<Report> {
    let progress = &context.progress;
    progress.stage(format!(
        "Asking the chain whether it would take the envelope ({} bytes)",
        envelope.len()
    ));
    let dry_run = dry_run_of(chain, envelope, &by).await?;
    judge(&dry_run, submission.force, context)?;
    merge(
        &mut json,
        json!({
            "sequenceNumber": dry_run.sequence_number.map(|number| number.to_string()),
            "envelopeSize": envelope.len(),
            "envelopeDigest": hex0x(Sha256::digest(envelope)),
        }),
    );
    if submission.dry_run {
        merge(&mut json, json!({ "dryRun": true, "refusals": [] }));
        return Ok(Report::new(json).line("The chain would publish this; nothing was submitted"));
    }
    let started = Instant::now();
    progress.stage("Submitting, waiting until it is final");
    let included = match submit(chain, envelope, &by, context).await {
        Ok(included) => included,
        // The pool says no more than that it dropped the transaction: the dry run knows what has changed since.
        Err(error @ Error::TransactionLost(_)) => {
            let refusals = dry_run_of(chain, envelope, &by).await?.refusals;
            return Err(match refusals.is_empty() {
                true => error,
                false => Error::Refused {
                    by: Judge::Pool,
                    refusals,
                },
            });
        }
        Err(error) => return Err(error),
    };
    let published_ms = elapsed(started);
    let (Some(product), Some(sequence)) = (dry_run.products.first().copied(), dry_run.sequence_number) else {
        return Err(Error::Incompatible(
            "the chain published what its dry run could not name".into(),
        ));
    };
    let (id, _) = release(chain, product, sequence).await?;
    progress.stage(format!("Published as release {sequence} (number {id} on this chain)"));
    merge(
        &mut json,
        json!({ "id": id.to_string(), "block": hex0x(included.block), "transaction": hex0x(included.transaction), "status": "Published", "publishedMs": published_ms }),
    );
    let mut report_lines = vec![format!(
        "Published as release {sequence}, final in block {}",
        hex0x(included.block)
    )];

    if let Some(firmware) = firmware.filter(|_| !submission.no_upload) {
        let started = Instant::now();
        let gateways = gateways(&submission.gateway, Some(chain)).await?;
        let (origin, uploaded) =
            uploader::upload_to_any(firmware, &gateways, true, progress, context.deadline()).await?;
        report_lines.push(format!("Uploaded {} bytes to {origin}", uploaded.bytes));
        merge(
            &mut json,
            json!({
                "gateway": origin,
                "blocksSent": uploaded.sent,
                "blocksPresent": uploaded.present,
                "uploadedMs": elapsed(started),
            }),
        );
        if !submission.no_wait {
            let started = Instant::now();
            progress.stage("Waiting until enough storage nodes hold it");
            wait_available(chain, product, sequence, context).await?;
            let holders = chain.holders(id).await?.len();
            report_lines.push(format!("Available: {holders} storage nodes hold it"));
            let available_ms = elapsed(started);
            merge(
                &mut json,
                json!({ "status": "Available", "holders": holders, "availableMs": available_ms }),
            );
        }
    }
    Ok(report_lines.into_iter().fold(Report::new(json), Report::line))
}

fn elapsed(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

async fn dry_run_of(chain: &Chain, envelope: &[u8], by: &By) -> Result<DryRun> {
    match by {
        By::Account(key, roots) => chain.dry_run_publish(&account_id(key).0, envelope, roots).await,
        By::Intent(intent) => chain.dry_run_publish_authorized(envelope, intent).await,
    }
}

/// Turns the dry run's refusals into an error, unless the chain itself is to refuse.
fn judge(dry_run: &DryRun, force: bool, context: &Context) -> Result<()> {
    if dry_run.refusals.is_empty() {
        return Ok(());
    }
    let error = Error::Refused {
        by: Judge::DryRun,
        refusals: dry_run.refusals.clone(),
    };
    if force {
        context.progress.stage(format!("{error}\nSubmitting all the same"));
        return Ok(());
    }
    Err(error)
}

async fn submit(chain: &Chain, envelope: &[u8], by: &By, context: &Context) -> Result<Included> {
    match by {
        By::Account(key, roots) => {
            let call = Call::new(REGISTRY, "publish")
                .arg("envelope", envelope)
                .arg("roots", roots);
            chain.submit_signed(&call, key, context.deadline()).await
        }
        By::Intent(intent) => {
            let call = Call::new(REGISTRY, "publish_authorized")
                .arg("envelope", envelope)
                .arg("intent", intent);
            chain.submit_general(&call, context.deadline()).await
        }
    }
}

async fn release(chain: &Chain, product: ProductId, sequence: u64) -> Result<(ReleaseId, ReleaseStatus)> {
    let (id, release) = chain
        .release(product, sequence)
        .await?
        .ok_or_else(|| Error::Incompatible("the transaction succeeded, but no release came of it".into()))?;
    Ok((id, release.v1().status))
}

async fn wait_available(chain: &Chain, product: ProductId, sequence: u64, context: &Context) -> Result<()> {
    chain
        .wait_for(
            "availability on enough storage nodes",
            context.deadline(),
            async |chain| match release(chain, product, sequence).await?.1 {
                ReleaseStatus::Published => Ok(None),
                ReleaseStatus::Available => Ok(Some(())),
                status => Err(Error::Dispatch(format!("the release is {} now", status_name(status)))),
            },
        )
        .await
}
