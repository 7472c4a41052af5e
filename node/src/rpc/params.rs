//! Parameters of the `suit_*` methods, bounded before they are parsed further.

use super::error::{Kind, Refused};
use serde::Deserialize;
use sp_core::Bytes;
use suit_primitives::{ClassId, ProductId, VendorId};

/// Longest credential and longest request in bytes.
const MAX_MESSAGE: usize = 1024;

/// Parameter of `suit_getLatest`.
#[derive(Debug)]
pub enum LatestParams {
    /// A device that shows who it is.
    Verified {
        /// Its credential.
        credential: Vec<u8>,
        /// Its request.
        request: Vec<u8>,
    },
    /// Anybody; enough for products whose retrieval is open.
    Open {
        /// Which product.
        product: ProductId,
        /// What is installed.
        installed: Option<u64>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifiedJson {
    credential: Bytes,
    request: Bytes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenJson {
    vendor: Bytes,
    class: Bytes,
    installed: Option<Number>,
}

/// Numbers may be given as such, or as decimal strings where they exceed 2⁵³.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(u64),
    Text(String),
}

impl LatestParams {
    /// Reads the parameter.
    pub fn read(value: serde_json::Value) -> Result<Self, Refused> {
        if value.get("credential").is_some() {
            let json: VerifiedJson = serde_json::from_value(value).map_err(malformed)?;
            if json.credential.len() > MAX_MESSAGE {
                return Err(Refused::new(
                    Kind::MalformedCredential,
                    "a credential is shorter than this",
                ));
            }
            if json.request.len() > MAX_MESSAGE {
                return Err(Refused::new(Kind::MalformedRequest, "a request is shorter than this"));
            }
            return Ok(Self::Verified {
                credential: json.credential.0,
                request: json.request.0,
            });
        }
        let json: OpenJson = serde_json::from_value(value).map_err(malformed)?;
        let product = ProductId {
            vendor: VendorId(uuid("vendor", &json.vendor)?),
            class: ClassId(uuid("class", &json.class)?),
        };
        let installed = match json.installed {
            None => None,
            Some(Number::Number(number)) => Some(number),
            Some(Number::Text(text)) => Some(text.parse().map_err(|_| malformed("installed is no decimal number"))?),
        };
        Ok(Self::Open { product, installed })
    }
}

fn uuid(name: &str, bytes: &[u8]) -> Result<[u8; 16], Refused> {
    bytes
        .try_into()
        .map_err(|_| malformed(format!("{name} is 16 bytes, as 0x and 32 hexadecimal digits")))
}

fn malformed(error: impl std::fmt::Display) -> Refused {
    Refused::new(
        Kind::MalformedParams,
        format!("give {{credential, request}} or {{vendor, class, installed?}}: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_installed_number_beyond_2_53_is_read_from_text() {
        let value = json!({ "vendor": "0x000102030405060708090a0b0c0d0e0f", "class": "0x0f0e0d0c0b0a09080706050403020100", "installed": "18446744073709551615" });
        match LatestParams::read(value).unwrap() {
            LatestParams::Open { installed, .. } => assert_eq!(installed, Some(u64::MAX)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_too_long_too_short_or_unknown_is_refused_by_kind() {
        let long = format!("0x{}", "00".repeat(MAX_MESSAGE + 1));
        let kind = |value| LatestParams::read(value).unwrap_err().kind;
        assert_eq!(
            kind(json!({ "credential": long, "request": "0x00" })),
            Kind::MalformedCredential
        );
        assert_eq!(
            kind(json!({ "credential": "0x00", "request": long })),
            Kind::MalformedRequest
        );
        assert_eq!(
            kind(json!({ "vendor": "0x00", "class": "0x00" })),
            Kind::MalformedParams
        );
        assert_eq!(
            kind(json!({ "credential": "0x00", "request": "0x00", "more": 1 })),
            Kind::MalformedParams
        );
        assert_eq!(kind(json!("credential")), Kind::MalformedParams);
    }
}
