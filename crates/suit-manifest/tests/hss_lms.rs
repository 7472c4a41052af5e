//! HSS-LMS (RFC 8554, RFC 8778): signatures that hold, and hostile ones, for which the crate behind it would panic.
#![cfg(feature = "hss-lms")]

use hbs_lms::{HssParameter, LmotsAlgorithm, LmsAlgorithm, Seed, Sha256_256};
use proptest::prelude::*;
use std::{cell::RefCell, sync::OnceLock};
use suit_manifest::{
    cose::{self, Algorithm, PublicKey, Sign1, SignError, Signer, MAX_HSS_SIGNATURE},
    crypto::{Crypto, RustCrypto},
    error::ErrorKind,
};

/// A key in memory, which is good enough for a test: elsewhere its state must survive.
struct HssKey {
    private: RefCell<Vec<u8>>,
    public: PublicKey,
}

impl HssKey {
    fn new(seed: u8, parameters: &[(LmotsAlgorithm, LmsAlgorithm)]) -> Self {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(ots, lms)| HssParameter::<Sha256_256>::new(*ots, *lms))
            .collect();
        let (private, public) =
            hbs_lms::keygen::<Sha256_256>(&parameters, &Seed::from([seed; 32]), None).expect("parameters of RFC 8554");
        Self {
            private: RefCell::new(private.as_slice().to_vec()),
            public: PublicKey::HssLms(public.as_slice().try_into().unwrap()),
        }
    }
}

impl Signer for HssKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HssLms
    }
    fn public_key(&self) -> PublicKey {
        self.public
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let private = self.private.borrow().clone();
        let mut keep = |next: &[u8]| {
            *self.private.borrow_mut() = next.to_vec();
            Ok(())
        };
        hbs_lms::sign::<Sha256_256>(message, &private, &mut keep, None)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| SignError::Failed)
    }
}

const W8: (LmotsAlgorithm, LmsAlgorithm) = (LmotsAlgorithm::LmotsW8, LmsAlgorithm::LmsH5);
const W4: (LmotsAlgorithm, LmsAlgorithm) = (LmotsAlgorithm::LmotsW4, LmsAlgorithm::LmsH5);
const W2: (LmotsAlgorithm, LmsAlgorithm) = (LmotsAlgorithm::LmotsW2, LmsAlgorithm::LmsH5);
const W1: (LmotsAlgorithm, LmsAlgorithm) = (LmotsAlgorithm::LmotsW1, LmsAlgorithm::LmsH5);

/// Keys and signatures over `b"message"`: each Winternitz parameter, and two levels.
fn signed() -> &'static [([u8; 60], Vec<u8>)] {
    static SIGNED: OnceLock<Vec<([u8; 60], Vec<u8>)>> = OnceLock::new();
    SIGNED.get_or_init(|| {
        [&[W1][..], &[W2], &[W4], &[W8], &[W4, W2]]
            .into_iter()
            .map(|parameters| {
                let key = HssKey::new(1, parameters);
                let PublicKey::HssLms(public) = key.public else {
                    panic!()
                };
                (public, key.sign(b"message").unwrap())
            })
            .collect()
    })
}

fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> Option<bool> {
    RustCrypto.verify_hss_lms(key, &[message], signature)
}

#[test]
fn signatures_of_all_parameters_hold_for_their_message_and_key() {
    for (index, (key, signature)) in signed().iter().enumerate() {
        assert!(PublicKey::HssLms(*key).is_valid(&RustCrypto));
        assert_eq!(verify(key, b"message", signature), Some(true), "{index}");
        assert_eq!(
            RustCrypto.verify_hss_lms(key, &[b"mess", b"age"], signature),
            Some(true)
        );
        assert_eq!(verify(key, b"massage", signature), Some(false));
        for (other, (key, _)) in signed().iter().enumerate() {
            assert_eq!(verify(key, b"message", signature), Some(index == other));
        }
    }
}

#[test]
fn a_cose_sign1_with_hss_lms_verifies_and_no_signature_is_like_another() {
    let key = HssKey::new(2, &[W8]);
    let message = cose::sign1(b"payload", None, Some(b"k"), true, &key).unwrap();
    let decoded = Sign1::decode(&message).unwrap();
    assert_eq!(decoded.algorithm, Algorithm::HssLms);
    assert_eq!(decoded.verify(&RustCrypto, &key.public, Some(b"payload")), Ok(()));
    let error = decoded.verify(&RustCrypto, &key.public, Some(b"other")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignatureNotValid);
    let other = HssKey::new(3, &[W8]).public;
    let error = decoded.verify(&RustCrypto, &other, Some(b"payload")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignatureNotValid);
    let again = cose::sign1(b"payload", None, Some(b"k"), true, &key).unwrap();
    assert_ne!(again, message);
    let again = Sign1::decode(&again).unwrap();
    assert_eq!(again.verify(&RustCrypto, &key.public, Some(b"payload")), Ok(()));
}

#[test]
fn whatever_is_cut_off_or_longer_is_refused() {
    for (key, signature) in signed() {
        for len in (0..signature.len()).step_by(7).chain([signature.len() - 1]) {
            assert_eq!(verify(key, b"message", &signature[..len]), Some(false), "{len}");
        }
        for surplus in [1, 4, 32, 60] {
            let longer = [signature, &vec![0; surplus][..]].concat();
            assert_eq!(verify(key, b"message", &longer), Some(false));
        }
        for len in 0..60 {
            assert_eq!(verify(&key[..len], b"message", signature), Some(false), "{len}");
        }
        assert_eq!(verify(&[&key[..], &[0]].concat(), b"message", signature), Some(false));
    }
}

