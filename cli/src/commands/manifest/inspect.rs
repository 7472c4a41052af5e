//! `suit manifest inspect`: everything that an envelope says, without believing it.

use super::{
    names, payloads,
    show::{self, Known},
    tree::Node,
    Reading,
};
use crate::{error::Result, output::Report};
use suit_manifest::{
    build::{self, model},
    cose::{Algorithm, Sign1},
    crypto::RustCrypto,
    envelope::{Block, Envelope},
    error,
    manifest::{Manifest, Member, Procedure, Severable},
    resolve::resolve,
};

/// Runs the command. Where the manifest cannot be read, what is around it is shown together with the error.
pub fn run(reading: &Reading) -> Result<Report> {
    let bytes = reading.bytes()?;
    let failed = |error| reading.failed(error);
    let envelope = Envelope::decode(&bytes, reading.mode()).map_err(&failed)?;
    let mut tree = around(&bytes, &envelope);
    let owned = build::Envelope::decode(&bytes, reading.mode()).map_err(&failed)?;
    tree.extend(severed(&owned));
    match envelope.manifest() {
        Ok(manifest) => {
            let model = model::Manifest::from_decoded(&manifest).map_err(|e| super::build_error(&reading.name(), e))?;
            tree.extend(within(&manifest, &model));
            Ok(Node::Map(tree).report())
        }
        Err(error) => Ok(Node::Map(tree).report().failing(failed(error))),
    }
}

/// Whether a check holds, or the error in words and by kind.
fn holds(outcome: std::result::Result<(), error::Error>) -> Node {
    match outcome {
        Ok(()) => Node::word("holds"),
        Err(error) => Node::Word(format!("{:?}: {error}", error.kind)),
    }
}

/// What can be said without reading the manifest.
fn around(bytes: &[u8], envelope: &Envelope<'_>) -> Vec<(String, Node)> {
    let blocks: Vec<Node> = envelope.blocks().map(|one| block(&one)).collect();
    let payloads: Vec<Node> = envelope
        .integrated_payloads()
        .map(|(name, payload)| {
            Node::Map(vec![
                ("name".into(), Node::Text(name.to_owned())),
                ("size".into(), payload.len().into()),
            ])
        })
        .collect();
    let mut tree = vec![
        ("size".into(), bytes.len().into()),
        (
            "manifestDigest".into(),
            show::digest(&model::Digest::from(envelope.manifest_digest())),
        ),
        ("digest".into(), holds(envelope.check_manifest_digest(&RustCrypto))),
        ("digests".into(), holds(envelope.check_digest(&RustCrypto))),
        ("complete".into(), holds(envelope.check_complete(&RustCrypto))),
        ("authentication".into(), Node::List(blocks)),
        ("manifestSize".into(), envelope.manifest_bytes().len().into()),
    ];
    if !payloads.is_empty() {
        tree.push(("integratedPayloads".into(), Node::List(payloads)));
    }
    tree
}

/// The severed members that the envelope holds, whatever the manifest says of them.
fn severed(envelope: &build::Envelope) -> Option<(String, Node)> {
    let one = |(member, content): (Severable, &[u8])| {
        Node::Map(vec![
            ("name".into(), Node::word(names::member(member))),
            ("size".into(), content.len().into()),
        ])
    };
    let members: Vec<Node> = envelope.severed().map(one).collect();
    (!members.is_empty()).then(|| ("severedMembers".to_owned(), Node::List(members)))
}

fn algorithm(algorithm: Algorithm) -> Node {
    Node::Word(format!("{algorithm:?} ({})", algorithm.number()))
}

fn kid(kid: Option<&[u8]>) -> Option<(String, Node)> {
    kid.map(|kid| ("kid".to_owned(), Node::Bytes(kid.to_vec())))
}

fn block(block: &Block<'_>) -> Node {
    let entries = match block {
        Block::Sign1(Sign1 {
            algorithm: alg,
            kid: key,
            ..
        }) => {
            vec![
                Some(("type".into(), Node::word("COSE_Sign1"))),
                Some(("algorithm".into(), algorithm(*alg))),
                kid(*key),
            ]
        }
        Block::Sign(sign) => {
            let signatures = sign.signatures().map(|signature| {
                let alg = ("algorithm".to_owned(), algorithm(signature.algorithm));
                Node::Map([Some(alg), kid(signature.kid)].into_iter().flatten().collect())
            });
            vec![
                Some(("type".into(), Node::word("COSE_Sign"))),
                Some(("signatures".into(), Node::List(signatures.collect()))),
                Some(("otherSignatures".into(), sign.other_signatures().into())),
            ]
        }
        Block::Mac0(mac) => vec![
            Some(("type".into(), Node::word("COSE_Mac0"))),
            Some((
                "algorithm".into(),
                Node::Word(format!("{:?} ({})", mac.algorithm, mac.algorithm.number())),
            )),
            kid(mac.kid),
        ],
        Block::Other { tag } => vec![Some((
            "type".into(),
            Node::Word(format!("tag {tag}, of a kind or algorithm that is not verified here")),
        ))],
    };
    Node::Map(entries.into_iter().flatten().collect())
}

