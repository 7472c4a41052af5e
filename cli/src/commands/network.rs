//! `suit network`: how the network as a whole stands.

use crate::{
    chain::Chain,
    commands::{
        names,
        node::gateway,
        product::Product,
        product_id,
        release::{root_text, status_name},
        Context,
    },
    error::{Error, Result},
    http,
    output::{hex0x, merge, uuid, Report},
};
use clap::{Args, Subcommand};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use suit_primitives::{
    release::{Demand, Release, RootCid},
    replication::StorageNode,
    NodeId, ProductId, ReleaseId,
};

/// Longest wait for a gateway.
const SILENCE: Duration = Duration::from_secs(5);
/// Longest answer of a gateway: it names blocks that are missing.
const MAX_ANSWER: usize = 128 * 1024;

/// The network as a whole
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show who holds which release, and why not
    ///
    /// Says for every release that asks for bytes how many live storage nodes have attested it, and for each node on duty
    /// that has not, what keeps it: asks its gateway what it lacks.
    #[command(
        after_help = "Examples:\n  suit network replicas\n  suit network replicas example.com thermostat-2\n  \
                      suit --json network replicas | jq '.releases[] | select(.held < .wanted)'"
    )]
    Replicas(Replicas),
}

/// Options of `suit network replicas`.
#[derive(Args, Debug)]
pub struct Replicas {
    /// Only this vendor's product: its domain name, or its UUID where it was registered by one
    #[arg(value_name = "VENDOR", requires = "class")]
    vendor: Option<String>,
    /// The class name
    #[arg(value_name = "CLASS")]
    class: Option<String>,
}

/// Where a node stands with a release.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// It attested the release, and that counts.
    Holds,
    /// It has not attested lately: nothing that it holds counts.
    Silent,
    /// Its gateway cannot be asked.
    NoAnswer(String),
    /// It has this many of so many bytes.
    Lacks { have: u64, size: u64 },
    /// It has every byte: it checks them, or its attestation is under way.
    NotAttested,
}

impl Standing {
    fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Silent => "silent",
            Self::NoAnswer(_) => "noAnswer",
            Self::Lacks { .. } => "lacks",
            Self::NotAttested => "notAttested",
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Holds => "holds it".into(),
            Self::Silent => "has not attested lately, so nothing it holds counts: is it running?".into(),
            Self::NoAnswer(why) => format!("has not attested it, and its gateway does not say why: {why}"),
            Self::Lacks { have, size } => format!("has {have} of {size} bytes"),
            Self::NotAttested => "has every byte and has yet to attest it".into(),
        }
    }
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Replicas(options) => replicas(&options, context).await,
    }
}

async fn replicas(options: &Replicas, context: &Context) -> Result<Report> {
    let named = options.vendor.clone().zip(options.class.clone());
    let named = named.map(|(vendor, class)| Product { vendor, class });
    let only = match &named {
        Some(product) => Some(product_id(&product.vendor, &product.class)?),
        None => None,
    };
    let chain = context.chain().await?;
    if let (Some(id), Some(product)) = (only, &named) {
        let known = chain.product(id).await?;
        known.ok_or_else(|| Error::NotFound(product.to_string()))?;
    }
    context.progress.stage("Asking the chain who is on duty for what");
    let nodes = chain.nodes().await?;
    let mut on_duty: BTreeMap<ReleaseId, (Demand, BTreeSet<NodeId>)> = BTreeMap::new();
    for node in &nodes {
        for demand in chain.duty(node.node).await? {
            let entry = on_duty.entry(demand.release).or_insert((demand, BTreeSet::new()));
            entry.1.insert(node.node);
        }
    }

    context.progress.stage("Asking nodes what they lack");
    let mut asking = Asking::new(http::client(SILENCE)?);
    // A product's name is the same for all of its releases.
    let mut names: BTreeMap<ProductId, String> = BTreeMap::new();
    let (mut list, mut lines, mut short) = (Vec::new(), Vec::new(), 0usize);
    for (id, (demand, duty)) in &on_duty {
        let Some(release) = chain.release_by_id(*id).await? else {
            continue;
        };
        let product = release.v1().product;
        if only.is_some_and(|only| only != product) {
            continue;
        }
        let name = match names.get(&product) {
            Some(name) => name,
            None => &*names.entry(product).or_insert(product_name(&chain, product).await?),
        };
        let held = chain.holders(*id).await?;
        let mut standings = Vec::new();
        for node in nodes
            .iter()
            .filter(|node| duty.contains(&node.node) || held.contains(&node.node))
        {
            let standing = asking.standing(node, demand, held.contains(&node.node)).await;
            standings.push((node, duty.contains(&node.node), standing));
        }
        short += usize::from(held.len() < usize::from(demand.replicas));
        lines.push(format!(
            "Release {} of {name}: {} of {} replicas",
            release.v1().sequence_number,
            held.len(),
            demand.replicas
        ));
        lines.extend(standings.iter().map(|(node, _, standing)| line(node, standing)));
        list.push(release_json(*id, &release, demand, held.len(), &standings));
    }
    let report = Report::new(json!({ "releases": list, "short": short, "nodes": nodes.len() })).line(format!(
        "{} releases ask for bytes; {short} of them have too few replicas; {} storage nodes, {} of them live",
        list.len(),
        nodes.len(),
        nodes.iter().filter(|node| node.live).count(),
    ));
    Ok(lines.into_iter().fold(report, Report::line))
}

