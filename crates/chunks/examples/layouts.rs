//! Which layout on disk serves best: the store's (one file an image), a flat folder of one file a block, or such a folder
//! sharded by two digits. All three hash what they take in and what they give out, and all three keep the list of an
//! image's leaves in memory.
//!
//! `cargo run --release -p chunks --features store --example layouts -- [--smoke] [--dir FOLDER] [--json FILE]`

use std::{
    collections::HashSet,
    error::Error,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use chunks::{
    dag::NodeView,
    import::import,
    store::{Config, Store},
    BlockId, Codec, LEAF,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Root first, as a fetcher gets them.
type Blocks = Vec<(BlockId, Vec<u8>)>;

trait Layout: Sized {
    /// Opens what is there and knows its blocks.
    fn open(folder: &Path, kind: Kind, root: &BlockId) -> Result<Self>;
    /// Takes blocks in. Afterwards they are on stable storage.
    fn import(&mut self, blocks: &Blocks, size: u64) -> Result<()>;
    /// The image, leaf by leaf. Gives its length.
    fn read_through(&self) -> Result<u64>;
    fn block(&self, id: &BlockId) -> Result<Vec<u8>>;
    fn delete(self) -> Result<()>;
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Store,
    Flat,
    Sharded,
}

struct Images {
    store: Store,
    root: BlockId,
}

impl Layout for Images {
    fn open(folder: &Path, _: Kind, root: &BlockId) -> Result<Self> {
        let store = Store::open(folder, Config::default())?;
        Ok(Self { store, root: *root })
    }

    fn import(&mut self, blocks: &Blocks, size: u64) -> Result<()> {
        self.store.want(&self.root.cid(), size)?;
        for (id, block) in blocks {
            self.store.put(&id.cid(), block)?;
        }
        let complete = self.store.status(&self.root.cid()).is_complete();
        complete.then_some(()).ok_or("the image is not complete".into())
    }

    fn read_through(&self) -> Result<u64> {
        let mut at = 0u64;
        loop {
            let length = self.store.read(&self.root.cid(), at, LEAF)?.len() as u64;
            if length == 0 {
                return Ok(at);
            }
            at += length;
        }
    }

    fn block(&self, id: &BlockId) -> Result<Vec<u8>> {
        self.store.get(&id.cid())?.ok_or("a block is missing".into())
    }

    fn delete(self) -> Result<()> {
        Ok(self.store.remove(&self.root.cid())?)
    }
}

struct Folder {
    path: PathBuf,
    sharded: bool,
    root: BlockId,
    here: HashSet<BlockId>,
    leaves: Vec<BlockId>,
}

impl Folder {
    fn path(&self, id: &BlockId) -> PathBuf {
        match self.sharded {
            true => self.path.join(format!("{:02x}", id.digest[31])).join(id.to_string()),
            false => self.path.join(id.to_string()),
        }
    }

    fn list(&mut self, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.list(&entry.path())?;
            } else if let Some(id) = entry.file_name().to_str().and_then(|name| BlockId::parse(name).ok()) {
                self.here.insert(id);
            }
        }
        Ok(())
    }

    fn walk(&mut self, id: BlockId) -> Result<()> {
        if id.codec == Codec::Raw {
            self.leaves.push(id);
            return Ok(());
        }
        let block = self.block(&id)?;
        for link in NodeView::decode(&block).map_err(|why| why.to_string())?.links() {
            self.walk(link.id)?;
        }
        Ok(())
    }
}

impl Layout for Folder {
    fn open(folder: &Path, kind: Kind, root: &BlockId) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut opened = Self {
            path: folder.into(),
            sharded: kind == Kind::Sharded,
            root: *root,
            here: HashSet::new(),
            leaves: Vec::new(),
        };
        opened.list(folder)?;
        if opened.here.contains(root) {
            opened.walk(*root)?;
        }
        Ok(opened)
    }

    fn import(&mut self, blocks: &Blocks, _: u64) -> Result<()> {
        let tmp = self.path.join("tmp");
        let mut folders = HashSet::new();
        for (id, block) in blocks {
            if !id.matches(block) {
                return Err("not the block that was asked for".into());
            }
            let path = self.path(id);
            let folder = path.parent().ok_or("no folder")?;
            if folders.insert(folder.to_owned()) {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&tmp)?;
            file.write_all(block)?;
            file.sync_all()?;
            fs::rename(&tmp, &path)?;
            self.here.insert(*id);
        }
        folders.insert(self.path.clone());
        for folder in folders {
            File::open(folder)?.sync_all()?;
        }
        self.walk(self.root)
    }

    fn read_through(&self) -> Result<u64> {
        self.leaves
            .iter()
            .try_fold(0, |length, id| Ok(length + self.block(id)?.len() as u64))
    }

    fn block(&self, id: &BlockId) -> Result<Vec<u8>> {
        let block = fs::read(self.path(id))?;
        id.matches(&block).then_some(block).ok_or("a block is damaged".into())
    }

    fn delete(self) -> Result<()> {
        for id in &self.here {
            fs::remove_file(self.path(id))?;
        }
        Ok(())
    }
}

