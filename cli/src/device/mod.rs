//! What runs on a device: ask a node, believe only the author's keys, download, check, install.

pub mod download;
pub mod install;
pub mod node;
pub mod state;

use crate::{
    chain::client::http_url,
    error::{DeviceRefusal, Error, Result},
    files, http,
    output::{hex0x, uuid, Progress, Report},
    verify::{self, Checked},
};
use download::{Algorithm, Expected, Source};
use install::Downloaded;
use node::{Answer, AnswerRelease, Identity, Question};
use serde_json::json;
use state::{Image, State};
use std::{path::PathBuf, time::Duration};
use suit_manifest::{cose::PublicKey, resolve};

/// Largest image that this device has room for.
const MAX_IMAGE: u64 = 1 << 32;

/// What an update needs to know.
pub struct Update {
    /// The device's folder.
    pub folder: PathBuf,
    /// The node's address.
    pub node: String,
    /// The device's vendor.
    pub vendor: [u8; 16],
    /// The device's class.
    pub class: [u8; 16],
    /// The only keys that it believes.
    pub authors: Vec<PublicKey>,
    /// How many of them must have signed.
    pub threshold: usize,
    /// What it shows to be verified.
    pub identity: Option<Identity>,
    /// Genesis hash of its chain, where it was told.
    pub genesis: Option<[u8; 32]>,
    /// Longest silence of the other side.
    pub silence: Duration,
}

/// A payload to fetch: what the manifest says, and where the node says it is.
#[derive(Debug)]
struct Payload {
    cid: String,
    locations: Vec<String>,
    expected: Expected,
    file: String,
    /// By which the manifest fetches it, and into which component.
    uri: Option<String>,
    component: Vec<u8>,
}

impl Update {
    /// Runs the update.
    pub async fn run(&self, progress: &Progress) -> Result<Report> {
        let mut state = State::open(&self.folder, &self.vendor, &self.class)?;
        if let Some(genesis) = &self.genesis {
            state.check_genesis(genesis)?;
        }
        let client = http::client(self.silence)?;
        let url = http_url(&self.node);
        let question = Question {
            client: &client,
            url: &url,
            vendor: self.vendor,
            class: self.class,
            installed: state.sequence_number(),
        };
        progress.stage(format!("Asking {url} for the newest release"));
        let answer = self.ask(&question, &mut state).await?;
        match (answer.status.as_str(), &answer.release) {
            ("update", Some(release)) => {
                let envelope = release.envelope()?;
                let checked = self.check(&envelope, release, state.sequence_number())?;
                let number = checked.manifest.sequence_number();
                if Some(number) == state.sequence_number() {
                    return Ok(up_to_date(number, &answer));
                }
                progress.stage(format!("Release {number} is signed by a trusted author"));
                self.install(&mut state, &client, &envelope, &checked, release, &answer, progress)
                    .await
            }
            ("update", None) => Err(DeviceRefusal::MalformedAnswer("an update without a release".into()).into()),
            ("upToDate", _) => match state.sequence_number() {
                Some(number) => Ok(up_to_date(number, &answer)),
                None => Err(DeviceRefusal::AnswerMismatch("up to date, but nothing is installed".into()).into()),
            },
            ("noRelease" | "suspended" | "revoked", _) => Ok(without_release(&answer)),
            (other, _) => Err(DeviceRefusal::MalformedAnswer(format!("status {other}")).into()),
        }
    }

    async fn ask(&self, question: &Question<'_>, state: &mut State) -> Result<Answer> {
        let Some(identity) = &self.identity else {
            return question.latest_open().await;
        };
        let challenge = question.challenge().await?;
        state.check_genesis(&challenge.genesis)?;
        question.latest_verified(identity, &challenge).await
    }