async fn product_name(chain: &Chain, id: ProductId) -> Result<String> {
    let owner = chain.vendor(id.vendor).await?;
    let vendor = owner.map_or_else(|| uuid(&id.vendor.0), |info| names::vendor_text(id.vendor, &info));
    let product = chain.product(id).await?;
    let class = product.map_or_else(String::new, |info| {
        String::from_utf8_lossy(&info.class_name).into_owned()
    });
    Ok(Product { vendor, class }.to_string())
}

fn line(node: &StorageNode, standing: &Standing) -> String {
    format!("    {}  {}  {}", hex0x(node.node.0), gateway(node), standing.text())
}

fn release_json(
    id: ReleaseId,
    release: &Release,
    demand: &Demand,
    held: usize,
    standings: &[(&StorageNode, bool, Standing)],
) -> Value {
    let nodes: Vec<Value> = standings
        .iter()
        .map(|(node, on_duty, standing)| {
            let mut json = json!({
                "nodeKey": hex0x(node.node.0),
                "gateway": gateway(node),
                "live": node.live,
                "onDuty": on_duty,
                "standing": standing.name(),
                "why": standing.text(),
            });
            if let Standing::Lacks { have, size } = standing {
                merge(&mut json, json!({ "haveBytes": have, "size": size }));
            }
            json
        })
        .collect();
    let mut json = names::ids(&release.v1().product);
    merge(
        &mut json,
        json!({
            "id": id.to_string(),
            "sequenceNumber": release.v1().sequence_number.to_string(),
            "status": status_name(release.v1().status),
            "wanted": demand.replicas,
            "held": held,
            "nodes": nodes,
        }),
    );
    json
}

/// A gateway's answer to what it lacks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Missing {
    status: String,
    have_bytes: u64,
}

/// Asks gateways, and asks none again that did not answer.
struct Asking {
    client: Client,
    unreachable: BTreeMap<NodeId, String>,
}

impl Asking {
    fn new(client: Client) -> Self {
        Self {
            client,
            unreachable: BTreeMap::new(),
        }
    }

    async fn standing(&mut self, node: &StorageNode, demand: &Demand, holds: bool) -> Standing {
        if holds {
            return Standing::Holds;
        }
        if !node.live {
            return Standing::Silent;
        }
        if let Some(why) = self.unreachable.get(&node.node) {
            return Standing::NoAnswer(why.clone());
        }
        let (mut have, mut size, mut complete) = (0u64, 0u64, true);
        for payload in &demand.payloads {
            let payload = payload.v1();
            size = size.saturating_add(payload.stored_size);
            match self.missing(&gateway(node), payload.root).await {
                Ok(missing) => {
                    complete &= missing.status == "complete";
                    have = have.saturating_add(missing.have_bytes.min(payload.stored_size));
                }
                Err(error) => {
                    let why = error.to_string();
                    self.unreachable.insert(node.node, why.clone());
                    return Standing::NoAnswer(why);
                }
            }
        }
        if complete {
            Standing::NotAttested
        } else {
            Standing::Lacks { have, size }
        }
    }

