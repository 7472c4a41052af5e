//! `suit upload`: only the bytes.

use crate::{
    chain::Chain,
    commands::{node::gateway, Context},
    error::Result,
    firmware::Firmware,
    http::{self, Gateway},
    output::{Progress, Report},
    uploader,
};
use clap::Args;
use serde_json::json;
use std::{path::PathBuf, time::Duration};

/// Longest silence of a gateway.
const SILENCE: Duration = Duration::from_secs(30);

/// Options of `suit upload`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  suit upload firmware.bin --gateway http://127.0.0.1:8080\n\n\
    A gateway takes only what a live release asks for. An upload that was cut off continues where it stopped."
)]
pub struct Options {
    /// The firmware
    firmware: PathBuf,
    /// Origin of a storage node's gateway; several are tried in turn; without it, those on the chain
    #[arg(long)]
    gateway: Vec<String>,
}

/// Runs the command.
pub async fn run(options: Options, context: &Context) -> Result<Report> {
    let firmware = read(&options.firmware, &context.progress)?;
    let gateways = match options.gateway.is_empty() {
        true => gateways(&[], Some(&context.chain().await?)).await?,
        false => gateways(&options.gateway, None).await?,
    };
    let (origin, uploaded) =
        uploader::upload_to_any(&firmware, &gateways, false, &context.progress, context.deadline()).await?;
    let json = json!({
        "root": firmware.root.to_string(),
        "size": firmware.size.to_string(),
        "gateway": origin,
        "blocksSent": uploaded.sent,
        "blocksPresent": uploaded.present,
        "bytesSent": uploaded.bytes.to_string(),
    });
    Ok(Report::new(json)
        .field("root", firmware.root)
        .field("gateway", origin)
        .line(format!(
            "{} blocks sent ({} bytes), {} were there",
            uploaded.sent, uploaded.bytes, uploaded.present
        )))
}

/// Reads a firmware file into blocks.
pub fn read(path: &std::path::Path, progress: &Progress) -> Result<Firmware> {
    progress.stage(format!("Reading {}", path.display()));
    let firmware = Firmware::read(path)?;
    progress.stage(format!(
        "{} bytes in {} blocks, root {}",
        firmware.size,
        firmware.blocks.len(),
        firmware.root
    ));
    Ok(firmware)
}

/// The gateways that were named, or else those that the chain knows, live ones first.
pub async fn gateways(named: &[String], chain: Option<&Chain>) -> Result<Vec<Gateway>> {
    let client = http::client(SILENCE)?;
    let mut origins = named.to_vec();
    if let (true, Some(chain)) = (named.is_empty(), chain) {
        let mut nodes = chain.nodes().await?;
        nodes.sort_by_key(|node| !node.live);
        origins.extend(nodes.iter().map(gateway).filter(|origin| !origin.is_empty()));
    }
    origins
        .iter()
        .map(|origin| Gateway::new(client.clone(), origin))
        .collect()
}