/// The manifest, and what can be worked out from it.
fn within(manifest: &Manifest<'_>, model: &model::Manifest) -> Vec<(String, Node)> {
    let resolved = match resolve(manifest) {
        Ok(resolved) => payloads::nodes(&resolved),
        Err(error) => vec![("undecided".into(), Node::Word(format!("{:?}: {error}", error.kind)))],
    };
    let mut tree = vec![("manifest".to_owned(), members(manifest, model))];
    tree.extend(resolved);
    tree
}

fn members(manifest: &Manifest<'_>, model: &model::Manifest) -> Node {
    let text = model.text.as_ref().and_then(model::Severable::content);
    let known = Known::from_text(text);
    let mut tree = vec![
        ("version".to_owned(), Node::Quantity(manifest.version())),
        ("sequence-number".into(), Node::Quantity(model.sequence_number)),
    ];
    let optional = [
        ("reference-uri", model.reference_uri.clone().map(Node::Text)),
        (
            "manifest-component-id",
            model.manifest_component_id.as_ref().map(show::component_id),
        ),
        ("set-version", model.set_version.as_deref().map(show::version_parts)),
    ];
    tree.extend(
        optional
            .into_iter()
            .filter_map(|(name, node)| Some((name.to_owned(), node?))),
    );
    // By index, as commands refer to them.
    let components = model.components.iter().enumerate();
    tree.push((
        "components".into(),
        Node::Map(
            components
                .map(|(index, id)| (index.to_string(), show::component_id(id)))
                .collect(),
        ),
    ));
    if !model.dependencies.is_empty() {
        tree.push((
            "dependencies".into(),
            Node::List(model.dependencies.iter().map(dependency).collect()),
        ));
    }
    if let Some(shared) = &model.shared {
        tree.push(("shared-sequence".into(), show::sequence(shared, &known)));
    }
    for procedure in Procedure::ALL {
        tree.extend(procedure_node(procedure, manifest, model, &known));
    }
    tree.extend(severable(manifest, Severable::Text, text.map(show::text)));
    let coswid = model.coswid.as_ref().and_then(model::Severable::content);
    let coswid = coswid.map(|bytes| Node::entry("hex", Node::Bytes(bytes.clone())));
    tree.extend(severable(manifest, Severable::Coswid, coswid));
    let all = Procedure::ALL
        .into_iter()
        .map(names::procedure)
        .chain(["text", "coswid"]);
    let absent: Vec<Node> = all
        .filter(|name| tree.iter().all(|(known, _)| known != name))
        .map(Node::word)
        .collect();
    tree.push(("absent".into(), Node::List(absent)));
    Node::Map(tree)
}

fn dependency(dependency: &model::Dependency) -> Node {
    let mut tree = vec![("component".to_owned(), Node::Quantity(dependency.index))];
    tree.extend(
        dependency
            .prefix
            .as_ref()
            .map(|id| ("prefix".to_owned(), show::component_id(id))),
    );
    let others = dependency.others.iter();
    tree.extend(others.map(|(key, value)| (key.to_string(), Node::entry("hex", Node::Bytes(value.clone())))));
    Node::Map(tree)
}

fn procedure_node(
    procedure: Procedure,
    manifest: &Manifest<'_>,
    model: &model::Manifest,
    known: &Known,
) -> Option<(String, Node)> {
    let inside = |sequence: &Option<model::Sequence>| {
        let commands = sequence.as_deref()?;
        Some((names::procedure(procedure).to_owned(), show::sequence(commands, known)))
    };
    let severed = |member, sequence: &Option<model::Severable<model::Sequence>>| {
        let commands = sequence.as_ref().and_then(model::Severable::content);
        severable(
            manifest,
            member,
            commands.map(|commands| show::sequence(commands, known)),
        )
    };
    match procedure {
        Procedure::Validate => inside(&model.validate),
        Procedure::Load => inside(&model.load),
        Procedure::Invoke => inside(&model.invoke),
        Procedure::Uninstall => inside(&model.uninstall),
        Procedure::DependencyResolution => severed(Severable::DependencyResolution, &model.dependency_resolution),
        Procedure::PayloadFetch => severed(Severable::PayloadFetch, &model.payload_fetch),
        Procedure::CandidateVerification => severed(Severable::CandidateVerification, &model.candidate_verification),
        Procedure::Install => severed(Severable::Install, &model.install),
    }
}

/// A severable member: as it is where the manifest holds it; where it is severed, its digest too. Content that is not the
/// one that was severed is not shown: nobody has signed it.
fn severable(manifest: &Manifest<'_>, member: Severable, content: Option<Node>) -> Option<(String, Node)> {
    let name = names::member(member).to_owned();
    let node = match manifest.severable(member) {
        Member::Absent => return None,
        Member::Inside(_) => content?,
        Member::Severed { digest, content: here } => {
            let state = match (&content, here) {
                (Some(_), _) => "severed; here, and its digest holds",
                (None, Some(_)) => "severed; what is here is not what was severed",
                (None, None) => "severed; not here",
            };
            let mut tree = vec![
                ("state".to_owned(), Node::word(state)),
                ("digest".to_owned(), show::digest(&model::Digest::from(digest))),
            ];
            tree.extend(content.map(|content| ("content".to_owned(), content)));
            Node::Map(tree)
        }
    };
    Some((name, node))
}
