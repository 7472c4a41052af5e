#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;

mod addresses;
mod attesting;
mod cost;
pub mod duty;
mod periods;
mod registration;
pub mod types;
pub mod weights;
mod worker;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;

pub use weights::WeightInfo;

/// Target of the pallet's log lines.
pub(crate) const LOG_TARGET: &str = "suit-replication";

#[frame_support::pallet]
pub mod pallet {
    use crate::{
        cost,
        types::{Holder, NodeRecord, NodeRecordV1},
        WeightInfo,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint},
    };
    use frame_system::{ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*};
    use sp_core::H256;
    use sp_runtime::SaturatedConversion;
    use suit_primitives::{
        attestation::Attestation,
        bounds::{MAX_ATTESTED, MAX_NODES, MAX_PEER_ID},
        replication::{NodeAddresses, ReleaseSource},
        NodeId, Refusal, ReleaseId,
    };

    /// Blocks in a period where genesis says nothing else: short, for development.
    pub const DEFAULT_PERIOD_LENGTH: u32 = 5;

    /// Holdings of departed nodes that one block takes out of state at most.
    pub const FORGET_PER_BLOCK: u32 = 64;

    /// Tag prefix of attestations in the transaction pool.
    pub const TAG_PREFIX: &str = "SuitAttestation";

    /// The record of a storage node.
    pub type NodeRecordOf<T> = NodeRecord<<T as frame_system::Config>::AccountId, <T as Config>::Consideration>;

    /// A peer id: the multihash that the base58 text stands for.
    pub type PeerId = BoundedVec<u8, ConstU32<MAX_PEER_ID>>;

    /// What the runtime sets.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<Hash = H256, RuntimeEvent: From<Event<Self>>> + CreateAuthorizedTransaction<Call<Self>>
    {
        /// Who may register a storage node; the account becomes its owner.
        type RegisterOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Self::AccountId>;

        /// The deposit for a node's record, held until the node is removed.
        type Consideration: Consideration<Self::AccountId, Footprint>;

        /// Where releases come from, and who hears how many nodes hold them.
        type Releases: ReleaseSource;

        /// What the calls cost.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Why the pallet holds an account's balance.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for a storage node's record.
        StorageNode,
    }

    /// The registered storage nodes.
    #[pallet::storage]
    pub type Nodes<T: Config> = CountedStorageMap<_, Blake2_128Concat, NodeId, NodeRecordOf<T>>;

    /// Which node has a peer id.
    #[pallet::storage]
    pub type NodesByPeer<T> = StorageMap<_, Blake2_128Concat, PeerId, NodeId>;

    /// Nodes that attested a release, sorted by node. Whether one counts, its presence says: see [`Holder`].
    #[pallet::storage]
    pub type HoldersOf<T> = StorageMap<_, Twox64Concat, ReleaseId, BoundedVec<Holder, ConstU32<MAX_NODES>>, ValueQuery>;

    /// The same by node: which releases a node attested.
    #[pallet::storage]
    pub type Holdings<T> = StorageDoubleMap<_, Blake2_128Concat, NodeId, Twox64Concat, ReleaseId, ()>;

    /// Removed nodes whose holdings are still being taken out of state, a bounded number a block. Their keys cannot be
    /// registered anew before that is done, or what they held would come back unattested.
    #[pallet::storage]
    pub type Departing<T> = CountedStorageMap<_, Blake2_128Concat, NodeId, ()>;

    /// Length of an attestation period in blocks. Set in genesis; the number of a period follows from it.
    #[pallet::storage]
    pub type PeriodLength<T> = StorageValue<_, u32, ValueQuery, ConstU32<DEFAULT_PERIOD_LENGTH>>;

    /// What genesis sets.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Length of an attestation period in blocks; 0 leaves it at [`DEFAULT_PERIOD_LENGTH`].
        pub period_length: u32,
        #[doc(hidden)]
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let length = if self.period_length == 0 {
                DEFAULT_PERIOD_LENGTH
            } else {
                self.period_length
            };
            PeriodLength::<T>::put(length);
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A storage node was registered.
        NodeRegistered {
            /// Its key.
            node: NodeId,
            /// The account that may remove it.
            owner: T::AccountId,
        },
        /// A storage node was removed.
        NodeRemoved {
            /// Its key.
            node: NodeId,
        },
        /// A storage node attested what it holds.
        HoldingsAttested {
            /// Its key.
            node: NodeId,
            /// The period that it attested in.
            period: u32,
            /// So many releases it has come to hold.
            gained: u32,
            /// So many it no longer holds.
            lost: u32,
        },
    }

    /// Why a call failed. The index is the refusal's stable code, the same that the pool's custom code carries.
    #[pallet::error]
    pub enum Error<T> {
        /// More storage nodes than the chain takes.
        #[codec(index = 16)]
        TooMany,
        /// The account is not the node's owner.
        #[codec(index = 18)]
        NotAuthorized,
        /// The storage node is not registered.
        #[codec(index = 32)]
        NodeNotFound,
        /// The attestation's signature is not the node's.
        #[codec(index = 33)]
        AttestationSignatureNotValid,
        /// The attestation is for another chain.
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
        /// The node's key, or its peer id, is another node's; or the node was removed a moment ago.
        #[codec(index = 42)]
        NodeTaken,
        /// A refusal that is not this pallet's to make.
        #[codec(index = 255)]
        Unexpected,
    }

    impl<T> From<Refusal> for Error<T> {
        fn from(refusal: Refusal) -> Self {
            match refusal {
                Refusal::TooMany => Self::TooMany,
                Refusal::NotAuthorized => Self::NotAuthorized,
                Refusal::NodeNotFound => Self::NodeNotFound,
                Refusal::AttestationSignatureNotValid => Self::AttestationSignatureNotValid,
                Refusal::AttestationForOtherChain => Self::AttestationForOtherChain,
                Refusal::AttestationPeriodNotCurrent => Self::AttestationPeriodNotCurrent,
                Refusal::AlreadyAttested => Self::AlreadyAttested,
                Refusal::NotOnDuty => Self::NotOnDuty,
                Refusal::HoldingsMismatch => Self::HoldingsMismatch,
                Refusal::BadGateway => Self::BadGateway,
                Refusal::BadPeerId => Self::BadPeerId,
                Refusal::BadProofOfPossession => Self::BadProofOfPossession,
                Refusal::NodeTaken => Self::NodeTaken,
                _ => Self::Unexpected,
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::forget_departed(remaining)
        }

        fn offchain_worker(now: BlockNumberFor<T>) {
            crate::worker::run::<T>(now.saturated_into());
        }

        fn integrity_test() {
            let limits = T::BlockWeights::get();
            let largest = cost::attest::<T>(MAX_ATTESTED, MAX_ATTESTED).saturating_add(cost::authorize_attest::<T>(
                MAX_ATTESTED,
                MAX_ATTESTED,
                MAX_NODES,
            ));
            let allowed = limits
                .get(DispatchClass::Normal)
                .max_extrinsic
                .unwrap_or(limits.max_block);
            assert!(
                largest.all_lte(allowed),
                "the largest attestation ({largest:?}) does not fit into a block's transaction ({allowed:?})",
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a storage node.
        ///
        /// - `node`: its key, Ed25519, of key type `suit`.
        /// - `addresses`: its peer id on the chain's network, and the origin of its gateway or nothing.
        /// - `proof`: the key's signature over
        ///   [`registration_bytes`](suit_primitives::attestation::registration_bytes), so that nobody registers
        ///   another's key or lets an account of his speak for it.
        ///
        /// The deposit is held on the account until the node is removed.
        ///
        /// # Events
        /// [`Event::NodeRegistered`].
        ///
        /// # Errors
        /// `BadOrigin`, [`Error::BadGateway`], [`Error::BadPeerId`], [`Error::NodeTaken`], [`Error::TooMany`],
        /// [`Error::BadProofOfPossession`], and what holding the deposit may answer.
        ///
        /// # Complexity
        /// Constant: one signature.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_node())]
        pub fn register_node(
            origin: OriginFor<T>,
            node: NodeId,
            addresses: NodeAddresses,
            proof: [u8; 64],
        ) -> DispatchResult {
            let owner = T::RegisterOrigin::ensure_origin(origin)?;
            Self::check_registration(&owner, &node, &addresses, &proof).map_err(Error::<T>::from)?;
            let deposit = T::Consideration::new(&owner, Footprint::from_mel::<(NodeId, NodeRecordOf<T>)>())?;
            NodesByPeer::<T>::insert(&addresses.peer_id, node);
            let record = NodeRecordV1 {
                owner: owner.clone(),
                deposit,
                addresses,
                registered_at: Self::block_number(),
                presence: None,
            };
            Nodes::<T>::insert(node, NodeRecord::V1(record));
            Self::deposit_event(Event::NodeRegistered { node, owner });
            Ok(())
        }

        /// Removes a storage node and gives its deposit back. What it holds counts no more at once; its key can be
        /// registered again when its holdings are out of state, some blocks later.
        ///
        /// - `node`: its key.
        ///
        /// # Events
        /// [`Event::NodeRemoved`].
        ///
        /// # Errors
        /// [`Error::NodeNotFound`], [`Error::NotAuthorized`] unless the account registered it.
        ///
        /// # Complexity
        /// Constant; the holdings are taken out later, while blocks have room.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::remove_node())]
        pub fn remove_node(origin: OriginFor<T>, node: NodeId) -> DispatchResult {
            let account = ensure_signed(origin)?;
            let record = Nodes::<T>::get(node).ok_or(Error::<T>::NodeNotFound)?.into_v1();
            ensure!(record.owner == account, Error::<T>::NotAuthorized);
            record.deposit.drop(&record.owner)?;
            Nodes::<T>::remove(node);
            NodesByPeer::<T>::remove(&record.addresses.peer_id);
            Departing::<T>::insert(node, ());
            Self::deposit_event(Event::NodeRemoved { node });
            Ok(())
        }

        /// A storage node says that it is there, what it has come to hold and what it has lost since it last did.
        /// Without account or fee: the node's key authorises it, once a period.
        ///
        /// - `attestation`: for this chain, this node and the current period. Both lists may be empty.
        /// - `signature`: the node key's, over
        ///   [`Attestation::signing_bytes`](suit_primitives::attestation::Attestation::signing_bytes).
        ///
        /// Signature and lists are checked in the authorisation step, in the pool and again when the block is
        /// executed, and not a further time in dispatch. The registry hears how many live nodes hold each gained
        /// release.
        ///
        /// # Events
        /// [`Event::HoldingsAttested`].
        ///
        /// # Errors
        /// `BadOrigin` unless authorised. As the pool's custom code: the codes of
        /// [`Error::AttestationForOtherChain`], [`Error::AttestationPeriodNotCurrent`], [`Error::NodeNotFound`],
        /// [`Error::AlreadyAttested`], [`Error::HoldingsMismatch`], [`Error::AttestationSignatureNotValid`],
        /// [`Error::NotOnDuty`].
        ///
        /// # Complexity
        /// Gained and lost releases, times the registered nodes for those gained: each is ranked for each.
        #[pallet::call_index(2)]
        #[pallet::weight({
            let Attestation::V1(body) = attestation;
            cost::attest::<T>(body.gained.len() as u32, body.lost.len() as u32)
        })]
        #[pallet::authorize(Self::authorize_attest)]
        #[pallet::weight_of_authorize({
            let Attestation::V1(body) = attestation;
            cost::authorize_attest::<T>(body.gained.len() as u32, body.lost.len() as u32, MAX_NODES)
        })]
        pub fn attest(origin: OriginFor<T>, attestation: Attestation, signature: [u8; 64]) -> DispatchResult {
            ensure_authorized(origin)?;
            let _ = signature;
            let Attestation::V1(body) = attestation;
            Self::apply_attestation(&body).map_err(Error::<T>::from)?;
            Self::deposit_event(Event::HoldingsAttested {
                node: body.node,
                period: body.period,
                gained: body.gained.len() as u32,
                lost: body.lost.len() as u32,
            });
            Ok(())
        }
    }

    impl<T: Config> Pallet<T> {
        fn authorize_attest(
            _source: TransactionSource,
            attestation: &Attestation,
            signature: &[u8; 64],
        ) -> TransactionValidityWithRefund {
            let nodes = Self::check_attestation(attestation, signature)
                .map_err(|refusal| InvalidTransaction::Custom(refusal.code()))?;
            let Attestation::V1(body) = attestation;
            let cost = |nodes| cost::authorize_attest::<T>(body.gained.len() as u32, body.lost.len() as u32, nodes);
            let unspent = cost(MAX_NODES).saturating_sub(cost(nodes));
            let validity = ValidTransaction::with_tag_prefix(TAG_PREFIX)
                // One for each node and period: whatever else it says, a second takes the first one's place.
                .and_provides((body.node, body.period))
                .longevity(Self::blocks_left().into())
                .priority(TransactionPriority::MAX / 2)
                .propagate(true)
                .build()?;
            Ok((validity, unspent))
        }
    }
}
