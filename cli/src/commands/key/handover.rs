//! `suit key handover`: old author keys name the next ones, so that devices follow a rotation on the authors' own word.

use crate::{
    chain::extrinsics::{account, Call, REGISTRY},
    commands::{vendor_id, Context},
    error::{Error, Result},
    files, keys,
    output::{hex0x, merge, uuid, Report},
};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use suit_device::{
    handover::{self, Handover, HandoverPayload, Keys, MAX_HANDOVER},
    IssueError,
};
use suit_manifest::{
    cose::{PublicKey, SignError, Signer},
    crypto::RustCrypto,
};
use suit_primitives::VendorId;

/// Hand over to the next author keys
#[derive(Subcommand, Debug)]
#[command(after_help = "From an old author key to the next ones:\n  \
    suit key handover create --vendor example.com --number 1 --threshold 1 --next new.key.pub --key old.key --out 1.handover\n  \
    suit key handover verify 1.handover --key old.key.pub\n  \
    suit key handover submit 1.handover --suri //Alice\n\n\
    A device that knows nothing but old author keys follows it without believing the chain or any node.")]
pub enum Command {
    /// Name the next author keys, and sign that by old ones
    Create(Create),
    /// Add an old key's signature to a handover that others have signed
    Sign(Sign),
    /// Show what a handover says, and who claims to have signed it, without believing it
    Inspect {
        /// The handover
        file: PathBuf,
    },
    /// Check a handover as a device does, by the old author keys that it knows: exit code 0 if it follows
    Verify(Verify),
    /// Tell the chain of a handover
    Submit(Submit),
}

/// Options of `suit key handover create`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    suit key handover create --vendor example.com --number 1 --threshold 1 \\\n      \
    --next new.key.pub --key old.key --out 1.handover\n  \
    suit key handover create --vendor example.com --number 2 --threshold 2 \\\n      \
    --next a.key.pub --next b.key.pub --next c.key.pub --key new.key --out 2.handover\n\n\
    The next keys are all that the vendor has from then on: repeat an old one that is to stay. Where old keys lie in\n\
    different hands, the others add their signatures with `suit key handover sign`. Sign no two of one number: a device\n\
    that follows the one can never follow the other.")]
pub struct Create {
    /// The vendor's domain name, or its UUID where it was registered by one
    #[arg(long)]
    vendor: String,
    /// Number of the handover: 1 for the vendor's first, then one more each time
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    number: u64,
    /// How many of the next keys must sign from then on
    #[arg(long)]
    threshold: u8,
    /// A next author key: COSE_Key or PEM; may be repeated, up to 8
    #[arg(long, required = true)]
    next: Vec<PathBuf>,
    /// An old author's private key; may be repeated, up to 8
    #[arg(long, required = true)]
    key: Vec<PathBuf>,
    /// Where the handover goes; may not exist
    #[arg(long)]
    out: PathBuf,
}

/// Options of `suit key handover sign`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  suit key handover sign 1.handover --key other.key\n  \
    suit key handover sign 1.handover --key other.key --out signed.handover\n\n\
    Look with `suit key handover inspect` at what you sign.")]
pub struct Sign {
    /// The handover
    file: PathBuf,
    /// An old author's private key
    #[arg(long)]
    key: PathBuf,
    /// Where the signed handover goes; without it, into FILE itself
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Options of `suit key handover verify`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  suit key handover verify 1.handover --key old.key.pub\n  \
    suit key handover verify 3.handover --key a.pub --key b.pub --threshold 2 --vendor example.com --last 2\n\n\
    Checked: that enough of these keys signed, that every signature in the name of one of them is its own, and that the\n\
    next keys are valid; with --vendor and --last also that it is this vendor's and the next in turn."
)]
pub struct Verify {
    /// The handover
    file: PathBuf,
    /// An old author's public key that you trust: COSE_Key or PEM; may be repeated
    #[arg(long, required = true)]
    key: Vec<PathBuf>,
    /// How many of them must have signed
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    threshold: u8,
    /// The vendor whose it must be: its domain name or UUID
    #[arg(long)]
    vendor: Option<String>,
    /// Number of the handover that was followed last, 0 for none
    #[arg(long)]
    last: Option<u64>,
}

