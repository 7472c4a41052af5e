//! How a component is named to the platform.

use super::MAX_DEPENDENCY_DEPTH;
use crate::{
    cbor::{KeyOrder, Reader},
    manifest::Dependency,
};

/// A component of a manifest: its index there, and its identifier, which is what the platform knows it by.
#[derive(Clone, Copy, Debug)]
pub struct Component<'a> {
    index: u8,
    /// What the dependencies on the way to the manifest prepend; empty where there is nothing.
    prefixes: [&'a [u8]; MAX_DEPENDENCY_DEPTH],
    identifier: &'a [u8],
}

impl<'a> Component<'a> {
    pub(super) const NONE: Self = Self {
        index: 0,
        prefixes: [&[]; MAX_DEPENDENCY_DEPTH],
        identifier: &[],
    };

    pub(super) fn new(index: u8, prefixes: [&'a [u8]; MAX_DEPENDENCY_DEPTH], identifier: &'a [u8]) -> Self {
        Self {
            index,
            prefixes,
            identifier,
        }
    }

    pub(super) fn with_index(self, index: u8) -> Self {
        Self { index, ..self }
    }

    /// Its index in the manifest that is being run; the same component has other indices in other manifests.
    pub fn index(&self) -> usize {
        usize::from(self.index)
    }

    /// Its identifier in the manifest that is being run, as CBOR (`[* bstr]`), without the prefixes of dependencies.
    pub fn identifier(&self) -> &'a [u8] {
        self.identifier
    }

    /// The byte strings of its identifier, those of dependency prefixes first (trust-domains).
    pub fn parts(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let all = self.prefixes.into_iter().chain([self.identifier]);
        all.flat_map(strings)
    }

    /// Whether these are the byte strings of its identifier.
    pub fn is(&self, parts: &[&[u8]]) -> bool {
        self.parts().eq(parts.iter().copied())
    }

    /// Whether both name the same component, whatever their manifests call it.
    pub fn is_same_as(&self, other: &Component<'_>) -> bool {
        self.parts().eq(other.parts())
    }
}

/// The byte strings of `[* bstr]`, which was checked when the manifest was read.
fn strings(identifier: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::with_order(identifier, KeyOrder::Any);
    let count = reader.array().unwrap_or(0);
    (0..count).map_while(move |_| reader.bytes().ok())
}

/// The prefixes within a dependency: those of its dependent, and its own.
pub(super) fn prefixes_of<'a>(
    mut prefixes: [&'a [u8]; MAX_DEPENDENCY_DEPTH],
    depth: usize,
    dependency: &Dependency<'a>,
) -> [&'a [u8]; MAX_DEPENDENCY_DEPTH] {
    if let Some(place) = prefixes.get_mut(depth) {
        *place = dependency.prefix.unwrap_or(&[]);
    }
    prefixes
}
