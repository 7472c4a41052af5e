//! Uploading: what the gateway lacks, nodes before what they link to, leaves eight at a time. Starting again continues.

use crate::{
    deadline::Deadline,
    error::{Error, Result},
    firmware::{Block, Firmware},
    http::Gateway,
    output::Progress,
};
use futures::{stream, StreamExt, TryStreamExt};
use std::time::Duration;

/// Leaves on their way at once.
const PARALLEL: usize = 8;
/// Attempts for a block when the connection fails.
const ATTEMPTS: u32 = 5;
/// Attempts, and the pause between them, until a gateway knows of a release that was only just published: it acts on
/// finalised state, which comes a little later to one node than to another.
const UNTIL_KNOWN: u32 = 100;
const PAUSE: Duration = Duration::from_millis(200);
/// The gateway's name for a block that no live release asks for.
const NOT_ASKED_FOR: &str = "NotAskedFor";

/// What an upload did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// Blocks sent.
    pub sent: u64,
    /// Blocks that were there already.
    pub present: u64,
    /// Bytes sent.
    pub bytes: u64,
}

impl Uploaded {
    fn add(&mut self, len: Option<usize>) {
        match len {
            Some(len) => {
                self.sent = self.sent.saturating_add(1);
                self.bytes = self.bytes.saturating_add(len as u64);
            }
            None => self.present = self.present.saturating_add(1),
        }
    }
}

/// Uploads to the first of the gateways that takes the image.
pub async fn upload_to_any(
    firmware: &Firmware,
    gateways: &[Gateway],
    patient: bool,
    progress: &Progress,
    deadline: Deadline,
) -> Result<(String, Uploaded)> {
    let mut last = Error::Misuse("no gateway to upload to: give --gateway URL, or register a storage node".into());
    for gateway in gateways {
        match upload(firmware, gateway, patient, progress, deadline.again()).await {
            Ok(uploaded) => return Ok((gateway.origin().to_owned(), uploaded)),
            // Only another gateway can help against these; anything else is the same everywhere.
            Err(e @ (Error::Unreachable { .. } | Error::Gateway { .. } | Error::Timeout { .. })) => {
                progress.stage(format!("{e}"));
                last = e;
            }
            Err(e) => return Err(e),
        }
    }
    Err(last)
}

/// Uploads to one gateway. `patient`: the release was only just published, so the gateway may not know of it yet.
pub async fn upload(
    firmware: &Firmware,
    gateway: &Gateway,
    patient: bool,
    progress: &Progress,
    deadline: Deadline,
) -> Result<Uploaded> {
    let bar = progress.bytes(&format!("Uploading to {}", gateway.origin()), firmware.size);
    let mut uploaded = Uploaded::default();
    let (nodes, leaves): (Vec<&Block>, Vec<&Block>) = firmware.blocks.iter().partition(|block| block.is_node());
    let send = |block, patient| deadline.run("the upload", send_block(firmware, gateway, block, patient));
    for block in nodes {
        uploaded.add(send(block, patient).await?);
    }
    // A single leaf is the root itself.
    let patient = patient && leaves.len() == 1;
    let mut sending = stream::iter(leaves)
        .map(|block| async move { Ok::<_, Error>((block, send(block, patient).await?)) })
        .buffer_unordered(PARALLEL);
    while let Some((block, sent)) = sending.try_next().await? {
        bar.inc(block.len() as u64);
        uploaded.add(sent);
    }
    bar.finish_and_clear();
    Ok(uploaded)
}

