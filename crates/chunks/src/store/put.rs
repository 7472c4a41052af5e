//! Taking a block in.

use std::{collections::HashSet, ops::Range};

use super::{
    disk::Shelf,
    image::{Image, Phase},
    state::{Place, State},
    Put, Store, StoreError,
};
use crate::{dag::NodeView, BlockId, Cid, Codec, MAX_BLOCK};

impl Store {
    /// Takes a block that some image lacks. Everything is checked before anything is written.
    ///
    /// Blocks may be put in parallel. The call that brings an image's last block returns when the image is on stable
    /// storage.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`], [`StoreError::NotWanted`], [`StoreError::HashMismatch`], [`StoreError::BadNode`],
    /// [`StoreError::ExceedsSize`] and [`StoreError::FallsShort`] when it holds more or less of the image than was
    /// announced, [`StoreError::DiskFull`].
    pub fn put(&self, cid: &Cid, block: &[u8]) -> Result<Put, StoreError> {
        let id = BlockId::from_cid(cid)?;
        if block.len() > MAX_BLOCK {
            return Err(StoreError::TooLarge {
                length: block.len() as u64,
                max: MAX_BLOCK as u64,
            });
        }
        // The cheap question first: hashing is work that a stranger could make us do.
        if self.inner.state.read().places(&id).next().is_none() {
            return Err(StoreError::NotWanted { cid: *cid });
        }
        if !id.matches(block) {
            return Err(StoreError::HashMismatch { cid: *cid });
        }
        match id.codec {
            Codec::Raw => self.put_leaf(&id, block),
            Codec::DagPb => self.put_node(&id, block),
        }
    }

    fn put_leaf(&self, id: &BlockId, block: &[u8]) -> Result<Put, StoreError> {
        let (targets, refusal) = self.leaf_targets(id, block.len() as u64)?;
        if targets.is_empty() {
            return refusal.map_or(Ok(Put::AlreadyThere), Err);
        }
        // Written without a lock, so that leaves go to the disk in parallel. Two writers of one block write the same.
        let mut opened = None;
        for target in &targets {
            if opened.as_ref().is_none_or(|(image, _)| *image != target.place.image) {
                let state = self.inner.state.read();
                let Some(image) = state.images.get(&target.place.image) else {
                    continue;
                };
                opened = Some((
                    target.place.image,
                    self.inner.disk.writer(image.shelf, &image.root, Codec::Raw)?,
                ));
            }
            if let Some((_, file)) = &opened {
                file.write(block, target.offset)?;
            }
        }
        let mut images = Vec::new();
        {
            let mut state = self.inner.state.write();
            for target in &targets {
                if let Some(image) = state.images.get_mut(&target.place.image) {
                    image.mark_present(target.place.slot, target.offset, block.len());
                    images.push(target.place.image);
                }
            }
        }
        if images.is_empty() {
            // Removed in the meantime.
            return Err(StoreError::NotWanted { cid: id.cid() });
        }
        images.dedup();
        for image in images {
            self.finish(image)?;
        }
        Ok(Put::Stored)
    }

    /// Where a leaf is missing and fits, and why not where it does not fit.
    fn leaf_targets(&self, id: &BlockId, length: u64) -> Result<(Vec<Target>, Option<StoreError>), StoreError> {
        let mut state = self.inner.state.write();
        let places: Vec<Place> = state.places(id).filter(|place| !state.is_present(*place)).collect();
        let mut refusal = None;
        let mut targets = Vec::with_capacity(places.len());
        for place in places {
            let Some(image) = state.images.get(&place.image) else {
                continue;
            };
            if let Err(why) = image.check_size(place.slot, length) {
                refusal = Some(why);
                continue;
            }
            let Some(offset) = image.slot(place.slot).map(|slot| slot.offset) else {
                continue;
            };
            self.settle(&mut state, place, length)?;
            targets.push(Target { place, offset });
        }
        Ok((targets, refusal))
    }

