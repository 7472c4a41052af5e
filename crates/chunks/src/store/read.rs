//! Giving blocks and ranges out, never unchecked.

use std::{fs::File, io};

use super::{
    disk::{read_block, Shelf},
    image::Phase,
    state::{Place, State},
    Store, StoreError,
};
use crate::{BlockId, Cid, Codec};

impl Store {
    /// A block, checked against its CID. `None` when it is not here.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when no place on disk holds its bytes any more: it then counts as missing in every image
    /// where it was damaged, is wanted again, and those images are partial. A sound copy in another image is served
    /// instead, and heals the damaged one.
    pub fn get(&self, cid: &Cid) -> Result<Option<Vec<u8>>, StoreError> {
        let id = BlockId::from_cid(cid)?;
        let mut damaged = false;
        loop {
            let opened = {
                let state = self.inner.state.read();
                let place = state.places(&id).find(|place| state.is_present(*place));
                match place {
                    Some(place) => self.open_place(&state, place)?,
                    None => None,
                }
            };
            let Some(opened) = opened else {
                return if damaged {
                    Err(StoreError::Corrupt { cid: *cid })
                } else {
                    Ok(None)
                };
            };
            match opened.read() {
                Some(block) => {
                    if damaged {
                        // Healing is a service: what was asked for is in hand.
                        let _ = self.put(cid, &block);
                    }
                    return Ok(Some(block));
                }
                None => {
                    self.lose(&opened);
                    damaged = true;
                }
            }
        }
    }

    /// Bytes of an image from `offset`, checked: as many as `len` and the leaf in which `offset` lies allow; none from
    /// the image's end on. Reading leaf by leaf hashes every byte once.
    ///
    /// # Errors
    /// [`StoreError::UnknownImage`], [`StoreError::Missing`] when that part has not arrived, [`StoreError::Corrupt`] as
    /// in [`Store::get`].
    pub fn read(&self, root: &Cid, offset: u64, len: usize) -> Result<Vec<u8>, StoreError> {
        let id = BlockId::from_cid(root)?;
        let (opened, leaf) = {
            let state = self.inner.state.read();
            let (number, image) = state.image_of(&id).ok_or(StoreError::UnknownImage { root: *root })?;
            if offset >= image.size() || len == 0 {
                return Ok(Vec::new());
            }
            let missing = |cid| StoreError::Missing { cid };
            let slot = image.find(offset).ok_or(missing(*root))?;
            let leaf = *image.slot(slot).ok_or(missing(*root))?;
            if leaf.id.codec != Codec::Raw || !leaf.present {
                return Err(missing(leaf.id.cid()));
            }
            let opened = self
                .open_place(&state, Place { image: number, slot })?
                .ok_or(missing(leaf.id.cid()))?;
            (opened, leaf)
        };
        let mut block = match opened.read() {
            Some(block) => block,
            None => {
                self.lose(&opened);
                self.heal(&leaf.id.cid())?
            }
        };
        let skip = usize::try_from(offset.saturating_sub(leaf.offset))
            .unwrap_or(usize::MAX)
            .min(block.len());
        block.drain(..skip);
        block.truncate(len);
        Ok(block)
    }

    /// Opens the file of a block that is present. `None` when there is no such block.
    pub(super) fn open_place(&self, state: &State, place: Place) -> Result<Option<Opened>, StoreError> {
        let Some(image) = state.images.get(&place.image) else {
            return Ok(None);
        };
        let Some(slot) = image.slot(place.slot).filter(|slot| slot.present) else {
            return Ok(None);
        };
        // The state is locked, so the folder stays where it is until the file is open.
        let file = match self.inner.disk.reader(image.shelf, &image.root, slot.id.codec) {
            Ok(file) => Some(file),
            // A file that somebody deleted is damage like any other.
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
            Err(why) => return Err(why),
        };
        Ok(Some(Opened {
            place,
            id: slot.id,
            file,
            at: slot.at,
            length: slot.length as usize,
        }))
    }

    /// A sound copy of a block that was just found damaged in one image, if another image has it. It heals the damaged one.
    pub(super) fn heal(&self, cid: &Cid) -> Result<Vec<u8>, StoreError> {
        let copy = self.get(cid)?.ok_or(StoreError::Corrupt { cid: *cid })?;
        let _ = self.put(cid, &copy);
        Ok(copy)
    }

    /// Marks a damaged block as missing. Gives `false` when that is known already, or its image is gone.
    pub(super) fn lose(&self, damaged: &Opened) -> bool {
        let mut state = self.inner.state.write();
        let Some(image) = state.images.get_mut(&damaged.place.image) else {
            return false;
        };
        let mut lost = image.mark_missing(damaged.place.slot);
        if damaged.id.codec == Codec::DagPb {
            // All slots of one node may share one record.
            for number in 0..image.slots.len() as u32 {
                if image.slot(number).is_some_and(|slot| slot.id == damaged.id) {
                    lost |= image.mark_missing(number);
                }
            }
        }
        if !lost {
            return false;
        }
        if image.phase == Phase::Complete {
            image.phase = Phase::Partial;
            // If it cannot be moved, only a restart forgets the damage, and the next read finds it again.
            if self
                .inner
                .disk
                .move_to(&image.root, image.shelf, Shelf::Partial)
                .is_ok()
            {
                image.shelf = Shelf::Partial;
            }
        }
        state.damaged = state.damaged.saturating_add(1);
        true
    }
}

/// A block about to be read: the state need not stay locked meanwhile.
pub(super) struct Opened {
    place: Place,
    pub id: BlockId,
    file: Option<File>,
    at: u64,
    pub length: usize,
}

impl Opened {
    /// The block, if it is still what it should be.
    pub fn read(&self) -> Option<Vec<u8>> {
        read_block(self.file.as_ref()?, &self.id, self.at, self.length)
    }
}
