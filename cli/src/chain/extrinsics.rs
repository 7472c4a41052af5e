//! Calls: arguments in SCALE, put in the order of the chain's metadata, signed by an account or general.

use crate::{
    chain::{
        client::{Chain, Config},
        general,
    },
    deadline::Deadline,
    error::{Error, Result},
};
use codec::Encode;
use subxt::{
    config::polkadot::PolkadotExtrinsicParamsBuilder,
    error::MetadataError,
    tx::{Payload, SubmittableTransaction},
    utils::{AccountId32, H256},
    Metadata,
};
use subxt_signer::{sr25519::Keypair, SecretUri};

/// The registry's name in the runtime.
pub const REGISTRY: &str = "SuitRegistry";
/// Replication's name in the runtime.
pub const REPLICATION: &str = "SuitReplication";

/// A call with its arguments, named as in the metadata.
#[derive(Clone, Debug)]
pub struct Call {
    pallet: &'static str,
    call: &'static str,
    args: Vec<(&'static str, Vec<u8>)>,
}

impl Call {
    /// A call without arguments yet.
    pub fn new(pallet: &'static str, call: &'static str) -> Self {
        Self {
            pallet,
            call,
            args: Vec::new(),
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, name: &'static str, value: impl Encode) -> Self {
        self.args.push((name, value.encode()));
        self
    }

    /// Adds an argument that is encoded already: a call within this one.
    pub fn encoded(mut self, name: &'static str, bytes: Vec<u8>) -> Self {
        self.args.push((name, bytes));
        self
    }

    /// Its name as the runtime writes it: `Pallet.call`.
    #[cfg(test)]
    pub fn name(&self) -> String {
        format!("{}.{}", self.pallet, self.call)
    }

    /// Puts the arguments in the order of the call's fields. Names must agree: a chain that renamed or added a field
    /// is one that this program does not know.
    fn in_order<'a>(&self, fields: impl ExactSizeIterator<Item = Option<&'a str>>) -> Option<Vec<u8>> {
        if fields.len() != self.args.len() {
            return None;
        }
        let mut out = Vec::new();
        for field in fields {
            let (_, bytes) = self.args.iter().find(|(name, _)| Some(*name) == field)?;
            out.extend_from_slice(bytes);
        }
        Some(out)
    }
}

impl Payload for Call {
    fn encode_call_data_to(
        &self,
        metadata: &Metadata,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), subxt::ext::subxt_core::Error> {
        let pallet = metadata.pallet_by_name_err(self.pallet)?;
        let call = pallet
            .call_variant_by_name(self.call)
            .ok_or_else(|| MetadataError::CallNameNotFound(self.call.to_owned()))?;
        let args = self
            .in_order(call.fields.iter().map(|field| field.name.as_deref()))
            .ok_or(MetadataError::IncompatibleCodegen)?;
        out.push(pallet.index());
        out.push(call.index);
        out.extend(args);
        Ok(())
    }
}

/// Reads an account's secret: `//Alice`, a phrase, or `0x…`; or the same from a file as `@FILE`, so that the phrase
/// stays out of the list of processes.
pub fn account(suri: &str) -> Result<Keypair> {
    let misuse = |e: &dyn std::fmt::Display| {
        Error::Misuse(format!(
            "--suri is not a secret URI ({e}); on a dev chain //Alice will do, @FILE reads a file"
        ))
    };
    let text = match suri.strip_prefix('@') {
        Some(path) => String::from_utf8(crate::files::read(path.as_ref(), 1024)?).map_err(|e| misuse(&e))?,
        None => suri.to_owned(),
    };
    let uri: SecretUri = text.trim().parse().map_err(|e| misuse(&e))?;
    Keypair::from_uri(&uri).map_err(|e| misuse(&e))
}

/// The account of a key.
pub fn account_id(key: &Keypair) -> AccountId32 {
    key.public_key().to_account_id()
}

/// Where a transaction was finalised, and what came of it.
#[derive(Clone, Debug)]
pub struct Included {
    /// The block.
    pub block: H256,
    /// The transaction.
    pub transaction: H256,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// The pallet's name.
    pub pallet: String,
    /// The event's name.
    pub name: String,
    /// Its fields, encoded one after the other.
    pub fields: Vec<u8>,
}

impl Included {
    /// The fields of the first such event.
    pub fn event(&self, pallet: &str, name: &str) -> Option<&[u8]> {
        let event = |event: &&Event| event.pallet == pallet && event.name == name;
        self.events.iter().find(event).map(|event| event.fields.as_slice())
    }
}

impl Chain {
    /// Signs a call by an account, submits it and waits until it is finalised and succeeded.
    pub async fn submit_signed(&self, call: &Call, key: &Keypair, deadline: Deadline) -> Result<Included> {
        deadline
            .run("the transaction becoming final", async {
                let nonce = self.next_nonce(&account_id(key)).await?;
                let params = PolkadotExtrinsicParamsBuilder::<Config>::new().nonce(nonce).build();
                let signed = self
                    .api()
                    .tx()
                    .create_signed(call, key, params)
                    .await
                    .map_err(|e| self.failed_call(e))?;
                self.submit(signed.into_encoded()).await
            })
            .await
    }

