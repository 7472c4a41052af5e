//! What the pallet stores beside the shared records. Every record is an enumeration whose SCALE index is its version.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey, VendorStatus},
    bounds::{MAX_CLASS_NAME, MAX_DOMAIN, MAX_HANDOVER, MAX_PUBLISHERS},
    release::{Policy, PolicyV2, Release, ReleaseV1, Retrieval},
    ClassId, ReleaseId, SequenceNumber,
};

/// A domain name: lower-case A-labels. Empty for a vendor that was registered by a UUID.
pub type Domain = BoundedVec<u8, ConstU32<MAX_DOMAIN>>;
/// A class name, UTF-8.
pub type ClassName = BoundedVec<u8, ConstU32<MAX_CLASS_NAME>>;
/// Accounts that may publish for a vendor, sorted.
pub type Publishers<AccountId> = BoundedVec<AccountId, ConstU32<MAX_PUBLISHERS>>;

macro_rules! versioned {
    ($(#[doc = $doc:literal])+ $name:ident $(<$($generic:ident),+>)?, $inner:ty) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
        pub enum $name $(<$($generic),+>)? {
            /// Version 1.
            #[codec(index = 1)]
            V1($inner),
        }

        impl $(<$($generic),+>)? $name $(<$($generic),+>)? {
            /// The record as version 1, whatever version it was stored in.
            pub fn v1(&self) -> &$inner {
                match self {
                    Self::V1(record) => record,
                }
            }

            /// The same, by value.
            pub fn into_v1(self) -> $inner {
                match self {
                    Self::V1(record) => record,
                }
            }
        }
    };
}

/// A deposit, and whose it is.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct Paid<AccountId, Ticket> {
    /// Whose balance it is held on, and who gets it back.
    pub payer: AccountId,
    /// The deposit.
    pub ticket: Ticket,
}

/// Something that takes the place of what is in force, from a block on.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub struct Pending<V> {
    /// What will be in force.
    pub value: V,
    /// From which block.
    pub from: u32,
}

versioned! {
    /// A vendor. The SCALE index is the record's version.
    VendorRecord<AccountId, Ticket>, VendorV1<AccountId, Ticket>
}

/// A vendor record, version 1. A retired vendor's stays as its tombstone.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct VendorV1<AccountId, Ticket> {
    /// The domain name that the id was derived from; empty where it was registered by a UUID.
    pub domain: Domain,
    /// Who manages keys, products and publishers, and whose balance carries the deposits of what is made from now on.
    pub admin: AccountId,
    /// To whom the admin offered the vendor.
    pub offered_to: Option<AccountId>,
    /// Who may call `publish`.
    pub publishers: Publishers<AccountId>,
    /// Where the vendor stands.
    pub status: VendorStatus,
    /// Author signatures that every release needs at least.
    pub threshold: u8,
    /// A lower threshold that is to come.
    pub pending_threshold: Option<Pending<u8>>,
    /// Products that are not retired.
    pub products: u32,
    /// Number of the last key handover.
    pub handovers: u64,
    /// Block of the registration.
    pub registered_at: u32,
    /// The deposit for this record, until the vendor is retired.
    pub deposit: Option<Paid<AccountId, Ticket>>,
}

impl<AccountId, Ticket> VendorV1<AccountId, Ticket> {
    /// The threshold that is in force in this block.
    pub fn threshold_at(&self, block: u32) -> u8 {
        in_force(self.threshold, self.pending_threshold, block)
    }
}

versioned! {
    /// A registered key. The SCALE index is the record's version.
    KeyRecord<AccountId, Ticket>, KeyV1<AccountId, Ticket>
}

/// A key record, version 1. A revoked key's stays: releases name their signers for ever.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct KeyV1<AccountId, Ticket> {
    /// The key, P-256 uncompressed.
    pub key: PublicKey,
    /// What it may sign.
    pub usage: KeyUsage,
    /// Where it stands.
    pub status: KeyStatus,
    /// First block in which it may sign.
    pub from: u32,
    /// Last block in which it may sign.
    pub until: Option<u32>,
    /// For an operator's key: credentials issued before this Unix time (seconds) are void.
    pub void_before: u64,
    /// The deposit for this record, until the key is revoked.
    pub deposit: Option<Paid<AccountId, Ticket>>,
}

impl<AccountId, Ticket> KeyV1<AccountId, Ticket> {
    /// Whether it may sign in this block.
    pub fn is_live_at(&self, block: u32) -> bool {
        self.status == KeyStatus::Live && self.from <= block && self.until.is_none_or(|until| block <= until)
    }
}

versioned! {
    /// A product. The SCALE index is the record's version.
    ProductRecord<AccountId, Ticket>, ProductV1<AccountId, Ticket>
}

/// A product record, version 1. A retired product's stays as its tombstone.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct ProductV1<AccountId, Ticket> {
    /// The class name that the class id was derived from.
    pub class_name: ClassName,
    /// What the vendor laid down for it.
    pub policy: Policy,
    /// A laxer policy that is to come.
    pub pending_policy: Option<Pending<Policy>>,
    /// Whether it is retired.
    pub retired: bool,
    /// The deposit for this record, until the product is retired.
    pub deposit: Option<Paid<AccountId, Ticket>>,
}

impl<AccountId, Ticket> ProductV1<AccountId, Ticket> {
    /// The policy that is in force in this block, in its newest version.
    pub fn policy_at(&self, block: u32) -> PolicyV2 {
        self.written_policy_at(block).latest()
    }