#[test]
fn levels_types_and_leaves_that_do_not_exist_are_refused() {
    // The first three words of a signature: number of signed keys, leaf, LM-OTS type. Of a key: levels and types.
    let (key, signature) = &signed()[3];
    for at in [0, 4, 8] {
        for word in [2u32, 6, 7, 8, 9, 31, 32, 33, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
            let mut changed = signature.clone();
            changed[at..at + 4].copy_from_slice(&word.to_be_bytes());
            assert_eq!(verify(key, b"message", &changed), Some(false), "{at} {word}");
            let mut changed = *key;
            changed[at..at + 4].copy_from_slice(&word.to_be_bytes());
            assert_eq!(verify(&changed, b"message", signature), Some(false), "{at} {word}");
        }
    }
}

#[test]
fn too_long_a_signature_or_message_is_not_tried() {
    let (key, signature) = &signed()[3];
    assert_eq!(verify(key, b"message", &vec![0; MAX_HSS_SIGNATURE + 1]), Some(false));
    assert_eq!(verify(key, &[0; 1024], signature), Some(false));
    // In parts or not, a message beyond the buffer cannot be judged.
    assert_eq!(verify(key, &[0; 1025], signature), None);
    let message = cose::prepare_sign1(b"payload", Algorithm::HssLms, None, None, true);
    let refused = message.finish(&vec![0; MAX_HSS_SIGNATURE + 1]);
    assert_eq!(refused, Err(SignError::SignatureLength));
}

#[test]
fn the_rfc_s_own_signatures_hold() {
    // RFC 8554, Appendix F, test cases 1 and 2, as the sources of the crate have them where those are at hand.
    let home = std::env::var("CARGO_HOME").unwrap_or_else(|_| format!("{}/.cargo", std::env::var("HOME").unwrap()));
    let Ok(registries) = std::fs::read_dir(format!("{home}/registry/src")) else {
        return;
    };
    for registry in registries {
        let tests = registry.unwrap().path().join("hbs-lms-0.2.0-alpha.1/tests");
        for case in ["rfc_testcase1.rs", "rfc_testcase2.rs"] {
            let Ok(source) = std::fs::read_to_string(tests.join(case)) else {
                continue;
            };
            let array = |name: &str| -> Vec<u8> {
                let start = source.find(&format!("static {name}: &[u8] = &[")).expect(name);
                let end = start + source[start..].find("];").unwrap();
                source[start..end]
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .filter_map(|word| word.strip_prefix("0x"))
                    .map(|byte| u8::from_str_radix(byte, 16).unwrap())
                    .collect()
            };
            let (key, message, signature) = (array("PUBLIC_KEY"), array("MESSAGE"), array("SIGNATURE"));
            assert_eq!((key.len(), message.is_empty()), (60, false));
            assert_eq!(verify(&key, &message, &signature), Some(true), "{case}");
            assert_eq!(verify(&key, &message[1..], &signature), Some(false), "{case}");
        }
    }
}

/// A signature that is well formed, of random content: nothing but the hashes tells that it does not hold.
fn well_formed() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let level = (0usize..4, 0usize..5, any::<u32>());
    (proptest::collection::vec(level, 1..=3), any::<u8>()).prop_map(|(levels, fill)| {
        let chains = [265usize, 133, 67, 34];
        let heights = [5usize, 10, 15, 20, 25];
        let types =
            |(ots, lms, _): &(usize, usize, u32)| ((*ots as u32 + 1).to_be_bytes(), (*lms as u32 + 5).to_be_bytes());
        let public = |level: &(usize, usize, u32)| {
            let (ots, lms) = types(level);
            [&lms[..], &ots, &[fill; 48]].concat()
        };
        let mut signature = (levels.len() as u32 - 1).to_be_bytes().to_vec();
        for (index, level) in levels.iter().enumerate() {
            if index > 0 {
                signature.extend(public(level));
            }
            let (ots, lms) = types(level);
            let leaf = level.2 & ((1u32 << heights[level.1]) - 1);
            signature.extend(leaf.to_be_bytes());
            signature.extend(ots);
            signature.extend(vec![fill; 32 * (1 + chains[level.0])]);
            signature.extend(lms);
            signature.extend(vec![fill; 32 * heights[level.1]]);
        }
        let key = [&(levels.len() as u32).to_be_bytes()[..], &public(&levels[0])].concat();
        (key, signature)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_refused(
        key in proptest::collection::vec(any::<u8>(), 0..100),
        signature in proptest::collection::vec(any::<u8>(), 0..12_000),
    ) {
        prop_assert_eq!(verify(&key, b"message", &signature), Some(false));
    }

    #[test]
    fn a_changed_bit_is_refused(which in 0usize..5, at in any::<prop::sample::Index>(), bit in 0u8..8, in_key: bool) {
        let (key, signature) = &signed()[which];
        let (mut key, mut signature) = (*key, signature.clone());
        match in_key {
            true => key[at.index(60)] ^= 1 << bit,
            // Most bytes are hashes; the others are what panics.
            false => {
                let at = at.index(signature.len());
                signature[at] ^= 1 << bit;
            }
        }
        prop_assert_eq!(verify(&key, b"message", &signature), Some(false));
    }

    #[test]
    fn a_changed_head_is_refused(which in 0usize..5, at in 0usize..12, byte: u8) {
        let (key, signature) = &signed()[which];
        let mut changed = signature.clone();
        changed[at] = byte;
        prop_assert_eq!(verify(key, b"message", &changed), Some(changed == *signature));
    }

    #[test]
    fn well_formed_rubbish_is_refused((key, signature) in well_formed(), message in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(verify(&key, &message, &signature), Some(false));
    }
}
