//! Errors of the `suit_*` methods: a stable code and kind each.

use jsonrpsee::types::ErrorObjectOwned;
use serde::Serialize;

/// First code; each kind's is this less its place in the list.
const BASE: i32 = -32_100;

macro_rules! kinds {
    ($( $(#[doc = $doc:literal])+ $name:ident = $offset:literal, )+) => {
        /// Why a `suit_*` method refuses. Codes are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $( $(#[doc = $doc])+ $name, )+
        }

        impl Kind {
            /// JSON-RPC error code.
            pub const fn code(self) -> i32 {
                BASE - match self { $( Kind::$name => $offset, )+ }
            }

            /// Stable name, in `data.kind`.
            pub const fn name(self) -> &'static str {
                match self { $( Kind::$name => stringify!($name), )+ }
            }

            /// Every code with its name.
            #[cfg(test)]
            const ALL: &'static [(i32, &'static str)] = &[$( (BASE - $offset, stringify!($name)), )+];

            /// The kind of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $( stringify!($name) => Some(Kind::$name), )+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The parameters are not of the documented shape.
    MalformedParams = 0,
    /// The product is not registered.
    UnknownProduct = 1,
    /// The product is for verified devices only.
    VerificationRequired = 2,
    /// The bytes are not a credential.
    MalformedCredential = 3,
    /// The credential's operator key is not registered for the credential's vendor.
    UnknownOperator = 4,
    /// The operator's key is revoked.
    OperatorRevoked = 5,
    /// The credential has expired.
    CredentialExpired = 6,
    /// The operator voided credentials as old as this one.
    CredentialVoided = 7,
    /// The credential's signature is not the operator's.
    CredentialSignature = 8,
    // 9 was OtherVendor: a key belongs to the vendor that is asked for, or is unknown.
    /// The request asks for another product than the credential is for.
    WrongClass = 10,
    /// The bytes are not a request.
    MalformedRequest = 11,
    /// The request is not signed by the credential's device key.
    RequestSignature = 12,
    /// The request is made for another node.
    WrongAudience = 13,
    /// The request is made for another chain.
    WrongGenesis = 14,
    /// The challenge is malformed.
    ChallengeMalformed = 15,
    /// The challenge is not this node's.
    ChallengeForged = 16,
    /// The challenge has expired.
    ChallengeExpired = 17,
    /// The challenge was used before.
    ChallengeReplayed = 18,
    /// Too much to remember at the moment.
    Busy = 19,
    /// Something on the node failed.
    Internal = 20,
    /// The credential is issued in the future.
    CredentialNotYetValid = 21,
    /// The credential confirms a device key that is not valid.
    DeviceKeyNotValid = 22,
}

/// A refusal with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub kind: Kind,
    /// What was wrong and what to do.
    pub message: String,
}

impl Refused {
    /// A refusal.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl From<suit_device::Error> for Refused {
    fn from(error: suit_device::Error) -> Self {
        let kind = Kind::from_name(error.kind()).unwrap_or(Kind::Internal);
        Self::new(kind, error.message())
    }
}

impl From<sp_api::ApiError> for Refused {
    fn from(error: sp_api::ApiError) -> Self {
        log::warn!(target: "suit::rpc", "finalised state cannot be read: {error}");
        Self::new(Kind::Internal, "the node cannot read its state: ask another node")
    }
}

impl From<Refused> for ErrorObjectOwned {
    fn from(refused: Refused) -> Self {
        #[derive(Serialize)]
        struct Data {
            kind: &'static str,
        }
        Self::owned(
            refused.kind.code(),
            refused.message,
            Some(Data {
                kind: refused.kind.name(),
            }),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_a_device_has_its_own_kind() {
        for error in suit_device::Error::ALL
            .iter()
            .filter(|error| !error.kind().contains("Ticket"))
        {
            assert_ne!(Refused::from(*error).kind, Kind::Internal, "{}", error.kind());
        }
    }
    #[test]
    fn every_kind_stands_in_the_documentation() {
        let documentation = include_str!("../../../docs/rpc.md");
        for (code, name) in Kind::ALL {
            let row = format!("| {code} | `{name}` |");
            assert!(documentation.contains(&row), "{row} is missing in docs/rpc.md");
        }
    }
}
