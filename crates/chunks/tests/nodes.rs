//! What is accepted as an interior node, and what is not.

mod common;

use chunks::{
    dag::{encode, Link, NodeError, NodeView, MAX_LINKS},
    BlockId, CidError, Codec, MAX_BLOCK,
};
use common::{cut, lcg};
use proptest::prelude::*;

fn leaf(byte: u8, size: u64) -> Link {
    Link {
        id: BlockId::of(Codec::Raw, &[byte]),
        file_size: size,
        dag_size: size,
    }
}

fn decode(block: &[u8]) -> Result<(), NodeError> {
    NodeView::decode(block).map(|_| ())
}

/// Encodes one node by hand, so that every field can be wrong.
fn by_hand(links: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    for link in links {
        block.extend([0x12, link.len() as u8]);
        block.extend(link);
    }
    block.extend([0x0a, data.len() as u8]);
    block.extend(data);
    block
}

fn link_by_hand(cid: &[u8], rest: &[u8]) -> Vec<u8> {
    let mut link = vec![0x0a, cid.len() as u8];
    link.extend(cid);
    link.extend(rest);
    link
}

#[test]
fn a_node_is_encoded_as_dag_pb_says() {
    let link = leaf(1, 5);
    let rest = [0x12, 0, 0x18, 5];
    let expected = by_hand(
        &[link_by_hand(&link.id.to_bytes(), &rest)],
        &[0x08, 2, 0x18, 5, 0x20, 5],
    );
    assert_eq!(encode(&[link]), expected);
}

#[test]
fn what_is_encoded_is_read_back() {
    let node = Link {
        id: BlockId::of(Codec::DagPb, b"n"),
        file_size: 300_000,
        dag_size: 300_100,
    };
    let links = [node, leaf(1, 262_144), leaf(2, 1)];
    let block = encode(&links);
    let view = NodeView::decode(&block).unwrap();
    assert_eq!(view.file_size(), 562_145);
    assert_eq!(view.link_count(), 3);
    assert_eq!(view.links().collect::<Vec<_>>(), links);
}

#[test]
fn every_node_of_an_import_is_accepted() {
    let image = cut(&lcg(20_000), 16);
    for (_, block) in image.nodes() {
        assert_eq!(decode(&block), Ok(()));
    }
}

