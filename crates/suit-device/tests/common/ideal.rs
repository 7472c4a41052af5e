//! An ideal signature scheme, so that every single bit can be tried in a moment: what the signers made is valid, and
//! nothing else. It shows that no bit of a message lies outside of what is signed and checked.

use std::{cell::RefCell, collections::HashSet};
use suit_manifest::crypto::{Crypto, RustCrypto};

/// Learns from true verifications, and then knows no others.
#[derive(Default)]
pub struct Ideal {
    learned: RefCell<HashSet<Vec<u8>>>,
    done: bool,
}

impl Ideal {
    /// Learns whatever `verify` verifies.
    pub fn learn(verify: impl FnOnce(&Self) -> bool) -> Self {
        let mut ideal = Self::default();
        assert!(verify(&ideal), "there is something to learn");
        ideal.done = true;
        ideal
    }

    fn judge(&self, key: &[u8], message: &[&[u8]], signature: &[u8; 64], truly: impl FnOnce() -> bool) -> bool {
        let claim = [signature, key, &message.concat()].concat();
        if self.done {
            return self.learned.borrow().contains(&claim);
        }
        truly() && self.learned.borrow_mut().insert(claim)
    }
}

impl Crypto for Ideal {
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        RustCrypto.sha256(parts)
    }
    fn sha384(&self, parts: &[&[u8]]) -> [u8; 48] {
        RustCrypto.sha384(parts)
    }
    fn sha512(&self, parts: &[&[u8]]) -> [u8; 64] {
        RustCrypto.sha512(parts)
    }
    fn verify_p256(&self, key: &[u8; 64], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        self.judge(key, message, signature, || {
            RustCrypto.verify_p256(key, message, signature)
        })
    }
    fn verify_ed25519(&self, key: &[u8; 32], message: &[&[u8]], signature: &[u8; 64]) -> bool {
        self.judge(key, message, signature, || {
            RustCrypto.verify_ed25519(key, message, signature)
        })
    }
    fn p256_point_is_valid(&self, key: &[u8; 64]) -> bool {
        RustCrypto.p256_point_is_valid(key)
    }
    fn ed25519_point_is_valid(&self, key: &[u8; 32]) -> bool {
        RustCrypto.ed25519_point_is_valid(key)
    }
}
