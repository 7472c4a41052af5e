//! `suit manifest`: make envelopes, sign them, look into them, check them by keys of one's own. No chain is asked.

mod create;
mod external;
mod inspect;
mod names;
mod payloads;
mod sever;
mod show;
mod sign;
mod spec;
mod tree;
mod verify;

use super::Context;
use crate::{
    error::{Error, Result},
    files,
    output::Report,
};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use suit_manifest::{
    build::{BuildError, Envelope},
    cose::SignError,
    envelope::Mode,
    error::ErrorKind,
};

/// Longest envelope file that is read, in bytes: more than any decoder takes, so that one can see what is wrong with it.
const MAX_ENVELOPE: u64 = 1 << 20;

/// SUIT envelopes in files
#[derive(Subcommand, Debug)]
#[command(after_help = "From a description to a signed release:\n  \
    suit manifest create release.toml --out release.suit\n  \
    suit manifest sign release.suit --key author.key\n  \
    suit manifest verify release.suit --key author.key.pub\n  \
    suit manifest sever release.suit --member text --keep-in parts --out device.suit\n\n\
    Exit codes: 0 it holds; 1 refused, with a typed reason (--json: {\"error\":{\"kind\":…,\"offset\":…}}); 2 misuse.")]
pub enum Command {
    /// Show everything that an envelope says, as a tree, without believing it
    #[command(after_help = "Examples:\n  suit manifest inspect release.suit\n  \
        suit manifest inspect other.cbor --lenient --json\n\n\
        Digests that do not hold are shown as such. Where the manifest cannot be read, what is around it is shown\n\
        together with the error: what is wrong, at which byte, and which section of the standard says so.")]
    Inspect(Reading),
    /// Check digests, signatures and completeness by keys of your own: exit code 0 if it holds
    Verify(verify::Options),
    /// List the products that a manifest is for, and every payload that it may fetch
    #[command(after_help = "Examples:\n  suit manifest payloads release.suit\n  \
        suit manifest payloads release.suit --json\n\n\
        Nothing is run: every way that a device may go through the manifest is followed. A manifest for which this cannot\n\
        be decided is refused with the reason.")]
    Payloads(Reading),
    /// Make an envelope from a description in JSON or TOML
    Create(create::Options),
    /// Add a signature: by a key here, by a command, or by one that was made elsewhere
    Sign(Box<sign::Options>),
    /// Take severed members out of an envelope; its signatures still hold
    Sever(sever::Sever),
    /// Put severed members back into an envelope
    Attach(sever::Attach),
}

/// An envelope to read, and how strictly.
#[derive(Args, Debug)]
pub struct Reading {
    /// The envelope
    file: PathBuf,
    /// Take map keys in any order and a missing tag, as some tools write them
    #[arg(long)]
    lenient: bool,
}

impl Reading {
    fn bytes(&self) -> Result<Vec<u8>> {
        files::read(&self.file, MAX_ENVELOPE)
    }

    fn mode(&self) -> Mode {
        if self.lenient {
            Mode::Lenient
        } else {
            Mode::Strict
        }
    }

    fn name(&self) -> String {
        self.file.display().to_string()
    }

    /// An error of this envelope's. One that the other mode would not make says so.
    fn failed(&self, error: suit_manifest::error::Error) -> Error {
        let hint = match error.kind {
            ErrorKind::KeyOrder if !self.lenient => " (--lenient takes map keys in any order)",
            _ => "",
        };
        Error::manifest(format!("{}{hint}", self.name()))(error)
    }
}

/// Runs a command.
pub fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Inspect(reading) => inspect::run(&reading),
        Command::Verify(options) => verify::run(&options),
        Command::Payloads(reading) => payloads::run(&reading),
        Command::Create(options) => create::run(&options),
        Command::Sign(options) => sign::run(&options, context),
        Command::Sever(options) => sever::sever(&options),
        Command::Attach(options) => sever::attach(&options),
    }
}

/// Reads an envelope to change what is around its manifest.
fn open(file: &Path) -> Result<Envelope> {
    let bytes = files::read(file, MAX_ENVELOPE)?;
    Envelope::decode(&bytes, Mode::Strict).map_err(Error::manifest(file.display().to_string()))
}

/// Writes an envelope, so that there is the old one or the new one.
fn write(envelope: &Envelope, file: &Path) -> Result<usize> {
    let bytes = envelope
        .encode()
        .map_err(|e| build_error(&file.display().to_string(), e))?;
    files::replace(file, &bytes)?;
    Ok(bytes.len())
}

/// An error of the builder's, with what it is about.
fn build_error(what: &str, error: BuildError) -> Error {
    let kind = match error {
        BuildError::Malformed(error) | BuildError::Sign(SignError::Malformed(error)) => {
            return Error::manifest(what)(error)
        }
        BuildError::NoImage => "NoImage",
        BuildError::NoUri => "NoUri",
        BuildError::EmptyImage => "EmptyImage",
        BuildError::NotCustom(_) => "NotCustom",
        BuildError::UnsupportedDigest(_) => "UnsupportedDigest",
        BuildError::NotSevered(_) => "NotSevered",
        BuildError::MissingMember(_) => "MissingMember",
        BuildError::UnusedPayload => "UnusedPayload",
        BuildError::Sign(SignError::AlreadySigned) => "AlreadySigned",
        BuildError::Sign(SignError::TooManySigners) => "TooManySigners",
        BuildError::Sign(SignError::AlgorithmMismatch) => "AlgorithmMismatch",
        BuildError::Sign(SignError::SignatureLength) => "SignatureLength",
        BuildError::Sign(SignError::NoSigner) => "NoSigner",
        BuildError::Sign(_) => "SignerFailed",
        _ => "BadManifest",
    };
    Error::malformed(kind, what, error)
}

#[cfg(test)]
mod tests;