    /// Checks the envelope by the device's own keys, product and installed number. The node is believed in nothing.
    fn check<'a>(&self, envelope: &'a [u8], release: &AnswerRelease, installed: Option<u64>) -> Result<Checked<'a>> {
        let checked = verify::check(envelope, &self.authors, self.threshold).map_err(DeviceRefusal::from)?;
        let products = &checked.resolved.products;
        if !products.iter().any(|(vendor, _)| *vendor == self.vendor) {
            return Err(DeviceRefusal::WrongVendor {
                vendor: uuid(&self.vendor),
            }
            .into());
        }
        if !products
            .iter()
            .any(|(vendor, class)| *vendor == self.vendor && *class == self.class)
        {
            return Err(DeviceRefusal::WrongClass {
                class: uuid(&self.class),
            }
            .into());
        }
        let offered = checked.manifest.sequence_number();
        if let Some(installed) = installed.filter(|installed| offered < *installed) {
            return Err(DeviceRefusal::SequenceNumberLower { offered, installed }.into());
        }
        if release.sequence_number.parse() != Ok(offered) {
            let said = format!(
                "sequence number {} is said, {offered} is signed",
                release.sequence_number
            );
            return Err(DeviceRefusal::AnswerMismatch(said).into());
        }
        Ok(checked)
    }

    #[allow(clippy::too_many_arguments)]
    async fn install(
        &self,
        state: &mut State,
        client: &reqwest::Client,
        envelope: &[u8],
        checked: &Checked<'_>,
        release: &AnswerRelease,
        answer: &Answer,
        progress: &Progress,
    ) -> Result<Report> {
        let payloads = payloads(checked, release)?;
        let ticket = match &answer.ticket {
            Some(ticket) => {
                let bytes = node::bytes_up_to(ticket, suit_device::ticket::MAX_TICKET, "ticket")?;
                Some(suit_device::bearer::encode(&bytes))
            }
            None => None,
        };
        state.begin()?;
        let (mut downloaded, mut continued) = (Vec::new(), 0u64);
        for payload in &payloads {
            let part = state.part(&payload.cid)?;
            let already = fetch(client, payload, ticket.as_deref(), &part, progress).await?;
            continued = continued.saturating_add(already);
            let Expected {
                algorithm,
                digest,
                size,
            } = &payload.expected;
            downloaded.push(Downloaded {
                uri: payload.uri.clone(),
                component: payload.component.clone(),
                image: Image {
                    file: payload.file.clone(),
                    digest: algorithm.text(digest),
                    size: *size,
                },
            });
            state.collect(&payload.file)?;
        }
        let number = checked.manifest.sequence_number();
        progress.stage(format!("Running the manifest of release {number}"));
        let run = install::Run {
            folder: &state.incoming(),
            vendor: self.vendor,
            class: self.class,
            trust: install::trust(&self.authors, self.threshold),
            installed: state.sequence_number(),
            slot: state.next_slot(),
            downloaded: &downloaded,
        };
        let (outcome, installed) = run.update(envelope)?;
        // Also of a failure: it says at which command.
        files::replace(&self.folder.join(install::REPORT), &installed.report)?;
        outcome?;
        let images = install::images(run.folder, &installed, &downloaded)?;
        let slot = state.install(number, images.clone(), envelope)?;
        let folder = state.slot(slot);
        let first = images.first().map(|image| folder.join(&image.file));
        let signers: Vec<String> = checked.signers.iter().map(hex0x).collect();
        let json = json!({
            "status": "updated",
            "sequenceNumber": number.to_string(),
            "slot": slot.name(),
            "image": first.as_ref().map(|path| path.display().to_string()),
            "images": images,
            "continuedFrom": continued,
            "signers": signers,
            "report": {
                "file": self.folder.join(install::REPORT).display().to_string(),
                "result": "success",
                "steps": installed.steps,
            },
            "highestPublished": answer.highest_published,
        });
        let mut report = Report::new(json).line(format!(
            "Updated to release {number}; the active slot is {}",
            folder.display()
        ));
        for image in &images {
            report = report.field(&image.file, format!("{} bytes, {}", image.size, image.digest));
        }
        Ok(report)
    }
}

/// Fetches one payload from the first place that gives the right bytes, and checks it. Bytes that turn out wrong are
/// thrown away and fetched anew once from every place: an earlier place may have spoilt what a later one continued.
async fn fetch(
    client: &reqwest::Client,
    payload: &Payload,
    ticket: Option<&str>,
    part: &std::path::Path,
    progress: &Progress,
) -> Result<u64> {
    let size = payload.expected.size;
    let mut failure = None;
    for _round in 0..2 {
        for location in &payload.locations {
            let bar = progress.bytes(&format!("Downloading {} from {location}", payload.cid), size);
            let source = Source {
                client,
                location,
                cid: &payload.cid,
                ticket,
            };
            let result = match download::fetch(&source, part, size, &bar).await {
                Ok(already) => download::check(part, &payload.expected).map(|()| already),
                Err(error) => Err(error),
            };
            bar.finish_and_clear();
            let error = match result {
                Ok(already) => return Ok(already),
                Err(error) => error,
            };
            if matches!(error, Error::Device(_)) {
                std::fs::remove_file(part).map_err(Error::file(part))?;
            }
            progress.stage(format!("{error}"));
            if failure.as_ref().is_none_or(|known| weight(&error) >= weight(known)) {
                failure = Some(error);
            }
        }
        // Nothing was wrong with the bytes, so asking the same places again right away brings nothing.
        if !matches!(failure, Some(Error::Device(_))) {
            break;
        }
    }
    Err(failure.unwrap_or_else(|| DeviceRefusal::AnswerMismatch("no place to download from is named".into()).into()))
}

