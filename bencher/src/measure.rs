//! Runs benchmarks through the runtime API, and draws lines through what was measured.

use anyhow::{anyhow, Result};
use codec::{Decode, Encode};
use frame_benchmarking::{
    Analysis, BenchmarkBatch, BenchmarkConfig, BenchmarkList, BenchmarkParameter, BenchmarkResult, BenchmarkSelector,
};
use sc_client_db::BenchmarkingState;
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, ReadRuntimeVersionExt, RuntimeCode, WrappedRuntimeCode};
use sp_externalities::Extensions;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use sp_state_machine::StateMachine;
use sp_storage::Storage;
use std::{borrow::Cow, collections::BTreeSet, fmt};

type Executor = WasmExecutor<(
    sp_io::SubstrateHostFunctions,
    frame_benchmarking::benchmarking::HostFunctions,
)>;
type State = BenchmarkingState<BlakeTwo256>;

/// A pallet and its benchmarks.
pub struct Pallet {
    pub pallet: String,
    instance: String,
    pub benchmarks: Vec<Benchmark>,
}

impl Pallet {
    /// The crate's name.
    pub fn crate_name(&self) -> String {
        self.pallet.replace('_', "-")
    }

    /// The crate's folder among the pallets.
    pub fn folder(&self) -> String {
        let name = self.crate_name();
        name.strip_prefix("pallet-").unwrap_or(&name).to_owned()
    }
}

/// A benchmark and the ranges of its parameters.
pub struct Benchmark {
    pub name: String,
    components: Vec<(BenchmarkParameter, u32, u32)>,
    /// Not part of the weights.
    extra: bool,
}

/// A line: so much, and so much more with each parameter.
#[derive(Clone, Default)]
pub struct Line {
    pub base: u64,
    pub slopes: Vec<u64>,
}

/// What a benchmark came to.
pub struct Measured {
    pub name: String,
    pub extra: bool,
    pub parameters: Vec<String>,
    pub picoseconds: Line,
    pub reads: Line,
    pub writes: Line,
}

/// The runtime, ready to measure.
pub struct Bench {
    executor: Executor,
    code: WrappedRuntimeCode<'static>,
    hash: Vec<u8>,
    counting: State,
    timing: State,
}

impl Bench {
    pub fn new(code: Vec<u8>) -> Result<Self> {
        let state = |counting| State::new(Storage::default(), None, false, counting).map_err(|error| anyhow!(error));
        Ok(Self {
            executor: Executor::builder().build(),
            hash: BlakeTwo256::hash(&code).as_ref().to_vec(),
            code: WrappedRuntimeCode(Cow::Owned(code)),
            counting: state(true)?,
            timing: state(false)?,
        })
    }

    /// What the runtime lists.
    pub fn benchmarks(&self) -> Result<Vec<Pallet>> {
        let listed = |extra: bool| -> Result<Vec<BenchmarkList>> {
            let (list, _): (Vec<BenchmarkList>, Vec<StorageInfo>) =
                self.call(&self.timing, "Benchmark_benchmark_metadata", &extra.encode())?;
            Ok(list)
        };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(anyhow::Error::from);
        let mut needed = BTreeSet::new();
        for list in listed(false)? {
            needed.extend(
                list.benchmarks
                    .into_iter()
                    .map(|benchmark| (list.pallet.clone(), benchmark.name)),
            );
        }
        let mut pallets = Vec::new();
        for list in listed(true)? {
            let mut benchmarks = Vec::new();
            for benchmark in list.benchmarks {
                benchmarks.push(Benchmark {
                    extra: !needed.contains(&(list.pallet.clone(), benchmark.name.clone())),
                    name: text(benchmark.name)?,
                    components: benchmark.components,
                });
            }
            pallets.push(Pallet {
                pallet: text(list.pallet)?,
                instance: text(list.instance)?,
                benchmarks,
            });
        }
        Ok(pallets)
    }

