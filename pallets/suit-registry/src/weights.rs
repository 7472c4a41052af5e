//! What calls and hooks weigh. The trait is written by hand; its measured implementation by `scripts/weights`.
//!
//! Database accesses cost what the runtime's `DbWeight` says. A solo chain needs no proof, so proof sizes are zero.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// What calls and hooks weigh. Publishing is put together from its pieces.
pub trait WeightInfo {
    /// `register_vendor`.
    fn register_vendor() -> Weight;
    /// `register_vendor_by_uuid`.
    fn register_vendor_by_uuid() -> Weight;
    /// `set_publishers` with `n` accounts.
    fn set_publishers(n: u32) -> Weight;
    /// `transfer_vendor`.
    fn transfer_vendor() -> Weight;
    /// `cancel_transfer`.
    fn cancel_transfer() -> Weight;
    /// `accept_vendor`.
    fn accept_vendor() -> Weight;
    /// `set_threshold`.
    fn set_threshold() -> Weight;
    /// `retire_vendor` with `k` live keys.
    fn retire_vendor(k: u32) -> Weight;
    /// `add_key`.
    fn add_key() -> Weight;
    /// `rotate_key`.
    fn rotate_key() -> Weight;
    /// `revoke_key`.
    fn revoke_key() -> Weight;
    /// `void_credentials`.
    fn void_credentials() -> Weight;
    /// `hand_over_keys`, signatures aside.
    fn hand_over_keys() -> Weight;
    /// `create_product`.
    fn create_product() -> Weight;
    /// `set_policy`.
    fn set_policy() -> Weight;
    /// `retire_product`.
    fn retire_product() -> Weight;
    /// `revoke_release` and `emergency_revoke_release` of a release with `r` payloads.
    fn revoke_release(r: u32) -> Weight;
    /// `suspend_release` and `emergency_suspend_release`.
    fn suspend_release() -> Weight;
    /// `resume_release` and `emergency_resume_release`.
    fn resume_release() -> Weight;
    /// `set_stepping_stone`.
    fn set_stepping_stone() -> Weight;
    /// `lower_floor` with `n` releases at or above the floor.
    fn lower_floor(n: u32) -> Weight;
    /// `set_admission`.
    fn set_admission() -> Weight;
    /// `set_admitted`.
    fn set_admitted() -> Weight;

    /// Of publishing: reading an envelope of `e` bytes, its digests and its completeness.
    fn read_envelope(e: u32) -> Weight;
    /// Of publishing: reading an intent of `i` bytes.
    fn read_intent(i: u32) -> Weight;
    /// Of publishing: `s` steps through the manifest, to find out what it is for and what it fetches.
    fn resolve(s: u32) -> Weight;
    /// Of publishing: looking up `n` products with their vendors, and `k` keys.
    fn look_up(n: u32, k: u32) -> Weight;
    /// Of publishing: verifying `p` P-256 signatures.
    fn verify_p256(p: u32) -> Weight;
    /// Of publishing: verifying `d` Ed25519 signatures.
    fn verify_ed25519(d: u32) -> Weight;
    /// Of publishing: trying fee and deposits for four products, and undoing it.
    fn try_deposits() -> Weight;
    /// Of publishing: recording a release of `r` payloads, at least one, for one product.
    fn record(r: u32) -> Weight;
    /// Of publishing: recording a release whose every byte lies in the envelope, for one product.
    fn record_integrated() -> Weight;

    /// `n` steps through the releases of vendors with a compromised key.
    fn review(n: u32) -> Weight;
    /// Taking up a product for pruning.
    fn prune_product() -> Weight;
    /// Pruning one release of `r` payloads.
    fn prune_release(r: u32) -> Weight;
    /// A step of the migration from storage version 1 to 2: one product.
    fn migrate_product() -> Weight;
}

// Everything below is written by scripts/weights.
/// Picoseconds of one P-256 verification.
const P256: u64 = 1_500_000_000;
/// Picoseconds of one Ed25519 verification.
const ED25519: u64 = 50_000_000;
/// Picoseconds of reading one byte of CBOR in one pass.
const DECODE_BYTE: u64 = 27_000;
/// Passes over an envelope: form and blocks, the manifest twice, its sequences, completeness, what it fetches (first read).
const PASSES: u64 = 6;
/// Picoseconds of one step of working out what a manifest fetches: 0.6 µs natively for the worst manifest, and two and a
/// half times that in wasm.
const RESOLVE_STEP: u64 = 1_500_000;
/// Picoseconds of hashing one byte.
const HASH_BYTE: u64 = 1_000;
/// Picoseconds that any call takes.
const BASE: u64 = 20_000_000;
/// Picoseconds to check that bytes are a point of their curve.
const POINT: u64 = 200_000_000;

fn picoseconds(time: u64) -> Weight {
    Weight::from_parts(time, 0)
}

fn base(db: frame_support::weights::RuntimeDbWeight, reads: u64, writes: u64) -> Weight {
    picoseconds(BASE).saturating_add(db.reads_writes(reads, writes))
}

fn times(unit: u64, n: u32) -> Weight {
    picoseconds(unit.saturating_mul(n.into()))
}

