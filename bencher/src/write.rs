//! Writes what was measured into a pallet's `weights.rs`, below the line that says so. What is above stays.

use crate::measure::Measured;
use anyhow::{Context, Result};
use std::{fmt::Write, fs, path::Path};

/// First of the lines that are written here.
const MARK: &str = "// Everything below is written by scripts/weights.";

/// Writes a pallet's weights.
pub fn weights(path: &Path, about: &str, measured: &[Measured]) -> Result<()> {
    let old = fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
    let (by_hand, _) = old
        .split_once(MARK)
        .with_context(|| format!("{} has no line {MARK:?}", path.display()))?;
    let mut text = format!("{by_hand}{MARK}\n//\n// {about}.\n\n");
    text.push_str(
        "/// Measured weights, with the runtime's database costs.\npub struct SubstrateWeight<T>(PhantomData<T>);\n\n",
    );
    text.push_str("macro_rules! measured {\n    ($db:expr) => {\n");
    for benchmark in measured.iter().filter(|benchmark| !benchmark.extra) {
        function(&mut text, benchmark)?;
    }
    text.push_str("    };\n}\n\n");
    text.push_str(
        "impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {\n    measured!(T::DbWeight::get());\n}\n\n",
    );
    text.push_str("/// The same with the costs of RocksDB, for tests.\nimpl WeightInfo for () {\n    measured!(RocksDbWeight::get());\n}\n");
    whole_calls(&mut text, measured)?;
    fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

fn function(text: &mut String, benchmark: &Measured) -> Result<()> {
    let lines = [&benchmark.picoseconds, &benchmark.reads, &benchmark.writes];
    let used = |index: usize| {
        lines
            .iter()
            .any(|line| line.slopes.get(index).is_some_and(|slope| *slope > 0))
    };
    let parameters: Vec<String> = benchmark
        .parameters
        .iter()
        .enumerate()
        .map(|(index, name)| format!("{}{name}: u32", if used(index) { "" } else { "_" }))
        .collect();
    writeln!(
        text,
        "        fn {}({}) -> Weight {{",
        benchmark.name,
        parameters.join(", ")
    )?;
    write!(
        text,
        "            Weight::from_parts({}, 0)",
        grouped(benchmark.picoseconds.base)
    )?;
    accesses(text, benchmark.reads.base, benchmark.writes.base, None)?;
    for (index, name) in benchmark.parameters.iter().enumerate() {
        let at = |slopes: &[u64]| slopes.get(index).copied().unwrap_or_default();
        let time = at(&benchmark.picoseconds.slopes);
        if time > 0 {
            let time = grouped(time);
            write!(
                text,
                "\n.saturating_add(Weight::from_parts({time}, 0).saturating_mul({name}.into()))"
            )?;
        }
        accesses(
            text,
            at(&benchmark.reads.slopes),
            at(&benchmark.writes.slopes),
            Some(name),
        )?;
    }
    text.push_str("\n        }\n");
    Ok(())
}

fn accesses(text: &mut String, reads: u64, writes: u64, each: Option<&str>) -> Result<()> {
    let times = each.map_or(String::new(), |name| format!(".saturating_mul({name}.into())"));
    match (reads, writes) {
        (0, 0) => {}
        (reads, 0) => write!(text, "\n.saturating_add($db.reads({reads}){times})")?,
        (0, writes) => write!(text, "\n.saturating_add($db.writes({writes}){times})")?,
        (reads, writes) => write!(text, "\n.saturating_add($db.reads_writes({reads}, {writes}){times})")?,
    }
    Ok(())
}

/// What is no weight of anything, but says whether the weights are right.
fn whole_calls(text: &mut String, measured: &[Measured]) -> Result<()> {
    let mut whole = measured.iter().filter(|benchmark| benchmark.extra).peekable();
    if whole.peek().is_none() {
        return Ok(());
    }
    text.push_str("\n/// What whole calls were measured to take: name, picoseconds, reads, writes.\n");
    text.push_str("#[cfg(all(test, feature = \"runtime-benchmarks\"))]\n");
    text.push_str("pub(crate) const WHOLE_CALLS: &[(&str, u64, u64, u64)] = &[\n");
    for call in whole {
        let (time, reads, writes) = (grouped(call.picoseconds.base), call.reads.base, call.writes.base);
        writeln!(text, "    (\"{}\", {time}, {reads}, {writes}),", call.name)?;
    }
    text.push_str("];\n");
    Ok(())
}

/// The number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push('_');
        }
        out.push(digit);
    }
    out
}
