//! The `suit_*` methods. `docs/rpc.md` describes them for their callers.

use super::{
    answer::{Challenge, Latest, NodeIdentity, ReleaseJson},
    error::{Kind, Refused},
    params::LatestParams,
};
use crate::{cli::SuitFlags, identity::Identity, metrics::Metrics, view::View};
use jsonrpsee::{core::RpcResult, proc_macros::rpc, Extensions};
use parking_lot::Mutex;
use rand::{rngs::OsRng, RngCore};
use sc_network::PeerId;
use sp_core::{crypto::Ss58Codec, Bytes};
use sp_runtime::AccountId32;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use suit_device::{
    challenge::Challenger, credential::Credential, replay::ReplayCache, request::Request, ticket, verify::verify_device,
};
use suit_manifest::{cose::PublicKey, crypto::RustCrypto};
use suit_primitives::{
    apis::{self, KeyInfo, KeyStatus, KeyUsage},
    attestation::registration_bytes,
    release::{Release, Retrieval},
    ClassId, KeyId, ProductId, VendorId,
};

/// Used challenges that are remembered until they expire: 40 bytes each.
const MAX_USED_CHALLENGES: usize = 65_536;

/// The device conversation, and what operators and authors ask a node.
#[rpc(server, namespace = "suit")]
pub trait SuitApi {
    /// A challenge for one request.
    #[method(name = "getChallenge")]
    fn get_challenge(&self) -> RpcResult<Challenge>;

    /// The newest release of a product, for a device that shows who it is, or for anybody where retrieval is open.
    #[method(name = "getLatest", blocking)]
    fn get_latest(&self, params: serde_json::Value) -> RpcResult<Latest>;

    /// Who this node is, with a proof of possession for the account that will register it. Unsafe: operators only.
    #[method(name = "nodeIdentity", with_extensions)]
    fn node_identity(&self, account: Option<String>) -> RpcResult<NodeIdentity>;
}

/// Answers the `suit_*` methods.
#[derive(Clone)]
pub struct Suit {
    inner: Arc<Inner>,
}

struct Inner {
    view: View,
    identity: Identity,
    peer_id: PeerId,
    gateway_url: String,
    challenger: Challenger,
    used: Mutex<ReplayCache>,
    challenge_lifetime: u64,
    ticket_lifetime: u64,
    metrics: Metrics,
}

