//! Where things lie on disk. See the crate's README for the layout and its reasons.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use super::error::StoreError;
use crate::{BlockId, Codec, MAX_BLOCK};

const FORMAT: &[u8] = b"chunks-store 1\n";
const IMAGE: &str = "image";
const NODES: &str = "nodes";

/// In front of every node in the `nodes` file: this mark, the node's length (big endian) and its digest. The mark finds
/// the next record after a damaged one.
const MARK: [u8; 4] = *b"node";
const RECORD_HEAD: usize = 4 + 4 + 32;

/// Whether an image's bytes are known to be complete and on stable storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    Partial,
    Complete,
}

impl Shelf {
    const fn name(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Complete => "complete",
        }
    }
}

/// The store's folder, locked against other processes.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    counter: AtomicU64,
    lock: File,
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Closing would do, were it not for a child process that is just being started and still shares the file.
        let _ = self.lock.unlock();
    }
}

impl Disk {
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        make_dir(root)?;
        let lock_path = root.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|why| StoreError::io(&lock_path, why))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { path: root.into() }),
            Err(TryLockError::Error(why)) => return Err(StoreError::io(lock_path, why)),
        }
        let disk = Self {
            root: root.into(),
            counter: AtomicU64::new(0),
            lock,
        };
        disk.check_format()?;
        for name in [Shelf::Partial.name(), Shelf::Complete.name(), "tmp"] {
            make_dir(&root.join(name))?;
        }
        disk.empty_tmp();
        Ok(disk)
    }

    fn check_format(&self) -> Result<(), StoreError> {
        let path = self.root.join("FORMAT");
        match fs::read(&path) {
            Ok(found) if found == FORMAT => Ok(()),
            Ok(_) => Err(StoreError::UnknownFormat {
                path: self.root.clone(),
            }),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                // A folder that has images but no format is not one that we made.
                if self.root.join(Shelf::Complete.name()).exists() {
                    return Err(StoreError::UnknownFormat {
                        path: self.root.clone(),
                    });
                }
                let fresh = self.root.join("FORMAT.new");
                write_synced(&fresh, FORMAT)?;
                fs::rename(&fresh, &path).map_err(|why| StoreError::io(&path, why))?;
                sync_dir(&self.root)
            }
            Err(why) => Err(StoreError::io(path, why)),
        }
    }

    /// What a killed process left half made or half deleted.
    fn empty_tmp(&self) {
        let Ok(entries) = fs::read_dir(self.root.join("tmp")) else {
            return;
        };
        for entry in entries.flatten() {
            // Left over means a little space lost, nothing else.
            let _ = fs::remove_dir_all(entry.path());
        }
    }

    pub fn folder(&self, shelf: Shelf, root: &BlockId) -> PathBuf {
        self.root.join(shelf.name()).join(root.to_string())
    }

    /// Roots that have a folder. Names that are no CIDs are not ours and are left alone.
    pub fn list(&self, shelf: Shelf) -> Result<Vec<BlockId>, StoreError> {
        let path = self.root.join(shelf.name());
        let entries = fs::read_dir(&path).map_err(|why| StoreError::io(&path, why))?;
        let mut roots = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|why| StoreError::io(&path, why))?;
            if let Some(root) = entry.file_name().to_str().and_then(|name| BlockId::parse(name).ok()) {
                roots.push(root);
            }
        }
        roots.sort_unstable();
        Ok(roots)
    }

    /// Makes the folder of a new image. Nothing is synced: until the image is complete, what is there is checked anew
    /// after every start.
    pub fn create(&self, root: &BlockId) -> Result<(), StoreError> {
        let folder = self.folder(Shelf::Partial, root);
        make_dir(&folder)?;
        for name in [IMAGE, NODES] {
            let path = folder.join(name);
            open_for_writing(&path)?;
        }
        Ok(())
    }

    /// Opens the file that holds a block, for reading.
    pub fn reader(&self, shelf: Shelf, root: &BlockId, codec: Codec) -> Result<File, StoreError> {
        let path = self.folder(shelf, root).join(file_of(codec));
        File::open(&path).map_err(|why| StoreError::io(path, why))
    }

    /// Opens the file that holds a block, for writing.
    pub fn writer(&self, shelf: Shelf, root: &BlockId, codec: Codec) -> Result<ImageFile, StoreError> {
        let path = self.folder(shelf, root).join(file_of(codec));
        Ok(ImageFile {
            file: open_for_writing(&path)?,
            path,
        })
    }

    /// Length of the image file, zero when there is none.
    pub fn image_length(&self, shelf: Shelf, root: &BlockId) -> u64 {
        fs::metadata(self.folder(shelf, root).join(IMAGE))
            .map(|meta| meta.len())
            .unwrap_or(0)
    }

    /// The nodes that the folder holds, and where the next one goes.
    pub fn nodes(&self, shelf: Shelf, root: &BlockId) -> Result<(HashMap<[u8; 32], StoredNode>, u64), StoreError> {
        let path = self.folder(shelf, root).join(NODES);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(why) if why.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(why) => return Err(StoreError::io(path, why)),
        };
        let mut nodes = HashMap::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let at = bytes.len().saturating_sub(rest.len()).saturating_add(RECORD_HEAD);
            match split_record(rest) {
                Some((id, block, after)) if id.matches(block) => {
                    nodes.insert(
                        id.digest,
                        StoredNode {
                            at: at as u64,
                            block: block.to_vec(),
                        },
                    );
                    rest = after;
                }
                // A damaged node is left out, and so fetched again.
                Some(_) | None => rest = next_mark(rest),
            }
        }
        Ok((nodes, bytes.len() as u64))
    }

    /// Puts an image's bytes on stable storage.
    pub fn sync(&self, shelf: Shelf, root: &BlockId) -> Result<(), StoreError> {
        let folder = self.folder(shelf, root);
        for name in [IMAGE, NODES] {
            let path = folder.join(name);
            File::open(&path)
                .and_then(|file| file.sync_all())
                .map_err(|why| StoreError::io(path, why))?;
        }
        sync_dir(&folder)
    }

    /// Moves an image from one shelf to the other, in one step.
    pub fn move_to(&self, root: &BlockId, from: Shelf, to: Shelf) -> Result<(), StoreError> {
        let (source, target) = (self.folder(from, root), self.folder(to, root));
        fs::rename(&source, &target).map_err(|why| StoreError::io(&target, why))?;
        // Should the power fail before the move is on the disk, the image is found where it was, which is correct too.
        let _ = sync_dir(&self.root.join(to.name()));
        let _ = sync_dir(&self.root.join(from.name()));
        Ok(())
    }

    /// Takes an image off its shelf in one step. What is returned is then to be deleted with [`Disk::delete`], which
    /// may take long.
    pub fn discard(&self, shelf: Shelf, root: &BlockId) -> Result<Option<PathBuf>, StoreError> {
        let source = self.folder(shelf, root);
        let target = self.fresh_tmp();
        match fs::rename(&source, &target) {
            Ok(()) => Ok(Some(target)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(StoreError::io(source, why)),
        }
    }

    pub fn delete(&self, path: &Path) -> Result<(), StoreError> {
        fs::remove_dir_all(path).map_err(|why| StoreError::io(path, why))
    }

    /// An image that is being made from a local file.
    pub fn stage(&self) -> Result<Staging, StoreError> {
        let folder = self.fresh_tmp();
        make_dir(&folder)?;
        let open = |name| {
            let path = folder.join(name);
            open_for_writing(&path).map(|file| ImageFile { file, path })
        };
        Ok(Staging {
            image: open(IMAGE)?,
            nodes: open(NODES)?,
            folder: folder.clone(),
            image_at: 0,
            nodes_at: 0,
        })
    }

    /// Puts a finished staging folder on the shelf of complete images.
    pub fn publish(&self, staging: &Staging, root: &BlockId) -> Result<(), StoreError> {
        let target = self.folder(Shelf::Complete, root);
        fs::rename(&staging.folder, &target).map_err(|why| StoreError::io(&target, why))?;
        sync_dir(&self.root.join(Shelf::Complete.name()))
    }

    fn fresh_tmp(&self) -> PathBuf {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        self.root.join("tmp").join(number.to_string())
    }
}

