//! How fast the registry is; `scripts/bench registry` starts this.

mod author;
mod blocks;
mod chain;
mod disk;
mod growth;
mod load;
mod node;
mod report;
mod state;
mod transactions;

use anyhow::{bail, Context, Result};
use report::Report;
use std::env;

/// The parts, in their order.
const PARTS: [&str; 4] = ["block", "state", "growth", "node"];

struct Options {
    smoke: bool,
    json: Option<String>,
    parts: Vec<String>,
}

fn options() -> Result<Options> {
    let mut options = Options {
        smoke: false,
        json: None,
        parts: Vec::new(),
    };
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--smoke" => options.smoke = true,
            "--json" => options.json = Some(arguments.next().context("--json needs a file")?),
            "--part" => options.parts.push(arguments.next().context("--part needs a name")?),
            _ => bail!("unknown option {argument}"),
        }
    }
    if let Some(unknown) = options.parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("no part {unknown}; there are: {}", PARTS.join(", "));
    }
    Ok(options)
}

fn main() -> Result<()> {
    let options = options()?;
    let wanted = |part: &str| options.parts.is_empty() || options.parts.iter().any(|name| name == part);
    let mut report = Report::new(options.json.as_deref())?;
    if wanted("block") {
        blocks::run(&mut report)?;
    }
    if wanted("state") {
        state::run(&mut report)?;
    }
    if wanted("growth") {
        growth::run(&mut report, options.smoke)?;
    }
    if wanted("node") {
        load::run(&mut report, options.smoke)?;
    }
    Ok(())
}