fn reading(bytes: u32) -> Weight {
    times(DECODE_BYTE * PASSES + HASH_BYTE, bytes)
}

/// For a product: number, release, envelope, terms, two indices, state, and the admin's account and holds; with what makes
/// one available at once. For a payload: its root, and what the vendor keeps of it.
fn record(db: frame_support::weights::RuntimeDbWeight, n: u32, r: u32) -> Weight {
    let n = u64::from(n);
    let roots = n.saturating_mul(r.into()).saturating_mul(2);
    base(
        db,
        n.saturating_mul(9).saturating_add(roots),
        n.saturating_mul(11).saturating_add(roots),
    )
}

/// Envelope, terms, release, state, two indices, a page, account and holds; for a payload its root and what is kept of it.
fn letting_go(db: frame_support::weights::RuntimeDbWeight, r: u32) -> Weight {
    let roots = u64::from(r).saturating_mul(2);
    base(db, roots.saturating_add(12), roots.saturating_add(11))
}

/// Weights with the runtime's database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

macro_rules! weight_info {
    ($db:expr) => {
        fn register_vendor() -> Weight {
            base($db, 4, 3)
        }
        fn register_vendor_by_uuid() -> Weight {
            base($db, 4, 3)
        }
        fn set_publishers(n: u32) -> Weight {
            base($db, 3, 3).saturating_add(times(1_000_000, n))
        }
        fn transfer_vendor() -> Weight {
            base($db, 1, 1)
        }
        fn cancel_transfer() -> Weight {
            base($db, 1, 1)
        }
        fn accept_vendor() -> Weight {
            base($db, 5, 5)
        }
        fn set_threshold() -> Weight {
            base($db, 1, 1)
        }
        fn retire_vendor(k: u32) -> Weight {
            base($db, 4, 4).saturating_add($db.reads_writes(k.into(), k.into()).saturating_mul(3))
        }
        fn add_key() -> Weight {
            base($db, 5, 4).saturating_add(picoseconds(POINT))
        }
        fn rotate_key() -> Weight {
            base($db, 6, 5).saturating_add(picoseconds(POINT))
        }
        fn revoke_key() -> Weight {
            base($db, 6, 6)
        }
        fn void_credentials() -> Weight {
            base($db, 2, 1)
        }
        fn hand_over_keys() -> Weight {
            base($db, 19, 3)
                .saturating_add(reading(2_048))
                .saturating_add(picoseconds(POINT).saturating_mul(8))
        }
        fn create_product() -> Weight {
            base($db, 4, 5)
        }
        fn set_policy() -> Weight {
            base($db, 2, 1)
        }
        fn retire_product() -> Weight {
            base($db, 5, 5)
        }
        fn revoke_release(r: u32) -> Weight {
            letting_go($db, r).saturating_add($db.reads_writes(9, 5))
        }
        fn suspend_release() -> Weight {
            base($db, 14, 7)
        }
        fn resume_release() -> Weight {
            base($db, 14, 7)
        }
        fn set_stepping_stone() -> Weight {
            letting_go($db, 8).saturating_add($db.reads_writes(2, 2))
        }
        fn lower_floor(n: u32) -> Weight {
            base($db, 4, 1).saturating_add($db.reads(2).saturating_mul(n.into()))
        }
        fn set_admission() -> Weight {
            base($db, 0, 1)
        }
        fn set_admitted() -> Weight {
            base($db, 0, 1)
        }
        fn read_envelope(e: u32) -> Weight {
            picoseconds(BASE).saturating_add(reading(e))
        }
        fn read_intent(i: u32) -> Weight {
            reading(i)
        }
        fn resolve(s: u32) -> Weight {
            times(RESOLVE_STEP, s)
        }
        fn look_up(n: u32, k: u32) -> Weight {
            $db.reads(
                u64::from(n)
                    .saturating_mul(3)
                    .saturating_add(k.into())
                    .saturating_add(1),
            )
        }
        fn verify_p256(p: u32) -> Weight {
            times(P256, p)
        }
        fn verify_ed25519(d: u32) -> Weight {
            times(ED25519, d)
        }
        fn try_deposits() -> Weight {
            $db.reads(4 * (2 + 8))
        }
        fn record(r: u32) -> Weight {
            record($db, 1, r)
        }
        fn record_integrated() -> Weight {
            record($db, 1, 0)
        }
        fn review(n: u32) -> Weight {
            $db.reads(2)
                .saturating_add(base($db, 26, 8).saturating_mul(n.into()))
        }
        fn prune_product() -> Weight {
            base($db, 40, 2)
        }
        fn prune_release(r: u32) -> Weight {
            letting_go($db, r).saturating_add($db.reads(1))
        }
        fn migrate_product() -> Weight {
            base($db, 4, 2)
        }
    };
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    weight_info!(T::DbWeight::get());
}

impl WeightInfo for () {
    weight_info!(RocksDbWeight::get());
}

#[cfg(all(test, feature = "runtime-benchmarks"))]
pub(crate) const WHOLE_CALLS: &[(&str, u64, u64, u64)] = &[];
