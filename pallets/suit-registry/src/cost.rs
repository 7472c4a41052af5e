//! What publishing and handovers weigh, put together from what was benchmarked piece by piece: reading, following the
//! manifest, looking up, verifying, recording. A transaction is charged for the most that it may cost, and gets back what
//! it did not.

use crate::{checks::Counted, Config, WeightInfo};
use frame_support::weights::Weight;
use suit_manifest::resolve::MAX_STEPS;
use suit_primitives::bounds::{
    MAX_ENVELOPE, MAX_INTENT, MAX_KEYS_PER_VENDOR, MAX_PAYLOADS, MAX_PRODUCTS_PER_MANIFEST, MAX_SIGNERS,
};

/// Most keys that are looked up: those that signatures of envelope and intent name, with each vendor, and a roster.
pub(crate) const MAX_KEYS: u32 = 2 * MAX_SIGNERS * MAX_PRODUCTS_PER_MANIFEST + MAX_KEYS_PER_VENDOR;

/// Most signatures that so many bytes can hold: each takes at least 72. So a small envelope is not charged as if it
/// carried eight.
fn signatures_in(bytes: usize) -> u32 {
    u32::try_from(bytes / 72).unwrap_or(u32::MAX).min(MAX_SIGNERS)
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The most that checking an envelope of so many bytes, with so many bytes of intent, may cost.
fn most(envelope: usize, intent: usize) -> Counted {
    Counted {
        p256: signatures_in(envelope).saturating_add(signatures_in(intent)),
        ed25519: 0,
        steps: MAX_STEPS as u32,
        products: MAX_PRODUCTS_PER_MANIFEST,
        keys: MAX_KEYS,
    }
}

/// Reading an envelope and an intent, following the manifest, looking up its products and keys, and verifying.
pub(crate) fn check<T: Config>(envelope: usize, intent: usize, counted: &Counted) -> Weight {
    let intent = match intent {
        0 => Weight::zero(),
        bytes => T::WeightInfo::read_intent(length(bytes).min(MAX_INTENT)),
    };
    T::WeightInfo::read_envelope(length(envelope).min(MAX_ENVELOPE))
        .saturating_add(intent)
        .saturating_add(T::WeightInfo::resolve(counted.steps))
        .saturating_add(T::WeightInfo::look_up_products(counted.products))
        .saturating_add(T::WeightInfo::look_up_keys(counted.keys))
        .saturating_add(verify::<T>(counted))
}

fn verify<T: Config>(counted: &Counted) -> Weight {
    T::WeightInfo::verify_p256(counted.p256).saturating_add(T::WeightInfo::verify_ed25519(counted.ed25519))
}

/// Recording a release of so many payloads for so many products, of which so many deposits were another account's.
pub(crate) fn record<T: Config>(products: u32, payloads: u32, taken_over: u32) -> Weight {
    let one = match payloads {
        0 => T::WeightInfo::record_integrated(),
        payloads => T::WeightInfo::record(payloads),
    };
    one.saturating_mul(products.into())
        .saturating_add(take_over::<T>(taken_over))
}

fn take_over<T: Config>(deposits: u32) -> Weight {
    match deposits {
        0 => Weight::zero(),
        some => T::WeightInfo::take_over(some),
    }
}

/// The most that recording may weigh.
fn record_at_most<T: Config>() -> Weight {
    let most = T::WeightInfo::record(MAX_PAYLOADS)
        .saturating_add(take_over::<T>(MAX_PAYLOADS))
        .max(T::WeightInfo::record_integrated());
    most.saturating_mul(MAX_PRODUCTS_PER_MANIFEST.into())
}

/// The most that `publish` may weigh.
pub(crate) fn publish_at_most<T: Config>(envelope: usize) -> Weight {
    check::<T>(envelope, 0, &most(envelope, 0)).saturating_add(record_at_most::<T>())
}

/// The authorisation step of `publish_authorized`: everything is verified, and the deposits for so many payloads are tried
/// and given back; so many were another account's.
pub(crate) fn authorize<T: Config>(
    envelope: usize,
    intent: usize,
    counted: &Counted,
    payloads: u32,
    taken_over: u32,
) -> Weight {
    let deposits = T::WeightInfo::try_deposits(payloads).saturating_mul(counted.products.into());
    check::<T>(envelope, intent, counted)
        .saturating_add(deposits)
        .saturating_add(take_over::<T>(taken_over))
}

/// The most that the authorisation step may weigh.
pub(crate) fn authorize_at_most<T: Config>(envelope: usize, intent: usize) -> Weight {
    let others = MAX_PAYLOADS.saturating_mul(MAX_PRODUCTS_PER_MANIFEST);
    authorize::<T>(envelope, intent, &most(envelope, intent), MAX_PAYLOADS, others)
}

/// The most that `publish_authorized` may weigh after its authorisation step: everything but the signatures is checked once
/// more.
pub(crate) fn publish_authorized_at_most<T: Config>(envelope: usize, intent: usize) -> Weight {
    let counted = Counted {
        p256: 0,
        ..most(envelope, intent)
    };
    check::<T>(envelope, intent, &counted).saturating_add(record_at_most::<T>())
}

/// `hand_over_keys` of so many bytes.
pub(crate) fn hand_over_keys<T: Config>(counted: &Counted) -> Weight {
    T::WeightInfo::hand_over_keys().saturating_add(verify::<T>(counted))
}

/// The most that `hand_over_keys` may weigh.
pub(crate) fn hand_over_keys_at_most<T: Config>(handover: usize) -> Weight {
    let counted = Counted {
        p256: signatures_in(handover),
        ..Counted::default()
    };
    hand_over_keys::<T>(&counted)
}

/// What a publication weighs at most: for the configuration's own test.
pub(crate) fn greatest<T: Config>() -> Weight {
    let (e, i) = (MAX_ENVELOPE as usize, MAX_INTENT as usize);
    authorize_at_most::<T>(e, i).saturating_add(publish_authorized_at_most::<T>(e, i))
}
