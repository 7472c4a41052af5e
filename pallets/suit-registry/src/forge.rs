//! Makes manifests and envelopes by hand, so that bad ones can be made too. For tests and benchmarks.

use alloc::{string::String, vec, vec::Vec};
use suit_manifest::{
    cbor::Writer,
    cose::{sign1, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
};
use suit_primitives::{
    release::{BlockCodec, RootCid},
    ProductId,
};

/// The image of the tests: small enough to be one raw block.
pub const IMAGE: &[u8] = b"a lamp that can be updated";

pub fn thumbprint(key: &SigningKey) -> [u8; 32] {
    key.public_key().thumbprint(&RustCrypto)
}

pub fn raw_root(image: &[u8]) -> RootCid {
    RootCid {
        codec: BlockCodec::Raw,
        digest: RustCrypto.sha256(&[image]),
    }
}

/// `ipfs://` and the CID in lower-case base32.
pub fn ipfs(root: &RootCid) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut uri = String::from("ipfs://b");
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in root.to_bytes() {
        buffer = (buffer << 8 | u32::from(byte)) & 0xfff_ffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            uri.push(DIGITS[(buffer >> bits) as usize & 31] as char);
        }
    }
    uri.push(DIGITS[(buffer << (5 - bits)) as usize & 31] as char);
    uri
}

/// What is fetched into a component.
#[derive(Clone)]
pub struct Fetch {
    pub uri: String,
    /// COSE number of the algorithm, digest.
    pub digest: (i64, Vec<u8>),
    pub size: Option<u64>,
    pub encrypted: bool,
    pub component: Vec<u8>,
}

impl Fetch {
    pub fn image(image: &[u8]) -> Self {
        Self {
            uri: ipfs(&raw_root(image)),
            digest: (-16, RustCrypto.sha256(&[image]).to_vec()),
            size: Some(image.len() as u64),
            encrypted: false,
            component: vec![0],
        }
    }
}

/// Where the install sequence is.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(not(test), allow(dead_code))]
pub enum Install {
    InManifest,
    Severed,
    Stripped,
}

/// An envelope in the making.
#[derive(Clone)]
pub struct Forge {
    pub vendor: [u8; 16],
    pub class: Option<[u8; 16]>,
    /// Other products for the fetches after the first, by vendor and class.
    pub others: Vec<ProductId>,
    pub sequence_number: u64,
    pub fetches: Vec<Fetch>,
    pub install: Install,
    pub dependencies: bool,
    /// Alternatives after the fetches, each of which matches the image once more.
    pub try_each: bool,
    /// A custom command after the fetches.
    pub custom: bool,
    /// COSE number of the manifest digest's algorithm; the bytes are always SHA-256.
    pub algorithm: i64,
    pub integrated: Vec<(String, Vec<u8>)>,
    /// An integer member that no envelope has.
    pub unknown_member: bool,
    /// Where people read more; it makes an envelope longer and costs little.
    pub reference_uri: String,
    /// So many repetitions of setting the first component's image size, in the shared sequence: each is a step on every
    /// way through the manifest.
    pub repeated_parameters: usize,
    /// Whether the image is validated before it is invoked, and so many times more than once.
    pub repeated_validation: Option<usize>,
}

impl Forge {
    /// A good envelope of one image for this product, with this sequence number.
    pub fn of(product: ProductId, sequence_number: u64) -> Self {
        Self {
            vendor: product.vendor.0,
            class: Some(product.class.0),
            others: Vec::new(),
            sequence_number,
            fetches: vec![Fetch::image(IMAGE)],
            install: Install::InManifest,
            dependencies: false,
            try_each: false,
            custom: false,
            algorithm: -16,
            integrated: Vec::new(),
            unknown_member: false,
            reference_uri: String::new(),
            repeated_parameters: 0,
            repeated_validation: None,
        }
    }

    /// The same with something changed.
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn manifest(&self) -> Vec<u8> {
        let members =
            4 + usize::from(!self.reference_uri.is_empty()) + 2 * usize::from(self.repeated_validation.is_some());
        let mut w = Writer::new();
        w.map(members)
            .uint(1)
            .uint(1)
            .uint(2)
            .uint(self.sequence_number)
            .uint(3)
            .bytes(&self.common());
        if !self.reference_uri.is_empty() {
            w.uint(4).text(&self.reference_uri);
        }
        if let Some(times) = self.repeated_validation {
            let commands = vec![(3, uint(15)); times + 1];
            w.uint(7).bytes(&sequence(&commands));
            w.uint(9).bytes(&sequence(&[(23, uint(2))]));
        }
        w.uint(20);
        match self.install {
            Install::InManifest => w.bytes(&self.install()),
            _ => w.array(2).int(-16).bytes(&RustCrypto.sha256(&[&bstr(&self.install())])),
        };
        w.finish()
    }

