//! New code for the chain: authorised by the council, handed in by anybody.

use super::{decision, propose::propose, Authorize, Mover};
use crate::{
    chain::extrinsics::Call,
    commands::Context,
    error::{Error, Result},
    files,
    output::{hex0x, merge, Report},
};
use codec::Decode;
use serde_json::json;
use std::path::Path;
use subxt::{
    config::{substrate::BlakeTwo256, Hasher},
    utils::H256,
};

/// Longest code that is read: more than a block takes.
const MAX_CODE: u64 = 16 * 1024 * 1024;

/// Runs `suit council authorize-upgrade`.
pub async fn authorize(options: &Authorize, context: &Context) -> Result<Report> {
    let (code, hash) = code(&options.wasm)?;
    let said = json!({ "code": options.wasm.display().to_string(), "size": code.len(), "hash": hex0x(hash.0) });
    let shown = |report: Report| {
        report
            .field("code", format!("{} ({} bytes)", options.wasm.display(), code.len()))
            .field("hash", hex0x(hash.0))
    };
    let suri = match &options.suri {
        Some(suri) if !options.hash_only => suri.clone(),
        _ => return Ok(shown(Report::new(said))),
    };
    let mover = Mover {
        suri,
        no_vote: options.no_vote,
    };
    let report = propose(decision::upgrade(hash), &mover, context).await?;
    let report = report.and_json(said);
    Ok(shown(report).line(format!(
        "Once it is authorised, anybody hands it in: suit council apply-upgrade {}",
        options.wasm.display()
    )))
}

/// Runs `suit council apply-upgrade`.
pub async fn apply(wasm: &Path, context: &Context) -> Result<Report> {
    let (code, hash) = code(wasm)?;
    let call = Call::new("System", "apply_authorized_upgrade").arg("code", &code);
    let chain = context.chain().await?;
    // Known before a megabyte is sent.
    match chain.authorized_upgrade().await? {
        Some(authorized) if authorized == hash => {}
        Some(_) => return Err(Error::Dispatch("System::Unauthorized".into())),
        None => return Err(Error::Dispatch("System::NothingAuthorized".into())),
    }
    context.progress.stage(format!(
        "Handing in {} ({} bytes, hash {})",
        wasm.display(),
        code.len(),
        hex0x(hash.0)
    ));
    let included = chain.submit_bare(&call, context.deadline()).await?;
    if let Some(fields) = included.event("System", "RejectedInvalidAuthorizedUpgrade") {
        return Err(rejected(fields, &chain.api().metadata()));
    }
    let mut json = json!({ "hash": hex0x(hash.0), "size": code.len() });
    merge(&mut json, json!({ "block": hex0x(included.block) }));
    Ok(Report::new(json)
        .field("hash", hex0x(hash.0))
        .field("finalised in", hex0x(included.block))
        .line("The next block is the new code's"))
}

/// Why code was not taken although it was authorised. The authorisation is used up.
fn rejected(fields: &[u8], metadata: &subxt::Metadata) -> Error {
    let mut rest = fields;
    let error = H256::decode(&mut rest)
        .ok()
        .and_then(|_| subxt::error::DispatchError::decode_from(rest, metadata.clone()).ok());
    error.map_or_else(
        || Error::Dispatch("System::RejectedInvalidAuthorizedUpgrade".into()),
        crate::chain::refusals::from_dispatch,
    )
}

/// A file of code and its hash, BLAKE2b-256.
fn code(path: &Path) -> Result<(Vec<u8>, H256)> {
    let code = files::read(path, MAX_CODE)?;
    // Plain WebAssembly, or the prefix of its compressed form.
    let known = [&b"\0asm"[..], &[0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05]];
    if !known.iter().any(|prefix| code.starts_with(prefix)) {
        return Err(Error::malformed(
            "BadCode",
            path.display().to_string(),
            "neither WebAssembly nor its compressed form",
        ));
    }
    let hash = BlakeTwo256.hash(&code);
    Ok((code, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_named_by_its_blake2b_hash_and_nothing_else_is_taken_for_code() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("code.wasm");
        std::fs::write(&file, b"\0asm").unwrap();
        let (_, hash) = code(&file).unwrap();
        // b2sum -l 256
        assert_eq!(
            hex::encode(hash.0),
            "c04f4579bbed4a462d59b8c24ba3098e71dc055d6b05bc1f0bfb04bac44b2ea2"
        );
        std::fs::write(&file, b"#!/bin/sh").unwrap();
        assert_eq!(code(&file).unwrap_err().kind(), "BadCode");
    }

    #[tokio::test]
    async fn the_hash_alone_needs_no_node_and_no_account() {
        let folder = tempfile::tempdir().unwrap();
        let wasm = folder.path().join("code.wasm");
        std::fs::write(&wasm, b"\0asm").unwrap();
        let options = Authorize {
            wasm,
            suri: None,
            no_vote: false,
            hash_only: true,
        };
        let context = Context {
            node: "ws://127.0.0.1:1".into(),
            timeout: 1,
            progress: crate::output::Progress::new(true),
        };
        let report = authorize(&options, &context).await.unwrap();
        assert_eq!(report.json()["size"], 4);
    }
}
