//! A chain of this pallet, the session pallet and a consensus that only writes down what it hears.

use crate as pallet_registrars;
use frame_support::{
    derive_impl,
    traits::{ConstU32, ConstU64, Hooks},
};
use frame_system::EnsureRoot;
use sp_runtime::{
    testing::UintAuthorityId,
    traits::{ConvertInto, OpaqueKeys},
    BuildStorage, KeyTypeId,
};
use std::cell::RefCell;

pub type Block = frame_system::mocking::MockBlockU32<Test>;

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
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type Session = pallet_session::Pallet<Test>;
    #[runtime::pallet_index(3)]
    pub type Registrars = pallet_registrars::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
}

impl pallet_session::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = u64;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Registrars;
    type NextSessionRotation = Registrars;
    type SessionManager = Registrars;
    type SessionHandler = Consensus;
    type Keys = UintAuthorityId;
    type DisablingStrategy = ();
    type WeightInfo = ();
    type Currency = Balances;
    type KeyDeposit = ConstU64<0>;
}

impl crate::Config for Test {
    type ChangeOrigin = EnsureRoot<u64>;
    type MaxRegistrars = ConstU32<MAX>;
    type WeightInfo = ();
}

thread_local! {
    static AUTHORITIES: RefCell<(u64, Vec<u64>)> = const { RefCell::new((0, Vec::new())) };
}

/// Takes over the keys of a changed set, and counts the sets, as GRANDPA does.
pub struct Consensus;

fn raw_keys<Ks: OpaqueKeys>(validators: &[(u64, Ks)]) -> Vec<u64> {
    let key = |keys: &Ks| {
        keys.get::<UintAuthorityId>(sp_core::crypto::key_types::DUMMY)
            .unwrap()
            .0
    };
    validators.iter().map(|(_, keys)| key(keys)).collect()
}

impl pallet_session::SessionHandler<u64> for Consensus {
    const KEY_TYPE_IDS: &'static [KeyTypeId] = &[sp_core::crypto::key_types::DUMMY];

    fn on_genesis_session<Ks: OpaqueKeys>(validators: &[(u64, Ks)]) {
        AUTHORITIES.set((0, raw_keys(validators)));
    }

    fn on_new_session<Ks: OpaqueKeys>(changed: bool, validators: &[(u64, Ks)], _queued: &[(u64, Ks)]) {
        if changed {
            AUTHORITIES.with_borrow_mut(|(set, keys)| {
                *set += 1;
                *keys = raw_keys(validators);
            });
        }
    }

    fn on_disabled(_: u32) {}
}

/// The keys with which consensus works now.
pub fn authorities() -> Vec<u64> {
    AUTHORITIES.with_borrow(|(_, keys)| keys.clone())
}

/// How many times the set of consensus has changed.
pub fn set_id() -> u64 {
    AUTHORITIES.with_borrow(|(set, _)| *set)
}

/// Blocks in a session here.
pub const SESSION: u32 = 5;
/// Most registration nodes here.
pub const MAX: u32 = 4;
/// Fewest registration nodes here.
pub const MINIMUM: u32 = 2;

/// The keys that account `n` has at first.
pub fn key(n: u64) -> u64 {
    n + 100
}

/// State in block 1 of a chain on which these accounts have registration nodes.
pub fn chain(registrars: &[u64]) -> sp_io::TestExternalities {
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: (1..10).map(|account| (account, 1_000)).collect(),
            ..Default::default()
        },
        session: pallet_session::GenesisConfig {
            keys: registrars
                .iter()
                .map(|who| (*who, *who, UintAuthorityId(key(*who))))
                .collect(),
            ..Default::default()
        },
        registrars: crate::GenesisConfig {
            session_length: SESSION,
            minimum: MINIMUM,
            ..Default::default()
        },
        ..Default::default()
    };
    let mut state = sp_io::TestExternalities::new(genesis.build_storage().unwrap());
    state.execute_with(|| System::set_block_number(1));
    state
}

/// Runs a test on such a chain, and checks the state's invariants after it.
pub fn run(registrars: &[u64], test: impl FnOnce()) {
    chain(registrars).execute_with(|| {
        test();
        Registrars::do_try_state().unwrap();
    });
}

/// Account `n` sets a key.
pub fn set_key(n: u64, key: u64) {
    Session::set_keys(RuntimeOrigin::signed(n), UintAuthorityId(key), Vec::new()).unwrap();
}

/// Goes to the first block of the next session.
pub fn next_session() {
    loop {
        let now = System::block_number() + 1;
        System::set_block_number(now);
        Session::on_initialize(now);
        Registrars::on_initialize(now);
        if now.is_multiple_of(SESSION) {
            return;
        }
    }
}

/// Goes so far that what was decided before takes effect.
pub fn two_sessions() {
    next_session();
    next_session();
}
