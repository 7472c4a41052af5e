//! What the gateway asks the chain, and a small memory of the answers.

use parking_lot::Mutex;
use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, time::timeout};

/// A root that a live release names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Length of the stored file in bytes.
    pub stored_size: u64,
    /// Whether anybody may fetch it.
    pub open: bool,
}

/// The chain could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chain could not be asked: {0}")]
pub struct ChainError(pub String);

/// Finalised state, as far as the gateway needs it.
#[async_trait::async_trait]
pub trait ChainView: Send + Sync + 'static {
    /// The payload with this root (a binary CID), where a live release names it.
    async fn wanted_root(&self, root: [u8; 36]) -> Result<Option<Wanted>, ChainError>;
    /// Whether this key is a registered storage node's, and its tickets therefore count.
    async fn is_storage_node(&self, node_key: [u8; 32]) -> Result<bool, ChainError>;
    /// Genesis hash of the chain.
    fn genesis(&self) -> [u8; 32];
}

/// So many answers are remembered. Strangers choose what is asked, so the bound is small and losing it costs little.
const MAX_REMEMBERED: usize = 1024;

/// So many questions at the same time. Others wait: a question runs code of the chain, and strangers choose how many.
const MAX_QUESTIONS: usize = 8;
/// A question, and the wait before it, may take this long.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// A chain view that remembers answers for moments, so that a download does not ask for every block of an image.
pub(crate) struct CachedChain {
    chain: Arc<dyn ChainView>,
    yes: Duration,
    no: Duration,
    questions: Semaphore,
    wanted: Mutex<Memory<[u8; 36], Option<Wanted>>>,
    nodes: Mutex<Memory<[u8; 32], bool>>,
}

impl CachedChain {
    pub(crate) fn new(chain: Arc<dyn ChainView>, yes: Duration, no: Duration) -> Self {
        Self {
            chain,
            yes,
            no,
            questions: Semaphore::new(MAX_QUESTIONS),
            wanted: Mutex::default(),
            nodes: Mutex::default(),
        }
    }

    pub(crate) fn genesis(&self) -> [u8; 32] {
        self.chain.genesis()
    }

    pub(crate) async fn wanted_root(&self, root: [u8; 36]) -> Result<Option<Wanted>, ChainError> {
        if let Some(known) = self.wanted.lock().recall(&root, Instant::now()) {
            return Ok(known);
        }
        let answer = self.ask(self.chain.wanted_root(root)).await?;
        let lifetime = if answer.is_some() { self.yes } else { self.no };
        self.wanted.lock().remember(root, answer, Instant::now(), lifetime);
        Ok(answer)
    }

    pub(crate) async fn is_storage_node(&self, node_key: [u8; 32]) -> Result<bool, ChainError> {
        if let Some(known) = self.nodes.lock().recall(&node_key, Instant::now()) {
            return Ok(known);
        }
        let answer = self.ask(self.chain.is_storage_node(node_key)).await?;
        let lifetime = if answer { self.yes } else { self.no };
        self.nodes.lock().remember(node_key, answer, Instant::now(), lifetime);
        Ok(answer)
    }

    async fn ask<T>(&self, question: impl Future<Output = Result<T, ChainError>>) -> Result<T, ChainError> {
        let asked = async {
            let _permit = self.questions.acquire().await;
            question.await
        };
        timeout(MAX_WAIT, asked)
            .await
            .unwrap_or_else(|_| Err(ChainError("no answer in time".into())))
    }
}

struct Memory<K, V>(HashMap<K, (V, Instant)>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V: Copy> Memory<K, V> {
    fn recall(&self, key: &K, now: Instant) -> Option<V> {
        self.0
            .get(key)
            .filter(|(_, until)| now < *until)
            .map(|(value, _)| *value)
    }

    fn remember(&mut self, key: K, value: V, now: Instant, lifetime: Duration) {
        if self.0.len() >= MAX_REMEMBERED {
            self.0.retain(|_, (_, until)| now < *until);
            if self.0.len() >= MAX_REMEMBERED {
                self.0.clear();
            }
        }
        self.0.insert(key, (value, now + lifetime));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_believed_until_it_expires_and_no_longer() {
        let mut memory = Memory::default();
        let now = Instant::now();
        memory.remember(1u8, true, now, Duration::from_secs(4));
        assert_eq!(memory.recall(&1, now + Duration::from_secs(3)), Some(true));
        assert_eq!(memory.recall(&1, now + Duration::from_secs(4)), None);
        assert_eq!(memory.recall(&2, now), None);
    }

    #[test]
    fn a_flood_of_questions_does_not_grow_the_memory() {
        let mut memory = Memory::default();
        let now = Instant::now();
        for key in 0..10 * MAX_REMEMBERED {
            memory.remember(key, false, now, Duration::from_secs(4));
            assert!(memory.0.len() <= MAX_REMEMBERED);
        }
    }
}
