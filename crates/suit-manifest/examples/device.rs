//! A device with two slots of flash updates itself from an envelope, then starts what it installed.
//!
//! `cargo run -p suit-manifest --example device`

use suit_manifest::{
    build::{envelope, Firmware},
    cbor::Writer,
    cose::{PublicKey, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    envelope::Mode,
    manifest::{Procedure, VendorId},
    process::{Component, Details, Memory, Options, Platform, PlatformError, Processor, Trust, Verified},
    report::{Entry, Outcome, Report, Writer as ReportWriter},
};

const VENDOR: [u8; 16] = [0x11; 16];
const CLASS: [u8; 16] = [0x22; 16];
/// Bytes of one slot.
const SLOT: usize = 4096;
const URI: &str = "https://example.com/app.bin";

/// Two slots: one runs, the other is written to.
struct Flash {
    slots: [[u8; SLOT]; 2],
    lengths: [usize; 2],
    active: usize,
    started: bool,
    /// Instead of a network.
    server: Vec<u8>,
}

impl Flash {
    fn spare(&self) -> usize {
        1 - self.active
    }
}

impl<'a> Platform<'a> for Flash {
    fn has_component(&mut self, component: &Component<'a>) -> bool {
        component.is(&[b"app"])
    }

    fn is_vendor(&mut self, _: &Component<'a>, vendor: &VendorId<'a>) -> Result<bool, PlatformError> {
        Ok(*vendor == VendorId::Uuid(&VENDOR))
    }

    fn is_class(&mut self, _: &Component<'a>, class: &[u8; 16]) -> Result<bool, PlatformError> {
        Ok(*class == CLASS)
    }

    fn size(&mut self, _: &Component<'a>) -> Result<Option<u64>, PlatformError> {
        Ok(Some(self.lengths[self.spare()] as u64))
    }

    // Digests are computed from this, chunk by chunk; a device with a hash unit implements `digest` instead.
    fn read(&mut self, _: &Component<'a>, offset: u64, to: &mut [u8]) -> Result<usize, PlatformError> {
        let spare = self.spare();
        let image = &self.slots[spare][..self.lengths[spare]];
        let offset = usize::try_from(offset).map_err(|_| PlatformError::NotFound)?;
        let rest = image.get(offset..).unwrap_or(&[]);
        let len = rest.len().min(to.len());
        to[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn fetch(&mut self, _: &Component<'a>, uri: &'a str, details: &Details<'a>) -> Result<(), PlatformError> {
        if details.encryption_info.is_some() {
            return Err(PlatformError::Unsupported);
        }
        if uri != URI {
            return Err(PlatformError::Network);
        }
        let spare = self.spare();
        let slot = self.slots[spare].get_mut(..self.server.len());
        slot.ok_or(PlatformError::TooLarge)?.copy_from_slice(&self.server);
        self.lengths[spare] = self.server.len();
        Ok(())
    }

    fn invoke(&mut self, _: &Component<'a>, _: Option<&'a [u8]>) -> Result<(), PlatformError> {
        self.active = self.spare();
        self.started = true;
        Ok(())
    }
}

/// What an author does: a manifest for the image, signed.
fn author(image: &[u8]) -> Result<(Vec<u8>, PublicKey), Box<dyn std::error::Error>> {
    let key = SigningKey::from_bytes_p256(&[7; 32])?;
    let firmware = Firmware {
        vendor: VENDOR,
        class: CLASS,
        sequence_number: 2,
        component: &[b"app"],
        digest: RustCrypto.sha256(&[image]),
        size: image.len() as u64,
        uri: URI,
    };
    let signed = envelope(&firmware.manifest()?, &[&key as &dyn Signer])?;
    Ok((signed, key.public_key()))
}

/// What a device does: verify, update, report.
fn update(flash: &mut Flash, bytes: &[u8], keys: &[PublicKey]) -> Result<(), Box<dyn std::error::Error>> {
    let trust = Trust { keys, threshold: 1 };
    let verified = Verified::decode(bytes, Mode::Strict, &RustCrypto, &trust)?;
    let mut buffer = [0u8; 512];
    let mut report = ReportWriter::new(&mut buffer, &verified, Some(b"nonce of the server"), None)?;
    let mut memory = Memory::<4>::new();
    let options = Options::new(trust).installed(1);
    let mut processor = Processor::new(&verified, options, flash, &RustCrypto, &mut report, &mut memory);
    let result = processor.update();
    println!("update: {result:?} after {} steps", processor.steps());
    print(report.finish(&result)?)?;
    Ok(result?)
}

/// What a server does with the report.
fn print(report: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let read = Report::decode(report)?;
    let result = match &read.result {
        Outcome::Success => "success".to_owned(),
        Outcome::Failure { code, reason, .. } => format!("failure {code}, {reason:?}"),
    };
    println!("report: {} bytes, {result}", report.len());
    for entry in read.records() {
        match entry {
            Entry::Record(record) => println!("  command at byte {} of section {}", record.offset, record.section),
            Entry::Claim { properties, .. } => println!(
                "  measured: vendor {}, class {}, digest {}",
                properties.vendor_id.is_some(),
                properties.class_id.is_some(),
                properties.image_digest.is_some()
            ),
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let image = vec![0xa5; 3000];
    let (bytes, key) = author(&image)?;
    let keys = [key];
    let mut flash = Flash {
        slots: [[0xff; SLOT]; 2],
        lengths: [0; 2],
        active: 0,
        started: false,
        server: image.clone(),
    };
    update(&mut flash, &bytes, &keys)?;
    assert_eq!(flash.slots[1][..3000], image[..]);
    assert_eq!(flash.active, 0, "nothing is switched before it is started");

    // The server sends something else: the update ends with the image match, and the report says so.
    flash.server[17] ^= 1;
    assert!(update(&mut flash, &bytes, &keys).is_err());
    flash.server = image;
    update(&mut flash, &bytes, &keys)?;

    // After the restart the boot loader has this part to do, with a manifest that invokes.
    let boot = boot_envelope()?;
    let trust = Trust {
        keys: &keys,
        threshold: 1,
    };
    let verified = Verified::decode(&boot, Mode::Strict, &RustCrypto, &trust)?;
    let mut memory = Memory::<4>::new();
    let mut options = Options::new(trust);
    options.require_identity = false;
    let mut unrecorded = ();
    let mut processor = Processor::new(
        &verified,
        options,
        &mut flash,
        &RustCrypto,
        &mut unrecorded,
        &mut memory,
    );
    processor.run(Procedure::Invoke)?;
    assert!(flash.started && flash.active == 1);
    println!("slot {} was started", flash.active);
    Ok(())
}

/// The smallest manifest that starts a component.
fn boot_envelope() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut common = Writer::new();
    common.map(1).uint(2).array(1).array(1).bytes(b"app");
    let mut manifest = Writer::new();
    manifest.map(4).uint(1).uint(1).uint(2).uint(2);
    manifest
        .uint(3)
        .bytes(&common.finish())
        .uint(9)
        .bytes(&[0x82, 0x17, 0x02]);
    let key = SigningKey::from_bytes_p256(&[7; 32])?;
    Ok(envelope(&manifest.finish(), &[&key as &dyn Signer])?)
}
