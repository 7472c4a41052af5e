//! Interior nodes of a UnixFS file: dag-pb around a UnixFS `Data` message, in the one encoding that Kubo writes.
//!
//! Only nodes without bytes of their own are read: leaves are raw blocks. Decoding needs no allocation.

use core::fmt;

use crate::{BlockId, CidError, Codec, MAX_BLOCK};

/// Most links that a node may have. Kubo's profiles use 174 and 1,024.
pub const MAX_LINKS: usize = 1024;

/// Most levels of nodes above a leaf. Three carry 1.3 TiB in the default layout.
pub const MAX_DEPTH: u8 = 8;

// Keys of the protobuf fields: field number and wire type in one byte.
const NODE_DATA: u8 = 0x0a;
const NODE_LINK: u8 = 0x12;
const LINK_HASH: u8 = 0x0a;
const LINK_NAME: u8 = 0x12;
const LINK_TSIZE: u8 = 0x18;
const DATA_TYPE: u8 = 0x08;
const DATA_FILESIZE: u8 = 0x18;
const DATA_BLOCKSIZE: u8 = 0x20;
const TYPE_FILE: u64 = 2;

/// Why a block is not an interior node that we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NodeError {
    /// Longer than [`MAX_BLOCK`].
    TooLarge,
    /// Cut off in the middle of a field.
    Truncated,
    /// A field is unknown, repeated, or not in the place where Kubo writes it.
    UnexpectedField,
    /// An integer is not in its shortest form or does not fit into 64 bits.
    Integer,
    /// Bytes follow the last field.
    TrailingBytes,
    /// A link's CID is not CIDv1, raw or dag-pb, SHA2-256.
    Link(CidError),
    /// A link has a name: the node is a folder, not a file.
    NamedLink,
    /// The UnixFS type is not `File`.
    NotAFile,
    /// No link at all.
    NoLinks,
    /// More than [`MAX_LINKS`] links.
    TooManyLinks,
    /// There is not one block size for each link.
    BlockSizeCount,
    /// A part is empty, or a leaf is larger than a block may be.
    BlockSize,
    /// The block sizes do not add up to the file size.
    FileSize,
    /// A link's cumulative size contradicts its block size.
    CumulativeSize,
    /// More than [`MAX_DEPTH`] levels.
    TooDeep,
    /// The image is cut into too many, too small blocks.
    TooManyBlocks,
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the node is larger than a block may be",
            Self::Truncated => "the node is cut off",
            Self::UnexpectedField => "the node is not canonical dag-pb of a UnixFS file without bytes of its own",
            Self::Integer => "an integer in the node is not in its shortest form",
            Self::TrailingBytes => "bytes follow the node",
            Self::Link(why) => return write!(f, "a link of the node: {why}"),
            Self::NamedLink => "the node is a folder, not a file",
            Self::NotAFile => "the node is not a UnixFS file",
            Self::NoLinks => "the node links to nothing",
            Self::TooManyLinks => "the node has too many links",
            Self::BlockSizeCount => "the node does not give one block size for each link",
            Self::BlockSize => "a block size in the node is zero or larger than a block may be",
            Self::FileSize => "the node's block sizes do not add up to its file size",
            Self::CumulativeSize => "a link's cumulative size contradicts its block size",
            Self::TooDeep => "the DAG has too many levels",
            Self::TooManyBlocks => "the DAG is cut into too many, too small blocks",
        })
    }
}

impl core::error::Error for NodeError {}

/// One child of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The child.
    pub id: BlockId,
    /// Bytes of the image below this child (`blocksizes`).
    pub file_size: u64,
    /// Bytes of all blocks of the child's DAG together (`Tsize`).
    pub dag_size: u64,
}

/// An interior node, checked and borrowed.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    links: &'a [u8],
    sizes: &'a [u8],
    link_count: usize,
    file_size: u64,
}

impl<'a> NodeView<'a> {
    /// Reads and checks a node: the only accepted bytes are those that [`encode`] gives for its links.
    pub fn decode(block: &'a [u8]) -> Result<Self, NodeError> {
        if block.len() > MAX_BLOCK {
            return Err(NodeError::TooLarge);
        }
        let mut reader = Reader(block);
        let mut link_count = 0usize;
        let links = reader.0;
        while reader.0.first() == Some(&NODE_LINK) {
            read_link(&mut reader)?;
            link_count = link_count.saturating_add(1);
            if link_count > MAX_LINKS {
                return Err(NodeError::TooManyLinks);
            }
        }
        reader.key(NODE_DATA)?;
        let mut data = Reader(reader.bytes()?);
        if !reader.0.is_empty() {
            return Err(NodeError::TrailingBytes);
        }
        data.key(DATA_TYPE)?;
        if data.integer()? != TYPE_FILE {
            return Err(NodeError::NotAFile);
        }
        data.key(DATA_FILESIZE)?;
        let file_size = data.integer()?;
        if link_count == 0 {
            return Err(NodeError::NoLinks);
        }
        let node = Self {
            links,
            sizes: data.0,
            link_count,
            file_size,
        };
        node.check_sizes()?;
        Ok(node)
    }

