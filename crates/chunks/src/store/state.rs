//! The store's memory: all images, and one index from block to places.

use std::collections::{BTreeSet, HashMap};

use super::image::Image;
use crate::BlockId;

/// A slot of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub image: u32,
    pub slot: u32,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub images: HashMap<u32, Image>,
    pub by_root: HashMap<BlockId, u32>,
    /// (start of the digest, image, slot): 16 bytes a place; the slot knows the rest.
    index: BTreeSet<(u64, u32, u32)>,
    next: u32,
    /// Bytes promised to the images here.
    pub charged: u64,
    /// Blocks found damaged since the store was opened.
    pub damaged: u64,
}

impl State {
    /// Takes an image in and gives it a number that is never used again.
    pub fn insert(&mut self, image: Image) -> u32 {
        while self.images.contains_key(&self.next) {
            self.next = self.next.wrapping_add(1);
        }
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        for (slot, known) in (0u32..).zip(&image.slots) {
            self.index.insert((prefix(&known.id), number, slot));
        }
        self.charged = self.charged.saturating_add(image.charge());
        self.by_root.insert(image.root, number);
        self.images.insert(number, image);
        number
    }

    pub fn remove(&mut self, number: u32) -> Option<Image> {
        let image = self.images.remove(&number)?;
        for (slot, known) in (0u32..).zip(&image.slots) {
            self.index.remove(&(prefix(&known.id), number, slot));
        }
        self.by_root.remove(&image.root);
        self.charged = self.charged.saturating_sub(image.charge());
        Some(image)
    }

    /// Lists slots that an image gained.
    pub fn index(&mut self, image: u32, slots: std::ops::Range<u32>) {
        let Some(known) = self.images.get(&image) else { return };
        for number in slots {
            if let Some(slot) = known.slot(number) {
                self.index.insert((prefix(&slot.id), image, number));
            }
        }
    }

    pub fn image_of(&self, root: &BlockId) -> Option<(u32, &Image)> {
        let number = *self.by_root.get(root)?;
        Some((number, self.images.get(&number)?))
    }

    /// Everywhere a block belongs.
    pub fn places<'a>(&'a self, id: &'a BlockId) -> impl Iterator<Item = Place> + 'a {
        let prefix = prefix(id);
        self.index
            .range((prefix, 0, 0)..=(prefix, u32::MAX, u32::MAX))
            .filter_map(move |&(_, image, slot)| {
                let same = self.images.get(&image)?.slot(slot)?.id == *id;
                same.then_some(Place { image, slot })
            })
    }

    /// Whether the block is here at this place.
    pub fn is_present(&self, place: Place) -> bool {
        self.images
            .get(&place.image)
            .and_then(|image| image.slot(place.slot))
            .is_some_and(|slot| slot.present)
    }

    /// Somebody has asked for the image: its grace begins anew.
    pub fn claim(&mut self, number: u32) {
        if let Some(image) = self.images.get_mut(&number) {
            image.unclaimed_since = None;
        }
    }

    /// Announces a size for an image that is not settled, or settles it, and keeps the account.
    pub fn change_sizes(&mut self, number: u32, change: impl FnOnce(&mut Image)) {
        let Some(image) = self.images.get_mut(&number) else {
            return;
        };
        let before = image.charge();
        change(image);
        self.charged = self.charged.saturating_sub(before).saturating_add(image.charge());
    }
}

fn prefix(id: &BlockId) -> u64 {
    id.digest
        .first_chunk::<8>()
        .map_or(0, |start| u64::from_be_bytes(*start))
}
