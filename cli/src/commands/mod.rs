//! The commands, a module each.

pub mod device;
pub mod key;
pub mod manifest;
pub mod node;
pub mod operator;
pub mod product;
pub mod publish;
pub mod release;
pub mod upload;
pub mod vendor;

use crate::{
    chain::Chain,
    deadline::Deadline,
    error::{Error, Result},
    output::Progress,
};
use suit_manifest::uuid;
use suit_primitives::{bounds, ClassId, ProductId, VendorId};

/// What every command gets.
pub struct Context {
    /// The node's address.
    pub node: String,
    /// Longest wait in seconds.
    pub timeout: u64,
    /// Where to say how it goes.
    pub progress: Progress,
}

impl Context {
    /// A deadline from now.
    pub fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// Connects to the node.
    pub async fn chain(&self) -> Result<Chain> {
        Chain::connect(&self.node, self.deadline()).await
    }
}

/// The vendor id of a domain name.
pub fn vendor_id(domain: &str) -> Result<VendorId> {
    if domain.is_empty() || domain.len() > bounds::MAX_DOMAIN as usize {
        return Err(Error::Misuse(format!(
            "a domain name has 1 to {} bytes",
            bounds::MAX_DOMAIN
        )));
    }
    Ok(VendorId(uuid::vendor_id(domain)))
}

/// The product of a domain name and a class name.
pub fn product_id(domain: &str, class: &str) -> Result<ProductId> {
    if class.is_empty() || class.len() > bounds::MAX_CLASS_NAME as usize {
        return Err(Error::Misuse(format!(
            "a class name has 1 to {} bytes",
            bounds::MAX_CLASS_NAME
        )));
    }
    let vendor = vendor_id(domain)?;
    Ok(ProductId {
        vendor,
        class: ClassId(uuid::class_id(&vendor.0, class)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output;

    #[test]
    fn a_product_is_named_as_the_standard_derives_it() {
        let product = product_id("arm.com", "suit").unwrap();
        assert_eq!(output::uuid(&product.vendor.0), "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe");
        assert_eq!(output::uuid(&product.class.0), "1492af14-2569-5e48-bf42-9b2d51f2ab45");
    }

    #[test]
    fn empty_names_are_misuse() {
        assert_eq!(product_id("", "suit").unwrap_err().exit_code(), 2);
        assert_eq!(product_id("arm.com", "").unwrap_err().exit_code(), 2);
    }
}
