//! How much at once, and how long to wait.

use rand::Rng;
use std::time::Duration;

/// Bounds of the pinner.
#[derive(Clone, Debug)]
pub struct Config {
    /// Releases worked on at the same time.
    pub steps: usize,
    /// Most blocks asked for in one go. After each batch another release has its turn.
    pub batch: usize,
    /// A source must have answered within this time.
    pub fetch_time: Duration,
    /// How long to wait after the first try that brought nothing; doubled with each further one…
    pub retry_first: Duration,
    /// …up to this.
    pub retry_most: Duration,
    /// How often to look whether the store changed by itself: an upload came in, a block was found damaged.
    pub look_every: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            steps: 4,
            batch: 16,
            fetch_time: Duration::from_secs(20),
            retry_first: Duration::from_millis(500),
            retry_most: Duration::from_secs(15),
            look_every: Duration::from_secs(1),
        }
    }
}

impl Config {
    /// The wait after so many tries in vain: exponential, bounded, and between half and whole at random, so that nodes
    /// which lost the same holder do not come back in step.
    pub(crate) fn retry_after(&self, tries: u32) -> Duration {
        let longest = self.retry_first.saturating_mul(1 << tries.min(16)).min(self.retry_most);
        longest.mul_f64(rand::thread_rng().gen_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_are_bounded_and_differ() {
        let config = Config::default();
        for tries in 0..100 {
            let wait = config.retry_after(tries);
            let longest = config
                .retry_first
                .saturating_mul(1 << tries.min(16))
                .min(config.retry_most);
            assert!(wait <= longest && wait >= longest / 2, "{tries}: {wait:?}");
        }
        let waits: std::collections::BTreeSet<_> = (0..20).map(|_| config.retry_after(10)).collect();
        assert!(waits.len() > 1);
    }
}
