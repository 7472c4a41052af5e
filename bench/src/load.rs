//! How many transactions a second a node takes, from the pool into blocks.
//!
//! Everything is signed before. It is submitted as fast as blocks take it, with some thousands waiting in the pool, by as
//! many accounts as a vendor may have publishers, and for as many products as there are transactions, because the pool holds
//! one without an account for each. Counted is what blocks say was done: events. The rate is that of the blocks between the first and the last that hold any,
//! which are full or as full as submission made them, by their own times.

use crate::{
    author::{self, Authors, Kind},
    chain::{self, Registry},
    node::Node,
    report::{Report, Row},
    transactions::{general, Account},
};
use anyhow::{anyhow, bail, Context, Result};
use codec::{Decode, Encode};
use frame_system::EventRecord;
use pallet_suit_registry::WeightInfo as _;
use serde_json::{json, Value};
use sp_core::H256;
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread::{self, sleep},
    time::{Duration, Instant},
};
use suit_primitives::{apis::KeyUsage, ProductId};
use suit_runtime::{AccountId, Runtime, RuntimeCall, RuntimeEvent, UncheckedExtrinsic, UNIT};

/// Accounts that send: as many publishers as a vendor may have.
const SENDERS: usize = 16;
/// Connections that submit at once, and transactions in a request.
const CONNECTIONS: usize = 4;
const REQUEST: usize = 25;
/// Transactions that wait in the pool at most: enough for several blocks, and what every node's pool has room for.
const UNDER_WAY: u64 = 4_000;
/// Longest wait for the next of them to be in a block.
const PATIENCE: Duration = Duration::from_secs(120);
/// Products made in one call.
const PRODUCTS_A_CALL: u64 = 100;

/// How much is sent.
struct Plan {
    transfers: u64,
    ed25519: u64,
    p256: u64,
}

impl Plan {
    const FULL: Self = Self {
        transfers: 12_000,
        ed25519: 4_000,
        p256: 1_600,
    };
    const SMOKE: Self = Self {
        transfers: 600,
        ed25519: 150,
        p256: 60,
    };
}

/// What is counted in blocks.
#[derive(Clone, Copy)]
enum Counted {
    Transfers,
    Releases,
}

/// A rate.
struct Rate {
    a_second: f64,
    blocks: u64,
}

/// Measures.
pub fn run(report: &mut Report, smoke: bool) -> Result<()> {
    let plan = if smoke { Plan::SMOKE } else { Plan::FULL };
    let node = Node::start()?;
    measure(report, &node, &plan).with_context(|| format!("the node's log ends with\n{}", node.log()))
}

fn measure(report: &mut Report, node: &Node, plan: &Plan) -> Result<()> {
    let genesis = H256::from_slice(&hex::decode(node.hash(0)?.trim_start_matches("0x"))?);
    let mut field = Field::prepare(node, genesis, plan.ed25519.max(plan.p256))?;

    let transfers = field.transfers(plan.transfers);
    let transfers = rate(node, transfers, Counted::Transfers)?;
    report.show(Row {
        row: "node: balance transfers".into(),
        value: transfers.a_second,
        unit: "/s",
        n: transfers.blocks,
        ..Row::default()
    })?;
    for (kind, count) in [(Kind::Ed25519, plan.ed25519), (Kind::P256, plan.p256)] {
        for by_account in [true, false] {
            let batch = field.publications(kind, count, by_account)?;
            let rate = rate(node, batch, Counted::Releases)?;
            let form = if by_account { "publish" } else { "publish_authorized" };
            let aim = (kind == Kind::Ed25519 && by_account).then_some(0.5);
            report.show(Row {
                row: format!("node: {form}, {kind:?}, 1 signer"),
                value: rate.a_second,
                unit: "/s",
                n: rate.blocks,
                peer: Some("balance transfers".into()),
                peer_value: Some(transfers.a_second),
                ratio: Some(rate.a_second / transfers.a_second),
                aim,
            })?;
            if kind == Kind::P256 {
                // The signature on the manifest; with an intent, its signature too.
                let checks = if by_account { 1 } else { 2 };
                let bound = bare_checks(checks);
                report.show(Row {
                    row: format!("node: {form}, {kind:?}, 1 signer"),
                    value: rate.a_second,
                    unit: "/s",
                    n: rate.blocks,
                    peer: Some(format!("{checks} bare checks each")),
                    peer_value: Some(bound),
                    ratio: Some(rate.a_second / bound),
                    aim: Some(0.8),
                })?;
            }
        }
    }
    Ok(())
}

/// Publications a second if blocks had nothing to do but so many P-256 verifications for each: what transactions may take
/// of a block, by the verification's measured weight.
fn bare_checks(checks: u32) -> f64 {
    type Weights = pallet_suit_registry::weights::SubstrateWeight<Runtime>;
    let limits = <Runtime as frame_system::Config>::BlockWeights::get();
    let one = Weights::verify_p256(2)
        .saturating_sub(Weights::verify_p256(1))
        .ref_time();
    let room = limits.get(frame_support::dispatch::DispatchClass::Normal).max_total;
    let room = room.unwrap_or(limits.max_block).ref_time();
    let seconds = suit_runtime::SLOT_DURATION as f64 / 1e3;
    room as f64 / (one as f64 * f64::from(checks)) / seconds
}

