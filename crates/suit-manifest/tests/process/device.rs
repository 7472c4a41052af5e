//! A device in memory. It writes down what it is told to do.

use std::collections::{BTreeMap, BTreeSet};
use suit_manifest::{
    cose::PublicKey,
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::Mode,
    manifest::{Parameters, VendorId, VersionMatch},
    process::{
        digest_of, Component, Details, Failure, Length, Measured, Memory, Options, Platform, PlatformError, Processor,
        Trust, Verified,
    },
    report::Recorder,
};

/// What a component holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Image {
    pub content: Vec<u8>,
    /// Digest and size that it shall have, for the images of the draft, which nobody has.
    pub claims: Option<(Vec<u8>, u64)>,
}

impl Image {
    pub fn of(content: &[u8]) -> Self {
        Self {
            content: content.to_vec(),
            claims: None,
        }
    }

    pub fn claiming(digest: &str, size: u64) -> Self {
        Self {
            content: digest.as_bytes().to_vec(),
            claims: Some((hex::decode(digest).unwrap(), size)),
        }
    }
}

pub const VENDOR: [u8; 16] = *b"\xfa\x6b\x4a\x53\xd5\xad\x5f\xdf\xbe\x9d\xe6\x63\xe4\xd4\x1f\xfe";
pub const CLASS: [u8; 16] = *b"\x14\x92\xaf\x14\x25\x69\x5e\x48\xbf\x42\x9b\x2d\x51\xf2\xab\x45";
pub const DEVICE: [u8; 16] = [0xde; 16];

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    pub vendor: [u8; 16],
    pub class: [u8; 16],
    /// Components by name, and which of them exist at all; all where empty.
    pub components: BTreeMap<String, Image>,
    pub exist: BTreeSet<String>,
    pub uris: BTreeMap<String, Image>,
    /// What becomes of an image when it is copied from one component to another, where it is not the same.
    pub unpacked: BTreeMap<(String, String), Image>,
    pub slot: u64,
    pub time: u64,
    pub battery: u64,
    pub authorized_up_to: i64,
    pub version: Vec<i64>,
    pub custom: Result<bool, PlatformError>,
    pub log: Vec<String>,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            vendor: VENDOR,
            class: CLASS,
            components: BTreeMap::new(),
            exist: BTreeSet::new(),
            uris: BTreeMap::new(),
            unpacked: BTreeMap::new(),
            slot: 0,
            time: 1_000,
            battery: 500,
            authorized_up_to: 0,
            version: vec![1, 2, 3],
            custom: Err(PlatformError::Unsupported),
            log: Vec::new(),
        }
    }
}

/// The parts of an identifier in hexadecimal, with slashes.
pub fn name(component: &Component<'_>) -> String {
    component.parts().map(hex::encode).collect::<Vec<_>>().join("/")
}

impl Device {
    pub fn with_uri(mut self, uri: &str, image: Image) -> Self {
        self.uris.insert(uri.into(), image);
        self
    }

    pub fn with(mut self, component: &str, image: Image) -> Self {
        self.components.insert(component.into(), image);
        self
    }

    fn image(&self, component: &Component<'_>) -> Result<&Image, PlatformError> {
        self.components.get(&name(component)).ok_or(PlatformError::NotFound)
    }
}

impl<'a> Platform<'a> for Device {
    fn has_component(&mut self, component: &Component<'a>) -> bool {
        self.exist.is_empty() || self.exist.contains(&name(component))
    }

    fn is_vendor(&mut self, _: &Component<'a>, vendor: &VendorId<'a>) -> Result<bool, PlatformError> {
        Ok(*vendor == VendorId::Uuid(&self.vendor.clone()))
    }

    fn is_class(&mut self, _: &Component<'a>, class: &[u8; 16]) -> Result<bool, PlatformError> {
        Ok(*class == self.class)
    }

    fn is_device(&mut self, _: &Component<'a>, device: &[u8; 16]) -> Result<bool, PlatformError> {
        Ok(*device == DEVICE)
    }

