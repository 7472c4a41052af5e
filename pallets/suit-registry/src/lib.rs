#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

mod admission;
mod api;
mod availability;
mod available_set;
mod bytes;
mod calls;
mod checks;
mod cost;
pub mod crypto;
pub mod deposits;
mod errors;
mod events;
mod governance;
mod handover;
mod invariants;
mod keys;
pub mod migrations;
mod products;
mod prune;
mod publish;
mod releases;
mod review;
pub mod types;
mod vendors;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod forge;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use admission::EnsureAdmitted;
pub use pallet::*;
pub use weights::WeightInfo;

/// Priority of `publish_authorized` in the pool: before transfers that tip nothing, behind whoever pays for speed and
/// behind operational transactions.
pub const AUTHORIZED_PRIORITY: u64 = 1 << 20;

/// Releases, and products of a vendor, that one block goes through at most after compromises.
pub const REVIEWS_PER_BLOCK: u32 = 16;

use frame_support::pallet_macros::import_section;

#[import_section(calls::calls)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{
        checks::By,
        cost,
        deposits::{PermanentFee, StoredBytes},
        governance::MAX_ABOVE_FLOOR,
        types::{
            ClassName, Domain, HandoverRecord, KeyRecord, PayloadRecord, ProductRecord, ProductState, Review,
            RootRecord, StoredRelease, VendorRecord,
        },
        weights::WeightInfo,
    };
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint},
    };
    use frame_system::pallet_prelude::*;
    use suit_primitives::{
        apis::{DryRun, HistoryEntry, KeyInfo, KeyUsage, Latest, ProductInfo, Suspension, VendorInfo},
        bounds::{MAX_ENVELOPE, MAX_KEYS_PER_VENDOR, MAX_PAYLOADS, MAX_STEPPING_STONES},
        release::{Digest, PayloadRoot, Policy, RootCid},
        ClassId, KeyId, ProductId, ReleaseId, SequenceNumber, VendorId,
    };

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

    /// The registry.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// Who may register as a vendor, and with which account as its admin. See [`crate::EnsureAdmitted`].
        type RegisterOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Self::AccountId>;
        /// The council: admission, emergencies, floors.
        type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Deposit for a vendor: one record; size in bytes of domain and publishers.
        type VendorDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a key: one record; size in bytes of the COSE_Key.
        type KeyDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a product: one record; size in bytes of the class name.
        type ProductDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a release: one record; size in bytes of the envelope.
        type ReleaseDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for what storage nodes keep for a vendor under one root.
        type PayloadDeposit: Consideration<Self::AccountId, StoredBytes>;
        /// Fee for what stays for ever: tombstones of vendors, products and keys; digests and signers of releases;
        /// handovers.
        type PermanentFee: PermanentFee<Self::AccountId>;
        /// Blocks before a change of policy or threshold that loosens something takes effect.
        #[pallet::constant]
        type PolicyDelay: Get<u32>;
        /// Available releases of a product whose envelopes are kept; older ones are pruned, stepping stones excepted. At
        /// least 2, so that the newest two unrevoked releases are never pruned.
        #[pallet::constant]
        type KeepReleases: Get<u32>;
        /// Whether publishing is paused.
        type PublishingPaused: Get<bool>;
        /// What calls weigh.
        type WeightInfo: WeightInfo;
    }

    /// What is stored of a release, as this runtime has it.
    pub type StoredReleaseOf<T> = StoredRelease<<T as frame_system::Config>::AccountId, <T as Config>::ReleaseDeposit>;

    /// A release's terms, as this runtime has them.
    pub(crate) type TermsOf<T> =
        crate::types::ReleaseTerms<<T as frame_system::Config>::AccountId, <T as Config>::ReleaseDeposit>;

    /// What the deposits are held for.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A vendor's record.
        Vendor,
        /// A key's record.
        Key,
        /// A product's record.
        Product,
        /// A release: record and envelope.
        Release,
        /// What storage nodes keep.
        Payload,
    }

    /// Whether everybody may register as a vendor. Read by [`crate::EnsureAdmitted`].
    #[pallet::storage]
    pub type OpenAdmission<T: Config> = StorageValue<_, bool, ValueQuery>;

    /// Accounts that may register while admission is closed.
    #[pallet::storage]
    pub type Admitted<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, ()>;

    /// Vendors by their id, which the chain derives from the domain name. Retired ones stay.
    #[pallet::storage]
    pub type Vendors<T: Config> =
        StorageMap<_, Blake2_128Concat, VendorId, VendorRecord<T::AccountId, T::VendorDeposit>>;

    /// Author and operator keys by vendor and thumbprint. A key has one use. Revoked ones stay. Two vendors may name the
    /// same key: it gives neither of them power over the other, and so nobody can take a key's place.
    #[pallet::storage]
    pub type Keys<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        VendorId,
        Blake2_128Concat,
        KeyId,
        KeyRecord<T::AccountId, T::KeyDeposit>,
    >;

    /// The keys of a vendor that are not revoked, in the order in which they came.
    #[pallet::storage]
    pub type KeysOf<T: Config> =
        StorageMap<_, Blake2_128Concat, VendorId, BoundedVec<KeyId, ConstU32<MAX_KEYS_PER_VENDOR>>, ValueQuery>;

    /// Key handovers by vendor and number, from 1.
    #[pallet::storage]
    pub type Handovers<T: Config> = StorageDoubleMap<_, Blake2_128Concat, VendorId, Twox64Concat, u64, HandoverRecord>;

    /// Products and their policies. Retired ones stay.
    #[pallet::storage]
    pub type Products<T: Config> =
        StorageMap<_, Blake2_128Concat, ProductId, ProductRecord<T::AccountId, T::ProductDeposit>>;

    /// The products of a vendor, retired ones too.
    #[pallet::storage]
    pub type ProductsOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, VendorId, Blake2_128Concat, ClassId, ()>;

    /// What was published for a product so far.
    #[pallet::storage]
    pub type States<T: Config> = StorageMap<_, Blake2_128Concat, ProductId, ProductState>;

    /// Sequence numbers that devices below them have to pass through, rising.
    #[pallet::storage]
    pub type SteppingStones<T: Config> = StorageMap<
        _,
        Blake2_128Concat,
        ProductId,
        BoundedVec<SequenceNumber, ConstU32<MAX_STEPPING_STONES>>,
        ValueQuery,
    >;

    /// The number that the next release gets.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type NextReleaseId<T: Config> = StorageValue<_, ReleaseId, ValueQuery>;

    /// Releases by their number, each with the terms that it was published under and its deposit, as long as its envelope
    /// is kept. The releases themselves are never pruned.
    #[pallet::storage]
    pub type Releases<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, StoredReleaseOf<T>>;

    /// The envelope of a release, byte for byte as it was signed, until it is pruned or revoked.
    #[pallet::storage]
    pub type Envelopes<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, BoundedVec<u8, ConstU32<MAX_ENVELOPE>>>;

    /// Why a release is suspended.
    #[pallet::storage]
    pub type Suspensions<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, Suspension>;

    /// Releases that enough storage nodes attested for the first time while they were withheld. Nodes do not attest anew
    /// what they hold, so that this has to be remembered until a release is resumed.
    #[pallet::storage]
    pub type AttestedWithheld<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, ()>;

    /// The ordinal of a product's release with a sequence number.
    #[pallet::storage]
    pub type ReleaseOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ProductId, Twox64Concat, SequenceNumber, u32>;

    /// A product's releases in the order in which they were published, by their ordinals from 0.
    #[pallet::storage]
    pub type ReleaseAt<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ProductId, Twox64Concat, u32, ReleaseId>;

    /// Which of a product's releases are available and kept: a set of ordinals as a tree of bitmaps, 256 bits a page.
    /// The second key is the level, from 0 at the leaves, and the page's number.
    #[pallet::storage]
    pub type AvailablePages<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ProductId, Twox64Concat, (u8, u32), [u8; 32]>;

    /// Products that may have releases to prune.
    #[pallet::storage]
    pub type PruneQueue<T: Config> = StorageMap<_, Blake2_128Concat, ProductId, ()>;

    /// The roots that kept releases name: what storage nodes take uploads for.
    #[pallet::storage]
    pub type Roots<T: Config> = StorageMap<_, Blake2_128Concat, RootCid, RootRecord>;

    /// What storage nodes keep for a vendor, and its deposit. A payload that several of its releases share counts once.
    #[pallet::storage]
    pub type Payloads<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        VendorId,
        Blake2_128Concat,
        RootCid,
        PayloadRecord<T::AccountId, T::PayloadDeposit>,
    >;

    /// Vendors whose releases are being gone through after a compromise.
    #[pallet::storage]
    pub type Reviews<T: Config> = StorageMap<_, Blake2_128Concat, VendorId, Review>;

    /// The vendor that was looked at last, so that all of them get their turn.
    #[pallet::storage]
    pub type LastReviewed<T: Config> = StorageValue<_, VendorId>;

    /// What the first block starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether everybody may register as a vendor.
        pub open_admission: bool,
        /// Nothing.
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            OpenAdmission::<T>::put(self.open_admission);
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            // Of all that publish in a block, the first reads the next release's number from the database and the last
            // writes it there: paid here, and by no call.
            let numbering = T::DbWeight::get().reads_writes(1, 1);
            Self::review_some(crate::REVIEWS_PER_BLOCK).saturating_add(numbering)
        }

        fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::prune_within(remaining)
        }

        fn integrity_test() {
            crate::invariants::configuration::<T>();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::invariants()
        }
    }

    /// What a user interface asks, named in the metadata: the same answers as the runtime API's.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The newest release that is offered for a product.
        pub fn latest(product: ProductId) -> Latest {
            Self::api_latest(product)
        }

        /// The release that a device with this sequence number should take next: a stepping stone where one lies before
        /// the newest, otherwise the newest.
        pub fn next_release(product: ProductId, installed: Option<SequenceNumber>) -> Latest {
            Self::api_next_release(product, installed)
        }

        /// A product's releases, the newest first, from the one before this ordinal; at most 64.
        pub fn history(product: ProductId, before: Option<u32>, limit: u32) -> Vec<HistoryEntry> {
            Self::api_history(product, before, limit)
        }

        /// A vendor.
        pub fn vendor(vendor: VendorId) -> Option<VendorInfo> {
            Self::api_vendor(vendor)
        }

        /// A product and its policy.
        pub fn product(product: ProductId) -> Option<ProductInfo> {
            Self::api_product(product)
        }

        /// A vendor's products after this one; at most 64.
        pub fn products(vendor: VendorId, after: Option<ClassId>, limit: u32) -> Vec<(ProductId, ProductInfo)> {
            Self::api_products(vendor, after, limit)
        }

        /// A vendor's keys, revoked ones too, after this one; at most 64.
        pub fn keys(vendor: VendorId, after: Option<KeyId>, limit: u32) -> Vec<(KeyId, KeyInfo)> {
            Self::api_keys(vendor, after, limit)
        }

        /// What `publish` by this account, SCALE-encoded, would do: every reason for refusal at once.
        pub fn dry_run_publish(account: Vec<u8>, envelope: Vec<u8>, roots: Vec<PayloadRoot>) -> DryRun {
            Self::api_dry_run_publish(account, envelope, roots)
        }

        /// What `publish_authorized` would do: every reason for refusal at once.
        pub fn dry_run_publish_authorized(envelope: Vec<u8>, intent: Vec<u8>) -> DryRun {
            Self::api_dry_run_publish_authorized(envelope, intent)
        }
    }
}
