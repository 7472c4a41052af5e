//! Why the chain refuses: one enumeration for the pallet's errors, the pool's custom code, the RPC and the dry run.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

macro_rules! refusals {
    ($( $(#[doc = $doc:literal])+ $name:ident = $code:literal, )+) => {
        /// A reason for refusal. Codes are stable: a retired one is never used again.
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen,
            TypeInfo, Debug,
        )]
        #[repr(u8)]
        pub enum Refusal {
            $( $(#[doc = $doc])+ #[codec(index = $code)] $name = $code, )+
        }

        impl Refusal {
            /// Every reason, in the order of their codes.
            pub const ALL: &'static [Refusal] = &[$( Refusal::$name, )+];

            /// The stable code: the SCALE index, and the pool's `InvalidTransaction::Custom`.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The reason with this code.
            pub fn from_code(code: u8) -> Option<Self> {
                match code {
                    $( $code => Some(Refusal::$name), )+
                    _ => None,
                }
            }

            /// The name, as the pallet's error and the RPC carry it.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Refusal::$name => stringify!($name), )+
                }
            }

            /// What was wrong, in words.
            pub const fn message(self) -> &'static str {
                match self {
                    $( Refusal::$name => concat!($( $doc ),+), )+
                }
            }
        }
    };
}

refusals! {
    /// The envelope is not valid deterministic CBOR of a SUIT_Envelope within bounds.
    MalformedEnvelope = 1,
    /// The digest in the authentication wrapper is not that of the manifest.
    ManifestDigestMismatch = 2,
    /// The envelope carries no signature of a live author key of the vendor, or one in such a key's name that does
    /// not hold.
    SignatureNotValid = 3,
    /// Fewer valid author signatures on the manifest than the product's policy asks for.
    ThresholdNotMet = 4,
    /// The manifest uses an algorithm that the chain does not verify.
    UnsupportedAlgorithm = 5,
    /// What the manifest fetches cannot be decided without running it.
    UndecidableManifest = 6,
    /// The manifest names no vendor or no class, or there is a way around their conditions.
    ProductNotNamed = 7,
    /// The manifest's vendor is not registered.
    VendorNotFound = 8,
    /// The manifest's product is not registered.
    ProductNotFound = 9,
    /// The vendor is suspended or retired.
    VendorNotActive = 10,
    /// The sequence number is not greater than the highest ever published for the product.
    SequenceNumberNotGreater = 11,
    /// The sequence number rises by more than the chain allows.
    SequenceNumberStepTooLarge = 12,
    /// A payload's URI is not ipfs:// with a CIDv1 (raw or dag-pb, SHA2-256, base32), and no root was given for it.
    PayloadRootMissing = 13,
    /// A root given alongside contradicts the manifest, names no component, or is given twice.
    PayloadRootMismatch = 14,
    /// The payload's stored size is unknown, zero or larger than the chain allows.
    BadPayloadSize = 15,
    /// More payloads, signers or products than one release may have.
    TooMany = 16,
    /// The manifest depends on other manifests, which the chain does not take.
    DependenciesNotSupported = 17,
    /// The account is not one that may do this for the vendor.
    NotAuthorized = 18,
    /// The intent is not a valid COSE_Sign of an intent within bounds.
    MalformedIntent = 19,
    /// The intent is for another chain.
    IntentForOtherChain = 20,
    /// The intent is for another envelope.
    IntentForOtherEnvelope = 21,
    /// The intent's last block has passed.
    IntentExpired = 22,
    /// The intent's last block lies too far ahead.
    IntentTooLong = 23,
    /// Fewer valid author signatures on the intent than the product's policy asks for.
    IntentThresholdNotMet = 24,
    /// The envelope holds something that the manifest does not account for.
    EnvelopeStuffed = 25,
    /// A severable or integrated member that the manifest needs is missing from the envelope.
    EnvelopeStripped = 26,
    /// It is registered already.
    AlreadyExists = 27,
    /// The domain name is not made of lower-case A-labels.
    BadDomain = 28,
    /// The class name is empty or too long.
    BadClassName = 29,
    /// The key is not a COSE_Key of a P-256 or Ed25519 public key.
    BadKey = 30,
    /// The policy asks for nothing, or for more than there can be.
    BadPolicy = 31,
    /// The storage node is not registered.
    NodeNotFound = 32,
    /// The attestation's signature is not the node's.
    AttestationSignatureNotValid = 33,
    /// The attestation is for another chain or of an unknown version.
    AttestationForOtherChain = 34,
    /// The attestation is for a period that is not the current one.
    AttestationPeriodNotCurrent = 35,
    /// The node has attested in this period already.
    AlreadyAttested = 36,
    /// The attestation gains a release that is unknown, or not this node's duty.
    NotOnDuty = 37,
    /// The attestation gains what the node holds already, loses what it does not hold, or is not sorted.
    HoldingsMismatch = 38,
    /// The gateway URL is not an http or https origin.
    BadGateway = 39,
    /// The peer id is not a multihash of a public key.
    BadPeerId = 40,
    /// The proof of possession is not the node key's signature.
    BadProofOfPossession = 41,
    /// The node's key, or its peer id, is another node's.
    NodeTaken = 42,
    /// The deposit or the fee cannot be paid: the vendor's admin account has too little free balance.
    DepositNotAvailable = 43,
    /// The key is not registered for the vendor.
    KeyNotFound = 44,
    /// The product has no release with this sequence number.
    ReleaseNotFound = 45,
    /// The product is frozen: nothing is published for it.
    ProductFrozen = 46,
    /// The product's policy does not take releases this way: by a publisher account, or by the authors' intent.
    SubmissionNotAllowed = 47,
    /// The UUID is the nil or the max UUID, or of version 5, which belongs to domain names.
    BadUuid = 48,
    /// The key was revoked before.
    KeyRevoked = 49,
    /// The block lies where it makes no sense: the end before the beginning, or what happened in the future.
    BadBlock = 50,
    /// Something still depends on it: releases that are kept, or products that are not retired.
    InUse = 51,
    /// The product is retired.
    ProductRetired = 52,
    /// The floor is not above every number that was ever available, or not below what was published.
    BadFloor = 53,
    /// A release above the floor is not revoked.
    ReleaseNotRevoked = 54,
    /// The release is revoked.
    ReleaseRevoked = 55,
    /// The release is not suspended, or by somebody else or for another reason.
    ReleaseNotSuspended = 56,
    /// The release is suspended already.
    ReleaseSuspended = 57,
    /// The release's envelope was pruned.
    ReleasePruned = 58,
    /// The handover is not a valid COSE_Sign of a key handover within bounds, or for another vendor.
    MalformedHandover = 59,
    /// Fewer valid signatures of live author keys on the handover than the vendor's threshold.
    HandoverThresholdNotMet = 60,
    /// The handover's number is not the next one.
    HandoverNotNext = 61,
    /// Nobody offered the vendor to this account.
    TransferNotFound = 62,
    /// The sequence number was used before.
    SequenceNumberUsed = 63,
    /// Publishing is paused by the council.
    PublishingPaused = 64,
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.name(), self.message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn codes_round_trip_and_are_the_scale_index() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::from_code(refusal.code()), Some(*refusal));
            assert_eq!(refusal.encode(), [refusal.code()]);
        }
        assert_eq!(Refusal::from_code(0), None);
    }
    #[test]
    fn every_code_stands_in_the_documentation() {
        let documentation = include_str!("../../../docs/rpc.md");
        for refusal in Refusal::ALL {
            let row = format!("| {} | `{}` |", refusal.code(), refusal.name());
            assert!(documentation.contains(&row), "{row} is missing in docs/rpc.md");
        }
    }
}
