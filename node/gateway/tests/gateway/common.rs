//! A gateway on a free port, and the images that travel.

use chunks::{
    store::{Config, Store},
    BlockId, Cid,
};
use reqwest::{header, Method, Response};
use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};
use suit_node_gateway::{router, serve_with, ChainError, ChainView, Gateway, Limits, ServerLimits, Wanted};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

pub const GENESIS: [u8; 32] = [7; 32];
/// Generous: it is only ever reached when something is broken.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// An image and its blocks, root first and then as a peer may upload them: parents before children.
pub struct Image {
    pub bytes: Vec<u8>,
    pub root: Cid,
    pub blocks: Vec<(Cid, Vec<u8>)>,
}

impl Image {
    /// Bytes that look random and differ by seed.
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
        blocks.reverse();
        assert_eq!(blocks[0].0, root);
        Self { bytes, root, blocks }
    }

    pub fn root_bytes(&self) -> [u8; 36] {
        BlockId::from_cid(&self.root)
            .expect("our importer makes our CIDs")
            .to_bytes()
    }
}

#[derive(Default)]
pub struct Chain {
    pub wanted: Mutex<HashMap<[u8; 36], Wanted>>,
    pub nodes: Mutex<HashSet<[u8; 32]>>,
    pub down: AtomicBool,
}

impl Chain {
    pub fn publish(&self, image: &Image, open: bool) {
        let wanted = Wanted {
            stored_size: image.bytes.len() as u64,
            open,
        };
        self.wanted.lock().unwrap().insert(image.root_bytes(), wanted);
    }

    pub fn revoke(&self, image: &Image) {
        self.wanted.lock().unwrap().remove(&image.root_bytes());
    }

    fn ask<T>(&self, answer: T) -> Result<T, ChainError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(ChainError("it is down".into()));
        }
        Ok(answer)
    }
}

#[async_trait::async_trait]
impl ChainView for Chain {
    async fn wanted_root(&self, root: [u8; 36]) -> Result<Option<Wanted>, ChainError> {
        self.ask(self.wanted.lock().unwrap().get(&root).copied())
    }

    async fn is_storage_node(&self, node_key: [u8; 32]) -> Result<bool, ChainError> {
        self.ask(self.nodes.lock().unwrap().contains(&node_key))
    }

    fn genesis(&self) -> [u8; 32] {
        GENESIS
    }
}

pub struct Node {
    pub store: Store,
    pub chain: Arc<Chain>,
    pub address: SocketAddr,
    pub client: reqwest::Client,
    pub stop: Option<oneshot::Sender<()>>,
    pub served: JoinHandle<std::io::Result<()>>,
    folder: TempDir,
}

impl Node {
    pub async fn start() -> Self {
        Self::with(|_, _| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Limits, &mut ServerLimits)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store"), Config::default()).unwrap();
        let chain = Arc::new(Chain::default());
        let mut gateway = Gateway::new(store.clone(), chain.clone());
        // What the test changes on the chain is to count at once.
        gateway.limits.believe_yes = Duration::ZERO;
        gateway.limits.believe_no = Duration::ZERO;
        let mut server = ServerLimits::default();
        change(&mut gateway.limits, &mut server);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let served = tokio::spawn(serve_with(listener, router(gateway), server, shutdown));
        let client = reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().unwrap();
        Self {
            store,
            chain,
            address,
            client,
            stop: Some(stop),
            served,
            folder,
        }
    }

    /// A node that holds the image, whose release is open or not.
    pub async fn holding(image: &Image, open: bool) -> Self {
        let node = Self::start().await;
        node.take(image, open);
        node
    }

    pub fn take(&self, image: &Image, open: bool) {
        self.chain.publish(image, open);
        let (root, _) = self.store.add_file(image.bytes.as_slice()).unwrap();
        assert_eq!(root, image.root);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn request(&self, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
        let mut request = self.client.request(method, self.url(path));
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path, &[]).await
    }

    pub async fn head(&self, path: &str) -> Response {
        self.request(Method::HEAD, path, &[]).await
    }

    pub async fn put(&self, cid: &Cid, block: &[u8]) -> Response {
        self.client
            .put(self.url(&format!("/ipfs/{cid}")))
            .body(block.to_vec())
            .send()
            .await
            .unwrap()
    }

    /// Flips a bit of the image as it lies on the disk.
    pub fn damage(&self, image: &Image, offset: u64) {
        let path: PathBuf = self
            .folder
            .path()
            .join("store/complete")
            .join(image.root.to_string())
            .join("image");
        let file = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, offset).unwrap();
        file.write_all_at(&[byte[0] ^ 1], offset).unwrap();
    }
}

pub fn payload(image: &Image) -> String {
    format!("/suit/v1/payload/{}", image.root)
}

pub fn text(response: &Response, name: impl header::AsHeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Status and error code of a refusal.
pub async fn refused(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(text(&response, header::CONTENT_TYPE), "application/json");
    let body: serde_json::Value = response.json().await.unwrap();
    assert!(!body["error"]["message"].as_str().unwrap().is_empty());
    (status, body["error"]["code"].as_str().unwrap().to_owned())
}

pub fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Waits until it holds.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let wait = async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(DEADLINE, wait)
        .await
        .unwrap_or_else(|_| panic!("waited in vain until {what}"));
}
