//! `suit manifest sign`: one more signature, by a key here or by one that never comes here.

use super::{build_error, external, open, write, Context};
use crate::{
    error::{Error, Result},
    files, keys,
    output::{hex0x, Report},
};
use clap::{ArgGroup, Args, ValueEnum};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use suit_manifest::{
    build::{BuildError, Envelope},
    cose::{self, Algorithm, Prepared, PublicKey, SignError, MAX_HSS_SIGNATURE},
    crypto::RustCrypto,
    envelope::{self, Mode},
    error::ErrorKind,
};

/// Options of `suit manifest sign`.
#[derive(Args, Debug)]
#[command(
    group(ArgGroup::new("how").required(true).args(["key", "sign_with", "print_to_sign", "signature"])),
    after_help = "Examples:\n  \
    suit manifest sign release.suit --key author.key\n  \
    suit manifest sign release.suit --public-key card.pem --sign-with 'openssl dgst -sha256 -sign card.key'\n  \
    suit manifest sign release.suit --public-key ed.pem --shell --sign-with 'cat >m; openssl pkeyutl -sign -rawin -inkey ed.key -in m'\n\n\
    On a machine without network, in three steps:\n  \
    suit manifest sign release.suit --public-key far.pem --print-to-sign --out to-sign.bin\n  \
    openssl dgst -sha256 -sign far.key -out far.sig to-sign.bin          # there\n  \
    suit manifest sign release.suit --public-key far.pem --signature far.sig\n\n\
    The command gets the bytes to sign (a COSE Sig_structure, not a hash of it) on its standard input and writes the\n\
    signature to its standard output: r and s, or DER, for ECDSA; 64 bytes for Ed25519. It is split into words at\n\
    blanks, with quotes and backslashes, and no shell runs it unless --shell asks for one. It has --timeout seconds.\n\
    A signature that does not hold by the public key is not written."
)]
pub struct Options {
    /// The envelope
    file: PathBuf,
    /// An author's private key
    #[arg(long)]
    key: Option<PathBuf>,
    /// A command that signs
    #[arg(long, value_name = "COMMAND", requires = "public_key")]
    sign_with: Option<String>,
    /// Let `sh -c` run the command
    #[arg(long, requires = "sign_with")]
    shell: bool,
    /// Only give out the bytes to sign: in hexadecimal, or as they are with --out
    #[arg(long, requires = "public_key")]
    print_to_sign: bool,
    /// A signature that was made elsewhere
    #[arg(long, value_name = "FILE", requires = "public_key")]
    signature: Option<PathBuf>,
    /// The public key of who signs elsewhere: COSE_Key or PEM
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    public_key: Option<PathBuf>,
    /// Algorithm; without it, the key's fully specified one
    #[arg(long, value_enum)]
    alg: Option<Alg>,
    /// Where the signed envelope goes; without it, into FILE itself
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Algorithms, by their names in the COSE registry.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Alg {
    /// ECDSA with P-256 and SHA-256, -9
    Esp256,
    /// The same by its older number, -7
    Es256,
    /// Ed25519, -19
    Ed25519,
    /// The same by its older number, -8
    Eddsa,
    /// ECDSA with P-384 and SHA-384, -51
    Esp384,
    /// The same by its older number, -35
    Es384,
    /// HSS-LMS, -46; where the program was built with the feature hss-lms
    HssLms,
}

impl From<Alg> for Algorithm {
    fn from(alg: Alg) -> Self {
        match alg {
            Alg::Esp256 => Self::Esp256,
            Alg::Es256 => Self::Es256,
            Alg::Ed25519 => Self::Ed25519,
            Alg::Eddsa => Self::EdDsa,
            Alg::Esp384 => Self::Esp384,
            Alg::Es384 => Self::Es384,
            Alg::HssLms => Self::HssLms,
        }
    }
}

/// Runs the command.
pub fn run(options: &Options, context: &Context) -> Result<Report> {
    let mut envelope = open(&options.file)?;
    let name = options.file.display().to_string();
    if let Some(path) = &options.key {
        let mut key = keys::private(path)?;
        if let Some(alg) = options.alg {
            key = key
                .with_algorithm(alg.into())
                .map_err(|e| build_error(&path.display().to_string(), e.into()))?;
        }
        envelope.sign(&key).map_err(|e| build_error(&name, e))?;
        let public = cose::Signer::public_key(&key);
        return done(&envelope, &public, options);
    }
    let Some(path) = &options.public_key else {
        return Err(Error::Misuse(
            "give --public-key with a signature that is made elsewhere".into(),
        ));
    };
    let key = keys::public(path)?;
    let prepared = prepare(&envelope, &key, options, &name)?;
    if options.print_to_sign {
        return to_sign(&prepared, options.out.as_deref());
    }
    let (from, signature) = obtain(options, &prepared, context)?;
    let signed = complete(&envelope, &prepared, &signature, &key, &name)?;
    let Some(signed) = signed else {
        return Err(Error::malformed(
            "SignatureNotValid",
            from,
            "the signature is not the public key's over this envelope; nothing was written",
        ));
    };
    done(&signed, &key, options)
}

/// What the key has to sign, if it has not yet.
fn prepare(envelope: &Envelope, key: &PublicKey, options: &Options, name: &str) -> Result<Prepared> {
    let algorithm = options.alg.map_or_else(|| default_algorithm(key), Algorithm::from);
    if !algorithm.fits(key) {
        return Err(build_error(name, SignError::AlgorithmMismatch.into()));
    }
    let failed = |error: BuildError| build_error(name, error);
    let bytes = envelope.encode().map_err(failed)?;
    let decoded = envelope::Envelope::decode(&bytes, Mode::Strict).map_err(Error::manifest(name))?;
    // Nobody should carry a digest to a safe that is not that of the manifest.
    decoded.check_digest(&RustCrypto).map_err(Error::manifest(name))?;
    if decoded.signed_by(&RustCrypto, key) {
        return Err(failed(SignError::AlreadySigned.into()));
    }
    let kid = key.thumbprint(&RustCrypto);
    Ok(cose::prepare_sign1(
        envelope.signed_bytes(),
        algorithm,
        None,
        Some(&kid),
        true,
    ))
}

fn default_algorithm(key: &PublicKey) -> Algorithm {
    match key {
        PublicKey::P256(_) => Algorithm::Esp256,
        PublicKey::Ed25519(_) => Algorithm::Ed25519,
        PublicKey::P384(_) => Algorithm::Esp384,
        PublicKey::HssLms(_) => Algorithm::HssLms,
    }
}

fn to_sign(prepared: &Prepared, out: Option<&Path>) -> Result<Report> {
    let bytes = prepared.to_be_signed();
    let json = json!({ "toSign": hex0x(bytes), "algorithm": format!("{:?}", prepared.algorithm()) });
    match out {
        Some(path) => {
            files::replace(path, bytes)?;
            Ok(Report::new(json).field("to sign", path.display()))
        }
        None => Ok(Report::new(json).line(hex::encode(bytes))),
    }
}

/// The signature, and where it is from.
fn obtain(options: &Options, prepared: &Prepared, context: &Context) -> Result<(String, Vec<u8>)> {
    if let Some(command) = &options.sign_with {
        let words = if options.shell {
            ["sh", "-c", command].map(str::to_owned).to_vec()
        } else {
            external::words(command)?
        };
        let timeout = Duration::from_secs(context.timeout);
        let signature = external::run(&words, prepared.to_be_signed(), timeout)?;
        return Ok((command.clone(), signature));
    }
    let Some(path) = &options.signature else {
        return Err(Error::Misuse(
            "give --key, --sign-with, --print-to-sign or --signature".into(),
        ));
    };
    let signature = files::read(path, MAX_HSS_SIGNATURE as u64)?;
    Ok((path.display().to_string(), signature))
}

/// The envelope with the signature; `None` where it does not hold. Nobody ships a broken envelope.
fn complete(
    envelope: &Envelope,
    prepared: &Prepared,
    signature: &[u8],
    key: &PublicKey,
    name: &str,
) -> Result<Option<Envelope>> {
    let algorithm = prepared.algorithm();
    for candidate in external::candidates(signature, |len| algorithm.has_signature_length(len)) {
        let block = prepared
            .clone()
            .finish(&candidate)
            .map_err(|e| build_error(name, e.into()))?;
        let mut signed = envelope.clone();
        signed.add_block(&block).map_err(|e| build_error(name, e))?;
        if holds(&signed, key, name)? {
            return Ok(Some(signed));
        }
    }
    Ok(None)
}

fn holds(envelope: &Envelope, key: &PublicKey, name: &str) -> Result<bool> {
    let bytes = envelope.encode().map_err(|e| build_error(name, e))?;
    let decoded = envelope::Envelope::decode(&bytes, Mode::Strict).map_err(Error::manifest(name))?;
    Ok(decoded.signed_by(&RustCrypto, key))
}

fn done(envelope: &Envelope, key: &PublicKey, options: &Options) -> Result<Report> {
    let out = options.out.as_deref().unwrap_or(&options.file);
    let name = out.display().to_string();
    if !holds(envelope, key, &name)? {
        return Err(Error::manifest(name)(ErrorKind::SignatureNotValid.into()));
    }
    let size = write(envelope, out)?;
    let signer = hex0x(key.thumbprint(&RustCrypto));
    let blocks = envelope.blocks().count();
    let json = json!({ "out": name, "size": size, "signer": signer, "blocks": blocks });
    Ok(Report::new(json)
        .field("envelope", &name)
        .field("size", format!("{size} bytes"))
        .field("signed by", signer)
        .field("signatures", blocks))
}
