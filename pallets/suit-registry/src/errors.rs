//! The pallet's errors: every [`Refusal`] is one of them, with the same name and the same code.

use crate::Error;
use frame_support::pallet_macros::pallet_section;
use suit_primitives::refusal::Refusal;

/// The pallet's errors.
#[pallet_section]
mod errors {
    /// Why a call is refused. Names and indices are those of [`suit_primitives::Refusal`]; those about storage nodes are
    /// never given here.
    #[pallet::error]
    pub enum Error<T> {
        /// The envelope is not valid deterministic CBOR of a SUIT_Envelope within bounds.
        #[codec(index = 1)]
        MalformedEnvelope,
        /// The digest in the authentication wrapper is not that of the manifest.
        #[codec(index = 2)]
        ManifestDigestMismatch,
        /// The envelope carries no signature of a live author key of the vendor, or one in such a key's name that does
        /// not hold.
        #[codec(index = 3)]
        SignatureNotValid,
        /// Fewer valid author signatures on the manifest than the product's policy asks for.
        #[codec(index = 4)]
        ThresholdNotMet,
        /// The manifest uses an algorithm that the chain does not verify.
        #[codec(index = 5)]
        UnsupportedAlgorithm,
        /// What the manifest fetches cannot be decided without running it.
        #[codec(index = 6)]
        UndecidableManifest,
        /// The manifest names no vendor or no class, or there is a way around their conditions.
        #[codec(index = 7)]
        ProductNotNamed,
        /// The manifest's vendor is not registered.
        #[codec(index = 8)]
        VendorNotFound,
        /// The manifest's product is not registered.
        #[codec(index = 9)]
        ProductNotFound,
        /// The vendor is suspended or retired.
        #[codec(index = 10)]
        VendorNotActive,
        /// The sequence number is not greater than the highest ever published for the product.
        #[codec(index = 11)]
        SequenceNumberNotGreater,
        /// The sequence number rises by more than the chain allows.
        #[codec(index = 12)]
        SequenceNumberStepTooLarge,
        /// A payload's URI is not ipfs:// with a CIDv1 (raw or dag-pb, SHA2-256, base32), and no root was given for it.
        #[codec(index = 13)]
        PayloadRootMissing,
        /// A root given alongside contradicts the manifest, names no component, or is given twice.
        #[codec(index = 14)]
        PayloadRootMismatch,
        /// The payload's stored size is unknown, zero or larger than the chain allows.
        #[codec(index = 15)]
        BadPayloadSize,
        /// More payloads, signers or products than one release may have.
        #[codec(index = 16)]
        TooMany,
        /// The manifest depends on other manifests, which the chain does not take.
        #[codec(index = 17)]
        DependenciesNotSupported,
        /// The account is not one that may do this for the vendor.
        #[codec(index = 18)]
        NotAuthorized,
        /// The intent is not a valid COSE_Sign of an intent within bounds.
        #[codec(index = 19)]
        MalformedIntent,
        /// The intent is for another chain.
        #[codec(index = 20)]
        IntentForOtherChain,
        /// The intent is for another envelope.
        #[codec(index = 21)]
        IntentForOtherEnvelope,
        /// The intent's last block has passed.
        #[codec(index = 22)]
        IntentExpired,
        /// The intent's last block lies too far ahead.
        #[codec(index = 23)]
        IntentTooLong,
        /// Fewer valid author signatures on the intent than the product's policy asks for.
        #[codec(index = 24)]
        IntentThresholdNotMet,
        /// The envelope holds something that the manifest does not account for.
        #[codec(index = 25)]
        EnvelopeStuffed,
        /// A severable or integrated member that the manifest needs is missing from the envelope.
        #[codec(index = 26)]
        EnvelopeStripped,
        /// It is registered already.
        #[codec(index = 27)]
        AlreadyExists,
        /// The domain name is not made of lower-case A-labels.
        #[codec(index = 28)]
        BadDomain,
        /// The class name is empty or too long.
        #[codec(index = 29)]
        BadClassName,
        /// The key is not a COSE_Key of a P-256 or Ed25519 public key.
        #[codec(index = 30)]
        BadKey,
        /// The policy asks for nothing, or for more than there can be.
        #[codec(index = 31)]
        BadPolicy,
        /// The storage node is not registered.
        #[codec(index = 32)]
        NodeNotFound,
        /// The attestation's signature is not the node's.
        #[codec(index = 33)]
        AttestationSignatureNotValid,
        /// The attestation is for another chain or of an unknown version.
        #[codec(index = 34)]
        AttestationForOtherChain,
        /// The attestation is for a period that is not the current one.
        #[codec(index = 35)]
        AttestationPeriodNotCurrent,
        /// The node has attested in this period already.
        #[codec(index = 36)]
        AlreadyAttested,
        /// The attestation gains a release that is unknown, or not this node's duty.
        #[codec(index = 37)]
        NotOnDuty,
        /// The attestation gains what the node holds already, loses what it does not hold, or is not sorted.
        #[codec(index = 38)]
        HoldingsMismatch,
        /// The gateway URL is not an http or https origin.
        #[codec(index = 39)]
        BadGateway,
        /// The peer id is not a multihash of a public key.
        #[codec(index = 40)]
        BadPeerId,
        /// The proof of possession is not the node key's signature.
        #[codec(index = 41)]
        BadProofOfPossession,
        /// The node's key, or its peer id, is another node's.
        #[codec(index = 42)]
        NodeTaken,
        /// The deposit or the fee cannot be paid: the vendor's admin account has too little free balance.
        #[codec(index = 43)]
        DepositNotAvailable,
        /// The key is not registered for the vendor.
        #[codec(index = 44)]
        KeyNotFound,
        /// The product has no release with this sequence number.
        #[codec(index = 45)]
        ReleaseNotFound,
        /// The product is frozen: nothing is published for it.
        #[codec(index = 46)]
        ProductFrozen,
        /// The product's policy does not take releases this way: by a publisher account, or by the authors' intent.
        #[codec(index = 47)]
        SubmissionNotAllowed,
        /// The UUID is the nil or the max UUID, or of version 5, which belongs to domain names.
        #[codec(index = 48)]
        BadUuid,
        /// The key was revoked before.
        #[codec(index = 49)]
        KeyRevoked,
        /// The block lies where it makes no sense: the end before the beginning, or what happened in the future.
        #[codec(index = 50)]
        BadBlock,
        /// Something still depends on it: releases that are kept, or products that are not retired.
        #[codec(index = 51)]
        InUse,
        /// The product is retired.
        #[codec(index = 52)]
        ProductRetired,
        /// The floor is not above every number that was ever available, or not below what was published.
        #[codec(index = 53)]
        BadFloor,
        /// A release above the floor is not revoked.
        #[codec(index = 54)]
        ReleaseNotRevoked,
        /// The release is revoked.
        #[codec(index = 55)]
        ReleaseRevoked,
        /// The release is not suspended, or by somebody else or for another reason.
        #[codec(index = 56)]
        ReleaseNotSuspended,
        /// The release is suspended already.
        #[codec(index = 57)]
        ReleaseSuspended,
        /// The release's envelope was pruned.
        #[codec(index = 58)]
        ReleasePruned,
        /// The handover is not a valid COSE_Sign of a key handover within bounds, or for another vendor.
        #[codec(index = 59)]
        MalformedHandover,
        /// Fewer valid signatures of live author keys on the handover than the vendor's threshold.
        #[codec(index = 60)]
        HandoverThresholdNotMet,
        /// The handover's number is not the next one.
        #[codec(index = 61)]
        HandoverNotNext,
        /// Nobody offered the vendor to this account.
        #[codec(index = 62)]
        TransferNotFound,
        /// The sequence number was used before.
        #[codec(index = 63)]
        SequenceNumberUsed,
        /// Publishing is paused by the council.
        #[codec(index = 64)]
        PublishingPaused,
    }
}

