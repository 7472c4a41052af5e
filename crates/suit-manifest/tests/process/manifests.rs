//! Manifests made by hand, command by command.

use super::device::{run_with, Device, Run, CLASS, VENDOR};
use suit_manifest::{
    build::envelope,
    cbor::Writer,
    cose::{PublicKey, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    process::{Cause, Failure},
};

pub fn key() -> SigningKey {
    SigningKey::from_bytes_p256(&[7; 32]).unwrap()
}

pub fn keys() -> [PublicKey; 1] {
    [key().public_key()]
}

/// A command sequence.
#[derive(Clone, Default, Debug)]
pub struct Seq {
    items: Vec<u8>,
    count: usize,
}

/// Parameters by number, each value as CBOR.
#[derive(Clone, Default, Debug)]
pub struct Set(Vec<(i64, Vec<u8>)>);

pub fn cbor(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

/// One item, or several in a row.
pub fn item(write: impl for<'w> FnOnce(&'w mut Writer) -> &'w mut Writer) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

pub fn seq() -> Seq {
    Seq::default()
}

pub fn set() -> Set {
    Set::default()
}

impl Set {
    pub fn raw(mut self, number: i64, value: Vec<u8>) -> Self {
        self.0.push((number, value));
        self
    }

    pub fn uint(self, number: i64, value: u64) -> Self {
        self.raw(number, item(|to| to.uint(value)))
    }

    pub fn int(self, number: i64, value: i64) -> Self {
        self.raw(number, item(|to| to.int(value)))
    }

    pub fn bool(self, number: i64, value: bool) -> Self {
        self.raw(number, vec![if value { 0xf5 } else { 0xf4 }])
    }

    pub fn bytes(self, number: i64, value: &[u8]) -> Self {
        self.raw(number, item(|to| to.bytes(value)))
    }

    pub fn uri(self, uri: &str) -> Self {
        self.raw(21, item(|to| to.text(uri)))
    }

    pub fn digest(self, digest: &[u8]) -> Self {
        let encoded = item(|to| to.array(2).int(-16).bytes(digest));
        self.bytes(3, &encoded)
    }

    pub fn digest_of(self, content: &[u8]) -> Self {
        self.digest(&RustCrypto.sha256(&[content]))
    }

    pub fn identity(self) -> Self {
        self.bytes(1, &VENDOR).bytes(2, &CLASS)
    }

    fn encode(&self) -> Vec<u8> {
        let mut sorted = self.0.clone();
        sorted.sort_by_key(|(number, _)| *number);
        cbor(|to| {
            to.map(sorted.len());
            for (number, value) in &sorted {
                to.int(*number).raw(value);
            }
        })
    }
}

impl Seq {
    pub fn raw(mut self, code: i64, argument: &[u8]) -> Self {
        self.items.extend(item(|to| to.int(code).raw(argument)));
        self.count += 2;
        self
    }

    /// A condition, or a directive without argument, that asks for no record.
    pub fn run(self, code: i64) -> Self {
        self.raw(code, &[0])
    }

    pub fn reporting(self, code: i64, policy: u8) -> Self {
        self.raw(code, &[policy])
    }

    pub fn index(self, index: u8) -> Self {
        self.raw(12, &[index])
    }

    pub fn all(self) -> Self {
        self.raw(12, &[0xf5])
    }

    pub fn list(self, list: &[u8]) -> Self {
        let argument = cbor(|to| {
            to.array(list.len());
            list.iter().for_each(|index| {
                to.uint(u64::from(*index));
            });
        });
        self.raw(12, &argument)
    }

    pub fn set(self, parameters: Set) -> Self {
        let argument = parameters.encode();
        self.raw(20, &argument)
    }

    pub fn set_missing(self, parameters: Set) -> Self {
        let argument = parameters.encode();
        self.raw(19, &argument)
    }

    pub fn set_multiple(self, entries: &[(u8, Set)]) -> Self {
        let argument = cbor(|to| {
            to.map(entries.len());
            for (index, parameters) in entries {
                to.uint(u64::from(*index)).raw(&parameters.encode());
            }
        });
        self.raw(34, &argument)
    }

    pub fn try_each(self, alternatives: &[Seq], optional: bool) -> Self {
        let argument = cbor(|to| {
            to.array(alternatives.len() + usize::from(optional));
            for alternative in alternatives {
                to.bytes(&alternative.encode());
            }
            if optional {
                to.raw(&[0xf6]);
            }
        });
        self.raw(15, &argument)
    }

    pub fn nest(self, inner: Seq) -> Self {
        let argument = item(|to| to.bytes(&inner.encode()));
        self.raw(32, &argument)
    }

    pub fn encode(&self) -> Vec<u8> {
        item(|to| to.array(self.count).raw(&self.items))
    }
}

/// A manifest.
#[derive(Clone)]
pub struct Made {
    pub sequence_number: u64,
    pub components: Vec<Vec<u8>>,
    pub dependencies: Vec<(u8, Option<Vec<u8>>)>,
    pub shared: Option<Seq>,
    pub sections: Vec<(i64, Seq)>,
    pub integrated: Vec<(String, Vec<u8>)>,
    pub reference_uri: Option<String>,
}

/// A shared sequence that checks vendor and class of component 0.
pub fn identity(components: usize) -> Seq {
    let begin = if components > 1 { seq().index(0) } else { seq() };
    begin.set(set().identity()).run(1).run(2)
}

/// A manifest with so many components (`00`, `01`, …) and this install sequence.
pub fn install(components: u8, sequence: Seq) -> Made {
    Made {
        sequence_number: 5,
        components: (0..components).map(|index| vec![index]).collect(),
        dependencies: vec![],
        shared: Some(identity(usize::from(components))),
        sections: vec![(20, sequence)],
        integrated: vec![],
        reference_uri: None,
    }
}

impl Made {
    pub fn manifest(&self) -> Vec<u8> {
        let common = cbor(|to| {
            let members = 1 + usize::from(self.shared.is_some()) + usize::from(!self.dependencies.is_empty());
            to.map(members);
            if !self.dependencies.is_empty() {
                to.uint(1).map(self.dependencies.len());
                for (index, prefix) in &self.dependencies {
                    to.uint(u64::from(*index)).map(usize::from(prefix.is_some()));
                    if let Some(prefix) = prefix {
                        to.uint(1).array(1).bytes(prefix);
                    }
                }
            }
            to.uint(2).array(self.components.len());
            for component in &self.components {
                to.array(1).bytes(component);
            }
            if let Some(shared) = &self.shared {
                to.uint(4).bytes(&shared.encode());
            }
        });
        cbor(|to| {
            to.map(3 + self.sections.len() + usize::from(self.reference_uri.is_some()));
            to.uint(1).uint(1).uint(2).uint(self.sequence_number);
            to.uint(3).bytes(&common);
            if let Some(uri) = &self.reference_uri {
                to.uint(4).text(uri);
            }
            for (key, sequence) in &self.sections {
                to.int(*key).bytes(&sequence.encode());
            }
        })
    }

    pub fn envelope(&self) -> Vec<u8> {
        let key = key();
        let mut bytes = envelope(&self.manifest(), &[&key as &dyn Signer]).expect("the manifest is well-formed");
        for (name, payload) in &self.integrated {
            // One more entry in the map of the envelope, whose head is the third byte.
            bytes[2] += 1;
            bytes.extend(item(|to| to.text(name).bytes(payload)));
        }
        bytes
    }

    /// The digest that names it in its dependents.
    pub fn digest(&self) -> [u8; 32] {
        let wrapped = item(|to| to.bytes(&self.manifest()));
        RustCrypto.sha256(&[&wrapped])
    }

    pub fn run(&self, device: &mut Device, run: Run) -> Result<(), Failure> {
        run_with(&self.envelope(), &keys(), device, run, &mut (), |options| options).0
    }

    pub fn update(&self, device: &mut Device) -> Result<(), Cause> {
        self.run(device, Run::Update).map_err(|failure| failure.cause)
    }
}

/// Runs an install sequence on a fresh device: its outcome, and what the device did.
pub fn outcome(components: u8, sequence: Seq) -> (Result<(), Cause>, Vec<String>) {
    let mut device = Device::default();
    let outcome = install(components, sequence).update(&mut device);
    (outcome, device.log)
}
