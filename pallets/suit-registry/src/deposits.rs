//! What a deposit is reckoned from.

use core::marker::PhantomData;
use frame_support::traits::{Footprint, Get};
use sp_runtime::{traits::Convert, Saturating};
use suit_primitives::release::{Payload, PolicyV1};

/// What a release takes up: on the chain, and with the storage nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReleaseFootprint {
    /// Bytes of envelope that every node keeps.
    pub envelope_bytes: u64,
    /// Payload bytes times the replicas that the policy asks for.
    pub stored_bytes: u64,
}

impl ReleaseFootprint {
    /// The footprint of a release under a policy.
    pub fn new(envelope_bytes: usize, payloads: &[Payload], policy: &PolicyV1) -> Self {
        let payload_bytes = payloads
            .iter()
            .fold(0u64, |sum, payload| sum.saturating_add(payload.v1().stored_size));
        Self {
            envelope_bytes: envelope_bytes as u64,
            stored_bytes: payload_bytes.saturating_mul(policy.replicas.into()),
        }
    }
}

/// A release's price: a base, so much a byte of envelope, and so much a started mebibyte that storage nodes keep.
pub struct ReleasePrice<Base, PerEnvelopeByte, PerStoredMebibyte, Balance>(
    PhantomData<(Base, PerEnvelopeByte, PerStoredMebibyte, Balance)>,
);

impl<Base, PerEnvelopeByte, PerStoredMebibyte, Balance> Convert<ReleaseFootprint, Balance>
    for ReleasePrice<Base, PerEnvelopeByte, PerStoredMebibyte, Balance>
where
    Base: Get<Balance>,
    PerEnvelopeByte: Get<Balance>,
    PerStoredMebibyte: Get<Balance>,
    Balance: From<u64> + Saturating,
{
    fn convert(footprint: ReleaseFootprint) -> Balance {
        let envelope = Balance::from(footprint.envelope_bytes).saturating_mul(PerEnvelopeByte::get());
        let mebibytes = footprint.stored_bytes.div_ceil(1 << 20);
        let stored = Balance::from(mebibytes).saturating_mul(PerStoredMebibyte::get());
        Base::get().saturating_add(envelope).saturating_add(stored)
    }
}

/// Footprint of one record with this many bytes of variable length.
pub(crate) fn record(bytes: usize) -> Footprint {
    Footprint {
        count: 1,
        size: bytes as u64,
    }
}
