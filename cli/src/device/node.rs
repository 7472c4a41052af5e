//! The conversation with a node: challenge, request, answer. Plain JSON-RPC by POST.

use crate::{
    error::{DeviceRefusal, Error, Result},
    http, output,
};
use reqwest::Client;
use serde::Deserialize;
use serde_json::json;
use suit_device::{challenge, request};
use suit_manifest::cose::SigningKey;

/// Longest envelope that a device takes.
const MAX_ENVELOPE: usize = 16 * 1024;
/// Most payloads in an answer.
const MAX_PAYLOADS: usize = 8;
/// Most places for one payload.
const MAX_LOCATIONS: usize = 64;

/// What a device shows to be verified.
pub struct Identity {
    /// The operator's credential.
    pub credential: Vec<u8>,
    /// The key that it confirms.
    pub key: SigningKey,
}

/// Whom and what to ask.
pub struct Question<'a> {
    /// The client.
    pub client: &'a Client,
    /// The node's HTTP address.
    pub url: &'a str,
    /// The device's vendor.
    pub vendor: [u8; 16],
    /// The device's class.
    pub class: [u8; 16],
    /// What is installed.
    pub installed: Option<u64>,
}

/// `suit_getChallenge`'s answer.
pub struct Challenge {
    challenge: [u8; challenge::LEN],
    node_key: [u8; 32],
    /// Genesis hash of the node's chain.
    pub genesis: [u8; 32],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChallengeAnswer {
    challenge: String,
    node_key: String,
    genesis: String,
}

/// A payload as the node describes it. Only places are taken from here; digest and size come from the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerPayload {
    /// The component's identifier, CBOR in hexadecimal.
    pub component: String,
    /// Root of the stored bytes.
    pub cid: String,
    /// Where to fetch them.
    pub locations: Vec<String>,
}

/// A release as the node describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerRelease {
    /// Its sequence number.
    pub sequence_number: String,
    /// Its envelope in hexadecimal.
    pub envelope: String,
    /// Its payloads.
    pub payloads: Vec<AnswerPayload>,
}

/// `suit_getLatest`'s answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// `update`, `upToDate`, `noRelease`, `suspended` or `revoked`.
    pub status: String,
    /// With `update`.
    pub release: Option<AnswerRelease>,
    /// With `update`, where the payloads need one.
    pub ticket: Option<String>,
    /// Highest sequence number ever published.
    pub highest_published: Option<String>,
}

fn malformed(what: &str) -> Error {
    DeviceRefusal::MalformedAnswer(what.to_owned()).into()
}

/// Reads `0x…` of a known length.
fn bytes<const N: usize>(text: &str, name: &str) -> Result<[u8; N]> {
    let mut out = [0; N];
    let digits = text.strip_prefix("0x").ok_or_else(|| malformed(name))?;
    hex::decode_to_slice(digits, &mut out).map_err(|_| malformed(name))?;
    Ok(out)
}

/// Reads `0x…` of at most `max` bytes.
pub fn bytes_up_to(text: &str, max: usize, name: &str) -> Result<Vec<u8>> {
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| digits.len() <= max.saturating_mul(2));
    hex::decode(digits.ok_or_else(|| malformed(name))?).map_err(|_| malformed(name))
}

impl AnswerRelease {
    /// The envelope's bytes.
    pub fn envelope(&self) -> Result<Vec<u8>> {
        bytes_up_to(&self.envelope, MAX_ENVELOPE, "envelope")
    }
}

impl Question<'_> {
    /// Asks for a challenge.
    pub async fn challenge(&self) -> Result<Challenge> {
        let answer = http::json_rpc(self.client, self.url, "suit_getChallenge", json!([])).await?;
        let answer: ChallengeAnswer = serde_json::from_value(answer).map_err(|e| malformed(&e.to_string()))?;
        Ok(Challenge {
            challenge: bytes(&answer.challenge, "challenge")?,
            node_key: bytes(&answer.node_key, "nodeKey")?,
            genesis: bytes(&answer.genesis, "genesis")?,
        })
    }

    /// Asks for the newest release as a verified device.
    pub async fn latest_verified(&self, identity: &Identity, challenge: &Challenge) -> Result<Answer> {
        let claims = request::Claims {
            audience: challenge.node_key,
            challenge: challenge.challenge,
            vendor: self.vendor,
            class: self.class,
            genesis: challenge.genesis,
            installed: self.installed,
        };
        let signed = request::sign(&claims, &identity.key)
            .map_err(|e| Error::malformed("BadKey", "the device's key", format!("{e:?}")))?;
        let credential = output::hex0x(&identity.credential);
        self.latest(json!({ "credential": credential, "request": output::hex0x(signed) }))
            .await
    }

    /// Asks for the newest release as anybody.
    pub async fn latest_open(&self) -> Result<Answer> {
        let mut params = json!({ "vendor": output::hex0x(self.vendor), "class": output::hex0x(self.class) });
        if let (Some(installed), Some(object)) = (self.installed, params.as_object_mut()) {
            object.insert("installed".into(), installed.to_string().into());
        }
        self.latest(params).await
    }

    async fn latest(&self, params: serde_json::Value) -> Result<Answer> {
        let answer = http::json_rpc(self.client, self.url, "suit_getLatest", json!([params])).await?;
        let answer: Answer = serde_json::from_value(answer).map_err(|e| malformed(&e.to_string()))?;
        let too_many = answer.release.as_ref().is_some_and(|release| {
            release.payloads.len() > MAX_PAYLOADS
                || release
                    .payloads
                    .iter()
                    .any(|payload| payload.locations.len() > MAX_LOCATIONS)
        });
        match too_many {
            true => Err(malformed("more payloads or places than there can be")),
            false => Ok(answer),
        }
    }
}
