//! The node's HTTP gateway: blocks in, images out.
//!
//! | route | what it does |
//! |---|---|
//! | `PUT /ipfs/{cid}` | takes one block that a live release asks for: 201 stored, 200 was there already |
//! | `HEAD /ipfs/{cid}` | 200 where the block is held, else 404; `Suit-Wanted: 1` where it may be uploaded |
//! | `GET /ipfs/{cid}` | the raw block, verified as it is read |
//! | `GET`, `HEAD /suit/v1/payload/{root}` | a whole image, with `Range`, `ETag` and resume |
//! | `GET /suit/v1/missing/{root}` | which blocks of an image to upload next |
//! | `GET /suit/v1/health` | 200 while the gateway answers |
//!
//! Every refusal is a [`Refusal`]: a status, and a JSON body `{"error":{"code":"…","message":"…"}}`. Payloads of products
//! for verified devices need a ticket; that is access control and says nothing of authenticity, which is the
//! manifest's signature alone. Nothing of a ticket is ever logged.

mod access;
mod blocks;
mod chain;
mod conditions;
mod cors;
mod guard;
mod missing;
mod payload;
mod refusal;
mod server;
mod ticket;

pub use chain::{ChainError, ChainView, Wanted};
pub use refusal::Refusal;
pub use server::{serve, serve_with, ServerLimits};

use axum::{
    extract::{DefaultBodyLimit, FromRequestParts, Path},
    http::request::Parts,
    middleware,
    routing::{get, put},
    Router,
};
use chain::CachedChain;
use chunks::{
    store::{Store, StoreError},
    BlockId,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the gateway does at once, and how long it waits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Blocks taken at the same time. One more is refused with [`Refusal::Busy`].
    pub uploads: usize,
    /// Blocks and images given at the same time. One more is refused with [`Refusal::Busy`].
    pub downloads: usize,
    /// A block must have arrived whole within this time.
    pub upload_time: Duration,
    /// For how long an answer of the chain about a root or a node is believed.
    pub believe_yes: Duration,
    /// The same for "no live release asks for it": short, because an author uploads right after publishing.
    pub believe_no: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            uploads: 64,
            downloads: 128,
            upload_time: Duration::from_secs(60),
            believe_yes: Duration::from_secs(4),
            believe_no: Duration::from_millis(250),
        }
    }
}

/// What a gateway is made of.
pub struct Gateway {
    /// The blocks.
    pub store: Store,
    /// Finalised state: what is wanted, and who may sign tickets.
    pub chain: Arc<dyn ChainView>,
    /// Bounds.
    pub limits: Limits,
}

impl Gateway {
    /// A gateway with default limits.
    pub fn new(store: Store, chain: Arc<dyn ChainView>) -> Self {
        Self {
            store,
            chain,
            limits: Limits::default(),
        }
    }
}

/// The routes of a gateway. Serve them with [`serve`], which bounds connections and slow peers.
pub fn router(gateway: Gateway) -> Router {
    let shared = Arc::new(Shared {
        uploads: Arc::new(Semaphore::new(gateway.limits.uploads)),
        downloads: Arc::new(Semaphore::new(gateway.limits.downloads)),
        chain: CachedChain::new(gateway.chain, gateway.limits.believe_yes, gateway.limits.believe_no),
        store: gateway.store,
        limits: gateway.limits,
    });
    Router::new()
        .route("/ipfs/{cid}", put(blocks::put).head(blocks::head).get(blocks::get))
        .route("/suit/v1/payload/{root}", get(payload::get).head(payload::head))
        .route("/suit/v1/missing/{root}", get(missing::get))
        .route("/suit/v1/health", get(health))
        .fallback(|| async { Refusal::NoSuchRoute })
        .method_not_allowed_fallback(|| async { Refusal::MethodNotAllowed })
        .with_state(shared)
        // Handlers bound what they read themselves, so that the refusal is ours.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(cors::apply))
}

async fn health() -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
    (
        [(axum::http::header::CONTENT_TYPE, "application/json")],
        r#"{"status":"ok"}"#,
    )
}

/// What the handlers share.
struct Shared {
    store: Store,
    chain: CachedChain,
    limits: Limits,
    uploads: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
}

impl Shared {
    fn upload_permit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.uploads).try_acquire_owned().map_err(|_| Refusal::Busy)
    }

    fn download_permit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.downloads)
            .try_acquire_owned()
            .map_err(|_| Refusal::Busy)
    }

    /// The store blocks on the disk and on its lock, so every call leaves the async threads.
    async fn with_store<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || job(&store))
            .await
            .map_err(|error| {
                log::error!(target: "suit-gateway", "a store call ended early: {error}");
                Refusal::Storage
            })?
            .map_err(Refusal::from)
    }
}

/// The CID in the path: one spelling for each block.
struct Named(BlockId);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Refusal::BadCid)?;
        BlockId::parse(&text).map(Named).map_err(|_| Refusal::BadCid)
    }
}
