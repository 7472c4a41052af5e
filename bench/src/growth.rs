//! How the cost of publishing and of asking for the newest release grows with what is there already.
//!
//! The state is made through the pallet's calls, in a trie on disk with the cache of a node, which is emptied before
//! every measurement: what is asked for the first time is read from the database, node by node. The code is native. What is
//! measured is undone, so that it does not change what it is measured on.

use crate::{
    author::{Authors, Kind},
    chain,
    disk::Disk,
    report::{median, Report, Row},
};
use anyhow::{anyhow, Result};
use frame_support::{
    storage::{with_transaction, TransactionOutcome},
    traits::Hooks,
    weights::Weight,
};
use sp_core::storage::StateVersion;
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::DispatchError;
use std::time::Instant;
use suit_primitives::{replication::ReleaseSource, ProductId};
use suit_runtime::{AccountId, Balances, RuntimeOrigin, SuitRegistry, System};

/// Products of a vendor.
const PER_VENDOR: u64 = 1_000;
/// Releases between commits to the trie.
const BATCH: u64 = 1_000;
/// Measurements of each figure.
const SAMPLES: u64 = 501;
/// Publications whose state root is worked out together.
const ROOTED: u64 = 100;

/// What grows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Products, with one release each.
    Products,
    /// The releases of one product.
    Releases,
}

/// Measures; up to a million, or up to ten thousand in short.
pub fn run(report: &mut Report, smoke: bool) -> Result<()> {
    let sizes: &[u64] = if smoke {
        &[1_000, 10_000]
    } else {
        &[1_000, 10_000, 100_000, 1_000_000]
    };
    grow(report, Shape::Products, sizes)?;
    grow(report, Shape::Releases, sizes)
}

struct Registry {
    state: Disk,
    admin: AccountId,
    authors: Authors,
    shape: Shape,
}

/// Medians in microseconds.
#[derive(Clone, Copy)]
struct Cost {
    publish: f64,
    root: f64,
    latest: f64,
    latest_again: f64,
}

fn grow(report: &mut Report, shape: Shape, sizes: &[u64]) -> Result<()> {
    let mut registry = Registry::new(shape)?;
    let mut seeded = 0;
    let mut first: Option<Cost> = None;
    for size in sizes {
        registry.seed(seeded, *size)?;
        seeded = *size;
        let cost = registry.measure(*size)?;
        let least = *first.get_or_insert(cost);
        let what = match shape {
            Shape::Products => "products with a release each",
            Shape::Releases => "releases of one product",
        };
        let figures = [
            ("publish", cost.publish, least.publish),
            ("state root of a publish", cost.root, least.root),
            ("latest", cost.latest, least.latest),
            ("latest once more", cost.latest_again, least.latest_again),
        ];
        for (name, value, at_least) in figures {
            let grown = seeded > 1_000;
            // What the whole call costs must stay flat. Its root is a part that no registry can make flat.
            let aim = (grown && name != "state root of a publish").then_some(1.0 / 1.5);
            report.show(Row {
                row: format!("growth: {name}, {seeded} {what}"),
                value,
                unit: "µs",
                n: SAMPLES,
                peer: grown.then(|| "with 1000".into()),
                peer_value: grown.then_some(at_least),
                ratio: grown.then_some(at_least / value),
                aim,
            })?;
        }
    }
    let outcome = registry.state.execute_with(SuitRegistry::invariants);
    outcome.map_err(|error| anyhow!("the state does not agree with itself: {error:?}"))
}

impl Registry {
    fn new(shape: Shape) -> Result<Self> {
        let mut registry = Self {
            state: Disk::genesis()?,
            admin: Alice.to_account_id(),
            authors: Authors::new(Kind::Ed25519, 1)?,
            shape,
        };
        let admin = registry.admin.clone();
        registry.state.execute_with(|| -> Result<()> {
            use frame_support::traits::fungible::Mutate;
            Balances::mint_into(&admin, suit_runtime::UNIT << 30).map_err(|error| anyhow!("{error:?}"))?;
            Ok(())
        })?;
        registry.commit()?;
        Ok(registry)
    }

    fn commit(&mut self) -> Result<()> {
        self.state.commit()
    }

    fn product(&self, n: u64) -> ProductId {
        match self.shape {
            Shape::Products => crate::author::product(n / PER_VENDOR, n % PER_VENDOR),
            Shape::Releases => crate::author::product(0, 0),
        }
    }

