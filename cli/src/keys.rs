//! Author, operator and device keys in files: COSE_Keys, or PEM for public keys made elsewhere.

use crate::{
    error::{Error, Result},
    files,
};
use std::path::{Path, PathBuf};
use suit_manifest::{
    cose::{PublicKey, Signer, SigningKey, SymmetricKey},
    crypto::RustCrypto,
};
use zeroize::Zeroizing;

/// The public half's file of a private key's file.
pub fn public_file(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// Reads a private COSE_Key.
pub fn private(path: &Path) -> Result<SigningKey> {
    let bytes = Zeroizing::new(files::read(path, files::MAX_KEY_FILE)?);
    SigningKey::from_cose_key(&bytes)
        .map_err(|e| Error::malformed("BadKey", format!("{} is not a private COSE_Key", path.display()), e))
}

/// Reads several private keys.
pub fn private_all(paths: &[PathBuf]) -> Result<Vec<SigningKey>> {
    paths.iter().map(|path| private(path)).collect()
}

/// The signers behind keys.
pub fn signers(keys: &[SigningKey]) -> Vec<&dyn Signer> {
    keys.iter().map(|key| key as &dyn Signer).collect()
}

/// Reads a public key: COSE_Key or PEM (SubjectPublicKeyInfo). A private COSE_Key gives its public half.
pub fn public(path: &Path) -> Result<PublicKey> {
    let bytes = Zeroizing::new(files::read(path, files::MAX_KEY_FILE)?);
    let key = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN") => PublicKey::from_spki_pem(text),
        _ => PublicKey::from_cose_key(&bytes).or_else(|e| {
            // Somebody may well name the private file; what is needed of it is in there.
            SigningKey::from_cose_key(&bytes)
                .map(|key| key.public_key())
                .map_err(|_| e)
        }),
    };
    let key = key.map_err(|e| Error::malformed("BadKey", format!("{} is not a public key", path.display()), e))?;
    if matches!(key, PublicKey::HssLms(_)) && !cfg!(feature = "hss-lms") {
        return Err(Error::malformed(
            "UnsupportedKey",
            path.display().to_string(),
            "a key of HSS-LMS, which this program was built without (feature hss-lms)",
        ));
    }
    if !key.is_valid(&RustCrypto) {
        return Err(Error::malformed(
            "BadKey",
            path.display().to_string(),
            "not a point that a key may be",
        ));
    }
    Ok(key)
}

/// Reads a symmetric COSE_Key.
pub fn symmetric(path: &Path) -> Result<SymmetricKey> {
    let bytes = Zeroizing::new(files::read(path, files::MAX_KEY_FILE)?);
    SymmetricKey::from_cose_key(&bytes)
        .map_err(|e| Error::malformed("BadKey", format!("{} is not a symmetric COSE_Key", path.display()), e))
}

/// Reads several public keys.
pub fn public_all(paths: &[PathBuf]) -> Result<Vec<PublicKey>> {
    paths.iter().map(|path| public(path)).collect()
}

/// The key's algorithm, as options name it.
pub fn algorithm(key: &PublicKey) -> &'static str {
    match key {
        PublicKey::P256(_) => "esp256",
        PublicKey::Ed25519(_) => "ed25519",
        PublicKey::P384(_) => "esp384",
        PublicKey::HssLms(_) => "hss-lms",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_this_program_cannot_verify_with_is_named_as_such() {
        // One level, height 5, Winternitz 8.
        let mut key = [7; 60];
        key[..12].copy_from_slice(&[0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 4]);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hss.pub");
        std::fs::write(&file, PublicKey::HssLms(key).to_cose_key()).unwrap();
        let refused = public(&file).err().map(|error| error.kind());
        let expected = (!cfg!(feature = "hss-lms")).then(|| "UnsupportedKey".to_owned());
        assert_eq!(refused, expected);
    }
}
