//! `suit key`: make and show keys, and hand over to the next ones.

mod handover;

use crate::{
    commands::Context,
    error::{Error, Result},
    files, keys,
    output::{hex0x, Report},
};
use clap::{Args, Subcommand, ValueEnum};
use rand::{rngs::OsRng, RngCore};
use serde_json::json;
use std::path::{Path, PathBuf};
use suit_manifest::{
    cose::{PublicKey, Signer, SigningKey},
    crypto::RustCrypto,
};
use zeroize::Zeroizing;

/// Make, show and hand over keys
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a key pair: a private COSE_Key that only you can read, and FILE.pub beside it
    Generate(Generate),
    /// Show a key's thumbprint, algorithm and public COSE_Key
    Show {
        /// Private COSE_Key, public COSE_Key, or public key in PEM
        file: PathBuf,
    },
    /// Hand over to the next author keys, on the word of the old ones
    #[command(subcommand)]
    Handover(handover::Command),
}

/// Options of `suit key generate`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  suit key generate --out author.key\n  suit key generate --out device.key --alg ed25519\n  suit key generate --out author.key --alg esp384"
)]
pub struct Generate {
    /// Where the private key goes; FILE.pub is written beside it. Neither may exist
    #[arg(long)]
    pub out: PathBuf,
    /// Algorithm
    #[arg(long, value_enum, default_value = "esp256")]
    pub alg: Algorithm,
}

/// Algorithms of keys.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256
    Esp256,
    /// Ed25519
    Ed25519,
    /// ECDSA with P-384 and SHA-384
    Esp384,
}

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Generate(options) => generate(&options),
        Command::Show { file } => show(&file),
        Command::Handover(command) => handover::run(command, context).await,
    }
}

fn show(file: &Path) -> Result<Report> {
    Ok(report(&keys::public(file)?, json!({})))
}

fn generate(options: &Generate) -> Result<Report> {
    let key = random_key(options.alg);
    let public_file = keys::public_file(&options.out);
    // Looked at first, so that no private key is left behind without its public half.
    if public_file.exists() {
        return Err(Error::FileExists(public_file));
    }
    files::create_secret(&options.out, &Zeroizing::new(key.to_cose_key()))?;
    files::create_public(&public_file, &key.public_key().to_cose_key())?;
    let names = json!({
        "private": options.out.display().to_string(),
        "public": public_file.display().to_string(),
    });
    Ok(report(&key.public_key(), names)
        .field("private key", options.out.display())
        .field("public key", public_file.display()))
}

fn random_key(alg: Algorithm) -> SigningKey {
    // Ed25519 and P-256 take the first 32 bytes.
    let mut secret = Zeroizing::new([0u8; 48]);
    loop {
        OsRng.fill_bytes(secret.as_mut());
        let Some(short) = secret.first_chunk::<32>() else {
            continue;
        };
        // What is refused is zero and what is not below the curve's order, which hardly ever comes.
        let key = match alg {
            Algorithm::Ed25519 => return SigningKey::from_bytes_ed25519(short),
            Algorithm::Esp256 => SigningKey::from_bytes_p256(short),
            Algorithm::Esp384 => SigningKey::from_bytes_p384(&secret),
        };
        if let Ok(key) = key {
            return key;
        }
    }
}

fn report(key: &PublicKey, mut json: serde_json::Value) -> Report {
    let thumbprint = hex0x(key.thumbprint(&RustCrypto));
    if let Some(object) = json.as_object_mut() {
        object.insert("thumbprint".into(), thumbprint.clone().into());
        object.insert("alg".into(), keys::algorithm(key).into());
        object.insert("publicKey".into(), hex0x(key.to_cose_key()).into());
    }
    Report::new(json)
        .field("thumbprint", thumbprint)
        .field("algorithm", keys::algorithm(key))
        .field("public COSE_Key", hex0x(key.to_cose_key()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_generated_key_is_private_reads_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        for (name, alg) in [
            ("p", Algorithm::Esp256),
            ("e", Algorithm::Ed25519),
            ("q", Algorithm::Esp384),
        ] {
            let out = folder.path().join(name);
            let made = generate(&Generate { out: out.clone(), alg }).unwrap();
            assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
            for file in [&out, &keys::public_file(&out)] {
                let shown = show(file).unwrap();
                assert_eq!(shown.json()["thumbprint"], made.json()["thumbprint"]);
            }
            let again = generate(&Generate { out: out.clone(), alg });
            assert_eq!(again.unwrap_err().kind(), "FileExists");
        }
    }

    #[test]
    fn a_public_file_in_the_way_leaves_no_private_key_behind() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("key");
        std::fs::write(keys::public_file(&out), b"").unwrap();
        assert_eq!(
            generate(&Generate {
                out: out.clone(),
                alg: Algorithm::Ed25519
            })
            .unwrap_err()
            .kind(),
            "FileExists"
        );
        assert!(!out.exists());
    }

    #[test]
    fn what_is_no_key_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, b"no key").unwrap();
        assert_eq!(show(&file).unwrap_err().kind(), "BadKey");
    }
}
