//! `suit node`: storage nodes.

use crate::{
    chain::extrinsics::{account, account_id, Call, REPLICATION},
    commands::Context,
    error::{Error, Result},
    output::{hex0x, Report},
};
use clap::Subcommand;
use serde::Deserialize;
use serde_json::{json, Value};
use suit_primitives::{
    bounds,
    replication::{NodeAddresses, StorageNode},
    NodeId,
};

/// Storage nodes
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the node's own key, peer id and gateway (the node must allow unsafe RPC)
    Identity,
    /// Register the node that --node points to as a storage node
    #[command(after_help = "Example:\n  suit --node ws://127.0.0.1:9944 node register --suri //Alice")]
    Register {
        /// Secret of the account that speaks for the node: //Alice on a dev chain, a phrase, or @FILE
        #[arg(long)]
        suri: String,
        /// Origin of its gateway, as others reach it; without it, what the node says
        #[arg(long)]
        gateway: Option<String>,
    },
    /// List registered storage nodes
    List,
}

/// `suit_nodeIdentity`'s answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    node_key: String,
    peer_id: String,
    peer_id_bytes: String,
    gateway: Option<String>,
    proof: Option<String>,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Identity => {
            let chain = context.chain().await?;
            let json = chain.request("suit_nodeIdentity", &[]).await?;
            let identity = read_identity(&json)?;
            Ok(Report::new(json)
                .field("node key", identity.node_key)
                .field("peer id", identity.peer_id)
                .field("gateway", identity.gateway.as_deref().unwrap_or("none")))
        }
        Command::Register { suri, gateway } => register(&suri, gateway, context).await,
        Command::List => list(context).await,
    }
}

fn read_identity(json: &Value) -> Result<Identity> {
    Identity::deserialize(json).map_err(|e| Error::Incompatible(format!("answer of suit_nodeIdentity: {e}")))
}

fn bytes(text: &str, name: &str) -> Result<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(digits).map_err(|e| Error::Incompatible(format!("{name} in the answer of suit_nodeIdentity: {e}")))
}

fn array<const N: usize>(text: &str, name: &str) -> Result<[u8; N]> {
    let error = || Error::Incompatible(format!("{name} in the answer of suit_nodeIdentity has another length"));
    bytes(text, name)?.try_into().map_err(|_| error())
}

async fn register(suri: &str, gateway: Option<String>, context: &Context) -> Result<Report> {
    let key = account(suri)?;
    let chain = context.chain().await?;
    context.progress.stage("Asking the node who it is");
    let json = chain
        .request("suit_nodeIdentity", &[hex0x(account_id(&key).0).into()])
        .await?;
    let identity = read_identity(&json)?;
    let node = NodeId(array(&identity.node_key, "nodeKey")?);
    let proof: [u8; 64] = match &identity.proof {
        Some(proof) => array(proof, "proof")?,
        None => return Err(Error::Incompatible("the node gave no proof of possession".into())),
    };
    let gateway = gateway.or(identity.gateway).unwrap_or_default();
    let addresses = NodeAddresses {
        peer_id: bytes(&identity.peer_id_bytes, "peerIdBytes")?
            .try_into()
            .map_err(|_| Error::Incompatible("the node's peer id is too long".into()))?,
        gateway: gateway
            .clone()
            .into_bytes()
            .try_into()
            .map_err(|_| Error::Misuse(format!("--gateway has at most {} bytes", bounds::MAX_GATEWAY_URL)))?,
    };
    let call = Call::new(REPLICATION, "register_node")
        .arg("node", node)
        .arg("addresses", addresses)
        .arg("proof", proof);
    context.progress.stage(format!("Registering {}", identity.peer_id));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    Ok(Report::new(json!({
        "nodeKey": identity.node_key,
        "peerId": identity.peer_id,
        "gateway": gateway,
        "block": hex0x(included.block),
    }))
    .field("node key", identity.node_key)
    .field("peer id", identity.peer_id)
    .field("gateway", gateway)
    .field("finalised in", hex0x(included.block)))
}

async fn list(context: &Context) -> Result<Report> {
    let chain = context.chain().await?;
    let nodes = chain.nodes().await?;
    let period = chain.period().await?;
    let json: Vec<Value> = nodes.iter().map(node_json).collect();
    let mut report = Report::new(
        json!({ "nodes": json, "period": { "current": period.current, "length": period.length } }),
    )
    .line(format!(
        "{} storage nodes; period {} of {} blocks",
        nodes.len(),
        period.current,
        period.length
    ));
    for node in &nodes {
        let live = if node.live { "live" } else { "not live" };
        report = report.line(format!(
            "{}  {}  {}  {live}",
            hex0x(node.node.0),
            peer_id(node),
            gateway(node)
        ));
    }
    Ok(report)
}

/// Where a storage node's gateway is; empty where it has none.
pub fn gateway(node: &StorageNode) -> String {
    String::from_utf8_lossy(&node.addresses.gateway).into_owned()
}

fn peer_id(node: &StorageNode) -> String {
    bs58::encode(&node.addresses.peer_id).into_string()
}

fn node_json(node: &StorageNode) -> Value {
    json!({
        "nodeKey": hex0x(node.node.0),
        "peerId": peer_id(node),
        "gateway": gateway(node),
        "lastPeriod": node.last_period,
        "live": node.live,
    })
}
