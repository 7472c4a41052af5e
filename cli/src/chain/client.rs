//! The connection to a node.

use crate::{
    chain::refusals,
    deadline::Deadline,
    error::{Error, Result},
};
use codec::{Decode, DecodeAll, Encode};
use serde_json::Value;
use std::future::Future;
use subxt::{
    backend::{
        legacy::{LegacyBackend, LegacyRpcMethods},
        rpc::RpcClient,
    },
    config::Header,
    ext::subxt_rpcs::client::RpcParams,
    utils::H256,
    OnlineClient, PolkadotConfig,
};

/// The chain's types, as far as this program needs them: AccountId32, MultiAddress, BlakeTwo256.
pub type Config = PolkadotConfig;

/// A connection to a node.
pub struct Chain {
    rpc: RpcClient,
    methods: LegacyRpcMethods<Config>,
    api: OnlineClient<Config>,
    url: String,
    /// How long any one answer may take.
    patience: Deadline,
}

/// A finalised block.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Its hash.
    pub hash: H256,
    /// Its number.
    pub number: u32,
}

/// The WebSocket address of a node, whichever scheme it was written with.
pub fn websocket_url(url: &str) -> String {
    swap_scheme(url, [("http://", "ws://"), ("https://", "wss://")])
}

/// The HTTP address of a node, whichever scheme it was written with.
pub fn http_url(url: &str) -> String {
    swap_scheme(url, [("ws://", "http://"), ("wss://", "https://")])
}

fn swap_scheme(url: &str, pairs: [(&str, &str); 2]) -> String {
    for (from, to) in pairs {
        if let Some(rest) = url.strip_prefix(from) {
            return format!("{to}{rest}");
        }
    }
    url.to_owned()
}

impl Chain {
    /// Connects to a node.
    pub async fn connect(url: &str, deadline: Deadline) -> Result<Self> {
        deadline
            .run(
                "connecting to the node",
                Self::connect_now(&websocket_url(url), deadline),
            )
            .await
    }

    async fn connect_now(url: &str, patience: Deadline) -> Result<Self> {
        let unreachable = |reason: String| Error::Unreachable {
            what: format!("node {url}"),
            reason,
        };
        let rpc = RpcClient::from_insecure_url(url)
            .await
            .map_err(|e| unreachable(refusals::rpc_reason(&e)))?;
        let backend = LegacyBackend::builder().build(rpc.clone());
        let api = OnlineClient::from_backend(backend.into())
            .await
            .map_err(|e| Error::Incompatible(format!("{url}: {e}")))?;
        Ok(Self {
            methods: LegacyRpcMethods::new(rpc.clone()),
            rpc,
            api,
            url: url.to_owned(),
            patience,
        })
    }

    /// The connection for calls.
    pub fn api(&self) -> &OnlineClient<Config> {
        &self.api
    }

    /// Genesis hash: the chain's name in everything that is signed.
    pub fn genesis(&self) -> [u8; 32] {
        self.api.genesis_hash().0
    }

    /// Waits for one answer of the node.
    async fn answer<T>(
        &self,
        what: &str,
        answer: impl Future<Output = std::result::Result<T, subxt::ext::subxt_rpcs::Error>>,
    ) -> Result<T> {
        self.answered(what, async { answer.await.map_err(|e| self.failed(e)) })
            .await
    }

    /// The same, where the error is one of ours already.
    pub(super) async fn answered<T>(&self, what: &str, answer: impl Future<Output = Result<T>>) -> Result<T> {
        self.patience
            .again()
            .run(&format!("the node's answer to {what}"), answer)
            .await
    }

    async fn finalized_hash(&self) -> Result<H256> {
        self.answer("chain_getFinalizedHead", self.methods.chain_get_finalized_head())
            .await
    }

    /// The newest finalised block.
    pub async fn finalized(&self) -> Result<Block> {
        let hash = self.finalized_hash().await?;
        let header = self
            .answer("chain_getHeader", self.methods.chain_get_header(Some(hash)))
            .await?;
        let header = header.ok_or_else(|| Error::Incompatible("the finalised block has no header".into()))?;
        Ok(Block {
            hash,
            number: header.number(),
        })
    }

    /// The account's next nonce, with what waits in the pool counted.
    pub async fn next_nonce(&self, account: &subxt::utils::AccountId32) -> Result<u64> {
        self.answer(
            "system_accountNextIndex",
            self.methods.system_account_next_index(account),
        )
        .await
    }

    /// Calls a runtime API on the newest finalised state.
    pub async fn call<R: Decode>(&self, method: &str, args: impl Encode) -> Result<R> {
        let at = self.finalized_hash().await?;
        let args = args.encode();
        let bytes: Vec<u8> = self
            .answer(method, self.methods.state_call(method, Some(&args), Some(at)))
            .await?;
        R::decode_all(&mut &bytes[..]).map_err(|e| Error::Incompatible(format!("answer of {method}: {e}")))
    }

    /// A JSON-RPC method of the node's own.
    pub async fn request(&self, method: &str, params: &[Value]) -> Result<Value> {
        let mut rpc_params = RpcParams::new();
        for param in params {
            rpc_params.push(param).map_err(|e| Error::Misuse(e.to_string()))?;
        }
        self.answer(method, self.rpc.request(method, rpc_params)).await
    }

    /// Asks `question` about every newly finalised state until it has an answer.
    pub async fn wait_for<T, F>(&self, what: &str, deadline: Deadline, mut question: F) -> Result<T>
    where
        F: AsyncFnMut(&Chain) -> Result<Option<T>>,
    {
        deadline
            .run(what, async {
                // Subscribed before the first question, so that no block between the two is missed.
                let mut heads = self
                    .methods
                    .chain_subscribe_finalized_heads()
                    .await
                    .map_err(|e| self.failed(e))?;
                loop {
                    if let Some(answer) = question(self).await? {
                        return Ok(answer);
                    }
                    match heads.next().await {
                        Some(Ok(_)) => {}
                        Some(Err(e)) => return Err(self.failed(e)),
                        None => {
                            return Err(Error::Unreachable {
                                what: format!("node {}", self.url),
                                reason: "the connection was closed".into(),
                            })
                        }
                    }
                }
            })
            .await
    }

    /// The error behind a failed request.
    pub fn failed(&self, error: subxt::ext::subxt_rpcs::Error) -> Error {
        refusals::from_rpc(&self.url, error)
    }

    /// The error behind a failed call.
    pub fn failed_call(&self, error: subxt::Error) -> Error {
        refusals::from_subxt(&self.url, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_address_is_understood_in_either_scheme() {
        assert_eq!(http_url("ws://127.0.0.1:9944"), "http://127.0.0.1:9944");
        assert_eq!(http_url("wss://node.example"), "https://node.example");
        assert_eq!(http_url("http://127.0.0.1:9944"), "http://127.0.0.1:9944");
        assert_eq!(websocket_url("https://node.example"), "wss://node.example");
        assert_eq!(websocket_url("ws://127.0.0.1:9944"), "ws://127.0.0.1:9944");
    }
}
