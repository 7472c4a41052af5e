//! Why a device is refused.

use core::fmt;

macro_rules! refusals {
    ( $( $(#[doc = $doc:literal])+ $name:ident = $message:literal, )+ ) => {
        /// Why a device, or what it shows, is refused. Each variant is one reason.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Error {
            $( $(#[doc = $doc])+ $name, )+
        }

        impl Error {
            /// Every reason.
            pub const ALL: &'static [Error] = &[$( Error::$name, )+];

            /// The stable name, as the RPC carries it in `data.kind`.
            pub const fn kind(self) -> &'static str {
                match self {
                    $( Error::$name => stringify!($name), )+
                }
            }

            /// What is wrong, and what to do.
            pub const fn message(self) -> &'static str {
                match self {
                    $( Error::$name => $message, )+
                }
            }
        }
    };
}

refusals! {
    /// The bytes are not a credential of version 1.
    MalformedCredential = "this is not a credential of version 1: ask the operator for a new one",
    /// The credential's `exp` has come.
    CredentialExpired = "the credential has expired: ask the operator for a new one",
    /// The credential's `iat` lies in the future.
    CredentialNotYetValid = "the credential is issued in the future: check the clocks of operator and node",
    /// The signature on the credential is not the operator's.
    CredentialSignature = "the credential is not signed by the operator's key that it names",
    /// The device key in the credential is not a point that signatures can be checked with.
    DeviceKeyNotValid = "the credential confirms a device key that is not a valid point: ask the operator for a new one",
    /// The challenge is not one of version 1.
    ChallengeMalformed = "this is not a challenge of version 1: get one from this node",
    /// The challenge is not of this node's making, or was made before it restarted.
    ChallengeForged = "the challenge is not this node's: get a new one",
    /// The challenge's time is over.
    ChallengeExpired = "the challenge has expired: get a new one",
    /// The challenge was used before.
    ChallengeReplayed = "the challenge was used before: get a new one",
    /// The node remembers as many used challenges as it can.
    Busy = "the node has too many challenges to remember: try again in a minute, or at another node",
    /// The bytes are not a request of version 1.
    MalformedRequest = "this is not a request of version 1",
    /// The signature on the request is not of the device key that the credential confirms.
    RequestSignature = "the request is not signed by the device key that the credential confirms",
    /// The request is made for another node.
    WrongAudience = "the request is made for another node: sign one for this node's key",
    /// The request is made for another chain.
    WrongGenesis = "the request is made for another chain: check the genesis hash",
    /// The request asks for another product than the credential is for.
    WrongClass = "the request asks for another vendor or class than the credential is for",
    /// The bytes are not a ticket of version 1.
    MalformedTicket = "this is not a ticket of version 1: get one with suit_getLatest",
    /// The ticket's `exp` has come.
    TicketExpired = "the ticket has expired: get a new one with suit_getLatest",
    /// The signature on the ticket is not of the node that it names.
    TicketSignature = "the ticket is not signed by the node that it names",
    /// The ticket is for another chain.
    TicketForOtherChain = "the ticket is for another chain",
    /// The ticket does not open this root.
    TicketForOtherRoot = "the ticket does not open this payload: get one with suit_getLatest",
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}

/// Why something cannot be issued.
#[cfg(feature = "alloc")]
#[derive(Debug)]
#[non_exhaustive]
pub enum IssueError {
    /// A ticket is signed with the node's Ed25519 key, and this is another key or algorithm.
    NotANodeKey,
    /// The key handover is not one that a device would read.
    Handover(crate::handover::Error),
    /// The signer failed.
    Sign(suit_manifest::cose::SignError),
}

#[cfg(feature = "alloc")]
impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IssueError::NotANodeKey => f.write_str("a ticket is signed with the node's key: Ed25519, algorithm -19"),
            IssueError::Handover(error) => error.fmt(f),
            IssueError::Sign(error) => write!(f, "signing failed: {error}"),
        }
    }
}

#[cfg(feature = "alloc")]
impl core::error::Error for IssueError {}

#[cfg(feature = "alloc")]
impl From<suit_manifest::cose::SignError> for IssueError {
    fn from(error: suit_manifest::cose::SignError) -> Self {
        IssueError::Sign(error)
    }
}
