//! Benchmarks; `scripts/bench` starts this.

mod manifest;
mod measure;
mod report;

use measure::Effort;
use report::Row;
use std::{env, fs::File, io::Write as _, process::ExitCode};

/// What there is to measure.
const NAMES: &[&str] = &["manifest"];

struct Options {
    name: String,
    effort: Effort,
    json: Option<String>,
}

fn options() -> Result<Options, String> {
    let (mut name, mut effort, mut json) = (None, Effort::FULL, None);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--smoke" => effort = Effort::SMOKE,
            "--json" => json = Some(arguments.next().ok_or("--json needs a file")?),
            _ if argument.starts_with('-') => return Err(format!("unknown option {argument}")),
            _ if name.is_none() => name = Some(argument),
            _ => return Err(format!("one bench at a time, not {argument} too")),
        }
    }
    let name = name.ok_or_else(|| format!("name a bench: {}", NAMES.join(", ")))?;
    if !NAMES.contains(&name.as_str()) {
        return Err(format!("no bench {name}; there are: {}", NAMES.join(", ")));
    }
    Ok(Options { name, effort, json })
}

fn run(options: &Options) -> Result<(), String> {
    let mut file = match &options.json {
        Some(path) => Some(File::create(path).map_err(|error| format!("{path}: {error}"))?),
        None => None,
    };
    let mut failed = None;
    println!("{}\n{}", options.name, report::head());
    let mut show = |row: Row| {
        println!("{}", row.line());
        if let Some(file) = &mut file {
            if let Err(error) = writeln!(file, "{}", row.json()) {
                failed = Some(error.to_string());
            }
        }
    };
    match options.name.as_str() {
        "manifest" => manifest::run(options.effort, &mut show)?,
        name => return Err(format!("no bench {name}")),
    }
    failed.map_or(Ok(()), Err)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