    /// The same in the version in which it is stored.
    pub fn written_policy_at(&self, block: u32) -> Policy {
        in_force(self.policy, self.pending_policy, block)
    }
}

fn in_force<V>(now: V, pending: Option<Pending<V>>, block: u32) -> V {
    match pending {
        Some(pending) if pending.from <= block => pending.value,
        _ => now,
    }
}

versioned! {
    /// What was published for a product so far. The SCALE index is the record's version.
    ProductState, StateV1
}

/// A product's state, version 1. Kept apart from the product's record, which changes seldom.
#[derive(Clone, Copy, PartialEq, Eq, Default, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct StateV1 {
    /// Releases published so far; the next one's ordinal.
    pub releases: u32,
    /// Highest sequence number ever published.
    pub highest_published: Option<SequenceNumber>,
    /// Highest sequence number that was ever available.
    pub highest_available: Option<SequenceNumber>,
    /// The least number that the next release may have, where the council lowered it below what follows from
    /// `highest_published`.
    pub floor: Option<SequenceNumber>,
    /// The release that is offered: the newest that is available.
    pub latest: Option<ReleaseId>,
    /// Releases before this ordinal were looked at for pruning.
    pub pruned: u32,
    /// Releases whose envelopes are kept.
    pub kept: u32,
}

impl StateV1 {
    /// The least sequence number that the next release may have; `None` where there is none left.
    pub fn least_next(&self) -> Option<SequenceNumber> {
        match (self.floor, self.highest_published) {
            (Some(floor), _) => Some(floor),
            (None, Some(highest)) => highest.checked_add(1),
            (None, None) => Some(0),
        }
    }

    /// Notes a release with this sequence number, which is not less than [`Self::least_next`].
    pub fn note_published(&mut self, sequence_number: SequenceNumber) {
        self.releases = self.releases.saturating_add(1);
        self.kept = self.kept.saturating_add(1);
        // A lowered floor rises with what is published, until that is above everything.
        self.floor = match self.highest_published {
            Some(highest) if sequence_number < highest => sequence_number.checked_add(1),
            _ => None,
        };
        self.highest_published = self.highest_published.max(Some(sequence_number));
    }
}

versioned! {
    /// What a release was published under, and what it keeps on deposit. The SCALE index is the record's version.
    ReleaseTerms<AccountId, Ticket>, TermsV1<AccountId, Ticket>
}

/// A release's terms, version 1. They go when the envelope goes.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct TermsV1<AccountId, Ticket> {
    /// Storage nodes that must attest it before it is offered.
    pub replicas: u8,
    /// Who may fetch it.
    pub retrieval: Retrieval,
    /// The deposit for its envelope.
    pub deposit: Paid<AccountId, Ticket>,
}

/// A release, and what it keeps.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct StoredRelease<AccountId, Ticket> {
    /// The record that stays.
    pub release: Release,
    /// Its terms, as long as its envelope is kept. One record with the release, because both are written when it is
    /// published and read when it is attested.
    pub terms: Option<ReleaseTerms<AccountId, Ticket>>,
}

impl<AccountId, Ticket> StoredRelease<AccountId, Ticket> {
    /// The release as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &ReleaseV1 {
        self.release.v1()
    }

    /// The same, to change it.
    pub(crate) fn v1_mut(&mut self) -> &mut ReleaseV1 {
        self.release.v1_mut()
    }

    /// Whether its envelope is kept.
    pub fn is_kept(&self) -> bool {
        self.terms.is_some()
    }
}

versioned! {
    /// What storage nodes keep for a vendor under a root, however many of its releases name it. The SCALE index is the
    /// record's version.
    PayloadRecord<AccountId, Ticket>, StoredV1<AccountId, Ticket>
}

/// Stored bytes, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct StoredV1<AccountId, Ticket> {
    /// Kept releases of the vendor that name it.
    pub releases: u32,
    /// Bytes times replicas that the deposit is for: the most that one of them asked for.
    pub bytes: u64,
    /// The deposit.
    pub deposit: Paid<AccountId, Ticket>,
}

versioned! {
    /// Who asks for a root. The SCALE index is the record's version.
    RootRecord, RootV1
}

/// A root record, version 1.
#[derive(Clone, Copy, PartialEq, Eq, Default, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct RootV1 {
    /// Length of the stored file in bytes: the greatest that a release named since the root was first asked for.
    pub stored_size: u64,
    /// Kept releases that name it.
    pub releases: u32,
    /// How many of them anybody may fetch.
    pub open: u32,
}

versioned! {
    /// A vendor's releases being worked off after a compromise. The SCALE index is the record's version.
    Review, ReviewV1
}

/// A review, version 1: product by product, in each from the newest release back.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct ReviewV1 {
    /// The earliest block since which one of the vendor's keys is compromised.
    pub since: u32,
    /// The product that is being looked at; none before the first.
    pub class: Option<ClassId>,
    /// Ordinal after the next release to look at.
    pub before: u32,
}

versioned! {
    /// A key handover that the chain checked. The SCALE index is the record's version.
    HandoverRecord, HandoverV1
}

/// A key handover, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct HandoverV1 {
    /// The signed message, byte for byte.
    pub message: BoundedVec<u8, ConstU32<MAX_HANDOVER>>,
    /// Block that recorded it.
    pub recorded_at: u32,
}