    async fn missing(&self, gateway: &str, root: RootCid) -> Result<Missing> {
        if gateway.is_empty() {
            return Err(Error::Unreachable {
                what: "the node's gateway".into(),
                reason: "it has none on the chain".into(),
            });
        }
        let url = format!(
            "{}/suit/v1/missing/{}?limit=1",
            gateway.trim_end_matches('/'),
            root_text(root)
        );
        let response = self
            .client
            .get(&url)
            .send()
            .await
            .map_err(|error| http::failed(&url, error))?;
        if response.status() != StatusCode::OK {
            return Err(http::gateway_error(&url, response).await);
        }
        let body = http::body(&url, response, MAX_ANSWER).await?;
        serde_json::from_slice(&body).map_err(|error| Error::malformed("MalformedAnswer", &url, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Reply, Server};
    use suit_primitives::{
        release::{BlockCodec, Payload, PayloadV1, Retrieval, Transform},
        replication::NodeAddresses,
    };

    fn demand() -> Demand {
        let payload = PayloadV1 {
            component: vec![].try_into().unwrap(),
            root: RootCid {
                codec: BlockCodec::Raw,
                digest: [7; 32],
            },
            stored_size: 1_000,
            image_digest: None,
            image_size: None,
            transform: Transform::None,
        };
        Demand {
            release: 1,
            payloads: vec![Payload::V1(payload)].try_into().unwrap(),
            replicas: 2,
            retrieval: Retrieval::Open,
        }
    }

    fn node(gateway: &str, live: bool) -> StorageNode {
        StorageNode {
            node: NodeId([1; 32]),
            addresses: NodeAddresses {
                peer_id: vec![].try_into().unwrap(),
                gateway: gateway.as_bytes().to_vec().try_into().unwrap(),
            },
            last_period: Some(3),
            live,
        }
    }

    async fn standing(gateway: &str, live: bool, holds: bool) -> Standing {
        let mut asking = Asking::new(http::client(Duration::from_secs(5)).unwrap());
        asking.standing(&node(gateway, live), &demand(), holds).await
    }

    async fn answered(status: &str, have: u64) -> Standing {
        let body =
            json!({ "root": "-", "status": status, "size": 1_000, "haveBytes": have, "missing": [] }).to_string();
        let server = Server::start(move |_| Reply::ok(body.clone())).await;
        standing(&server.url, true, false).await
    }

    #[tokio::test]
    async fn what_keeps_a_node_is_asked_of_its_gateway() {
        assert_eq!(answered("absent", 0).await, Standing::Lacks { have: 0, size: 1_000 });
        assert_eq!(
            answered("partial", 400).await,
            Standing::Lacks { have: 400, size: 1_000 }
        );
        assert_eq!(answered("complete", 1_000).await, Standing::NotAttested);
    }

    #[tokio::test]
    async fn who_holds_it_or_is_silent_is_not_asked() {
        assert_eq!(standing("http://127.0.0.1:1", true, true).await, Standing::Holds);
        assert_eq!(standing("http://127.0.0.1:1", false, false).await, Standing::Silent);
    }

    #[tokio::test]
    async fn a_gateway_that_cannot_say_is_told_with_the_reason_and_asked_once() {
        assert!(matches!(standing("", true, false).await, Standing::NoAnswer(_)));
        let server = Server::start(|_| Reply::error(503, "ChainUnavailable")).await;
        let mut asking = Asking::new(http::client(Duration::from_secs(5)).unwrap());
        for _ in 0..2 {
            let Standing::NoAnswer(why) = asking.standing(&node(&server.url, true), &demand(), false).await else {
                panic!("it answered");
            };
            assert!(why.contains("because"), "{why}");
        }
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn an_answer_that_is_no_answer_or_claims_too_much_is_seen_through() {
        assert_eq!(
            answered("partial", u64::MAX).await,
            Standing::Lacks {
                have: 1_000,
                size: 1_000
            }
        );
        let server = Server::start(|_| Reply::ok("[]")).await;
        assert!(matches!(
            standing(&server.url, true, false).await,
            Standing::NoAnswer(_)
        ));
    }
}