impl<T> From<Refusal> for Error<T> {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::MalformedEnvelope => Error::MalformedEnvelope,
            Refusal::ManifestDigestMismatch => Error::ManifestDigestMismatch,
            Refusal::SignatureNotValid => Error::SignatureNotValid,
            Refusal::ThresholdNotMet => Error::ThresholdNotMet,
            Refusal::UnsupportedAlgorithm => Error::UnsupportedAlgorithm,
            Refusal::UndecidableManifest => Error::UndecidableManifest,
            Refusal::ProductNotNamed => Error::ProductNotNamed,
            Refusal::VendorNotFound => Error::VendorNotFound,
            Refusal::ProductNotFound => Error::ProductNotFound,
            Refusal::VendorNotActive => Error::VendorNotActive,
            Refusal::SequenceNumberNotGreater => Error::SequenceNumberNotGreater,
            Refusal::SequenceNumberStepTooLarge => Error::SequenceNumberStepTooLarge,
            Refusal::PayloadRootMissing => Error::PayloadRootMissing,
            Refusal::PayloadRootMismatch => Error::PayloadRootMismatch,
            Refusal::BadPayloadSize => Error::BadPayloadSize,
            Refusal::TooMany => Error::TooMany,
            Refusal::DependenciesNotSupported => Error::DependenciesNotSupported,
            Refusal::NotAuthorized => Error::NotAuthorized,
            Refusal::MalformedIntent => Error::MalformedIntent,
            Refusal::IntentForOtherChain => Error::IntentForOtherChain,
            Refusal::IntentForOtherEnvelope => Error::IntentForOtherEnvelope,
            Refusal::IntentExpired => Error::IntentExpired,
            Refusal::IntentTooLong => Error::IntentTooLong,
            Refusal::IntentThresholdNotMet => Error::IntentThresholdNotMet,
            Refusal::EnvelopeStuffed => Error::EnvelopeStuffed,
            Refusal::EnvelopeStripped => Error::EnvelopeStripped,
            Refusal::AlreadyExists => Error::AlreadyExists,
            Refusal::BadDomain => Error::BadDomain,
            Refusal::BadClassName => Error::BadClassName,
            Refusal::BadKey => Error::BadKey,
            Refusal::BadPolicy => Error::BadPolicy,
            Refusal::NodeNotFound => Error::NodeNotFound,
            Refusal::AttestationSignatureNotValid => Error::AttestationSignatureNotValid,
            Refusal::AttestationForOtherChain => Error::AttestationForOtherChain,
            Refusal::AttestationPeriodNotCurrent => Error::AttestationPeriodNotCurrent,
            Refusal::AlreadyAttested => Error::AlreadyAttested,
            Refusal::NotOnDuty => Error::NotOnDuty,
            Refusal::HoldingsMismatch => Error::HoldingsMismatch,
            Refusal::BadGateway => Error::BadGateway,
            Refusal::BadPeerId => Error::BadPeerId,
            Refusal::BadProofOfPossession => Error::BadProofOfPossession,
            Refusal::NodeTaken => Error::NodeTaken,
            Refusal::DepositNotAvailable => Error::DepositNotAvailable,
            Refusal::KeyNotFound => Error::KeyNotFound,
            Refusal::ReleaseNotFound => Error::ReleaseNotFound,
            Refusal::ProductFrozen => Error::ProductFrozen,
            Refusal::SubmissionNotAllowed => Error::SubmissionNotAllowed,
            Refusal::BadUuid => Error::BadUuid,
            Refusal::KeyRevoked => Error::KeyRevoked,
            Refusal::BadBlock => Error::BadBlock,
            Refusal::InUse => Error::InUse,
            Refusal::ProductRetired => Error::ProductRetired,
            Refusal::BadFloor => Error::BadFloor,
            Refusal::ReleaseNotRevoked => Error::ReleaseNotRevoked,
            Refusal::ReleaseRevoked => Error::ReleaseRevoked,
            Refusal::ReleaseNotSuspended => Error::ReleaseNotSuspended,
            Refusal::ReleaseSuspended => Error::ReleaseSuspended,
            Refusal::ReleasePruned => Error::ReleasePruned,
            Refusal::MalformedHandover => Error::MalformedHandover,
            Refusal::HandoverThresholdNotMet => Error::HandoverThresholdNotMet,
            Refusal::HandoverNotNext => Error::HandoverNotNext,
            Refusal::TransferNotFound => Error::TransferNotFound,
            Refusal::SequenceNumberUsed => Error::SequenceNumberUsed,
            Refusal::PublishingPaused => Error::PublishingPaused,
        }
    }
}
