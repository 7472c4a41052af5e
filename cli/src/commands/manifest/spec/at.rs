//! A value and where it stands, so that every error can say where.

use super::value::Value;
use crate::error::{Error, Result};
use std::path::Path;

/// A value of a description, its path within it, and where files are looked for.
#[derive(Clone)]
pub struct At<'a> {
    value: &'a Value,
    path: String,
    source: &'a Source<'a>,
}

/// Which description it is.
pub struct Source<'a> {
    /// Its file.
    pub file: &'a Path,
    /// The folder that names of files in it start from.
    pub folder: &'a Path,
}

impl<'a> At<'a> {
    /// The whole description.
    pub fn top(value: &'a Value, source: &'a Source<'a>) -> Self {
        Self {
            value,
            path: String::new(),
            source,
        }
    }

    /// The value itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Where files are looked for.
    pub fn source(&self) -> &'a Source<'a> {
        self.source
    }

    /// What is wrong here.
    pub fn error(&self, reason: impl ToString) -> Error {
        let at = match self.path.as_str() {
            "" => "the description",
            path => path,
        };
        Error::Spec {
            what: self.source.file.display().to_string(),
            at: at.to_owned(),
            reason: reason.to_string(),
        }
    }

    fn expected<T>(&self, what: &str) -> Result<T> {
        Err(self.error(format!("{what} is expected here, this is {}", self.value.type_name())))
    }

    fn below(&self, value: &'a Value, name: &str) -> At<'a> {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        At {
            value,
            path,
            source: self.source,
        }
    }

    /// Its entries by name.
    pub fn entries(&self) -> Result<Vec<(&'a str, At<'a>)>> {
        match self.value {
            Value::Map(entries) => Ok(entries
                .iter()
                .map(|(name, value)| (name.as_str(), self.below(value, name)))
                .collect()),
            _ => self.expected("an object"),
        }
    }

    /// Its entries, of which there is none but these.
    pub fn object(&self, names: &[&str]) -> Result<Object<'a>> {
        let entries = self.entries()?;
        for (name, at) in &entries {
            if !names.contains(name) {
                return Err(at.error(format!("not known here; known are {}", names.join(", "))));
            }
        }
        Ok(Object {
            at: self.clone(),
            entries,
        })
    }

    /// Its items.
    pub fn list(&self) -> Result<Vec<At<'a>>> {
        match self.value {
            Value::List(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, value)| At {
                    value,
                    path: format!("{}[{index}]", self.path),
                    source: self.source,
                })
                .collect()),
            _ => self.expected("a list"),
        }
    }

    /// Its items, each read in the same way.
    pub fn list_of<T>(&self, read: impl Fn(&At<'a>) -> Result<T>) -> Result<Vec<T>> {
        self.list()?.iter().map(read).collect()
    }

    /// Its text.
    pub fn text(&self) -> Result<&'a str> {
        match self.value {
            Value::Text(text) => Ok(text),
            _ => self.expected("text"),
        }
    }

    /// Its flag.
    pub fn bool(&self) -> Result<bool> {
        match self.value {
            Value::Bool(value) => Ok(*value),
            _ => self.expected("true or false"),
        }
    }

    /// Its integer, where that fits.
    pub fn int<T: TryFrom<i128>>(&self) -> Result<T> {
        match self.value {
            Value::Int(value) => T::try_from(*value).map_err(|_| self.error("this number is too large or negative")),
            _ => self.expected("an integer"),
        }
    }
}

/// Entries of which every one is known.
pub struct Object<'a> {
    at: At<'a>,
    entries: Vec<(&'a str, At<'a>)>,
}

impl<'a> Object<'a> {
    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&At<'a>> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, at)| at)
    }

    /// The entry of this name, read.
    pub fn read<T>(&self, name: &str, read: impl FnOnce(&At<'a>) -> Result<T>) -> Result<Option<T>> {
        self.get(name).map(read).transpose()
    }

    /// The entry of this name, which must be there.
    pub fn required(&self, name: &str) -> Result<&At<'a>> {
        self.get(name)
            .ok_or_else(|| self.at.error(format!("\"{name}\" is missing")))
    }

    /// The one entry that there is.
    pub fn only(&self) -> Result<(&'a str, &At<'a>)> {
        match self.entries.as_slice() {
            [(name, at)] => Ok((name, at)),
            _ => Err(self.at.error("exactly one name is expected here")),
        }
    }
}
