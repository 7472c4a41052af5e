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
    /// Of publishing: trying fee and deposits for one product with `r` payloads, and undoing it.
    fn try_deposits(r: u32) -> Weight;
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
//
// Measured on 2026-11-24 on AMD EPYC (2 cores), Linux 6.18.44-fc-v595; 20 steps, 20 repetitions.

/// Measured weights, with the runtime's database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

macro_rules! measured {
    ($db:expr) => {
        fn register_vendor() -> Weight {
            Weight::from_parts(84_916_000, 0).saturating_add($db.reads_writes(5, 3))
        }
        fn register_vendor_by_uuid() -> Weight {
            Weight::from_parts(81_150_000, 0).saturating_add($db.reads_writes(5, 3))
        }
        fn set_publishers(_n: u32) -> Weight {
            Weight::from_parts(58_262_895, 0).saturating_add($db.reads_writes(3, 3))
        }
        fn transfer_vendor() -> Weight {
            Weight::from_parts(12_478_000, 0).saturating_add($db.reads_writes(1, 1))
        }
        fn cancel_transfer() -> Weight {
            Weight::from_parts(12_077_000, 0).saturating_add($db.reads_writes(1, 1))
        }
        fn accept_vendor() -> Weight {
            Weight::from_parts(100_920_000, 0).saturating_add($db.reads_writes(5, 5))
        }
        fn set_threshold() -> Weight {
            Weight::from_parts(12_849_000, 0).saturating_add($db.reads_writes(1, 1))
        }
        fn retire_vendor(k: u32) -> Weight {
            Weight::from_parts(55_991_535, 0)
                .saturating_add($db.reads_writes(4, 4))
                .saturating_add(Weight::from_parts(48_708_835, 0).saturating_mul(k.into()))
                .saturating_add($db.reads_writes(1, 1).saturating_mul(k.into()))
        }
        fn add_key() -> Weight {
            Weight::from_parts(121_650_000, 0).saturating_add($db.reads_writes(5, 4))
        }
        fn rotate_key() -> Weight {
            Weight::from_parts(172_545_000, 0).saturating_add($db.reads_writes(6, 5))
        }
        fn revoke_key() -> Weight {
            Weight::from_parts(98_937_000, 0).saturating_add($db.reads_writes(6, 6))
        }
        fn void_credentials() -> Weight {
            Weight::from_parts(18_638_000, 0).saturating_add($db.reads_writes(2, 1))
        }
        fn hand_over_keys() -> Weight {
            Weight::from_parts(193_937_000, 0).saturating_add($db.reads_writes(18, 3))
        }
        fn create_product() -> Weight {
            Weight::from_parts(93_498_000, 0).saturating_add($db.reads_writes(4, 5))
        }
        fn set_policy() -> Weight {
            Weight::from_parts(18_787_000, 0).saturating_add($db.reads_writes(2, 1))
        }
        fn retire_product() -> Weight {
            Weight::from_parts(67_590_000, 0).saturating_add($db.reads_writes(5, 5))
        }
        fn revoke_release(r: u32) -> Weight {
            Weight::from_parts(149_845_905, 0)
                .saturating_add($db.reads_writes(17, 12))
                .saturating_add(Weight::from_parts(51_286_125, 0).saturating_mul(r.into()))
                .saturating_add($db.reads_writes(2, 2).saturating_mul(r.into()))
        }
        fn suspend_release() -> Weight {
            Weight::from_parts(100_769_000, 0).saturating_add($db.reads_writes(13, 7))
        }
        fn resume_release() -> Weight {
            Weight::from_parts(85_177_000, 0).saturating_add($db.reads_writes(11, 7))
        }
        fn set_stepping_stone() -> Weight {
            Weight::from_parts(526_971_000, 0).saturating_add($db.reads_writes(29, 26))
        }
        fn lower_floor(n: u32) -> Weight {
            Weight::from_parts(37_103_044, 0)
                .saturating_add($db.reads_writes(4, 1))
                .saturating_add(Weight::from_parts(12_514_638, 0).saturating_mul(n.into()))
                .saturating_add($db.reads(2).saturating_mul(n.into()))
        }
        fn set_admission() -> Weight {
            Weight::from_parts(4_747_000, 0).saturating_add($db.writes(1))
        }
        fn set_admitted() -> Weight {
            Weight::from_parts(5_999_000, 0).saturating_add($db.writes(1))
        }
        fn read_envelope(e: u32) -> Weight {
            Weight::from_parts(31_416_000, 0).saturating_add(Weight::from_parts(87_516, 0).saturating_mul(e.into()))
        }
        fn read_intent(i: u32) -> Weight {
            Weight::from_parts(1_607_355, 0)
                .saturating_add($db.reads(1))
                .saturating_add(Weight::from_parts(5_570, 0).saturating_mul(i.into()))
        }
        fn resolve(s: u32) -> Weight {
            Weight::from_parts(1_734_028, 0).saturating_add(Weight::from_parts(97_357, 0).saturating_mul(s.into()))
        }
        fn look_up(n: u32, k: u32) -> Weight {
            Weight::from_parts(3_241_865, 0)
                .saturating_add(Weight::from_parts(12_917_919, 0).saturating_mul(n.into()))
                .saturating_add($db.reads(3).saturating_mul(n.into()))
                .saturating_add(Weight::from_parts(4_071_585, 0).saturating_mul(k.into()))
                .saturating_add($db.reads(1).saturating_mul(k.into()))
        }
        fn verify_p256(p: u32) -> Weight {
            Weight::from_parts(210_000, 0).saturating_add(Weight::from_parts(1_493_874_538, 0).saturating_mul(p.into()))
        }
        fn verify_ed25519(d: u32) -> Weight {
            Weight::from_parts(46_584, 0).saturating_add(Weight::from_parts(45_101_366, 0).saturating_mul(d.into()))
        }
        fn try_deposits(r: u32) -> Weight {
            Weight::from_parts(70_384_937, 0)
                .saturating_add($db.reads(2))
                .saturating_add(Weight::from_parts(100_653_454, 0).saturating_mul(r.into()))
                .saturating_add($db.reads(4).saturating_mul(r.into()))
        }
        fn record(r: u32) -> Weight {
            Weight::from_parts(96_319_780, 0)
                .saturating_add($db.reads_writes(3, 9))
                .saturating_add(Weight::from_parts(98_234_202, 0).saturating_mul(r.into()))
                .saturating_add($db.reads_writes(4, 4).saturating_mul(r.into()))
        }
        fn record_integrated() -> Weight {
            Weight::from_parts(130_554_000, 0).saturating_add($db.reads_writes(7, 14))
        }
        fn review(n: u32) -> Weight {
            Weight::from_parts(521_197, 0)
                .saturating_add($db.reads_writes(1, 1))
                .saturating_add(Weight::from_parts(135_828_285, 0).saturating_mul(n.into()))
                .saturating_add($db.reads_writes(24, 8).saturating_mul(n.into()))
        }
        fn prune_product() -> Weight {
            Weight::from_parts(176_963_000, 0).saturating_add($db.reads_writes(27, 2))
        }
        fn prune_release(r: u32) -> Weight {
            Weight::from_parts(102_074_158, 0)
                .saturating_add($db.reads_writes(10, 8))
                .saturating_add(Weight::from_parts(52_838_589, 0).saturating_mul(r.into()))
                .saturating_add($db.reads_writes(2, 2).saturating_mul(r.into()))
        }
        fn migrate_product() -> Weight {
            Weight::from_parts(19_038_000, 0).saturating_add($db.reads_writes(5, 2))
        }
    };
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    measured!(T::DbWeight::get());
}