    /// Measures a benchmark: with each parameter in turn going through its range while the others are at their greatest.
    pub fn measure(&self, pallet: &Pallet, benchmark: &Benchmark, steps: u32, repeat: u32) -> Result<Measured> {
        let (mut counts, mut times) = (Vec::new(), Vec::new());
        for (index, selected) in points(&benchmark.components, steps).into_iter().enumerate() {
            let run = |state: &State, verify: bool, internal_repeats: u32| -> Result<Vec<BenchmarkResult>> {
                let config = BenchmarkConfig {
                    pallet: pallet.pallet.clone().into_bytes(),
                    instance: pallet.instance.clone().into_bytes(),
                    benchmark: benchmark.name.clone().into_bytes(),
                    selected_components: selected.clone(),
                    verify,
                    internal_repeats,
                };
                let outcome: Result<Vec<BenchmarkBatch>, String> =
                    self.call(state, "Benchmark_dispatch_benchmark", &config.encode())?;
                let batches = outcome.map_err(|error| anyhow!("{error}, with {selected:?}"))?;
                Ok(batches.into_iter().flat_map(|batch| batch.results).collect())
            };
            if index == 0 {
                // Whether it does what it should. It also warms the code up.
                run(&self.timing, true, 1)?;
            }
            counts.extend(run(&self.counting, false, 1)?);
            // The fastest counts: what slows the others down is the machine, not the code.
            let fastest = run(&self.timing, false, repeat)?
                .into_iter()
                .min_by_key(|result| result.extrinsic_time);
            times.extend(fastest);
        }
        let parameters = benchmark.components.iter().map(|(name, ..)| name.to_string()).collect();
        Ok(Measured {
            name: benchmark.name.clone(),
            extra: benchmark.extra,
            parameters,
            picoseconds: line(&times, BenchmarkSelector::ExtrinsicTime)?,
            reads: line(&counts, BenchmarkSelector::Reads)?,
            writes: line(&counts, BenchmarkSelector::Writes)?,
        })
    }

    fn call<R: Decode>(&self, state: &State, function: &str, arguments: &[u8]) -> Result<R> {
        let code = RuntimeCode {
            code_fetcher: &self.code,
            hash: self.hash.clone(),
            heap_pages: None,
        };
        let mut extensions = Extensions::default();
        extensions.register(KeystoreExt::new(MemoryKeystore::new()));
        extensions.register(ReadRuntimeVersionExt::new(self.executor.clone()));
        let mut overlay = Default::default();
        let answer = StateMachine::new(
            state,
            &mut overlay,
            &self.executor,
            function,
            arguments,
            &mut extensions,
            &code,
            CallContext::Offchain,
        )
        .execute()
        .map_err(|error| anyhow!("{function}: {error}"))?;
        Ok(R::decode(&mut &answer[..])?)
    }
}

/// Nothing is done with it, but it has to be decoded.
#[derive(Decode)]
struct StorageInfo {
    _pallet: Vec<u8>,
    _storage: Vec<u8>,
    _prefix: Vec<u8>,
    _max_values: Option<u32>,
    _max_size: Option<u32>,
}

fn points(components: &[(BenchmarkParameter, u32, u32)], steps: u32) -> Vec<Vec<(BenchmarkParameter, u32)>> {
    if components.is_empty() {
        return vec![Vec::new()];
    }
    let steps = steps.max(2);
    let mut points = Vec::new();
    for (index, (_, low, high)) in components.iter().enumerate() {
        for step in 0..steps {
            let span = u64::from(high.saturating_sub(*low)) * u64::from(step) / u64::from(steps - 1);
            let value = low.saturating_add(span as u32);
            let point = components.iter().enumerate();
            points.push(
                point
                    .map(|(other, (name, _, high))| (*name, if other == index { value } else { *high }))
                    .collect(),
            );
        }
    }
    points
}

fn line(results: &Vec<BenchmarkResult>, selector: BenchmarkSelector) -> Result<Line> {
    if results.is_empty() {
        return Ok(Line::default());
    }
    let analysis = Analysis::min_squares_iqr(results, selector)?;
    let cut = |value: u128| u64::try_from(value).unwrap_or(u64::MAX);
    Ok(Line {
        base: cut(analysis.base),
        slopes: analysis.slopes.into_iter().map(cut).collect(),
    })
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:32} {:>12.1} µs", self.name, self.picoseconds.base as f64 / 1e6)?;
        for (name, slope) in self.parameters.iter().zip(&self.picoseconds.slopes) {
            write!(f, " + {:.2} µs·{name}", *slope as f64 / 1e6)?;
        }
        for (what, line) in [("reads", &self.reads), ("writes", &self.writes)] {
            write!(f, ", {what} {}", line.base)?;
            for (name, slope) in self
                .parameters
                .iter()
                .zip(&line.slopes)
                .filter(|(_, slope)| **slope > 0)
            {
                write!(f, " + {slope}·{name}")?;
            }
        }
        Ok(())
    }
}
