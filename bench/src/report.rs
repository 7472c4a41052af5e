//! Rows, as a table and as JSON Lines: the columns of the other benches.

use anyhow::{Context, Result};
use serde_json::{json, Value};
use std::{fs::File, io::Write as _};

/// One figure.
#[derive(Default)]
pub struct Row {
    pub row: String,
    pub value: f64,
    pub unit: &'static str,
    /// What it is from: blocks, calls, bytes counted once.
    pub n: u64,
    pub peer: Option<String>,
    pub peer_value: Option<f64>,
    /// More is better.
    pub ratio: Option<f64>,
    /// The least ratio that we want.
    pub aim: Option<f64>,
}

impl Row {
    fn met(&self) -> Option<bool> {
        Some(self.ratio? >= self.aim?)
    }

    fn json(&self) -> Value {
        json!({
            "bench": "registry",
            "row": self.row,
            "value": rounded(self.value),
            "unit": self.unit,
            "n": self.n,
            "peer": self.peer,
            "peer_value": self.peer_value.map(rounded),
            "ratio": self.ratio.map(rounded),
            "aim": self.aim,
            "met": self.met(),
        })
    }

    fn line(&self) -> String {
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        format!(
            "{:<46} {:>10} {:<8} {:<34} {:>10} {:>7} {:>5} {:<4}",
            self.row,
            figure(self.value),
            self.unit,
            or_none(self.peer.clone()),
            or_none(self.peer_value.map(figure)),
            or_none(self.ratio.map(|ratio| format!("{ratio:.2}×"))),
            or_none(self.aim.map(|aim| format!("{aim:.2}"))),
            or_none(self.met().map(|met| if met { "yes" } else { "no" }.to_owned())),
        )
    }
}

/// Where rows go.
pub struct Report {
    file: Option<File>,
}

impl Report {
    /// Prints the table's head; rows also go to the file, where one is named.
    pub fn new(json: Option<&str>) -> Result<Self> {
        let file = json
            .map(|path| File::create(path).with_context(|| format!("{path} can't be written")))
            .transpose()?;
        println!(
            "{:<46} {:>10} {:<8} {:<34} {:>10} {:>7} {:>5} {:<4}",
            "row", "value", "", "peer", "peer's", "ratio", "aim", "met"
        );
        Ok(Self { file })
    }

    /// Shows a row.
    pub fn show(&mut self, row: Row) -> Result<()> {
        println!("{}", row.line());
        if let Some(file) = &mut self.file {
            writeln!(file, "{}", row.json())?;
        }
        Ok(())
    }
}

fn figure(value: f64) -> String {
    if value < 1000.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
