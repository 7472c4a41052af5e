//! How many bytes of state a release takes, by what they are for.

use crate::{
    author::{Authors, Kind},
    chain,
    report::{Report, Row},
};
use anyhow::{anyhow, Result};
use frame_support::traits::StorageInfoTrait;
use sp_keyring::Sr25519Keyring::Alice;
use std::collections::BTreeMap;
use suit_runtime::{AllPalletsWithSystem, RuntimeOrigin, SuitRegistry, System};

/// Keys and values that a release with one payload adds to a product that has some.
pub fn run(report: &mut Report) -> Result<()> {
    let authors = Authors::new(Kind::Ed25519, 1)?;
    let admin = Alice.to_account_id();
    let mut state = chain::genesis()?;
    let publish = |sequence_number: u64| -> Result<Vec<u8>> {
        let envelope = authors.envelope(crate::author::product(0, 0), sequence_number)?;
        let origin = RuntimeOrigin::signed(admin.clone());
        SuitRegistry::publish(origin, envelope.clone(), Vec::new()).map_err(|error| anyhow!("{error:?}"))?;
        Ok(envelope)
    };
    let admin = Alice.to_account_id();
    let length = state.execute_with(|| -> Result<usize> {
        System::set_block_number(1);
        chain::register(&admin, 0, &[&authors])?;
        chain::create(&admin, 0, 0, 1)?;
        Ok(publish(1)?.len())
    })?;
    state.commit_all().map_err(|error| anyhow!(error))?;
    let before = sizes(&mut state);
    state.execute_with(|| publish(2))?;
    let after = sizes(&mut state);

    let mut all = 0i64;
    for (name, bytes) in &after {
        let more = bytes - before.get(name).copied().unwrap_or_default();
        // Events are the block's, and go with it.
        if more == 0 || !name.starts_with("SuitRegistry") {
            continue;
        }
        all += more;
        report.show(Row {
            row: format!("state: {name}"),
            value: more as f64,
            unit: "B",
            n: 1,
            ..Row::default()
        })?;
    }
    report.show(Row {
        row: format!("state: a release, envelope of {length} bytes"),
        value: all as f64,
        unit: "B",
        n: 1,
        peer: Some("the envelope alone".into()),
        peer_value: Some(length as f64),
        ratio: Some(length as f64 / all as f64),
        aim: None,
    })
}

/// Bytes of keys and values under each storage item.
fn sizes(state: &mut sp_io::TestExternalities) -> BTreeMap<String, i64> {
    let items = AllPalletsWithSystem::storage_info();
    state.execute_with(|| {
        let mut sizes = BTreeMap::new();
        for item in items {
            let name = format!(
                "{}::{}",
                String::from_utf8_lossy(&item.pallet_name),
                String::from_utf8_lossy(&item.storage_name)
            );
            let mut key = item.prefix.clone();
            let mut bytes = length(&key);
            while let Some(next) = sp_io::storage::next_key(&key).filter(|next| next.starts_with(&item.prefix)) {
                bytes += length(&next);
                key = next;
            }
            *sizes.entry(name).or_default() += bytes;
        }
        sizes
    })
}

/// Of a key and its value; none where it has no value.
fn length(key: &[u8]) -> i64 {
    sp_io::storage::get(key).map_or(0, |value| (key.len() + value.len()) as i64)
}
