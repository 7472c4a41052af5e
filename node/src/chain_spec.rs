//! Chain specifications that the binary knows by name.

use sc_service::ChainType;
use suit_runtime::WASM_BINARY;

/// A chain specification without extensions.
pub type ChainSpec = sc_service::GenericChainSpec;

fn wasm() -> Result<&'static [u8], String> {
    WASM_BINARY.ok_or_else(|| {
        "this binary was built without the runtime's WebAssembly (SKIP_WASM_BUILD); build it again without".to_owned()
    })
}

/// One registration node, `--alice`; everybody may register; sudo is Alice.
pub fn dev() -> Result<ChainSpec, String> {
    Ok(ChainSpec::builder(wasm()?, None)
        .with_name("SUIT development")
        .with_id("suit_dev")
        .with_chain_type(ChainType::Development)
        .with_protocol_id("suit-dev")
        .with_genesis_config_preset_name(sp_genesis_builder::DEV_RUNTIME_PRESET)
        .build())
}

/// Two registration nodes, `--alice` and `--bob`; everybody may register; no sudo.
pub fn local() -> Result<ChainSpec, String> {
    Ok(ChainSpec::builder(wasm()?, None)
        .with_name("SUIT local")
        .with_id("suit_local")
        .with_chain_type(ChainType::Local)
        .with_protocol_id("suit-local")
        .with_genesis_config_preset_name(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET)
        .build())
}
