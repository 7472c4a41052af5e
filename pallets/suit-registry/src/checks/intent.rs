//! The intent by itself: form, chain, envelope, expiry. Its signatures are checked with the others.

use super::findings::{Findings, Stop};
use crate::Config;
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Zero;
use suit_intent::Intent;
use suit_primitives::{
    bounds::{MAX_INTENT, MAX_INTENT_LIFETIME},
    refusal::Refusal,
    release::{PayloadRoot, RootCid},
};

/// An intent whose form, chain, envelope and expiry are right.
pub(crate) struct Read<'a> {
    /// The signed message.
    pub(crate) message: Intent<'a>,
    /// Its roots as the registry takes them.
    pub(crate) roots: Vec<PayloadRoot>,
}

/// Reads the intent. `None` where it cannot be read and the checks go on nevertheless.
pub(crate) fn read<'a, T: Config>(
    findings: &mut Findings,
    bytes: &'a [u8],
    envelope_digest: &[u8; 32],
    now: u32,
) -> Result<Option<Read<'a>>, Stop> {
    let Some(read) = decode(bytes) else {
        findings.refuse(Refusal::MalformedIntent)?;
        return Ok(None);
    };
    let payload = &read.message.payload;
    let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
    if genesis.as_ref() != payload.genesis.as_slice() {
        findings.refuse(Refusal::IntentForOtherChain)?;
    }
    if *envelope_digest != payload.envelope_digest {
        findings.refuse(Refusal::IntentForOtherEnvelope)?;
    }
    if payload.last_block < u64::from(now) {
        findings.refuse(Refusal::IntentExpired)?;
    }
    if payload.last_block > u64::from(now).saturating_add(MAX_INTENT_LIFETIME.into()) {
        findings.refuse(Refusal::IntentTooLong)?;
    }
    Ok(Some(read))
}

fn decode(bytes: &[u8]) -> Option<Read<'_>> {
    if bytes.len() > MAX_INTENT as usize {
        return None;
    }
    let message = Intent::decode(bytes).ok()?;
    let roots = message
        .payload
        .roots
        .iter()
        .map(|root| {
            Some(PayloadRoot {
                component_index: root.component_index,
                root: RootCid::from_bytes(&root.root)?,
                stored_size: root.stored_size,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Read { message, roots })
}
