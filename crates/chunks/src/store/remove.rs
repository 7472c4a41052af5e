//! Letting images go: one by name, or all that nothing claims any more.

use std::{
    collections::HashSet,
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{
    image::{Image, Phase},
    state::State,
    Store, StoreError,
};
use crate::{BlockId, Cid};

/// What a collection did.
#[derive(Debug, Default)]
pub struct Collected {
    /// Images that are gone, in the order of their CIDs.
    pub removed: Vec<Cid>,
    /// Bytes that count no longer against [`Config::max_bytes`](super::Config::max_bytes).
    pub freed_bytes: u64,
    /// Images that nothing claims but whose grace is not over, in the order of their CIDs.
    pub waiting: Vec<Cid>,
    /// Images whose bytes could not be deleted, and why. One that is in `removed` too is forgotten nevertheless, and
    /// its bytes go when the store is opened again; any other is still here and tried again by the next collection.
    pub failed: Vec<(Cid, StoreError)>,
}

impl Store {
    /// Forgets an image and deletes its bytes. Blocks that other images share stay with those. Idempotent.
    pub fn remove(&self, root: &Cid) -> Result<(), StoreError> {
        let id = BlockId::from_cid(root)?;
        let trash = {
            let mut state = self.inner.state.write();
            let Some((number, _)) = state.image_of(&id) else {
                return Ok(());
            };
            self.take(&mut state, number)?
        };
        trash.map_or(Ok(()), |path| self.inner.disk.delete(&path))
    }

    /// Removes every image, however much of it is here, that is not `live` and has not been for the time of `grace`.
    ///
    /// Grace begins with the first collection that finds the image without a claim, and anew when it is live, wanted or
    /// added from a file in between, and after a restart: the store keeps no clock. `now` should not run backwards; if
    /// it does, images wait longer. Whoever reads an image that goes gets its right bytes or a typed error.
    pub fn collect(&self, live: &HashSet<BlockId>, grace: Duration, now: Instant) -> Collected {
        let over = |since: Instant| now.saturating_duration_since(since) >= grace;
        let (mut due, mut waiting) = (Vec::new(), Vec::new());
        for (number, image) in &mut self.inner.state.write().images {
            if live.contains(&image.root) {
                image.unclaimed_since = None;
            } else if over(*image.unclaimed_since.get_or_insert(now)) {
                due.push((image.root, *number));
            } else {
                waiting.push(image.root);
            }
        }
        due.sort_unstable();
        let mut collected = Collected::default();
        // One at a time, so that nobody waits for more than one index to shrink.
        for (root, number) in due {
            let mut state = self.inner.state.write();
            let Some(image) = state.images.get(&number) else {
                continue;
            };
            if !image.unclaimed_since.is_some_and(over) {
                // Asked for again since the list was made.
                waiting.push(root);
                continue;
            }
            let charge = image.charge();
            let taken = self.take(&mut state, number);
            drop(state);
            let deleted = taken.and_then(|trash| {
                collected.removed.push(root.cid());
                collected.freed_bytes = collected.freed_bytes.saturating_add(charge);
                trash.map_or(Ok(()), |path| self.inner.disk.delete(&path))
            });
            if let Err(why) = deleted {
                collected.failed.push((root.cid(), why));
            }
        }
        waiting.sort_unstable();
        collected.waiting = waiting.iter().map(BlockId::cid).collect();
        collected
    }

    /// Takes an image off its shelf and out of memory. What is given back is still to be deleted, without a lock.
    pub(super) fn take(&self, state: &mut State, number: u32) -> Result<Option<PathBuf>, StoreError> {
        let Some(Image { phase, shelf, root, .. }) = state.images.get(&number) else {
            return Ok(None);
        };
        let trash = match phase {
            Phase::Announced => None,
            Phase::Partial | Phase::Finishing | Phase::Complete => self.inner.disk.discard(*shelf, root)?,
        };
        state.remove(number);
        Ok(trash)
    }
}
