//! Importing an image from a local file.

use std::io::Read;

use super::{
    disk::{Shelf, Staging},
    image::{charge, Phase},
    load, Store, StoreError,
};
use crate::{import::import, BlockId, Cid, Codec};

impl Store {
    /// Imports an image from a local reader: gives its root and its size in bytes. Afterwards it is complete.
    ///
    /// # Errors
    /// [`StoreError::Source`] when the reader fails, [`StoreError::Quota`], [`StoreError::ImageTooLarge`]. Nothing of
    /// the image is then kept.
    pub fn add_file(&self, reader: impl Read) -> Result<(Cid, u64), StoreError> {
        let mut staging = self.inner.disk.stage()?;
        let result = self.fill(&mut staging, reader);
        if !matches!(result, Ok((_, _, true))) {
            // Refused, or the image was here before.
            let _ = self.inner.disk.delete(staging.folder());
        }
        result.map(|(root, size, _)| (root, size))
    }

    /// Gives `true` when the staging folder became the image's.
    fn fill(&self, staging: &mut Staging, reader: impl Read) -> Result<(Cid, u64, bool), StoreError> {
        let max = self.inner.config.max_image_bytes;
        let mut size = 0u64;
        let (root, size) = import(reader, |cid, block| {
            let id = BlockId::from_cid(cid)?;
            if id.codec == Codec::Raw {
                size = size.saturating_add(block.len() as u64);
                if size > max {
                    return Err(StoreError::ImageTooLarge { size, max });
                }
                // The account is checked again at the end: this keeps a long stream from filling the disk.
                self.check_quota(&self.inner.state.read(), charge(size))?;
            }
            staging.push(&id, block)
        })?;
        let id = BlockId::from_cid(&root)?;
        staging.sync()?;

        let mut state = self.inner.state.write();
        let mut trash = None;
        if let Some((number, image)) = state.image_of(&id) {
            if image.phase == Phase::Complete {
                state.claim(number);
                return Ok((root, size, false));
            }
            // What was fetched so far is part of what is in hand. The account does not change.
            trash = self.take(&mut state, number)?;
        }
        self.check_quota(&state, charge(size))?;
        self.inner.disk.publish(staging, &id)?;
        if let Some(mut image) = load::load(&self.inner.disk, Shelf::Complete, id)? {
            image.phase = Phase::Complete;
            state.insert(image);
        }
        drop(state);
        if let Some(path) = trash {
            let _ = self.inner.disk.delete(&path);
        }
        Ok((root, size, true))
    }
}