/// How much a failure says: wrong bytes more than a gateway's refusal, that more than an end that cannot be reached.
fn weight(error: &Error) -> u8 {
    match error {
        Error::Device(_) => 2,
        Error::Gateway { .. } => 1,
        _ => 0,
    }
}

/// Puts together what the manifest binds and where the node says it is.
fn payloads(checked: &Checked<'_>, release: &AnswerRelease) -> Result<Vec<Payload>> {
    let mut out: Vec<Payload> = Vec::new();
    // Which of several for one component is this device's, only running the manifest tells: all of them are fetched.
    for wanted in &checked.resolved.payloads {
        let index = wanted.component_index;
        if wanted.integrated {
            continue;
        }
        if wanted.encrypted {
            return Err(DeviceRefusal::PayloadNotSupported(index).into());
        }
        let (Some(digest), Some(size)) = (&wanted.digest, wanted.size) else {
            return Err(DeviceRefusal::PayloadNotBound(index).into());
        };
        let algorithm = algorithm(digest).ok_or(DeviceRefusal::PayloadNotSupported(index))?;
        if size == 0 || size > MAX_IMAGE {
            return Err(DeviceRefusal::PayloadNotBound(index).into());
        }
        let component = hex0x(wanted.component);
        let signed = wanted.uri.and_then(resolve::ipfs_uri).map(cid_text).transpose()?;
        let place = release
            .payloads
            .iter()
            .find(|payload| payload.component == component && signed.as_ref().is_none_or(|cid| *cid == payload.cid))
            .ok_or_else(|| DeviceRefusal::AnswerMismatch(format!("no place is named for component {index}")))?;
        // Its text goes into a URL and a file name.
        let cid = chunks::Cid::try_from(place.cid.as_str())
            .map_err(|_| DeviceRefusal::MalformedAnswer("cid".into()))?
            .to_string();
        out.push(Payload {
            cid,
            locations: place.locations.clone(),
            expected: Expected {
                algorithm,
                digest: digest.bytes.to_vec(),
                size,
            },
            file: match out.len() {
                0 => "image".to_owned(),
                position => format!("image-{position}"),
            },
            uri: wanted.uri.map(str::to_owned),
            component: wanted.component.to_vec(),
        });
    }
    match checked.resolved.payloads.is_empty() {
        true => Err(DeviceRefusal::AnswerMismatch("the manifest fetches nothing".into()).into()),
        false => Ok(out),
    }
}

fn algorithm(digest: &suit_manifest::digest::Digest<'_>) -> Option<Algorithm> {
    use suit_manifest::digest::DigestAlgorithm;
    match digest.algorithm {
        DigestAlgorithm::Sha256 => Some(Algorithm::Sha256),
        DigestAlgorithm::Sha384 => Some(Algorithm::Sha384),
        DigestAlgorithm::Sha512 => Some(Algorithm::Sha512),
        // The device's own digest of a whole image is of the SHA-2 family.
        DigestAlgorithm::Shake128 | DigestAlgorithm::Shake256 | DigestAlgorithm::Other(_) => None,
    }
}

fn cid_text(bytes: [u8; 36]) -> Result<String> {
    let cid = chunks::Cid::try_from(&bytes[..]).map_err(|e| Error::malformed("BadCid", "the manifest's URI", e))?;
    Ok(cid.to_string())
}

fn up_to_date(number: u64, answer: &Answer) -> Report {
    let json = json!({
        "status": "upToDate",
        "sequenceNumber": number.to_string(),
        "highestPublished": answer.highest_published,
    });
    Report::new(json).line(format!("Up to date: release {number} is installed"))
}

fn without_release(answer: &Answer) -> Report {
    let line = match (answer.status.as_str(), &answer.highest_published) {
        ("noRelease", Some(number)) => {
            format!("No release is offered yet; {number} was published and awaits its bytes")
        }
        ("noRelease", None) => "No release is offered: nothing was published".to_owned(),
        (status, _) => format!("The chain withholds this product's releases: {status}"),
    };
    Report::new(json!({ "status": answer.status, "highestPublished": answer.highest_published })).line(line)
}

#[cfg(test)]
mod tests;
