//! Parameters (§8.4.8), owned.

use super::Digest;
use crate::{
    build::{
        map::{canonical, canonical_bytes, check_item, MapWriter},
        BuildError,
    },
    cbor::{Reader, Writer},
    error::Error,
    manifest::{self, parameter, Comparison},
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// CBOR tag of a Private Enterprise Number (RFC 9090).
const TAG_PEN: u64 = 112;

/// Who made the device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VendorId {
    /// A UUID; see [`crate::uuid::vendor_id`].
    Uuid([u8; 16]),
    /// A Private Enterprise Number: the content of the tagged byte string (RFC 9090).
    Pen(Vec<u8>),
}

/// SUIT_Parameter_Version_Match (update-management).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionMatch {
    /// How the component's version is compared.
    pub comparison: Comparison,
    /// With what: one to [`manifest::MAX_VERSION_PARTS`] integers, negative ones for pre-releases.
    pub version: Vec<i64>,
}

/// What one command sets for a component; `None` for what it does not set. At least one is needed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parameters {
    /// 1.
    pub vendor_id: Option<VendorId>,
    /// 2; see [`crate::uuid::class_id`].
    pub class_id: Option<[u8; 16]>,
    /// 3.
    pub image_digest: Option<Digest>,
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
    pub content: Option<Vec<u8>>,
    /// 19 (firmware-encryption): a COSE_Encrypt or COSE_Encrypt0, as CBOR.
    pub encryption_info: Option<Vec<u8>>,
    /// 21.
    pub uri: Option<String>,
    /// 22: a component index.
    pub source_component: Option<u64>,
    /// 23.
    pub invoke_args: Option<Vec<u8>>,
    /// 24.
    pub device_id: Option<[u8; 16]>,
    /// 25.
    pub fetch_arguments: Option<Vec<u8>>,
    /// 26 (update-management), in mWh.
    pub minimum_battery: Option<u64>,
    /// 27 (update-management); lower is more urgent.
    pub update_priority: Option<i64>,
    /// 28 (update-management).
    pub version: Option<VersionMatch>,
    /// 29 (update-management): a SUIT_Wait_Event, as CBOR (a map).
    pub wait_info: Option<Vec<u8>>,
    /// 30 (update-management): a SUIT_Component_Metadata, as CBOR (a map).
    pub component_metadata: Option<Vec<u8>>,
    /// Custom ones, and those that this crate does not know: number and value, the value as CBOR.
    pub custom: BTreeMap<i64, Vec<u8>>,
}

impl Parameters {
    pub(in crate::build) fn write(&self, writer: &mut Writer) -> Result<(), BuildError> {
        let mut map = MapWriter::default();
        map.optional(parameter::VENDOR_ID, self.vendor_id.as_ref(), |writer, id| {
            id.write(writer)
        });
        map.optional(parameter::CLASS_ID, self.class_id, |writer, id| bytes(writer, &id));
        map.optional(parameter::IMAGE_DIGEST, self.image_digest.as_ref(), |writer, digest| {
            bytes(writer, &digest.encode());
        });
        map.optional(parameter::USE_BEFORE, self.use_before, uint);
        map.optional(parameter::COMPONENT_SLOT, self.component_slot, uint);
        map.optional(parameter::STRICT_ORDER, self.strict_order, bool);
        map.optional(parameter::SOFT_FAILURE, self.soft_failure, bool);
        map.optional(parameter::IMAGE_SIZE, self.image_size, uint);
        map.optional(parameter::CONTENT, self.content.as_deref(), bytes);
        map.optional(parameter::ENCRYPTION_INFO, self.encryption_info.as_deref(), bytes);
        map.optional(parameter::URI, self.uri.as_deref(), |writer, uri| {
            writer.text(uri);
        });
        map.optional(parameter::SOURCE_COMPONENT, self.source_component, uint);
        map.optional(parameter::INVOKE_ARGS, self.invoke_args.as_deref(), bytes);
        map.optional(parameter::DEVICE_ID, self.device_id, |writer, id| bytes(writer, &id));
        map.optional(parameter::FETCH_ARGUMENTS, self.fetch_arguments.as_deref(), bytes);
        map.optional(parameter::MINIMUM_BATTERY, self.minimum_battery, uint);
        map.optional(parameter::UPDATE_PRIORITY, self.update_priority, |writer, priority| {
            writer.int(priority);
        });
        map.optional(parameter::VERSION, self.version.as_ref(), |writer, version| {
            bytes(writer, &version.encode());
        });
        map.optional(parameter::WAIT_INFO, self.wait_info.as_deref(), bytes);
        map.optional(parameter::COMPONENT_METADATA, self.component_metadata.as_deref(), bytes);
        for (number, value) in &self.custom {
            if is_known(*number) {
                return Err(BuildError::NotCustom(*number));
            }
            check_item(value)?;
            map.int(*number, |writer| {
                writer.raw(value);
            });
        }
        map.write(writer);
        Ok(())
    }

