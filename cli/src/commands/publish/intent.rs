//! The authors' intent to publish, and the roots of payloads that stand in it.

use crate::{
    chain::Chain,
    error::{Error, Result},
    firmware::root_bytes,
    keys,
};
use sha2::{Digest, Sha256};
use suit_intent::{IntentPayload, Root, Roots};
use suit_manifest::cose::SigningKey;
use suit_primitives::release::{PayloadRoot, RootCid};

/// Blocks until an intent expires, where nothing else is said.
pub const VALID_BLOCKS: u32 = 300;

/// What an intent to publish the envelope on this chain says.
pub async fn intent_for(
    chain: &Chain,
    envelope: &[u8],
    roots: &[PayloadRoot],
    valid_blocks: u32,
) -> Result<IntentPayload> {
    let last_block = chain.finalized().await?.number.saturating_add(valid_blocks);
    intent_payload(chain.genesis(), envelope, roots, last_block)
}

/// The intent, signed.
pub fn sign_intent(payload: &IntentPayload, signing: &[SigningKey]) -> Result<Vec<u8>> {
    suit_intent::sign(payload, &keys::signers(signing))
        .map_err(|e| Error::malformed("BadKey", "the intent cannot be signed", format!("{e:?}")))
}

fn intent_payload(genesis: [u8; 32], envelope: &[u8], roots: &[PayloadRoot], last_block: u32) -> Result<IntentPayload> {
    let roots: Vec<Root> = roots
        .iter()
        .map(|root| Root {
            component_index: root.component_index,
            root: root.root.to_bytes(),
            stored_size: root.stored_size,
        })
        .collect();
    let roots = Roots::new(&roots).map_err(|e| Error::Misuse(format!("--root: {e}")))?;
    let envelope_digest = Sha256::digest(envelope).into();
    Ok(IntentPayload {
        genesis,
        envelope_digest,
        roots,
        last_block: u64::from(last_block),
    })
}

/// Reads `INDEX:CID:SIZE`.
pub fn payload_root(text: &str) -> Result<PayloadRoot> {
    let read = || {
        let (index, rest) = text.split_once(':')?;
        let (cid, size) = rest.rsplit_once(':')?;
        let cid = chunks::Cid::try_from(cid).ok()?;
        Some(PayloadRoot {
            component_index: index.parse().ok()?,
            root: RootCid::from_bytes(&root_bytes(&cid).ok()?)?,
            stored_size: size.parse().ok()?,
        })
    };
    read().ok_or_else(|| {
        Error::Misuse(format!(
            "--root {text}: write INDEX:CID:SIZE, for example 0:bafy…:1048576"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_read_from_index_cid_and_size() {
        let cid = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
        let root = payload_root(&format!("2:{cid}:11")).unwrap();
        assert_eq!((root.component_index, root.stored_size), (2, 11));
        for bad in [
            "",
            "0",
            &format!("0:{cid}"),
            &format!("x:{cid}:1"),
            "0:QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG:1",
        ] {
            assert_eq!(payload_root(bad).unwrap_err().exit_code(), 2, "{bad}");
        }
    }

    #[test]
    fn the_intent_binds_the_whole_envelope_the_chain_and_the_roots() {
        let root = PayloadRoot {
            component_index: 1,
            root: RootCid {
                codec: suit_primitives::release::BlockCodec::Raw,
                digest: [9; 32],
            },
            stored_size: 5,
        };
        let payload = intent_payload([3; 32], b"envelope", &[root], 77).unwrap();
        assert_eq!(payload.genesis, [3; 32]);
        assert_eq!(payload.envelope_digest[..], Sha256::digest(b"envelope")[..]);
        assert_eq!(payload.last_block, 77);
        assert_eq!(payload.roots.as_slice().len(), 1);
        assert_eq!(payload.roots.as_slice()[0].stored_size, 5);
    }
}
