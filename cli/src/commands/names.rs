//! How vendors, products, keys and accounts are named on the command line and in what is shown.

use crate::{
    error::{Error, Result},
    keys, output,
};
use codec::Decode;
use serde_json::{json, Value};
use std::path::Path;
use subxt::utils::AccountId32;
use suit_manifest::{crypto::RustCrypto, uuid};
use suit_primitives::{apis::VendorInfo, bounds, ClassId, KeyId, ProductId, VendorId};

/// The vendor id of a domain name; or of a UUID, for a vendor that was registered by one. A domain name that a vendor can
/// have has a dot, so it never reads as a UUID.
pub fn vendor_id(name: &str) -> Result<VendorId> {
    if let Some(uuid) = uuid_bytes(name) {
        return Ok(VendorId(uuid));
    }
    if name.is_empty() || name.len() > bounds::MAX_DOMAIN as usize {
        return Err(Error::Misuse(format!(
            "a domain name has 1 to {} bytes",
            bounds::MAX_DOMAIN
        )));
    }
    Ok(VendorId(uuid::vendor_id(name)))
}

/// The product of a vendor and a class name.
pub fn product_id(vendor: &str, class: &str) -> Result<ProductId> {
    if class.is_empty() || class.len() > bounds::MAX_CLASS_NAME as usize {
        return Err(Error::Misuse(format!(
            "a class name has 1 to {} bytes",
            bounds::MAX_CLASS_NAME
        )));
    }
    let vendor = vendor_id(vendor)?;
    Ok(ProductId {
        vendor,
        class: ClassId(uuid::class_id(&vendor.0, class)),
    })
}

/// Both ids of a product, for machines.
pub fn ids(product: &ProductId) -> Value {
    json!({ "vendor": output::uuid(&product.vendor.0), "class": output::uuid(&product.class.0) })
}

/// The 16 bytes of a UUID as it is written, in five groups.
pub fn uuid_bytes(text: &str) -> Option<[u8; 16]> {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.iter().map(|group| group.len()).ne([8, 4, 4, 4, 12]) {
        return None;
    }
    hex::decode(groups.concat()).ok()?.try_into().ok()
}

/// A key by its thumbprint, or by a file that it is in.
pub fn key_id(text: &str) -> Result<KeyId> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if let Some(thumbprint) = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok()) {
        return Ok(KeyId(thumbprint));
    }
    if text.starts_with("0x") {
        return Err(Error::Misuse(format!(
            "{text} is not a thumbprint: 0x and 64 hexadecimal digits, as `suit vendor show` lists them"
        )));
    }
    Ok(KeyId(keys::public(Path::new(text))?.thumbprint(&RustCrypto)))
}

/// An account as people write it.
pub fn account_id(text: &str) -> Result<AccountId32> {
    text.parse()
        .map_err(|e| Error::Misuse(format!("{text} is not an account in SS58: {e}")))
}

/// The same from a record of the chain.
pub fn account_text(encoded: &[u8]) -> Result<String> {
    let account = AccountId32::decode(&mut &encoded[..])
        .map_err(|e| Error::Incompatible(format!("an account of the vendor's record: {e}")))?;
    Ok(account.to_string())
}

/// The name by which a vendor is given to commands: its domain, or its UUID where it has none.
pub fn vendor_text(vendor: VendorId, info: &VendorInfo) -> String {
    if info.domain.is_empty() {
        output::uuid(&vendor.0)
    } else {
        String::from_utf8_lossy(&info.domain).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARM: &str = "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe";

    #[test]
    fn a_product_is_named_as_the_standard_derives_it() {
        let product = product_id("arm.com", "suit").unwrap();
        assert_eq!(output::uuid(&product.vendor.0), ARM);
        assert_eq!(output::uuid(&product.class.0), "1492af14-2569-5e48-bf42-9b2d51f2ab45");
    }

    #[test]
    fn a_vendor_is_named_by_its_domain_or_by_its_uuid() {
        assert_eq!(vendor_id(ARM).unwrap(), vendor_id("arm.com").unwrap());
        assert_eq!(vendor_id(&ARM.to_uppercase()).unwrap(), vendor_id("arm.com").unwrap());
        assert_eq!(product_id(ARM, "suit").unwrap(), product_id("arm.com", "suit").unwrap());
        let close = "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ff";
        assert_ne!(vendor_id(close).unwrap(), vendor_id(ARM).unwrap());
        assert_eq!(uuid_bytes("fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffg"), None);
    }

    #[test]
    fn empty_names_are_misuse() {
        assert_eq!(product_id("", "suit").unwrap_err().exit_code(), 2);
        assert_eq!(product_id("arm.com", "").unwrap_err().exit_code(), 2);
    }

    #[test]
    fn a_key_is_named_by_its_thumbprint_or_its_file() {
        let id = KeyId([0x5a; 32]);
        assert_eq!(key_id(&output::hex0x(id.0)).unwrap(), id);
        assert_eq!(key_id(&hex::encode(id.0)).unwrap(), id);
        assert_eq!(key_id("0x5a").unwrap_err().exit_code(), 2);
        assert_eq!(key_id("no/such/file.pub").unwrap_err().kind(), "File");
    }

    #[test]
    fn an_account_is_read_in_ss58_alone() {
        let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        assert_eq!(account_id(alice).unwrap().to_string(), alice);
        assert_eq!(account_id("//Alice").unwrap_err().exit_code(), 2);
    }
}
