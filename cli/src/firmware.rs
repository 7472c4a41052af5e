//! A firmware file as blocks: read once in constant memory to find the CIDs, read again block by block to upload.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::{
    convert::Infallible,
    fs::File,
    io::Read,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

/// Where a block's bytes are.
#[derive(Clone, Debug)]
enum Source {
    /// A leaf: a stretch of the file.
    File { offset: u64, len: usize },
    /// A node: small, kept.
    Memory(Vec<u8>),
}

/// A block of the image.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its CID.
    pub cid: chunks::Cid,
    source: Source,
}

impl Block {
    /// Its length in bytes.
    pub fn len(&self) -> usize {
        match &self.source {
            Source::File { len, .. } => *len,
            Source::Memory(bytes) => bytes.len(),
        }
    }

    /// Whether it links to other blocks. A gateway takes a block only once it has the one that links to it.
    pub fn is_node(&self) -> bool {
        matches!(self.source, Source::Memory(_))
    }
}

/// A firmware file, read.
#[derive(Debug)]
pub struct Firmware {
    path: PathBuf,
    file: File,
    /// Root of its DAG.
    pub root: chunks::Cid,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 over the file.
    pub digest: [u8; 32],
    /// Its blocks: nodes first, each before those that it links to; then leaves in the order of the file.
    pub blocks: Vec<Block>,
}

impl Firmware {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(Error::file(path))?;
        let mut digest = Sha256::new();
        let (mut nodes, mut leaves, mut offset) = (Vec::new(), Vec::new(), 0u64);
        let mut importer = chunks::import::Importer::new();
        let mut collect = |cid: &chunks::Cid, bytes: &[u8]| -> std::result::Result<(), Infallible> {
            if cid.codec() == RAW {
                let source = Source::File {
                    offset,
                    len: bytes.len(),
                };
                offset = offset.saturating_add(bytes.len() as u64);
                leaves.push(Block { cid: *cid, source });
            } else {
                nodes.push(Block {
                    cid: *cid,
                    source: Source::Memory(bytes.to_vec()),
                });
            }
            Ok(())
        };
        let mut buffer = vec![0; chunks::LEAF];
        loop {
            let read = file.read(&mut buffer).map_err(Error::file(path))?;
            let part = buffer.get(..read).unwrap_or_default();
            if part.is_empty() {
                break;
            }
            digest.update(part);
            let Ok(()) = importer.update(part, &mut collect);
        }
        let Ok((root, size)) = importer.finish(&mut collect);
        if size == 0 {
            return Err(Error::Misuse(format!("{} is empty", path.display())));
        }
        // The importer gives a node after everything it links to.
        nodes.reverse();
        nodes.append(&mut leaves);
        Ok(Self {
            path: path.to_owned(),
            file,
            root,
            size,
            digest: digest.finalize().into(),
            blocks: nodes,
        })
    }

    /// A block's bytes, checked against its CID again: the file may have changed since it was read.
    pub fn bytes(&self, block: &Block) -> Result<Vec<u8>> {
        match &block.source {
            Source::Memory(bytes) => Ok(bytes.clone()),
            Source::File { offset, len } => {
                let mut bytes = vec![0; *len];
                self.file
                    .read_exact_at(&mut bytes, *offset)
                    .map_err(|_| Error::FirmwareChanged(self.path.clone()))?;
                if Sha256::digest(&bytes).as_slice() != block.cid.hash().digest() {
                    return Err(Error::FirmwareChanged(self.path.clone()));
                }
                Ok(bytes)
            }
        }
    }
}

/// Multicodec `raw`.
const RAW: u64 = 0x55;

/// The 36 bytes of a root CID.
pub fn root_bytes(cid: &chunks::Cid) -> Result<[u8; 36]> {
    cid.to_bytes()
        .try_into()
        .map_err(|_| Error::malformed("BadCid", cid.to_string(), "not CIDv1 with SHA2-256"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_one_leaf_is_its_own_root() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fw");
        std::fs::write(&path, b"firmware").unwrap();
        let firmware = Firmware::read(&path).unwrap();
        assert_eq!(firmware.blocks.len(), 1);
        assert_eq!(firmware.blocks[0].cid, firmware.root);
        assert_eq!(firmware.bytes(&firmware.blocks[0]).unwrap(), b"firmware");
        assert_eq!(firmware.digest[..], Sha256::digest(b"firmware")[..]);
    }

    #[test]
    fn nodes_come_before_leaves_and_leaves_cover_the_file_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fw");
        let content: Vec<u8> = (0..600_000u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let firmware = Firmware::read(&path).unwrap();
        assert_eq!(firmware.size, 600_000);
        assert_eq!(firmware.blocks[0].cid, firmware.root);
        assert!(firmware.blocks[0].is_node());
        let leaves: Vec<u8> = firmware.blocks[1..]
            .iter()
            .flat_map(|b| firmware.bytes(b).unwrap())
            .collect();
        assert_eq!(leaves, content);
    }

    #[test]
    fn a_file_that_changed_after_it_was_read_is_not_uploaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fw");
        std::fs::write(&path, b"firmware").unwrap();
        let firmware = Firmware::read(&path).unwrap();
        std::fs::write(&path, b"Firmware").unwrap();
        assert_eq!(
            firmware.bytes(&firmware.blocks[0]).unwrap_err().kind(),
            "FirmwareChanged"
        );
    }

    #[test]
    fn an_empty_file_is_no_firmware() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fw");
        std::fs::write(&path, b"").unwrap();
        assert_eq!(Firmware::read(&path).unwrap_err().exit_code(), 2);
    }
}
