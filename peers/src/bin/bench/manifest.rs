//! `manifest`: decoding, checking, verifying and creating.
//!
//! Every row hands the same bytes to both sides. What each side does with them is not quite the same, because the peers
//! do less:
//!
//! - *envelope + digest* is what all three do by themselves: the envelope's members, and the manifest's digest.
//! - *decode + check*: the peers also read every member, command and parameter once (`dress-up`: without the validate
//!   sequence). We do as well, and check what they don't: order and uniqueness of keys, shortest heads, unknown
//!   members, component indices, what may stand in a shared sequence, and that nothing is left over at any level.
//! - *decode + check + verify* adds the signature. All use the crate `p256` 0.13, so that these rows are about what is
//!   around it. `dress-up` leaves verification to its caller; here the caller does it by `cose_minicbor`, the crate that
//!   `suit_validator` verifies with.
//! - *create*: `taylor-suit` is called in a Python process that times its own loop, so that no pipe is in its figure. It
//!   parses JSON each time, and there is no other way to call it. Both read the private key each time.

use crate::{
    measure::{calls, compare, Batch, Effort},
    report::Row,
};
use serde_json::json;
use std::{hint::black_box, time::Duration};
use suit_manifest::{
    build,
    cose::{Algorithm, PublicKey, Sign1, Signer as _},
    crypto::RustCrypto,
    envelope::{Envelope, Mode},
};
use suit_peers::{dress_up, python::Python, samples, validator};

const VALIDATOR: &str = "suit_validator 0.1.3";
const DRESS_UP: &str = "dress-up 0.1.1";
const TAYLOR: &str = "taylor-suit 0.2.2";
/// Decoding and checking should take half of the faster peer's time.
const AIM_DECODE: f64 = 2.0;
/// With the signature, which is the same work for all, never longer.
const AIM_VERIFY: f64 = 1.0;

/// Measures all rows, handing each to `show` as soon as it is there.
pub fn run(effort: Effort, show: &mut dyn FnMut(Row)) -> Result<(), String> {
    let es256 = Sample::new(Algorithm::Es256)?;
    let esp256 = Sample::new(Algorithm::Esp256)?;
    let mut bench = Bench { effort, show };
    bench.decoding(&es256)?;
    bench.verifying("ES256", &es256)?;
    bench.verifying("ESP256", &esp256)?;
    bench.creating()
}

/// An envelope, with what each side verifies it by.
struct Sample {
    envelope: Vec<u8>,
    key: PublicKey,
    key_set: Vec<u8>,
}

impl Sample {
    /// Fails unless all three take the envelope, and neither takes another's signature.
    fn new(algorithm: Algorithm) -> Result<Self, String> {
        let key = samples::key(algorithm).public_key();
        let sample = Self {
            envelope: samples::envelope(algorithm),
            key,
            key_set: validator::key_set(&samples::point(), &key.thumbprint(&RustCrypto)),
        };
        let wrong = validator::key_set(&samples::point(), b"nobody's");
        let envelope = &sample.envelope;
        sample.product()?;
        validator::verify(envelope, validator::Depth::Everything, &sample.key_set)
            .map_err(|e| format!("{VALIDATOR}: {e}"))?;
        dress_up::decode(envelope, dress_up::Depth::Everything, |_, _| true)
            .map_err(|e| format!("{DRESS_UP}: {e:?}"))?;
        match validator::verify(envelope, validator::Depth::Everything, &wrong) {
            Ok(_) => Err(format!("{VALIDATOR} takes a signature without its key")),
            Err(_) => Ok(sample),
        }
    }

    fn product(&self) -> Result<(), String> {
        verified(&self.envelope, &self.key).map_err(|error| format!("suit-manifest: {error}"))
    }
}

/// Decodes, checks everything, and verifies the first signature.
fn verified(envelope: &[u8], key: &PublicKey) -> Result<(), suit_manifest::error::Error> {
    let envelope = Envelope::decode(envelope, Mode::Strict)?;
    envelope.check_digest(&RustCrypto)?;
    match envelope.signatures().next() {
        Some(block) => envelope.verify_signature(&RustCrypto, &block, key),
        None => Err(suit_manifest::error::ErrorKind::SignatureNotValid.into()),
    }
}

struct Bench<'a> {
    effort: Effort,
    show: &'a mut dyn FnMut(Row),
}

