//! What can happen: the pallet's calls by members of the small world, and what the chain around them does.

use super::world::{K, P, V};
use suit_primitives::{
    apis::KeyUsage,
    release::{PayloadRoot, Policy},
    SequenceNumber,
};

/// What an envelope fetches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fetched {
    /// Nothing: the image lies in the envelope.
    Integrated,
    /// A small image in one block.
    Small,
    /// A large image, of so many MiB.
    Large(u64),
    /// Two images, one of which others fetch too.
    Two,
    /// An image whose root the manifest does not name.
    Elsewhere,
}

/// A signature by a key, that holds or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct By(pub K, pub bool);

/// An envelope.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EnvelopeOf {
    /// For these products.
    pub products: Vec<P>,
    /// Its sequence number.
    pub number: SequenceNumber,
    /// What it fetches.
    pub fetched: Fetched,
    /// Who signed it.
    pub signed: Vec<By>,
}

/// What is wrong with an intent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It is no intent.
    Malformed,
    /// It is for another chain.
    OtherChain,
    /// It is for another envelope.
    OtherEnvelope,
}

/// An intent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntentOf {
    /// Last block in which it is good.
    pub last_block: u64,
    /// Who signed it.
    pub signed: Vec<By>,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// A handover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandoverOf {
    /// The vendor that it names.
    pub vendor: V,
    /// Its number.
    pub number: u64,
    /// The next keys.
    pub next: Vec<K>,
    /// Who signed it.
    pub signed: Vec<By>,
    /// Whether its bytes are cut.
    pub cut: bool,
}

/// What time a block has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Idle {
    /// None.
    No,
    /// More than enough.
    Plenty,
    /// Enough to look at so many releases for pruning.
    Looks(usize),
}

/// Something that happens. `who` is `None` where the council calls.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Call {
    RegisterVendor {
        who: u64,
        domain: &'static str,
    },
    RegisterVendorByUuid {
        who: u64,
        uuid: [u8; 16],
    },
    AddKey {
        who: u64,
        vendor: V,
        key: Option<K>,
        usage: KeyUsage,
        from: Option<u32>,
        until: Option<u32>,
    },
    RotateKey {
        who: u64,
        vendor: V,
        old: K,
        key: Option<K>,
    },
    RevokeKey {
        who: u64,
        vendor: V,
        key: K,
        since: Option<u32>,
    },
    VoidCredentials {
        who: u64,
        vendor: V,
        key: K,
        before: u64,
    },
    HandOverKeys {
        who: u64,
        vendor: V,
        handover: HandoverOf,
    },
    CreateProduct {
        who: u64,
        vendor: V,
        class: &'static str,
        policy: Policy,
    },
    SetPolicy {
        who: u64,
        product: P,
        policy: Policy,
    },
    RetireProduct {
        who: u64,
        product: P,
    },
    SetPublishers {
        who: u64,
        vendor: V,
        publishers: Vec<u64>,
    },
    TransferVendor {
        who: u64,
        vendor: V,
        to: u64,
    },
    CancelTransfer {
        who: u64,
        vendor: V,
    },
    AcceptVendor {
        who: u64,
        vendor: V,
    },
    SetThreshold {
        who: u64,
        vendor: V,
        threshold: u8,
    },
    RetireVendor {
        who: u64,
        vendor: V,
    },
    Publish {
        who: u64,
        envelope: EnvelopeOf,
        roots: Vec<PayloadRoot>,
    },
    PublishAuthorized {
        envelope: EnvelopeOf,
        roots: Vec<PayloadRoot>,
        intent: IntentOf,
    },
    PublishAuthorizedByAccount {
        who: u64,
        envelope: EnvelopeOf,
        intent: IntentOf,
    },
    RevokeRelease {
        who: u64,
        product: P,
        number: SequenceNumber,
    },
    SuspendRelease {
        who: u64,
        product: P,
        number: SequenceNumber,
    },
    ResumeRelease {
        who: u64,
        product: P,
        number: SequenceNumber,
    },
    SetSteppingStone {
        who: u64,
        product: P,
        number: SequenceNumber,
        declared: bool,
    },
    EmergencyRevokeRelease {
        who: Option<u64>,
        product: P,
        number: SequenceNumber,
    },
    EmergencySuspendRelease {
        who: Option<u64>,
        product: P,
        number: SequenceNumber,
    },
    EmergencyResumeRelease {
        who: Option<u64>,
        product: P,
        number: SequenceNumber,
    },
    LowerFloor {
        who: Option<u64>,
        product: P,
        floor: SequenceNumber,
    },
    SetAdmission {
        who: Option<u64>,
        open: bool,
    },
    SetAdmitted {
        who: Option<u64>,
        account: u64,
        admitted: bool,
    },
    /// Replication counts so many holders of a release.
    NoteReplicas {
        release: u64,
        replicas: u32,
    },
    /// The council pauses publishing, or ends the pause.
    Pause {
        paused: bool,
    },
    /// The block ends, and the block after so many more begins.
    NextBlock {
        idle: Idle,
        skipped: u32,
    },
}

impl Call {
    /// Its name alone, for counting.
    pub fn name(&self) -> String {
        let text = format!("{self:?}");
        text.split([' ', '{']).next().unwrap_or_default().into()
    }
}
