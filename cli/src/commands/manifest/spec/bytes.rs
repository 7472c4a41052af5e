//! Bytes, digests and identifiers in a description.

use super::at::At;
use crate::{commands::manifest::names::DIGESTS, error::Result, files};
use suit_manifest::{
    build::model::{ComponentId, Digest, VendorId},
    digest::DigestAlgorithm,
    uuid,
};

/// Longest file that a description names, in bytes: it is held in memory for its digest.
const MAX_FILE: u64 = 1 << 28;
/// Longest name of a vendor or class, in bytes: a domain name has no more.
const MAX_NAME: usize = 253;

/// The file that a description names, from the description's folder.
pub fn file(at: &At<'_>) -> Result<Vec<u8>> {
    let name = at.text()?;
    files::read(&at.source().folder.join(name), MAX_FILE).map_err(|e| at.error(e))
}

fn hex_of(at: &At<'_>) -> Result<Vec<u8>> {
    let text = at.text()?;
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|e| at.error(format!("not hexadecimal: {e}")))
}

/// Bytes: text as it is, or `{ hex }`, or `{ file }`.
pub fn bytes(at: &At<'_>) -> Result<Vec<u8>> {
    match at.text() {
        Ok(text) => Ok(text.as_bytes().to_vec()),
        Err(_) => binary(at),
    }
}

/// Bytes that are no text: `{ hex }` or `{ file }`.
pub fn binary(at: &At<'_>) -> Result<Vec<u8>> {
    let object = at.object(&["hex", "file"])?;
    match object.only()? {
        ("hex", at) => hex_of(at),
        (_, at) => file(at),
    }
}

/// A component identifier: one part, or a list of parts.
pub fn component_id(at: &At<'_>) -> Result<ComponentId> {
    let parts = match at.list() {
        Ok(parts) => parts.iter().map(bytes).collect::<Result<_>>()?,
        Err(_) => vec![bytes(at)?],
    };
    Ok(ComponentId(parts))
}

/// The name of a digest algorithm.
pub fn digest_algorithm(at: &At<'_>) -> Result<DigestAlgorithm> {
    let name = at.text()?;
    let algorithm = DIGESTS.number(name).map(DigestAlgorithm::from_number);
    match algorithm {
        Some(DigestAlgorithm::Other(_)) | None => {
            Err(at.error(format!("not a digest algorithm; known are {}", DIGESTS.all())))
        }
        Some(algorithm) => Ok(algorithm),
    }
}

/// A digest: `algorithm:hex`, or `{ file, algorithm }`, which gives the size too.
pub fn digest(at: &At<'_>, default: DigestAlgorithm) -> Result<(Digest, Option<u64>)> {
    if let Ok(text) = at.text() {
        return digest_text(at, text).map(|digest| (digest, None));
    }
    let object = at.object(&["file", "algorithm"])?;
    let algorithm = object.read("algorithm", digest_algorithm)?.unwrap_or(default);
    let content = file(object.required("file")?)?;
    let digest = Digest::of(algorithm, &content).map_err(|e| at.error(e))?;
    Ok((digest, Some(content.len() as u64)))
}

fn digest_text(at: &At<'_>, text: &str) -> Result<Digest> {
    let wrong = |_| at.error("a digest is written as sha-256:HEX, or as { \"file\": NAME }");
    let (name, hexadecimal) = text.split_once(':').ok_or(()).map_err(wrong)?;
    let number = DIGESTS.number(name).ok_or(()).map_err(wrong)?;
    let algorithm = DigestAlgorithm::from_number(number);
    let bytes = hex::decode(hexadecimal).map_err(|_| ()).map_err(wrong)?;
    match algorithm.digest_len() {
        Some(len) if len != bytes.len() => Err(at.error(format!("a digest by {name} has {len} bytes"))),
        _ => Ok(Digest { algorithm, bytes }),
    }
}

/// 16 bytes as a UUID is written.
pub fn uuid_text(at: &At<'_>) -> Result<[u8; 16]> {
    let text = at.text()?;
    let dashes_stand = text.len() == 36
        && [8, 13, 18, 23]
            .iter()
            .all(|place| text.as_bytes().get(*place) == Some(&b'-'));
    let bytes = hex::decode(text.replace('-', "")).ok().filter(|_| dashes_stand);
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| at.error("not a UUID, such as fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe"))
}

fn name<'a>(at: &At<'a>) -> Result<&'a str> {
    let name = at.text()?;
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(at.error(format!("a name has 1 to {MAX_NAME} bytes")));
    }
    Ok(name)
}

/// A vendor: UUID, `{ dns }` or `{ pen }`.
pub fn vendor_id(at: &At<'_>) -> Result<VendorId> {
    if at.text().is_ok() {
        return uuid_text(at).map(VendorId::Uuid);
    }
    let object = at.object(&["dns", "pen"])?;
    match object.only()? {
        ("dns", at) => Ok(VendorId::Uuid(uuid::vendor_id(name(at)?))),
        (_, at) => Ok(VendorId::Pen(relative_oid(at.int()?))),
    }
}

/// A class: UUID, or `{ name }`, which is derived from the vendor beside it or from `dns`.
pub fn class_id(at: &At<'_>, vendor: Option<&VendorId>) -> Result<[u8; 16]> {
    if at.text().is_ok() {
        return uuid_text(at);
    }
    let object = at.object(&["name", "dns"])?;
    let class = name(object.required("name")?)?;
    let vendor = match (object.read("dns", |at| name(at).map(uuid::vendor_id))?, vendor) {
        (Some(vendor), _) => vendor,
        (None, Some(VendorId::Uuid(vendor))) => *vendor,
        (None, _) => {
            return Err(at.error("a class is named within a vendor: give \"dns\" here, or a vendor-id beside it"));
        }
    };
    Ok(uuid::class_id(&vendor, class))
}

/// A Private Enterprise Number as the tagged byte string has it (RFC 9090 §2): base 128, seven bits a byte.
fn relative_oid(number: u32) -> Vec<u8> {
    let digits = (1..=4u32)
        .filter(|place| number >> place.saturating_mul(7) != 0)
        .count() as u32;
    (0..=digits)
        .rev()
        .map(|place| {
            let more = if place == 0 { 0 } else { 0x80 };
            ((number >> place.saturating_mul(7)) & 0x7f) as u8 | more
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_enterprise_number_is_written_in_base_128() {
        assert_eq!(relative_oid(0), [0]);
        assert_eq!(relative_oid(127), [0x7f]);
        assert_eq!(relative_oid(128), [0x81, 0]);
        // RFC 9090's own example: 32473 is documentation's number.
        assert_eq!(relative_oid(32473), [0x81, 0xfd, 0x59]);
        assert_eq!(relative_oid(u32::MAX), [0x8f, 0xff, 0xff, 0xff, 0x7f]);
    }
}
