//! Running the manifest on this device: payloads that were downloaded and checked are what it may fetch, and the new slot
//! is what it writes to.

use super::state::{Image, Slot};
use crate::error::{DeviceRefusal, Error, Result};
use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};
use suit_manifest::{
    cose::PublicKey,
    crypto::RustCrypto,
    envelope::Mode,
    manifest::VendorId,
    process::{Component, Details, Memory, Options, Platform, PlatformError, Processor, Trust, Verified},
    report,
};

/// Room for the report of a run. What is more than a few records about each component is dropped.
const MAX_REPORT: usize = 16 * 1024;

/// The report that the device keeps of its last update, in its folder.
pub const REPORT: &str = "report.cbor";

/// A payload that was downloaded and checked, in a file of the new slot.
#[derive(Clone, Debug)]
pub struct Downloaded {
    /// The URI by which the manifest fetches it.
    pub uri: Option<String>,
    /// Its component's identifier, as CBOR.
    pub component: Vec<u8>,
    /// Its image.
    pub image: Image,
}

/// A device whose components are files in a folder.
struct Files<'d> {
    folder: &'d Path,
    vendor: [u8; 16],
    class: [u8; 16],
    slot: u64,
    downloaded: &'d [Downloaded],
    /// What components hold: identifier, and name of the file.
    components: Vec<(Vec<Vec<u8>>, String)>,
    /// How many files the manifest itself made.
    made: usize,
}

/// What a run made of the slot.
pub struct Installed {
    /// Names of the files that components hold, in the order in which they were filled.
    pub files: Vec<String>,
    /// The SUIT_Report.
    pub report: Vec<u8>,
    /// How many steps it took.
    pub steps: u32,
}

/// Who runs it, and on what.
pub struct Run<'d> {
    /// The folder that becomes the new slot.
    pub folder: &'d Path,
    /// The device's vendor.
    pub vendor: [u8; 16],
    /// The device's class.
    pub class: [u8; 16],
    /// The trust anchors.
    pub trust: Trust<'d>,
    /// The installed sequence number.
    pub installed: Option<u64>,
    /// The slot that is written to; the first one is number 0.
    pub slot: Slot,
    /// What was downloaded.
    pub downloaded: &'d [Downloaded],
}

impl Run<'_> {
    /// Runs the update procedure. The report is there whether it succeeds or not.
    pub fn update(&self, envelope: &[u8]) -> Result<(std::result::Result<(), DeviceRefusal>, Installed)> {
        let invalid = |error: suit_manifest::error::Error| DeviceRefusal::EnvelopeNotValid(error.to_string());
        let verified = Verified::decode(envelope, Mode::Strict, &RustCrypto, &self.trust).map_err(invalid)?;
        let mut buffer = vec![0; MAX_REPORT];
        let mut writer = report::Writer::new(&mut buffer, &verified, None, None).map_err(invalid)?;
        let mut options = Options::new(self.trust);
        options.installed = self.installed;
        let mut files = Files {
            folder: self.folder,
            vendor: self.vendor,
            class: self.class,
            slot: match self.slot {
                Slot::A => 0,
                Slot::B => 1,
            },
            downloaded: self.downloaded,
            components: Vec::new(),
            made: 0,
        };
        let mut memory = Memory::<16>::new();
        let mut processor = Processor::new(&verified, options, &mut files, &RustCrypto, &mut writer, &mut memory);
        let result = processor.update();
        let steps = processor.steps();
        let report = writer.finish(&result).map_err(invalid)?.to_vec();
        let mut names: Vec<String> = Vec::new();
        for (_, name) in &files.components {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let outcome = result.map_err(|failure| DeviceRefusal::ProcessingFailed(failure.to_string()));
        Ok((
            outcome,
            Installed {
                files: names,
                report,
                steps,
            },
        ))
    }
}

impl Files<'_> {
    fn name(&self, component: &Component<'_>) -> std::result::Result<&str, PlatformError> {
        let known = self.components.iter().find(|(parts, _)| component.parts().eq(parts));
        known.map(|(_, name)| name.as_str()).ok_or(PlatformError::NotFound)
    }

    fn path(&self, component: &Component<'_>) -> std::result::Result<PathBuf, PlatformError> {
        self.name(component).map(|name| self.folder.join(name))
    }

    fn hold(&mut self, component: &Component<'_>, name: String) {
        match self
            .components
            .iter_mut()
            .find(|(parts, _)| component.parts().eq(parts))
        {
            Some((_, known)) => *known = name,
            None => {
                let parts = component.parts().map(<[u8]>::to_vec).collect();
                self.components.push((parts, name));
            }
        }
    }

    /// A name for a file that the manifest makes.
    fn fresh(&mut self) -> String {
        self.made = self.made.saturating_add(1);
        match (self.downloaded.is_empty(), self.made) {
            (true, 1) => "image".into(),
            (_, made) => format!("image-{}", self.downloaded.len().saturating_add(made).saturating_sub(1)),
        }
    }
}

