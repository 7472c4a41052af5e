//! Parameters (§8.4.8).

use super::{code::narrow, read::component_id, VersionMatch};
use crate::{
    cbor::{Kind, Reader, MAX_MAP_ENTRIES},
    digest::Digest,
    error::{Error, ErrorKind, Section, Within as _},
};

/// CBOR tag of a Private Enterprise Number (RFC 9090), which may stand for a vendor.
const TAG_PEN: u64 = 112;

/// Who made the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VendorId<'a> {
    /// A UUID.
    Uuid(&'a [u8; 16]),
    /// A Private Enterprise Number.
    Pen(&'a [u8]),
}

/// Numbers of parameters (IANA registry "SUIT Parameters").
pub mod parameter {
    /// Vendor identifier.
    pub const VENDOR_ID: i64 = 1;
    /// Class identifier.
    pub const CLASS_ID: i64 = 2;
    /// Image digest.
    pub const IMAGE_DIGEST: i64 = 3;
    /// Last time to install (update-management).
    pub const USE_BEFORE: i64 = 4;
    /// Component slot.
    pub const COMPONENT_SLOT: i64 = 5;
    /// Strict order.
    pub const STRICT_ORDER: i64 = 12;
    /// Soft failure.
    pub const SOFT_FAILURE: i64 = 13;
    /// Image size.
    pub const IMAGE_SIZE: i64 = 14;
    /// Content to write or to compare with.
    pub const CONTENT: i64 = 18;
    /// Encryption info (firmware-encryption).
    pub const ENCRYPTION_INFO: i64 = 19;
    /// URI to fetch from.
    pub const URI: i64 = 21;
    /// Component to copy from or to swap with.
    pub const SOURCE_COMPONENT: i64 = 22;
    /// Arguments for what is invoked.
    pub const INVOKE_ARGS: i64 = 23;
    /// Device identifier.
    pub const DEVICE_ID: i64 = 24;
    /// Arguments for fetching.
    pub const FETCH_ARGUMENTS: i64 = 25;
    /// Least battery charge (update-management).
    pub const MINIMUM_BATTERY: i64 = 26;
    /// Priority (update-management).
    pub const UPDATE_PRIORITY: i64 = 27;
    /// Version to compare with (update-management).
    pub const VERSION: i64 = 28;
    /// What to wait for (update-management).
    pub const WAIT_INFO: i64 = 29;
    /// Metadata of the component (update-management).
    pub const COMPONENT_METADATA: i64 = 30;
}

/// What one override-parameters or set-parameters sets, or what is set for a component; `None` for what is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parameters<'a> {
    /// 1.
    pub vendor_id: Option<VendorId<'a>>,
    /// 2.
    pub class_id: Option<&'a [u8; 16]>,
    /// 3.
    pub image_digest: Option<Digest<'a>>,
    /// 4 (update-management), in seconds since 1970.
    pub use_before: Option<u64>,
    /// 5.
    pub component_slot: Option<u64>,
    /// 12.
    pub strict_order: Option<bool>,
    /// 13.
    pub soft_failure: Option<bool>,
    /// 14, in bytes.
    pub image_size: Option<u64>,
    /// 18.
    pub content: Option<&'a [u8]>,
    /// 19 (firmware-encryption): a COSE_Encrypt, as CBOR.
    pub encryption_info: Option<&'a [u8]>,
    /// 21.
    pub uri: Option<&'a str>,
    /// 22: a component index.
    pub source_component: Option<u64>,
    /// 23.
    pub invoke_args: Option<&'a [u8]>,
    /// 24.
    pub device_id: Option<&'a [u8; 16]>,
    /// 25.
    pub fetch_arguments: Option<&'a [u8]>,
    /// 26 (update-management), in mWh.
    pub minimum_battery: Option<u64>,
    /// 27 (update-management); lower is more urgent.
    pub update_priority: Option<i64>,
    /// 28 (update-management): a SUIT_Parameter_Version_Match, as CBOR. See [`super::VersionMatch`].
    pub version: Option<&'a [u8]>,
    /// 29 (update-management): a SUIT_Wait_Event, as CBOR.
    pub wait_info: Option<&'a [u8]>,
    /// 30 (update-management): a SUIT_Component_Metadata, as CBOR.
    pub component_metadata: Option<&'a [u8]>,
    /// How many others it sets: custom ones, and those that this crate does not know.
    pub others: usize,
}