/// Accounts with money, a vendor, its authors and products.
struct Field {
    genesis: H256,
    senders: Vec<Account>,
    ed25519: Authors,
    p256: Authors,
    products: Vec<ProductId>,
    /// Sequence number of the next release of all products.
    next: u64,
    node_best: u32,
}

impl Field {
    fn prepare(node: &Node, genesis: H256, products: u64) -> Result<Self> {
        let mut alice = Account::new("//Alice", genesis)?;
        let senders = (0..SENDERS)
            .map(|n| Account::new(&format!("//bench/{n}"), genesis))
            .collect::<Result<Vec<_>>>()?;
        let (ed25519, p256) = (Authors::new(Kind::Ed25519, 1)?, Authors::new(Kind::P256, 1)?);
        let vendor = author::product(0, 0).vendor;
        let mut calls: Vec<RuntimeCall> = Vec::new();
        for sender in &senders {
            calls.push(
                pallet_balances::Call::transfer_keep_alive {
                    dest: sender.id().into(),
                    value: 10_000 * UNIT,
                }
                .into(),
            );
        }
        let domain = author::domain(0).into();
        calls.push(Registry::register_vendor { domain }.into());
        for cose_key in ed25519.cose_keys().into_iter().chain(p256.cose_keys()) {
            calls.push(
                Registry::add_key {
                    vendor,
                    cose_key,
                    usage: KeyUsage::Manifests,
                    from: None,
                    until: None,
                }
                .into(),
            );
        }
        let publishers = senders.iter().map(Account::id).collect();
        calls.push(Registry::set_publishers { vendor, publishers }.into());
        // Her own money does not reach for so many deposits.
        let money = pallet_balances::Call::force_set_balance {
            who: alice.id().into(),
            new_free: UNIT << 30,
        };
        let mut batches = vec![
            alice.sign(pallet_sudo::Call::sudo {
                call: Box::new(money.into()),
            }),
            alice.sign(pallet_utility::Call::batch_all { calls }),
        ];
        let numbers: Vec<u64> = (0..products).collect();
        for numbers in numbers.chunks(PRODUCTS_A_CALL as usize) {
            let calls = numbers
                .iter()
                .map(|n| {
                    Registry::create_product {
                        vendor,
                        class_name: author::class_name(*n).into(),
                        policy: chain::policy(1),
                    }
                    .into()
                })
                .collect();
            batches.push(alice.sign(pallet_utility::Call::batch_all { calls }));
        }
        for batch in &batches {
            node.call("author_submitExtrinsic", json!([text(batch)]))?;
        }
        let products: Vec<ProductId> = numbers.iter().map(|n| author::product(0, *n)).collect();
        let last = products.last().ok_or_else(|| anyhow!("there are no products"))?;
        let key = pallet_suit_registry::Products::<Runtime>::hashed_key_for(last);
        let began = Instant::now();
        loop {
            let best = node.best()?;
            if !node.storage(&key, &node.hash(best)?)?.is_empty() {
                break;
            }
            if began.elapsed() > PATIENCE {
                bail!("the products are not there");
            }
            sleep(Duration::from_millis(500));
        }
        Ok(Self {
            genesis,
            senders,
            ed25519,
            p256,
            products,
            next: 1,
            node_best: node.best()?,
        })
    }

    fn transfers(&mut self, count: u64) -> Vec<UncheckedExtrinsic> {
        // To none of the senders: a transfer to oneself is no event.
        let to: AccountId = [7; 32].into();
        (0..count)
            .zip((0..SENDERS).cycle())
            .filter_map(|(_, n)| {
                let call = pallet_balances::Call::transfer_keep_alive {
                    dest: to.clone().into(),
                    value: UNIT / 1_000,
                };
                Some(self.senders.get_mut(n)?.sign(call))
            })
            .collect()
    }

    fn publications(&mut self, kind: Kind, count: u64, by_account: bool) -> Result<Vec<UncheckedExtrinsic>> {
        let authors = match kind {
            Kind::Ed25519 => &self.ed25519,
            Kind::P256 => &self.p256,
        };
        // Every product's number is below this.
        let number = self.next;
        self.next += 1;
        let mut out = Vec::new();
        for (n, product) in (0..count as usize).zip(&self.products) {
            let envelope = authors.envelope(*product, number)?;
            out.push(if by_account {
                let sender = self
                    .senders
                    .get_mut(n % SENDERS)
                    .ok_or_else(|| anyhow!("there are no senders"))?;
                sender.sign(Registry::publish {
                    envelope,
                    roots: Vec::new(),
                })
            } else {
                let last_block = u64::from(self.node_best) + 2_000;
                let intent = authors.intent(&envelope, self.genesis.0, last_block)?;
                general(Registry::publish_authorized { envelope, intent })
            });
        }
        Ok(out)
    }
}

fn text(transaction: &UncheckedExtrinsic) -> String {
    format!("0x{}", hex::encode(transaction.encode()))
}

