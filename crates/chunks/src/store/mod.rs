//! The chunk store: images on disk, filled block by block, read by range or by block.
//!
//! Only what was asked for gets in: first [`Store::want`] with a root and the size that the release announces, then the
//! root's block, then whatever an accepted node links to. Every read is checked against the CID. Calls block on the
//! disk: in asynchronous code, make them where blocking is allowed.
//!
//! ```
//! use chunks::{import::import, store::{Config, Put, Status, Store, StoreError}};
//!
//! let firmware = [7u8; 300_000];
//! let mut blocks = Vec::new();
//! let (root, size) = import::<std::io::Error>(&firmware[..], |cid, block| {
//!     blocks.push((*cid, block.to_vec()));
//!     Ok(())
//! })?;
//!
//! let folder = tempfile::tempdir()?;
//! let store = Store::open(folder.path(), Config::default())?;
//! assert!(matches!(store.put(&blocks[0].0, &blocks[0].1), Err(StoreError::NotWanted { .. })));
//! store.want(&root, size)?;
//! // The importer gives the root last, the store takes it first.
//! for (cid, block) in blocks.iter().rev() {
//!     assert_eq!(store.put(cid, block)?, Put::Stored);
//! }
//! assert_eq!(store.status(&root), Status::Complete { size });
//! assert_eq!(store.read(&root, 299_999, 10)?, [7]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod car;
mod disk;
mod error;
mod image;
mod load;
mod local;
mod put;
mod read;
mod remove;
mod scrub;
mod state;
mod stats;

use std::{
    collections::HashSet,
    path::Path,
    sync::{atomic::AtomicU64, Arc},
};

use parking_lot::RwLock;

pub use self::{
    car::Car,
    error::StoreError,
    remove::Collected,
    scrub::{ScrubCursor, Scrubbed},
    stats::Stats,
};

use self::{
    disk::Disk,
    image::{charge, Image, Phase},
    state::State,
};
use crate::{BlockId, Cid, Codec, MAX_BLOCK};

/// Most different sizes that may be announced for one root before its block proves one of them.
const MAX_SIZES: usize = 8;

/// Limits of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Bytes that all images together may occupy, each with an allowance of 1/256 and 128 KiB for its nodes. Announced
    /// images count in full from the moment they are wanted.
    pub max_bytes: u64,
    /// Largest image, in bytes.
    pub max_image_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 30,
            max_image_bytes: 1 << 32,
        }
    }
}

/// How much of an image is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody asked for it.
    Absent,
    /// Asked for, not all here.
    Partial {
        /// Bytes of the image that are here.
        have_bytes: u64,
        /// Its size in bytes, as announced.
        size: u64,
    },
    /// Every block is here and on stable storage.
    Complete {
        /// Its size in bytes.
        size: u64,
    },
}

impl Status {
    /// Whether every block is here.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete { .. })
    }
}

/// What became of a block that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was needed and is now here.
    Stored,
    /// It was here before.
    AlreadyThere,
}

/// A chunk store on disk. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    disk: Disk,
    config: Config,
    state: RwLock<State>,
    /// Bytes that scrubs have checked since the store was opened.
    scrubbed_bytes: AtomicU64,
}

impl Store {
    /// Opens the store in a folder, which is made if need be, and repairs what a crash left: an import goes on where
    /// it stopped.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it open, [`StoreError::UnknownFormat`] when the folder holds
    /// something else, and what the operating system says.
    pub fn open(path: &Path, config: Config) -> Result<Self, StoreError> {
        let disk = Disk::open(path)?;
        let state = load::load_all(&disk)?;
        Ok(Self {
            inner: Arc::new(Inner {
                disk,
                config,
                state: RwLock::new(state),
                scrubbed_bytes: AtomicU64::new(0),
            }),
        })
    }

    /// Asks for an image of `stored_size` bytes. Idempotent; touches the disk only to take over blocks that other
    /// images share with it. An image of which no block has arrived is forgotten when the store is closed.
    ///
    /// # Errors
    /// [`StoreError::ImageTooLarge`], [`StoreError::Quota`], [`StoreError::OtherSize`] when its root block proves
    /// another size, [`StoreError::TooManySizes`].
    pub fn want(&self, root: &Cid, stored_size: u64) -> Result<Status, StoreError> {
        let id = BlockId::from_cid(root)?;
        let largest = match id.codec {
            Codec::Raw => self.inner.config.max_image_bytes.min(MAX_BLOCK as u64),
            Codec::DagPb => self.inner.config.max_image_bytes,
        };
        if stored_size > largest {
            return Err(StoreError::ImageTooLarge {
                size: stored_size,
                max: largest,
            });
        }
        let number = self.announce(&id, stored_size)?;
        self.adopt(number, 0..u32::MAX);
        // An earlier attempt to finish it may have failed, for instance on a full disk.
        self.finish(number)?;
        Ok(self.status(root))
    }

