//! Domain names, class names, policies.

use suit_primitives::{
    bounds::{MAX_CLASS_NAME, MAX_DOMAIN, MAX_REPLICAS, MAX_SIGNERS},
    refusal::Refusal,
    release::Policy,
};

/// The domain name, where it is one of at least two lower-case A-labels (RFC 5890 §2.3.2.1): one spelling a domain, so
/// that one domain has one vendor id.
pub(crate) fn domain(bytes: &[u8]) -> Result<&str, Refusal> {
    let name = core::str::from_utf8(bytes).map_err(|_| Refusal::BadDomain)?;
    let labels = name.split('.').count();
    // A last label of digits would make it an address, not a name.
    let top_is_name = name
        .rsplit('.')
        .next()
        .is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    if name.len() <= MAX_DOMAIN as usize && labels >= 2 && top_is_name && name.split('.').all(is_label) {
        Ok(name)
    } else {
        Err(Refusal::BadDomain)
    }
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let ldh = bytes
        .iter()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
    // "--" in third place is reserved (RFC 5890 §2.3.1) but for the prefix of an A-label.
    let reserved = bytes.get(2..4) == Some(b"--") && (!label.starts_with("xn--") || label.len() == 4);
    (1..=63).contains(&label.len()) && ldh && !label.starts_with('-') && !label.ends_with('-') && !reserved
}

/// Refuses a UUID that a vendor cannot have of its own: nil, max, and version 5, which is derived from names.
pub(crate) fn own_uuid(uuid: &[u8; 16]) -> Result<(), Refusal> {
    let [_, _, _, _, _, _, version, ..] = uuid;
    if *uuid == [0; 16] || *uuid == [0xff; 16] || version >> 4 == 5 {
        return Err(Refusal::BadUuid);
    }
    Ok(())
}

/// The class name, where it is UTF-8 without control characters and not empty.
pub(crate) fn class_name(bytes: &[u8]) -> Result<&str, Refusal> {
    let name = core::str::from_utf8(bytes).map_err(|_| Refusal::BadClassName)?;
    if name.is_empty() || name.len() > MAX_CLASS_NAME as usize || name.chars().any(char::is_control) {
        return Err(Refusal::BadClassName);
    }
    Ok(name)
}

/// Refuses a policy that asks for nothing, or for more than there can be.
pub(crate) fn policy(policy: &Policy) -> Result<(), Refusal> {
    let policy = policy.latest();
    let threshold = (1..=MAX_SIGNERS).contains(&u32::from(policy.threshold));
    let replicas = (1..=MAX_REPLICAS).contains(&policy.replicas);
    if threshold && replicas {
        Ok(())
    } else {
        Err(Refusal::BadPolicy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_lower_case_a_labels() {
        for good in [
            "arm.com",
            "a.b",
            "xn--bcher-kva.example",
            "1.example",
            "acme-devices.co.uk",
        ] {
            assert_eq!(domain(good.as_bytes()), Ok(good));
        }
        let long_label = format!("{}.com", "a".repeat(64));
        let long_name = format!("{}com", "abcdefg.".repeat(32));
        for bad in [
            "",
            "com",
            "Arm.com",
            "arm..com",
            ".arm.com",
            "arm.com.",
            "-arm.com",
            "arm-.com",
            "bücher.example",
            "ab--c.com",
            "xn--.com",
            "arm_x.com",
            "arm.com ",
            "10.0.0.1",
            &long_label,
            &long_name,
        ] {
            assert_eq!(domain(bad.as_bytes()), Err(Refusal::BadDomain), "{bad}");
        }
        assert_eq!(domain(&[0xff, b'.', b'a']), Err(Refusal::BadDomain));
    }

    #[test]
    fn a_vendors_own_uuid_is_none_that_a_name_stands_for() {
        let mut random = [0x11; 16];
        random[6] = 0x41;
        assert_eq!(own_uuid(&random), Ok(()));
        for bad in [[0; 16], [0xff; 16], suit_manifest::uuid::vendor_id("arm.com")] {
            assert_eq!(own_uuid(&bad), Err(Refusal::BadUuid));
        }
    }

    #[test]
    fn a_class_name_is_text_without_control_characters() {
        assert_eq!(class_name("Geräte A".as_bytes()), Ok("Geräte A"));
        for bad in [&b""[..], b"a\nb", &[0xff], &[b'a'; 129]] {
            assert_eq!(class_name(bad), Err(Refusal::BadClassName));
        }
    }
}
