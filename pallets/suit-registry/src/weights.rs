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
    /// Of publishing: whether it is paused, and looking up `n` products with their vendors.
    fn look_up_products(n: u32) -> Weight;
    /// Of publishing: looking up `k` keys.
    fn look_up_keys(k: u32) -> Weight;
    /// Of publishing: verifying `p` P-256 signatures.
    fn verify_p256(p: u32) -> Weight;
    /// Of publishing: verifying `d` Ed25519 signatures.
    fn verify_ed25519(d: u32) -> Weight;
    /// Of publishing: trying fee and deposits for one product with `r` payloads, and undoing it.
    fn try_deposits(r: u32) -> Weight;
    /// Of publishing: `c` payloads, at least one, whose deposits were another account's: they go back, and others are taken.
    fn take_over(c: u32) -> Weight;
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
            Weight::from_parts(81_551_000, 0).saturating_add($db.reads_writes(5, 3))
        }
        fn register_vendor_by_uuid() -> Weight {
            Weight::from_parts(78_807_000, 0).saturating_add($db.reads_writes(5, 3))
        }
        fn set_publishers(_n: u32) -> Weight {
            Weight::from_parts(57_206_768, 0).saturating_add($db.reads_writes(3, 3))
        }
        fn transfer_vendor() -> Weight {
            Weight::from_parts(11_627_000, 0).saturating_add($db.reads_writes(1, 1))
        }
        fn cancel_transfer() -> Weight {
            Weight::from_parts(11_878_000, 0).saturating_add($db.reads_writes(1, 1))
        }
        fn accept_vendor() -> Weight {
            Weight::from_parts(101_009_000, 0).saturating_add($db.reads_writes(5, 5))
        }
        fn set_threshold() -> Weight {
            Weight::from_parts(11_947_000, 0).saturating_add($db.reads_writes(1, 1))
        }
        fn retire_vendor(k: u32) -> Weight {
            Weight::from_parts(48_219_222, 0)
                .saturating_add($db.reads_writes(4, 4))
                .saturating_add(Weight::from_parts(48_889_268, 0).saturating_mul(k.into()))
                .saturating_add($db.reads_writes(1, 1).saturating_mul(k.into()))
        }
        fn add_key() -> Weight {
            Weight::from_parts(117_975_000, 0).saturating_add($db.reads_writes(5, 4))
        }
        fn rotate_key() -> Weight {
            Weight::from_parts(168_579_000, 0).saturating_add($db.reads_writes(6, 5))
        }
        fn revoke_key() -> Weight {
            Weight::from_parts(91_155_000, 0).saturating_add($db.reads_writes(6, 6))
        }
        fn void_credentials() -> Weight {
            Weight::from_parts(18_427_000, 0).saturating_add($db.reads_writes(2, 1))
        }
        fn hand_over_keys() -> Weight {
            Weight::from_parts(195_940_000, 0).saturating_add($db.reads_writes(18, 3))
        }
        fn create_product() -> Weight {
            Weight::from_parts(92_818_000, 0).saturating_add($db.reads_writes(4, 5))
        }
        fn set_policy() -> Weight {
            Weight::from_parts(18_357_000, 0).saturating_add($db.reads_writes(2, 1))
        }
        fn retire_product() -> Weight {
            Weight::from_parts(65_737_000, 0).saturating_add($db.reads_writes(5, 5))
        }
        fn revoke_release(r: u32) -> Weight {
            Weight::from_parts(145_887_394, 0)
                .saturating_add($db.reads_writes(16, 12))
                .saturating_add(Weight::from_parts(50_879_691, 0).saturating_mul(r.into()))
                .saturating_add($db.reads_writes(2, 2).saturating_mul(r.into()))
        }
        fn suspend_release() -> Weight {
            Weight::from_parts(100_338_000, 0).saturating_add($db.reads_writes(13, 7))
        }
        fn resume_release() -> Weight {
            Weight::from_parts(83_614_000, 0).saturating_add($db.reads_writes(11, 8))
        }
        fn set_stepping_stone() -> Weight {
            Weight::from_parts(635_291_000, 0).saturating_add($db.reads_writes(43, 26))
        }
        fn lower_floor(n: u32) -> Weight {
            Weight::from_parts(36_800_119, 0)
                .saturating_add($db.reads_writes(4, 1))
                .saturating_add(Weight::from_parts(12_517_367, 0).saturating_mul(n.into()))
                .saturating_add($db.reads(2).saturating_mul(n.into()))
        }
        fn set_admission() -> Weight {
            Weight::from_parts(4_587_000, 0).saturating_add($db.writes(1))
        }
        fn set_admitted() -> Weight {
            Weight::from_parts(6_019_000, 0).saturating_add($db.writes(1))
        }
        fn read_envelope(e: u32) -> Weight {
            Weight::from_parts(38_377_000, 0).saturating_add(Weight::from_parts(107_887, 0).saturating_mul(e.into()))
        }
        fn read_intent(i: u32) -> Weight {
            Weight::from_parts(1_861_889, 0)
                .saturating_add($db.reads(1))
                .saturating_add(Weight::from_parts(5_430, 0).saturating_mul(i.into()))
        }
        fn resolve(s: u32) -> Weight {
            Weight::from_parts(1_270_608, 0).saturating_add(Weight::from_parts(100_940, 0).saturating_mul(s.into()))
        }
        fn look_up_products(n: u32) -> Weight {
            Weight::from_parts(3_576_105, 0)
                .saturating_add($db.reads(1))
                .saturating_add(Weight::from_parts(12_803_775, 0).saturating_mul(n.into()))
                .saturating_add($db.reads(3).saturating_mul(n.into()))
        }
        fn look_up_keys(k: u32) -> Weight {
            Weight::from_parts(190_000, 0)
                .saturating_add(Weight::from_parts(4_097_062, 0).saturating_mul(k.into()))
                .saturating_add($db.reads(1).saturating_mul(k.into()))
        }
        fn verify_p256(p: u32) -> Weight {
            Weight::from_parts(190_000, 0).saturating_add(Weight::from_parts(1_495_764_228, 0).saturating_mul(p.into()))
        }
        fn verify_ed25519(d: u32) -> Weight {
            Weight::from_parts(377_568, 0).saturating_add(Weight::from_parts(36_948_719, 0).saturating_mul(d.into()))
        }
        fn try_deposits(r: u32) -> Weight {
            Weight::from_parts(70_097_466, 0)
                .saturating_add($db.reads(2))
                .saturating_add(Weight::from_parts(53_739_417, 0).saturating_mul(r.into()))
                .saturating_add($db.reads(2).saturating_mul(r.into()))
        }
        fn take_over(c: u32) -> Weight {
            Weight::from_parts(5_761_040, 0)
                .saturating_add($db.reads_writes(2, 2))
                .saturating_add(Weight::from_parts(97_082_483, 0).saturating_mul(c.into()))
                .saturating_add($db.reads_writes(4, 4).saturating_mul(c.into()))
        }
        fn record(r: u32) -> Weight {
            Weight::from_parts(91_211_113, 0)
                .saturating_add($db.reads_writes(2, 7))
                .saturating_add(Weight::from_parts(53_669_083, 0).saturating_mul(r.into()))
                .saturating_add($db.reads_writes(2, 2).saturating_mul(r.into()))
        }
        fn record_integrated() -> Weight {
            Weight::from_parts(128_991_000, 0).saturating_add($db.reads_writes(6, 12))
        }
        fn review(n: u32) -> Weight {
            Weight::from_parts(10_384_288, 0)
                .saturating_add($db.reads_writes(1, 1))
                .saturating_add(Weight::from_parts(135_570_802, 0).saturating_mul(n.into()))
                .saturating_add($db.reads_writes(24, 9).saturating_mul(n.into()))
        }
        fn prune_product() -> Weight {
            Weight::from_parts(180_016_000, 0).saturating_add($db.reads_writes(27, 2))
        }
        fn prune_release(r: u32) -> Weight {
            Weight::from_parts(97_780_531, 0)
                .saturating_add($db.reads_writes(9, 9))
                .saturating_add(Weight::from_parts(50_193_300, 0).saturating_mul(r.into()))
                .saturating_add($db.reads_writes(2, 2).saturating_mul(r.into()))
        }
        fn migrate_product() -> Weight {
            Weight::from_parts(17_856_000, 0).saturating_add($db.reads_writes(5, 2))
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
    ("publish_p256_1_small", 1_700_579_000, 9, 9),
    ("publish_p256_1_largest", 2_722_534_000, 11, 11),
    ("publish_p256_3_small", 4_755_466_000, 11, 9),
    ("publish_p256_3_largest", 5_833_032_000, 13, 11),
    ("publish_ed25519_1_small", 238_844_000, 9, 9),
    ("publish_ed25519_1_largest", 1_270_562_000, 11, 11),
    ("publish_ed25519_3_small", 339_093_000, 11, 9),
    ("publish_ed25519_3_largest", 1_372_443_000, 13, 11),
    ("publish_authorized_p256_1_small", 3_394_689_000, 10, 9),
    ("publish_authorized_p256_1_largest", 5_430_957_000, 12, 11),
    ("publish_authorized_p256_3_small", 9_539_173_000, 12, 9),
    ("publish_authorized_p256_3_largest", 11_563_683_000, 14, 11),
    ("publish_authorized_ed25519_1_small", 453_422_000, 10, 9),
    ("publish_authorized_ed25519_1_largest", 2_453_756_000, 12, 11),
    ("publish_authorized_ed25519_3_small", 663_503_000, 12, 9),
    ("publish_authorized_ed25519_3_largest", 2_668_343_000, 14, 11),
];
