//! The pallet's events: with what an indexer needs, so that it never has to ask for state.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A vendor was registered.
        VendorRegistered {
            /// Its id: derived from the domain, or given.
            vendor: VendorId,
            /// Its domain name; empty where the id was given.
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
            /// First block in which it may sign.
            from: u32,
            /// Last block in which it may sign.
            until: Option<u32>,
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
            /// Digest of its manifest.
            manifest_digest: Digest,
            /// SHA-256 of its envelope.
            envelope_digest: [u8; 32],
            /// The keys whose signatures carry it, sorted.
            signers: Vec<KeyId>,
            /// Roots of its payloads.
            roots: Vec<RootCid>,
            /// The publisher account; none where the authors' intent carries it.
            publisher: Option<T::AccountId>,
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
        /// Another release is offered to a product's devices from now on, or none.
        LatestChanged {
            /// The product.
            product: ProductId,
            /// Number of the release that is offered.
            release: Option<ReleaseId>,
        },
        /// A vendor was offered to an account.
        TransferOffered {
            /// The vendor.
            vendor: VendorId,
            /// Who may accept it.
            to: T::AccountId,
        },
        /// The offer of a vendor was withdrawn.
        TransferCancelled {
            /// The vendor.
            vendor: VendorId,
        },
        /// A vendor has another admin. He is its only publisher now.
        VendorTransferred {
            /// The vendor.
            vendor: VendorId,
            /// Who managed it.
            from: T::AccountId,
            /// Who manages it now.
            to: T::AccountId,
        },
        /// A vendor is gone for good.
        VendorRetired {
            /// The vendor.
            vendor: VendorId,
        },
        /// A vendor's key is compromised: nothing of the vendor is offered until its releases were gone through.
        VendorSuspended {
            /// The vendor.
            vendor: VendorId,
            /// The earliest block since which one of its keys is compromised.
            since: u32,
        },
        /// A vendor's releases were gone through: what is good is offered again.
        VendorReinstated {
            /// The vendor.
            vendor: VendorId,
        },
        /// A vendor's threshold changed, or will.
        ThresholdSet {
            /// The vendor.
            vendor: VendorId,
            /// Author signatures that each of its releases needs at least.
            threshold: u8,
            /// From which block.
            from: u32,
        },
        /// A key was revoked as rotated: what it signed stays good.
        KeyRotated {
            /// The vendor.
            vendor: VendorId,
            /// The key that signs no more.
            key: KeyId,
            /// The key that took its place, where one did in the same call.
            successor: Option<KeyId>,
        },
        /// A key was revoked as compromised.
        KeyCompromised {
            /// The vendor.
            vendor: VendorId,
            /// The key.
            key: KeyId,
            /// Block since which nothing that it signed counts.
            since: u32,
        },
        /// An operator's credentials issued before a time are void.
        CredentialsVoided {
            /// The vendor.
            vendor: VendorId,
            /// The operator's key.
            key: KeyId,
            /// Unix time in seconds.
            before: u64,
        },
        /// Old author keys handed over to the next.
        KeysHandedOver {
            /// The vendor.
            vendor: VendorId,
            /// Number of the handover.
            number: u64,
            /// The old keys that signed it, sorted.
            signers: Vec<KeyId>,
            /// The next keys, in the order of the handover.
            next: Vec<KeyId>,
        },
        /// A product's policy changed, or will.
        PolicySet {
            /// The product.
            product: ProductId,
            /// The policy.
            policy: Policy,
            /// From which block.
            from: u32,
        },
        /// A product is gone for good.
        ProductRetired {
            /// The product.
            product: ProductId,
        },
        /// The vendor withdrew a release for ever.
        ReleaseRevoked {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
        },
        /// The council withdrew a release for ever, in an emergency.
        ReleaseRevokedByCouncil {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
        },
        /// A release is withheld.
        ReleaseSuspended {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
            /// On whose word.
            suspension: Suspension,
        },
        /// A release is no longer withheld.
        ReleaseResumed {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
        },
        /// Older devices have to pass through this release, or no longer.
        SteppingStoneSet {
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
            /// Whether it is one.
            declared: bool,
        },
        /// A superseded release's envelope was removed and its deposit given back. Digests and signers stay.
        ReleasePruned {
            /// Its number.
            release: ReleaseId,
            /// The product.
            product: ProductId,
            /// Its sequence number.
            sequence_number: SequenceNumber,
        },
        /// The council lowered the number that a product's next release may have.
        FloorLowered {
            /// The product.
            product: ProductId,
            /// The least number that it may have.
            floor: SequenceNumber,
        },
        /// The council opened admission to everybody, or closed it.
        AdmissionSet {
            /// Whether everybody may register.
            open: bool,
        },
        /// The council admitted an account, or dismissed it.
        AccountAdmitted {
            /// The account.
            who: T::AccountId,
            /// Whether it may register while admission is closed.
            admitted: bool,
        },
    }
}
