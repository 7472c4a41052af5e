//! Manifests in a few words.

use crate::{
    cbor::Writer,
    envelope::Mode,
    error::ErrorKind,
    manifest::{code::directive, Manifest},
    resolve::{resolve, Binding},
};
use std::{string::String, vec, vec::Vec};

/// A parameter. Identifiers and digests are one byte, repeated.
#[derive(Clone, Debug, PartialEq)]
pub enum P {
    Vendor(u8),
    Pen(u8),
    Class(u8),
    Digest(u8),
    Slot(u64),
    Soft(bool),
    Size(u64),
    Content,
    Encryption(u8),
    Uri(&'static str),
    Source(u64),
    Device(u8),
}

impl P {
    pub fn number(&self) -> i64 {
        match self {
            P::Vendor(_) | P::Pen(_) => 1,
            P::Class(_) => 2,
            P::Digest(_) => 3,
            P::Slot(_) => 5,
            P::Soft(_) => 13,
            P::Size(_) => 14,
            P::Content => 18,
            P::Encryption(_) => 19,
            P::Uri(_) => 21,
            P::Source(_) => 22,
            P::Device(_) => 24,
        }
    }

    fn write(&self, writer: &mut Writer) {
        writer.int(self.number());
        match self {
            P::Vendor(id) | P::Class(id) | P::Device(id) => writer.bytes(&[*id; 16]),
            P::Pen(id) => writer.tag(112).bytes(&[*id]),
            P::Digest(byte) => {
                let mut digest = Writer::new();
                digest.array(2).int(-16).bytes(&[*byte; 32]);
                writer.bytes(&digest.finish())
            }
            P::Slot(value) | P::Size(value) | P::Source(value) => writer.uint(*value),
            P::Soft(value) => writer.bool(*value),
            P::Content => writer.bytes(b"content"),
            P::Encryption(byte) => writer.bytes(&[*byte]),
            P::Uri(uri) => writer.text(uri),
        };
    }
}

/// A command.
#[derive(Clone, Debug)]
pub enum C {
    One(u64),
    All,
    List(Vec<u64>),
    Override(Vec<P>),
    Set(Vec<P>),
    Multiple(Vec<(u64, Vec<P>)>),
    CopyParams(Vec<(u64, Vec<i64>)>),
    /// A condition.
    If(i64),
    /// A directive without argument.
    Do(i64),
    /// Alternatives, and whether nothing is one of them.
    Try(Vec<Vec<C>>, bool),
    Run(Vec<C>),
}

pub const FETCH: C = C::Do(directive::FETCH);
pub const COPY: C = C::Do(directive::COPY);
pub const WRITE: C = C::Do(directive::WRITE);
pub const SWAP: C = C::Do(directive::SWAP);
pub const VENDOR: C = C::If(1);
pub const CLASS: C = C::If(2);
pub const MATCH: C = C::If(3);
pub const SLOT: C = C::If(5);

fn parameters(writer: &mut Writer, list: &[P]) {
    let mut sorted: Vec<&P> = list.iter().collect();
    sorted.sort_by_key(|p| p.number());
    sorted.dedup_by_key(|p| p.number());
    writer.map(sorted.len());
    sorted.iter().for_each(|p| p.write(writer));
}

pub fn sequence(commands: &[C]) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(2 * commands.len());
    for command in commands {
        match command {
            C::One(index) => _ = w.uint(12).uint(*index),
            C::All => _ = w.uint(12).bool(true),
            C::List(list) => {
                w.uint(12).array(list.len());
                list.iter().for_each(|index| _ = w.uint(*index));
            }
            C::Override(list) => parameters(w.uint(20), list),
            C::Set(list) => parameters(w.uint(19), list),
            C::Multiple(entries) => {
                w.uint(34).map(entries.len());
                entries
                    .iter()
                    .for_each(|(index, list)| parameters(w.uint(*index), list));
            }
            C::CopyParams(entries) => {
                w.uint(35).map(entries.len());
                for (index, numbers) in entries {
                    w.uint(*index).array(numbers.len());
                    numbers.iter().for_each(|number| _ = w.int(*number));
                }
            }
            C::If(code) | C::Do(code) => _ = w.int(*code).uint(2),
            C::Try(alternatives, optional) => {
                w.uint(15).array(alternatives.len() + usize::from(*optional));
                alternatives.iter().for_each(|inner| _ = w.bytes(&sequence(inner)));
                if *optional {
                    w.null();
                }
            }
            C::Run(inner) => _ = w.uint(32).bytes(&sequence(inner)),
        }
    }
    w.finish()
}

/// The manifest with so many components and these sequences, by rising key.
pub fn manifest(components: usize, shared: &[C], members: &[(u64, Vec<C>)]) -> Vec<u8> {
    let members: Vec<(u64, Vec<u8>)> = members.iter().map(|(key, list)| (*key, sequence(list))).collect();
    let members: Vec<(u64, &[u8])> = members.iter().map(|(key, bytes)| (*key, &bytes[..])).collect();
    super::manifest(components, &sequence(shared), &members)
}

/// A payload in short: component, URI, byte of the digest, size, binding, first byte of the encryption info.
pub type Line = (u32, String, Option<u8>, Option<u64>, Binding, Option<u8>);

pub fn payloads(bytes: &[u8]) -> Result<Vec<Line>, ErrorKind> {
    let manifest = Manifest::decode(bytes, Mode::Strict).unwrap();
    let resolved = resolve(&manifest).map_err(|error| error.kind)?;
    let line = |p: &crate::resolve::ResolvedPayload<'_>| {
        assert_eq!(p.encrypted, p.encryption_info.is_some());
        assert_eq!(p.component, [0x81, 0x41, p.component_index as u8]);
        (
            p.component_index,
            p.uri.unwrap_or_default().into(),
            p.digest.map(|digest| digest.bytes[0]),
            p.size,
            p.binding,
            p.encryption_info.map(|info| info[0]),
        )
    };
    Ok(resolved.payloads.iter().map(line).collect())
}

/// A payload whose own bytes are bound.
pub fn bound(component: u32, uri: &str, digest: u8) -> Line {
    (component, uri.into(), Some(digest), None, Binding::Fetched, None)
}

/// Vendors and classes by their bytes, and whether the manifest is open to others.
pub fn products(bytes: &[u8]) -> Result<(Vec<(u8, u8)>, bool), ErrorKind> {
    let manifest = Manifest::decode(bytes, Mode::Strict).unwrap();
    let resolved = resolve(&manifest).map_err(|error| error.kind)?;
    let pairs = resolved
        .products
        .iter()
        .map(|(vendor, class)| (vendor[0], class[0]))
        .collect();
    Ok((pairs, resolved.open))
}

/// Chooses component 0 and tests vendor 1 and class 2.
pub fn product() -> Vec<C> {
    vec![C::One(0), C::Override(vec![P::Vendor(1), P::Class(2)]), VENDOR, CLASS]
}

/// These commands after [`product`].
pub fn and(more: Vec<C>) -> Vec<C> {
    [product(), more].concat()
}
