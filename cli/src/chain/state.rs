//! Entries of the chain's state that no runtime API answers for: the council's, and what it paused and authorised.

use crate::{
    chain::Chain,
    error::{Error, Result},
};
use codec::{Decode, DecodeAll};
use subxt::{
    dynamic::{DecodedValueThunk, Value},
    utils::{AccountId32, H256},
};

/// The council's name in the runtime.
pub const COUNCIL: &str = "Council";
/// The name of the pallet that pauses calls.
pub const TX_PAUSE: &str = "TxPause";

/// How a motion stands (pallet-collective's `Votes`).
#[derive(Decode, Clone, Debug, PartialEq, Eq)]
pub struct Votes {
    /// The motion's number.
    pub index: u32,
    /// How many must be for it.
    pub threshold: u32,
    /// Who is for it.
    pub ayes: Vec<AccountId32>,
    /// Who is against it.
    pub nays: Vec<AccountId32>,
    /// The block from which it can be closed however the vote stands.
    pub end: u32,
}

impl Chain {
    /// An entry, as it is encoded in the newest finalised state.
    async fn entry(&self, pallet: &str, entry: &str, keys: Vec<Value>) -> Result<Option<DecodedValueThunk>> {
        let at = self.finalized().await?.hash;
        let address = subxt::dynamic::storage(pallet, entry, keys);
        let fetch = async {
            let state = self.api().storage().at(at);
            state.fetch(&address).await.map_err(|e| self.failed_call(e))
        };
        self.answered(&format!("state_getStorage of {pallet}.{entry}"), fetch)
            .await
    }

    async fn decoded<T: Decode>(&self, pallet: &str, entry: &str, keys: Vec<Value>) -> Result<Option<T>> {
        let Some(found) = self.entry(pallet, entry, keys).await? else {
            return Ok(None);
        };
        let decoded = T::decode_all(&mut found.encoded());
        decoded
            .map(Some)
            .map_err(|e| Error::Incompatible(format!("{pallet}.{entry}: {e}")))
    }

    /// The council's members.
    pub async fn council(&self) -> Result<Vec<AccountId32>> {
        Ok(self.decoded(COUNCIL, "Members", vec![]).await?.unwrap_or_default())
    }

    /// Hashes of the open motions.
    pub async fn motions(&self) -> Result<Vec<H256>> {
        Ok(self.decoded(COUNCIL, "Proposals", vec![]).await?.unwrap_or_default())
    }

    /// How a motion stands.
    pub async fn votes(&self, motion: H256) -> Result<Option<Votes>> {
        self.decoded(COUNCIL, "Voting", vec![hash_key(motion)]).await
    }

    /// What a motion would call: as it is encoded, and as the metadata reads it.
    pub async fn motion(&self, motion: H256) -> Result<Option<(Vec<u8>, Value<u32>)>> {
        let Some(found) = self.entry(COUNCIL, "ProposalOf", vec![hash_key(motion)]).await? else {
            return Ok(None);
        };
        let value = found
            .to_value()
            .map_err(|e| Error::Incompatible(format!("a motion's call: {e}")))?;
        Ok(Some((found.into_encoded(), value)))
    }

    /// Hash of the code that an upgrade was authorised to.
    pub async fn authorized_upgrade(&self) -> Result<Option<H256>> {
        // The hash, and whether the version must rise.
        let found: Option<(H256, bool)> = self.decoded("System", "AuthorizedUpgrade", vec![]).await?;
        Ok(found.map(|(hash, _)| hash))
    }

    /// Whether a call is paused.
    pub async fn is_paused(&self, pallet: &str, call: &str) -> Result<bool> {
        let name = Value::unnamed_composite([Value::from_bytes(pallet), Value::from_bytes(call)]);
        Ok(self.entry(TX_PAUSE, "PausedCalls", vec![name]).await?.is_some())
    }
}

fn hash_key(hash: H256) -> Value {
    Value::from_bytes(hash.0)
}