    /// Reads parameters that were checked before.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut custom = reader.clone();
        let decoded = manifest::Parameters::read(reader)?;
        let mut parameters = Self::from_known(&decoded)?;
        if decoded.others > 0 {
            let mut map = custom.map()?;
            while let Some(number) = map.int_key(&mut custom)? {
                if is_known(number) {
                    custom.item()?;
                } else {
                    parameters.custom.insert(number, canonical(&mut custom)?);
                }
            }
        }
        Ok(parameters)
    }

    fn from_known(decoded: &manifest::Parameters<'_>) -> Result<Self, Error> {
        let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
        let map = |bytes: Option<&[u8]>| bytes.map(canonical_bytes).transpose();
        Ok(Self {
            vendor_id: decoded.vendor_id.map(VendorId::from),
            class_id: decoded.class_id.copied(),
            image_digest: decoded.image_digest.map(Digest::from),
            use_before: decoded.use_before,
            component_slot: decoded.component_slot,
            strict_order: decoded.strict_order,
            soft_failure: decoded.soft_failure,
            image_size: decoded.image_size,
            content: owned(decoded.content),
            encryption_info: owned(decoded.encryption_info),
            uri: decoded.uri.map(String::from),
            source_component: decoded.source_component,
            invoke_args: owned(decoded.invoke_args),
            device_id: decoded.device_id.copied(),
            fetch_arguments: owned(decoded.fetch_arguments),
            minimum_battery: decoded.minimum_battery,
            update_priority: decoded.update_priority,
            version: decoded.version.map(VersionMatch::read).transpose()?,
            wait_info: map(decoded.wait_info)?,
            component_metadata: map(decoded.component_metadata)?,
            custom: BTreeMap::new(),
        })
    }
}

impl VendorId {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Uuid(id) => writer.bytes(id),
            Self::Pen(number) => writer.tag(TAG_PEN).bytes(number),
        };
    }
}

impl From<manifest::VendorId<'_>> for VendorId {
    fn from(id: manifest::VendorId<'_>) -> Self {
        match id {
            manifest::VendorId::Uuid(id) => Self::Uuid(*id),
            manifest::VendorId::Pen(number) => Self::Pen(number.to_vec()),
        }
    }
}

impl VersionMatch {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.array(2).uint(comparison_number(self.comparison));
        write_version(&self.version, &mut writer);
        writer.finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let decoded = manifest::VersionMatch::decode(bytes)?;
        Ok(Self {
            comparison: decoded.comparison,
            version: decoded.version.parts().collect(),
        })
    }
}

/// `[+ int]`.
pub(super) fn write_version(version: &[i64], writer: &mut Writer) {
    writer.array(version.len());
    for part in version {
        writer.int(*part);
    }
}

const fn comparison_number(comparison: Comparison) -> u64 {
    match comparison {
        Comparison::Greater => 1,
        Comparison::GreaterEqual => 2,
        Comparison::Equal => 3,
        Comparison::LesserEqual => 4,
        Comparison::Lesser => 5,
    }
}

/// Whether [`Parameters`] has a field for this number.
const fn is_known(number: i64) -> bool {
    matches!(
        number,
        parameter::VENDOR_ID..=parameter::COMPONENT_SLOT
            | parameter::STRICT_ORDER..=parameter::IMAGE_SIZE
            | parameter::CONTENT
            | parameter::ENCRYPTION_INFO
            | parameter::URI..=parameter::COMPONENT_METADATA
    )
}

fn uint(writer: &mut Writer, value: u64) {
    writer.uint(value);
}

fn bool(writer: &mut Writer, value: bool) {
    writer.bool(value);
}

fn bytes(writer: &mut Writer, value: &[u8]) {
    writer.bytes(value);
}
