//! Images by formula, and their blocks.
#![allow(dead_code, unused_imports, reason = "every test file uses some of it")]

use std::{
    collections::BTreeMap,
    convert::Infallible,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use chunks::{import::Importer, Cid};

/// x₀ = 1, xₙ₊₁ = 1664525·xₙ + 1013904223 mod 2³²; byte n is the top byte of xₙ₊₁.
pub fn lcg(length: usize) -> Vec<u8> {
    seeded(1, length)
}

/// The same from another start.
pub fn seeded(seed: u32, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length);
    bytes.resize_with(length, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes
}

/// An image cut into blocks.
#[derive(Clone, Debug)]
pub struct Cut {
    pub root: Cid,
    pub size: u64,
    /// In the order of emission: children first.
    pub blocks: Vec<(Cid, Vec<u8>)>,
}

impl Cut {
    pub fn block(&self, cid: &Cid) -> &[u8] {
        &self
            .blocks
            .iter()
            .find(|(known, _)| known == cid)
            .expect("block of this image")
            .1
    }

    pub fn leaves(&self) -> Vec<(Cid, Vec<u8>)> {
        self.blocks
            .iter()
            .filter(|(cid, _)| cid.codec() == 0x55)
            .cloned()
            .collect()
    }

    pub fn nodes(&self) -> Vec<(Cid, Vec<u8>)> {
        self.blocks
            .iter()
            .filter(|(cid, _)| cid.codec() == 0x70)
            .cloned()
            .collect()
    }
}

/// Cuts with small leaves, so that a few kilobytes make a DAG of several levels.
pub fn cut(image: &[u8], leaf: usize) -> Cut {
    let mut importer = Importer::with_leaf(NonZeroUsize::new(leaf).unwrap());
    let mut blocks = Vec::new();
    let mut emit = |cid: &Cid, block: &[u8]| -> Result<(), Infallible> {
        blocks.push((*cid, block.to_vec()));
        Ok(())
    };
    importer.update(image, &mut emit).unwrap();
    let (root, size) = importer.finish(&mut emit).unwrap();
    Cut { root, size, blocks }
}

/// Two images that differ in their first block alone, cut into blocks of 16 bytes.
pub fn alike(blocks: usize) -> [(Vec<u8>, Cut); 2] {
    let first = lcg(16 * blocks);
    let mut second = first.clone();
    second[0] ^= 1;
    [first, second].map(|image| {
        let dag = cut(&image, 16);
        (image, dag)
    })
}

/// Every file below a folder with its bytes.
pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.insert(format!("{}/", path.display()), Vec::new());
            files.extend(snapshot(&path));
        } else {
            files.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    files
}

/// One of the two files of an image.
pub fn file(folder: &Path, shelf: &str, dag: &Cut, name: &str) -> PathBuf {
    folder.join(shelf).join(dag.root.to_string()).join(name)
}

/// Flips a bit, as a failing disk does.
pub fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x40;
    fs::write(path, bytes).unwrap();
}

/// Where a block begins in a file.
pub fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
        .expect("the block is in the file")
}

#[cfg(feature = "store")]
pub use with_store::*;

#[cfg(feature = "store")]
mod with_store {
    use super::*;
    use chunks::store::{Config, Store};

    pub fn open(folder: &Path) -> Store {
        Store::open(folder, Config::default()).unwrap()
    }

    /// Puts what is missing until nothing is, as a fetcher would. Gives the number of blocks put.
    pub fn fill(store: &Store, cut: &Cut) -> usize {
        store.want(&cut.root, cut.size).unwrap();
        let mut count = 0;
        loop {
            let missing = store.missing(&cut.root, 10).unwrap();
            if missing.is_empty() {
                return count;
            }
            for cid in missing {
                store.put(&cid, cut.block(&cid)).unwrap();
                count += 1;
            }
        }
    }

    pub fn read_all(store: &Store, root: &Cid) -> Vec<u8> {
        let mut image = Vec::new();
        loop {
            let part = store.read(root, image.len() as u64, usize::MAX).unwrap();
            if part.is_empty() {
                return image;
            }
            image.extend(part);
        }
    }
}
