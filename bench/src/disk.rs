//! State in a trie on disk, with the cache that a node has: for more of it than memory holds.

use crate::chain;
use anyhow::{anyhow, Result};
use parity_db::{ColumnOptions, Db, Options};
use sp_core::{storage::StateVersion, H256};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{DBValue, Ext, OverlayedChanges, TrieBackendBuilder, TrieBackendStorage};
use sp_trie::{
    cache::{CacheSize, SharedTrieCache},
    prefixed_key, LayoutV1, TrieConfiguration,
};

/// What a node keeps of its trie in memory, unless it is told otherwise.
const CACHE: usize = 1024 * 1024 * 1024;

/// The state.
pub struct Disk {
    nodes: Nodes,
    cache: SharedTrieCache<BlakeTwo256>,
    root: H256,
    changes: OverlayedChanges<BlakeTwo256>,
    _folder: tempfile::TempDir,
}

/// The trie's nodes.
struct Nodes(Db);

impl TrieBackendStorage<BlakeTwo256> for Nodes {
    fn get(&self, key: &H256, prefix: (&[u8], Option<u8>)) -> Result<Option<DBValue>, String> {
        let stored = self.0.get(0, &prefixed_key::<BlakeTwo256>(key, prefix));
        let stored = stored.map_err(|error| error.to_string())?;
        // The root of the empty trie is stored nowhere.
        Ok(stored.or_else(|| (*key == empty_root()).then(|| vec![0])))
    }
}

fn empty_root() -> H256 {
    LayoutV1::<BlakeTwo256>::trie_root::<_, Vec<u8>, Vec<u8>>(std::iter::empty())
}

impl Disk {
    /// A development chain before its first block.
    pub fn genesis() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut options = Options::with_columns(folder.path(), 1);
        options.columns = vec![ColumnOptions::default()];
        // Nothing of it is to outlive this process.
        (options.sync_wal, options.sync_data) = (false, false);
        let mut disk = Self {
            nodes: Nodes(Db::open_or_create(&options)?),
            cache: SharedTrieCache::new(CacheSize::new(CACHE), None),
            root: empty_root(),
            changes: OverlayedChanges::default(),
            _folder: folder,
        };
        let preset = chain::preset()?;
        disk.execute_with(|| chain::build(preset))?;
        disk.commit()?;
        Ok(disk)
    }

    /// Does something on it.
    pub fn execute_with<V>(&mut self, work: impl FnOnce() -> V) -> V {
        let backend = TrieBackendBuilder::new(&self.nodes, self.root)
            .with_cache(self.cache.local_cache_trusted())
            .build();
        let mut state = Ext::new(&mut self.changes, &backend, None);
        sp_externalities::set_and_run_with_externalities(&mut state, work)
    }

    /// Empties the cache.
    pub fn forget(&self) {
        self.cache.reset();
    }

    /// Writes what was changed into the trie.
    pub fn commit(&mut self) -> Result<()> {
        let backend = TrieBackendBuilder::new(&self.nodes, self.root)
            .with_cache(self.cache.local_cache_trusted())
            .build();
        let mut changes = self
            .changes
            .drain_storage_changes(&backend, StateVersion::V1)
            .map_err(|error| anyhow!("{error}"))?;
        self.root = changes.transaction_storage_root;
        let nodes = changes.transaction.drain().into_iter();
        let nodes = nodes.filter_map(|(key, (value, references))| match references {
            0 => None,
            1.. => Some((0, key, Some(value))),
            _ => Some((0, key, None)),
        });
        Ok(self.nodes.0.commit(nodes)?)
    }
}
