//! From what the node answers to a typed error. The pool carries one byte, a failed call a pallet's error name; both
//! lead back to the one enumeration of refusals.

use crate::{
    chain::extrinsics::{REGISTRY, REPLICATION},
    error::{Error, Judge},
};
use serde_json::Value;
use subxt::{
    error::{DispatchError, RpcError, TransactionError},
    ext::subxt_rpcs,
};
use suit_primitives::Refusal;

/// JSON-RPC code of `InvalidTransaction` (sc-rpc-api, author).
const POOL_INVALID_TX: i64 = 1010;
/// The pool's other refusals: 1011 unknown validity to 1018 future.
const POOL_REFUSALS: std::ops::RangeInclusive<i64> = 1010..=1029;

/// The refusal behind the pool's data "Custom error: N".
pub fn from_pool_data(data: &str) -> Option<Refusal> {
    let code = data.trim().strip_prefix("Custom error:")?.trim().parse().ok()?;
    Refusal::from_code(code)
}

/// The refusal that a pallet's error stands for. Only the two pallets that share the enumeration: others give the same
/// names to other things.
pub fn from_name(pallet: &str, name: &str) -> Option<Refusal> {
    if ![REGISTRY, REPLICATION].contains(&pallet) {
        return None;
    }
    Refusal::ALL.iter().copied().find(|r| r.name() == name)
}

/// The error behind a JSON-RPC error object, whichever transport brought it.
pub fn from_error_object(code: i64, message: &str, data: Option<&Value>) -> Error {
    let text = data.and_then(Value::as_str);
    if code == POOL_INVALID_TX {
        if let Some(refusal) = text.and_then(from_pool_data) {
            return Error::Refused {
                by: Judge::Pool,
                refusals: vec![refusal],
            };
        }
    }
    if POOL_REFUSALS.contains(&code) {
        return Error::Pool(text.map_or_else(|| message.to_owned(), |text| format!("{message}: {text}")));
    }
    let kind = data.and_then(|data| data.get("kind")).and_then(Value::as_str);
    let kind = kind.map_or_else(|| standard_kind(code).to_owned(), str::to_owned);
    Error::Node {
        kind,
        code,
        message: message.to_owned(),
    }
}

fn standard_kind(code: i64) -> &'static str {
    match code {
        -32601 => "MethodNotFound",
        -32602 => "MalformedParams",
        -32603 => "Internal",
        _ => "Rpc",
    }
}

/// Why a connection failed, without the libraries' own prefixes.
pub fn rpc_reason(error: &subxt_rpcs::Error) -> String {
    let text = error.to_string();
    let prefixes = ["RPC error: ", "client error: "];
    prefixes
        .iter()
        .fold(text.as_str(), |text, prefix| text.trim_start_matches(prefix))
        .to_owned()
}

/// The error behind a failed JSON-RPC request.
pub fn from_rpc(url: &str, error: subxt_rpcs::Error) -> Error {
    match error {
        subxt_rpcs::Error::User(user) => {
            let data: Option<Value> = user
                .data
                .as_deref()
                .and_then(|raw| serde_json::from_str(raw.get()).ok());
            from_error_object(i64::from(user.code), &user.message, data.as_ref())
        }
        other => Error::Unreachable {
            what: format!("node {url}"),
            reason: rpc_reason(&other),
        },
    }
}

/// The error behind a failed call.
pub fn from_subxt(url: &str, error: subxt::Error) -> Error {
    match error {
        subxt::Error::Rpc(RpcError::ClientError(e)) => from_rpc(url, e),
        subxt::Error::Rpc(other) => Error::Unreachable {
            what: format!("node {url}"),
            reason: other.to_string(),
        },
        subxt::Error::Runtime(error) => from_dispatch(error),
        subxt::Error::Transaction(TransactionError::Invalid(reason) | TransactionError::Error(reason))
        | subxt::Error::Transaction(TransactionError::Dropped(reason)) => Error::TransactionLost(reason),
        other => Error::Incompatible(other.to_string()),
    }
}

/// The error behind a call that failed, or that another call carried out in vain.
pub fn from_dispatch(error: DispatchError) -> Error {
    let module = match error {
        DispatchError::Module(module) => module,
        DispatchError::BadOrigin => return Error::Dispatch("BadOrigin".into()),
        other => return Error::Dispatch(other.to_string()),
    };
    let refusal = module
        .details()
        .ok()
        .and_then(|details| from_name(details.pallet.name(), &details.variant.name));
    match refusal {
        Some(refusal) => Error::Refused {
            by: Judge::Dispatch,
            refusals: vec![refusal],
        },
        None => Error::Dispatch(module.details_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_code_that_the_pool_can_carry_comes_back_as_its_refusal() {
        for refusal in Refusal::ALL {
            let data = json!(format!("Custom error: {}", refusal.code()));
            match from_error_object(1010, "Invalid Transaction", Some(&data)) {
                Error::Refused {
                    by: Judge::Pool,
                    refusals,
                } => assert_eq!(refusals, [*refusal]),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn an_unknown_custom_code_and_the_pools_other_refusals_stay_the_pools() {
        for data in [
            json!("Custom error: 255"),
            json!("Transaction is outdated"),
            json!("Custom error: x"),
        ] {
            assert_eq!(
                from_error_object(1010, "Invalid Transaction", Some(&data)).kind(),
                "PoolRefused"
            );
        }
        assert_eq!(
            from_error_object(1012, "Transaction is temporarily banned", None).kind(),
            "PoolRefused"
        );
    }

    #[test]
    fn a_pallets_error_name_leads_to_the_refusal() {
        for refusal in Refusal::ALL {
            assert_eq!(from_name(REGISTRY, refusal.name()), Some(*refusal));
        }
        assert_eq!(from_name(REGISTRY, "InsufficientBalance"), None);
        assert_eq!(from_name("Registrars", "AlreadyExists"), None);
    }

    #[test]
    fn the_nodes_own_kind_is_kept() {
        let error = from_error_object(-32005, "unknown operator", Some(&json!({ "kind": "UnknownOperator" })));
        assert_eq!(error.kind(), "UnknownOperator");
        assert_eq!(error.code(), Some(-32005));
        assert_eq!(
            from_error_object(-32601, "Method not found", None).kind(),
            "MethodNotFound"
        );
    }

    #[test]
    fn a_user_error_of_the_client_library_is_read_the_same_way() {
        let user: subxt_rpcs::UserError = serde_json::from_value(
            json!({ "code": 1010, "message": "Invalid Transaction", "data": "Custom error: 22" }),
        )
        .unwrap();
        assert_eq!(
            from_rpc("ws://x", subxt_rpcs::Error::User(user)).kind(),
            "IntentExpired"
        );
    }
}
