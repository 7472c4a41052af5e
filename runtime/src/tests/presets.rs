//! The presets, which stand in `chain-specs/`.

use super::chain::{council, genesis, Alice, Bob, Charlie};
use crate::{genesis_config_presets::preset_names, Registrars, Runtime};
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};

#[test]
fn every_preset_has_registration_nodes_that_aura_and_grandpa_know() {
    for preset in preset_names() {
        genesis(preset.as_ref()).execute_with(|| {
            let count = Registrars::registrars().len();
            assert!(count > 0);
            assert_eq!(pallet_aura::Authorities::<Runtime>::get().len(), count);
            assert_eq!(crate::Grandpa::grandpa_authorities().len(), count);
        });
    }
}

#[test]
fn the_development_chain_is_governed_by_alice_alone_who_is_root_too() {
    genesis(DEV_RUNTIME_PRESET).execute_with(|| {
        assert_eq!(council(), [Alice.to_account_id()]);
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(Alice.to_account_id()));
    });
}

#[test]
fn the_local_chain_is_governed_by_three_and_has_no_root() {
    genesis(LOCAL_TESTNET_RUNTIME_PRESET).execute_with(|| {
        let mut members = [Alice, Bob, Charlie].map(|member| member.to_account_id());
        members.sort();
        assert_eq!(council(), members);
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
    });
}
