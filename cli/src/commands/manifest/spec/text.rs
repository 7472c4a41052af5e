//! Text of a description, by language.

use super::{at::At, bytes::component_id, value::Value};
use crate::{
    commands::manifest::names::{Names, COMPONENT_TEXT, MANIFEST_TEXT},
    error::Result,
};
use std::collections::BTreeMap;
use suit_manifest::build::model::{ComponentId, LanguageText, Text};

/// Where a language's texts about components stand.
const COMPONENTS: &str = "components";
/// Which component they are about.
const COMPONENT: &str = "component";

/// `{ LANGUAGE: { NAME: TEXT, components: [ { component, NAME: TEXT } ] } }`
pub fn text(at: &At<'_>, components: &[ComponentId]) -> Result<Text> {
    let languages = at
        .entries()?
        .iter()
        .map(|(tag, at)| Ok(((*tag).to_owned(), language(at, components)?)))
        .collect::<Result<BTreeMap<_, _>>>()?;
    if languages.is_empty() {
        return Err(at.error("at least one language is expected here"));
    }
    Ok(Text(languages))
}

fn language(at: &At<'_>, components: &[ComponentId]) -> Result<LanguageText> {
    let mut language = LanguageText {
        manifest: sentences(at, &MANIFEST_TEXT, COMPONENTS)?,
        ..LanguageText::default()
    };
    let entries = at.entries()?;
    let Some((_, list)) = entries.iter().find(|(name, _)| *name == COMPONENTS) else {
        return Ok(language);
    };
    for at in list.list()? {
        let texts = sentences(&at, &COMPONENT_TEXT, COMPONENT)?;
        let entries = at.entries()?;
        let Some((_, which)) = entries.iter().find(|(name, _)| *name == COMPONENT) else {
            return Err(at.error("\"component\" is missing"));
        };
        let id = component(which, components)?;
        if language.components.insert(id, texts).is_some() {
            return Err(which.error("this component has its texts already"));
        }
    }
    Ok(language)
}

/// A component by index, or by identifier.
fn component(at: &At<'_>, components: &[ComponentId]) -> Result<ComponentId> {
    let Value::Int(_) = at.value() else {
        return component_id(at);
    };
    let index: usize = at.int()?;
    components
        .get(index)
        .cloned()
        .ok_or_else(|| at.error("there is no component with this index"))
}

/// Sentences by name or number; `other` is read elsewhere.
fn sentences(at: &At<'_>, names: &Names, other: &str) -> Result<BTreeMap<i64, String>> {
    let entries = at.entries()?;
    let mut sentences = BTreeMap::new();
    for (name, at) in entries.iter().filter(|(name, _)| *name != other) {
        let number = names.number(name).ok_or_else(|| {
            at.error(format!(
                "not known here; known are {}, {other}, and numbers",
                names.all()
            ))
        })?;
        if sentences.insert(number, at.text()?.to_owned()).is_some() {
            return Err(at.error("this text occurs twice"));
        }
    }
    Ok(sentences)
}