/// A node as read back.
pub(super) struct StoredNode {
    pub at: u64,
    pub block: Vec<u8>,
}

/// A file that is being written.
pub(super) struct ImageFile {
    file: File,
    path: PathBuf,
}

impl ImageFile {
    pub fn write(&self, bytes: &[u8], at: u64) -> Result<(), StoreError> {
        self.file
            .write_all_at(bytes, at)
            .map_err(|why| StoreError::io(&self.path, why))
    }

    /// Writes a node's record. Gives the node's own offset and the end of the record.
    pub fn write_node(&self, id: &BlockId, block: &[u8], at: u64) -> Result<(u64, u64), StoreError> {
        let mut record = record_head(id, block.len());
        record.extend_from_slice(block);
        self.write(&record, at)?;
        Ok((
            at.saturating_add(RECORD_HEAD as u64),
            at.saturating_add(record.len() as u64),
        ))
    }

    /// Writes a node's record again, where the node itself lies at `at`.
    pub fn rewrite_node(&self, id: &BlockId, block: &[u8], at: u64) -> Result<(), StoreError> {
        self.write_node(id, block, at.saturating_sub(RECORD_HEAD as u64))
            .map(|_| ())
    }
}

/// See [`Disk::stage`].
pub(super) struct Staging {
    folder: PathBuf,
    image: ImageFile,
    nodes: ImageFile,
    image_at: u64,
    nodes_at: u64,
}