/// Sends a block unless it is there; the number of bytes sent.
async fn send_block(firmware: &Firmware, gateway: &Gateway, block: &Block, patient: bool) -> Result<Option<usize>> {
    let cid = block.cid.to_string();
    let mut failures = 0u32;
    loop {
        let result = async {
            if gateway.has(&cid).await? {
                return Ok(None);
            }
            gateway.put(&cid, firmware.bytes(block)?).await?;
            Ok(Some(block.len()))
        };
        let error = match result.await {
            Ok(sent) => return Ok(sent),
            Err(error) => error,
        };
        failures = failures.saturating_add(1);
        // Between attempts: a steady pause until the release is known there, a longer one each time for what may pass.
        let pause = match &error {
            Error::Gateway { code, .. } if code == NOT_ASKED_FOR && patient && failures < UNTIL_KNOWN => PAUSE,
            Error::Gateway {
                status: 408 | 429 | 500 | 502..=504,
                ..
            }
            | Error::Unreachable { .. }
                if failures < ATTEMPTS =>
            {
                PAUSE.saturating_mul(failures)
            }
            _ => return Err(error),
        };
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http,
        testing::{Reply, Server},
    };
    use std::{
        collections::BTreeSet,
        sync::{Arc, Mutex},
    };

    fn firmware(folder: &std::path::Path) -> Firmware {
        let path = folder.join("fw");
        let content: Vec<u8> = (0..1_000_000u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, content).unwrap();
        Firmware::read(&path).unwrap()
    }

    type Held = Arc<Mutex<BTreeSet<String>>>;

    /// A gateway that keeps what it is given, refuses everything before the root, and refuses `refuse`.
    async fn gateway(root: String, held: Held, refuse: Option<(String, u16, &'static str)>) -> Server {
        Server::start(move |request| {
            let cid = request.path.trim_start_matches("/ipfs/").to_owned();
            let mut held = held.lock().unwrap();
            match request.method.as_str() {
                "HEAD" if held.contains(&cid) => Reply::ok(""),
                "HEAD" => Reply {
                    status: 404,
                    ..Reply::default()
                },
                _ => match &refuse {
                    Some((refused, status, code)) if *refused == cid => Reply::error(*status, code),
                    _ if cid != root && !held.contains(&root) => Reply::error(403, NOT_ASKED_FOR),
                    _ => {
                        held.insert(cid);
                        Reply {
                            status: 201,
                            ..Reply::default()
                        }
                    }
                },
            }
        })
        .await
    }

    async fn send(firmware: &Firmware, server: &Server) -> Result<Uploaded> {
        let gateway = Gateway::new(http::client(Duration::from_secs(5)).unwrap(), &server.url).unwrap();
        upload(firmware, &gateway, false, &Progress::new(true), Deadline::after(20)).await
    }

    #[tokio::test]
    async fn the_root_goes_first_and_a_second_upload_sends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let firmware = firmware(folder.path());
        let server = gateway(firmware.root.to_string(), Held::default(), None).await;
        let first = send(&firmware, &server).await.unwrap();
        assert_eq!((first.sent, first.present), (firmware.blocks.len() as u64, 0));
        let again = send(&firmware, &server).await.unwrap();
        assert_eq!(
            (again.sent, again.present, again.bytes),
            (0, firmware.blocks.len() as u64, 0)
        );
    }

    #[tokio::test]
    async fn an_upload_that_was_refused_in_the_middle_continues_with_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let firmware = firmware(folder.path());
        let held = Held::default();
        let last = firmware.blocks.last().unwrap().cid.to_string();
        let refuse = Some((last.clone(), 507, "Quota"));
        let server = gateway(firmware.root.to_string(), held.clone(), refuse).await;
        let error = send(&firmware, &server).await.unwrap_err();
        assert_eq!((error.kind().as_str(), error.code()), ("Quota", Some(507)));
        assert!(!held.lock().unwrap().contains(&last));

        let server = gateway(firmware.root.to_string(), held.clone(), None).await;
        let uploaded = send(&firmware, &server).await.unwrap();
        assert!(uploaded.sent >= 1 && uploaded.present >= 1, "{uploaded:?}");
        assert_eq!(held.lock().unwrap().len(), firmware.blocks.len());
    }

    #[tokio::test]
    async fn a_block_that_nobody_asked_for_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let firmware = firmware(folder.path());
        let server = gateway("another root".into(), Held::default(), None).await;
        assert_eq!(send(&firmware, &server).await.unwrap_err().kind(), NOT_ASKED_FOR);
    }

    #[tokio::test]
    async fn the_next_gateway_is_tried_when_one_is_down() {
        let folder = tempfile::tempdir().unwrap();
        let firmware = firmware(folder.path());
        let server = gateway(firmware.root.to_string(), Held::default(), None).await;
        let client = http::client(Duration::from_secs(5)).unwrap();
        let gateways = ["http://127.0.0.1:1", &server.url].map(|url| Gateway::new(client.clone(), url).unwrap());
        let (origin, uploaded) = upload_to_any(&firmware, &gateways, false, &Progress::new(true), Deadline::after(20))
            .await
            .unwrap();
        assert_eq!(origin, server.url);
        assert_eq!(uploaded.sent, firmware.blocks.len() as u64);
    }
}
