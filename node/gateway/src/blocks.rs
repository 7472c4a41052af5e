//! `/ipfs/{cid}`: one block in, one block out.

use crate::{access, chain::Wanted, conditions, Named, Refusal, Shared};
use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{header, HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use chunks::{
    store::{Put, StoreError},
    BlockId,
};
use futures::TryStreamExt;
use std::sync::Arc;

/// Says whether the block may be uploaded.
const SUIT_WANTED: HeaderName = HeaderName::from_static("suit-wanted");

/// Takes a block. Whatever is wrong is said before anything touches the store, and what was not asked for is refused
/// before it is read at all.
pub(crate) async fn put(
    State(shared): State<Arc<Shared>>,
    Named(block): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    if announced_length(&headers).is_some_and(|length| length > chunks::MAX_BLOCK as u64) {
        return Err(Refusal::TooLarge);
    }
    let _permit = shared.upload_permit()?;
    if !asked_for(&shared, block, false).await? {
        return Err(Refusal::NotAskedFor);
    }
    let bytes = tokio::time::timeout(shared.limits.upload_time, read_block(body))
        .await
        .map_err(|_| Refusal::UploadTooSlow)??;
    // An import reserves room: none is opened for bytes that are not the block's.
    let (right, bytes) = shared.with_store(move |_| Ok((block.matches(&bytes), bytes))).await?;
    if !right {
        return Err(Refusal::HashMismatch);
    }
    if !asked_for(&shared, block, true).await? {
        return Err(Refusal::NotAskedFor);
    }
    match shared.with_store(move |store| store.put(&block.cid(), &bytes)).await? {
        Put::Stored => Ok(StatusCode::CREATED),
        Put::AlreadyThere => Ok(StatusCode::OK),
    }
}

/// Tells whether the block is here, and whether it may be uploaded.
pub(crate) async fn head(State(shared): State<Arc<Shared>>, Named(block): Named) -> Result<Response, Refusal> {
    let cid = block.cid();
    if let Some(length) = shared.with_store(move |store| Ok(store.block_len(&cid))).await? {
        return Ok(([(header::CONTENT_LENGTH, length.to_string())], Body::empty()).into_response());
    }
    let mut response = Refusal::NotFound.into_response();
    if asked_for(&shared, block, false).await? {
        response
            .headers_mut()
            .insert(SUIT_WANTED, HeaderValue::from_static("1"));
    }
    Ok(response)
}

/// Gives a block.
pub(crate) async fn get(
    State(shared): State<Arc<Shared>>,
    Named(block): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let formats = query
        .as_deref()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.strip_prefix("format="));
    if formats.into_iter().any(|format| format != "raw") {
        return Err(Refusal::FormatNotOffered);
    }
    let grant = access::block(&shared, block, &headers).await?;
    let etag = format!("\"{block}.raw\"");
    let fixed = [
        (header::CACHE_CONTROL, grant.cache_control().to_owned()),
        (header::ETAG, etag.clone()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    if conditions::not_modified(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    let _permit = shared.download_permit()?;
    let bytes = shared
        .with_store(move |store| store.get(&block.cid()))
        .await?
        .ok_or(Refusal::NotFound)?;
    let kind = [
        (header::CONTENT_TYPE, "application/vnd.ipld.raw".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{block}.bin\""),
        ),
    ];
    Ok((fixed, kind, bytes).into_response())
}

/// Whether a live release asks for this block. A root that the chain names opens an import when `open` is set; what an
/// accepted node links to is the store's to know.
async fn asked_for(shared: &Shared, block: BlockId, open: bool) -> Result<bool, Refusal> {
    let cid = block.cid();
    if shared
        .with_store(move |store| Ok(store.is_wanted(&cid) || store.has(&cid)))
        .await?
    {
        return Ok(true);
    }
    let Some(Wanted { stored_size, .. }) = shared.chain.wanted_root(block.to_bytes()).await? else {
        return Ok(false);
    };
    if open {
        shared.with_store(move |store| store.want(&cid, stored_size)).await?;
    }
    Ok(true)
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads at most a block, whatever length was announced.
async fn read_block(body: Body) -> Result<Vec<u8>, Refusal> {
    let mut pieces = body.into_data_stream();
    let mut block = Vec::new();
    while let Some(piece) = pieces.try_next().await.map_err(|_| Refusal::Incomplete)? {
        if block.len().saturating_add(piece.len()) > chunks::MAX_BLOCK {
            return Err(Refusal::TooLarge);
        }
        block.extend_from_slice(&piece);
    }
    Ok(block)
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnsupportedCid(_) => Refusal::BadCid,
            StoreError::NotWanted { .. } => Refusal::NotAskedFor,
            StoreError::HashMismatch { .. } => Refusal::HashMismatch,
            StoreError::TooLarge { .. } => Refusal::TooLarge,
            StoreError::BadNode { why, .. } => Refusal::BadNode(why.to_string()),
            StoreError::ExceedsSize { .. } => Refusal::ExceedsSize,
            StoreError::FallsShort { .. } => Refusal::FallsShort,
            StoreError::OtherSize { .. } | StoreError::TooManySizes { .. } => Refusal::OtherSize,
            StoreError::Corrupt { .. } => {
                log::warn!(target: "suit-gateway", "damage on this disk: {error}; it is not served, and fetched again");
                Refusal::Corrupt
            }
            StoreError::UnknownImage { .. } | StoreError::Missing { .. } => Refusal::NotFound,
            // What follows is the operator's to know; messages with paths stay here.
            StoreError::ImageTooLarge { .. } | StoreError::Quota { .. } | StoreError::DiskFull { .. } => {
                log::warn!(target: "suit-gateway", "store: {error}");
                Refusal::Quota
            }
            error => {
                log::error!(target: "suit-gateway", "store: {error}");
                Refusal::Storage
            }
        }
    }
}
