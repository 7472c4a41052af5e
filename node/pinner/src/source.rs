//! Where blocks come from, and which sources are left alone for a while.

use crate::config::Config;
use chunks::Cid;
use std::collections::HashMap;
use tokio::time::Instant;

/// A source could not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// It could not be reached, or what it answered makes no sense.
    #[error("{0}")]
    Failed(String),
}

/// Something that may have blocks: other storage nodes, a gateway. Nothing that it says is believed: the store checks
/// every block against its CID.
#[async_trait::async_trait]
pub trait Source: Send + Sync + 'static {
    /// For the log.
    fn name(&self) -> &str;
    /// Some of the wanted blocks of the image, as many as are to be had in one go. What was not asked for is ignored.
    async fn fetch(&self, root: &Cid, wanted: &[Cid]) -> Result<Vec<(Cid, Vec<u8>)>, SourceError>;
}

/// Which source was of no use for which image, and until when it is not asked again. A source that hangs, lies or has
/// nothing therefore costs one try now and then, and not one per batch.
#[derive(Default)]
pub(crate) struct Patience(HashMap<(usize, Cid), Strikes>);

struct Strikes {
    count: u32,
    until: Instant,
}

impl Patience {
    pub(crate) fn may_ask(&self, source: usize, root: &Cid, now: Instant) -> bool {
        self.0.get(&(source, *root)).is_none_or(|strikes| strikes.until <= now)
    }

    pub(crate) fn strike(&mut self, source: usize, root: &Cid, now: Instant, config: &Config) {
        let strikes = self
            .0
            .entry((source, *root))
            .or_insert(Strikes { count: 0, until: now });
        strikes.until = now + config.retry_after(strikes.count);
        strikes.count = strikes.count.saturating_add(1);
    }

    pub(crate) fn praise(&mut self, source: usize, root: &Cid) {
        self.0.remove(&(source, *root));
    }

    /// When the first source may be asked for this image again.
    pub(crate) fn until(&self, sources: usize, root: &Cid) -> Option<Instant> {
        (0..sources)
            .filter_map(|source| self.0.get(&(source, *root)))
            .map(|strikes| strikes.until)
            .min()
    }

    /// Forgets all images but these.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Cid) -> bool) {
        self.0.retain(|(_, root), _| keep(root));
    }
}
