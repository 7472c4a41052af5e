//! What a command says: one JSON object on stdout with `--json`, lines for people without. Progress goes to stderr.

use crate::error::{Error, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

/// A command's result: a JSON object, and the same in lines for people.
#[derive(Debug)]
pub struct Report {
    json: Value,
    lines: Vec<String>,
    error: Option<Box<Error>>,
}

impl Report {
    /// A report with its JSON form.
    pub fn new(json: Value) -> Self {
        Self {
            json,
            lines: Vec::new(),
            error: None,
        }
    }

    /// The same with an error: what could be found out is shown all the same, and the command has failed.
    pub fn failing(self, error: Error) -> Self {
        Self {
            error: Some(Box::new(error)),
            ..self
        }
    }

    /// The same with another JSON form, where that is known only at the end.
    pub fn with_json(self, json: Value) -> Self {
        Self { json, ..self }
    }

    /// The same with more members in the JSON form.
    pub fn and_json(mut self, more: Value) -> Self {
        merge(&mut self.json, more);
        self
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

    /// The report on one line, with the error in it.
    fn to_json(&self) -> Value {
        let mut json = self.json.clone();
        if let (Some(error), Some(members)) = (&self.error, json.as_object_mut()) {
            members.extend(error.to_json().as_object().cloned().unwrap_or_default());
        }
        json
    }

    /// Why the command has failed, where it has.
    #[cfg(test)]
    pub fn error(&self) -> Option<&Error> {
        self.error.as_deref()
    }

    /// The JSON form.
    #[cfg(test)]
    pub fn json(&self) -> &Value {
        &self.json
    }
}

/// Writes what a command has to say, and says how the process ends. A closed pipe is the reader's choice and no failure.
pub fn finish(result: Result<Report>, as_json: bool) -> ExitCode {
    let (json, lines, error) = match result {
        Ok(report) => (report.to_json(), Some(report.lines), report.error.map(|error| *error)),
        Err(error) => (error.to_json(), None, Some(error)),
    };
    if as_json {
        let _ = writeln!(std::io::stdout(), "{}", harmless_json(&json.to_string()));
    } else {
        if let Some(lines) = lines {
            let _ = writeln!(std::io::stdout(), "{}", harmless(&lines.join("\n")));
        }
        if let Some(error) = &error {
            let _ = writeln!(std::io::stderr(), "error: {}", harmless(&error.to_string()));
        }
    }
    error.map_or(ExitCode::SUCCESS, |error| ExitCode::from(error.exit_code()))
}

/// The text with escapes for everything that could steer a terminal or change the direction of writing, lines kept: what
/// is shown comes from people who may not be trusted.
pub fn harmless(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// As [`harmless`], on one line.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // These print, and are escaped in source code only.
            '"' | '\'' | '\\' => out.push(c),
            c => out.extend(c.escape_debug()),
        }
    }
    out
}

/// The same JSON with escapes for what could steer a terminal: outside of strings JSON has none of it.
fn harmless_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0u16; 2];
    for c in json.chars() {
        let prints = if c.is_ascii() {
            c != '\x7f'
        } else {
            c.escape_debug().eq([c])
        };
        if prints {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// Adds members to an object.
pub fn merge(to: &mut Value, from: Value) {
    if let (Some(to), Value::Object(from)) = (to.as_object_mut(), from) {
        to.extend(from);
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
    fn what_is_shown_cannot_steer_the_terminal() {
        let hostile = "a\u{1b}[2J\u{9b}1m\u{202e}b\r\u{7f}\u{200b}é\nc \"d\"";
        let shown = harmless(hostile);
        assert_eq!(shown, "a\\u{1b}[2J\\u{9b}1m\\u{202e}b\\r\\u{7f}\\u{200b}é\nc \"d\"");
        assert!(!one_line(hostile).contains('\n'));
        let json = serde_json::json!({ "text": hostile, "tag": "\u{e0001}", "emoji": "😀" });
        let written = harmless_json(&json.to_string());
        assert!(
            !written.contains(|c: char| c.is_control() || "\u{202e}\u{200b}\u{e0001}".contains(c)),
            "{written}"
        );
        assert!(written.contains("é") && written.contains("😀"));
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), json);
    }

    #[test]
    fn a_report_that_fails_keeps_what_it_found_out() {
        let report = Report::new(serde_json::json!({ "size": 3 })).failing(Error::NotFound("it".into()));
        let json = report.to_json();
        assert_eq!(json["size"], 3);
        assert_eq!(json["error"]["kind"], "NotFound");
    }

    #[test]
    fn a_uuid_is_written_in_five_groups() {
        let bytes = hex::decode("fa6b4a53d5ad5fdfbe9de663e4d41ffe")
            .unwrap()
            .try_into()
            .unwrap();
        assert_eq!(uuid(&bytes), "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe");
    }
}
