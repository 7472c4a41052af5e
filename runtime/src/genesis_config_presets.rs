//! Genesis presets. They stand in `chain-specs/` as JSON, for people to read and to start their own from.

use alloc::{vec, vec::Vec};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};

const DEV: &str = include_str!("../../chain-specs/dev.json");
const LOCAL: &str = include_str!("../../chain-specs/local.json");

/// The preset's genesis patch, as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let preset = match id.as_ref() {
        DEV_RUNTIME_PRESET => DEV,
        LOCAL_TESTNET_RUNTIME_PRESET => LOCAL,
        _ => return None,
    };
    Some(preset.as_bytes().to_vec())
}

/// Names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(DEV_RUNTIME_PRESET),
        PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET),
    ]
}
