//! HTTP: blocks to and from gateways, and JSON-RPC by POST for devices, which hold no connection open.

use crate::{
    chain::refusals,
    error::{Error, Result},
};
use reqwest::{header, Client, Response, StatusCode};
use serde_json::{json, Value};
use std::time::Duration;

/// Longest answer to a JSON-RPC request: an envelope in hexadecimal and what goes with it.
const MAX_ANSWER: usize = 256 * 1024;
/// Longest error body that is read.
const MAX_ERROR: usize = 16 * 1024;
/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(10);

/// A client that gives up when nothing comes for `silence`.
pub fn client(silence: Duration) -> Result<Client> {
    Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(silence)
        // Redirects could lead a ticket, or a device, to another host.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|e| Error::Unreachable {
            what: "the network".into(),
            reason: e.to_string(),
        })
}

/// The error behind a failed request.
pub fn failed(url: &str, error: reqwest::Error) -> Error {
    // The innermost cause says what happened; the outer ones only say that sending failed.
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Error::Unreachable {
        what: url.to_owned(),
        reason: cause.to_string(),
    }
}

/// Reads a body of at most `max` bytes.
pub async fn body(url: &str, mut response: Response, max: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|e| failed(url, e))? {
        if bytes.len().saturating_add(part.len()) > max {
            return Err(Error::malformed(
                "TooLarge",
                url,
                format!("the answer is longer than {max} bytes"),
            ));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// The gateway's error, from its JSON body where it sent one.
pub async fn gateway_error(url: &str, response: Response) -> Error {
    let status = response.status();
    let body = body(url, response, MAX_ERROR).await.unwrap_or_default();
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| {
        json.get("error")
            .and_then(|e| e.get(name))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    Error::Gateway {
        url: url.to_owned(),
        status: status.as_u16(),
        code: text("code").unwrap_or_else(|| "Http".to_owned()),
        message: text("message").unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given").to_owned()),
    }
}

/// JSON-RPC by POST.
pub async fn json_rpc(client: &Client, url: &str, method: &str, params: Value) -> Result<Value> {
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let response = client
        .post(url)
        .json(&request)
        .send()
        .await
        .map_err(|e| failed(url, e))?;
    if !response.status().is_success() {
        return Err(gateway_error(url, response).await);
    }
    let bytes = body(url, response, MAX_ANSWER).await?;
    let mut answer: Value = serde_json::from_slice(&bytes).map_err(|e| Error::malformed("MalformedAnswer", url, e))?;
    if let Some(error) = answer.get("error") {
        let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
        let message = error
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("no reason given");
        return Err(refusals::from_error_object(code, message, error.get("data")));
    }
    match answer.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(Error::malformed("MalformedAnswer", url, "neither result nor error")),
    }
}

/// A gateway that takes blocks.
#[derive(Clone, Debug)]
pub struct Gateway {
    client: Client,
    origin: String,
}

impl Gateway {
    /// A gateway at an origin such as `http://127.0.0.1:8080`.
    pub fn new(client: Client, origin: &str) -> Result<Self> {
        if !origin.starts_with("http://") && !origin.starts_with("https://") {
            return Err(Error::Misuse(format!(
                "{origin} is not a gateway: http://HOST:PORT or https://HOST is"
            )));
        }
        Ok(Self {
            client,
            origin: origin.trim_end_matches('/').to_owned(),
        })
    }

    /// Where it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    fn block_url(&self, cid: &str) -> String {
        format!("{}/ipfs/{cid}", self.origin)
    }

    /// Whether it has a block.
    pub async fn has(&self, cid: &str) -> Result<bool> {
        let url = self.block_url(cid);
        // Where the answer is no, for whatever reason, the block is simply sent.
        let response = self.client.head(&url).send().await.map_err(|e| failed(&url, e))?;
        Ok(response.status() == StatusCode::OK)
    }

    /// Gives it a block. Giving a block twice is no error.
    pub async fn put(&self, cid: &str, block: Vec<u8>) -> Result<()> {
        let url = self.block_url(cid);
        let request = self
            .client
            .put(&url)
            .header(header::CONTENT_TYPE, "application/vnd.ipld.raw")
            .body(block);
        let response = request.send().await.map_err(|e| failed(&url, e))?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(gateway_error(&url, response).await)
        }
    }
}
