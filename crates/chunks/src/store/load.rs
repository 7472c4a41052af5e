//! From a folder back to what is known about its image: nothing but the blocks themselves is believed.

use super::{
    disk::{read_block, Disk, Shelf},
    error::StoreError,
    image::{Image, Phase},
    state::State,
};
use crate::{dag::NodeView, BlockId, Codec};

/// Reads every image on disk, and puts each on the shelf where it belongs.
pub(super) fn load_all(disk: &Disk) -> Result<State, StoreError> {
    let mut state = State::default();
    // Both are listed before anything moves from one to the other.
    let shelves = [
        (Shelf::Complete, disk.list(Shelf::Complete)?),
        (Shelf::Partial, disk.list(Shelf::Partial)?),
    ];
    for (shelf, roots) in shelves {
        for root in roots {
            let known = state.by_root.contains_key(&root);
            let loaded = if known { None } else { load(disk, shelf, root)? };
            let Some(mut image) = loaded else {
                // Without its root nothing in the folder can be checked; or the complete image is here too.
                if let Some(path) = disk.discard(shelf, &root)? {
                    disk.delete(&path)?;
                }
                continue;
            };
            let complete = image.missing == 0;
            if complete && shelf == Shelf::Partial {
                disk.sync(Shelf::Partial, &root)?;
            }
            let right = if complete { Shelf::Complete } else { Shelf::Partial };
            if right != shelf {
                disk.move_to(&root, shelf, right)?;
            }
            image.shelf = right;
            image.phase = if complete { Phase::Complete } else { Phase::Partial };
            state.insert(image);
        }
    }
    Ok(state)
}

/// Rebuilds the index of one image.
///
/// Nodes are always hashed (they are a 5,000th of the bytes). Leaves are hashed unless the image is on the shelf of
/// complete ones: it got there only after everything was synced, and every read checks again.
pub(super) fn load(disk: &Disk, shelf: Shelf, root: BlockId) -> Result<Option<Image>, StoreError> {
    let (stored, nodes_end) = disk.nodes(shelf, &root)?;
    let length = disk.image_length(shelf, &root);
    let size = match root.codec {
        Codec::Raw => length,
        Codec::DagPb => match stored.get(&root.digest).map(|node| NodeView::decode(&node.block)) {
            Some(Ok(node)) => node.file_size(),
            Some(Err(_)) | None => return Ok(None),
        },
    };
    let mut image = Image::announced(root, size);
    image.phase = Phase::Partial;
    image.shelf = shelf;
    image.nodes_end = nodes_end;

    let mut number = 0u32;
    while let Some(slot) = image.slot(number).copied() {
        if slot.id.codec == Codec::DagPb {
            if let Some(stored) = stored.get(&slot.id.digest) {
                if let Ok(node) = NodeView::decode(&stored.block) {
                    if image.check_node(number, &node).is_ok() {
                        image.expand(number, &node);
                        image.mark_present(number, stored.at, stored.block.len());
                    }
                }
            }
        }
        number = number.saturating_add(1);
    }

    // An image of one leaf has no node that tells its size: nothing but its hash does.
    let believed = shelf == Shelf::Complete && root.codec == Codec::DagPb && length == size;
    let file = disk.reader(shelf, &root, Codec::Raw).ok();
    for number in 0..image.slots.len() as u32 {
        let Some(slot) = image.slot(number).copied() else { break };
        if slot.id.codec != Codec::Raw {
            continue;
        }
        let Ok(leaf) = usize::try_from(slot.size) else { continue };
        let here = believed
            || (slot.offset.saturating_add(slot.size) <= length
                && file
                    .as_ref()
                    .is_some_and(|file| read_block(file, &slot.id, slot.offset, leaf).is_some()));
        if here {
            image.mark_present(number, slot.offset, leaf);
        }
    }
    let root_is_here = image.slots.first().is_some_and(|slot| slot.present);
    Ok(root_is_here.then_some(image))
}
