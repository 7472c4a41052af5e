//! `taylor-suit` creates, and we read; we create, and Python reads.
//!
//! `taylor-suit` 0.2.2 has no reader, so that the second half is read by `cbor2` and verified by `ecdsa`: a CBOR decoder
//! and an ECDSA that share no line with ours.

use crate::{ensure, Check, Outcome};
use serde_json::{json, Value};
use suit_manifest::{
    build::model,
    cose::{Algorithm, Signer as _},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode},
    error::{Error, ErrorKind},
    resolve::resolve,
};
use suit_peers::{
    python::Python,
    samples::{self, Parameters},
};

const TAYLOR: &str = "taylor-suit 0.2.2";
const PYTHON: &str = "cbor2, ecdsa (Python)";

pub const CHECKS: &[Check] = &[
    Check {
        peer: TAYLOR,
        what: "we verify, decode strictly, resolve and re-encode what it creates (ES256, SHA-256)",
        run: || taken("sha256", DigestAlgorithm::Sha256),
    },
    Check {
        peer: TAYLOR,
        what: "the same with a SHA-384 digest",
        run: || taken("sha384", DigestAlgorithm::Sha384),
    },
    Check {
        peer: TAYLOR,
        what: "limit: it sorts parameters by name, not by number; we take that in lenient mode only",
        run: out_of_order,
    },
    Check {
        peer: PYTHON,
        what: "read and verify what we create (ES256)",
        run: || read_by_python(Algorithm::Es256),
    },
    Check {
        peer: PYTHON,
        what: "read and verify what we create (ESP256)",
        run: || read_by_python(Algorithm::Esp256),
    },
    Check {
        peer: PYTHON,
        what: "refuse it with another signature",
        run: refused_by_python,
    },
];

fn create(parameters: Parameters, digest: &str) -> Result<Vec<u8>, String> {
    let request = json!({
        "do": "create", "manifest": samples::json(parameters), "key": samples::pem(), "digest": digest,
    });
    Python::start()?.bytes(&request, "envelope")
}

/// Decodes, checks, verifies and resolves, and finds the values that the envelope was made from.
fn read(bytes: &[u8], mode: Mode, digest: DigestAlgorithm) -> Result<Vec<u8>, Error> {
    let envelope = Envelope::decode(bytes, mode)?;
    envelope.check_complete(&RustCrypto)?;
    envelope.verify_threshold(&RustCrypto, &[samples::key(Algorithm::Es256).public_key()], 1)?;
    let manifest = envelope.manifest()?;
    let (resolved, firmware) = (resolve(&manifest)?, samples::firmware());
    let expected = envelope.manifest_digest().algorithm == digest
        && manifest.sequence_number() == samples::SEQUENCE_NUMBER
        && resolved.products.contains(&(firmware.vendor, firmware.class))
        && resolved.payloads.iter().any(|payload| {
            payload.uri == Some(samples::URI)
                && payload.size == Some(firmware.size)
                && payload.digest.is_some_and(|digest| digest.bytes == firmware.digest)
        });
    if expected {
        Ok(envelope.manifest_bytes().to_vec())
    } else {
        Err(ErrorKind::BadValue.into())
    }
}

fn taken(digest: &str, algorithm: DigestAlgorithm) -> Outcome {
    let envelope = create(Parameters::Apart, digest)?;
    let manifest = read(&envelope, Mode::Strict, algorithm).map_err(|error| error.to_string())?;
    let again = model::Manifest::decode(&manifest, Mode::Strict).and_then(|model| model.encode());
    let again = again.map_err(|error| error.to_string())?;
    ensure(again == manifest, "the manifest encodes to other bytes")
}

fn out_of_order() -> Outcome {
    let envelope = create(Parameters::Joined, "sha256")?;
    read(&envelope, Mode::Lenient, DigestAlgorithm::Sha256).map_err(|error| error.to_string())?;
    let strict = read(&envelope, Mode::Strict, DigestAlgorithm::Sha256);
    match strict {
        Err(error) if error.kind == ErrorKind::KeyOrder => Ok(()),
        other => Err(format!("strictly read: {other:?}")),
    }
}

fn ask(envelope: &[u8]) -> Result<Value, String> {
    let request = json!({"do": "verify", "envelope": hex::encode(envelope), "key": hex::encode(samples::point())});
    Python::start()?.ask(&request)
}

fn read_by_python(algorithm: Algorithm) -> Outcome {
    let answer = ask(&samples::envelope(algorithm))?;
    let firmware = samples::firmware();
    let components: Vec<Vec<String>> = vec![samples::COMPONENT.iter().map(hex::encode).collect()];
    let expected = json!({
        "algorithms": [algorithm.number()],
        "sequence_number": samples::SEQUENCE_NUMBER,
        "components": components,
        "vendor": hex::encode(firmware.vendor),
        "class": hex::encode(firmware.class),
        "digest": hex::encode(firmware.digest),
        "size": firmware.size,
        "uri": samples::URI,
    });
    ensure(answer == expected, format!("it reads {answer}"))
}

fn refused_by_python() -> Outcome {
    let mut envelope = samples::envelope(Algorithm::Esp256);
    let signature = {
        let read = Envelope::decode(&envelope, Mode::Strict).map_err(|error| error.to_string())?;
        let block = read.signatures().next().ok_or("no signature")?;
        block.signature.to_vec()
    };
    let place = envelope.windows(signature.len()).position(|window| window == signature);
    let last = place.ok_or("the signature is not in the envelope")? + signature.len() - 1;
    envelope[last] ^= 1;
    match ask(&envelope) {
        Err(error) if error.contains("BadSignatureError") => Ok(()),
        other => Err(format!("it says {other:?}")),
    }
}
