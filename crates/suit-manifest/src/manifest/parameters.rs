//! Parameters (§8.4.8).

use crate::{
    cbor::{Kind, Reader},
    digest::Digest,
    error::{Error, ErrorKind},
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

/// What one override-parameters or set-parameters sets; `None` for what it does not mention.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parameters<'a> {
    /// 1.
    pub vendor_id: Option<VendorId<'a>>,
    /// 2.
    pub class_id: Option<&'a [u8; 16]>,
    /// 3.
    pub image_digest: Option<Digest<'a>>,
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
    /// How many others it sets: custom ones, and those that this crate does not interpret.
    pub others: usize,
}

impl<'a> Parameters<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let offset = reader.offset();
        let mut map = reader.map()?;
        if map.entries() == 0 {
            return Err(ErrorKind::BadValue.at(offset));
        }
        let mut parameters = Self::default();
        while let Some(key) = map.int_key(reader)? {
            parameters.read_one(key, reader)?;
        }
        Ok(parameters)
    }

    fn read_one(&mut self, key: i64, reader: &mut Reader<'a>) -> Result<(), Error> {
        match key {
            1 => self.vendor_id = Some(vendor_id(reader)?),
            2 => self.class_id = Some(reader.bytes_of()?),
            3 => self.image_digest = Some(Digest::read_embedded(reader)?),
            5 => self.component_slot = Some(reader.uint()?),
            12 => self.strict_order = Some(reader.bool()?),
            13 => self.soft_failure = Some(reader.bool()?),
            14 => self.image_size = Some(reader.uint()?),
            18 => self.content = Some(reader.bytes()?),
            19 => self.encryption_info = Some(reader.bytes()?),
            21 => self.uri = Some(reader.text()?),
            22 => self.source_component = Some(reader.uint()?),
            23 => self.invoke_args = Some(reader.bytes()?),
            24 => self.device_id = Some(reader.bytes_of()?),
            25 => self.fetch_arguments = Some(reader.bytes()?),
            _ => {
                reader.item()?;
                self.others = self.others.saturating_add(1);
            }
        }
        Ok(())
    }
}

fn vendor_id<'a>(reader: &mut Reader<'a>) -> Result<VendorId<'a>, Error> {
    if reader.kind()? == Kind::Tag {
        reader.expect_tag(TAG_PEN)?;
        reader.bytes().map(VendorId::Pen)
    } else {
        reader.bytes_of().map(VendorId::Uuid)
    }
}
