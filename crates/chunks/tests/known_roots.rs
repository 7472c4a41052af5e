//! The importer gives the roots that Kubo 0.40.1 gave for the same bytes:
//! `ipfs add -Q -n --cid-version=1 --raw-leaves --chunker=size-N`.

mod common;

use std::{convert::Infallible, num::NonZeroUsize};

use chunks::{
    import::{root_of, Importer},
    Cid, FANOUT, LEAF,
};
use common::lcg;

fn root(image: &[u8], leaf: usize) -> String {
    let mut importer = Importer::with_leaf(NonZeroUsize::new(leaf).unwrap());
    let mut nothing = |_: &Cid, _: &[u8]| -> Result<(), Infallible> { Ok(()) };
    importer.update(image, &mut nothing).unwrap();
    let (root, size) = importer.finish(&mut nothing).unwrap();
    assert_eq!(size, image.len() as u64);
    root.to_string()
}

#[test]
fn the_empty_image_is_one_empty_leaf() {
    assert_eq!(
        root(&[], LEAF),
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    );
}

#[test]
fn up_to_one_leaf_the_root_is_the_leaf() {
    let image = lcg(LEAF);
    assert_eq!(
        root(&image[..1], LEAF),
        "bafkreig2xu5p65u7a7vsszkad2yctf2oxorua6x5akzg3w2wj2s7r35ooi"
    );
    assert_eq!(
        root(&image[..LEAF - 1], LEAF),
        "bafkreiaybxqo456watp65nsl3xn27if6ljn5gdjpjxxshiv7cx6pnfiwvi"
    );
    assert_eq!(
        root(&image, LEAF),
        "bafkreidd6k2rtu2k6woh25xxx2nxk2d2ifjrn54h6wjqfbqijyvdl2nrmq"
    );
}

#[test]
fn more_than_one_leaf_gets_a_node() {
    let image = lcg(2 * LEAF + 12_345);
    assert_eq!(
        root(&image[..LEAF + 1], LEAF),
        "bafybeidmf7miq54symki3qff7ohjgfhn23ysap4nt7fcolcjetgkyvqoaa"
    );
    assert_eq!(
        root(&image, LEAF),
        "bafybeiaw5p4qgeegvdugvjsktshbod67gxus7vodstkf6se7343vjdxtne"
    );
}

#[test]
fn a_full_node_is_the_root_and_one_leaf_more_makes_a_second_level() {
    let image = lcg(FANOUT * LEAF + 1);
    let full = &image[..FANOUT * LEAF];
    assert_eq!(
        root(full, LEAF),
        "bafybeid3u6ywprs7daea5cngbzwx3dxtb5ov464joy4p4ctguxa4dtm4ue"
    );
    assert_eq!(
        root(&image, LEAF),
        "bafybeiak6ul52u63lryr7aaih6sa7n6wbxwdhwgwngisfkspjlt2orzvk4"
    );
}

#[test]
fn leaves_that_repeat_give_the_same_root_as_kubo() {
    assert_eq!(
        root(&vec![0; 3 * LEAF], LEAF),
        "bafybeid46owk5sqnqfthygjki6atev4vaydr46nkmrseb2awrepry3k5hu"
    );
}

#[test]
fn three_levels_are_laid_out_as_kubo_lays_them_out() {
    let image = lcg(487_216);
    let nodes = FANOUT * FANOUT * 16;
    assert_eq!(
        root(&image[..FANOUT * 16], 16),
        "bafybeihxagku6cb25bwnhc744kt6h3a5iawjjz5wiswi5luiq4645dothq"
    );
    assert_eq!(
        root(&image[..FANOUT * 16 + 1], 16),
        "bafybeibvf5uzfcfuvca5dpafdsmww5xyp3w64kxqblkedx3yys2dl7q76e"
    );
    assert_eq!(
        root(&image[..nodes], 16),
        "bafybeicfd7eqaec4agvm36trhvpiamxf6tupmqsd5mk2ac6agqfns46vuq"
    );
    assert_eq!(
        root(&image[..nodes + 1], 16),
        "bafybeihhdxypu3g5ed4lztu3u4bfolpspyenvpxeb6h3bo5feid6eyn754"
    );
    assert_eq!(
        root(&image, 16),
        "bafybeicn5hsqrndforjdroele7alqs2jcubnjbiifsuebegbawdgvkkovu"
    );
}

#[test]
fn the_root_does_not_depend_on_how_the_bytes_are_fed() {
    let image = lcg(5000);
    let whole = root(&image, 16);
    for step in [1, 7, 15, 16, 17, 33, 4999] {
        let mut importer = Importer::with_leaf(NonZeroUsize::new(16).unwrap());
        let mut nothing = |_: &Cid, _: &[u8]| -> Result<(), Infallible> { Ok(()) };
        for part in image.chunks(step) {
            importer.update(part, &mut nothing).unwrap();
        }
        assert_eq!(
            importer.finish(&mut nothing).unwrap().0.to_string(),
            whole,
            "fed {step} bytes at a time"
        );
    }
}

#[test]
fn a_reader_gives_root_and_size() {
    let image = lcg(2 * LEAF + 12_345);
    let (root, size) = root_of(image.as_slice()).unwrap();
    assert_eq!(
        root.to_string(),
        "bafybeiaw5p4qgeegvdugvjsktshbod67gxus7vodstkf6se7343vjdxtne"
    );
    assert_eq!(size, image.len() as u64);
}

#[test]
fn an_import_ends_with_the_first_block_that_is_refused() {
    let mut importer = Importer::with_leaf(NonZeroUsize::new(16).unwrap());
    let mut taken = 0;
    let mut emit = |_: &Cid, _: &[u8]| {
        taken += 1;
        if taken == 3 {
            Err("full")
        } else {
            Ok(())
        }
    };
    assert_eq!(importer.update(&lcg(500), &mut emit), Err("full"));
    assert_eq!(taken, 3);
}
