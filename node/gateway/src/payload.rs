//! `/suit/v1/payload/{root}`: a whole image, a leaf at a time.

use crate::{
    access::{self, Grant},
    conditions::{self, Part},
    Named, Refusal, Shared,
};
use axum::{
    body::Body,
    extract::State,
    http::{header, HeaderMap, HeaderValue, StatusCode},
    response::Response,
};
use bytes::Bytes;
use chunks::{
    store::{Status, Store},
    BlockId, Cid,
};
use futures::Stream;
use std::{io, sync::Arc};
use tokio::sync::OwnedSemaphorePermit;

/// Tells size and tag.
pub(crate) async fn head(
    State(shared): State<Arc<Shared>>,
    Named(root): Named,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let image = Image::find(&shared, root, &headers).await?;
    if conditions::not_modified(&headers, &image.etag) {
        return image.answer(StatusCode::NOT_MODIFIED, None, Body::empty());
    }
    image.answer(StatusCode::OK, Some(image.size), Body::empty())
}

/// Gives the image, or one range of it. The first piece is read and verified before the status goes out, so that a
/// damaged one is a clean refusal; a damaged later piece ends the connection short of `Content-Length`, so that no peer
/// takes what it has for the whole.
pub(crate) async fn get(
    State(shared): State<Arc<Shared>>,
    Named(root): Named,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let image = Image::find(&shared, root, &headers).await?;
    if conditions::not_modified(&headers, &image.etag) {
        return image.answer(StatusCode::NOT_MODIFIED, None, Body::empty());
    }
    let (start, end, status) = match conditions::part(&headers, &image.etag, image.size) {
        Part::Whole => (0, image.size, StatusCode::OK),
        Part::Bytes { start, end } => (start, end, StatusCode::PARTIAL_CONTENT),
        Part::Unsatisfiable => return Err(Refusal::RangeNotSatisfiable { size: image.size }),
    };
    let permit = shared.download_permit()?;
    let first = if start < end {
        let root = image.root;
        let wanted = piece(start, end);
        let first = shared.with_store(move |store| store.read(&root, start, wanted)).await?;
        if first.is_empty() {
            log::error!(target: "suit-gateway", "image {root} ends before its size");
            return Err(Refusal::Storage);
        }
        Some(Bytes::from(first))
    } else {
        None
    };
    let pieces = Pieces {
        store: shared.store.clone(),
        root: image.root,
        first,
        next: start,
        end,
        _permit: permit,
    };
    let mut response = image.answer(status, Some(end - start), Body::from_stream(pieces.into_stream()))?;
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{}", end.saturating_sub(1), image.size);
        response
            .headers_mut()
            .insert(header::CONTENT_RANGE, header_value(range)?);
    }
    Ok(response)
}

/// An image that is here in full, and that this peer may have.
struct Image {
    root: Cid,
    size: u64,
    etag: String,
    grant: Grant,
}

impl Image {
    async fn find(shared: &Shared, root: BlockId, headers: &HeaderMap) -> Result<Self, Refusal> {
        let grant = access::image(shared, root, headers).await?;
        let cid = root.cid();
        match shared.with_store(move |store| Ok(store.status(&cid))).await? {
            Status::Complete { size } => Ok(Self {
                root: cid,
                size,
                etag: format!("\"{root}\""),
                grant,
            }),
            Status::Absent | Status::Partial { .. } => Err(Refusal::NotFound),
        }
    }

    fn answer(&self, status: StatusCode, length: Option<u64>, body: Body) -> Result<Response, Refusal> {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::ETAG, header_value(self.etag.clone())?);
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(self.grant.cache_control()),
        );
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let Some(length) = length {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            );
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        }
        Ok(response)
    }
}

fn header_value(text: String) -> Result<HeaderValue, Refusal> {
    HeaderValue::try_from(text).map_err(|_| Refusal::Storage)
}

/// What is left to send. Pieces are read one at a time, when the connection asks: an image is never in memory.
struct Pieces {
    store: Store,
    root: Cid,
    first: Option<Bytes>,
    next: u64,
    end: u64,
    _permit: OwnedSemaphorePermit,
}

impl Pieces {
    fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        futures::stream::try_unfold(self, |mut pieces| async move {
            if pieces.next >= pieces.end {
                return Ok(None);
            }
            let bytes = match pieces.first.take() {
                Some(first) => first,
                None => pieces.read().await?,
            };
            pieces.next = pieces.next.saturating_add(bytes.len() as u64);
            Ok(Some((bytes, pieces)))
        })
    }

    async fn read(&self) -> io::Result<Bytes> {
        let (store, root, next) = (self.store.clone(), self.root, self.next);
        let wanted = piece(next, self.end);
        let read = tokio::task::spawn_blocking(move || store.read(&root, next, wanted)).await;
        let problem = match read {
            Ok(Ok(bytes)) if !bytes.is_empty() && bytes.len() <= wanted => return Ok(Bytes::from(bytes)),
            Ok(Ok(_)) => "the image ends before its size".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        log::warn!(target: "suit-gateway", "download of {} cut at byte {next}: {problem}", self.root);
        Err(io::Error::other("the image cannot be read on"))
    }
}

/// Length of the next piece: what is left, at most a leaf.
fn piece(next: u64, end: u64) -> usize {
    usize::try_from(end.saturating_sub(next))
        .unwrap_or(usize::MAX)
        .min(chunks::LEAF)
}
