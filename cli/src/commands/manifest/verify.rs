//! `suit manifest verify`: whether an envelope holds by keys of one's own, and whether a file is what it fetches.

use super::{names, show, tree::Node, Reading};
use crate::{
    error::{Error, Result},
    files, keys,
    output::{hex0x, Report},
    verify::{complete, signed, Failure},
};
use clap::Args;
use std::path::{Path, PathBuf};
use suit_manifest::{
    build::model,
    crypto::RustCrypto,
    envelope::Envelope,
    error::{self, ErrorKind},
    manifest::{Manifest, Member, Severable},
    resolve::{resolve, Binding, ResolvedPayload},
};

/// Longest payload that is checked against a manifest, in bytes: it is held in memory.
const MAX_PAYLOAD: u64 = 1 << 28;

/// Options of `suit manifest verify`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    suit manifest verify release.suit --key author.key.pub\n  \
    suit manifest verify release.suit --key a.pub --key b.pem --threshold 2\n  \
    suit manifest verify release.suit --key a.pub --payload firmware.bin\n  \
    suit manifest verify release.suit --mac-key device.symmetric\n\n\
    Checked: that enough of your keys signed (a key counts once, in a COSE_Sign1 or a COSE_Sign), that every digest is\n\
    that of the bytes, and that nothing was added. Severed members that are not here are named; --complete refuses an\n\
    envelope that lacks one that a device needs. Exit code 0 says that all of it holds.")]
pub struct Options {
    #[command(flatten)]
    reading: Reading,
    /// A public key that you trust: COSE_Key or PEM; may be repeated
    #[arg(long, required_unless_present = "mac_key")]
    key: Vec<PathBuf>,
    /// How many of them must have signed
    #[arg(long, default_value_t = 1, value_parser = at_least_one, requires = "key")]
    threshold: usize,
    /// A symmetric COSE_Key: one COSE_Mac0 must have been made with it
    #[arg(long, value_name = "COSE_KEY")]
    mac_key: Option<PathBuf>,
    /// Refuse an envelope that lacks a severed member that a device needs to install
    #[arg(long)]
    complete: bool,
    /// A file that must be one of the payloads that the manifest fetches, by digest and size
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
}

fn at_least_one(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("a threshold of 0 lets anybody sign".into()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

/// Runs the command.
pub fn run(options: &Options) -> Result<Report> {
    let bytes = options.reading.bytes()?;
    let trusted = keys::public_all(&options.key)?;
    let failed = |error| options.reading.failed(error);
    let envelope = Envelope::decode(&bytes, options.reading.mode()).map_err(&failed)?;
    let signers = if trusted.is_empty() {
        Vec::new()
    } else {
        signed(&envelope, &trusted, options.threshold).map_err(|failure| too_few(failure, &options.reading))?
    };
    if let Some(path) = &options.mac_key {
        let key = keys::symmetric(path)?;
        envelope.verify_mac(&RustCrypto, &key).map_err(&failed)?;
    }
    let manifest = whole(&envelope, options.complete).map_err(&failed)?;
    let matched = options
        .payload
        .as_ref()
        .map(|path| payload(path, &manifest, &options.reading))
        .transpose()?;

    let signers: Vec<Node> = signers.iter().map(|signer| Node::Word(hex0x(signer))).collect();
    let mut tree = vec![
        ("holds".to_owned(), true.into()),
        ("sequenceNumber".into(), Node::Quantity(manifest.sequence_number())),
        ("signers".into(), Node::List(signers)),
        ("mac".into(), options.mac_key.is_some().into()),
        ("missing".into(), Node::List(missing(&manifest).map(name).collect())),
    ];
    tree.extend(matched.map(|node| ("payload".to_owned(), node)));
    Ok(Node::Map(tree).report())
}

fn name(member: Severable) -> Node {
    Node::word(names::member(member))
}

/// The manifest, when it and what is around it account for each other. Unless the envelope must be complete, severed
/// members may be elsewhere: that is what they are severed for (§8.6). The signature covers their digests.
fn whole<'a>(envelope: &Envelope<'a>, must_be_complete: bool) -> std::result::Result<Manifest<'a>, error::Error> {
    match complete(envelope) {
        Err(error) if error.kind == ErrorKind::Stripped && !must_be_complete => {
            let manifest = envelope.manifest()?;
            let severed = missing(&manifest).any(Severable::is_needed);
            // An integrated payload has no other place to be.
            severed.then_some(manifest).ok_or(error)
        }
        outcome => outcome,
    }
}

/// The severed members that are not here.
fn missing<'m>(manifest: &'m Manifest<'_>) -> impl Iterator<Item = Severable> + 'm {
    let absent = |member: &Severable| matches!(manifest.severable(*member), Member::Severed { content: None, .. });
    Severable::ALL.into_iter().filter(absent)
}

fn too_few(failure: Failure, reading: &Reading) -> Error {
    match failure {
        Failure::Envelope(error) => reading.failed(error),
        Failure::Signatures { valid, threshold } => Error::malformed(
            "SignatureNotValid",
            reading.name(),
            format!("{valid} of the given keys signed it, {threshold} must"),
        ),
    }
}

/// Looks for the payload that the file is.
fn payload(path: &Path, manifest: &Manifest<'_>, reading: &Reading) -> Result<Node> {
    let bytes = files::read(path, MAX_PAYLOAD)?;
    let size = bytes.len() as u64;
    let resolved = resolve(manifest).map_err(|error| reading.failed(error))?;
    let same_size = |payload: &&ResolvedPayload<'_>| payload.size.is_none_or(|expected| expected == size);
    let matching = resolved.payloads.iter().filter(same_size).find(|payload| {
        let parts: [&[u8]; 1] = [&bytes];
        payload
            .digest
            .is_some_and(|digest| digest.check(&RustCrypto, &parts).is_ok())
    });
    let what = path.display().to_string();
    let Some(payload) = matching else {
        // A size that is nobody's is the clearer reason.
        let kind = if resolved.payloads.iter().any(|payload| same_size(&payload)) {
            "DigestMismatch"
        } else {
            "SizeMismatch"
        };
        let reason = format!(
            "these {size} bytes are none of the {} payloads that the manifest gives a digest for",
            resolved
                .payloads
                .iter()
                .filter(|payload| payload.digest.is_some())
                .count()
        );
        return Err(Error::malformed(kind, what, reason));
    };
    let Some(digest) = payload.digest else {
        return Err(Error::manifest(what)(ErrorKind::DigestMismatch.into()));
    };
    let of = match payload.binding {
        Binding::Plaintext { .. } => "plaintext",
        Binding::Fetched | Binding::Unknown => "fetched",
    };
    Ok(Node::Map(vec![
        ("index".into(), Node::Number(i64::from(payload.component_index))),
        ("digest".into(), show::digest(&model::Digest::from(digest))),
        ("of".into(), Node::word(of)),
        ("size".into(), Node::Quantity(size)),
    ]))
}