    fn read(&mut self, component: &Component<'a>, offset: u64, to: &mut [u8]) -> Result<usize, PlatformError> {
        let content = &self.image(component)?.content;
        let rest = content.get(offset as usize..).unwrap_or(&[]);
        let len = rest.len().min(to.len());
        to[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn size(&mut self, component: &Component<'a>) -> Result<Option<u64>, PlatformError> {
        let image = self.image(component)?;
        let claimed = image.claims.as_ref().map(|(_, size)| *size);
        Ok(Some(claimed.unwrap_or(image.content.len() as u64)))
    }

    fn digest(
        &mut self,
        component: &Component<'a>,
        algorithm: DigestAlgorithm,
        length: Length,
    ) -> Result<Measured, PlatformError> {
        match &self.image(component)?.claims {
            Some((digest, _)) => Ok(Measured::new(digest)),
            None => digest_of(algorithm, length, &mut |offset, to| self.read(component, offset, to)),
        }
    }

    fn is_slot(&mut self, _: &Component<'a>, slot: u64) -> Result<bool, PlatformError> {
        Ok(slot == self.slot)
    }

    fn now(&mut self) -> Result<u64, PlatformError> {
        Ok(self.time)
    }

    fn battery(&mut self) -> Result<u64, PlatformError> {
        Ok(self.battery)
    }

    fn is_authorized(&mut self, priority: i64) -> Result<bool, PlatformError> {
        Ok(priority <= self.authorized_up_to)
    }

    fn is_version(&mut self, _: &Component<'a>, wanted: &VersionMatch<'a>) -> Result<bool, PlatformError> {
        Ok(wanted.accepts(self.version.iter().copied()))
    }

    fn fetch(&mut self, component: &Component<'a>, uri: &'a str, _: &Details<'a>) -> Result<(), PlatformError> {
        self.log.push(format!("fetch {uri} -> {}", name(component)));
        let image = self.uris.get(uri).ok_or(PlatformError::Network)?.clone();
        self.components.insert(name(component), image);
        Ok(())
    }

    fn write(&mut self, component: &Component<'a>, content: &'a [u8], _: &Details<'a>) -> Result<(), PlatformError> {
        self.log
            .push(format!("write {} -> {}", hex::encode(content), name(component)));
        self.components.insert(name(component), Image::of(content));
        Ok(())
    }

    fn copy(
        &mut self,
        component: &Component<'a>,
        source: &Component<'a>,
        _: &Details<'a>,
    ) -> Result<(), PlatformError> {
        let names = (name(source), name(component));
        self.log.push(format!("copy {} -> {}", names.0, names.1));
        let image = match self.unpacked.get(&names) {
            Some(image) => image.clone(),
            None => self.image(source)?.clone(),
        };
        self.components.insert(names.1, image);
        Ok(())
    }

    fn swap(&mut self, component: &Component<'a>, source: &Component<'a>) -> Result<(), PlatformError> {
        self.log.push(format!("swap {} <-> {}", name(source), name(component)));
        let (from, to) = (self.image(source)?.clone(), self.image(component)?.clone());
        self.components.insert(name(component), from);
        self.components.insert(name(source), to);
        Ok(())
    }

    fn invoke(&mut self, component: &Component<'a>, arguments: Option<&'a [u8]>) -> Result<(), PlatformError> {
        let arguments = arguments.map(hex::encode).unwrap_or_default();
        self.log.push(format!("invoke {} {arguments}", name(component)));
        self.image(component).map(drop)
    }

    fn unlink(&mut self, component: &Component<'a>) -> Result<(), PlatformError> {
        self.log.push(format!("unlink {}", name(component)));
        Ok(())
    }

    fn wait(&mut self, events: &'a [u8]) -> Result<(), PlatformError> {
        self.log.push(format!("wait {}", hex::encode(events)));
        Ok(())
    }

    fn custom(
        &mut self,
        component: &Component<'a>,
        code: i64,
        argument: &'a [u8],
        _: &Parameters<'a>,
    ) -> Result<bool, PlatformError> {
        self.log
            .push(format!("custom {code} {} {}", hex::encode(argument), name(component)));
        self.custom
    }

    fn dependency(&mut self, component: &Component<'a>) -> Option<&'a [u8]> {
        // A test may leak: the bytes must outlive the run.
        let image = self.components.get(&name(component))?;
        Some(Vec::leak(image.content.clone()))
    }
}

/// Which procedure a test runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Run {
    Update,
    Invoke,
    Uninstall,
}

/// Runs a procedure of a signed envelope, and says how many steps it took.
pub fn run_with<R: Recorder>(
    bytes: &[u8],
    keys: &[PublicKey],
    device: &mut Device,
    run: Run,
    recorder: &mut R,
    adapt: impl for<'k> FnOnce(Options<'k>) -> Options<'k>,
) -> (Result<(), Failure>, u32) {
    let trust = Trust { keys, threshold: 1 };
    let verified = Verified::decode(bytes, Mode::Strict, &RustCrypto, &trust).expect("the envelope is good");
    let mut memory = Memory::<16>::new();
    let options = adapt(Options::new(trust));
    let mut processor = Processor::new(&verified, options, device, &RustCrypto, recorder, &mut memory);
    let result = match run {
        Run::Update => processor.update(),
        Run::Invoke => processor.invoke(),
        Run::Uninstall => processor.uninstall(),
    };
    (result, processor.steps())
}
