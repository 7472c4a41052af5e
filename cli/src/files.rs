//! Files: bounded reading, secret files, and writing that either happened or did not.

use crate::error::{Error, Result};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Longest key file, PEM included.
pub const MAX_KEY_FILE: u64 = 4096;

/// Reads a file of at most `max` bytes.
pub fn read(path: &Path, max: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(max.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(Error::file(path))?;
    if bytes.len() as u64 > max {
        return Err(Error::malformed(
            "TooLarge",
            path.display().to_string(),
            format!("longer than {max} bytes"),
        ));
    }
    Ok(bytes)
}

/// Writes a new file that only its owner may read; refuses to overwrite.
pub fn create_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    create(path, bytes, 0o600)
}

/// Writes a new file; refuses to overwrite.
pub fn create_public(path: &Path, bytes: &[u8]) -> Result<()> {
    create(path, bytes, 0o644)
}

fn create(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(Error::file(path))
}

/// Replaces a file so that a reader, or the system after a loss of power, finds the old bytes or the new ones.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let fresh = path.with_file_name(name);
    let written = File::create(&fresh).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(Error::file(&fresh))?;
    std::fs::rename(&fresh, path).map_err(Error::file(path))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes renames within a folder durable.
pub fn sync_folder(path: &Path) -> Result<()> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_file_is_its_owners_alone_and_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        create_secret(&path, b"secret").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(create_secret(&path, b"other"), Err(Error::FileExists(_))));
        assert_eq!(std::fs::read(&path).unwrap(), b"secret");
    }

    #[test]
    fn a_file_longer_than_its_bound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        std::fs::write(&path, [0; 11]).unwrap();
        assert_eq!(read(&path, 10).unwrap_err().kind(), "TooLarge");
        assert_eq!(read(&path, 11).unwrap().len(), 11);
    }

    #[test]
    fn replacing_leaves_no_other_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        replace(&path, b"1").unwrap();
        replace(&path, b"2").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"2");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