/// Does the same to every parameter.
macro_rules! each_parameter {
    ($apply:ident) => {
        $apply!(
            VENDOR_ID vendor_id, CLASS_ID class_id, IMAGE_DIGEST image_digest, USE_BEFORE use_before,
            COMPONENT_SLOT component_slot, STRICT_ORDER strict_order, SOFT_FAILURE soft_failure, IMAGE_SIZE image_size,
            CONTENT content, ENCRYPTION_INFO encryption_info, URI uri, SOURCE_COMPONENT source_component,
            INVOKE_ARGS invoke_args, DEVICE_ID device_id, FETCH_ARGUMENTS fetch_arguments,
            MINIMUM_BATTERY minimum_battery, UPDATE_PRIORITY update_priority, VERSION version, WAIT_INFO wait_info,
            COMPONENT_METADATA component_metadata
        )
    };
}

impl<'a> Parameters<'a> {
    /// None set, for memory that is laid out when it is compiled.
    pub(crate) const NONE: Self = Self {
        vendor_id: None,
        class_id: None,
        image_digest: None,
        use_before: None,
        component_slot: None,
        strict_order: None,
        soft_failure: None,
        image_size: None,
        content: None,
        encryption_info: None,
        uri: None,
        source_component: None,
        invoke_args: None,
        device_id: None,
        fetch_arguments: None,
        minimum_battery: None,
        update_priority: None,
        version: None,
        wait_info: None,
        component_metadata: None,
        others: 0,
    };

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut parameters = Self::default();
        reader
            .int_entries(1, MAX_MAP_ENTRIES, &mut |reader, key, _| {
                parameters.read_one(key, reader)
            })
            .within(Section::Parameters)?;
        Ok(parameters)
    }

    /// As [`Self::read`], where there may be none: in a record of a report.
    pub(crate) fn read_any(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut parameters = Self::default();
        reader.int_entries(0, MAX_MAP_ENTRIES, &mut |reader, key, _| {
            parameters.read_one(key, reader)
        })?;
        Ok(parameters)
    }

    /// Parameters with the component identifier that they belong to, at key 0: in a claim of a report.
    pub(crate) fn read_claim(reader: &mut Reader<'a>) -> Result<(&'a [u8], Self), Error> {
        let offset = reader.offset();
        let mut map = reader.map()?;
        let mut parameters = Self::default();
        let mut component = None;
        while let Some(key) = map.int_key(reader)? {
            if key == 0 {
                let start = reader.position();
                component_id(reader)?;
                component = Some(reader.slice_from(start));
            } else {
                parameters.read_one(key, reader)?;
            }
        }
        component
            .filter(|_| map.entries() > 1)
            .map(|component| (component, parameters))
            .ok_or(ErrorKind::MissingMember.at(offset))
    }

    fn read_one(&mut self, key: i64, reader: &mut Reader<'a>) -> Result<(), Error> {
        match narrow(key) {
            parameter::VENDOR_ID => set(&mut self.vendor_id, vendor_id(reader)),
            parameter::CLASS_ID => set_id(&mut self.class_id, reader),
            parameter::IMAGE_DIGEST => set(&mut self.image_digest, Digest::read_embedded(reader)),
            parameter::USE_BEFORE => set_uint(&mut self.use_before, reader),
            parameter::COMPONENT_SLOT => set_uint(&mut self.component_slot, reader),
            parameter::STRICT_ORDER => set_bool(&mut self.strict_order, reader),
            parameter::SOFT_FAILURE => set_bool(&mut self.soft_failure, reader),
            parameter::IMAGE_SIZE => set_uint(&mut self.image_size, reader),
            parameter::CONTENT => set_bytes(&mut self.content, reader),
            parameter::ENCRYPTION_INFO => set_bytes(&mut self.encryption_info, reader),
            parameter::URI => set(&mut self.uri, reader.text()),
            parameter::SOURCE_COMPONENT => set_uint(&mut self.source_component, reader),
            parameter::INVOKE_ARGS => set_bytes(&mut self.invoke_args, reader),
            parameter::DEVICE_ID => set_id(&mut self.device_id, reader),
            parameter::FETCH_ARGUMENTS => set_bytes(&mut self.fetch_arguments, reader),
            parameter::MINIMUM_BATTERY => set_uint(&mut self.minimum_battery, reader),
            parameter::UPDATE_PRIORITY => set(&mut self.update_priority, reader.int()),
            parameter::VERSION => set(
                &mut self.version,
                VersionMatch::read(reader).within(Section::UpdateManagement),
            ),
            parameter::WAIT_INFO => set_map(&mut self.wait_info, reader),
            parameter::COMPONENT_METADATA => set_map(&mut self.component_metadata, reader),
            _ => {
                reader.item()?;
                self.others = self.others.saturating_add(1);
                Ok(())
            }
        }
    }

    /// Takes over what `new` sets (override-parameters).
    pub fn override_with(&mut self, new: &Self) {
        macro_rules! apply {
            ($($_number:ident $name:ident),*) => { $( if new.$name.is_some() { self.$name = new.$name; } )* };
        }
        each_parameter!(apply);
        self.others = self.others.saturating_add(new.others);
    }

    /// Takes over what `new` sets and is not set yet (set-parameters).
    pub fn set_missing(&mut self, new: &Self) {
        macro_rules! apply {
            ($($_number:ident $name:ident),*) => { $( if self.$name.is_none() { self.$name = new.$name; } )* };
        }
        each_parameter!(apply);
        self.others = self.others.saturating_add(new.others);
    }

    /// Takes over one parameter of another component by its number (copy-params). False where `from` does not have it,
    /// or where this crate does not know it.
    pub fn copy_from(&mut self, from: &Self, number: i64) -> bool {
        macro_rules! apply {
            ($($number:ident $name:ident),*) => {
                match number {
                    $( parameter::$number => { self.$name = from.$name.or(self.$name); from.$name.is_some() } )*
                    _ => false,
                }
            };
        }
        each_parameter!(apply)
    }
}

