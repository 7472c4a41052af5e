//! A description of a manifest in JSON or TOML; `docs/manifest-create.md` has its schema.
//!
//! Names are those of the drafts. Every error says where in the description it is.

mod at;
mod bytes;
mod commands;
mod parameters;
mod text;
mod value;

use crate::error::{Error, Result};
use at::{At, Object, Source};
use bytes::{binary, component_id, digest_algorithm, file};
use commands::sequence;
use parameters::Defaults;
use std::path::Path;
use suit_manifest::{
    build::model::{Dependency, Manifest, Severable},
    digest::DigestAlgorithm,
};
use value::Value;

/// What a description makes.
#[derive(Debug)]
pub struct Spec {
    /// The manifest.
    pub manifest: Manifest,
    /// Algorithm of the manifest's digest.
    pub digest: DigestAlgorithm,
    /// Integrated payloads: key and bytes.
    pub payloads: Vec<(String, Vec<u8>)>,
}

/// Names of the top level.
const MEMBERS: [&str; 18] = [
    "sequence-number",
    "digest-algorithm",
    "reference-uri",
    "manifest-component-id",
    "set-version",
    "components",
    "dependencies",
    "shared-sequence",
    "validate",
    "load",
    "invoke",
    "uninstall",
    "dependency-resolution",
    "payload-fetch",
    "candidate-verification",
    "install",
    "text",
    "coswid",
];
/// Besides the manifest.
const PAYLOADS: &str = "integrated-payloads";

/// Reads a description. `name` is its file: errors name it, files are looked for beside it, and its extension says which
/// language it is in (TOML where it is `.toml`, JSON otherwise).
pub fn read(name: &Path, text: &str) -> Result<Spec> {
    let source = Source {
        file: name,
        folder: name.parent().unwrap_or(Path::new("")),
    };
    let value = parse(name, text).map_err(|reason| Error::Spec {
        what: name.display().to_string(),
        at: "the description".into(),
        reason,
    })?;
    spec(&At::top(&value, &source))
}

fn parse(name: &Path, text: &str) -> std::result::Result<Value, String> {
    if name.extension().is_some_and(|extension| extension == "toml") {
        toml::from_str(text).map_err(|e| e.to_string())
    } else {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }
}

fn spec(top: &At<'_>) -> Result<Spec> {
    let names: Vec<&str> = MEMBERS.into_iter().chain([PAYLOADS]).collect();
    let object = top.object(&names)?;
    let digest = object
        .read("digest-algorithm", digest_algorithm)?
        .unwrap_or(DigestAlgorithm::Sha256);
    let defaults = Defaults { digest };
    let payloads = match object.get(PAYLOADS) {
        Some(at) => at
            .entries()?
            .iter()
            .map(|(name, at)| Ok(((*name).to_owned(), payload(at)?)))
            .collect::<Result<_>>()?,
        None => Vec::new(),
    };
    Ok(Spec {
        manifest: manifest(&object, defaults)?,
        digest,
        payloads,
    })
}

fn payload(at: &At<'_>) -> Result<Vec<u8>> {
    match at.text() {
        Ok(_) => file(at),
        Err(_) => binary(at),
    }
}

fn manifest(object: &Object<'_>, defaults: Defaults) -> Result<Manifest> {
    let fixed = |name| object.read(name, |at| sequence(at, defaults));
    let commands = |name| {
        object.read(name, |at| {
            severable(at, defaults, "commands", |at| sequence(at, defaults))
        })
    };
    let components = object.required("components")?.list_of(component_id)?;
    let text = object.read("text", |at| {
        severable(at, defaults, "languages", |at| text::text(at, &components))
    })?;
    Ok(Manifest {
        sequence_number: object.required("sequence-number")?.int()?,
        reference_uri: object.read("reference-uri", |at| at.text().map(str::to_owned))?,
        manifest_component_id: object.read("manifest-component-id", component_id)?,
        set_version: object.read("set-version", |at| at.list_of(At::int))?,
        dependencies: object
            .read("dependencies", |at| at.list_of(dependency))?
            .unwrap_or_default(),
        shared: fixed("shared-sequence")?,
        validate: fixed("validate")?,
        load: fixed("load")?,
        invoke: fixed("invoke")?,
        uninstall: fixed("uninstall")?,
        dependency_resolution: commands("dependency-resolution")?,
        payload_fetch: commands("payload-fetch")?,
        candidate_verification: commands("candidate-verification")?,
        install: commands("install")?,
        text,
        coswid: object.read("coswid", |at| coswid(at, defaults))?,
        components,
    })
}

/// The content itself, or `{ sever, digest-algorithm, CONTENT }`.
fn severable<T>(
    at: &At<'_>,
    defaults: Defaults,
    content: &str,
    read: impl FnOnce(&At<'_>) -> Result<T>,
) -> Result<Severable<T>> {
    let wrapped = matches!(at.value(), Value::Map(entries) if entries.iter().any(|(name, _)| name == content));
    if !wrapped {
        return read(at).map(Severable::Inside);
    }
    let object = at.object(&["sever", "digest-algorithm", content])?;
    let inside = Severable::Inside(read(object.required(content)?)?);
    let algorithm = object
        .read("digest-algorithm", digest_algorithm)?
        .unwrap_or(defaults.digest);
    Ok(match object.read("sever", At::bool)? {
        Some(true) => inside.sever(algorithm),
        _ => inside,
    })
}

/// `{ hex }` or `{ file }`, or that as `tag` beside `sever`.
fn coswid(at: &At<'_>, defaults: Defaults) -> Result<Severable<Vec<u8>>> {
    severable(at, defaults, "tag", binary)
}

/// `{ component, prefix }`.
fn dependency(at: &At<'_>) -> Result<Dependency> {
    let object = at.object(&["component", "prefix"])?;
    Ok(Dependency {
        index: object.required("component")?.int()?,
        prefix: object.read("prefix", component_id)?,
        ..Dependency::default()
    })
}

#[cfg(test)]
mod tests;
