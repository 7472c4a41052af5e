//! Reading what nobody asks for, so that damage is found while others still have the block.

use std::sync::atomic::Ordering;

use super::{
    image::Image,
    read::Opened,
    state::{Place, State},
    Store, StoreError,
};
use crate::{BlockId, Cid};

/// Blocks whose files are open at a time.
const BATCH: usize = 16;

/// Where a scrub goes on. The default is the first block of the first image.
#[derive(Clone, Debug, Default)]
pub struct ScrubCursor {
    next: Option<Next>,
}

/// The next slot of an image. Its number tells whether it is still the same: one that was removed and came again is
/// checked from its beginning.
#[derive(Clone, Copy, Debug)]
struct Next {
    root: BlockId,
    image: u32,
    slot: u32,
}

/// What one call of [`Store::scrub`] did.
#[derive(Debug, Default)]
pub struct Scrubbed {
    /// Blocks that were read and checked, damaged ones included.
    pub blocks: u64,
    /// Bytes of those blocks.
    pub bytes: u64,
    /// Blocks found damaged. They are wanted again, unless another image had a sound copy, which has healed them.
    pub damaged: Vec<Cid>,
    /// Whether the last block of the last image was passed: the next call begins with the first.
    pub wrapped: bool,
    /// Images whose files the operating system would not open. They are passed over until the next round.
    pub failed: Vec<(Cid, StoreError)>,
}

impl Store {
    /// Checks blocks that are here, complete images and others alike, from where the cursor stands: as many as
    /// `max_bytes` allows but at least one, and at most to the end of the last image. Damage has the consequences that it
    /// has in [`Store::get`].
    ///
    /// The store is not locked while the disk is read. An image that comes in behind the cursor is checked in the next
    /// round.
    pub fn scrub(&self, cursor: &mut ScrubCursor, max_bytes: u64) -> Scrubbed {
        let mut done = Scrubbed::default();
        while let Some(batch) = self.next_batch(cursor, max_bytes, &mut done) {
            if batch.is_empty() {
                return done;
            }
            for opened in batch {
                if opened.read().is_none() && self.lose(&opened) {
                    let cid = opened.id.cid();
                    // Whether a sound copy was found shows in what is wanted.
                    let _ = self.heal(&cid);
                    done.damaged.push(cid);
                }
                self.inner
                    .scrubbed_bytes
                    .fetch_add(opened.length as u64, Ordering::Relaxed);
            }
        }
        *cursor = ScrubCursor::default();
        done.wrapped = true;
        done
    }

    /// Opens the next few blocks, all of one image, and counts them as done. None of them when nothing more may be
    /// read, `None` after the last image.
    fn next_batch(&self, cursor: &mut ScrubCursor, max_bytes: u64, done: &mut Scrubbed) -> Option<Vec<Opened>> {
        let state = self.inner.state.read();
        let mut batch = Vec::new();
        while let Some((number, image, mut slot)) = cursor.place(&state) {
            while let Some(known) = image.slot(slot) {
                let bytes = done.bytes.saturating_add(u64::from(known.length));
                if known.present {
                    if batch.len() >= BATCH || (bytes > max_bytes && done.blocks > 0) {
                        break;
                    }
                    match self.open_place(&state, Place { image: number, slot }) {
                        Ok(opened) => batch.extend(opened),
                        Err(why) => {
                            done.failed.push((image.root.cid(), why));
                            slot = u32::MAX;
                            break;
                        }
                    }
                    done.bytes = bytes;
                    done.blocks = done.blocks.saturating_add(1);
                }
                slot = slot.saturating_add(1);
            }
            cursor.next = Some(Next {
                root: image.root,
                image: number,
                slot,
            });
            if !batch.is_empty() || image.slot(slot).is_some() {
                return Some(batch);
            }
        }
        None
    }
}

impl ScrubCursor {
    /// The image where the cursor stands and the slot to begin with, or the first slot of the image that follows.
    fn place<'a>(&self, state: &'a State) -> Option<(u32, &'a Image, u32)> {
        if let Some(next) = &self.next {
            match state.image_of(&next.root) {
                Some((number, image)) if number != next.image => return Some((number, image, 0)),
                Some((number, image)) if image.slot(next.slot).is_some() => return Some((number, image, next.slot)),
                Some(_) | None => {}
            }
        }
        let after = |root: &BlockId| self.next.is_none_or(|next| *root > next.root);
        let images = state.images.iter();
        let (number, image) = images
            .filter(|(_, image)| image.missing < image.slots.len() && after(&image.root))
            .min_by_key(|(_, image)| image.root)?;
        Some((*number, image, 0))
    }
}
