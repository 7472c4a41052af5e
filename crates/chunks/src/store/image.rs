//! What is known about one image: its blocks, where they lie, and which of them are here.

use std::time::Instant;

use crate::{
    dag::{NodeError, NodeView, MAX_DEPTH},
    store::{disk::Shelf, Status, StoreError},
    BlockId, Codec,
};

/// Blocks smaller than this on average are not accepted: they would cost more to list than to hold.
const MIN_MEAN_BLOCK: u64 = 16 * 1024;
/// Blocks that even the smallest image may have.
const FREE_BLOCKS: u64 = 2048;
/// Upper bound for what one link occupies in a node and its record.
const LINK_COST: u64 = 64;

/// Most blocks (counted as often as they occur) that an image of this size may have.
pub(super) fn max_blocks(size: u64) -> u64 {
    (size / MIN_MEAN_BLOCK).saturating_add(FREE_BLOCKS)
}

/// What an image of this size may occupy on disk, nodes included.
pub(super) fn charge(size: u64) -> u64 {
    size.saturating_add(max_blocks(size).saturating_mul(LINK_COST))
}

/// How far an image has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Asked for; its root is not here, and nothing of it on disk.
    Announced,
    /// Has a folder.
    Partial,
    /// All blocks are here and are being put on stable storage.
    Finishing,
    /// Done.
    Complete,
}

/// One place in an image where a block belongs. A block that occurs twice has two slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub id: BlockId,
    /// Bytes of the image below it.
    pub size: u64,
    /// Where they begin in the image.
    pub offset: u64,
    /// Where the block begins in its file, when it is here.
    pub at: u64,
    /// Length of the block, when it is here.
    pub length: u32,
    /// Children are the slots `first_child..first_child + children`. None until the node was here once.
    pub first_child: u32,
    pub children: u32,
    pub depth: u8,
    pub present: bool,
}

/// One image.
#[derive(Debug)]
pub(super) struct Image {
    pub root: BlockId,
    /// Sizes that were announced; exactly one once the root is here.
    pub sizes: Vec<u64>,
    /// The root is the first.
    pub slots: Vec<Slot>,
    pub missing: usize,
    pub have_bytes: u64,
    /// Where the next node goes in the `nodes` file.
    pub nodes_end: u64,
    pub phase: Phase,
    /// Where its folder is, unless it is only announced.
    pub shelf: Shelf,
    /// Counts losses, so that a block lost while the image is being finished is not overlooked.
    pub losses: u64,
    /// When a collection first found it without a claim.
    pub unclaimed_since: Option<Instant>,
}

impl Image {
    pub fn announced(root: BlockId, size: u64) -> Self {
        let slot = Slot {
            id: root,
            size,
            offset: 0,
            at: 0,
            length: 0,
            first_child: 0,
            children: 0,
            depth: 0,
            present: false,
        };
        Self {
            root,
            sizes: vec![size],
            slots: vec![slot],
            missing: 1,
            have_bytes: 0,
            nodes_end: 0,
            phase: Phase::Announced,
            shelf: Shelf::Partial,
            losses: 0,
            unclaimed_since: None,
        }
    }

    /// The largest size announced, or the one that is proven.
    pub fn size(&self) -> u64 {
        self.sizes.iter().copied().max().unwrap_or(0)
    }

    pub fn charge(&self) -> u64 {
        charge(self.size())
    }

    pub fn status(&self) -> Status {
        match self.phase {
            Phase::Complete => Status::Complete { size: self.size() },
            Phase::Announced | Phase::Partial | Phase::Finishing => Status::Partial {
                have_bytes: self.have_bytes,
                size: self.size(),
            },
        }
    }

    pub fn slot(&self, number: u32) -> Option<&Slot> {
        self.slots.get(number as usize)
    }

    /// The root's block proves the size: from now on there is one.
    pub fn settle(&mut self, size: u64) {
        self.sizes = vec![size];
        if let Some(slot) = self.slots.first_mut() {
            slot.size = size;
        }
    }