    fn common(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(if self.dependencies { 3 } else { 2 });
        if self.dependencies {
            w.uint(1).map(1).uint(0).map(0);
        }
        w.uint(2).array(self.fetches.len());
        for fetch in &self.fetches {
            w.array(1).bytes(&fetch.component);
        }
        w.uint(4).bytes(&self.shared()).finish_into()
    }

    fn shared(&self) -> Vec<u8> {
        let mut commands = Vec::new();
        for (index, fetch) in self.fetches.iter().enumerate() {
            self.choose(&mut commands, index);
            let other = index.checked_sub(1).and_then(|index| self.others.get(index));
            let vendor = other.map_or(self.vendor, |product| product.vendor.0);
            let class = other.map_or(self.class, |product| Some(product.class.0));
            let mut w = Writer::new();
            w.map(2 + usize::from(self.class.is_some()) + usize::from(fetch.size.is_some()));
            w.uint(1).bytes(&vendor);
            if let Some(class) = &class {
                w.uint(2).bytes(class);
            }
            let mut digest = Writer::new();
            digest.array(2).int(fetch.digest.0).bytes(&fetch.digest.1);
            w.uint(3).bytes(&digest.finish());
            if let Some(size) = fetch.size {
                w.uint(14).uint(size);
            }
            commands.push((20, w.finish()));
            if let (0, Some(size)) = (index, fetch.size) {
                let mut w = Writer::new();
                let again = w.map(1).uint(14).uint(size).finish_into();
                commands.extend(vec![(20, again); self.repeated_parameters]);
            }
            commands.push((1, uint(15)));
            if self.class.is_some() {
                commands.push((2, uint(15)));
            }
        }
        sequence(&commands)
    }

    fn install(&self) -> Vec<u8> {
        let mut commands = Vec::new();
        for (index, fetch) in self.fetches.iter().enumerate() {
            self.choose(&mut commands, index);
            let mut w = Writer::new();
            w.map(1 + usize::from(fetch.encrypted));
            if fetch.encrypted {
                w.uint(19).bytes(&[0xd8, 0x60, 0x84, 0x40, 0xa0, 0xf6, 0x80]);
            }
            commands.push((20, w.uint(21).text(&fetch.uri).finish_into()));
            commands.push((21, uint(2)));
            commands.push((3, uint(15)));
        }
        if self.try_each {
            let inner = sequence(&[(3, uint(15))]);
            let mut w = Writer::new();
            commands.push((15, w.array(2).bytes(&inner).bytes(&inner).finish_into()));
        }
        if self.custom {
            commands.push((-257, uint(0)));
        }
        sequence(&commands)
    }

    fn choose(&self, commands: &mut Vec<(i64, Vec<u8>)>, index: usize) {
        if self.fetches.len() > 1 {
            commands.push((12, uint(index as u64)));
        }
    }

    /// What is signed.
    pub fn digest(&self) -> Vec<u8> {
        let mut w = Writer::new();
        let hash = RustCrypto.sha256(&[&bstr(&self.manifest())]);
        w.array(2).int(self.algorithm).bytes(&hash).finish_into()
    }

    /// The envelope, signed by these authors, who name their keys.
    pub fn signed(&self, authors: &[&SigningKey]) -> Vec<u8> {
        let blocks: Vec<Vec<u8>> = authors
            .iter()
            .map(|author| self.block(*author, Some(&thumbprint(author))))
            .collect();
        self.envelope(&blocks)
    }

    /// A COSE_Sign1 block.
    pub fn block(&self, author: &dyn Signer, kid: Option<&[u8]>) -> Vec<u8> {
        sign1(&self.digest(), None, kid, true, author).expect("the manifest can be signed")
    }

    pub fn envelope(&self, blocks: &[Vec<u8>]) -> Vec<u8> {
        let mut wrapper = Writer::new();
        wrapper.array(1 + blocks.len()).bytes(&self.digest());
        for block in blocks {
            wrapper.bytes(block);
        }
        let severed = self.install == Install::Severed;
        let mut w = Writer::new();
        w.tag(107)
            .map(2 + usize::from(severed) + usize::from(self.unknown_member) + self.integrated.len());
        w.uint(2).bytes(&wrapper.finish()).uint(3).bytes(&self.manifest());
        if severed {
            w.uint(20).bytes(&self.install());
        }
        if self.unknown_member {
            w.uint(99).bytes(b"stuffing");
        }
        for (key, payload) in &self.integrated {
            w.text(key).bytes(payload);
        }
        w.finish()
    }
}

trait FinishInto {
    fn finish_into(&mut self) -> Vec<u8>;
}

impl FinishInto for Writer {
    fn finish_into(&mut self) -> Vec<u8> {
        core::mem::take(self).finish()
    }
}

fn uint(value: u64) -> Vec<u8> {
    Writer::new().uint(value).finish_into()
}

fn bstr(content: &[u8]) -> Vec<u8> {
    Writer::new().bytes(content).finish_into()
}

fn sequence(commands: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(2 * commands.len());
    for (code, argument) in commands {
        w.int(*code).raw(argument);
    }
    w.finish()
}
