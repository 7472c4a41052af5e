//! Sources of every character, and a pinner that runs.

use async_trait::async_trait;
use chunks::{
    store::{self, Store},
    Cid,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    convert::Infallible,
    future::pending,
    os::unix::fs::FileExt,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};
use suit_node_pinner::{Config, DigestAlgorithm, Order, OrderPayload, Pinner, Source, SourceError};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

/// Under the paused clock this costs nothing.
pub const DEADLINE: Duration = Duration::from_secs(600);

pub struct Image {
    pub bytes: Vec<u8>,
    pub root: Cid,
    pub blocks: Vec<(Cid, Vec<u8>)>,
}

impl Image {
    pub fn new(seed: u64, length: usize) -> Self {
        let mut state = seed.wrapping_mul(2).wrapping_add(1);
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend_from_slice(&state.to_le_bytes());
        }
        bytes.truncate(length);
        let mut blocks = Vec::new();
        let mut keep = |cid: &Cid, block: &[u8]| {
            blocks.push((*cid, block.to_vec()));
            Ok::<(), Infallible>(())
        };
        let mut importer = chunks::import::Importer::new();
        let Ok(()) = importer.update(&bytes, &mut keep);
        let Ok((root, _)) = importer.finish(&mut keep);
        Self { bytes, root, blocks }
    }

    pub fn payload(&self) -> OrderPayload {
        OrderPayload {
            root: self.root,
            stored_size: self.bytes.len() as u64,
            digest: Some((DigestAlgorithm::Sha256, Sha256::digest(&self.bytes).to_vec())),
            size: Some(self.bytes.len() as u64),
        }
    }
}

pub fn order(release: u64, images: &[&Image]) -> Order {
    Order {
        release,
        payloads: images.iter().map(|image| image.payload()).collect(),
    }
}

/// How a source behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    Honest,
    /// Right CIDs, wrong bytes.
    Lies,
    Hangs,
    HasNothing,
    Fails,
    Panics,
    /// Sends what was not asked for.
    Floods,
}

pub struct Peer {
    pub manner: Mutex<Manner>,
    pub asked: AtomicUsize,
    /// Most blocks asked for in one go.
    pub most_wanted: AtomicUsize,
    /// Roots in the order in which they were asked for.
    pub log: Mutex<Vec<Cid>>,
    blocks: Mutex<HashMap<Cid, Vec<u8>>>,
}

impl Peer {
    pub fn new(manner: Manner, images: &[&Image]) -> Arc<Self> {
        let blocks = images.iter().flat_map(|image| image.blocks.iter().cloned()).collect();
        Arc::new(Self {
            manner: Mutex::new(manner),
            asked: AtomicUsize::new(0),
            most_wanted: AtomicUsize::new(0),
            log: Mutex::default(),
            blocks: Mutex::new(blocks),
        })
    }

    pub fn change(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Source for Peer {
    fn name(&self) -> &str {
        "a test peer"
    }

    async fn fetch(&self, root: &Cid, wanted: &[Cid]) -> Result<Vec<(Cid, Vec<u8>)>, SourceError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.log.lock().unwrap().push(*root);
        self.most_wanted.fetch_max(wanted.len(), Ordering::SeqCst);
        assert!(!wanted.is_empty(), "a source is never asked for nothing");
        let manner = *self.manner.lock().unwrap();
        let known = self.blocks.lock().unwrap().clone();
        let have = || wanted.iter().filter_map(|cid| Some((*cid, known.get(cid)?.clone())));
        match manner {
            Manner::Honest => Ok(have().collect()),
            Manner::Lies => Ok(have()
                .map(|(cid, mut block)| {
                    block[0] ^= 1;
                    (cid, block)
                })
                .collect()),
            Manner::Hangs => pending().await,
            Manner::HasNothing => Ok(vec![]),
            Manner::Fails => Err(SourceError::Failed("the connection is refused".into())),
            Manner::Panics => panic!("a source with a fault"),
            Manner::Floods => Ok(known.into_iter().collect()),
        }
    }
}

/// A running pinner over a store of its own.
pub struct Running {
    pub pinner: Arc<Pinner>,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
}

pub fn open(folder: &TempDir) -> Store {
    Store::open(&folder.path().join("store"), store::Config::default()).unwrap()
}

impl Running {
    pub fn start(store: &Store, peers: &[&Arc<Peer>]) -> Self {
        Self::with(store, peers, Config::default())
    }

    pub fn with(store: &Store, peers: &[&Arc<Peer>], config: Config) -> Self {
        let sources = peers.iter().map(|peer| Arc::clone(*peer) as Arc<dyn Source>).collect();
        Self::over(store, sources, config)
    }

    pub fn over(store: &Store, sources: Vec<Arc<dyn Source>>, config: Config) -> Self {
        let pinner = Arc::new(Pinner::new(store.clone(), sources, config));
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let ended = tokio::spawn(Arc::clone(&pinner).run(shutdown));
        Self {
            pinner,
            stop: Some(stop),
            ended,
        }
    }

    /// Waits until exactly these releases are held.
    pub async fn holds(&self, releases: &[u64]) {
        let mut held = self.pinner.held_changed();
        timeout(DEADLINE, held.wait_for(|held| **held == *releases))
            .await
            .unwrap_or_else(|_| {
                panic!(
                    "{:?} are held, not {releases:?}: {:?}",
                    self.pinner.held(),
                    self.pinner.failures()
                )
            })
            .unwrap();
        assert_eq!(self.pinner.held(), releases);
    }

    pub async fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let wait = async {
            while !holds() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(DEADLINE, wait)
            .await
            .unwrap_or_else(|_| panic!("waited in vain until {what}"));
    }

    pub async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        timeout(DEADLINE, self.ended).await.expect("the pinner ends").unwrap();
    }
}

/// Flips a bit of a complete image on the disk.
pub fn damage(folder: &Path, image: &Image, offset: u64) {
    let path = folder.join("store/complete").join(image.root.to_string()).join("image");
    let file = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset).unwrap();
    file.write_all_at(&[byte[0] ^ 1], offset).unwrap();
}

pub fn read_all(store: &Store, image: &Image) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < image.bytes.len() {
        bytes.extend(store.read(&image.root, bytes.len() as u64, chunks::LEAF).unwrap());
    }
    bytes
}
