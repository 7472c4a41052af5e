//! Every [`Refusal`] is an error of the pallet, with the same name and the same code.

use crate::Error;
use suit_primitives::refusal::Refusal;

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
        }
    }
}
