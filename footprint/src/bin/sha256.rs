//! Hashes: what SHA-256 costs, which most devices have already, in hardware or in a boot loader.

#![no_std]
#![no_main]

use core::hint::black_box;
use footprint::{check, Device, ENVELOPE, TAMPERED};
use suit_manifest::crypto::Crypto as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    footprint::run(|| {
        let hash = |bytes| Device.sha256(&[black_box(bytes)]);
        check(hash(ENVELOPE) == hash(ENVELOPE), line!());
        check(hash(ENVELOPE) != hash(TAMPERED), line!());
    })
}
