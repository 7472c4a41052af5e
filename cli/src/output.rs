//! What a command says: one JSON object on stdout with `--json`, lines for people without. Progress goes to stderr.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write};

/// A command's result: a JSON object, and the same in lines for people.
#[derive(Clone, Debug)]
pub struct Report {
    json: Value,
    lines: Vec<String>,
}

impl Report {
    /// A report with its JSON form.
    pub fn new(json: Value) -> Self {
        Self {
            json,
            lines: Vec::new(),
        }
    }

    /// Adds a line for people.
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Adds a named value for people.
    pub fn field(self, name: &str, value: impl std::fmt::Display) -> Self {
        self.line(format!("{name:<18} {value}"))
    }

    /// Writes the report to stdout. A closed pipe is the reader's choice and no failure.
    pub fn print(&self, as_json: bool) {
        let mut out = std::io::stdout().lock();
        let _ = if as_json {
            writeln!(out, "{}", self.json)
        } else {
            writeln!(out, "{}", self.lines.join("\n"))
        };
    }

    /// The JSON form.
    #[cfg(test)]
    pub fn json(&self) -> &Value {
        &self.json
    }
}

/// `0x` and hexadecimal.
pub fn hex0x(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// 16 bytes as a UUID is written.
pub fn uuid(bytes: &[u8; 16]) -> String {
    let h = hex::encode(bytes);
    format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
}

/// Stages and progress on stderr.
#[derive(Clone, Debug)]
pub struct Progress {
    terminal: bool,
    quiet: bool,
}

impl Progress {
    /// Bars where stderr is a terminal, one plain line a stage elsewhere.
    pub fn new(quiet: bool) -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            quiet,
        }
    }

    /// Says that a stage begins.
    pub fn stage(&self, line: impl AsRef<str>) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{}", line.as_ref());
        }
    }

    /// A bar over bytes for a stage.
    pub fn bytes(&self, name: &str, total: u64) -> ProgressBar {
        if !self.terminal || self.quiet {
            self.stage(format!("{name} ({total} bytes)"));
            return ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}")
        {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_written_in_five_groups() {
        let bytes = hex::decode("fa6b4a53d5ad5fdfbe9de663e4d41ffe")
            .unwrap()
            .try_into()
            .unwrap();
        assert_eq!(uuid(&bytes), "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe");
    }
}
