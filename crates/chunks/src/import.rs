//! From an image's bytes to its blocks, in the layout and encoding of
//! `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144`.

use alloc::vec::Vec;
use core::num::NonZeroUsize;

use crate::{dag, dag::Link, BlockId, Cid, Codec, FANOUT, LEAF};

/// Cuts a stream into blocks. Holds one leaf and at most one unfinished node a level, whatever the size of the image.
///
/// Every block is handed to `emit` exactly when it is finished: a node after its children, the root last. A CID may be
/// emitted more than once when parts of the image repeat.
#[derive(Debug)]
pub struct Importer {
    leaf: usize,
    buffer: Vec<u8>,
    /// Children that wait for their parent, leaves first.
    levels: Vec<Vec<Link>>,
    size: u64,
    started: bool,
}

impl Default for Importer {
    fn default() -> Self {
        Self::new()
    }
}

impl Importer {
    /// Cuts into leaves of [`LEAF`] bytes.
    pub fn new() -> Self {
        Self::with_leaf(NonZeroUsize::new(LEAF).unwrap_or(NonZeroUsize::MIN))
    }

    /// Cuts into leaves of another size: `--chunker=size-N`. Above [`crate::MAX_BLOCK`] nobody takes the blocks.
    pub fn with_leaf(leaf: NonZeroUsize) -> Self {
        Self {
            leaf: leaf.get(),
            buffer: Vec::new(),
            levels: Vec::new(),
            size: 0,
            started: false,
        }
    }

    /// Feeds bytes. What `emit` refuses ends the import.
    pub fn update<E>(
        &mut self,
        mut bytes: &[u8],
        emit: &mut impl FnMut(&Cid, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        while !bytes.is_empty() {
            let room = self.leaf.saturating_sub(self.buffer.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            bytes = later;
            if self.buffer.is_empty() && now.len() == self.leaf {
                self.leaf_block(now, emit)?;
                continue;
            }
            self.buffer.extend_from_slice(now);
            if self.buffer.len() == self.leaf {
                let leaf = core::mem::take(&mut self.buffer);
                self.leaf_block(&leaf, emit)?;
                self.buffer = leaf;
                self.buffer.clear();
            }
        }
        Ok(())
    }

    /// Ends the stream and gives the root and the image's size in bytes.
    pub fn finish<E>(mut self, emit: &mut impl FnMut(&Cid, &[u8]) -> Result<(), E>) -> Result<(Cid, u64), E> {
        if !self.buffer.is_empty() || !self.started {
            // The empty image is one empty leaf.
            let leaf = core::mem::take(&mut self.buffer);
            self.leaf_block(&leaf, emit)?;
        }
        let mut level = 0;
        loop {
            let pending = self.levels.get_mut(level).map(core::mem::take).unwrap_or_default();
            level = level.saturating_add(1);
            let is_top = self.levels.iter().skip(level).all(|above| above.is_empty());
            match pending.as_slice() {
                [] if is_top => return Ok((BlockId::of(Codec::Raw, &[]).cid(), self.size)),
                [] => {}
                [root] if is_top => return Ok((root.id.cid(), self.size)),
                // All leaves lie at the same depth, so even a single child gets its parent.
                links => {
                    let parent = self.node_block(links, emit)?;
                    self.push(level, parent, emit)?;
                }
            }
        }
    }

    fn leaf_block<E>(&mut self, leaf: &[u8], emit: &mut impl FnMut(&Cid, &[u8]) -> Result<(), E>) -> Result<(), E> {
        self.started = true;
        let id = BlockId::of(Codec::Raw, leaf);
        emit(&id.cid(), leaf)?;
        let size = leaf.len() as u64;
        self.push(
            0,
            Link {
                id,
                file_size: size,
                dag_size: size,
            },
            emit,
        )
    }

    fn node_block<E>(
        &mut self,
        links: &[Link],
        emit: &mut impl FnMut(&Cid, &[u8]) -> Result<(), E>,
    ) -> Result<Link, E> {
        let block = dag::encode(links);
        let id = BlockId::of(Codec::DagPb, &block);
        emit(&id.cid(), &block)?;
        let mut link = Link {
            id,
            file_size: 0,
            dag_size: block.len() as u64,
        };
        for child in links {
            link.file_size = link.file_size.saturating_add(child.file_size);
            link.dag_size = link.dag_size.saturating_add(child.dag_size);
        }
        Ok(link)
    }

    fn push<E>(
        &mut self,
        mut level: usize,
        mut link: Link,
        emit: &mut impl FnMut(&Cid, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            if self.levels.len() <= level {
                self.levels.resize_with(level.saturating_add(1), Vec::new);
            }
            let Some(links) = self.levels.get_mut(level) else {
                return Ok(());
            };
            links.push(link);
            if links.len() < FANOUT {
                return Ok(());
            }
            let full = core::mem::take(links);
            link = self.node_block(&full, emit)?;
            level = level.saturating_add(1);
        }
    }
}

/// Imports all that a reader gives.
#[cfg(feature = "std")]
pub fn import<E: From<std::io::Error>>(
    mut reader: impl std::io::Read,
    mut emit: impl FnMut(&Cid, &[u8]) -> Result<(), E>,
) -> Result<(Cid, u64), E> {
    let mut importer = Importer::new();
    let mut buffer = alloc::vec![0u8; LEAF];
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return importer.finish(&mut emit),
            Ok(length) => length,
            Err(why) if why.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(why) => return Err(why.into()),
        };
        importer.update(buffer.get(..length).unwrap_or_default(), &mut emit)?;
    }
}

/// Root and size of an image, without keeping any block.
#[cfg(feature = "std")]
pub fn root_of(reader: impl std::io::Read) -> std::io::Result<(Cid, u64)> {
    import(reader, |_, _| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::convert::Infallible;

    #[test]
    fn memory_does_not_grow_with_the_image() {
        let leaf = 64;
        let mut importer = Importer::with_leaf(NonZeroUsize::new(leaf).unwrap());
        let mut nothing = |_: &Cid, _: &[u8]| -> Result<(), Infallible> { Ok(()) };
        for part in 0..40_000u32 {
            importer.update(&part.to_be_bytes().repeat(17), &mut nothing).unwrap();
            assert!(importer.buffer.capacity() <= 2 * leaf);
            assert!(importer.levels.len() <= 3 && importer.levels.iter().all(|links| links.len() < FANOUT));
        }
        assert_eq!(importer.finish(&mut nothing).unwrap().1, 40_000 * 68);
    }
}