    /// Makes what is missing, in block 0, where nothing is put down as an event.
    fn seed(&mut self, from: u64, to: u64) -> Result<()> {
        for begin in (from..to).step_by(BATCH as usize) {
            let end = to.min(begin + BATCH);
            let mut envelopes = Vec::new();
            for n in begin..end {
                envelopes.push(self.authors.envelope(self.product(n), self.first_number(n))?);
            }
            let (admin, shape, authors) = (self.admin.clone(), self.shape, &self.authors);
            self.state.execute_with(|| -> Result<()> {
                System::set_block_number(0);
                for (n, envelope) in (begin..end).zip(envelopes) {
                    let (vendor, product) = match shape {
                        Shape::Products => (n / PER_VENDOR, n % PER_VENDOR),
                        Shape::Releases => (0, n),
                    };
                    if product == 0 {
                        chain::register(&admin, vendor, &[authors])?;
                    }
                    if product == 0 || shape == Shape::Products {
                        chain::create(&admin, vendor, product, 1)?;
                    }
                    publish(&admin, envelope)?;
                    SuitRegistry::note_replicas(n, 1);
                    // As blocks do that have time left.
                    <SuitRegistry as Hooks<u32>>::on_idle(0, Weight::MAX);
                }
                Ok(())
            })?;
            self.commit()?;
        }
        Ok(())
    }

    /// Sequence number of the release with this number.
    fn first_number(&self, n: u64) -> u64 {
        match self.shape {
            Shape::Products => 1,
            Shape::Releases => n + 1,
        }
    }

    fn measure(&mut self, size: u64) -> Result<Cost> {
        let mut random = 88_172_645_463_325_252u64;
        let mut products = Vec::new();
        for _ in 0..SAMPLES {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            products.push(self.product(random % size));
        }
        let next = match self.shape {
            Shape::Products => 2,
            Shape::Releases => size + 1,
        };
        let (mut publishing, mut asking, mut asking_again) = (Vec::new(), Vec::new(), Vec::new());
        for product in &products {
            let envelope = self.authors.envelope(*product, next)?;
            let admin = self.admin.clone();
            self.state.forget();
            let (published, asked, asked_again) = self.state.execute_with(|| {
                System::set_block_number(1);
                let ask = || {
                    let began = Instant::now();
                    std::hint::black_box(SuitRegistry::latest(*product));
                    began.elapsed()
                };
                let (asked, asked_again) = (ask(), ask());
                let published = undone(|| {
                    let began = Instant::now();
                    publish(&admin, envelope)?;
                    Ok(began.elapsed())
                });
                (published, asked, asked_again)
            });
            publishing.push(published?.as_secs_f64() * 1e6);
            asking.push(asked.as_secs_f64() * 1e6);
            asking_again.push(asked_again.as_secs_f64() * 1e6);
        }
        let roots = (0..5)
            .map(|_| self.root(&products, next))
            .collect::<Result<Vec<f64>>>()?;
        Ok(Cost {
            publish: median(publishing),
            root: median(roots),
            latest: median(asking),
            latest_again: median(asking_again),
        })
    }

    /// Microseconds that the state root takes for each of some publications.
    fn root(&mut self, products: &[ProductId], next: u64) -> Result<f64> {
        let mut envelopes = Vec::new();
        for (n, product) in (0..ROOTED).zip(products) {
            let number = match self.shape {
                Shape::Products => next,
                Shape::Releases => next + n,
            };
            envelopes.push(self.authors.envelope(*product, number)?);
        }
        let admin = self.admin.clone();
        self.state.execute_with(|| {
            undone(|| {
                for envelope in envelopes {
                    // Of a product that was drawn twice, the second is refused.
                    let _ = publish(&admin, envelope);
                }
                let began = Instant::now();
                std::hint::black_box(sp_io::storage::root(StateVersion::V1));
                Ok(began.elapsed().as_secs_f64() * 1e6 / ROOTED as f64)
            })
        })
    }
}

fn publish(admin: &AccountId, envelope: Vec<u8>) -> Result<()> {
    SuitRegistry::publish(RuntimeOrigin::signed(admin.clone()), envelope, Vec::new())
        .map(|_| ())
        .map_err(|error| anyhow!("{:?}", error.error))
}

/// Does something and undoes it.
fn undone<V>(work: impl FnOnce() -> Result<V>) -> Result<V> {
    let mut outcome = None;
    let _ = with_transaction(|| {
        outcome = Some(work());
        TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
    });
    outcome.ok_or(anyhow!("nothing was done"))?
}
