//! Parameters of a description.

use super::{
    at::{At, Object},
    bytes::{binary, bytes, class_id, digest, uuid_text, vendor_id},
};
use crate::{
    commands::manifest::names::{COMPARISONS, PARAMETERS},
    error::Result,
};
use suit_manifest::{
    build::model::{Parameters, VersionMatch},
    digest::DigestAlgorithm,
    manifest::Comparison,
};

/// What holds for the whole description.
#[derive(Clone, Copy)]
pub struct Defaults {
    /// The digest algorithm where none is named.
    pub digest: DigestAlgorithm,
}

/// Names that mean the same.
const ALIASES: [(&str, &str); 3] = [
    ("vendor-identifier", "vendor-id"),
    ("class-identifier", "class-id"),
    ("device-identifier", "device-id"),
];

/// Reads what one command sets.
pub fn parameters(at: &At<'_>, defaults: Defaults) -> Result<Parameters> {
    let mut set = Parameters::default();
    let mut fields: Vec<(&str, At<'_>)> = at.entries()?;
    if fields.is_empty() {
        return Err(at.error("at least one parameter is expected here"));
    }
    for (name, _) in &mut fields {
        *name = ALIASES
            .iter()
            .find(|(alias, _)| alias == name)
            .map_or(*name, |(_, name)| *name);
    }
    for (index, (name, at)) in fields.iter().enumerate() {
        if fields.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(at.error("this parameter occurs twice, by two names"));
        }
        if set_custom(&mut set, name, at)? {
            continue;
        }
        set_one(&mut set, name, at)?;
    }
    // Derived from the vendor beside it, whichever of them comes first.
    if let Some((_, at)) = fields.iter().find(|(name, _)| *name == "class-id") {
        set.class_id = Some(class_id(at, set.vendor_id.as_ref())?);
    }
    // The file gives both; a size that is given too must be the same.
    if let Some((_, at)) = fields.iter().find(|(name, _)| *name == "image-digest") {
        let (value, size) = digest(at, defaults.digest)?;
        set.image_digest = Some(value);
        match (set.image_size, size) {
            (Some(given), Some(size)) if given != size => {
                return Err(at.error(format!("the file has {size} bytes, image-size says {given}")));
            }
            (None, Some(size)) => set.image_size = Some(size),
            _ => {}
        }
    }
    Ok(set)
}

/// A parameter by number that has no name.
fn set_custom(set: &mut Parameters, name: &str, at: &At<'_>) -> Result<bool> {
    let Ok(number) = name.parse::<i64>() else {
        return Ok(false);
    };
    let known = PARAMETERS.name(number);
    if known != name {
        return Err(at.error(format!("this parameter has a name: {known}")));
    }
    set.custom.insert(number, binary(at)?);
    Ok(true)
}

fn set_one(set: &mut Parameters, name: &str, at: &At<'_>) -> Result<()> {
    match name {
        "vendor-id" => set.vendor_id = Some(vendor_id(at)?),
        // Read when all others are there.
        "class-id" | "image-digest" => {}
        "use-before" => set.use_before = Some(at.int()?),
        "component-slot" => set.component_slot = Some(at.int()?),
        "strict-order" => set.strict_order = Some(at.bool()?),
        "soft-failure" => set.soft_failure = Some(at.bool()?),
        "image-size" => set.image_size = Some(at.int()?),
        "content" => set.content = Some(bytes(at)?),
        "encryption-info" => set.encryption_info = Some(binary(at)?),
        "uri" => set.uri = Some(at.text()?.to_owned()),
        "source-component" => set.source_component = Some(at.int()?),
        "invoke-args" => set.invoke_args = Some(bytes(at)?),
        "device-id" => set.device_id = Some(uuid_text(at)?),
        "fetch-arguments" => set.fetch_arguments = Some(bytes(at)?),
        "minimum-battery" => set.minimum_battery = Some(at.int()?),
        "update-priority" => set.update_priority = Some(at.int()?),
        "version" => set.version = Some(version_match(at)?),
        "wait-info" => set.wait_info = Some(binary(at)?),
        "component-metadata" => set.component_metadata = Some(binary(at)?),
        _ => {
            return Err(at.error(format!(
                "not a parameter; known are {}, and custom ones by number",
                PARAMETERS.all()
            )))
        }
    }
    Ok(())
}

/// `{ comparison, version }`.
fn version_match(at: &At<'_>) -> Result<VersionMatch> {
    let object: Object<'_> = at.object(&["comparison", "version"])?;
    Ok(VersionMatch {
        comparison: comparison(object.required("comparison")?)?,
        version: object.required("version")?.list_of(At::int)?,
    })
}

fn comparison(at: &At<'_>) -> Result<Comparison> {
    let name = at.text()?;
    let found = COMPARISONS.iter().find(|(_, known)| *known == name);
    found.map(|(comparison, _)| *comparison).ok_or_else(|| {
        let known: Vec<&str> = COMPARISONS.iter().map(|(_, name)| *name).collect();
        at.error(format!("not a comparison; known are {}", known.join(", ")))
    })
}
