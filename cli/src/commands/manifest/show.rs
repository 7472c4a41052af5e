//! Commands, parameters and text of a manifest as a tree.

use super::{
    names::{self, COMPARISONS, COMPONENT_TEXT, DIGESTS, DIRECTIVES, MANIFEST_TEXT, PARAMETERS, POLICY},
    tree::Node,
};
use crate::output::uuid;
use std::collections::BTreeMap;
use suit_manifest::{
    build::model::{Command, ComponentId, Digest, Index, LanguageText, Parameters, Text, VendorId, VersionMatch},
    uuid as names_of,
};

/// Names that UUIDs may be derived from: what the manifest's text claims, and what a UUID then proves.
#[derive(Default)]
pub struct Known {
    domains: Vec<String>,
    classes: Vec<String>,
}

/// Most names that are tried for a UUID: each try is a hash.
const MAX_NAMES: usize = 16;

impl Known {
    /// The names in a text.
    pub fn from_text(text: Option<&Text>) -> Self {
        let mut known = Self::default();
        let languages = text.iter().flat_map(|text| text.0.values());
        for texts in languages.flat_map(|language| language.components.values()) {
            for (number, name) in texts {
                let list = match COMPONENT_TEXT.name(*number).as_str() {
                    "vendor-domain" => &mut known.domains,
                    "model-info" | "model-name" => &mut known.classes,
                    _ => continue,
                };
                if list.len() < MAX_NAMES && !list.contains(name) {
                    list.push(name.clone());
                }
            }
        }
        known
    }

    fn vendor(&self, id: &[u8; 16]) -> Node {
        let name = self.domains.iter().find(|name| names_of::vendor_id(name) == *id);
        named(id, name)
    }

    fn class(&self, vendor: Option<&VendorId>, id: &[u8; 16]) -> Node {
        let name = match vendor {
            Some(VendorId::Uuid(vendor)) => self.classes.iter().find(|name| names_of::class_id(vendor, name) == *id),
            _ => None,
        };
        named(id, name)
    }
}

fn named(id: &[u8; 16], name: Option<&String>) -> Node {
    match name {
        Some(name) => Node::Labelled(uuid(id), name.clone()),
        None => Node::Word(uuid(id)),
    }
}

/// A command sequence. Its nesting was bounded when it was decoded.
pub fn sequence(commands: &[Command], known: &Known) -> Node {
    Node::List(commands.iter().map(|one| command(one, known)).collect())
}

fn command(command: &Command, known: &Known) -> Node {
    let (name, argument) = match command {
        Command::Condition { condition, policy } => (names::condition(*condition).to_owned(), reporting(*policy)),
        Command::Directive { directive, policy } => (names::plain_directive(*directive).to_owned(), reporting(*policy)),
        Command::SetComponentIndex(index) => (name_of(command), component_index(index)),
        Command::OverrideParameters(set) | Command::SetParameters(set) => (name_of(command), parameters(set, known)),
        Command::OverrideMultiple(components) => {
            (name_of(command), by_component(components, |set| parameters(set, known)))
        }
        Command::CopyParameters(components) => (
            name_of(command),
            by_component(components, |numbers| {
                Node::List(numbers.iter().map(|n| Node::Word(PARAMETERS.name(*n))).collect())
            }),
        ),
        Command::TryEach { alternatives, optional } => (name_of(command), try_each(alternatives, *optional, known)),
        Command::RunSequence(commands) => (name_of(command), sequence(commands, known)),
        Command::Custom { code, argument } => (
            "custom".into(),
            Node::Map(vec![
                ("code".into(), Node::Number(*code)),
                ("argument".into(), cbor(argument)),
            ]),
        ),
    };
    Node::entry(name, argument)
}

fn name_of(command: &Command) -> String {
    DIRECTIVES.name(command.code())
}

fn try_each(alternatives: &[Vec<Command>], optional: bool, known: &Known) -> Node {
    let all = alternatives.iter().map(|one| sequence(one, known)).collect();
    Node::Map(vec![
        ("alternatives".into(), Node::List(all)),
        ("optional".into(), optional.into()),
    ])
}

fn by_component<T>(components: &BTreeMap<u64, T>, show: impl Fn(&T) -> Node) -> Node {
    Node::Map(
        components
            .iter()
            .map(|(index, value)| (index.to_string(), show(value)))
            .collect(),
    )
}

fn component_index(index: &Index) -> Node {
    match index {
        Index::One(index) => number(*index),
        Index::All => true.into(),
        Index::List(indices) => Node::List(indices.iter().copied().map(number).collect()),
    }
}

/// An index or a count, which are small.
fn number(value: u64) -> Node {
    i64::try_from(value).map_or(Node::Quantity(value), Node::Number)
}

/// The names of what is reported (§8.4.7).
fn reporting(policy: u8) -> Node {
    let bits = [1u8, 2, 4, 8];
    Node::List(
        bits.into_iter()
            .filter(|bit| policy & bit != 0)
            .map(|bit| Node::Word(POLICY.name(i64::from(bit))))
            .collect(),
    )
}