/// Submits everything, waits until all of it is in blocks, and works out the rate.
fn rate(node: &Node, transactions: Vec<UncheckedExtrinsic>, counted: Counted) -> Result<Rate> {
    let expected = transactions.len() as u64;
    let first = node.best()? + 1;
    // What is in blocks, for those who submit; where counting failed, they need not go on.
    let (done, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let blocks = thread::scope(|scope| -> Result<Vec<(u64, u64)>> {
        let submitting: Vec<_> = (0..CONNECTIONS)
            .map(|connection| {
                // An account's transactions all go by one connection, in the order of their nonces.
                let own: Vec<Value> = transactions
                    .iter()
                    .skip(connection)
                    .step_by(CONNECTIONS)
                    .map(|transaction| json!([text(transaction)]))
                    .collect();
                let (done, failed) = (&done, &failed);
                scope.spawn(move || submit(node, &own, done, failed))
            })
            .collect();
        let blocks = follow(node, first, expected, counted, &done);
        failed.store(blocks.is_err(), Ordering::Relaxed);
        for thread in submitting {
            thread.join().map_err(|_| anyhow!("a thread failed"))??;
        }
        blocks
    })?;
    rate_of(&blocks)
}

/// Submits in order, and never has more than its share under way.
fn submit(node: &Node, own: &[Value], done: &AtomicU64, failed: &AtomicBool) -> Result<()> {
    let share = UNDER_WAY / CONNECTIONS as u64;
    let mut submitted = 0u64;
    for request in own.chunks(REQUEST) {
        while submitted.saturating_sub(done.load(Ordering::Relaxed) / CONNECTIONS as u64) > share {
            if failed.load(Ordering::Relaxed) {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        let (refused, why) = node.call_all("author_submitExtrinsic", request)?;
        if refused > 0 {
            bail!("{refused} were refused: {}", why.unwrap_or_default());
        }
        submitted += request.len() as u64;
    }
    Ok(())
}

/// Counts what is in each block until everything is in one: each block's own time, and how many it holds.
fn follow(node: &Node, first: u32, expected: u64, counted: Counted, done: &AtomicU64) -> Result<Vec<(u64, u64)>> {
    let (mut next, mut seen) = (first, 0);
    let mut blocks: Vec<(u64, u64)> = vec![(time(node, first - 1)?, 0)];
    let mut last = Instant::now();
    while seen < expected {
        if last.elapsed() > PATIENCE {
            bail!("of {expected} transactions, {seen} are in blocks, and no more come");
        }
        if node.best()? < next {
            sleep(Duration::from_millis(100));
            continue;
        }
        let count = count(node, next, counted)?;
        blocks.push((time(node, next)?, count));
        if count > 0 {
            last = Instant::now();
        }
        seen += count;
        done.store(seen, Ordering::Relaxed);
        next += 1;
    }
    Ok(blocks)
}

/// Of the blocks after the first that holds any, and before the last.
fn rate_of(blocks: &[(u64, u64)]) -> Result<Rate> {
    let begin = blocks.iter().position(|(_, count)| *count > 0);
    let begin = begin.ok_or_else(|| anyhow!("nothing was counted"))?;
    let last = blocks.len().saturating_sub(1);
    // Where there are too few blocks, the partly filled ones have to do.
    let (from, to) = if last > begin + 2 {
        (begin, last - 1)
    } else {
        (begin.saturating_sub(1), last)
    };
    let between = blocks.get(from..=to).ok_or_else(|| anyhow!("there are no blocks"))?;
    let (start, end) = match (between.first(), between.last()) {
        (Some(first), Some(last)) => (first.0, last.0),
        _ => bail!("there are no blocks"),
    };
    let count: u64 = between.iter().skip(1).map(|(_, count)| count).sum();
    Ok(Rate {
        a_second: count as f64 * 1e3 / (end.saturating_sub(start).max(1)) as f64,
        blocks: (between.len() - 1) as u64,
    })
}

/// A block's own time, in milliseconds.
fn time(node: &Node, number: u32) -> Result<u64> {
    let key = pallet_timestamp::Now::<Runtime>::hashed_key();
    let value = node.storage(&key, &node.hash(number)?)?;
    Ok(u64::decode(&mut &value[..]).unwrap_or_default())
}

fn count(node: &Node, number: u32, counted: Counted) -> Result<u64> {
    let key = [sp_io::hashing::twox_128(b"System"), sp_io::hashing::twox_128(b"Events")].concat();
    let value = node.storage(&key, &node.hash(number)?)?;
    let events = Vec::<EventRecord<RuntimeEvent, H256>>::decode(&mut &value[..])?;
    let is_counted = |event: &RuntimeEvent| match counted {
        Counted::Transfers => matches!(event, RuntimeEvent::Balances(pallet_balances::Event::Transfer { .. })),
        Counted::Releases => matches!(
            event,
            RuntimeEvent::SuitRegistry(pallet_suit_registry::Event::ReleasePublished { .. })
        ),
    };
    Ok(events.iter().filter(|record| is_counted(&record.event)).count() as u64)
}