/// Options of `suit key handover submit`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  suit key handover submit 1.handover --suri //Alice\n\n\
    What is handed over, and by which vendor, is the file's word; it is sent to the chain as it is.")]
pub struct Submit {
    /// The handover
    file: PathBuf,
    /// Secret of the account that sends it: //Alice on a dev chain, a phrase, or @FILE
    #[arg(long)]
    suri: String,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Create(options) => create(&options),
        Command::Sign(options) => sign(&options),
        Command::Inspect { file } => inspect(&file),
        Command::Verify(options) => verify(&options),
        Command::Submit(options) => submit(&options, context).await,
    }
}

fn create(options: &Create) -> Result<Report> {
    let vendor = vendor_id(&options.vendor)?;
    let name = options.out.display().to_string();
    let payload = HandoverPayload {
        vendor: vendor.0,
        number: options.number,
        threshold: options.threshold,
        keys: Keys::new(&keys::public_all(&options.next)?).map_err(|e| refused("--next", e))?,
    };
    let signing = keys::private_all(&options.key)?;
    let bytes = handover::sign(&payload, &keys::signers(&signing)).map_err(|e| cannot_sign(&name, e))?;
    files::create_public(&options.out, &bytes)?;
    written(&name, &bytes)
}

fn sign(options: &Sign) -> Result<Report> {
    let bytes = read(&options.file)?;
    let key = keys::private(&options.key)?;
    let name = options.file.display().to_string();
    let signed = handover::add_signature(&bytes, &key).map_err(|e| cannot_sign(&name, e))?;
    let out = options.out.as_deref().unwrap_or(&options.file);
    files::replace(out, &signed)?;
    let signer = hex0x(key.public_key().thumbprint(&RustCrypto));
    Ok(written(&out.display().to_string(), &signed)?.field("signed now by", signer))
}

/// What a file that was just written says.
fn written(name: &str, bytes: &[u8]) -> Result<Report> {
    let handover = Handover::decode(bytes).map_err(|e| refused(name, e))?;
    let signers: Vec<String> = handover.signers().map(|(signer, _)| hex0x(signer)).collect();
    let mut json = said(&handover.payload);
    merge(
        &mut json,
        json!({ "out": name, "size": bytes.len(), "signers": signers }),
    );
    let report = Report::new(json)
        .field("handover", name)
        .field("size", format!("{} bytes", bytes.len()));
    Ok(signers.iter().fold(shown(report, &handover.payload), |report, signer| {
        report.field("signed by", signer)
    }))
}

fn inspect(file: &Path) -> Result<Report> {
    let bytes = read(file)?;
    let handover = decode(file, &bytes)?;
    let mut json = said(&handover.payload);
    let signatures: Vec<Value> = handover
        .signers()
        .map(|(kid, signature)| json!({ "kid": hex0x(kid), "algorithm": format!("{:?}", signature.algorithm) }))
        .collect();
    merge(&mut json, json!({ "size": bytes.len(), "signatures": signatures }));
    let report = shown(
        Report::new(json).field("size", format!("{} bytes", bytes.len())),
        &handover.payload,
    );
    Ok(handover.signers().fold(report, |report, (kid, signature)| {
        report.field(
            "in the name of",
            format!("{}  {:?}, not checked", hex0x(kid), signature.algorithm),
        )
    }))
}

