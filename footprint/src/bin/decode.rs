//! Decodes an envelope strictly and checks that it is whole: structure, every sequence, the manifest's digest and those
//! of severed members, nothing missing, nothing stuffed.

#![no_std]
#![no_main]

use core::hint::black_box;
use footprint::{check, Device, ENVELOPE, TAMPERED};
use suit_manifest::{
    envelope::{Envelope, Mode},
    error::Error,
};

#[cortex_m_rt::entry]
fn main() -> ! {
    footprint::run(|| {
        check(whole(black_box(ENVELOPE)) == Ok(7), line!());
        check(whole(black_box(TAMPERED)).is_err(), line!());
    })
}

/// The sequence number of an envelope that is whole.
#[inline(never)]
fn whole(bytes: &[u8]) -> Result<u64, Error> {
    let envelope = Envelope::decode(bytes, Mode::Strict)?;
    envelope.check_digest(&Device)?;
    Ok(envelope.manifest()?.sequence_number())
}