impl Bench<'_> {
    fn row(
        &mut self,
        row: String,
        peer: &'static str,
        aim: Option<f64>,
        product: &mut Batch,
        of_peer: &mut Batch,
    ) -> Result<(), String> {
        let medians = compare(self.effort, product, of_peer).map_err(|error| format!("{row}: {error}"))?;
        (self.show)(Row {
            bench: "manifest",
            row,
            value: medians.product,
            unit: "ns",
            n: medians.iterations,
            peer: Some(peer),
            peer_value: Some(medians.peer),
            ratio: Some(medians.ratio),
            aim,
        });
        Ok(())
    }

    fn decoding(&mut self, sample: &Sample) -> Result<(), String> {
        let bytes = sample.envelope.as_slice();
        let mut shallow = calls(|| {
            let envelope = Envelope::decode(black_box(bytes), Mode::Strict)?;
            envelope.check_manifest_digest(&RustCrypto)
        });
        let mut deep = calls(|| Envelope::decode(black_box(bytes), Mode::Strict)?.check_digest(&RustCrypto));

        let name = "envelope + digest";
        let mut peer = calls(|| validator::decode(black_box(bytes), validator::Depth::Envelope).is_ok());
        self.row(name.into(), VALIDATOR, None, &mut shallow, &mut peer)?;
        let mut peer = calls(|| dress_up::decode(black_box(bytes), dress_up::Depth::Envelope, |_, _| true).is_ok());
        self.row(name.into(), DRESS_UP, None, &mut shallow, &mut peer)?;

        let (name, aim) = ("decode + check", Some(AIM_DECODE));
        let mut peer = calls(|| validator::decode(black_box(bytes), validator::Depth::Everything).is_ok());
        self.row(name.into(), VALIDATOR, aim, &mut deep, &mut peer)?;
        let mut peer = calls(|| dress_up::decode(black_box(bytes), dress_up::Depth::Everything, |_, _| true).is_ok());
        self.row(name.into(), DRESS_UP, aim, &mut deep, &mut peer)
    }

    fn verifying(&mut self, algorithm: &str, sample: &Sample) -> Result<(), String> {
        let (bytes, keys, key) = (sample.envelope.as_slice(), sample.key_set.as_slice(), &sample.key);
        let aim = Some(AIM_VERIFY);
        let mut product = calls(|| verified(black_box(bytes), black_box(key)));
        let name = format!("decode + check + verify {algorithm}");
        let mut peer =
            calls(|| validator::verify(black_box(bytes), validator::Depth::Everything, black_box(keys)).is_ok());
        self.row(name.clone(), VALIDATOR, aim, &mut product, &mut peer)?;
        let mut peer = calls(|| {
            let verify = |block: &[u8], digest: &[u8]| validator::verify_block(block, digest, black_box(keys)).is_ok();
            dress_up::decode(black_box(bytes), dress_up::Depth::Everything, verify).is_ok()
        });
        self.row(name, DRESS_UP, aim, &mut product, &mut peer)?;

        let (block, digest) = block(bytes)?;
        Sign1::decode_open(&block)
            .and_then(|read| read.verify(&RustCrypto, key, Some(&digest)))
            .map_err(|error| error.to_string())?;
        validator::verify_block(&block, &digest, keys).map_err(|error| error.to_string())?;
        let mut product = calls(|| Sign1::decode_open(black_box(&block))?.verify(&RustCrypto, key, Some(&digest)));
        let mut peer = calls(|| validator::verify_block(black_box(&block), &digest, keys).is_ok());
        self.row(
            format!("verify {algorithm} only"),
            VALIDATOR,
            aim,
            &mut product,
            &mut peer,
        )
    }

    fn creating(&mut self) -> Result<(), String> {
        let mut python = Python::start()?;
        let (manifest, pem) = (samples::json(samples::Parameters::Joined), samples::pem());
        let firmware = samples::firmware();

        let made = python.bytes(&json!({"do": "encode", "manifest": manifest}), "manifest")?;
        let ours = firmware.manifest().map_err(|error| error.to_string())?;
        // It does not sort parameters by key, and its manifest has a byte string's head of two bytes.
        if sorted(made.get(2..).unwrap_or(&[])) != sorted(&ours) {
            return Err(format!("{TAYLOR} and suit-manifest do not create the same manifest"));
        }

        let mut product = calls(|| black_box(&firmware).manifest().is_ok());
        let mut peer = timed(
            &mut python,
            json!({"do": "time", "what": "encode", "manifest": manifest, "key": pem}),
        );
        self.row("create manifest".into(), TAYLOR, None, &mut product, &mut peer)?;
        drop(peer);

        let mut product = calls(|| {
            let manifest = black_box(&firmware).manifest();
            manifest.and_then(|manifest| build::envelope(&manifest, &[&samples::key(Algorithm::Es256)]))
        });
        let mut peer = timed(
            &mut python,
            json!({"do": "time", "what": "create", "manifest": manifest, "key": pem}),
        );
        self.row("create + sign ES256".into(), TAYLOR, None, &mut product, &mut peer)
    }
}

fn sorted(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.sort_unstable();
    bytes
}

/// Batches that Python runs and times.
fn timed<'a>(
    python: &'a mut Python,
    mut request: serde_json::Value,
) -> impl FnMut(u64) -> Result<Duration, String> + 'a {
    move |count| {
        request["count"] = count.into();
        let nanoseconds = python.ask(&request)?["nanoseconds"].as_u64();
        nanoseconds
            .map(Duration::from_nanos)
            .ok_or_else(|| "Python gave no time".to_owned())
    }
}

/// The first authentication block of an envelope, and what it signs.
fn block(envelope: &[u8]) -> Result<(Vec<u8>, Vec<u8>), String> {
    let read = || {
        let mut reader = suit_manifest::cbor::Reader::new(envelope);
        reader.tag()?;
        let mut members = reader.map()?;
        members.key(&mut reader)?;
        let (_, mut wrapper) = reader.embedded()?;
        wrapper.array()?;
        let digest = wrapper.bytes()?;
        Ok::<_, suit_manifest::error::Error>((wrapper.bytes()?.to_vec(), digest.to_vec()))
    };
    read().map_err(|error| error.to_string())
}