    /// Whether the bytes below the block fit the slot.
    pub fn check_size(&self, number: u32, actual: u64) -> Result<(), StoreError> {
        let Some(slot) = self.slot(number) else { return Ok(()) };
        // A root that is not here yet may have been announced with several sizes.
        if self.phase == Phase::Announced && self.sizes.contains(&actual) {
            return Ok(());
        }
        let announced = if self.phase == Phase::Announced {
            self.size()
        } else {
            slot.size
        };
        let cid = slot.id.cid();
        match actual.cmp(&announced) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(StoreError::ExceedsSize { cid, announced, actual }),
            std::cmp::Ordering::Less => Err(StoreError::FallsShort { cid, announced, actual }),
        }
    }

    /// Whether a node can take its place, once its size fits.
    pub fn check_node(&self, number: u32, node: &NodeView<'_>) -> Result<(), StoreError> {
        self.check_size(number, node.file_size())?;
        let Some(slot) = self.slot(number) else { return Ok(()) };
        if slot.children > 0 {
            // It was here before.
            return Ok(());
        }
        let bad = |why| StoreError::BadNode {
            cid: slot.id.cid(),
            why,
        };
        if slot.depth >= MAX_DEPTH {
            return Err(bad(NodeError::TooDeep));
        }
        let blocks = (self.slots.len() as u64).saturating_add(node.link_count() as u64);
        let total = if self.phase == Phase::Announced {
            node.file_size()
        } else {
            self.size()
        };
        if blocks > max_blocks(total) || blocks > u64::from(u32::MAX) {
            return Err(bad(NodeError::TooManyBlocks));
        }
        Ok(())
    }

    /// Appends the slots of a node's children. Gives the numbers of the new ones.
    pub fn expand(&mut self, number: u32, node: &NodeView<'_>) -> std::ops::Range<u32> {
        let first = self.slots.len() as u32;
        let Some(slot) = self.slots.get_mut(number as usize) else {
            return first..first;
        };
        if slot.children > 0 {
            return first..first;
        }
        slot.first_child = first;
        slot.children = node.link_count() as u32;
        let depth = slot.depth.saturating_add(1);
        let mut offset = slot.offset;
        for link in node.links() {
            self.slots.push(Slot {
                id: link.id,
                size: link.file_size,
                offset,
                at: 0,
                length: 0,
                first_child: 0,
                children: 0,
                depth,
                present: false,
            });
            offset = offset.saturating_add(link.file_size);
            self.missing = self.missing.saturating_add(1);
        }
        first..self.slots.len() as u32
    }

    pub fn mark_present(&mut self, number: u32, at: u64, length: usize) {
        let Some(slot) = self.slots.get_mut(number as usize) else {
            return;
        };
        slot.at = at;
        slot.length = length as u32;
        if slot.present {
            return;
        }
        slot.present = true;
        self.missing = self.missing.saturating_sub(1);
        if slot.id.codec == Codec::Raw {
            self.have_bytes = self.have_bytes.saturating_add(slot.size);
        }
    }

    /// Gives `false` when the block was missing before.
    pub fn mark_missing(&mut self, number: u32) -> bool {
        let Some(slot) = self.slots.get_mut(number as usize).filter(|slot| slot.present) else {
            return false;
        };
        slot.present = false;
        self.missing = self.missing.saturating_add(1);
        self.losses = self.losses.saturating_add(1);
        if slot.id.codec == Codec::Raw {
            self.have_bytes = self.have_bytes.saturating_sub(slot.size);
        }
        true
    }

    /// The leaf that holds this byte of the image, or the node that has to come first.
    pub fn find(&self, offset: u64) -> Option<u32> {
        let mut number = 0u32;
        loop {
            let slot = self.slot(number)?;
            if slot.id.codec == Codec::Raw || slot.children == 0 {
                return Some(number);
            }
            let first = slot.first_child as usize;
            let children = self.slots.get(first..first.saturating_add(slot.children as usize))?;
            let after = children.partition_point(|child| child.offset <= offset);
            number = slot
                .first_child
                .checked_add(u32::try_from(after.checked_sub(1)?).ok()?)?;
        }
    }
}
