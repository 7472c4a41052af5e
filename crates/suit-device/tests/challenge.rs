//! Challenges, and the memory of those that were used.

mod common;

use common::*;
use hmac::{Hmac, Mac};
use proptest::prelude::*;
use suit_device::{
    challenge::{Challenger, Opened, LEN},
    replay::ReplayCache,
    Error,
};

#[test]
fn a_node_recognises_its_own_challenge() {
    let challenge = challenger().issue([1; 16], NOW + 60);
    assert_eq!(challenger().check(&challenge, NOW), Ok([1; 16]));
    assert_eq!(
        challenger().open(&challenge, NOW),
        Ok(Opened {
            random: [1; 16],
            expiry: NOW + 60
        })
    );
}

#[test]
fn it_is_laid_out_as_the_format_has_it() {
    let challenge = challenger().issue([1; 16], NOW);
    let mut expected = vec![1];
    expected.extend([1; 16]);
    expected.extend(NOW.to_be_bytes());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&[0x55; 32]).unwrap();
    mac.update(b"suit-challenge");
    mac.update(&expected);
    expected.extend(&mac.finalize().into_bytes()[..16]);
    assert_eq!(challenge.as_slice(), expected);
    assert_eq!(challenge.len(), LEN);
}

#[test]
fn a_challenge_expires() {
    let challenge = challenger().issue([1; 16], NOW);
    assert_eq!(challenger().check(&challenge, NOW - 1), Ok([1; 16]));
    assert_eq!(challenger().check(&challenge, NOW), Err(Error::ChallengeExpired));
    assert_eq!(challenger().check(&challenge, u64::MAX), Err(Error::ChallengeExpired));
}

#[test]
fn the_challenge_of_another_node_is_forged() {
    let challenge = Challenger::new([0x56; 32]).issue([1; 16], NOW + 60);
    assert_eq!(challenger().check(&challenge, NOW), Err(Error::ChallengeForged));
}

#[test]
fn an_expired_challenge_cannot_be_prolonged() {
    let mut challenge = challenger().issue([1; 16], NOW);
    challenge[17..25].copy_from_slice(&(NOW + 60).to_be_bytes());
    assert_eq!(challenger().check(&challenge, NOW), Err(Error::ChallengeForged));
}

#[test]
fn another_version_and_another_length_are_malformed() {
    let challenge = challenger().issue([1; 16], NOW + 60);
    let mut other = challenge;
    other[0] = 2;
    assert_eq!(challenger().check(&other, NOW), Err(Error::ChallengeMalformed));
    for len in 0..LEN {
        assert_eq!(
            challenger().check(&challenge[..len], NOW),
            Err(Error::ChallengeMalformed)
        );
    }
    assert_eq!(
        challenger().check(&[&challenge[..], &[0]].concat(), NOW),
        Err(Error::ChallengeMalformed)
    );
}

#[test]
fn any_flipped_bit_is_refused() {
    let challenge = challenger().issue([1; 16], NOW + 60);
    for bit in 0..LEN * 8 {
        let refusal = challenger().check(&flip(&challenge, bit), NOW).unwrap_err();
        let expected = if bit < 8 {
            Error::ChallengeMalformed
        } else {
            Error::ChallengeForged
        };
        assert_eq!(refusal, expected, "bit {bit}");
    }
}

#[test]
fn the_key_is_not_shown() {
    assert_eq!(format!("{:?}", challenger()), "Challenger { .. }");
}

#[test]
fn a_challenge_serves_once() {
    let mut cache = ReplayCache::new(10);
    assert_eq!(cache.insert([1; 16], NOW + 60, NOW), Ok(()));
    assert_eq!(cache.insert([1; 16], NOW + 60, NOW), Err(Error::ChallengeReplayed));
    // Nor does another expiry help.
    assert_eq!(cache.insert([1; 16], NOW + 90, NOW), Err(Error::ChallengeReplayed));
    assert_eq!(cache.insert([1; 16], NOW + 60, NOW + 59), Err(Error::ChallengeReplayed));
    assert_eq!(cache.insert([2; 16], NOW + 60, NOW), Ok(()));
}

#[test]
fn a_full_cache_forgets_nothing_that_is_still_good() {
    let mut cache = ReplayCache::new(2);
    cache.insert([1; 16], NOW + 60, NOW).unwrap();
    cache.insert([2; 16], NOW + 30, NOW).unwrap();
    assert_eq!(cache.insert([3; 16], NOW + 60, NOW), Err(Error::Busy));
    assert_eq!(cache.insert([1; 16], NOW + 60, NOW), Err(Error::ChallengeReplayed));
    assert_eq!(cache.len(), 2);
    // One expires, and makes room for one.
    assert_eq!(cache.insert([3; 16], NOW + 60, NOW + 30), Ok(()));
    assert_eq!(cache.insert([4; 16], NOW + 60, NOW + 30), Err(Error::Busy));
    // All expire.
    assert_eq!(cache.insert([5; 16], NOW + 99, NOW + 60), Ok(()));
    assert_eq!(cache.len(), 1);
}

#[test]
fn a_clock_that_is_set_back_revives_nothing() {
    let mut cache = ReplayCache::new(10);
    cache.insert([1; 16], NOW + 60, NOW).unwrap();
    cache.insert([2; 16], NOW + 200, NOW + 100).unwrap();
    assert_eq!(cache.len(), 1);
    assert_eq!(cache.insert([1; 16], NOW + 60, NOW), Err(Error::ChallengeExpired));
}

#[test]
fn a_cache_without_room_lets_nobody_through() {
    let mut cache = ReplayCache::new(0);
    assert_eq!(cache.insert([1; 16], NOW + 60, NOW), Err(Error::Busy));
    assert!(cache.is_empty());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_and_never_pass(bytes in prop::collection::vec(any::<u8>(), 0..60), now: u64) {
        prop_assert!(challenger().check(&bytes, now).is_err());
    }

    #[test]
    fn every_challenge_is_recognised_until_it_expires(key: [u8; 32], random: [u8; 16], expiry: u64, now: u64) {
        let challenger = Challenger::new(key);
        let expected = if now < expiry { Ok(random) } else { Err(Error::ChallengeExpired) };
        prop_assert_eq!(challenger.check(&challenger.issue(random, expiry), now), expected);
    }

    /// Against a model that never forgets: whatever is let through was not let through before.
    #[test]
    fn nothing_is_let_through_twice(steps in prop::collection::vec((0u8..8, 1u64..20, 0u64..6), 1..60), capacity in 1usize..6) {
        let mut cache = ReplayCache::new(capacity);
        let mut let_through = std::collections::HashSet::new();
        let mut now = NOW;
        for (name, lifetime, passes) in steps {
            now += passes;
            // The expiry is the challenge's own: the same whenever it is shown.
            let expiry = NOW + u64::from(name) * 10 + lifetime % 2;
            let nonce = [name * 2 + u8::try_from(lifetime % 2).unwrap(); 16];
            if cache.insert(nonce, expiry, now).is_ok() {
                prop_assert!(let_through.insert(nonce));
                prop_assert!(expiry > now);
            }
            prop_assert!(cache.len() <= capacity);
        }
    }
}
