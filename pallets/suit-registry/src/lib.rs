#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

mod api;
mod availability;
mod checks;
pub mod crypto;
pub mod deposits;
mod errors;
pub mod origin;
mod publish;
mod register;
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use origin::EnsureAdmitted;
pub use pallet::*;
pub use weights::WeightInfo;

/// Priority of `publish_authorized` in the pool: before transfers that tip nothing, behind whoever pays for speed and
/// behind operational transactions.
pub const AUTHORIZED_PRIORITY: u64 = 1 << 20;

#[frame_support::pallet]
pub mod pallet {
    use crate::{
        checks::By,
        deposits::ReleaseFootprint,
        types::{ClassName, Domain, KeyRecord, ProductRecord, ReleaseDeposit, RootRecord, VendorRecord},
        weights::{signatures_in, WeightInfo},
    };
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint},
    };
    use frame_system::pallet_prelude::*;
    use suit_primitives::{
        apis::KeyUsage,
        bounds::{MAX_ENVELOPE, MAX_KEYS_PER_VENDOR, MAX_PAYLOADS, MAX_PRODUCTS_PER_MANIFEST},
        release::{PayloadRoot, Policy, Release, RootCid},
        KeyId, ProductId, ReleaseId, SequenceNumber, VendorId,
    };

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The registry.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// Who may register as a vendor, and with which account as its admin. See [`crate::EnsureAdmitted`].
        type RegisterOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Self::AccountId>;
        /// Deposit for a vendor: one record; size in bytes of domain and publishers.
        type VendorDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a key: one record; size in bytes of the COSE_Key.
        type KeyDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a product: one record; size in bytes of the class name.
        type ProductDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a release: its envelope, and its payloads times the replicas.
        type ReleaseDeposit: Consideration<Self::AccountId, ReleaseFootprint>;
        /// What calls weigh.
        type WeightInfo: WeightInfo;
    }

    /// What the deposits are held for.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A vendor's record.
        Vendor,
        /// A key's record.
        Key,
        /// A product's record.
        Product,
        /// A release: record, envelope, and what storage nodes keep.
        Release,
    }

    /// Whether everybody may register as a vendor. Read by [`crate::EnsureAdmitted`].
    #[pallet::storage]
    pub type OpenAdmission<T: Config> = StorageValue<_, bool, ValueQuery>;

    /// Vendors by their id, which the chain derives from the domain name.
    #[pallet::storage]
    pub type Vendors<T: Config> =
        StorageMap<_, Blake2_128Concat, VendorId, VendorRecord<T::AccountId, T::VendorDeposit>>;

    /// Author and operator keys by their thumbprint. A key belongs to one vendor and has one use.
    #[pallet::storage]
    pub type Keys<T: Config> = StorageMap<_, Blake2_128Concat, KeyId, KeyRecord<T::KeyDeposit>>;

    /// The keys of a vendor, in the order in which they came.
    #[pallet::storage]
    pub type KeysOf<T: Config> =
        StorageMap<_, Blake2_128Concat, VendorId, BoundedVec<KeyId, ConstU32<MAX_KEYS_PER_VENDOR>>, ValueQuery>;

    /// Products and their policies.
    #[pallet::storage]
    pub type Products<T: Config> = StorageMap<_, Blake2_128Concat, ProductId, ProductRecord<T::ProductDeposit>>;

    /// The number that the next release gets.
    #[pallet::storage]
    pub type NextReleaseId<T: Config> = StorageValue<_, ReleaseId, ValueQuery>;

    /// Releases by their number. Never pruned.
    #[pallet::storage]
    pub type Releases<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, Release>;

    /// The envelope of a release, byte for byte as it was signed.
    #[pallet::storage]
    pub type Envelopes<T: Config> = StorageMap<_, Twox64Concat, ReleaseId, BoundedVec<u8, ConstU32<MAX_ENVELOPE>>>;

    /// What a release keeps on deposit.
    #[pallet::storage]
    pub type ReleaseDeposits<T: Config> =
        StorageMap<_, Twox64Concat, ReleaseId, ReleaseDeposit<T::AccountId, T::ReleaseDeposit>>;

    /// The release of a product with a sequence number.
    #[pallet::storage]
    pub type ReleaseOf<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ProductId, Twox64Concat, SequenceNumber, ReleaseId>;

    /// How many releases a product has.
    #[pallet::storage]
    pub type ReleasesOf<T: Config> = StorageMap<_, Blake2_128Concat, ProductId, u32, ValueQuery>;

    /// The release that is offered to a product's devices: the newest that was ever available.
    #[pallet::storage]
    pub type Latest<T: Config> = StorageMap<_, Blake2_128Concat, ProductId, ReleaseId>;

    /// The highest sequence number that was ever published for a product. No number is used twice.
    #[pallet::storage]
    pub type HighestPublished<T: Config> = StorageMap<_, Blake2_128Concat, ProductId, SequenceNumber>;

    /// The roots that live releases name: what storage nodes take uploads for.
    #[pallet::storage]
    pub type Roots<T: Config> = StorageMap<_, Blake2_128Concat, RootCid, RootRecord>;

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

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A vendor was registered.
        VendorRegistered {
            /// Its id, derived from the domain.
            vendor: VendorId,
            /// Its domain name.
            domain: Domain,
            /// The account that manages it.
            admin: T::AccountId,
        },
        /// A key was added to a vendor.
        KeyAdded {
            /// The vendor.
            vendor: VendorId,
            /// The key's thumbprint.
            key: KeyId,
            /// What it may sign.
            usage: KeyUsage,
        },
        /// A vendor named who may publish for it.
        PublishersSet {
            /// The vendor.
            vendor: VendorId,
            /// The accounts, sorted.
            publishers: Vec<T::AccountId>,
        },
        /// A product was created.
        ProductCreated {
            /// Its id.
            product: ProductId,
            /// The class name that its class id was derived from.
            class_name: ClassName,
            /// Its policy.
            policy: Policy,
        },
        /// A release was published. Devices are offered it once its bytes are available.
        ReleasePublished {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
        },
        /// Enough storage nodes attested a release's bytes.
        ReleaseAvailable {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
        },
    }

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
        /// The deposit cannot be held: the vendor's admin account has too little free balance.
        #[codec(index = 43)]
        DepositNotAvailable,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            crate::try_state::integrity_test::<T>();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a vendor by its domain name. Its id is derived from the name on the chain (UUIDv5, RFC 9562), so
        /// nobody gets an id that belongs to another name.
        ///
        /// # Parameters
        /// - `domain`: lower-case A-labels, at least two, without a final dot.
        ///
        /// The account that the origin stands for becomes the vendor's admin and its first publisher, and carries the
        /// deposit.
        ///
        /// # Events
        /// [`Event::VendorRegistered`]
        ///
        /// # Errors
        /// [`Error::BadDomain`], [`Error::AlreadyExists`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_vendor())]
        pub fn register_vendor(origin: OriginFor<T>, domain: Vec<u8>) -> DispatchResult {
            let admin = T::RegisterOrigin::ensure_origin(origin)?;
            Self::do_register_vendor(admin, &domain)
        }

        /// Adds an author's or operator's key to a vendor. Called by its admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `cose_key`: the public COSE_Key, P-256 or Ed25519, in deterministic CBOR.
        /// - `usage`: what it may sign. A key has one use.
        ///
        /// # Events
        /// [`Event::KeyAdded`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::BadKey`], [`Error::AlreadyExists`] (with any
        /// vendor), [`Error::TooMany`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(k) in the vendor's keys, at most 64.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::add_key())]
        pub fn add_key(origin: OriginFor<T>, vendor: VendorId, cose_key: Vec<u8>, usage: KeyUsage) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_add_key(&who, vendor, &cose_key, usage)
        }

        /// Creates a product. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `class_name`: the name that the class id is derived from (UUIDv5 in the vendor's name space).
        /// - `policy`: signatures and replicas that a release needs, and who may fetch.
        ///
        /// # Events
        /// [`Event::ProductCreated`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::BadClassName`], [`Error::BadPolicy`],
        /// [`Error::AlreadyExists`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::create_product())]
        pub fn create_product(
            origin: OriginFor<T>,
            vendor: VendorId,
            class_name: Vec<u8>,
            policy: Policy,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_create_product(&who, vendor, &class_name, policy)
        }

        /// Names the accounts that may call `publish` for a vendor, in place of those named before. Called by its admin,
        /// who is one of them only if he is on the list.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `publishers`: at most 16 accounts. Order and repetition do not matter.
        ///
        /// # Events
        /// [`Event::PublishersSet`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::TooMany`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(n log n) in the accounts.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_publishers(publishers.len() as u32))]
        pub fn set_publishers(origin: OriginFor<T>, vendor: VendorId, publishers: Vec<T::AccountId>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_publishers(&who, vendor, publishers)
        }

        /// Publishes an envelope. Called by an account that the vendor named as publisher.
        ///
        /// # Parameters
        /// - `envelope`: the whole SUIT_Envelope, at most 16 KiB.
        /// - `roots`: where the bytes lie of components whose URI in the manifest is not `ipfs://…`, or whose stored size
        ///   the manifest does not say.
        ///
        /// # Events
        /// [`Event::ReleasePublished`] for each product of the manifest; [`Event::ReleaseAvailable`] where the envelope
        /// carries every payload.
        ///
        /// # Errors
        /// Codes 1 to 18, 25 and 26 of [`suit_primitives::Refusal`], and [`Error::DepositNotAvailable`].
        ///
        /// # Complexity
        /// O(e + s + n·r): bytes of envelope, signatures (at most 8), products (at most 4), payloads (at most 8). What was
        /// not used is given back.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::publish(
            envelope.len() as u32, signatures_in(envelope.len()), 0, MAX_PRODUCTS_PER_MANIFEST, MAX_PAYLOADS
        ))]
        pub fn publish(origin: OriginFor<T>, envelope: Vec<u8>, roots: Vec<PayloadRoot>) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_publish(
                envelope,
                By::Account {
                    account: &who,
                    roots: &roots,
                },
            )
        }

        /// Publishes an envelope on the authors' own word: no account, no tokens. The intent carries the signatures of as
        /// many live author keys as the policy asks for, over this chain, this envelope to the last byte, and an expiry.
        ///
        /// The authorisation step, which runs in the pool and again whenever the block is executed, verifies every
        /// signature. Sent by a signed account it is refused, and charged as any other call: only the general transaction
        /// without an account is free.
        ///
        /// # Parameters
        /// - `envelope`: the whole SUIT_Envelope, at most 16 KiB.
        /// - `intent`: COSE_Sign of the intent, at most 2 KiB.
        ///
        /// # Events
        /// As for `publish`.
        ///
        /// # Errors
        /// Codes 1 to 17, 19 to 26 of [`suit_primitives::Refusal`], and `DepositNotAvailable`: as the pool's `Custom`
        /// code.
        ///
        /// # Complexity
        /// As for `publish`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::publish_authorized(
            envelope.len() as u32, intent.len() as u32, MAX_PRODUCTS_PER_MANIFEST, MAX_PAYLOADS
        ))]
        #[pallet::authorize(|_source, envelope, intent| Self::authorize_publish(envelope, intent))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_publish(
            envelope.len() as u32,
            intent.len() as u32,
            signatures_in(envelope.len()).saturating_add(signatures_in(intent.len())),
            0,
        ))]
        pub fn publish_authorized(
            origin: OriginFor<T>,
            envelope: Vec<u8>,
            intent: Vec<u8>,
        ) -> DispatchResultWithPostInfo {
            frame_system::ensure_authorized(origin)?;
            Self::do_publish(envelope, By::Intent(&intent))
        }
    }
}