type Outcome<T> = std::result::Result<T, PlatformError>;

fn storage<T>(result: std::io::Result<T>) -> Outcome<T> {
    result.map_err(|_| PlatformError::Storage)
}

/// This device has no keys to decrypt with.
fn plain(details: &Details<'_>) -> Outcome<()> {
    match details.encryption_info {
        Some(_) => Err(PlatformError::Unsupported),
        None => Ok(()),
    }
}

impl<'a> Platform<'a> for Files<'_> {
    fn has_component(&mut self, _component: &Component<'a>) -> bool {
        // A file of any name will do.
        true
    }

    fn is_vendor(&mut self, _component: &Component<'a>, vendor: &VendorId<'a>) -> Outcome<bool> {
        Ok(matches!(vendor, VendorId::Uuid(id) if **id == self.vendor))
    }

    fn is_class(&mut self, _component: &Component<'a>, class: &[u8; 16]) -> Outcome<bool> {
        Ok(*class == self.class)
    }

    fn size(&mut self, component: &Component<'a>) -> Outcome<Option<u64>> {
        storage(fs::metadata(self.path(component)?)).map(|metadata| Some(metadata.len()))
    }

    fn read(&mut self, component: &Component<'a>, offset: u64, to: &mut [u8]) -> Outcome<usize> {
        let mut file = storage(File::open(self.path(component)?))?;
        storage(file.seek(SeekFrom::Start(offset)))?;
        storage(file.read(to))
    }

    fn digest(
        &mut self,
        component: &Component<'a>,
        algorithm: suit_manifest::digest::DigestAlgorithm,
        length: suit_manifest::process::Length,
    ) -> Outcome<suit_manifest::process::Measured> {
        // Read in order, so that the file is opened once.
        let mut file = std::io::BufReader::new(storage(File::open(self.path(component)?))?);
        suit_manifest::process::digest_of(algorithm, length, &mut |_offset, to| storage(file.read(to)))
    }

    fn is_slot(&mut self, _component: &Component<'a>, slot: u64) -> Outcome<bool> {
        Ok(slot == self.slot)
    }

    fn now(&mut self) -> Outcome<u64> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map(|now| now.as_secs()).map_err(|_| PlatformError::Unsupported)
    }

    fn fetch(&mut self, component: &Component<'a>, uri: &'a str, details: &Details<'a>) -> Outcome<()> {
        plain(details)?;
        let wanted = self
            .downloaded
            .iter()
            .find(|payload| payload.uri.as_deref() == Some(uri) && payload.component == component.identifier());
        let name = wanted.ok_or(PlatformError::Network)?.image.file.clone();
        self.hold(component, name);
        Ok(())
    }

    fn write(&mut self, component: &Component<'a>, content: &'a [u8], details: &Details<'a>) -> Outcome<()> {
        plain(details)?;
        let name = self.fresh();
        let path = self.folder.join(&name);
        storage(fs::write(&path, content).and_then(|()| File::open(&path)?.sync_all()))?;
        self.hold(component, name);
        Ok(())
    }

    fn copy(&mut self, component: &Component<'a>, source: &Component<'a>, details: &Details<'a>) -> Outcome<()> {
        plain(details)?;
        let from = self.path(source)?;
        let name = self.fresh();
        let path = self.folder.join(&name);
        storage(fs::copy(from, &path).and_then(|_| File::open(&path)?.sync_all()))?;
        self.hold(component, name);
        Ok(())
    }

    fn swap(&mut self, component: &Component<'a>, source: &Component<'a>) -> Outcome<()> {
        let (to, from) = (self.name(component)?.to_owned(), self.name(source)?.to_owned());
        self.hold(component, from);
        self.hold(source, to);
        Ok(())
    }
}

/// The trust that the device's keys amount to.
pub fn trust(keys: &[PublicKey], threshold: usize) -> Trust<'_> {
    Trust {
        keys,
        // A threshold of none would let anybody sign.
        threshold: threshold.max(1),
    }
}

/// What is in the files of the new slot. Those that were downloaded and that no component holds are removed.
pub fn images(folder: &Path, installed: &Installed, downloaded: &[Downloaded]) -> Result<Vec<Image>> {
    let describe = |file: &String| {
        let known = downloaded.iter().find(|payload| payload.image.file == *file);
        match known {
            Some(payload) => Ok(payload.image.clone()),
            None => {
                let path = folder.join(file);
                let bytes = fs::read(&path).map_err(Error::file(&path))?;
                let digest = suit_manifest::crypto::Crypto::sha256(&RustCrypto, &[&bytes]);
                Ok(Image {
                    file: file.clone(),
                    digest: super::Algorithm::Sha256.text(&digest),
                    size: bytes.len() as u64,
                })
            }
        }
    };
    for payload in downloaded {
        if !installed.files.contains(&payload.image.file) {
            let path = folder.join(&payload.image.file);
            fs::remove_file(&path).map_err(Error::file(&path))?;
        }
    }
    installed.files.iter().map(describe).collect()
}