/// Puts what was read into its place.
fn set<T>(place: &mut Option<T>, read: Result<T, Error>) -> Result<(), Error> {
    *place = Some(read?);
    Ok(())
}

fn set_uint(place: &mut Option<u64>, reader: &mut Reader<'_>) -> Result<(), Error> {
    set(place, reader.uint())
}

fn set_bool(place: &mut Option<bool>, reader: &mut Reader<'_>) -> Result<(), Error> {
    set(place, reader.bool())
}

fn set_id<'a>(place: &mut Option<&'a [u8; 16]>, reader: &mut Reader<'a>) -> Result<(), Error> {
    set(place, reader.bytes_of())
}

fn set_map<'a>(place: &mut Option<&'a [u8]>, reader: &mut Reader<'a>) -> Result<(), Error> {
    set(place, embedded_map(reader))
}

fn set_bytes<'a>(place: &mut Option<&'a [u8]>, reader: &mut Reader<'a>) -> Result<(), Error> {
    set(place, reader.bytes())
}

/// A byte string that holds a map, as CBOR.
fn embedded_map<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    map_within(reader).within(Section::UpdateManagement)
}

fn map_within<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let (content, mut inner) = reader.embedded()?;
    if inner.kind()? != Kind::Map {
        return Err(inner.error(ErrorKind::WrongType));
    }
    inner.item()?;
    inner.end()?;
    Ok(content)
}

fn vendor_id<'a>(reader: &mut Reader<'a>) -> Result<VendorId<'a>, Error> {
    if reader.kind()? == Kind::Tag {
        reader.expect_tag(TAG_PEN)?;
        reader.bytes().map(VendorId::Pen)
    } else {
        reader.bytes_of().map(VendorId::Uuid)
    }
}
