//! What the programs have in common: a start, a device's cryptography, the envelopes, and what they say at the end.

#![no_std]

mod stack;

use core::{hint::black_box, panic::PanicInfo};
use cortex_m_semihosting::{debug, hio::HostStream};
use p256::{
    ecdsa::{signature::hazmat::PrehashVerifier as _, VerifyingKey},
    EncodedPoint,
};
use sha2::{Digest as _, Sha256};
use suit_manifest::{cose::PublicKey, crypto::Crypto, digest::DigestAlgorithm};

/// A signed envelope (ESP256).
pub static ENVELOPE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/envelope.suit"));
/// The same with one bit of the manifest flipped.
pub static TAMPERED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tampered.suit"));
/// The same with one bit of the signature flipped.
pub static FORGED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/forged.suit"));
/// The image that the envelope is about.
pub static IMAGE: &[u8] = b"what a device runs";
/// Whose device it is.
pub static VENDOR: &[u8; 16] = include_bytes!(concat!(env!("OUT_DIR"), "/vendor.bin"));
/// What kind of device it is.
pub static CLASS: &[u8; 16] = include_bytes!(concat!(env!("OUT_DIR"), "/class.bin"));
/// x ‖ y of the key that signed.
static KEY: &[u8; 64] = include_bytes!(concat!(env!("OUT_DIR"), "/key.bin"));

/// A device's cryptography: SHA-256, and ECDSA over P-256. By what is not there nothing is valid.
pub struct Device;

impl Crypto for Device {
    fn has_digest(&self, algorithm: DigestAlgorithm) -> bool {
        algorithm == DigestAlgorithm::Sha256
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        hasher.finalize().into()
    }

    fn sha384(&self, _: &[&[u8]]) -> [u8; 48] {
        unreachable!("`has_digest` says so")
    }

    fn sha512(&self, _: &[&[u8]]) -> [u8; 64] {
        unreachable!("`has_digest` says so")
    }

    fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        let Some(key) = p256_key(key) else { return false };
        let Ok(signature) = p256::ecdsa::Signature::from_slice(signature) else {
            return false;
        };
        key.verify_prehash(&self.sha256(message), &signature).is_ok()
    }

    fn verify_ed25519(&self, _: &[u8; 32], _: &[&[u8]], _: &[u8; 64]) -> bool {
        false
    }

    fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool {
        p256_key(key).is_some()
    }

    fn ed25519_point_is_valid(&self, _: &[u8; 32]) -> bool {
        false
    }
}

fn p256_key(key: &[u8; 64]) -> Option<VerifyingKey> {
    VerifyingKey::from_encoded_point(&EncodedPoint::from_untagged_bytes(key.into())).ok()
}

/// The key that a device trusts.
pub fn trusted() -> PublicKey {
    PublicKey::P256(*black_box(KEY))
}

/// Runs `work` and ends the emulator: with success, once it has returned, and how deep the stack has grown.
pub fn run(work: fn()) -> ! {
    // Every program carries the same, the one that does nothing too.
    black_box((ENVELOPE, TAMPERED, FORGED, KEY, VENDOR, CLASS, IMAGE));
    let stack = stack::high_water(work);
    say("stack ", stack);
    say("OK ", 0);
    debug::exit(debug::EXIT_SUCCESS);
    loop {}
}

/// Goes on where `holds`, ends the emulator with failure otherwise.
pub fn check(holds: bool, line: u32) {
    if !holds {
        say("failed at line ", line as usize);
        fail();
    }
}

fn fail() -> ! {
    debug::exit(debug::EXIT_FAILURE);
    loop {}
}

/// A word and a number: without `core::fmt`, which would be measured too.
fn say(word: &str, number: usize) {
    let Ok(mut out) = cortex_m_semihosting::hio::hstdout() else {
        return;
    };
    let mut digits = [b'\n'; 11];
    let (mut at, mut rest) = (10, number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    write(&mut out, word.as_bytes());
    write(&mut out, &digits[at..=10]);
}

fn write(out: &mut HostStream, bytes: &[u8]) {
    let _ = out.write_all(bytes);
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    fail()
}