    fn announce(&self, id: &BlockId, size: u64) -> Result<u32, StoreError> {
        let mut state = self.inner.state.write();
        let Some((number, image)) = state.image_of(id) else {
            self.check_quota(&state, charge(size))?;
            return Ok(state.insert(Image::announced(*id, size)));
        };
        if image.sizes.contains(&size) {
            state.claim(number);
            return Ok(number);
        }
        if image.phase != Phase::Announced {
            return Err(StoreError::OtherSize {
                root: id.cid(),
                known: image.size(),
                announced: size,
            });
        }
        // Whoever announced a wrong size must not keep out the one who announces the right one.
        if image.sizes.len() >= MAX_SIZES {
            return Err(StoreError::TooManySizes { root: id.cid() });
        }
        let more = charge(size).saturating_sub(image.charge());
        self.check_quota(&state, more)?;
        state.change_sizes(number, |image| image.sizes.push(size));
        state.claim(number);
        Ok(number)
    }

    fn check_quota(&self, state: &State, needed: u64) -> Result<(), StoreError> {
        let free = self.inner.config.max_bytes.saturating_sub(state.charged);
        if needed > free {
            return Err(StoreError::Quota { needed, free });
        }
        Ok(())
    }

    /// Blocks of an image to fetch next, each once, at most `limit`: the root, then what accepted nodes link to, nodes
    /// before the leaves below them.
    ///
    /// # Errors
    /// [`StoreError::UnknownImage`] when it was not asked for.
    pub fn missing(&self, root: &Cid, limit: usize) -> Result<Vec<Cid>, StoreError> {
        let id = BlockId::from_cid(root)?;
        let state = self.inner.state.read();
        let (_, image) = state.image_of(&id).ok_or(StoreError::UnknownImage { root: *root })?;
        let mut seen = HashSet::new();
        let missing = image.slots.iter().filter(|slot| !slot.present && seen.insert(slot.id));
        Ok(missing.map(|slot| slot.id.cid()).take(limit).collect())
    }

    /// Whether some image lacks this block.
    pub fn is_wanted(&self, cid: &Cid) -> bool {
        let Ok(id) = BlockId::from_cid(cid) else { return false };
        let state = self.inner.state.read();
        let wanted = state.places(&id).any(|place| !state.is_present(place));
        wanted
    }

    /// Whether the block is here.
    pub fn has(&self, cid: &Cid) -> bool {
        self.block_len(cid).is_some()
    }

    /// Length of a block that is here, without reading it.
    pub fn block_len(&self, cid: &Cid) -> Option<u64> {
        let id = BlockId::from_cid(cid).ok()?;
        let state = self.inner.state.read();
        let place = state.places(&id).find(|place| state.is_present(*place))?;
        let length = state.images.get(&place.image)?.slot(place.slot)?.length;
        Some(u64::from(length))
    }

    /// How much of an image is here.
    pub fn status(&self, root: &Cid) -> Status {
        let Ok(id) = BlockId::from_cid(root) else {
            return Status::Absent;
        };
        let state = self.inner.state.read();
        state.image_of(&id).map_or(Status::Absent, |(_, image)| image.status())
    }

    /// All images, in the order of their CIDs.
    pub fn roots(&self) -> Vec<(Cid, Status)> {
        let state = self.inner.state.read();
        let mut images: Vec<_> = state
            .images
            .values()
            .map(|image| (image.root, image.status()))
            .collect();
        images.sort_unstable_by_key(|(root, _)| *root);
        images.into_iter().map(|(root, status)| (root.cid(), status)).collect()
    }

    /// Roots of the images that a block belongs to, here or still to come.
    pub fn roots_of(&self, cid: &Cid) -> Vec<Cid> {
        let Ok(id) = BlockId::from_cid(cid) else {
            return Vec::new();
        };
        let state = self.inner.state.read();
        let mut images: Vec<_> = state.places(&id).map(|place| place.image).collect();
        images.dedup();
        images
            .iter()
            .filter_map(|image| state.images.get(image))
            .map(|image| image.root.cid())
            .collect()
    }

    /// Bytes promised to the images here, as they count against [`Config::max_bytes`].
    pub fn used_bytes(&self) -> u64 {
        self.inner.state.read().charged
    }

    /// The limits it was opened with.
    pub fn config(&self) -> Config {
        self.inner.config
    }
}