    fn check_sizes(&self) -> Result<(), NodeError> {
        let mut links = Reader(self.links);
        let mut sizes = Reader(self.sizes);
        let mut sum = 0u64;
        for _ in 0..self.link_count {
            let (id, dag_size) = read_link(&mut links)?;
            if sizes.0.is_empty() {
                return Err(NodeError::BlockSizeCount);
            }
            sizes.key(DATA_BLOCKSIZE)?;
            let size = sizes.integer()?;
            // An empty part would let a DAG grow without its size growing.
            if size == 0 || (id.codec == Codec::Raw && size > MAX_BLOCK as u64) {
                return Err(NodeError::BlockSize);
            }
            let plausible = match id.codec {
                Codec::Raw => dag_size == size,
                Codec::DagPb => dag_size > size,
            };
            if !plausible {
                return Err(NodeError::CumulativeSize);
            }
            sum = sum.checked_add(size).ok_or(NodeError::FileSize)?;
        }
        if sizes.0.first() == Some(&DATA_BLOCKSIZE) {
            return Err(NodeError::BlockSizeCount);
        }
        if !sizes.0.is_empty() {
            return Err(NodeError::UnexpectedField);
        }
        if sum != self.file_size {
            return Err(NodeError::FileSize);
        }
        Ok(())
    }

    /// Bytes of the image below this node.
    pub fn file_size(&self) -> u64 {
        self.file_size
    }

    /// Number of children.
    pub fn link_count(&self) -> usize {
        self.link_count
    }

    /// The children in the order of the image's bytes.
    pub fn links(&self) -> Links<'a> {
        Links {
            links: Reader(self.links),
            sizes: Reader(self.sizes),
            left: self.link_count,
        }
    }
}

/// Iterator over a node's children.
#[derive(Clone, Debug)]
pub struct Links<'a> {
    links: Reader<'a>,
    sizes: Reader<'a>,
    left: usize,
}

impl Iterator for Links<'_> {
    type Item = Link;

    fn next(&mut self) -> Option<Link> {
        self.left = self.left.checked_sub(1)?;
        // Everything was read once by `decode`, so nothing fails here.
        let (id, dag_size) = read_link(&mut self.links).ok()?;
        self.sizes.key(DATA_BLOCKSIZE).ok()?;
        let file_size = self.sizes.integer().ok()?;
        Some(Link {
            id,
            file_size,
            dag_size,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

fn read_link(reader: &mut Reader<'_>) -> Result<(BlockId, u64), NodeError> {
    reader.key(NODE_LINK)?;
    let mut link = Reader(reader.bytes()?);
    link.key(LINK_HASH)?;
    let id = BlockId::from_bytes(link.bytes()?).map_err(NodeError::Link)?;
    link.key(LINK_NAME)?;
    if !link.bytes()?.is_empty() {
        return Err(NodeError::NamedLink);
    }
    link.key(LINK_TSIZE)?;
    let dag_size = link.integer()?;
    if !link.0.is_empty() {
        return Err(NodeError::UnexpectedField);
    }
    Ok((id, dag_size))
}

/// The part of protobuf that is needed, shortest forms only.
#[derive(Clone, Debug)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn key(&mut self, key: u8) -> Result<(), NodeError> {
        match self.0.split_first() {
            Some((&first, rest)) if first == key => {
                self.0 = rest;
                Ok(())
            }
            Some(_) => Err(NodeError::UnexpectedField),
            None => Err(NodeError::Truncated),
        }
    }

    fn integer(&mut self) -> Result<u64, NodeError> {
        let mut value = 0u64;
        for index in 0..10u32 {
            let (&byte, rest) = self.0.split_first().ok_or(NodeError::Truncated)?;
            self.0 = rest;
            // The tenth byte carries the 64th bit and no more.
            if index == 9 && byte > 1 {
                return Err(NodeError::Integer);
            }
            value |= u64::from(byte & 0x7f) << index.saturating_mul(7);
            if byte & 0x80 == 0 {
                return if byte == 0 && index > 0 {
                    Err(NodeError::Integer)
                } else {
                    Ok(value)
                };
            }
        }
        Err(NodeError::Integer)
    }

    fn bytes(&mut self) -> Result<&'a [u8], NodeError> {
        let length = usize::try_from(self.integer()?).map_err(|_| NodeError::Truncated)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(NodeError::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }
}

#[cfg(feature = "alloc")]
mod write {
    use super::*;
    use alloc::vec::Vec;

    /// Encodes the interior node over these children.
    ///
    /// Gives the bytes whatever the links say; [`NodeView::decode`] refuses those that make no sense (no links, empty
    /// parts, sums beyond 64 bits).
    pub fn encode(links: &[Link]) -> Vec<u8> {
        let mut block = Vec::new();
        let mut link_bytes = Vec::new();
        for link in links {
            link_bytes.clear();
            field(&mut link_bytes, LINK_HASH, &link.id.to_bytes());
            field(&mut link_bytes, LINK_NAME, &[]);
            link_bytes.push(LINK_TSIZE);
            integer(&mut link_bytes, link.dag_size);
            field(&mut block, NODE_LINK, &link_bytes);
        }
        let mut data = Vec::new();
        data.push(DATA_TYPE);
        integer(&mut data, TYPE_FILE);
        data.push(DATA_FILESIZE);
        integer(
            &mut data,
            links
                .iter()
                .fold(0, |sum: u64, link| sum.saturating_add(link.file_size)),
        );
        for link in links {
            data.push(DATA_BLOCKSIZE);
            integer(&mut data, link.file_size);
        }
        field(&mut block, NODE_DATA, &data);
        block
    }

    fn field(to: &mut Vec<u8>, key: u8, bytes: &[u8]) {
        to.push(key);
        integer(to, bytes.len() as u64);
        to.extend_from_slice(bytes);
    }

    fn integer(to: &mut Vec<u8>, mut value: u64) {
        while value > 0x7f {
            to.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        to.push(value as u8);
    }
}

#[cfg(feature = "alloc")]
pub use write::encode;