/// The same with the costs of RocksDB, for tests.
impl WeightInfo for () {
    measured!(RocksDbWeight::get());
}

/// What whole calls were measured to take: name, picoseconds, reads, writes.
#[cfg(all(test, feature = "runtime-benchmarks"))]
pub(crate) const WHOLE_CALLS: &[(&str, u64, u64, u64)] = &[
    ("publish_p256_1_small", 1_706_999_000, 10, 11),
    ("publish_p256_1_largest", 2_623_608_000, 12, 13),
    ("publish_p256_3_small", 4_766_372_000, 12, 11),
    ("publish_p256_3_largest", 5_684_362_000, 14, 13),
    ("publish_ed25519_1_small", 243_181_000, 10, 11),
    ("publish_ed25519_1_largest", 1_152_507_000, 12, 13),
    ("publish_ed25519_3_small", 335_998_000, 12, 11),
    ("publish_ed25519_3_largest", 1_240_709_000, 14, 13),
    ("publish_authorized_p256_1_small", 3_524_952_000, 11, 11),
    ("publish_authorized_p256_1_largest", 5_173_506_000, 13, 13),
    ("publish_authorized_p256_3_small", 9_502_669_000, 13, 11),
    ("publish_authorized_p256_3_largest", 11_302_355_000, 15, 13),
    ("publish_authorized_ed25519_1_small", 454_764_000, 11, 11),
    ("publish_authorized_ed25519_1_largest", 2_223_425_000, 13, 13),
    ("publish_authorized_ed25519_3_small", 653_128_000, 13, 11),
    ("publish_authorized_ed25519_3_largest", 2_422_629_000, 15, 13),
];
