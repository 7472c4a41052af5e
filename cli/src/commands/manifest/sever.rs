//! `suit manifest sever` and `suit manifest attach`: severed members leave an envelope and come back.

use super::{build_error, create::name_and_file, names, open, write};
use crate::{
    error::{Error, Result},
    files,
    output::Report,
};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use suit_manifest::{envelope::MAX_ENVELOPE, manifest::Severable};

/// Options of `suit manifest sever`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    suit manifest sever release.suit --member text --out device.suit\n  \
    suit manifest sever release.suit --member text --member install --keep-in parts\n\n\
    A member can be taken out where the manifest has its digest in its place: where the description says\n\
    \"sever\": true. Each is kept as DIR/NAME.cbor, for `suit manifest attach`.")]
pub struct Sever {
    /// The envelope
    file: PathBuf,
    /// Which member; may be repeated
    #[arg(long, required = true, value_name = "NAME", value_parser = member)]
    member: Vec<Severable>,
    /// Where the smaller envelope goes; without it, into FILE itself, which needs --keep-in
    #[arg(long, required_unless_present = "keep_in")]
    out: Option<PathBuf>,
    /// Folder for the members that are taken out
    #[arg(long, value_name = "DIR")]
    keep_in: Option<PathBuf>,
}

/// Options of `suit manifest attach`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  \
    suit manifest attach device.suit --member text=parts/text.cbor --out full.suit\n\n\
    A member whose digest is not the one in the manifest is refused.")]
pub struct Attach {
    /// The envelope
    file: PathBuf,
    /// Which member, and its bytes; may be repeated
    #[arg(long, required = true, value_name = "NAME=FILE")]
    member: Vec<String>,
    /// Where the larger envelope goes; without it, into FILE itself
    #[arg(long)]
    out: Option<PathBuf>,
}

/// A member by its name.
fn member(name: &str) -> std::result::Result<Severable, String> {
    names::member_of(name).ok_or_else(|| {
        let known: Vec<&str> = Severable::ALL.into_iter().map(names::member).collect();
        format!("not a severable member; known are {}", known.join(", "))
    })
}

/// Runs `suit manifest sever`.
pub fn sever(options: &Sever) -> Result<Report> {
    let mut envelope = open(&options.file)?;
    let failed = |error| build_error(&options.file.display().to_string(), error);
    let mut parts = Vec::new();
    for member in &options.member {
        parts.push((*member, envelope.sever(*member).map_err(failed)?));
    }
    if let Some(folder) = &options.keep_in {
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        for (member, content) in &parts {
            files::replace(&folder.join(format!("{}.cbor", names::member(*member))), content)?;
        }
    }
    let members: Vec<&str> = parts.iter().map(|(member, _)| names::member(*member)).collect();
    report(
        &envelope,
        options.out.as_deref().unwrap_or(&options.file),
        "severed",
        &members,
    )
}

/// Runs `suit manifest attach`.
pub fn attach(options: &Attach) -> Result<Report> {
    let mut envelope = open(&options.file)?;
    let mut members = Vec::new();
    for argument in &options.member {
        let (name, file) = name_and_file(argument)?;
        let member = member(name).map_err(|reason| Error::Misuse(format!("{name}: {reason}")))?;
        let content = files::read(file, MAX_ENVELOPE as u64)?;
        envelope
            .attach(member, &content)
            .map_err(|e| build_error(&file.display().to_string(), e))?;
        members.push(names::member(member));
    }
    report(
        &envelope,
        options.out.as_deref().unwrap_or(&options.file),
        "attached",
        &members,
    )
}

fn report(envelope: &suit_manifest::build::Envelope, out: &Path, done: &str, members: &[&str]) -> Result<Report> {
    let size = write(envelope, out)?;
    let json = json!({ "out": out.display().to_string(), "size": size, done: members });
    Ok(Report::new(json)
        .field("envelope", out.display())
        .field("size", format!("{size} bytes"))
        .field(done, members.join(", ")))
}
