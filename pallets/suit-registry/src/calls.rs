//! The pallet's calls. polkadot-js shows these texts to whoever fills them in.

use frame_support::pallet_macros::pallet_section;

/// The pallet's calls.
#[pallet_section]
mod calls {
    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a vendor by its domain name. Its id is derived from the name on the chain (UUIDv5, RFC 9562), so
        /// nobody gets an id that belongs to another name.
        ///
        /// # Parameters
        /// - `domain`: lower-case A-labels, at least two, without a final dot.
        ///
        /// The account that the origin stands for becomes the vendor's admin and its first publisher, and carries the
        /// deposit and the fee.
        ///
        /// # Events
        /// [`Event::VendorRegistered`]
        ///
        /// # Errors
        /// [`Error::BadDomain`], [`Error::AlreadyExists`] (also a retired one), [`Error::DepositNotAvailable`]
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
        /// - `from`: first block in which it may sign; this one where nothing is given.
        /// - `until`: last block in which it may sign; without end where nothing is given.
        ///
        /// # Events
        /// [`Event::KeyAdded`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired), [`Error::BadKey`],
        /// [`Error::BadBlock`], [`Error::AlreadyExists`] (also a revoked one), [`Error::TooMany`],
        /// [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(k) in the vendor's keys, at most 64.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::add_key())]
        pub fn add_key(
            origin: OriginFor<T>,
            vendor: VendorId,
            cose_key: Vec<u8>,
            usage: KeyUsage,
            from: Option<u32>,
            until: Option<u32>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_add_key(&who, vendor, &cose_key, usage, from, until)
        }

