//! Values of types that only the chain's metadata knows, for people and machines.

use crate::output::hex0x;
use serde_json::{json, Map, Value as Json};
use subxt::ext::scale_value::{Composite, Primitive, Value, ValueDef};

/// The call within a value of the runtime's call type: `Pallet.call`, and its arguments by name.
pub fn call(value: &Value<u32>) -> Option<(String, Json)> {
    let ValueDef::Variant(pallet) = &value.value else {
        return None;
    };
    let ValueDef::Variant(call) = &pallet.values.values().next()?.value else {
        return None;
    };
    Some((format!("{}.{}", pallet.name, call.name), fields(&call.values)))
}

/// The value as JSON: bytes in hexadecimal, numbers above 2^53 as text.
pub fn json(value: &Value<u32>) -> Json {
    match &value.value {
        ValueDef::Composite(composite) => fields(composite),
        ValueDef::Variant(variant) if variant.values.is_empty() => variant.name.clone().into(),
        ValueDef::Variant(variant) => json!({ &variant.name: fields(&variant.values) }),
        ValueDef::BitSequence(bits) => bits
            .iter()
            .map(|bit| if bit { '1' } else { '0' })
            .collect::<String>()
            .into(),
        ValueDef::Primitive(primitive) => match primitive {
            Primitive::Bool(value) => (*value).into(),
            Primitive::Char(value) => value.to_string().into(),
            Primitive::String(value) => value.clone().into(),
            Primitive::U128(value) => number(*value),
            Primitive::I128(value) => value.to_string().into(),
            Primitive::U256(value) | Primitive::I256(value) => hex0x(value).into(),
        },
    }
}

fn number(value: u128) -> Json {
    match u64::try_from(value) {
        Ok(value) if value < 1 << 53 => value.into(),
        _ => value.to_string().into(),
    }
}

fn fields(composite: &Composite<u32>) -> Json {
    match composite {
        Composite::Named(members) => {
            let members: Map<String, Json> = members
                .iter()
                .map(|(name, value)| (name.clone(), json(value)))
                .collect();
            members.into()
        }
        // A type around one value says no more than the value.
        Composite::Unnamed(members) => match members.as_slice() {
            [only] => json(only),
            members => bytes(members).map_or_else(|| members.iter().map(json).collect(), |bytes| hex0x(bytes).into()),
        },
    }
}

/// Several small numbers in a row are bytes: hashes, accounts, names.
fn bytes(members: &[Value<u32>]) -> Option<Vec<u8>> {
    let byte = |member: &Value<u32>| match member.value {
        ValueDef::Primitive(Primitive::U128(value)) => u8::try_from(value).ok(),
        _ => None,
    };
    (members.len() > 1).then(|| members.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_named_and_its_arguments_are_readable() {
        let id = Value::unnamed_composite([Value::from_bytes([0xab; 16])]);
        let product = Value::named_composite([("vendor", id.clone()), ("class", id)]);
        let inner = Value::named_variant(
            "lower_floor",
            [("product", product), ("floor", Value::u128(u128::from(u64::MAX)))],
        );
        let value = Value::unnamed_variant("SuitRegistry", [inner]).map_context(|()| 0u32);
        let (name, arguments) = call(&value).unwrap();
        assert_eq!(name, "SuitRegistry.lower_floor");
        let id = format!("0x{}", "ab".repeat(16));
        assert_eq!(
            arguments,
            json!({ "product": { "vendor": id, "class": id }, "floor": "18446744073709551615" })
        );
    }

    #[test]
    fn what_is_no_call_has_no_name() {
        assert_eq!(call(&Value::u128(1).map_context(|()| 0)), None);
        assert_eq!(json(&Value::bool(true).map_context(|()| 0)), json!(true));
    }
}