    /// Submits a call that authorises itself and waits until it is finalised and succeeded.
    pub async fn submit_general(&self, call: &Call, deadline: Deadline) -> Result<Included> {
        let metadata = self.api().metadata();
        let call = self.api().tx().call_data(call).map_err(|e| self.failed_call(e))?;
        let bytes = general::encode_for(&metadata, &call)?;
        deadline.run("the transaction becoming final", self.submit(bytes)).await
    }

    /// Submits a call that needs nobody's word, as a bare transaction.
    pub async fn submit_bare(&self, call: &Call, deadline: Deadline) -> Result<Included> {
        let bare = self.api().tx().create_unsigned(call).map_err(|e| self.failed_call(e))?;
        deadline
            .run("the transaction becoming final", self.submit(bare.into_encoded()))
            .await
    }

    /// A call as the chain encodes it, to be put within another.
    pub fn encode(&self, call: &Call) -> Result<Vec<u8>> {
        self.api().tx().call_data(call).map_err(|e| self.failed_call(e))
    }

    async fn submit(&self, bytes: Vec<u8>) -> Result<Included> {
        let progress = SubmittableTransaction::from_bytes(self.api().clone(), bytes)
            .submit_and_watch()
            .await
            .map_err(|e| self.failed_call(e))?;
        let included = progress.wait_for_finalized().await.map_err(|e| self.failed_call(e))?;
        let happened = included.wait_for_success().await.map_err(|e| self.failed_call(e))?;
        let mut events = Vec::new();
        for event in happened.iter() {
            let event = event.map_err(|e| self.failed_call(e))?;
            events.push(Event {
                pallet: event.pallet_name().to_owned(),
                name: event.variant_name().to_owned(),
                fields: event.field_bytes().to_vec(),
            });
        }
        Ok(Included {
            block: included.block_hash(),
            transaction: included.extrinsic_hash(),
            events,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_follow_the_metadatas_order_and_not_ours() {
        let call = Call::new(REGISTRY, "publish")
            .arg("envelope", vec![1u8, 2])
            .arg("roots", Vec::<u8>::new());
        let order = |fields: &[&'static str]| call.in_order(fields.iter().copied().map(Some));
        assert_eq!(order(&["envelope", "roots"]), Some(vec![8, 1, 2, 0]));
        assert_eq!(order(&["roots", "envelope"]), Some(vec![0, 8, 1, 2]));
        assert_eq!(order(&["envelope"]), None);
        assert_eq!(order(&["envelope", "roots", "more"]), None);
        assert_eq!(order(&["envelope", "others"]), None);
    }

    #[test]
    fn a_secret_uri_is_read_from_the_option_or_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("suri");
        std::fs::write(&path, "//Alice\n").unwrap();
        let from_file = account(&format!("@{}", path.display())).unwrap();
        assert_eq!(account_id(&from_file), account_id(&account("//Alice").unwrap()));
        assert_eq!(
            account_id(&from_file).to_string(),
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
            "the dev account that everybody knows"
        );
        assert_eq!(account("not a phrase").err().map(|e| e.exit_code()), Some(2));
    }
}