/// The rows, each with its unit, whether more is better, and how the store is to do against its peers. Blocks are hashed
/// whatever the layout, so that reading is to be no slower, within what measuring is good for.
const ROWS: [(&str, &str, bool, f64); 5] = [
    ("import with fsync", "MB/s", true, 1.0),
    ("read through, leaf by leaf", "MB/s", true, 0.95),
    ("read random blocks", "blocks/s", true, 0.95),
    ("delete an image", "ms", false, 1.0),
    ("reopen", "ms", false, 1.0),
];

/// How often everything is read.
const PASSES: usize = 5;

/// One figure for each row.
fn measure<L: Layout>(folder: &Path, kind: Kind, blocks: &Blocks, size: u64) -> Result<[f64; 5]> {
    let root = &blocks.first().ok_or("no blocks")?.0;
    let mut layout = L::open(folder, kind, root)?;
    let import = seconds(|| layout.import(blocks, size))?;
    drop(layout);
    let mut reopened = None;
    let reopen = seconds(|| {
        reopened = Some(L::open(folder, kind, root)?);
        Ok(())
    })?;
    let layout = reopened.ok_or("not opened")?;
    let whole = || match layout.read_through()? {
        length if length == size => Ok(()),
        length => Err(format!("{length} bytes of {size} were read").into()),
    };
    // Once unmeasured: the system's cache is warm in all that follows.
    whole()?;
    let through = seconds(|| (0..PASSES).try_for_each(|_| whole()))?;
    // Every block once a pass, far from the one before.
    let order = (0..PASSES * blocks.len()).map(|number| number * 7919 % blocks.len());
    let random = seconds(|| {
        for (id, block) in order.filter_map(|number| blocks.get(number)) {
            if layout.block(id)?.len() != block.len() {
                return Err("another block was read".into());
            }
        }
        Ok(())
    })?;
    let delete = seconds(|| layout.delete())?;
    let megabytes = size as f64 / 1e6;
    Ok([
        megabytes / import,
        (PASSES as f64) * megabytes / through,
        (PASSES * blocks.len()) as f64 / random,
        delete * 1e3,
        reopen * 1e3,
    ])
}

fn seconds(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// An image by formula, cut into blocks: nodes before what lies below them.
fn cut(size: usize) -> Result<Blocks> {
    let mut state = 1u32;
    let mut image = Vec::with_capacity(size);
    image.resize_with(size, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let mut blocks = Vec::new();
    import::<Box<dyn Error>>(&image[..], |cid, block| {
        blocks.push((BlockId::from_cid(cid).map_err(|why| why.to_string())?, block.to_vec()));
        Ok(())
    })?;
    let (mut nodes, leaves): (Blocks, Blocks) = blocks.into_iter().partition(|(id, _)| id.codec == Codec::DagPb);
    nodes.reverse();
    nodes.extend(leaves);
    Ok(nodes)
}

fn main() -> Result<()> {
    let (mut smoke, mut json, mut place) = (false, None, std::env::temp_dir());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--smoke" => smoke = true,
            "--json" => json = Some(File::create(value()?)?),
            "--dir" => place = value()?.into(),
            _ => return Err(format!("{argument}? Only --smoke, --json FILE and --dir FOLDER are known").into()),
        }
    }
    let (size, rounds) = if smoke { (4 << 20, 1) } else { (64 << 20, 5) };
    let blocks = cut(size)?;
    let mut figures: [[Vec<f64>; 5]; 3] = Default::default();
    for _ in 0..rounds {
        for (kind, figures) in [Kind::Store, Kind::Flat, Kind::Sharded].into_iter().zip(&mut figures) {
            let folder = tempfile::tempdir_in(&place)?;
            let one = match kind {
                Kind::Store => measure::<Images>(folder.path(), kind, &blocks, size as u64)?,
                Kind::Flat | Kind::Sharded => measure::<Folder>(folder.path(), kind, &blocks, size as u64)?,
            };
            for (all, one) in figures.iter_mut().zip(one) {
                all.push(one);
            }
        }
    }
    let [store, flat, sharded] = figures.map(|rows| rows.map(median));
    println!("{} MiB in {} blocks, median of {rounds}", size >> 20, blocks.len());
    println!(
        "{:<28} {:>10} {:<8} {:<16} {:>10} {:>7} {:>5} {:<4}",
        "row", "store", "", "peer", "peer's", "ratio", "aim", "met"
    );
    for (index, (row, unit, more_is_better, aim)) in ROWS.into_iter().enumerate() {
        for (peer, theirs) in [("flat folder", flat[index]), ("sharded folder", sharded[index])] {
            let value = store[index];
            let ratio = if more_is_better { value / theirs } else { theirs / value };
            let met = ratio >= aim;
            let yes = if met { "yes" } else { "no" };
            println!("{row:<28} {value:>10.1} {unit:<8} {peer:<16} {theirs:>10.1} {ratio:>6.2}× {aim:>5.2} {yes:<4}");
            if let Some(file) = &mut json {
                writeln!(
                    file,
                    r#"{{"bench":"store","row":"{row}","value":{value:.3},"unit":"{unit}","n":{rounds},"peer":"{peer}","peer_value":{theirs:.3},"ratio":{ratio:.3},"aim":{aim},"met":{met}}}"#
                )?;
            }
        }
    }
    Ok(())
}