        /// Creates a product. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `class_name`: the name that the class id is derived from (UUIDv5 in the vendor's name space).
        /// - `policy`: signatures and replicas that a release needs, who may fetch, how releases are submitted, and whether
        ///   the product is frozen. `V1` is enough for most.
        ///
        /// # Events
        /// [`Event::ProductCreated`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::BadClassName`], [`Error::BadPolicy`], [`Error::AlreadyExists`] (also a retired one),
        /// [`Error::DepositNotAvailable`]
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
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired), [`Error::TooMany`],
        /// [`Error::DepositNotAvailable`]
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
        /// [`Event::ReleasePublished`] for each product of the manifest; [`Event::ReleaseAvailable`] and
        /// [`Event::LatestChanged`] where the envelope carries every payload.
        ///
        /// # Errors
        /// Codes 1 to 18, 25, 26, 43, 46, 47, 52, 63 and 64 of [`suit_primitives::Refusal`].
        ///
        /// # Complexity
        /// O(e + s + n·r): bytes of envelope, signatures (at most 8), products (at most 4), payloads (at most 8). What was
        /// not used is given back.
        #[pallet::call_index(4)]
        #[pallet::weight(cost::publish_at_most::<T>(envelope.len()))]
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
        /// Deposit and fee are the vendor's admin's.
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
        /// Codes 1 to 17, 19 to 26, 43, 46, 47, 52, 63 and 64 of [`suit_primitives::Refusal`], as the pool's `Custom`
        /// code.
        ///
        /// # Complexity
        /// As for `publish`.
        #[pallet::call_index(5)]
        #[pallet::weight(cost::publish_authorized_at_most::<T>(envelope.len(), intent.len()))]
        #[pallet::authorize(|_source, envelope, intent| Self::authorize_publish(envelope, intent))]
        #[pallet::weight_of_authorize(cost::authorize_at_most::<T>(envelope.len(), intent.len()))]
        pub fn publish_authorized(
            origin: OriginFor<T>,
            envelope: Vec<u8>,
            intent: Vec<u8>,
        ) -> DispatchResultWithPostInfo {
            frame_system::ensure_authorized(origin)?;
            Self::do_publish(envelope, By::Intent(&intent))
        }

        /// Registers a vendor by a UUID of its own that no domain name stands for.
        ///
        /// # Parameters
        /// - `uuid`: the vendor id, 16 bytes. Not of version 5: those are derived from names, so that nobody takes a
        ///   name's id under another.
        ///
        /// # Events
        /// [`Event::VendorRegistered`], with an empty domain
        ///
        /// # Errors
        /// [`Error::BadUuid`], [`Error::AlreadyExists`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::register_vendor_by_uuid())]
        pub fn register_vendor_by_uuid(origin: OriginFor<T>, uuid: [u8; 16]) -> DispatchResult {
            let admin = T::RegisterOrigin::ensure_origin(origin)?;
            Self::do_register_vendor_by_uuid(admin, uuid)
        }

        /// Offers a vendor to another account, in place of an earlier offer. Called by its admin, who stays it until the
        /// other accepts.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `to`: who may accept it.
        ///
        /// # Events
        /// [`Event::TransferOffered`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired)
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::transfer_vendor())]
        pub fn transfer_vendor(origin: OriginFor<T>, vendor: VendorId, to: T::AccountId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_transfer_vendor(&who, vendor, to)
        }

        /// Withdraws the offer of a vendor. Called by its admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        ///
        /// # Events
        /// [`Event::TransferCancelled`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::TransferNotFound`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::cancel_transfer())]
        pub fn cancel_transfer(origin: OriginFor<T>, vendor: VendorId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel_transfer(&who, vendor)
        }

        /// Accepts a vendor that was offered. Called by the account that it was offered to, which becomes admin and only
        /// publisher, and carries the deposit for the vendor's record. Deposits for keys, products and releases stay with
        /// whoever paid them, and go back to him when those go. Author keys stay as they are.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        ///
        /// # Events
        /// [`Event::VendorTransferred`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::TransferNotFound`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::accept_vendor())]
        pub fn accept_vendor(origin: OriginFor<T>, vendor: VendorId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_accept_vendor(who, vendor)
        }

        /// Sets how many author signatures every release of a vendor needs at least; a product may ask for more. A higher
        /// number is in force at once, a lower one after the runtime's delay. Called by its admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `threshold`: 1 to 8.
        ///
        /// # Events
        /// [`Event::ThresholdSet`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::BadPolicy`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::set_threshold())]
        pub fn set_threshold(origin: OriginFor<T>, vendor: VendorId, threshold: u8) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_threshold(&who, vendor, threshold)
        }

        /// Retires a vendor all of whose products are retired: gives the deposits of its record and its keys back. Its id
        /// is never given out again. Called by its admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        ///
        /// # Events
        /// [`Event::VendorRetired`], and [`Event::KeyRotated`] for each key that was live
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (suspended or retired),
        /// [`Error::InUse`]
        ///
        /// # Complexity
        /// O(k) in the vendor's keys, at most 64.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::retire_vendor(MAX_KEYS_PER_VENDOR))]
        pub fn retire_vendor(origin: OriginFor<T>, vendor: VendorId) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let keys = Self::do_retire_vendor(&who, vendor)?;
            Ok(Some(T::WeightInfo::retire_vendor(keys)).into())
        }

        /// Puts a new key in the place of an old one, which signs no more. What an author's key signed stays good; what an
        /// operator's key signed opens nothing any more. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `old`: thumbprint of the key that goes.
        /// - `cose_key`: the COSE_Key that comes, for the same use.
        ///
        /// # Events
        /// [`Event::KeyRotated`], [`Event::KeyAdded`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::KeyNotFound`], [`Error::KeyRevoked`], [`Error::BadKey`], [`Error::AlreadyExists`],
        /// [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(k) in the vendor's keys, at most 64.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::rotate_key())]
        pub fn rotate_key(origin: OriginFor<T>, vendor: VendorId, old: KeyId, cose_key: Vec<u8>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_rotate_key(&who, vendor, old, &cose_key)
        }

        /// Revokes a key. Called by the vendor's admin. Its deposit comes back, its record stays.
        ///
        /// Without a block it is *rotated*: what an author's key signed stays good, what an operator's key signed opens
        /// nothing any more. With one it is *compromised* since that block, and if it is an author's, the
        /// vendor is suspended at once, then a bounded number of its releases a block are gone through. What has fewer
        /// good signers left than the policy asks for is suspended for ever; what enough other keys carried stands.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `key`: thumbprint of the key.
        /// - `compromised_since`: the block, or nothing.
        ///
        /// # Events
        /// [`Event::KeyRotated`]; or [`Event::KeyCompromised`] and, for an author's key, [`Event::VendorSuspended`], then
        /// [`Event::ReleaseSuspended`] for each release that falls and [`Event::VendorReinstated`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::KeyNotFound`], [`Error::KeyRevoked`] (unless it turns out to be compromised, or for longer),
        /// [`Error::BadBlock`]
        ///
        /// # Complexity
        /// O(k) in the vendor's keys, at most 64.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::revoke_key())]
        pub fn revoke_key(
            origin: OriginFor<T>,
            vendor: VendorId,
            key: KeyId,
            compromised_since: Option<u32>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_revoke_key(&who, vendor, key, compromised_since)
        }

        /// Voids every credential that an operator's key issued before a time. Called by the vendor's admin. The time only
        /// ever rises.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `key`: thumbprint of the operator's key.
        /// - `before`: Unix time in seconds.
        ///
        /// # Events
        /// [`Event::CredentialsVoided`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::KeyNotFound`] (or an author's key), [`Error::KeyRevoked`], [`Error::BadBlock`] (not later than before)
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::void_credentials())]
        pub fn void_credentials(origin: OriginFor<T>, vendor: VendorId, key: KeyId, before: u64) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_void_credentials(&who, vendor, key, before)
        }

        /// Records a key handover: live author keys of the vendor, as many as its threshold, signed the next set of author
        /// keys. A device that knows an old key follows it without believing the chain. Called by the vendor's admin; the
        /// next keys must be registered, as live author keys.
        ///
        /// # Parameters
        /// - `vendor`: the vendor.
        /// - `handover`: COSE_Sign of the handover, at most 2 KiB. `suit key handover create` makes it.
        ///
        /// # Events
        /// [`Event::KeysHandedOver`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (suspended or retired),
        /// [`Error::MalformedHandover`], [`Error::HandoverNotNext`], [`Error::KeyNotFound`], [`Error::KeyRevoked`],
        /// [`Error::HandoverThresholdNotMet`], [`Error::DepositNotAvailable`]
        ///
        /// # Complexity
        /// O(s + k): signatures and next keys, at most 8 each.
        #[pallet::call_index(15)]
        #[pallet::weight(cost::hand_over_keys_at_most::<T>(handover.len()))]
        pub fn hand_over_keys(origin: OriginFor<T>, vendor: VendorId, handover: Vec<u8>) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_hand_over_keys(&who, vendor, handover)
        }

        /// Sets a product's policy. What is stricter than before is in force at once, what is laxer after the runtime's
        /// delay. Releases keep the replicas and the retrieval that they were published under. Called by the vendor's
        /// admin.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `policy`: the policy.
        ///
        /// # Events
        /// [`Event::PolicySet`]; twice where a part is in force at once and the rest later
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::ProductNotFound`], [`Error::ProductRetired`], [`Error::BadPolicy`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(16)]
        #[pallet::weight(T::WeightInfo::set_policy())]
        pub fn set_policy(origin: OriginFor<T>, product: ProductId, policy: Policy) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_policy(&who, product, policy)
        }

        /// Retires a product none of whose releases is kept any more, and gives its deposit back. Its id and its sequence
        /// numbers never start over. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        ///
        /// # Events
        /// [`Event::ProductRetired`]
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::ProductNotFound`], [`Error::ProductRetired`], [`Error::InUse`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::retire_product())]
        pub fn retire_product(origin: OriginFor<T>, product: ProductId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_retire_product(&who, product)
        }

        /// Withdraws a release for ever. Its envelope goes and its deposit comes back; digests and signers stay. Called by
        /// the vendor's admin.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        ///
        /// # Events
        /// [`Event::ReleaseRevoked`]; [`Event::LatestChanged`] where it was the newest
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`]
        ///
        /// # Complexity
        /// O(r) in its payloads, at most 8.
        #[pallet::call_index(18)]
        #[pallet::weight(T::WeightInfo::revoke_release(MAX_PAYLOADS))]
        pub fn revoke_release(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_revoke_release(&who, product, sequence_number)
        }

        /// Withholds a release until it is resumed. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        ///
        /// # Events
        /// [`Event::ReleaseSuspended`]; [`Event::LatestChanged`] where it was the newest
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`], [`Error::ReleaseSuspended`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(19)]
        #[pallet::weight(T::WeightInfo::suspend_release())]
        pub fn suspend_release(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_suspend_release(&who, product, sequence_number)
        }

        /// Offers a release again that the vendor suspended. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        ///
        /// # Events
        /// [`Event::ReleaseResumed`]; [`Event::LatestChanged`] where it is the newest again; [`Event::ReleaseAvailable`]
        /// where enough storage nodes attested it in the meantime
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`], [`Error::ReleaseNotSuspended`] (or not by the vendor),
        /// [`Error::ReleasePruned`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(20)]
        #[pallet::weight(T::WeightInfo::resume_release())]
        pub fn resume_release(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_resume_release(&who, product, sequence_number)
        }

        /// Declares that devices below this release have to pass through it, or that they need not any more. A stepping
        /// stone is never pruned. Called by the vendor's admin.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        /// - `declared`: whether it is one.
        ///
        /// # Events
        /// [`Event::SteppingStoneSet`]; [`Event::ReleasePruned`] where nothing else kept it
        ///
        /// # Errors
        /// [`Error::VendorNotFound`], [`Error::NotAuthorized`], [`Error::VendorNotActive`] (retired),
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`], [`Error::ReleasePruned`], [`Error::AlreadyExists`],
        /// [`Error::TooMany`]
        ///
        /// # Complexity
        /// O(s) in the product's stepping stones, at most 16.
        #[pallet::call_index(21)]
        // Whether newer releases supersede it is found out as when a product is taken up for pruning.
        #[pallet::weight(T::WeightInfo::set_stepping_stone().saturating_add(T::WeightInfo::prune_product()))]
        pub fn set_stepping_stone(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
            declared: bool,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_stepping_stone(&who, product, sequence_number, declared)
        }

        /// Withdraws a release for ever, in an emergency. Called by the council.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        ///
        /// # Events
        /// [`Event::ReleaseRevokedByCouncil`]; [`Event::LatestChanged`] where it was the newest
        ///
        /// # Errors
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`]
        ///
        /// # Complexity
        /// O(r) in its payloads, at most 8.
        #[pallet::call_index(22)]
        #[pallet::weight(T::WeightInfo::revoke_release(MAX_PAYLOADS))]
        pub fn emergency_revoke_release(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
        ) -> DispatchResult {
            T::CouncilOrigin::ensure_origin(origin)?;
            Self::do_emergency_revoke_release(product, sequence_number)
        }

        /// Withholds a release until the council resumes it. Called by the council.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        ///
        /// # Events
        /// [`Event::ReleaseSuspended`]; [`Event::LatestChanged`] where it was the newest
        ///
        /// # Errors
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`], [`Error::ReleaseSuspended`] (but for the vendor's own
        /// suspension, whose place it takes)
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(23)]
        #[pallet::weight(T::WeightInfo::suspend_release())]
        pub fn emergency_suspend_release(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
        ) -> DispatchResult {
            T::CouncilOrigin::ensure_origin(origin)?;
            Self::do_emergency_suspend_release(product, sequence_number)
        }

        /// Offers a release again that the council suspended. Called by the council.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `sequence_number`: which of its releases.
        ///
        /// # Events
        /// [`Event::ReleaseResumed`]; [`Event::LatestChanged`] where it is the newest again; [`Event::ReleaseAvailable`]
        /// where enough storage nodes attested it in the meantime
        ///
        /// # Errors
        /// [`Error::ReleaseNotFound`], [`Error::ReleaseRevoked`], [`Error::ReleaseNotSuspended`] (or not by the council),
        /// [`Error::ReleasePruned`]
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(24)]
        #[pallet::weight(T::WeightInfo::resume_release())]
        pub fn emergency_resume_release(
            origin: OriginFor<T>,
            product: ProductId,
            sequence_number: SequenceNumber,
        ) -> DispatchResult {
            T::CouncilOrigin::ensure_origin(origin)?;
            Self::do_emergency_resume_release(product, sequence_number)
        }

        /// Lowers the number that a product's next release may have, where a stolen key burned numbers. Never to or below
        /// a number that was ever available, and no number is used twice. Called by the council.
        ///
        /// # Parameters
        /// - `product`: vendor id and class id.
        /// - `floor`: the least number that the next release may have. Releases at or above it must be revoked before, and
        ///   be at most 64.
        ///
        /// # Events
        /// [`Event::FloorLowered`]
        ///
        /// # Errors
        /// [`Error::ProductNotFound`], [`Error::ProductRetired`], [`Error::BadFloor`], [`Error::ReleaseNotRevoked`],
        /// [`Error::TooMany`]
        ///
        /// # Complexity
        /// O(n) in the releases at or above the floor, at most 64.
        #[pallet::call_index(25)]
        #[pallet::weight(T::WeightInfo::lower_floor(MAX_ABOVE_FLOOR))]
        pub fn lower_floor(
            origin: OriginFor<T>,
            product: ProductId,
            floor: SequenceNumber,
        ) -> DispatchResultWithPostInfo {
            T::CouncilOrigin::ensure_origin(origin)?;
            let looked_at = Self::do_lower_floor(product, floor)?;
            Ok(Some(T::WeightInfo::lower_floor(looked_at)).into())
        }

        /// Opens admission to everybody, or closes it. Called by the council.
        ///
        /// # Parameters
        /// - `open`: whether everybody may register.
        ///
        /// # Events
        /// [`Event::AdmissionSet`]
        ///
        /// # Errors
        /// None of its own.
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(26)]
        #[pallet::weight(T::WeightInfo::set_admission())]
        pub fn set_admission(origin: OriginFor<T>, open: bool) -> DispatchResult {
            T::CouncilOrigin::ensure_origin(origin)?;
            Self::do_set_admission(open);
            Ok(())
        }

        /// Admits an account, which may then register while admission is closed, or dismisses it. What it registered
        /// stays. Called by the council.
        ///
        /// # Parameters
        /// - `who`: the account.
        /// - `admitted`: whether it may register.
        ///
        /// # Events
        /// [`Event::AccountAdmitted`]
        ///
        /// # Errors
        /// None of its own.
        ///
        /// # Complexity
        /// O(1).
        #[pallet::call_index(27)]
        #[pallet::weight(T::WeightInfo::set_admitted())]
        pub fn set_admitted(origin: OriginFor<T>, who: T::AccountId, admitted: bool) -> DispatchResult {
            T::CouncilOrigin::ensure_origin(origin)?;
            Self::do_set_admitted(who, admitted);
            Ok(())
        }
    }
}
