//! A chain of this pallet and the system pallet. Its "code" is nothing but an encoded version.

use crate as pallet_governance;
use codec::Encode;
use frame_support::{derive_impl, ord_parameter_types, parameter_types};
use frame_system::EnsureSignedBy;
use sp_core::traits::{ReadRuntimeVersion, ReadRuntimeVersionExt};
use sp_runtime::BuildStorage;
use sp_version::RuntimeVersion;
use std::borrow::Cow;

pub type Block = frame_system::mocking::MockBlock<Test>;

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
    pub type Governance = pallet_governance::Pallet<Test>;
}

parameter_types! {
    pub Version: RuntimeVersion = version("test", 7);
}

ord_parameter_types! {
    pub const Council: u64 = 1;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type Version = Version;
}

impl crate::Config for Test {
    type UpgradeOrigin = EnsureSignedBy<Council, u64>;
    type WeightInfo = ();
}

pub fn version(name: &'static str, spec_version: u32) -> RuntimeVersion {
    RuntimeVersion {
        spec_name: Cow::Borrowed(name),
        spec_version,
        ..Default::default()
    }
}

/// Code of this name and version.
pub fn code(name: &'static str, spec_version: u32) -> Vec<u8> {
    version(name, spec_version).encode()
}

struct CodeIsItsVersion;

impl ReadRuntimeVersion for CodeIsItsVersion {
    fn read_runtime_version(&self, code: &[u8], _: &mut dyn sp_core::traits::Externalities) -> Result<Vec<u8>, String> {
        Ok(code.to_vec())
    }
}

/// State in block 1.
pub fn chain() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut state = sp_io::TestExternalities::new(storage);
    state.register_extension(ReadRuntimeVersionExt::new(CodeIsItsVersion));
    state.execute_with(|| System::set_block_number(1));
    state
}
