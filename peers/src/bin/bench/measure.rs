//! Measuring two things against each other on a machine that does other things too.
//!
//! Short batches of both alternate, and each side's figure is the median of its batches: what slows the machine down for
//! a while slows both, and a batch that was interrupted does not count. The ratio is the median of the ratios of
//! neighbouring batches, for the same reason.

use std::time::{Duration, Instant};

/// How long and how often.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Batches of each side; odd, so that there is one in the middle.
    batches: usize,
}

/// What a batch should last at least: long enough that reading the clock costs nothing beside it, and far shorter than
/// the time that a scheduler gives to a process, so that most batches are not interrupted.
const BATCH: Duration = Duration::from_micros(200);
/// Tries at a number of iterations before it is doubled: one of them is not interrupted.
const TRIES: usize = 5;

impl Effort {
    /// For figures to be quoted.
    pub const FULL: Self = Self { batches: 2001 };
    /// To see that it works.
    pub const SMOKE: Self = Self { batches: 101 };
}

/// Medians, in nanoseconds for one iteration.
pub struct Medians {
    pub product: f64,
    pub peer: f64,
    /// The peer's by the product's.
    pub ratio: f64,
    /// Iterations of the product's side that the median is from, all batches together.
    pub iterations: u64,
}

/// Runs a number of iterations, and says how long they took.
pub type Batch<'a> = dyn FnMut(u64) -> Result<Duration, String> + 'a;

/// A batch of calls in this process.
pub fn calls<T>(mut call: impl FnMut() -> T) -> impl FnMut(u64) -> Result<Duration, String> {
    move |count| {
        let began = Instant::now();
        for _ in 0..count {
            std::hint::black_box(call());
        }
        Ok(began.elapsed())
    }
}

/// Measures both, alternating.
pub fn compare(effort: Effort, product: &mut Batch, peer: &mut Batch) -> Result<Medians, String> {
    let (product_count, peer_count) = (calibrate(product)?, calibrate(peer)?);
    let (mut of_product, mut of_peer) = (Vec::new(), Vec::new());
    for batch in 0..effort.batches {
        // Whoever comes second finds a warmer machine, so they take turns in that too.
        if batch % 2 == 0 {
            of_product.push(one(product, product_count)?);
            of_peer.push(one(peer, peer_count)?);
        } else {
            of_peer.push(one(peer, peer_count)?);
            of_product.push(one(product, product_count)?);
        }
    }
    let ratios = of_product.iter().zip(&of_peer).map(|(product, peer)| peer / product);
    Ok(Medians {
        ratio: median(ratios.collect()),
        product: median(of_product),
        peer: median(of_peer),
        iterations: product_count * effort.batches as u64,
    })
}

/// How many iterations a batch needs to last long enough. Warms up on the way.
fn calibrate(run: &mut Batch) -> Result<u64, String> {
    let mut count = 1;
    loop {
        let mut shortest = Duration::MAX;
        for _ in 0..TRIES {
            shortest = shortest.min(run(count)?);
        }
        if shortest >= BATCH {
            return Ok(count);
        }
        count *= 2;
    }
}

fn one(run: &mut Batch, count: u64) -> Result<f64, String> {
    Ok(run(count)?.as_nanos() as f64 / count as f64)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