fn verify(options: &Verify) -> Result<Report> {
    let bytes = read(&options.file)?;
    let handover = decode(&options.file, &bytes)?;
    let known = keys::public_all(&options.key)?;
    let payload = &handover.payload;
    let vendor = match &options.vendor {
        Some(domain) => vendor_id(domain)?.0,
        None => payload.vendor,
    };
    // Without a number to begin with, whichever comes is the next one.
    let last = options.last.unwrap_or(payload.number.saturating_sub(1));
    handover
        .follow(&RustCrypto, &known, options.threshold, &vendor, last)
        .map_err(|e| refused(&options.file.display().to_string(), e))?;
    let thumbprints: Vec<[u8; 32]> = known.iter().map(|key| key.thumbprint(&RustCrypto)).collect();
    let signers: Vec<String> = handover
        .signers()
        .filter(|(signer, _)| thumbprints.contains(signer))
        .map(|(signer, _)| hex0x(signer))
        .collect();
    let mut json = said(payload);
    merge(&mut json, json!({ "holds": true, "signers": signers }));
    Ok(signers
        .iter()
        .fold(shown(Report::new(json), payload), |report, signer| {
            report.field("signed by", signer)
        })
        .line("A device that knows these old keys follows it"))
}

async fn submit(options: &Submit, context: &Context) -> Result<Report> {
    let bytes = read(&options.file)?;
    let payload = decode(&options.file, &bytes)?.payload;
    let key = account(&options.suri)?;
    let call = Call::new(REGISTRY, "hand_over_keys")
        .arg("vendor", VendorId(payload.vendor))
        .arg("handover", &bytes);
    let chain = context.chain().await?;
    context.progress.stage(format!(
        "Handing over to {} keys of {}",
        payload.keys.len(),
        uuid(&payload.vendor)
    ));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    let mut json = said(&payload);
    merge(
        &mut json,
        json!({ "block": hex0x(included.block), "transaction": hex0x(included.transaction) }),
    );
    Ok(shown(Report::new(json), &payload).field("finalised in", hex0x(included.block)))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    files::read(file, MAX_HANDOVER as u64)
}

fn decode<'a>(file: &Path, bytes: &'a [u8]) -> Result<Handover<'a>> {
    Handover::decode(bytes).map_err(|e| refused(&file.display().to_string(), e))
}

/// What a handover says, for machines.
fn said(payload: &HandoverPayload) -> Value {
    let next: Vec<Value> = payload.keys.iter().map(key_json).collect();
    json!({
        "vendor": uuid(&payload.vendor),
        "number": payload.number.to_string(),
        "threshold": payload.threshold,
        "next": next,
    })
}

fn key_json(key: &PublicKey) -> Value {
    json!({
        "thumbprint": hex0x(key.thumbprint(&RustCrypto)),
        "alg": keys::algorithm(key),
        "publicKey": hex0x(key.to_cose_key()),
        "valid": key.is_valid(&RustCrypto),
    })
}

/// What a handover says, for people.
fn shown(report: Report, payload: &HandoverPayload) -> Report {
    let report = report
        .field("vendor id", uuid(&payload.vendor))
        .field("number", payload.number)
        .field("threshold", format!("{} of {}", payload.threshold, payload.keys.len()));
    payload.keys.iter().fold(report, |report, key| {
        let not = if key.is_valid(&RustCrypto) { "" } else { ", not valid" };
        let thumbprint = hex0x(key.thumbprint(&RustCrypto));
        report.field("next key", format!("{thumbprint}  {}{not}", keys::algorithm(key)))
    })
}

/// A refusal, with what it is about.
fn refused(what: &str, error: handover::Error) -> Error {
    let kind = match error {
        handover::Error::Message(inner) | handover::Error::Payload(inner) | handover::Error::Key(inner) => {
            format!("{:?}", inner.kind)
        }
        // By the names that they have in an envelope too.
        handover::Error::Signature | handover::Error::TooFewSignatures => "SignatureNotValid".into(),
        other => format!("{other:?}"),
    };
    Error::malformed(&kind, what, error)
}

fn cannot_sign(what: &str, error: IssueError) -> Error {
    let kind = match error {
        IssueError::Handover(error) => return refused(what, error),
        IssueError::Sign(SignError::Malformed(inner)) => format!("{:?}", inner.kind),
        IssueError::Sign(inner @ (SignError::AlreadySigned | SignError::TooManySigners | SignError::NoSigner)) => {
            format!("{inner:?}")
        }
        _ => "SignerFailed".into(),
    };
    Error::malformed(&kind, what, error)
}
