//! Who may have which bytes: open images everybody, all others the holder of a ticket that opens them.

use crate::{ticket, Refusal, Shared};
use axum::http::HeaderMap;
use chunks::BlockId;

/// A block that more images share than this is judged by the first of them: whoever lies outside is told to use a
/// ticket, nobody gets in.
const MAX_IMAGES: usize = 64;

/// Why somebody may have the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    /// An open release names them.
    Open,
    /// A ticket opens them.
    Ticket,
}

impl Grant {
    /// Bytes named by their hash never change, but only open ones may lie in a shared cache.
    pub(crate) fn cache_control(self) -> &'static str {
        match self {
            Grant::Open => "public, max-age=31536000, immutable",
            Grant::Ticket => "private, max-age=31536000, immutable",
        }
    }
}

/// May this peer have the image? [`Refusal::NotFound`] where no live release names it, whatever lies on the disk.
pub(crate) async fn image(shared: &Shared, root: BlockId, headers: &HeaderMap) -> Result<Grant, Refusal> {
    let wanted = shared
        .chain
        .wanted_root(root.to_bytes())
        .await?
        .ok_or(Refusal::NotFound)?;
    if wanted.open {
        return Ok(Grant::Open);
    }
    ticket::check(shared, headers, &[root.to_bytes()]).await?;
    Ok(Grant::Ticket)
}

/// May this peer have the block? It may where it may have any image that the block belongs to.
pub(crate) async fn block(shared: &Shared, block: BlockId, headers: &HeaderMap) -> Result<Grant, Refusal> {
    let cid = block.cid();
    let images = shared.with_store(move |store| Ok(store.roots_of(&cid))).await?;
    let mut closed = Vec::new();
    for image in images
        .iter()
        .filter_map(|image| BlockId::from_cid(image).ok())
        .take(MAX_IMAGES)
    {
        match shared.chain.wanted_root(image.to_bytes()).await? {
            Some(wanted) if wanted.open => return Ok(Grant::Open),
            Some(_) => closed.push(image.to_bytes()),
            None => {}
        }
    }
    if closed.is_empty() {
        return Err(Refusal::NotFound);
    }
    ticket::check(shared, headers, &closed).await?;
    Ok(Grant::Ticket)
}
