//! Runs a manifest on a [`Device`].

use crate::{keys, Device};
use suit_manifest::{
    build,
    cose::mac0,
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode},
    process::{Failure, Memory, Options, Processor, Trust, Verified},
    report::Writer,
};

/// An envelope around a manifest that the device takes: authenticated by a MAC, which costs little. `None` where it is not a
/// manifest.
pub fn authenticated(manifest: &[u8]) -> Option<Vec<u8>> {
    let mut envelope = build::Envelope::from_manifest_bytes(manifest, DigestAlgorithm::Sha256).ok()?;
    let digest = envelope.signed_bytes().to_vec();
    let mac = mac0(&RustCrypto, &digest, None, None, true, &keys::shared()).ok()?;
    envelope.add_block(&mac).ok()?;
    envelope.encode().ok()
}

/// What came of it.
pub struct Ran<'a> {
    /// The manifest that ran.
    pub verified: Verified<'a>,
    /// How the update ended.
    pub result: Result<(), Failure>,
    /// Most steps that a procedure took.
    pub steps: u32,
    /// Components and URIs that the update fetched.
    pub fetched: Vec<(&'a [u8], &'a str)>,
    /// The report on it.
    pub report: Vec<u8>,
}

/// Updates and invokes; `None` where the device does not take the envelope.
pub fn run<'a>(envelope: &'a [u8], answers: &'a [u8]) -> Option<Ran<'a>> {
    let decoded = Envelope::decode(envelope, Mode::Strict).ok()?;
    let verified = Verified::authenticate_mac(decoded, &RustCrypto, &keys::shared()).ok()?;
    let mut options = Options::new(Trust {
        keys: &[],
        threshold: 1,
    });
    options.require_identity = false;
    let mut device = Device::new(answers);
    let mut memory: Memory<'a> = Memory::new();
    let mut buffer = [0; 4096];
    let (result, mut steps, report) = {
        let mut writer = Writer::new(&mut buffer, &verified, Some(b"fresh"), None).ok()?;
        let mut processor = Processor::new(&verified, options, &mut device, &RustCrypto, &mut writer, &mut memory);
        let result = processor.update();
        let steps = processor.steps();
        let report = writer.finish(&result).expect("the result always fits").to_vec();
        (result, steps, report)
    };
    let fetched = std::mem::take(&mut device.fetched);
    let mut none = ();
    let mut processor = Processor::new(&verified, options, &mut device, &RustCrypto, &mut none, &mut memory);
    let _ = processor.invoke();
    steps = steps.max(processor.steps());
    let _ = processor.uninstall();
    steps = steps.max(processor.steps());
    Some(Ran {
        verified,
        result,
        steps,
        fetched,
        report,
    })
}