    fn put_node(&self, id: &BlockId, block: &[u8]) -> Result<Put, StoreError> {
        let node = NodeView::decode(block).map_err(|why| StoreError::BadNode { cid: id.cid(), why })?;
        let mut grown: Vec<(u32, Range<u32>)> = Vec::new();
        let mut refusal = None;
        {
            // A node is small and there is one for 174 leaves: it is written under the lock.
            let mut state = self.inner.state.write();
            let places: Vec<Place> = state.places(id).filter(|place| !state.is_present(*place)).collect();
            let mut record = None;
            for place in places {
                let Some(image) = state.images.get(&place.image) else {
                    continue;
                };
                if let Err(why) = image.check_node(place.slot, &node) {
                    refusal = Some(why);
                    continue;
                }
                self.settle(&mut state, place, node.file_size())?;
                let Some(image) = state.images.get_mut(&place.image) else {
                    continue;
                };
                let at = match record {
                    Some((image, at)) if image == place.image => at,
                    _ => self.write_node(image, place.slot, block)?,
                };
                record = Some((place.image, at));
                image.mark_present(place.slot, at, block.len());
                let slots = image.expand(place.slot, &node);
                state.index(place.image, slots.clone());
                grown.push((place.image, slots));
            }
        }
        if grown.is_empty() {
            return refusal.map_or(Ok(Put::AlreadyThere), Err);
        }
        for (image, slots) in grown {
            self.adopt(image, slots);
            self.finish(image)?;
        }
        Ok(Put::Stored)
    }

    fn write_node(&self, image: &mut Image, slot: u32, block: &[u8]) -> Result<u64, StoreError> {
        let file = self.inner.disk.writer(image.shelf, &image.root, Codec::DagPb)?;
        let Some(slot) = image.slot(slot) else { return Ok(0) };
        if slot.length > 0 {
            // It was here and got damaged: written over, the file is sound again from one end to the other.
            file.rewrite_node(&slot.id, block, slot.at)?;
            return Ok(slot.at);
        }
        let (at, end) = file.write_node(&slot.id, block, image.nodes_end)?;
        image.nodes_end = end;
        Ok(at)
    }

    /// The root's block of an announced image has come: its size is proven, and it gets its folder.
    fn settle(&self, state: &mut State, place: Place, size: u64) -> Result<(), StoreError> {
        let Some(image) = state
            .images
            .get(&place.image)
            .filter(|image| image.phase == Phase::Announced)
        else {
            return Ok(());
        };
        self.inner.disk.create(&image.root)?;
        state.change_sizes(place.image, |image| {
            image.settle(size);
            image.phase = Phase::Partial;
        });
        Ok(())
    }

    /// Takes over what other images already have of these slots: successive versions of a firmware share much.
    pub(super) fn adopt(&self, image: u32, slots: Range<u32>) {
        let shared: HashSet<BlockId> = {
            let state = self.inner.state.read();
            let Some(known) = state.images.get(&image) else { return };
            let range = slots.start as usize..known.slots.len().min(slots.end as usize);
            let missing = known
                .slots
                .get(range)
                .unwrap_or_default()
                .iter()
                .filter(|slot| !slot.present);
            missing
                .map(|slot| slot.id)
                .filter(|id| state.places(id).any(|place| state.is_present(place)))
                .collect()
        };
        for id in shared {
            let cid = id.cid();
            // A copy that turns out damaged or does not fit is simply fetched like every other block.
            if let Ok(Some(block)) = self.get(&cid) {
                let _ = self.put(&cid, &block);
            }
        }
    }

    /// Puts an image on stable storage and on the shelf of complete ones, if nothing is missing any more.
    pub(super) fn finish(&self, number: u32) -> Result<(), StoreError> {
        loop {
            let (root, shelf, losses) = {
                let mut state = self.inner.state.write();
                let Some(image) = state.images.get_mut(&number) else {
                    return Ok(());
                };
                if image.missing > 0 || image.phase != Phase::Partial {
                    return Ok(());
                }
                image.phase = Phase::Finishing;
                (image.root, image.shelf, image.losses)
            };
            // The slow part, without a lock.
            let synced = self.inner.disk.sync(shelf, &root);

            let mut state = self.inner.state.write();
            let Some(image) = state.images.get_mut(&number) else {
                return Ok(());
            };
            image.phase = Phase::Partial;
            synced?;
            if image.losses != losses {
                // Lost, and perhaps put again, while the rest was synced.
                continue;
            }
            if image.shelf != Shelf::Complete {
                self.inner.disk.move_to(&root, image.shelf, Shelf::Complete)?;
                image.shelf = Shelf::Complete;
            }
            image.phase = Phase::Complete;
            return Ok(());
        }
    }
}

/// Where a leaf goes.
struct Target {
    place: Place,
    offset: u64,
}
