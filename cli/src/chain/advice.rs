//! What to do about a refusal, where there is something to do.

use suit_primitives::Refusal;

/// What to do about a refusal of the registry's or of replication's. Every refusal stands here, so that a new one is
/// thought about.
pub fn on(refusal: Refusal) -> Option<&'static str> {
    use Refusal::*;
    Some(match refusal {
        MalformedEnvelope | ManifestDigestMismatch | UndecidableManifest | EnvelopeStuffed | EnvelopeStripped => {
            "`suit manifest inspect` shows what is in it"
        }
        SignatureNotValid => "`suit vendor show` lists the live author keys; `suit manifest verify` checks by one",
        ThresholdNotMet => "sign by more --key, or have other authors sign with `suit manifest sign`",
        UnsupportedAlgorithm => "sign by esp256 or ed25519: `suit key generate`",
        ProductNotNamed => "let the manifest check vendor and class identifier before anything else",
        VendorNotFound => "`suit vendor register` registers it",
        ProductNotFound => "`suit product create` registers it",
        VendorNotActive => "`suit vendor show` says why: after a compromise it comes back by itself",
        SequenceNumberNotGreater => "`suit product show` says the next; `suit publish` without --sequence takes it",
        SequenceNumberStepTooLarge => "take a lower number; `suit product show` says the next",
        PayloadRootMissing => "say where the bytes lie: --root INDEX:CID:SIZE",
        PayloadRootMismatch => "give --root only for components whose URI is not ipfs://, once each",
        BadPayloadSize => "let the manifest say the size, or give it with --root",
        DependenciesNotSupported => "publish each manifest by itself",
        NotAuthorized => {
            "`suit vendor show` names the admin, and the publishers that `suit vendor set-publishers` names"
        }
        MalformedIntent | IntentForOtherChain | IntentForOtherEnvelope => {
            "sign a new intent for this envelope and chain: --key, and --intent-out to keep it"
        }
        IntentExpired => "sign a new intent",
        IntentTooLong => "give a lower --valid-blocks",
        IntentThresholdNotMet => "sign by more --key: each signs the intent too",
        BadDomain => "write at least two lower-case A-labels, such as example.com",
        BadClassName => "write 1 to 128 bytes",
        BadKey => "make one with `suit key generate`: esp256 or ed25519",
        BadPolicy => "take 1 to 8 signatures and 1 to 16 replicas",
        NodeNotFound => "`suit node register` registers it",
        BadGateway => "write an origin such as https://node.example",
        NodeTaken => "`suit node list` shows who has it",
        DepositNotAvailable => "transfer tokens to the vendor's admin, whom `suit vendor show` names",
        KeyNotFound => "`suit vendor show` lists the keys; `suit vendor add-key` adds one",
        ReleaseNotFound => "`suit release history` lists the releases",
        ProductFrozen => "`suit product unfreeze` lifts it, after the chain's delay",
        SubmissionNotAllowed => "`suit product show` says how: --suri for accounts, --key for intents",
        BadUuid => "take a random one, of version 4; a domain name is registered as such",
        KeyRevoked => {
            "`suit vendor show` says how it was revoked; only a compromise, or an earlier one, can still be said"
        }
        BadBlock => "`suit vendor show` says from when on; a compromise lies in the past, and times only rise",
        InUse => "revoke the releases that are kept, or retire the products, first: `suit product list` counts them",
        BadFloor => {
            "`suit product show` says the next number; the floor lies below it, and above all that was available"
        }
        ReleaseNotRevoked => "revoke it first: `suit council revoke-release`, or the vendor's `suit release revoke`",
        ReleaseRevoked => "publish again, under a higher number",
        ReleaseNotSuspended => {
            "`suit release show` says by whom: who suspended it resumes it, after a compromise nobody"
        }
        ReleasePruned => "publish again, under a higher number",
        MalformedHandover => "`suit key handover inspect` shows what is in it",
        HandoverThresholdNotMet => "have more of the old keys sign: `suit key handover sign`",
        HandoverNotNext => "`suit vendor show` says the last number: make the next with `suit key handover create`",
        TransferNotFound => {
            "`suit vendor show` says to whom it is offered; its admin offers it with `suit vendor transfer`"
        }
        SequenceNumberUsed => "take another: `suit release history` lists those that were used",
        PublishingPaused => "wait until the council lifts it: `suit council unpause publishing`",
        TooMany
        | AlreadyExists
        | AttestationSignatureNotValid
        | AttestationForOtherChain
        | AttestationPeriodNotCurrent
        | AlreadyAttested
        | NotOnDuty
        | HoldingsMismatch
        | BadPeerId
        | BadProofOfPossession
        | ProductRetired
        | ReleaseSuspended => return None,
    })
}

/// What to do about another pallet's error, by its name.
pub fn on_dispatch(name: &str) -> Option<&'static str> {
    Some(match name {
        "BadOrigin" => {
            "the account may not do this. While admission is closed, the council admits who may register: \
             `suit council admit`; what only the council may do goes by `suit council`"
        }
        "System::CallFiltered" => "the council has paused this call: `suit council unpause` lifts it",
        "System::NothingAuthorized" => "let the council authorise the code first: `suit council authorize-upgrade`",
        "System::Unauthorized" => "this is not the code that the council authorised: hand in the very same file",
        "System::SpecVersionNeedsToIncrease" => "build the code with a higher spec_version",
        "System::InvalidSpecName" => "this is another chain's code",
        "Council::NotMember" => "only members of the council may: `suit council motions` lists them",
        "Council::DuplicateProposal" => "the same is moved already: `suit council motions`, then `suit council vote`",
        "Council::ProposalMissing" | "Council::WrongIndex" => "`suit council motions` lists the open motions",
        "Council::DuplicateVote" => "you voted so before",
        "Council::TooEarly" => "too few have voted yet: `suit council motions` says how many",
        "CouncilMembership::AlreadyMember" => "it is a member already",
        "CouncilMembership::NotMember" => "it is no member",
        "Registrars::KeysNotSet" => "let its account set the node's session keys first (session.setKeys)",
        "Registrars::AlreadyExists" => "it is a registration node already",
        "Registrars::NotFound" => "it is no registration node",
        "Registrars::TooFew" => "add another registration node first",
        "TxPause::IsPaused" => "it is paused already",
        "TxPause::IsUnpaused" => "it is not paused",
        "TxPause::Unpausable" => "what keeps the chain alive and governed cannot be paused; nor what does not exist",
        _ => return None,
    })
}

/// The advice as it follows a reason, or nothing.
pub fn suffix(advice: Option<&str>) -> String {
    advice.map_or_else(String::new, |advice| format!(" ({advice})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_manages_a_vendor_is_told_what_to_do_next() {
        let told = Refusal::ALL.iter().filter(|refusal| on(**refusal).is_some()).count();
        assert!(told >= 50, "{told}");
        assert!(on(Refusal::HandoverNotNext).unwrap().contains("suit vendor show"));
    }

    #[test]
    fn a_name_that_several_pallets_use_is_told_apart() {
        assert!(on_dispatch("Registrars::AlreadyExists").is_some());
        assert_eq!(on_dispatch("Balances::AlreadyExists"), None);
        assert_eq!(suffix(None), "");
        assert_eq!(suffix(Some("do this")), " (do this)");
    }
}
