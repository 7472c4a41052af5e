//! Transactions as they go on the wire.

use codec::Encode;
use frame_system::offchain::CreateAuthorizedTransaction;
use sp_core::{sr25519, Pair as _, H256};
use sp_runtime::generic::SignedPayload;
use suit_runtime::{AccountId, Runtime, RuntimeCall, Signature, TxExtension, UncheckedExtrinsic, VERSION};

/// An account with its next nonce, on a chain with this genesis.
pub struct Account {
    pair: sr25519::Pair,
    genesis: H256,
    nonce: u32,
}

impl Account {
    /// The account of a secret URI, which has sent nothing yet.
    pub fn new(uri: &str, genesis: H256) -> anyhow::Result<Self> {
        let pair = sr25519::Pair::from_string(uri, None).map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(Self {
            pair,
            genesis,
            nonce: 0,
        })
    }

    /// Its identifier.
    pub fn id(&self) -> AccountId {
        self.pair.public().into()
    }

    /// A call, signed with the next nonce.
    pub fn sign(&mut self, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
        let call = call.into();
        let mut extension: TxExtension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
        extension.6 = frame_system::CheckNonce::from(self.nonce);
        self.nonce += 1;
        let (spec, transaction) = (VERSION.spec_version, VERSION.transaction_version);
        let implicit = (
            (),
            (),
            spec,
            transaction,
            self.genesis,
            self.genesis,
            (),
            (),
            (),
            None,
            (),
        );
        let payload = SignedPayload::<RuntimeCall, TxExtension>::from_raw(call.clone(), extension.clone(), implicit);
        let signature = payload.using_encoded(|bytes| self.pair.sign(bytes));
        UncheckedExtrinsic::new_signed(call, self.id().into(), Signature::Sr25519(signature), extension)
    }
}

/// A call without an account.
pub fn general(call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
    let extension: TxExtension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
    UncheckedExtrinsic::new_transaction(call.into(), extension)
}