/// Somebody's CBOR: its bytes.
fn cbor(bytes: &[u8]) -> Node {
    Node::entry("hex", Node::Bytes(bytes.to_vec()))
}

/// `sha-256:` and the digest.
pub fn digest(digest: &Digest) -> Node {
    Node::Word(format!(
        "{}:{}",
        DIGESTS.name(digest.algorithm.number()),
        hex::encode(&digest.bytes)
    ))
}

fn parameters(set: &Parameters, known: &Known) -> Node {
    let bytes = |bytes: &Option<Vec<u8>>| bytes.clone().map(Node::Bytes);
    let quantity = |value: Option<u64>| value.map(Node::Quantity);
    let vendor = set.vendor_id.as_ref().map(|id| match id {
        VendorId::Uuid(id) => known.vendor(id),
        VendorId::Pen(number) => Node::entry("pen", Node::Bytes(number.clone())),
    });
    let class = set.class_id.map(|id| known.class(set.vendor_id.as_ref(), &id));
    let encryption = set.encryption_info.as_ref().map(|info| {
        Node::Map(vec![
            ("bytes".into(), info.len().into()),
            ("hex".into(), Node::Bytes(info.clone())),
        ])
    });
    let known_ones = [
        ("vendor-id", vendor),
        ("class-id", class),
        ("image-digest", set.image_digest.as_ref().map(digest)),
        ("use-before", quantity(set.use_before)),
        ("component-slot", quantity(set.component_slot)),
        ("strict-order", set.strict_order.map(Node::Bool)),
        ("soft-failure", set.soft_failure.map(Node::Bool)),
        ("image-size", quantity(set.image_size)),
        ("content", bytes(&set.content)),
        ("encryption-info", encryption),
        ("uri", set.uri.clone().map(Node::Text)),
        ("source-component", set.source_component.map(number)),
        ("invoke-args", bytes(&set.invoke_args)),
        ("device-id", set.device_id.map(|id| Node::Word(uuid(&id)))),
        ("fetch-arguments", bytes(&set.fetch_arguments)),
        ("minimum-battery", quantity(set.minimum_battery)),
        ("update-priority", set.update_priority.map(Node::Number)),
        ("version", set.version.as_ref().map(version_match)),
        ("wait-info", set.wait_info.as_deref().map(cbor)),
        ("component-metadata", set.component_metadata.as_deref().map(cbor)),
    ];
    let custom = set
        .custom
        .iter()
        .map(|(number, value)| (number.to_string(), cbor(value)));
    Node::Map(
        known_ones
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .chain(custom)
            .collect(),
    )
}

fn version_match(version: &VersionMatch) -> Node {
    let name = COMPARISONS.iter().find(|(known, _)| *known == version.comparison);
    Node::Map(vec![
        (
            "comparison".into(),
            Node::word(name.map_or("unknown", |(_, name)| *name)),
        ),
        ("version".into(), version_parts(&version.version)),
    ])
}

/// The integers of a version.
pub fn version_parts(parts: &[i64]) -> Node {
    Node::List(parts.iter().copied().map(Node::Number).collect())
}

/// A component identifier: text where its parts are printable text, bytes otherwise.
pub fn component_id(id: &ComponentId) -> Node {
    let part = |part: &Vec<u8>| match std::str::from_utf8(part) {
        Ok(text) if !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()) => Node::Text(text.to_owned()),
        _ => Node::Bytes(part.clone()),
    };
    Node::List(id.0.iter().map(part).collect())
}

/// The text, by language.
pub fn text(text: &Text) -> Node {
    Node::Map(
        text.0
            .iter()
            .map(|(tag, texts)| (tag.clone(), language(texts)))
            .collect(),
    )
}

fn language(texts: &LanguageText) -> Node {
    let sentences = |names: &names::Names, texts: &BTreeMap<i64, String>| -> Vec<(String, Node)> {
        let one = |(number, text): (&i64, &String)| (names.name(*number), Node::Text(text.clone()));
        texts.iter().map(one).collect()
    };
    let mut entries = sentences(&MANIFEST_TEXT, &texts.manifest);
    let components: Vec<Node> = texts
        .components
        .iter()
        .map(|(id, texts)| {
            let mut entries = vec![("component".to_owned(), component_id(id))];
            entries.extend(sentences(&COMPONENT_TEXT, texts));
            Node::Map(entries)
        })
        .collect();
    if !components.is_empty() {
        entries.push(("components".into(), Node::List(components)));
    }
    Node::Map(entries)
}

/// A component identifier on one line.
pub fn id_text(id: &ComponentId) -> String {
    let part = |part: &Vec<u8>| match std::str::from_utf8(part) {
        Ok(text) if !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()) => text.to_owned(),
        _ => format!("0x{}", hex::encode(part)),
    };
    format!("[{}]", id.0.iter().map(part).collect::<Vec<_>>().join(", "))
}
