//! `suit manifest`: look into an envelope, check it by keys of one's own. No chain is asked.

use crate::{
    error::{Error, Result},
    files, keys,
    output::{hex0x, uuid, Report},
    verify::{self, Failure},
};
use clap::Subcommand;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use suit_manifest::{
    crypto::RustCrypto,
    digest::Digest,
    envelope::{Envelope, Mode},
    resolve::resolve,
};

/// Longest envelope that is looked at: more than the chain takes, so that one can see what is wrong with it.
const MAX_ENVELOPE: u64 = 1 << 20;

/// SUIT envelopes in files
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show what an envelope says, without believing it
    Inspect {
        /// The envelope
        file: PathBuf,
    },
    /// Check digests, signatures and completeness by keys of your own: exit code 0 if it holds
    #[command(
        after_help = "Examples:\n  suit manifest verify release.suit --key author.key.pub\n  \
        suit manifest verify release.suit --key a.pub --key b.pub --threshold 2"
    )]
    Verify {
        /// The envelope
        file: PathBuf,
        /// A public key that you trust: COSE_Key or PEM; may be repeated
        #[arg(long, required = true)]
        key: Vec<PathBuf>,
        /// How many of them must have signed
        #[arg(long, default_value_t = 1)]
        threshold: usize,
    },
}

/// Runs a command.
pub fn run(command: Command) -> Result<Report> {
    match command {
        Command::Inspect { file } => inspect(&file),
        Command::Verify { file, key, threshold } => verify(&file, &key, threshold),
    }
}

fn failed(file: &Path) -> impl Fn(suit_manifest::error::Error) -> Error + '_ {
    move |e| Error::malformed(&format!("{:?}", e.kind), file.display().to_string(), e)
}

fn digest_text(digest: &Digest) -> String {
    format!("{:?}:{}", digest.algorithm, hex::encode(digest.bytes))
}

fn inspect(file: &Path) -> Result<Report> {
    let bytes = files::read(file, MAX_ENVELOPE)?;
    let failed = failed(file);
    let envelope = Envelope::decode(&bytes, Mode::Strict).map_err(&failed)?;
    let manifest = envelope.manifest().map_err(&failed)?;
    let signatures: Vec<Value> = envelope
        .signatures()
        .map(|block| json!({ "algorithm": format!("{:?}", block.algorithm), "kid": block.kid.map(hex0x) }))
        .collect();
    let holds = |result: std::result::Result<(), suit_manifest::error::Error>| match result {
        Ok(()) => "holds".to_owned(),
        Err(e) => e.to_string(),
    };
    let digests = holds(envelope.check_digest(&RustCrypto));
    let complete = holds(envelope.check_complete(&RustCrypto));
    let components: Vec<String> = manifest.components().map(hex0x).collect();
    let (resolved, undecided) = match resolve(&manifest) {
        Ok(resolved) => (Some(resolved), None),
        Err(e) => (None, Some(e.to_string())),
    };
    let products: Vec<Value> = resolved
        .iter()
        .flat_map(|resolved| &resolved.products)
        .map(|(vendor, class)| json!({ "vendor": uuid(vendor), "class": uuid(class) }))
        .collect();
    let payloads: Vec<Value> = resolved
        .iter()
        .flat_map(|resolved| &resolved.payloads)
        .map(|payload| {
            json!({
                "component": hex0x(payload.component),
                "uri": payload.uri,
                "digest": payload.digest.as_ref().map(digest_text),
                "size": payload.size.map(|size| size.to_string()),
                "encrypted": payload.encrypted,
            })
        })
        .collect();
    let number = manifest.sequence_number();
    let digest = digest_text(&envelope.manifest_digest());
    let json = json!({
        "size": bytes.len(),
        "manifestDigest": digest,
        "digests": digests,
        "complete": complete,
        "signatures": signatures,
        "sequenceNumber": number.to_string(),
        "components": components,
        "products": products,
        "payloads": payloads,
        "undecided": undecided,
    });
    let mut report = Report::new(json)
        .field("size", format!("{} bytes", bytes.len()))
        .field("sequence number", number)
        .field("manifest digest", digest)
        .field("digests", digests)
        .field("complete", complete);
    for (name, values) in [("signature", &signatures), ("for", &products), ("payload", &payloads)] {
        for value in values {
            report = report.field(name, text(value));
        }
    }
    if let Some(reason) = undecided {
        report = report.field("undecided", reason);
    }
    Ok(report)
}

/// A JSON object's values in one line.
fn text(value: &Value) -> String {
    let Some(object) = value.as_object() else {
        return value.to_string();
    };
    let one = |(name, value): (&String, &Value)| match value {
        Value::Null => None,
        Value::String(text) => Some(format!("{name} {text}")),
        other => Some(format!("{name} {other}")),
    };
    object.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

fn verify(file: &Path, keys: &[PathBuf], threshold: usize) -> Result<Report> {
    let bytes = files::read(file, MAX_ENVELOPE)?;
    let trusted = keys::public_all(keys)?;
    let checked = verify::check(&bytes, &trusted, threshold).map_err(|failure| match failure {
        Failure::Envelope(e) => failed(file)(e),
        Failure::Signatures { valid, threshold } => Error::malformed(
            "SignatureNotValid",
            file.display().to_string(),
            format!("{valid} of the given keys signed it, {threshold} must"),
        ),
    })?;
    let signers: Vec<String> = checked.signers.iter().map(hex0x).collect();
    let number = checked.manifest.sequence_number();
    let json = json!({ "holds": true, "sequenceNumber": number.to_string(), "signers": signers });
    let report = Report::new(json)
        .line("The envelope holds")
        .field("sequence number", number);
    Ok(signers
        .iter()
        .fold(report, |report, signer| report.field("signed by", signer)))
}
