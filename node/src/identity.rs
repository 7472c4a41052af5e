//! The node's own key: what it signs attestations, tickets and its registration with.

use sc_service::error::Error as ServiceError;
use sp_core::{crypto::ByteArray, ed25519};
use sp_keystore::KeystorePtr;
use suit_manifest::cose::{Algorithm, PublicKey, SignError, Signer};
use suit_primitives::{attestation::key::KEY_TYPE, NodeId};

/// The node's key, held by the keystore and never by this process's own structures.
#[derive(Clone)]
pub struct Identity {
    public: ed25519::Public,
    keystore: KeystorePtr,
}

impl Identity {
    /// Finds the node's key in the keystore, and makes one where there is none. Where there are several, the smallest
    /// is taken, so that the choice does not change from start to start.
    pub fn load_or_create(keystore: KeystorePtr) -> Result<Self, ServiceError> {
        let mut keys = keystore.ed25519_public_keys(KEY_TYPE);
        keys.sort();
        let public = match keys.first() {
            Some(public) => *public,
            None => {
                let public = keystore.ed25519_generate_new(KEY_TYPE, None).map_err(|error| {
                    ServiceError::Other(format!("the keystore cannot make the node's key: {error}"))
                })?;
                log::info!("🔑 Made this node's key 0x{}", hex::encode(public.as_slice()));
                public
            }
        };
        Ok(Self { public, keystore })
    }

    /// The key's public half, which names the node.
    pub fn node_id(&self) -> NodeId {
        NodeId(self.public.0)
    }

    /// Signs. `None` where the keystore has lost the key.
    pub fn sign_bytes(&self, message: &[u8]) -> Option<[u8; 64]> {
        self.keystore
            .ed25519_sign(KEY_TYPE, &self.public, message)
            .ok()
            .flatten()
            .map(|signature| signature.0)
    }
}

impl Signer for Identity {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519(self.public.0)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign_bytes(message)
            .map(|signature| signature.to_vec())
            .ok_or(SignError::Failed)
    }
}
