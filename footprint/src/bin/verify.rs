//! What a device does with an envelope before it installs: decodes it, checks that it is whole, and verifies that the
//! author has signed it (ESP256).

#![no_std]
#![no_main]

use core::hint::black_box;
use footprint::{check, Device, ENVELOPE, FORGED, TAMPERED};
use suit_manifest::{
    cose::PublicKey,
    envelope::{Envelope, Mode},
    error::Error,
};

#[cortex_m_rt::entry]
fn main() -> ! {
    footprint::run(|| {
        let key = footprint::trusted();
        check(accepted(black_box(ENVELOPE), &key) == Ok(Some(7)), line!());
        check(accepted(black_box(TAMPERED), &key).is_err(), line!());
        check(accepted(black_box(FORGED), &key) == Ok(None), line!());
    })
}

/// The sequence number of an envelope that is whole and signed with this key.
#[inline(never)]
fn accepted(bytes: &[u8], key: &PublicKey) -> Result<Option<u64>, Error> {
    let envelope = Envelope::decode(bytes, Mode::Strict)?;
    envelope.check_complete(&Device)?;
    let signed = envelope
        .signatures()
        .any(|block| envelope.verify_signature(&Device, &block, key).is_ok());
    Ok(if signed { Some(envelope.manifest()?.sequence_number()) } else { None })
}
