//! `suit manifest payloads`: what a manifest is for and what it may fetch.

use super::{names::DIGESTS, show, tree::Node, Reading};
use crate::{
    error::Result,
    output::{uuid, Report},
};
use suit_manifest::{
    build::model,
    envelope::Envelope,
    resolve::{resolve, Binding, Resolved, ResolvedPayload},
};

/// Runs the command.
pub fn run(reading: &Reading) -> Result<Report> {
    let bytes = reading.bytes()?;
    let failed = |error| reading.failed(error);
    let envelope = Envelope::decode(&bytes, reading.mode()).map_err(&failed)?;
    let manifest = envelope.manifest().map_err(&failed)?;
    let resolved = resolve(&manifest).map_err(&failed)?;
    Ok(table(&resolved)
        .into_iter()
        .fold(Report::new(Node::Map(nodes(&resolved)).to_json()), Report::line))
}

/// Products and payloads as parts of a tree.
pub fn nodes(resolved: &Resolved<'_>) -> Vec<(String, Node)> {
    let product = |(vendor, class): &([u8; 16], [u8; 16])| {
        Node::Map(vec![
            ("vendor".into(), Node::Word(uuid(vendor))),
            ("class".into(), Node::Word(uuid(class))),
        ])
    };
    vec![
        (
            "products".into(),
            Node::List(resolved.products.iter().map(product).collect()),
        ),
        ("open".into(), resolved.open.into()),
        (
            "payloads".into(),
            Node::List(resolved.payloads.iter().map(payload).collect()),
        ),
    ]
}

fn payload(payload: &ResolvedPayload<'_>) -> Node {
    let mut tree = vec![
        ("index".to_owned(), Node::Number(i64::from(payload.component_index))),
        ("component".into(), component(payload)),
    ];
    let optional = [
        ("uri", payload.uri.map(|uri| Node::Text(uri.to_owned()))),
        (
            "digest",
            payload.digest.map(|digest| show::digest(&model::Digest::from(digest))),
        ),
        ("size", payload.size.map(Node::Quantity)),
    ];
    tree.extend(
        optional
            .into_iter()
            .filter_map(|(name, node)| Some((name.to_owned(), node?))),
    );
    tree.push(("digestOf".into(), Node::Word(binding(payload))));
    tree.push(("encrypted".into(), payload.encrypted.into()));
    let info = payload.encryption_info.map(|info| Node::Bytes(info.to_vec()));
    tree.extend(info.map(|info| ("encryptionInfo".to_owned(), info)));
    tree.push(("integrated".into(), payload.integrated.into()));
    Node::Map(tree)
}

/// What digest and size are of.
fn binding(payload: &ResolvedPayload<'_>) -> String {
    match payload.binding {
        Binding::Fetched => "fetched".into(),
        Binding::Plaintext { component_index } => format!("plaintext in component {component_index}"),
        Binding::Unknown => "nothing".into(),
    }
}

fn component(payload: &ResolvedPayload<'_>) -> Node {
    model::ComponentId::from_cbor(payload.component).map_or_else(
        |_| Node::Bytes(payload.component.to_vec()),
        |id| show::component_id(&id),
    )
}

const HEADS: [&str; 6] = ["COMPONENT", "SIZE", "DIGEST", "DIGEST OF", "FETCHED BYTES", "URI"];

/// The same for people: products, then a table.
fn table(resolved: &Resolved<'_>) -> Vec<String> {
    let mut lines: Vec<String> = resolved
        .products
        .iter()
        .map(|(vendor, class)| format!("for vendor {} class {}", uuid(vendor), uuid(class)))
        .collect();
    if resolved.open {
        let whom = if resolved.products.is_empty() {
            "for devices of any product"
        } else {
            "also for devices of other products"
        };
        lines.push(format!("{whom}: not every way through it tests both vendor and class"));
    }
    if resolved.payloads.is_empty() {
        lines.push("fetches nothing".into());
        return lines;
    }
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(resolved.payloads.iter().map(row));
    let widths: Vec<usize> = (0..HEADS.len())
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        lines.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_owned());
    }
    lines
}

fn row(payload: &ResolvedPayload<'_>) -> [String; 6] {
    let id = match model::ComponentId::from_cbor(payload.component) {
        Ok(id) => show::id_text(&id),
        Err(_) => hex::encode(payload.component),
    };
    [
        format!("{} {id}", payload.component_index),
        payload.size.map_or_else(|| "-".into(), |size| size.to_string()),
        payload.digest.map_or_else(
            || "-".into(),
            |digest| {
                format!(
                    "{}:{}",
                    DIGESTS.name(digest.algorithm.number()),
                    hex::encode(digest.bytes)
                )
            },
        ),
        binding(payload),
        match (payload.encrypted, payload.integrated) {
            (true, true) => "encrypted, in the envelope",
            (true, false) => "encrypted",
            (false, true) => "in the envelope",
            (false, false) => "plain",
        }
        .into(),
        payload.uri.map_or_else(|| "-".into(), crate::output::one_line),
    ]
}
