//! `suit manifest create`: from a description to an envelope.

use super::{build_error, spec, write};
use crate::{
    error::{Error, Result},
    files, keys,
    output::{hex0x, Report},
};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use suit_manifest::{build::Envelope, envelope::MAX_ENVELOPE};

/// Longest description, in bytes.
const MAX_SPEC: u64 = 1 << 20;

/// Shown below the options. A test makes an envelope of the small description.
const HELP: &str = "Examples:
  suit manifest create release.toml --out release.suit
  suit manifest create release.json --out release.suit --key author.key
  suit manifest create release.json --payload '#config.bin=config.bin'

A small description, release.toml:
  sequence-number = 3
  components = [\"firmware\"]
  shared-sequence = [
    { override-parameters = { vendor-id = { dns = \"example.com\" }, class-id = { name = \"thermostat\" } } },
    { override-parameters = { image-digest = { file = \"firmware.bin\" } } },
    \"vendor-identifier\", \"class-identifier\",
  ]
  install = [{ override-parameters = { uri = \"https://example.com/firmware.bin\" } }, \"fetch\", \"image-match\"]
  validate = [\"image-match\"]

docs/manifest-create.md has the whole schema. Files are looked for beside the description. Without --key the
envelope has a digest and no signature: see `suit manifest sign`.";

/// Options of `suit manifest create`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub struct Options {
    /// The description: TOML where its name ends in .toml, JSON otherwise
    spec: PathBuf,
    /// Where the envelope goes; without it, beside the description, with the extension .suit
    #[arg(long)]
    out: Option<PathBuf>,
    /// A file that becomes an integrated payload under this key, which a URI of the manifest names; may be repeated
    #[arg(long, value_name = "NAME=FILE")]
    payload: Vec<String>,
    /// An author's private key to sign with at once; may be repeated
    #[arg(long)]
    key: Vec<PathBuf>,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<Report> {
    let name = options.spec.display().to_string();
    let signing = keys::private_all(&options.key)?;
    let text = String::from_utf8(files::read(&options.spec, MAX_SPEC)?)
        .map_err(|e| Error::malformed("BadUtf8", name.as_str(), e))?;
    let spec = spec::read(&options.spec, &text)?;
    let failed = |error| build_error(&name, error);

    let mut envelope = Envelope::new(&spec.manifest, spec.digest).map_err(failed)?;
    for (key, payload) in spec.payloads.iter().chain(&given(&options.payload)?) {
        envelope
            .add_payload(key, payload)
            .map_err(|e| build_error(&format!("{name}: payload {key}"), e))?;
    }
    for signer in keys::signers(&signing) {
        envelope.sign(signer).map_err(failed)?;
    }
    let out = options
        .out
        .clone()
        .unwrap_or_else(|| options.spec.with_extension("suit"));
    if same(&out, &options.spec) {
        return Err(Error::Misuse(
            "the envelope would replace its own description: give --out".into(),
        ));
    }
    let size = write(&envelope, &out)?;
    let json = json!({
        "out": out.display().to_string(),
        "size": size,
        "sequenceNumber": spec.manifest.sequence_number.to_string(),
        "signedBytes": hex0x(envelope.signed_bytes()),
        "signatures": signing.len(),
    });
    Ok(Report::new(json)
        .field("envelope", out.display())
        .field("size", format!("{size} bytes"))
        .field("sequence number", spec.manifest.sequence_number)
        .field("signatures", signing.len()))
}

fn same(out: &Path, spec: &Path) -> bool {
    out == spec || matches!((out.canonicalize(), spec.canonicalize()), (Ok(out), Ok(spec)) if out == spec)
}

/// Payloads of the command line.
fn given(payloads: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
    payloads
        .iter()
        .map(|argument| {
            let (name, file) = name_and_file(argument)?;
            // What does not fit into an envelope is not read.
            Ok((name.to_owned(), files::read(file, MAX_ENVELOPE as u64)?))
        })
        .collect()
}

/// Splits `NAME=FILE`.
pub fn name_and_file(argument: &str) -> Result<(&str, &Path)> {
    match argument.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name, Path::new(file))),
        _ => Err(Error::Misuse(format!("\"{argument}\" is not NAME=FILE"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_that_the_help_shows_makes_an_envelope() {
        let folder = tempfile::tempdir().unwrap();
        let (_, rest) = HELP.split_once("release.toml:\n").unwrap();
        let (description, _) = rest.split_once("\n\n").unwrap();
        let path = folder.path().join("release.toml");
        std::fs::write(&path, description).unwrap();
        std::fs::write(folder.path().join("firmware.bin"), b"firmware").unwrap();
        let options = Options {
            spec: path.clone(),
            out: None,
            payload: Vec::new(),
            key: Vec::new(),
        };
        let report = run(&options).unwrap();
        assert_eq!(report.json()["sequenceNumber"], "3");
        assert!(path.with_extension("suit").exists());
        // Never over the description itself, whatever it is called.
        let onto = Options {
            out: Some(folder.path().join(".").join("release.toml")),
            ..options
        };
        assert_eq!(run(&onto).unwrap_err().exit_code(), 2);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), description);
    }
}
