//! What the pallet stores beside the shared records. Every record is an enumeration whose SCALE index is its version.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use suit_primitives::{
    apis::{KeyStatus, KeyUsage, PublicKey},
    bounds::{MAX_CLASS_NAME, MAX_DOMAIN, MAX_PUBLISHERS},
    release::Policy,
    VendorId,
};

/// A domain name: lower-case A-labels.
pub type Domain = BoundedVec<u8, ConstU32<MAX_DOMAIN>>;
/// A class name, UTF-8.
pub type ClassName = BoundedVec<u8, ConstU32<MAX_CLASS_NAME>>;
/// Accounts that may publish for a vendor, sorted.
pub type Publishers<AccountId> = BoundedVec<AccountId, ConstU32<MAX_PUBLISHERS>>;

/// Where a vendor stands.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug)]
pub enum VendorStatus {
    /// Its releases are offered and it may publish.
    #[codec(index = 0)]
    Active,
    /// Nothing of it is offered until it is settled which of its keys are good.
    #[codec(index = 1)]
    Suspended,
}

/// A vendor. The SCALE index is the record's version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub enum VendorRecord<AccountId, Ticket> {
    /// Version 1.
    #[codec(index = 1)]
    V1(VendorV1<AccountId, Ticket>),
}

/// A vendor record, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct VendorV1<AccountId, Ticket> {
    /// The domain name that the id was derived from.
    pub domain: Domain,
    /// Who manages keys, products and publishers, and whose balance carries the deposits.
    pub admin: AccountId,
    /// Who may call `publish`.
    pub publishers: Publishers<AccountId>,
    /// Where the vendor stands.
    pub status: VendorStatus,
    /// Block of the registration.
    pub registered_at: u32,
    /// The admin's deposit for this record.
    pub deposit: Ticket,
}

impl<AccountId, Ticket> VendorRecord<AccountId, Ticket> {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &VendorV1<AccountId, Ticket> {
        match self {
            VendorRecord::V1(vendor) => vendor,
        }
    }

    /// The same, by value.
    pub fn into_v1(self) -> VendorV1<AccountId, Ticket> {
        match self {
            VendorRecord::V1(vendor) => vendor,
        }
    }
}

/// A registered key. The SCALE index is the record's version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub enum KeyRecord<Ticket> {
    /// Version 1.
    #[codec(index = 1)]
    V1(KeyV1<Ticket>),
}

/// A key record, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct KeyV1<Ticket> {
    /// The vendor it belongs to.
    pub vendor: VendorId,
    /// The key, P-256 uncompressed.
    pub key: PublicKey,
    /// What it may sign.
    pub usage: KeyUsage,
    /// Where it stands.
    pub status: KeyStatus,
    /// For an operator's key: credentials issued before this Unix time (seconds) are void.
    pub void_before: u64,
    /// The admin's deposit for this record.
    pub deposit: Ticket,
}

impl<Ticket> KeyRecord<Ticket> {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &KeyV1<Ticket> {
        match self {
            KeyRecord::V1(key) => key,
        }
    }
}

/// A product. The SCALE index is the record's version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub enum ProductRecord<Ticket> {
    /// Version 1.
    #[codec(index = 1)]
    V1(ProductV1<Ticket>),
}

/// A product record, version 1.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct ProductV1<Ticket> {
    /// The class name that the class id was derived from.
    pub class_name: ClassName,
    /// What the vendor laid down for it.
    pub policy: Policy,
    /// The admin's deposit for this record.
    pub deposit: Ticket,
}

impl<Ticket> ProductRecord<Ticket> {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &ProductV1<Ticket> {
        match self {
            ProductRecord::V1(product) => product,
        }
    }
}

/// What a release keeps on deposit, and whose it is. The SCALE index is the record's version.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub enum ReleaseDeposit<AccountId, Ticket> {
    /// Version 1.
    #[codec(index = 1)]
    V1 {
        /// Whose balance it is held on.
        payer: AccountId,
        /// The deposit.
        ticket: Ticket,
    },
}

/// Who asks for a root. The SCALE index is the record's version.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub enum RootRecord {
    /// Version 1.
    #[codec(index = 1)]
    V1(RootV1),
}

/// A root record, version 1.
#[derive(Clone, Copy, PartialEq, Eq, Default, Encode, Decode, MaxEncodedLen, TypeInfo, Debug)]
pub struct RootV1 {
    /// Length of the stored file in bytes: the greatest that a live release names.
    pub stored_size: u64,
    /// Live releases that name it.
    pub releases: u32,
    /// How many of them anybody may fetch.
    pub open: u32,
}

impl RootRecord {
    /// The record as version 1, whatever version it was stored in.
    pub fn v1(&self) -> &RootV1 {
        match self {
            RootRecord::V1(root) => root,
        }
    }
}
