//! How much fits in a block, by the runtime's weights: transactions are applied until the block has no more room.

use crate::{
    author::{Authors, Kind},
    chain::{self, Registry},
    report::{Report, Row},
    transactions::{general, Account},
};
use anyhow::{bail, Result};
use sp_core::H256;
use suit_runtime::{AccountId, UncheckedExtrinsic};

/// More products than any block has room for.
const PRODUCTS: u64 = 2_000;

/// What a transaction does.
#[derive(Clone, Copy)]
enum Job {
    Transfer,
    Publish(Kind, u8),
    PublishAuthorized(Kind, u8),
}

/// Measures.
pub fn run(report: &mut Report) -> Result<()> {
    let jobs = [
        ("publish, Ed25519, 1 signer", Job::Publish(Kind::Ed25519, 1)),
        ("publish, Ed25519, 3 signers", Job::Publish(Kind::Ed25519, 3)),
        ("publish, P-256, 1 signer", Job::Publish(Kind::P256, 1)),
        ("publish, P-256, 3 signers", Job::Publish(Kind::P256, 3)),
        (
            "publish_authorized, Ed25519, 1 signer",
            Job::PublishAuthorized(Kind::Ed25519, 1),
        ),
        (
            "publish_authorized, P-256, 1 signer",
            Job::PublishAuthorized(Kind::P256, 1),
        ),
    ];
    let transfers = fill(Job::Transfer)? as f64;
    for (name, job) in jobs {
        let count = fill(job)? as f64;
        report.show(Row {
            row: format!("block: {name}"),
            value: count,
            unit: "a block",
            n: 1,
            peer: Some("balance transfers".into()),
            peer_value: Some(transfers),
            ratio: Some(count / transfers),
            aim: None,
        })?;
    }
    Ok(())
}

/// So many of them fit in a block.
fn fill(job: Job) -> Result<u64> {
    let genesis = H256::zero();
    let mut state = chain::genesis()?;
    let mut alice = Account::new("//Alice", genesis)?;
    let prepared: Vec<UncheckedExtrinsic> = match job {
        Job::Transfer => transfers(&mut alice),
        Job::Publish(kind, count) | Job::PublishAuthorized(kind, count) => {
            let authors = Authors::new(kind, count)?;
            let admin = alice.id();
            let mut products = Vec::new();
            state.execute_with(|| -> Result<()> {
                chain::register(&admin, 0, &[&authors])?;
                for n in 0..PRODUCTS {
                    products.push(chain::create(&admin, 0, n, count)?);
                }
                Ok(())
            })?;
            state.commit_all().map_err(|error| anyhow::anyhow!(error))?;
            let mut transactions = Vec::new();
            for product in products {
                let envelope = authors.envelope(product, 1)?;
                transactions.push(match job {
                    Job::PublishAuthorized(..) => {
                        let intent = authors.intent(&envelope, genesis.0, 100)?;
                        general(Registry::publish_authorized { envelope, intent })
                    }
                    _ => alice.sign(Registry::publish {
                        envelope,
                        roots: Vec::new(),
                    }),
                });
            }
            transactions
        }
    };
    state.execute_with(|| {
        chain::begin_block()?;
        for (count, transaction) in (0..).zip(prepared) {
            if let Err(error) = chain::apply(transaction) {
                if format!("{error:?}").contains("ExhaustsResources") || format!("{error}").contains("exhaust") {
                    return Ok(count);
                }
                return Err(error);
            }
        }
        bail!("the block has room for more than was prepared")
    })
}

fn transfers(sender: &mut Account) -> Vec<UncheckedExtrinsic> {
    let to: AccountId = [7; 32].into();
    (0..8_000)
        .map(|_| {
            sender.sign(pallet_balances::Call::transfer_keep_alive {
                dest: to.clone().into(),
                value: suit_runtime::MILLI_UNIT,
            })
        })
        .collect()
}
