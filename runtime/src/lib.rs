//! The chain's state transition function: who may publish firmware, what was published, and who holds the bytes.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benchmarks;

mod apis;
mod configs;
mod genesis_config_presets;
mod migrations;
#[cfg(test)]
mod tests;
mod transactions;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::RuntimeApi;
pub use configs::{NeverPaused, ProxyType, PublishingPaused, MAX_REGISTRARS, SLOT_DURATION};
pub use transactions::{AuthorizeUnpaused, TxExtension};

/// Opaque types: what the node needs to know of blocks without knowing the calls in them.
pub mod opaque {
    use alloc::vec::Vec;
    pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;
    use sp_runtime::{generic, traits::BlakeTwo256};

    /// Block header.
    pub type Header = generic::Header<super::BlockNumber, BlakeTwo256>;
    /// Block.
    pub type Block = generic::Block<Header, UncheckedExtrinsic>;

    sp_runtime::impl_opaque_keys! {
        /// Keys with which a registration node takes part in consensus.
        pub struct SessionKeys {
            pub aura: super::Aura,
            pub grandpa: super::Grandpa,
        }
    }
}

/// Version of the runtime. `transaction_version` rises with every change of a call's encoding.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("suit"),
    impl_name: Cow::Borrowed("suit-node"),
    authoring_version: 1,
    spec_version: 2,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 2,
    system_version: 1,
};

/// Smallest unit of the token is 10⁻¹².
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of a token.
pub const MILLI_UNIT: Balance = UNIT / 1_000;
/// A millionth of a token.
pub const MICRO_UNIT: Balance = UNIT / 1_000_000;

/// Signature of a signed transaction.
pub type Signature = MultiSignature;
/// Account identifier.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Balance of an account.
pub type Balance = u128;
/// Number of an account's next transaction.
pub type Nonce = u32;
/// Hash of blocks and state.
pub type Hash = sp_core::H256;
/// Number of a block.
pub type BlockNumber = u32;
/// How transactions name accounts.
pub type Address = MultiAddress<AccountId, ()>;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A transaction as it stands in a block.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// Runs blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

// Hooks and genesis run in the order of the indices. Ours come last: by then a session has turned, and GRANDPA has
// written into the header what it has to say.
#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;

    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;

    #[runtime::pallet_index(2)]
    pub type Aura = pallet_aura;

    #[runtime::pallet_index(3)]
    pub type Grandpa = pallet_grandpa;

    #[runtime::pallet_index(4)]
    pub type Balances = pallet_balances;

    #[runtime::pallet_index(5)]
    pub type TransactionPayment = pallet_transaction_payment;

    #[runtime::pallet_index(6)]
    pub type Sudo = pallet_sudo;

    #[runtime::pallet_index(7)]
    pub type Session = pallet_session;

    #[runtime::pallet_index(8)]
    pub type Council = pallet_collective;

    #[runtime::pallet_index(9)]
    pub type CouncilMembership = pallet_membership;

    #[runtime::pallet_index(10)]
    pub type Multisig = pallet_multisig;

    #[runtime::pallet_index(11)]
    pub type Proxy = pallet_proxy;

    #[runtime::pallet_index(12)]
    pub type Utility = pallet_utility;

    #[runtime::pallet_index(13)]
    pub type TxPause = pallet_tx_pause;

    #[runtime::pallet_index(14)]
    pub type MultiBlockMigrations = pallet_migrations;

    #[runtime::pallet_index(20)]
    pub type SuitRegistry = pallet_suit_registry;

    #[runtime::pallet_index(21)]
    pub type SuitReplication = pallet_suit_replication;

    #[runtime::pallet_index(22)]
    pub type Registrars = pallet_registrars;

    #[runtime::pallet_index(23)]
    pub type Governance = pallet_governance;
}
