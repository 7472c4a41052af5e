//! A complete image as one stream: CARv1 (<https://ipld.io/specs/transport/car/carv1/>), in the order in which
//! `ipfs dag export` writes it.

use std::{collections::HashSet, io::Write};

use super::{Store, StoreError};
use crate::{dag::NodeView, BlockId, Cid, Codec};

impl Store {
    /// An image as the frames of a CAR, each checked when it is read. The stream holds one block at a time, and the
    /// CIDs that it has given.
    ///
    /// # Errors
    /// [`StoreError::UnknownImage`], [`StoreError::Missing`] when not every block is here. Each frame may fail too: see
    /// [`Car`].
    pub fn car(&self, root: &Cid) -> Result<Car, StoreError> {
        let id = BlockId::from_cid(root)?;
        let state = self.inner.state.read();
        let (_, image) = state.image_of(&id).ok_or(StoreError::UnknownImage { root: *root })?;
        if let Some(missing) = image.slots.iter().find(|slot| !slot.present) {
            return Err(StoreError::Missing { cid: missing.id.cid() });
        }
        Ok(Car {
            store: self.clone(),
            root: id,
            begun: false,
            ahead: vec![id],
            given: HashSet::new(),
        })
    }

    /// Writes an image as a CAR. Gives the CAR's length in bytes.
    ///
    /// # Errors
    /// Those of [`Store::car`] and of its frames, and [`StoreError::Sink`] when the writer fails. What was written
    /// before is then the beginning of a CAR and no more.
    pub fn export_car(&self, root: &Cid, mut to: impl Write) -> Result<u64, StoreError> {
        let mut length = 0u64;
        for frame in self.car(root)? {
            let frame = frame?;
            to.write_all(&frame).map_err(StoreError::Sink)?;
            length = length.saturating_add(frame.len() as u64);
        }
        to.flush().map_err(StoreError::Sink)?;
        Ok(length)
    }
}

/// The frames of a CAR, one after the other: first its header, then every distinct block once, each node before what
/// lies below it. Strung together they are the CAR.
///
/// After an error nothing follows: [`StoreError::Corrupt`] for a block damaged on disk, [`StoreError::Missing`] for one
/// that is gone because its image was removed meanwhile.
#[derive(Debug)]
pub struct Car {
    store: Store,
    root: BlockId,
    begun: bool,
    /// Blocks still to visit, the next one last.
    ahead: Vec<BlockId>,
    given: HashSet<BlockId>,
}

impl Car {
    fn block(&mut self, id: &BlockId) -> Result<Vec<u8>, StoreError> {
        let cid = id.cid();
        let block = self.store.get(&cid)?.ok_or(StoreError::Missing { cid })?;
        if id.codec == Codec::DagPb {
            let node = NodeView::decode(&block).map_err(|why| StoreError::BadNode { cid, why })?;
            let first = self.ahead.len();
            self.ahead.extend(node.links().map(|link| link.id));
            if let Some(children) = self.ahead.get_mut(first..) {
                children.reverse();
            }
        }
        Ok(frame(&[&id.to_bytes(), &block]))
    }
}

impl Iterator for Car {
    type Item = Result<Vec<u8>, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.begun {
            self.begun = true;
            return Some(Ok(frame(&[&header(&self.root)])));
        }
        let id = loop {
            let id = self.ahead.pop()?;
            if self.given.insert(id) {
                break id;
            }
        };
        let frame = self.block(&id);
        if frame.is_err() {
            self.ahead.clear();
        }
        Some(frame)
    }
}

/// `{"roots": [root], "version": 1}` as DAG-CBOR: a map of two, shorter keys first, and a CID as tag 42 around its bytes
/// after a zero.
fn header(root: &BlockId) -> Vec<u8> {
    let mut header = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00".to_vec();
    header.extend_from_slice(&root.to_bytes());
    header.extend_from_slice(b"\x67version\x01");
    header
}

/// What follows, behind its length as an unsigned LEB128.
fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().fold(0usize, |sum, part| sum.saturating_add(part.len()));
    let mut frame = Vec::with_capacity(length.saturating_add(10));
    let mut rest = length;
    while rest >= 0x80 {
        frame.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    frame.push(rest as u8);
    for part in parts {
        frame.extend_from_slice(part);
    }
    frame
}
