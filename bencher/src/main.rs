//! Measures the benchmarks in the runtime's WebAssembly, and writes the weights into the pallets.
//!
//! The way is that of the SDK's `frame-omni-bencher`: the same runtime API, the same state that counts accesses, the same
//! regression, all of them the SDK's own code. That program is a node's whole client and a relay chain's, some 1,350 crates;
//! this one is a third of it.

mod measure;
mod write;

use anyhow::{Context, Result};
use clap::Parser;
use std::path::PathBuf;

/// Measures the pallets' benchmarks.
#[derive(Parser)]
struct Options {
    /// The runtime's WebAssembly, built with `runtime-benchmarks`.
    #[arg(long)]
    runtime: PathBuf,
    /// The folder with the pallets.
    #[arg(long)]
    pallets: PathBuf,
    /// Pallets to measure, by their crates' names; all that the runtime lists where none is named.
    #[arg(long)]
    pallet: Vec<String>,
    /// Benchmarks to measure; all where none is named. Nothing is written then.
    #[arg(long)]
    benchmark: Vec<String>,
    /// Values that each parameter takes.
    #[arg(long, default_value_t = 20)]
    steps: u32,
    /// Measurements of each of them, of which the fastest counts.
    #[arg(long, default_value_t = 20)]
    repeat: u32,
    /// Prints, and writes nothing.
    #[arg(long)]
    dry: bool,
    /// Where and when: a line for the files' headers.
    #[arg(long)]
    machine: String,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let code =
        std::fs::read(&options.runtime).with_context(|| format!("{} can't be read", options.runtime.display()))?;
    let bench = measure::Bench::new(code)?;
    for list in bench.benchmarks()? {
        if !options.pallet.is_empty() && !options.pallet.contains(&list.crate_name()) {
            continue;
        }
        let mut measured = Vec::new();
        for benchmark in &list.benchmarks {
            if !options.benchmark.is_empty() && !options.benchmark.contains(&benchmark.name) {
                continue;
            }
            let result = bench
                .measure(&list, benchmark, options.steps, options.repeat)
                .with_context(|| format!("{}::{}", list.pallet, benchmark.name))?;
            println!("{result}");
            measured.push(result);
        }
        if !options.dry && options.benchmark.is_empty() {
            let path = options.pallets.join(list.folder()).join("src/weights.rs");
            let about = format!(
                "{}; {} steps, {} repetitions",
                options.machine, options.steps, options.repeat
            );
            write::weights(&path, &about, &measured)?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}
