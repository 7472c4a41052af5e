//! The only CIDs that a release names: version 1, raw or dag-pb, SHA2-256.

use core::fmt;

use multihash::Multihash;
use sha2::{Digest, Sha256};

use crate::Cid;

const SHA2_256: u64 = 0x12;
/// CIDv1 up to the codec, and the multihash head (SHA2-256, 32 bytes) after it.
const VERSION: u8 = 0x01;
const HASH_HEAD: [u8; 2] = [0x12, 0x20];

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// Bytes of the image themselves.
    Raw,
    /// A dag-pb node that links to further blocks.
    DagPb,
}

impl Codec {
    /// The multicodec number.
    pub const fn code(self) -> u64 {
        match self {
            Self::Raw => 0x55,
            Self::DagPb => 0x70,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Raw => 0x55,
            Self::DagPb => 0x70,
        }
    }
}

/// Why a CID is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CidError {
    /// Neither a binary CID nor text that decodes to one.
    Malformed,
    /// Not a CIDv1.
    Version,
    /// Neither raw nor dag-pb.
    Codec,
    /// Not a SHA2-256 of 32 bytes.
    Hash,
}

impl fmt::Display for CidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a CID: give a CIDv1 in base32 (bafy… or bafk…)",
            Self::Version => "not a CIDv1: add the file with --cid-version=1",
            Self::Codec => "the CID's codec is neither raw nor dag-pb: only UnixFS files are supported",
            Self::Hash => "the CID's hash is not SHA2-256",
        })
    }
}

impl core::error::Error for CidError {}

/// Identity of a block: codec and SHA2-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId {
    /// What the block holds.
    pub codec: Codec,
    /// SHA2-256 over the block's bytes.
    pub digest: [u8; 32],
}

impl BlockId {
    /// The identity of these bytes.
    pub fn of(codec: Codec, block: &[u8]) -> Self {
        Self {
            codec,
            digest: Sha256::digest(block).into(),
        }
    }

    /// Whether the bytes are the ones named.
    pub fn matches(&self, block: &[u8]) -> bool {
        Self::of(self.codec, block).digest == self.digest
    }

    /// Reads the 36 bytes of a binary CID.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CidError> {
        let (&[version, codec, code, length], digest) = bytes.split_first_chunk::<4>().ok_or(CidError::Malformed)?;
        if version != VERSION {
            return Err(CidError::Version);
        }
        let codec = match codec {
            0x55 => Codec::Raw,
            0x70 => Codec::DagPb,
            _ => return Err(CidError::Codec),
        };
        if [code, length] != HASH_HEAD {
            return Err(CidError::Hash);
        }
        Ok(Self {
            codec,
            digest: digest.try_into().map_err(|_| CidError::Malformed)?,
        })
    }

    /// The binary CID.
    pub fn to_bytes(&self) -> [u8; 36] {
        let mut bytes = [0; 36];
        let [code, length] = HASH_HEAD;
        for (to, from) in bytes
            .iter_mut()
            .zip([VERSION, self.codec.byte(), code, length].iter().chain(&self.digest))
        {
            *to = *from;
        }
        bytes
    }

    /// Narrows a general CID.
    pub fn from_cid(cid: &Cid) -> Result<Self, CidError> {
        if cid.version() != cid::Version::V1 {
            return Err(CidError::Version);
        }
        let codec = match cid.codec() {
            0x55 => Codec::Raw,
            0x70 => Codec::DagPb,
            _ => return Err(CidError::Codec),
        };
        if cid.hash().code() != SHA2_256 {
            return Err(CidError::Hash);
        }
        Ok(Self {
            codec,
            digest: cid.hash().digest().try_into().map_err(|_| CidError::Hash)?,
        })
    }

    /// The same as a general CID.
    pub fn cid(&self) -> Cid {
        // 32 bytes always fit into 64: the default is never taken.
        let hash = Multihash::wrap(SHA2_256, &self.digest).unwrap_or_default();
        Cid::new_v1(self.codec.code(), hash)
    }

    /// Reads the text form, `b` and base32 in lower case, and nothing else: one block has one name.
    #[cfg(feature = "alloc")]
    pub fn parse(text: &str) -> Result<Self, CidError> {
        use alloc::string::ToString;
        // 36 bytes are 58 digits and the prefix.
        if text.len() != 59 || !text.starts_with('b') {
            return Err(CidError::Malformed);
        }
        let cid = Cid::try_from(text).map_err(|_| CidError::Malformed)?;
        let id = Self::from_cid(&cid)?;
        if cid.to_string() != text {
            return Err(CidError::Malformed);
        }
        Ok(id)
    }
}

impl From<BlockId> for Cid {
    fn from(id: BlockId) -> Self {
        id.cid()
    }
}

impl TryFrom<&Cid> for BlockId {
    type Error = CidError;

    fn try_from(cid: &Cid) -> Result<Self, CidError> {
        Self::from_cid(cid)
    }
}

impl fmt::Debug for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(", self.codec)?;
        for byte in self.digest.iter().take(6) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…)")
    }
}

#[cfg(feature = "alloc")]
impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cid(), f)
    }
}

#[cfg(feature = "alloc")]
impl core::str::FromStr for BlockId {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        Self::parse(text)
    }
}
