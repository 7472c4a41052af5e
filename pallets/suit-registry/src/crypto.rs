//! Cryptography with the help of the host where it has any.

use alloc::vec::Vec;
use sp_core::ed25519;
use suit_manifest::crypto::{Crypto, RustCrypto};

/// SHA-256 and Ed25519 by host functions, which cost a twentieth and a quarter of the same in wasm; P-256, SHA-384 and
/// SHA-512, for which there are none, by RustCrypto.
///
/// The host's Ed25519 follows ZIP 215: it takes small-order keys, under which one signature may fit every message, and
/// some non-canonical encodings that stricter verifiers refuse. So small-order keys are refused when they are registered
/// (`ed25519_point_is_valid`), and only registered keys are verified with. What is left, only a key's holder can make use
/// of: he could sign so that the chain accepts and a strict device refuses, which hurts nobody's devices but his own.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostCrypto;

fn concat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

impl Crypto for HostCrypto {
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        match parts {
            [whole] => sp_io::hashing::sha2_256(whole),
            _ => sp_io::hashing::sha2_256(&concat(parts)),
        }
    }

    fn sha384(&self, parts: &[&[u8]]) -> [u8; 48] {
        RustCrypto.sha384(parts)
    }

    fn sha512(&self, parts: &[&[u8]]) -> [u8; 64] {
        RustCrypto.sha512(parts)
    }

    fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        RustCrypto.verify_p256(key, message, signature)
    }

    fn verify_ed25519(&self, key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        sp_io::crypto::ed25519_verify(
            &ed25519::Signature::from_raw(*signature),
            &concat(message),
            &ed25519::Public::from_raw(*key),
        )
    }

    fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool {
        RustCrypto.p256_point_is_valid(key)
    }

    fn ed25519_point_is_valid(&self, key: &[u8; 32]) -> bool {
        RustCrypto.ed25519_point_is_valid(key)
    }
}
