//! Vendor and class identifiers (draft-ietf-suit-manifest-37 §8.4.8.1): UUIDs of version 5 (RFC 9562 §5.5).

use uuid::Uuid;

/// Vendor identifier: UUIDv5 of the vendor's domain name in the DNS namespace. The name is taken as it is: lower-case it
/// first, and encode it as A-labels.
pub fn vendor_id(domain: &str) -> [u8; 16] {
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, domain.as_bytes()).into_bytes()
}

/// Class identifier: UUIDv5 of the class name in the vendor's namespace.
pub fn class_id(vendor: &[u8; 16], class_name: &str) -> [u8; 16] {
    Uuid::new_v5(&Uuid::from_bytes(*vendor), class_name.as_bytes()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arm_com_and_suit_give_the_identifiers_of_the_official_examples() {
        let vendor = vendor_id("arm.com");
        assert_eq!(hex::encode(vendor), "fa6b4a53d5ad5fdfbe9de663e4d41ffe");
        assert_eq!(
            hex::encode(class_id(&vendor, "suit")),
            "1492af1425695e48bf429b2d51f2ab45"
        );
    }

    #[test]
    fn class_names_of_two_vendors_give_two_identifiers() {
        assert_ne!(
            class_id(&vendor_id("arm.com"), "suit"),
            class_id(&vendor_id("example.com"), "suit")
        );
    }
}
