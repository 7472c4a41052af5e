//! Parameters (§8.4.8).

use super::{read::component_id, VersionMatch};
use crate::{
    cbor::{Kind, Reader},
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
        let offset = reader.offset();
        let mut map = reader.map()?;
        if map.entries() == 0 {
            return Err(ErrorKind::BadValue.at(offset).within(Section::Parameters));
        }
        let mut parameters = Self::default();
        while let Some(key) = map.int_key(reader).within(Section::Parameters)? {
            parameters.read_one(key, reader).within(Section::Parameters)?;
        }
        Ok(parameters)
    }

    /// As [`Self::read`], where there may be none: in a record of a report.
    pub(crate) fn read_any(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut map = reader.map()?;
        let mut parameters = Self::default();
        while let Some(key) = map.int_key(reader)? {
            parameters.read_one(key, reader)?;
        }
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
        match key {
            parameter::VENDOR_ID => self.vendor_id = Some(vendor_id(reader)?),
            parameter::CLASS_ID => self.class_id = Some(reader.bytes_of()?),
            parameter::IMAGE_DIGEST => self.image_digest = Some(Digest::read_embedded(reader)?),
            parameter::USE_BEFORE => self.use_before = Some(reader.uint()?),
            parameter::COMPONENT_SLOT => self.component_slot = Some(reader.uint()?),
            parameter::STRICT_ORDER => self.strict_order = Some(reader.bool()?),
            parameter::SOFT_FAILURE => self.soft_failure = Some(reader.bool()?),
            parameter::IMAGE_SIZE => self.image_size = Some(reader.uint()?),
            parameter::CONTENT => self.content = Some(reader.bytes()?),
            parameter::ENCRYPTION_INFO => self.encryption_info = Some(reader.bytes()?),
            parameter::URI => self.uri = Some(reader.text()?),
            parameter::SOURCE_COMPONENT => self.source_component = Some(reader.uint()?),
            parameter::INVOKE_ARGS => self.invoke_args = Some(reader.bytes()?),
            parameter::DEVICE_ID => self.device_id = Some(reader.bytes_of()?),
            parameter::FETCH_ARGUMENTS => self.fetch_arguments = Some(reader.bytes()?),
            parameter::MINIMUM_BATTERY => self.minimum_battery = Some(reader.uint()?),
            parameter::UPDATE_PRIORITY => self.update_priority = Some(reader.int()?),
            parameter::VERSION => self.version = Some(VersionMatch::read(reader).within(Section::UpdateManagement)?),
            parameter::WAIT_INFO => self.wait_info = Some(embedded_map(reader).within(Section::UpdateManagement)?),
            parameter::COMPONENT_METADATA => {
                self.component_metadata = Some(embedded_map(reader).within(Section::UpdateManagement)?);
            }
            _ => {
                reader.item()?;
                self.others = self.others.saturating_add(1);
            }
        }
        Ok(())
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

/// A byte string that holds a map, as CBOR.
fn embedded_map<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
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
