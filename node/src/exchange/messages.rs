//! What storage nodes say to each other, and its bounds.

use codec::{Decode, DecodeAll, Encode};
use std::time::Duration;

/// Most blocks in one request.
pub const MAX_BLOCKS: usize = 12;
/// Longest request in bytes: version, root, and the wanted CIDs.
pub const MAX_REQUEST: u64 = 1 + 36 + 5 + 36 * MAX_BLOCKS as u64;
/// Most block bytes in one answer. A block that does not fit is left out and asked for again.
pub const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Longest answer in bytes.
pub const MAX_RESPONSE: u64 = MAX_ANSWER_BYTES as u64 + 1024;
/// How long an answer may take. Well below the pinner's time for a turn, so that one peer that hangs does not use it up.
pub const TIMEOUT: Duration = Duration::from_secs(6);

/// A question.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub enum Request {
    /// Blocks of one image.
    #[codec(index = 1)]
    V1 {
        /// Root of the image that the blocks belong to.
        root: [u8; 36],
        /// Which blocks.
        wanted: Vec<[u8; 36]>,
    },
}

/// An answer.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub enum Response {
    /// Those of the wanted blocks that are there: index into the request's list, and the block.
    #[codec(index = 1)]
    V1 {
        /// The blocks.
        blocks: Vec<(u8, Vec<u8>)>,
    },
}

impl Request {
    /// Reads a question. `None` where it is longer than allowed, malformed, or wants nothing or too much.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() as u64 > MAX_REQUEST {
            return None;
        }
        let request = Self::decode_all(&mut &bytes[..]).ok()?;
        let Request::V1 { wanted, .. } = &request;
        (1..=MAX_BLOCKS).contains(&wanted.len()).then_some(request)
    }
}

impl Response {
    /// Reads an answer. `None` where it is longer than allowed or malformed.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() as u64 > MAX_RESPONSE {
            return None;
        }
        // Behind the version comes the count: looked at before memory is spent on a list of empty blocks.
        let mut list = bytes.get(1..)?;
        if codec::Compact::<u32>::decode(&mut list).ok()?.0 as usize > MAX_BLOCKS {
            return None;
        }
        Self::decode_all(&mut &bytes[..]).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_request_fits_its_bound_and_one_more_block_does_not() {
        let longest = Request::V1 {
            root: [1; 36],
            wanted: vec![[2; 36]; MAX_BLOCKS],
        };
        assert!(longest.encode().len() as u64 <= MAX_REQUEST);
        assert_eq!(Request::read(&longest.encode()), Some(longest));
        let longer = Request::V1 {
            root: [1; 36],
            wanted: vec![[2; 36]; MAX_BLOCKS + 1],
        };
        assert_eq!(Request::read(&longer.encode()), None);
    }

    #[test]
    fn a_request_for_nothing_or_with_trailing_bytes_is_refused() {
        assert_eq!(
            Request::read(
                &Request::V1 {
                    root: [1; 36],
                    wanted: vec![]
                }
                .encode()
            ),
            None
        );
        let mut stuffed = Request::V1 {
            root: [1; 36],
            wanted: vec![[2; 36]],
        }
        .encode();
        stuffed.push(0);
        assert_eq!(Request::read(&stuffed), None);
    }
    #[test]
    fn an_answer_with_more_blocks_than_can_be_asked_for_is_refused_before_it_is_decoded() {
        let most = Response::V1 {
            blocks: vec![(0, vec![]); MAX_BLOCKS],
        };
        assert_eq!(Response::read(&most.encode()), Some(most));
        let more = Response::V1 {
            blocks: vec![(0, vec![]); MAX_BLOCKS + 1],
        };
        assert_eq!(Response::read(&more.encode()), None);
    }
}