impl Staging {
    pub fn push(&mut self, id: &BlockId, block: &[u8]) -> Result<(), StoreError> {
        match id.codec {
            Codec::Raw => {
                self.image.write(block, self.image_at)?;
                self.image_at = self.image_at.saturating_add(block.len() as u64);
            }
            Codec::DagPb => self.nodes_at = self.nodes.write_node(id, block, self.nodes_at)?.1,
        }
        Ok(())
    }

    pub fn sync(&self) -> Result<(), StoreError> {
        for part in [&self.image, &self.nodes] {
            part.file.sync_all().map_err(|why| StoreError::io(&part.path, why))?;
        }
        sync_dir(&self.folder)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Reads a block and checks it, its record's head included. `None` when the bytes cannot be had or are others: a file
/// cut short, a flipped bit and a bad sector alike mean that the block has to be fetched again.
pub(super) fn read_block(file: &File, id: &BlockId, at: u64, length: usize) -> Option<Vec<u8>> {
    let head = match id.codec {
        Codec::Raw => Vec::new(),
        Codec::DagPb => record_head(id, length),
    };
    let mut bytes = vec![0; head.len().checked_add(length)?];
    file.read_exact_at(&mut bytes, at.checked_sub(head.len() as u64)?)
        .ok()?;
    if !bytes.starts_with(&head) {
        return None;
    }
    bytes.drain(..head.len());
    id.matches(&bytes).then_some(bytes)
}

fn record_head(id: &BlockId, length: usize) -> Vec<u8> {
    let mut head = Vec::with_capacity(RECORD_HEAD.saturating_add(length));
    head.extend_from_slice(&MARK);
    head.extend_from_slice(&(length as u32).to_be_bytes());
    head.extend_from_slice(&id.digest);
    head
}

fn split_record(bytes: &[u8]) -> Option<(BlockId, &[u8], &[u8])> {
    let (mark, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (digest, rest) = rest.split_first_chunk::<32>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if *mark != MARK || length > MAX_BLOCK {
        return None;
    }
    let (block, rest) = rest.split_at_checked(length)?;
    Some((
        BlockId {
            codec: Codec::DagPb,
            digest: *digest,
        },
        block,
        rest,
    ))
}

/// What follows from the next mark on, not counting one at the very start.
fn next_mark(bytes: &[u8]) -> &[u8] {
    let Some((_, rest)) = bytes.split_first() else {
        return bytes;
    };
    let next = rest.windows(MARK.len()).position(|window| window == MARK);
    next.and_then(|at| rest.get(at..)).unwrap_or_default()
}

const fn file_of(codec: Codec) -> &'static str {
    match codec {
        Codec::Raw => IMAGE,
        Codec::DagPb => NODES,
    }
}

fn open_for_writing(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|why| StoreError::io(path, why))
}

fn make_dir(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(|why| StoreError::io(path, why))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let file = File::create(path).map_err(|why| StoreError::io(path, why))?;
    file.write_all_at(bytes, 0)
        .and_then(|()| file.sync_all())
        .map_err(|why| StoreError::io(path, why))
}

fn sync_dir(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|dir| dir.sync_all())
        .map_err(|why| StoreError::io(path, why))
}
