//! Figures about the store as a whole.

use std::sync::atomic::Ordering;

use super::{image::Phase, Store};

/// What a store holds. A block counts as often as its images name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Images of which every block is here and on stable storage.
    pub images_complete: u64,
    /// Images of which the root's block has come, but not everything, or of which something was lost.
    pub images_partial: u64,
    /// Images that were asked for and of which nothing has come.
    pub images_announced: u64,
    /// Bytes of the complete images: their sizes, without nodes.
    pub bytes_complete: u64,
    /// Bytes of all images that are here, without nodes.
    pub bytes_have: u64,
    /// Bytes promised to all images, nodes included, as they count against `bytes_max`.
    pub bytes_charged: u64,
    /// The quota in bytes.
    pub bytes_max: u64,
    /// Blocks that are here.
    pub blocks: u64,
    /// Blocks that are known to be missing. What lies below a missing node is not known yet.
    pub blocks_missing: u64,
    /// Blocks found damaged since the store was opened, healed ones included.
    pub damaged_total: u64,
    /// Bytes of blocks that [`Store::scrub`] has checked since the store was opened.
    pub scrubbed_bytes_total: u64,
}

impl Store {
    /// Figures about the whole store. Costs a step for each image, none for blocks.
    pub fn stats(&self) -> Stats {
        let state = self.inner.state.read();
        let mut stats = Stats {
            bytes_charged: state.charged,
            bytes_max: self.inner.config.max_bytes,
            damaged_total: state.damaged,
            scrubbed_bytes_total: self.inner.scrubbed_bytes.load(Ordering::Relaxed),
            ..Stats::default()
        };
        for image in state.images.values() {
            let images = match image.phase {
                Phase::Announced => &mut stats.images_announced,
                Phase::Partial | Phase::Finishing => &mut stats.images_partial,
                Phase::Complete => &mut stats.images_complete,
            };
            *images = images.saturating_add(1);
            if image.phase == Phase::Complete {
                stats.bytes_complete = stats.bytes_complete.saturating_add(image.size());
            }
            stats.bytes_have = stats.bytes_have.saturating_add(image.have_bytes);
            let missing = image.missing as u64;
            stats.blocks_missing = stats.blocks_missing.saturating_add(missing);
            let here = (image.slots.len() as u64).saturating_sub(missing);
            stats.blocks = stats.blocks.saturating_add(here);
        }
        stats
    }
}
