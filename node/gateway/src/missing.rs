//! `/suit/v1/missing/{root}`: what is still to be uploaded of an image, so that a cut-off upload goes on cheaply.

use crate::{Named, Refusal, Shared};
use axum::{
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use chunks::store::Status;
use serde_json::json;
use std::sync::Arc;

/// So many CIDs where the query does not say.
const DEFAULT_LIMIT: usize = 256;
/// So many CIDs at most.
const MAX_LIMIT: usize = 1024;

/// `{"root", "status": "absent"|"partial"|"complete", "size", "haveBytes", "missing": [cid, …]}`. The list begins with
/// the root and goes on with what accepted nodes link to; ask again when it is uploaded. `?limit=` bounds it.
pub(crate) async fn get(
    State(shared): State<Arc<Shared>>,
    Named(root): Named,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let limit = limit(query.as_deref().unwrap_or_default())?;
    let wanted = shared
        .chain
        .wanted_root(root.to_bytes())
        .await?
        .ok_or(Refusal::NotAskedFor)?;
    let cid = root.cid();
    let (status, missing) = shared
        .with_store(move |store| match store.status(&cid) {
            Status::Absent => Ok((Status::Absent, vec![cid])),
            status @ Status::Complete { .. } => Ok((status, Vec::new())),
            status @ Status::Partial { .. } => Ok((status, store.missing(&cid, limit)?)),
        })
        .await?;
    let (name, have) = match status {
        Status::Absent => ("absent", 0),
        Status::Partial { have_bytes, .. } => ("partial", have_bytes),
        Status::Complete { size } => ("complete", size),
    };
    let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
    let body = json!({
        "root": root.to_string(),
        "status": name,
        "size": wanted.stored_size,
        "haveBytes": have,
        "missing": missing,
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body.to_string()).into_response())
}

fn limit(query: &str) -> Result<usize, Refusal> {
    match query.split('&').find_map(|pair| pair.strip_prefix("limit=")) {
        None => Ok(DEFAULT_LIMIT),
        Some(text) => match text.parse::<usize>() {
            Ok(limit) if limit > 0 => Ok(limit.min(MAX_LIMIT)),
            _ => Err(Refusal::BadQuery("limit is a number from 1")),
        },
    }
}
