//! Fetching a payload into a file: continues where it stopped, never writes more than the manifest allows.

use crate::{
    error::{DeviceRefusal, Error, Result},
    http,
};
use indicatif::ProgressBar;
use reqwest::{header, Client, StatusCode};
use sha2::{Sha256, Sha384, Sha512};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::Path,
    time::Duration,
};

/// Attempts in a row that bring no byte.
const FRUITLESS: u32 = 3;

/// Pause before a gateway that has too much to do is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// A place has this long, and a second more for every so many bytes that it gave: one that trickles must not hold up an
/// update that others could deliver.
const GRACE: Duration = Duration::from_secs(120);
const SLOWEST: u64 = 1024;

/// What the manifest says of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// How the digest is computed.
    pub algorithm: Algorithm,
    /// The digest.
    pub digest: Vec<u8>,
    /// The size in bytes.
    pub size: u64,
}

/// Digest algorithms that this device has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha-256",
            Algorithm::Sha384 => "sha-384",
            Algorithm::Sha512 => "sha-512",
        }
    }

    /// Algorithm, colon, hexadecimal.
    pub fn text(self, digest: &[u8]) -> String {
        format!("{}:{}", self.name(), hex::encode(digest))
    }
}

/// A payload at a gateway.
pub struct Source<'a> {
    /// The client.
    pub client: &'a Client,
    /// The gateway's origin.
    pub location: &'a str,
    /// The payload's root.
    pub cid: &'a str,
    /// The ticket as the bearer token.
    pub ticket: Option<&'a str>,
}

/// Fetches into `part` until it has `size` bytes. The number of bytes that were there already.
pub async fn fetch(source: &Source<'_>, part: &Path, size: u64, bar: &ProgressBar) -> Result<u64> {
    let before = length(part)?;
    let begun = tokio::time::Instant::now();
    let mut fruitless = 0u32;
    loop {
        let start = length(part)?;
        bar.set_position(start);
        if start == size {
            return Ok(before);
        }
        let limit = begun + GRACE + Duration::from_secs(start.saturating_sub(before) / SLOWEST);
        let attempt = tokio::time::timeout_at(limit, fetch_once(source, part, start, size, bar)).await;
        let Ok(outcome) = attempt else {
            if length(part)? > start {
                continue;
            }
            return Err(Error::Unreachable {
                what: source.location.to_owned(),
                reason: "it gives the bytes too slowly".into(),
            });
        };
        let error = match outcome {
            Ok(()) => continue,
            Err(error @ Error::Unreachable { .. }) => error,
            Err(error) if passes(&error) => {
                tokio::time::sleep(PAUSE).await;
                error
            }
            Err(error) => return Err(error),
        };
        fruitless = if length(part)? > start {
            0
        } else {
            fruitless.saturating_add(1)
        };
        if fruitless >= FRUITLESS {
            return Err(error);
        }
    }
}

/// Whether the gateway only asks to come again. Damaged bytes take it longer than a device should wait: another place
/// has them.
fn passes(error: &Error) -> bool {
    matches!(error, Error::Gateway { status: 429 | 503, code, .. } if code != "Corrupt")
}

fn length(path: &Path) -> Result<u64> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(e) => Err(Error::file(path)(e)),
    }
}

async fn fetch_once(source: &Source<'_>, part: &Path, start: u64, size: u64, bar: &ProgressBar) -> Result<()> {
    let url = format!(
        "{}/suit/v1/payload/{}",
        source.location.trim_end_matches('/'),
        source.cid
    );
    let mut request = source.client.get(&url);
    if let Some(ticket) = source.ticket {
        request = request.header(header::AUTHORIZATION, format!("Bearer {ticket}"));
    }
    if start > size {
        // More than the payload is long: not what it should be.
        truncate(part)?;
    } else if start > 0 {
        request = request
            .header(header::RANGE, format!("bytes={start}-"))
            .header(header::IF_RANGE, format!("\"{}\"", source.cid));
    }
    let mut response = request.send().await.map_err(|e| http::failed(&url, e))?;
    let mut at = match response.status() {
        StatusCode::OK => {
            truncate(part)?;
            0
        }
        StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(start) => start,
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
            truncate(part)?;
            return Err(Error::Unreachable {
                what: url,
                reason: "the gateway sent another range than asked".into(),
            });
        }
        _ => return Err(http::gateway_error(&url, response).await),
    };
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(part)
        .map_err(Error::file(part))?;
    bar.set_position(at);
    while let Some(bytes) = response.chunk().await.map_err(|e| http::failed(&url, e))? {
        at = at.saturating_add(bytes.len() as u64);
        if at > size {
            truncate(part)?;
            return Err(DeviceRefusal::SizeMismatch {
                expected: size,
                actual: at,
            }
            .into());
        }
        file.write_all(&bytes).map_err(Error::file(part))?;
        bar.set_position(at);
    }
    match at == size {
        true => Ok(()),
        false => Err(Error::Unreachable {
            what: url,
            reason: format!("the answer ended after {at} of {size} bytes"),
        }),
    }
}

fn truncate(part: &Path) -> Result<()> {
    File::create(part).map(drop).map_err(Error::file(part))
}

/// The first byte of `Content-Range: bytes START-END/TOTAL`.
fn range_start(response: &reqwest::Response) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

/// Checks a file's size and digest by reading all of it.
pub fn check(path: &Path, expected: &Expected) -> Result<()> {
    let actual = length(path)?;
    if actual != expected.size {
        return Err(DeviceRefusal::SizeMismatch {
            expected: expected.size,
            actual,
        }
        .into());
    }
    let digest = digest(path, expected.algorithm).map_err(Error::file(path))?;
    if digest != expected.digest {
        let text = |digest: &[u8]| expected.algorithm.text(digest);
        return Err(DeviceRefusal::DigestMismatch {
            expected: text(&expected.digest),
            actual: text(&digest),
        }
        .into());
    }
    Ok(())
}

fn digest(path: &Path, algorithm: Algorithm) -> std::io::Result<Vec<u8>> {
    match algorithm {
        Algorithm::Sha256 => digest_with::<Sha256>(path),
        Algorithm::Sha384 => digest_with::<Sha384>(path),
        Algorithm::Sha512 => digest_with::<Sha512>(path),
    }
}

fn digest_with<D: sha2::Digest>(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hash = D::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            Some(part) if !part.is_empty() => hash.update(part),
            _ => return Ok(hash.finalize().to_vec()),
        }
    }
}
