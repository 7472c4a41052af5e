//! Weights, derived by hand from costs measured on one core (2-core x86-64 machine, runtime in wasm), to be replaced by
//! benchmarks: P-256 verification in wasm 1.5 ms; Ed25519 by host function 50 µs; SHA-256 by host function 2.6 µs for
//! 4 KiB; one pass of strict decoding reckoned at twice what hashing in wasm takes a byte (27 ns). Database accesses cost
//! what the runtime's `DbWeight` says. A solo chain needs no proof, so proof sizes are zero.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};
use suit_manifest::resolve::MAX_STEPS;
use suit_primitives::bounds::{MAX_KEYS_PER_VENDOR, MAX_SIGNERS};

/// Picoseconds of one P-256 verification.
const P256: u64 = 1_500_000_000;
/// Picoseconds of one Ed25519 verification.
const ED25519: u64 = 50_000_000;
/// Picoseconds of reading one byte of CBOR in one pass.
const DECODE_BYTE: u64 = 27_000;
/// Passes over an envelope: form and blocks, the manifest twice, its sequences, completeness, what it fetches (first read).
const PASSES: u64 = 6;
/// Picoseconds of one step of working out what a manifest fetches: 0.6 µs natively for the worst manifest, and two and a
/// half times that in wasm. Every manifest is charged for as many steps as there may be.
const RESOLVE_STEP: u64 = 1_500_000;
/// Picoseconds of hashing one byte.
const HASH_BYTE: u64 = 1_000;
/// Picoseconds that any call takes.
const BASE: u64 = 20_000_000;
/// Picoseconds to check that bytes are a point of their curve.
const POINT: u64 = 200_000_000;

/// What calls weigh.
pub trait WeightInfo {
    /// `register_vendor`.
    fn register_vendor() -> Weight;
    /// `add_key`.
    fn add_key() -> Weight;
    /// `create_product`.
    fn create_product() -> Weight;
    /// `set_publishers` with `n` accounts.
    fn set_publishers(n: u32) -> Weight;
    /// `publish`: `e` bytes of envelope, `p` P-256 and `d` Ed25519 signatures verified, `n` products, `r` payloads.
    fn publish(e: u32, p: u32, d: u32, n: u32, r: u32) -> Weight;
    /// The authorisation step: `e` bytes of envelope, `i` bytes of intent, `p` P-256 and `d` Ed25519 signatures verified.
    fn authorize_publish(e: u32, i: u32, p: u32, d: u32) -> Weight;
    /// `publish_authorized` after it: `e` bytes of envelope, `i` bytes of intent, `n` products, `r` payloads.
    fn publish_authorized(e: u32, i: u32, n: u32, r: u32) -> Weight;
}

/// Most signatures that so many bytes can hold: each takes at least 72. So a small envelope is not charged as if it
/// carried eight.
pub(crate) fn signatures_in(bytes: usize) -> u32 {
    u32::try_from(bytes / 72).unwrap_or(u32::MAX).min(MAX_SIGNERS)
}

fn picoseconds(time: u64) -> Weight {
    Weight::from_parts(time, 0)
}

fn reading(bytes: u32) -> Weight {
    picoseconds((DECODE_BYTE * PASSES + HASH_BYTE).saturating_mul(bytes.into()))
}

fn resolving() -> Weight {
    picoseconds(RESOLVE_STEP.saturating_mul(MAX_STEPS as u64))
}

fn verifying(p: u32, d: u32) -> Weight {
    picoseconds(
        P256.saturating_mul(p.into())
            .saturating_add(ED25519.saturating_mul(d.into())),
    )
}

/// Keys named by signatures, and once the vendor's roster for signatures that name none; three records a product.
fn looking_up(db: &RuntimeDbWeight) -> Weight {
    db.reads(u64::from(MAX_SIGNERS) + u64::from(MAX_KEYS_PER_VENDOR) + 1 + 3 * 4)
}

/// For a product: number, release, envelope, index, highest, count, latest, deposit, and the admin's account and holds.
/// For a payload: its root.
fn recording(db: &RuntimeDbWeight, n: u32, r: u32) -> Weight {
    let n = u64::from(n);
    let roots = n.saturating_mul(r.into());
    db.reads_writes(
        n.saturating_mul(6).saturating_add(roots),
        n.saturating_mul(10).saturating_add(roots),
    )
}

fn register_vendor(db: RuntimeDbWeight) -> Weight {
    picoseconds(BASE).saturating_add(db.reads_writes(4, 3))
}

fn add_key(db: RuntimeDbWeight) -> Weight {
    picoseconds(BASE + POINT).saturating_add(db.reads_writes(5, 4))
}

fn create_product(db: RuntimeDbWeight) -> Weight {
    picoseconds(BASE).saturating_add(db.reads_writes(4, 3))
}

fn set_publishers(db: RuntimeDbWeight, n: u32) -> Weight {
    picoseconds(BASE)
        .saturating_add(picoseconds(1_000_000).saturating_mul(n.into()))
        .saturating_add(db.reads_writes(3, 3))
}

fn publish(db: RuntimeDbWeight, e: u32, p: u32, d: u32, n: u32, r: u32) -> Weight {
    picoseconds(BASE)
        .saturating_add(reading(e))
        .saturating_add(resolving())
        .saturating_add(looking_up(&db))
        .saturating_add(verifying(p, d))
        .saturating_add(recording(&db, n, r))
}

fn authorize_publish(db: RuntimeDbWeight, e: u32, i: u32, p: u32, d: u32) -> Weight {
    picoseconds(BASE)
        .saturating_add(reading(e))
        .saturating_add(reading(i))
        .saturating_add(resolving())
        .saturating_add(looking_up(&db))
        .saturating_add(verifying(p, d))
        // The deposits are tried, and rolled back: at most four products.
        .saturating_add(db.reads(4 * 2))
}

fn publish_authorized(db: RuntimeDbWeight, e: u32, i: u32, n: u32, r: u32) -> Weight {
    publish(db, e, 0, 0, n, r).saturating_add(reading(i))
}

/// Derived weights with the runtime's database costs.
pub struct DerivedWeight<T>(PhantomData<T>);

macro_rules! weight_info {
    ($db:expr) => {
        fn register_vendor() -> Weight {
            register_vendor($db)
        }
        fn add_key() -> Weight {
            add_key($db)
        }
        fn create_product() -> Weight {
            create_product($db)
        }
        fn set_publishers(n: u32) -> Weight {
            set_publishers($db, n)
        }
        fn publish(e: u32, p: u32, d: u32, n: u32, r: u32) -> Weight {
            publish($db, e, p, d, n, r)
        }
        fn authorize_publish(e: u32, i: u32, p: u32, d: u32) -> Weight {
            authorize_publish($db, e, i, p, d)
        }
        fn publish_authorized(e: u32, i: u32, n: u32, r: u32) -> Weight {
            publish_authorized($db, e, i, n, r)
        }
    };
}

impl<T: frame_system::Config> WeightInfo for DerivedWeight<T> {
    weight_info!(T::DbWeight::get());
}

impl WeightInfo for () {
    weight_info!(RocksDbWeight::get());
}