impl Suit {
    /// Draws the key that challenges are made with.
    pub fn new(
        view: View,
        identity: Identity,
        peer_id: PeerId,
        gateway_url: String,
        flags: &SuitFlags,
        metrics: Metrics,
    ) -> Self {
        let mut mac_key = [0u8; 32];
        OsRng.fill_bytes(&mut mac_key);
        let inner = Inner {
            view,
            identity,
            peer_id,
            gateway_url,
            challenger: Challenger::new(mac_key),
            used: Mutex::new(ReplayCache::new(MAX_USED_CHALLENGES)),
            challenge_lifetime: flags.challenge_lifetime,
            ticket_lifetime: flags.ticket_lifetime * 60,
            metrics,
        };
        Self { inner: Arc::new(inner) }
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

impl SuitApiServer for Suit {
    fn get_challenge(&self) -> RpcResult<Challenge> {
        let inner = &self.inner;
        let mut random = [0u8; 16];
        OsRng.fill_bytes(&mut random);
        let expires = now().saturating_add(inner.challenge_lifetime);
        Ok(Challenge {
            challenge: Bytes(inner.challenger.issue(random, expires).to_vec()),
            expires,
            node_key: Bytes(inner.identity.node_id().0.to_vec()),
            genesis: Bytes(inner.view.genesis_hash().0.to_vec()),
        })
    }

    fn get_latest(&self, params: serde_json::Value) -> RpcResult<Latest> {
        let inner = &self.inner;
        let answer = match LatestParams::read(params) {
            Ok(LatestParams::Verified { credential, request }) => inner.latest_verified(&credential, &request),
            Ok(LatestParams::Open { product, installed }) => inner.latest_open(product, installed),
            Err(refused) => Err(refused),
        };
        inner.metrics.answered(match &answer {
            Ok(answer) => answer.status(),
            Err(refused) => refused.kind.name(),
        });
        Ok(answer?)
    }

    fn node_identity(&self, extensions: &Extensions, account: Option<String>) -> RpcResult<NodeIdentity> {
        sc_rpc_api::check_if_safe(extensions)?;
        let inner = &self.inner;
        let peer_id = inner.peer_id.to_bytes();
        let proof = match account {
            None => None,
            Some(account) => {
                let account = read_account(&account).ok_or_else(|| {
                    Refused::new(Kind::MalformedParams, "account is an SS58 address or 0x and 64 digits")
                })?;
                let bytes = registration_bytes(&inner.view.genesis_hash(), account.as_ref(), &peer_id);
                let proof = inner
                    .identity
                    .sign_bytes(&bytes)
                    .ok_or_else(|| Refused::new(Kind::Internal, "the keystore has lost the node's key"))?;
                Some(Bytes(proof.to_vec()))
            }
        };
        Ok(NodeIdentity {
            node_key: Bytes(inner.identity.node_id().0.to_vec()),
            peer_id: inner.peer_id.to_base58(),
            peer_id_bytes: Bytes(peer_id),
            gateway: Some(inner.gateway_url.clone()),
            proof,
        })
    }
}

fn read_account(text: &str) -> Option<AccountId32> {
    match text.strip_prefix("0x") {
        Some(digits) => {
            let bytes: [u8; 32] = hex::decode(digits).ok()?.try_into().ok()?;
            Some(AccountId32::new(bytes))
        }
        None => AccountId32::from_ss58check(text).ok(),
    }
}

impl Inner {
    fn latest_open(&self, product: ProductId, installed: Option<u64>) -> Result<Latest, Refused> {
        let info = self
            .view
            .product(product)?
            .ok_or_else(|| Refused::new(Kind::UnknownProduct, "this vendor and class are not registered"))?;
        if info.policy.latest().retrieval != Retrieval::Open {
            let message = "this product is for verified devices: send credential and request";
            return Err(Refused::new(Kind::VerificationRequired, message));
        }
        self.latest(product, installed, false)
    }

    fn latest_verified(&self, credential: &[u8], request: &[u8]) -> Result<Latest, Refused> {
        let now = now();
        let credential = Credential::decode(credential)?;
        let operator = self
            .view
            .key(VendorId(credential.claims().vendor), KeyId(credential.operator_kid()))?
            .filter(|key| key.usage == KeyUsage::Credentials)
            .ok_or_else(|| Refused::new(Kind::UnknownOperator, "the credential's operator key is not registered"))?;
        check_operator(&operator, &credential, self.view.head())?;
        let request = Request::decode(request)?;
        let verified = verify_device(
            &RustCrypto,
            &credential,
            &public_key(&operator.key),
            &request,
            &self.identity.node_id().0,
            &self.view.genesis_hash().0,
            &self.challenger,
            now,
        )?;
        self.used
            .lock()
            .insert(verified.nonce, verified.challenge_expiry, now)?;
        let product = ProductId {
            vendor: VendorId(verified.vendor),
            class: ClassId(verified.class),
        };
        let info = self
            .view
            .product(product)?
            .ok_or_else(|| Refused::new(Kind::UnknownProduct, "this vendor and class are not registered"))?;
        let needs_ticket = info.policy.latest().retrieval != Retrieval::Open;
        self.latest(product, verified.installed, needs_ticket)
    }

    fn latest(&self, product: ProductId, installed: Option<u64>, needs_ticket: bool) -> Result<Latest, Refused> {
        let freshness = None;
        Ok(match self.view.next_release(product, installed)? {
            apis::Latest::UnknownProduct => {
                return Err(Refused::new(
                    Kind::UnknownProduct,
                    "this vendor and class are not registered",
                ))
            }
            apis::Latest::VendorSuspended => Latest::Suspended { freshness },
            apis::Latest::NoRelease { highest_published } => Latest::NoRelease {
                highest_published: highest_published.map(|number| number.to_string()),
                freshness,
            },
            apis::Latest::Release {
                release,
                highest_published,
                ..
            } if installed >= Some(release.v1().sequence_number) => Latest::UpToDate {
                sequence_number: release.v1().sequence_number.to_string(),
                highest_published: highest_published.to_string(),
                freshness,
            },
            apis::Latest::Release {
                id,
                release,
                highest_published,
            } => {
                let envelope = self.view.envelope(id)?.ok_or_else(|| {
                    Refused::new(Kind::Internal, "the release's envelope is missing: ask another node")
                })?;
                let locations = self.view.locations(id)?;
                Latest::Update {
                    ticket: if needs_ticket { self.ticket(&release)? } else { None },
                    release: Box::new(ReleaseJson::new(id, &release, envelope, &locations)),
                    highest_published: highest_published.to_string(),
                    freshness,
                }
            }
        })
    }

    /// A ticket for the release's payloads; none where everything lies in the envelope.
    fn ticket(&self, release: &Release) -> Result<Option<Bytes>, Refused> {
        if release.v1().payloads.is_empty() {
            return Ok(None);
        }
        let failed = || Refused::new(Kind::Internal, "the node cannot sign a ticket: ask another node");
        let roots: Vec<[u8; 36]> = release
            .v1()
            .payloads
            .iter()
            .map(|payload| payload.v1().root.to_bytes())
            .collect();
        let claims = ticket::Claims {
            exp: now().saturating_add(self.ticket_lifetime),
            genesis: self.view.genesis_hash().0,
            roots: ticket::Roots::new(&roots).ok_or_else(failed)?,
        };
        let ticket = ticket::issue(&claims, &self.identity).map_err(|_| failed())?;
        Ok(Some(Bytes(ticket)))
    }
}

fn check_operator(operator: &KeyInfo, credential: &Credential, head: u32) -> Result<(), Refused> {
    let claims = credential.claims();
    let expired = operator.until.is_some_and(|until| until < head);
    if operator.status != KeyStatus::Live || expired || head < operator.from {
        return Err(Refused::new(
            Kind::OperatorRevoked,
            "the operator's key is revoked or not valid now: get a new credential",
        ));
    }
    if claims.iat < operator.void_before {
        return Err(Refused::new(
            Kind::CredentialVoided,
            "the operator voided credentials as old as this one",
        ));
    }
    Ok(())
}

fn public_key(key: &apis::PublicKey) -> PublicKey {
    match key {
        apis::PublicKey::P256(point) => PublicKey::P256(*point),
        apis::PublicKey::Ed25519(point) => PublicKey::Ed25519(*point),
    }
}
