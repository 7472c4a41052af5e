//! General transactions (extrinsic format 5): no signature by an account, the call authorises itself.
//!
//! The chain's metadata lists its transaction extensions; the explicit data of each is written in that order. What is
//! unknown and not empty is refused, because a guess would be read as the start of the call.

use crate::error::{Error, Result};
use codec::{Compact, Encode};
use scale_info::{form::PortableForm, PortableRegistry, TypeDef};

/// Format 5, general.
const GENERAL_V5: u8 = 0x45;

/// A transaction extension as the metadata describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Its identifier.
    pub identifier: &'a str,
    /// Whether its explicit data takes no bytes.
    pub empty: bool,
}

/// Explicit data of an extension for a call that no account signs: never mortal, no nonce, no tip, no metadata hash.
fn explicit_data(extension: Extension) -> Result<Vec<u8>> {
    Ok(match extension.identifier {
        "CheckMortality" | "CheckEra" => vec![0x00],
        "CheckNonce" => Compact(0u32).encode(),
        "ChargeTransactionPayment" => Compact(0u128).encode(),
        "CheckMetadataHash" => vec![0x00],
        _ if extension.empty => Vec::new(),
        unknown => return Err(Error::Incompatible(format!("unknown transaction extension {unknown}"))),
    })
}

/// The bytes of a general transaction, length in front.
pub fn encode<'a>(version: u8, extensions: impl Iterator<Item = Extension<'a>>, call: &[u8]) -> Result<Vec<u8>> {
    let mut body = vec![GENERAL_V5, version];
    for extension in extensions {
        body.extend(explicit_data(extension)?);
    }
    body.extend_from_slice(call);
    Ok(body.encode())
}

/// The bytes of a general transaction for the chain that has this metadata.
pub fn encode_for(metadata: &subxt::Metadata, call: &[u8]) -> Result<Vec<u8>> {
    let extrinsic = metadata.extrinsic();
    let extensions = extrinsic
        .transaction_extensions_to_use_for_encoding()
        .map(|extension| Extension {
            identifier: extension.identifier(),
            empty: is_empty(metadata.types(), extension.extra_ty(), 0),
        });
    encode(
        extrinsic.transaction_extension_version_to_use_for_encoding(),
        extensions,
        call,
    )
}

/// Whether a type always encodes to nothing.
fn is_empty(types: &PortableRegistry, id: u32, depth: u8) -> bool {
    if depth > 16 {
        return false;
    }
    let Some(ty) = types.resolve(id) else { return false };
    let inner = |id: u32| is_empty(types, id, depth.saturating_add(1));
    match &ty.type_def {
        TypeDef::<PortableForm>::Composite(composite) => composite.fields.iter().all(|field| inner(field.ty.id)),
        TypeDef::Tuple(tuple) => tuple.fields.iter().all(|field| inner(field.id)),
        TypeDef::Array(array) => array.len == 0 || inner(array.type_param.id),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scale_info::{meta_type, Registry, TypeInfo};

    const IN_ORDER: [&str; 11] = [
        "AuthorizeCall",
        "CheckNonZeroSender",
        "CheckSpecVersion",
        "CheckTxVersion",
        "CheckGenesis",
        "CheckMortality",
        "CheckNonce",
        "CheckWeight",
        "ChargeTransactionPayment",
        "CheckMetadataHash",
        "WeightReclaim",
    ];

    fn extensions() -> impl Iterator<Item = Extension<'static>> {
        IN_ORDER.into_iter().map(|identifier| Extension {
            identifier,
            empty: ![
                "CheckMortality",
                "CheckNonce",
                "ChargeTransactionPayment",
                "CheckMetadataHash",
            ]
            .contains(&identifier),
        })
    }

    #[test]
    fn a_general_transaction_is_length_format_version_extension_data_and_call() {
        let bytes = encode(0, extensions(), &[0x0a, 0x05, 0xff]).unwrap();
        // 9 bytes, general format 5, extension version 0, immortal, nonce 0, tip 0, no metadata hash, the call.
        assert_eq!(bytes, [9 << 2, 0x45, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x05, 0xff]);
    }

    #[test]
    fn a_long_call_gets_a_longer_length_prefix() {
        let bytes = encode(0, extensions(), &[7; 20_000]).unwrap();
        let body = 20_000 + 6;
        assert_eq!(&bytes[..4], &Compact(body as u32).encode()[..]);
        assert_eq!(bytes.len(), 4 + body);
    }

    #[test]
    fn an_unknown_extension_with_data_is_refused_and_one_without_is_passed_over() {
        let known = |empty| {
            encode(
                0,
                [Extension {
                    identifier: "Brand New",
                    empty,
                }]
                .into_iter(),
                &[1],
            )
        };
        assert_eq!(known(true).unwrap(), [3 << 2, 0x45, 0x00, 1]);
        assert_eq!(known(false).unwrap_err().kind(), "Incompatible");
    }

    #[test]
    fn emptiness_is_read_from_the_type() {
        #[derive(TypeInfo)]
        struct Empty;
        #[derive(TypeInfo)]
        #[allow(dead_code)]
        struct Nested(Empty, (), [Empty; 3]);
        #[derive(TypeInfo)]
        #[allow(dead_code)]
        struct Full(Empty, u8);

        let mut registry = Registry::new();
        let ids: Vec<u32> = [
            meta_type::<Empty>(),
            meta_type::<Nested>(),
            meta_type::<Full>(),
            meta_type::<Vec<()>>(),
        ]
        .iter()
        .map(|ty| registry.register_type(ty).id)
        .collect();
        let types: PortableRegistry = registry.into();
        assert_eq!(
            ids.iter().map(|id| is_empty(&types, *id, 0)).collect::<Vec<_>>(),
            [true, true, false, false]
        );
    }
}
