//! The bounded memory of challenges that were used.

use crate::Error;
use alloc::collections::{BTreeMap, BTreeSet};

/// Remembers used challenges until they expire, and no more than a fixed number of them.
#[derive(Debug)]
pub struct ReplayCache {
    capacity: usize,
    /// Random parts and when they may be forgotten.
    used: BTreeMap<[u8; 16], u64>,
    /// The same, by expiry: what may be forgotten comes first.
    order: BTreeSet<(u64, [u8; 16])>,
    /// The latest time that was seen. A clock that is set back must not revive what was forgotten already.
    latest: u64,
}

impl ReplayCache {
    /// Room for `capacity` challenges at a time.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            used: BTreeMap::new(),
            order: BTreeSet::new(),
            latest: 0,
        }
    }

    /// Marks the challenge with this random part and expiry (Unix seconds) as used.
    ///
    /// # Errors
    /// `ChallengeReplayed` where it was used before; `Busy` where there is no room until some expire: to forget one
    /// that is still good would let it be used twice; `ChallengeExpired` where it need not be remembered any more.
    pub fn insert(&mut self, random: [u8; 16], expiry: u64, now: u64) -> Result<(), Error> {
        self.latest = self.latest.max(now);
        while let Some((expiry, random)) = self.order.first().copied().filter(|(expiry, _)| *expiry <= self.latest) {
            self.order.remove(&(expiry, random));
            self.used.remove(&random);
        }
        if expiry <= self.latest {
            return Err(Error::ChallengeExpired);
        }
        if self.used.contains_key(&random) {
            return Err(Error::ChallengeReplayed);
        }
        if self.used.len() >= self.capacity {
            return Err(Error::Busy);
        }
        self.used.insert(random, expiry);
        self.order.insert((expiry, random));
        Ok(())
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.used.len()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }
}
