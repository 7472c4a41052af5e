//! SUIT_Dependencies (draft-ietf-suit-trust-domains): which components are envelopes of other manifests.

use super::{read::component_id, MAX_COMPONENTS};
use crate::{
    cbor::{Reader, MAX_MAP_ENTRIES},
    error::{Error, ErrorKind},
};

const PREFIX: i64 = 1;

/// A component that holds the envelope of another manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dependency<'a> {
    /// Its component index.
    pub index: u64,
    /// What goes before the component identifiers of that manifest, as CBOR (`[* bstr]`).
    pub prefix: Option<&'a [u8]>,
    /// All that is said of it (SUIT_Dependency_Metadata), extensions included, as CBOR.
    pub metadata: &'a [u8],
}

/// The dependencies of a manifest.
#[derive(Clone, Debug)]
pub struct Dependencies<'a> {
    /// At the map.
    reader: Reader<'a>,
    /// The greatest component index that is named.
    pub(super) greatest: u64,
}

impl<'a> Dependencies<'a> {
    /// Reads `{ + uint => { ? 1 => component-id, * } }`.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut dependencies = Self {
            reader: reader.clone(),
            greatest: 0,
        };
        reader.int_entries(1, MAX_COMPONENTS, &mut |reader, index, _| {
            let index = u64::try_from(index).map_err(|_| reader.error(ErrorKind::ComponentIndex))?;
            dependencies.greatest = dependencies.greatest.max(index);
            metadata(reader).map(drop)
        })?;
        Ok(dependencies)
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = Dependency<'a>> + use<'a> {
        let mut reader = self.reader.clone();
        let len = reader.map().map_or(0, |map| map.entries());
        (0..len).map_while(move |_| {
            let index = reader.uint().ok()?;
            let start = reader.position();
            let prefix = metadata(&mut reader).ok()?;
            let metadata = reader.slice_from(start);
            Some(Dependency {
                index,
                prefix,
                metadata,
            })
        })
    }
}

/// The prefix, where there is one. Other members are extensions that this crate does not know; they are passed over.
fn metadata<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Error> {
    let mut prefix = None;
    reader.int_entries(0, MAX_MAP_ENTRIES, &mut |reader, key, _| {
        let start = reader.position();
        if key == PREFIX {
            component_id(reader)?;
            prefix = Some(reader.slice_from(start));
            return Ok(());
        }
        reader.item().map(drop)
    })?;
    Ok(prefix)
}