#[test]
fn a_node_cut_off_anywhere_is_refused() {
    let block = encode(&[leaf(1, 300), leaf(2, 300)]);
    for length in 0..block.len() {
        assert!(decode(&block[..length]).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn each_departure_from_the_one_encoding_has_its_own_error() {
    let cid = leaf(1, 5).id.to_bytes();
    let good_link = link_by_hand(&cid, &[0x12, 0, 0x18, 5]);
    let good_data = [0x08, 2, 0x18, 5, 0x20, 5];
    let links = |link: Vec<u8>| by_hand(&[link], &good_data);
    let data = |data: &[u8]| by_hand(std::slice::from_ref(&good_link), data);
    let mut v0 = vec![0x12, 0x20];
    v0.extend(&cid[4..]);
    let mut cbor = cid;
    cbor[1] = 0x71;
    let mut sha3 = cid;
    sha3[2] = 0x16;
    let mut trailing = links(good_link.clone());
    trailing.extend([0x0a, 0]);
    let mut data_first = vec![0x0a, 6];
    data_first.extend(good_data);
    data_first.extend([0x12, good_link.len() as u8]);
    data_first.extend(&good_link);

    for (name, block, error) in [
        ("good", links(good_link.clone()), None),
        (
            "named link",
            links(link_by_hand(&cid, &[0x12, 1, b'a', 0x18, 5])),
            Some(NodeError::NamedLink),
        ),
        (
            "no name field",
            links(link_by_hand(&cid, &[0x18, 5])),
            Some(NodeError::UnexpectedField),
        ),
        (
            "no Tsize",
            links(link_by_hand(&cid, &[0x12, 0])),
            Some(NodeError::Truncated),
        ),
        (
            "field after Tsize",
            links(link_by_hand(&cid, &[0x12, 0, 0x18, 5, 0x20, 1])),
            Some(NodeError::UnexpectedField),
        ),
        (
            "Tsize of a leaf",
            links(link_by_hand(&cid, &[0x12, 0, 0x18, 6])),
            Some(NodeError::CumulativeSize),
        ),
        (
            "long integer",
            links(link_by_hand(&cid, &[0x12, 0, 0x18, 0x85, 0])),
            Some(NodeError::Integer),
        ),
        (
            "CIDv0",
            links(link_by_hand(&v0, &[0x12, 0, 0x18, 5])),
            Some(NodeError::Link(CidError::Version)),
        ),
        (
            "dag-cbor child",
            links(link_by_hand(&cbor, &[0x12, 0, 0x18, 5])),
            Some(NodeError::Link(CidError::Codec)),
        ),
        (
            "other hash",
            links(link_by_hand(&sha3, &[0x12, 0, 0x18, 5])),
            Some(NodeError::Link(CidError::Hash)),
        ),
        (
            "short digest",
            links(link_by_hand(&cid[..35], &[0x12, 0, 0x18, 5])),
            Some(NodeError::Link(CidError::Malformed)),
        ),
        ("folder", data(&[0x08, 1]), Some(NodeError::NotAFile)),
        (
            "own bytes",
            data(&[0x08, 2, 0x12, 1, b'a', 0x18, 5, 0x20, 5]),
            Some(NodeError::UnexpectedField),
        ),
        (
            "no file size",
            data(&[0x08, 2, 0x20, 5]),
            Some(NodeError::UnexpectedField),
        ),
        (
            "no block size",
            data(&[0x08, 2, 0x18, 5]),
            Some(NodeError::BlockSizeCount),
        ),
        (
            "two block sizes",
            data(&[0x08, 2, 0x18, 5, 0x20, 5, 0x20, 0]),
            Some(NodeError::BlockSizeCount),
        ),
        (
            "zero block size",
            data(&[0x08, 2, 0x18, 0, 0x20, 0]),
            Some(NodeError::BlockSize),
        ),
        (
            "wrong sum",
            data(&[0x08, 2, 0x18, 6, 0x20, 5]),
            Some(NodeError::FileSize),
        ),
        (
            "mode field",
            data(&[0x08, 2, 0x18, 5, 0x20, 5, 0x38, 1]),
            Some(NodeError::UnexpectedField),
        ),
        ("no links", by_hand(&[], &[0x08, 2, 0x18, 0]), Some(NodeError::NoLinks)),
        ("trailing bytes", trailing, Some(NodeError::TrailingBytes)),
        ("data before links", data_first, Some(NodeError::TrailingBytes)),
        ("empty", vec![], Some(NodeError::Truncated)),
    ] {
        assert_eq!(decode(&block).err(), error, "{name}");
    }
}

#[test]
fn sizes_that_overflow_or_exceed_a_block_are_refused() {
    let node = |size| Link {
        id: BlockId::of(Codec::DagPb, b"n"),
        file_size: size,
        dag_size: u64::MAX,
    };
    assert_eq!(
        decode(&encode(&[node(u64::MAX - 1), node(u64::MAX - 1)])),
        Err(NodeError::FileSize)
    );
    assert_eq!(
        decode(&encode(&[leaf(1, MAX_BLOCK as u64 + 1)])),
        Err(NodeError::BlockSize)
    );
    assert_eq!(decode(&encode(&[leaf(1, MAX_BLOCK as u64)])), Ok(()));
}

#[test]
fn links_and_bytes_are_bounded() {
    assert_eq!(decode(&encode(&vec![leaf(1, 1); MAX_LINKS])), Ok(()));
    assert_eq!(
        decode(&encode(&vec![leaf(1, 1); MAX_LINKS + 1])),
        Err(NodeError::TooManyLinks)
    );
    assert_eq!(decode(&vec![0; MAX_BLOCK + 1]), Err(NodeError::TooLarge));
}

#[test]
fn a_cid_has_one_text_and_one_binary_form() {
    let id = BlockId::of(Codec::Raw, &[]);
    let text = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    assert_eq!(id.to_string(), text);
    assert_eq!(BlockId::parse(text), Ok(id));
    assert_eq!(BlockId::from_bytes(&id.to_bytes()), Ok(id));
    assert_eq!(BlockId::from_cid(&id.cid()), Ok(id));
    assert_eq!(id.cid().to_bytes(), id.to_bytes());
    for other in [
        text.to_uppercase(),
        format!("{text} "),
        // The last digit's two spare bits are set.
        format!("{}v", &text[..58]),
        text[..58].to_string(),
        String::new(),
        "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH".to_string(),
    ] {
        assert!(BlockId::parse(&other).is_err(), "{other}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(block in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(&block);
    }

    #[test]
    fn what_is_accepted_is_exactly_what_would_be_encoded(at in 0usize..10_000, bit in 0u8..8) {
        let mut block = encode(&[leaf(1, 300), leaf(2, 70_000), leaf(3, 5)]);
        let at = at % block.len();
        block[at] ^= 1 << bit;
        if let Ok(node) = NodeView::decode(&block) {
            prop_assert_eq!(encode(&node.links().collect::<Vec<_>>()), block);
        }
    }
}
