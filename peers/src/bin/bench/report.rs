//! Rows, as a table and as JSON Lines.

use serde_json::{json, Value};

/// One figure.
pub struct Row {
    pub bench: &'static str,
    pub row: String,
    pub value: f64,
    pub unit: &'static str,
    /// Iterations that it is from.
    pub n: u64,
    pub peer: Option<&'static str>,
    pub peer_value: Option<f64>,
    /// How many times the peer's figure ours is: more is better.
    pub ratio: Option<f64>,
    /// The least ratio that we want.
    pub aim: Option<f64>,
}

impl Row {
    fn met(&self) -> Option<bool> {
        Some(self.ratio? >= self.aim?)
    }

    /// One object.
    pub fn json(&self) -> Value {
        json!({
            "bench": self.bench,
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

    /// One line of the table; [`HEAD`] is above it.
    pub fn line(&self) -> String {
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        format!(
            "{:<34} {:>10} {:<3} {:<24} {:>10} {:>7} {:>5} {:<4}",
            self.row,
            figure(self.value),
            self.unit,
            or_none(self.peer.map(str::to_owned)),
            or_none(self.peer_value.map(figure)),
            or_none(self.ratio.map(|ratio| format!("{ratio:.2}×"))),
            or_none(self.aim.map(|aim| format!("{aim:.1}"))),
            or_none(self.met().map(|met| if met { "yes" } else { "no" }.to_owned())),
        )
    }
}

/// Head of the table.
pub fn head() -> String {
    format!(
        "{:<34} {:>10} {:<3} {:<24} {:>10} {:>7} {:>5} {:<4}",
        "row", "value", "", "peer", "peer's", "ratio", "aim", "met"
    )
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
