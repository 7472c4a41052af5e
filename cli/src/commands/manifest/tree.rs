//! What is shown of an envelope: a tree that people read by indentation and programs as JSON.

use crate::output::{hex0x, one_line, Report};
use serde_json::Value;

/// Bytes or characters of one value that people are shown; programs get them all.
const SHOWN: usize = 96;

/// A value of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A flag.
    Bool(bool),
    /// A number that any JSON reader takes as it is: indices, counts, codes.
    Number(i64),
    /// A number that may need all of 64 bits; text in JSON, as elsewhere in this program.
    Quantity(u64),
    /// Text that this program says: a name, a UUID, a digest.
    Word(String),
    /// The same, and what it means, for people.
    Labelled(String, String),
    /// Text of somebody else's.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Several values.
    List(Vec<Node>),
    /// Named values, in the order in which they stand.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Text that this program says.
    pub fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }

    /// One named value.
    pub fn entry(name: impl Into<String>, value: Node) -> Self {
        Self::Map(vec![(name.into(), value)])
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Number(value) => (*value).into(),
            Self::Quantity(value) => value.to_string().into(),
            Self::Word(text) | Self::Labelled(text, _) | Self::Text(text) => text.as_str().into(),
            Self::Bytes(bytes) => hex0x(bytes).into(),
            Self::List(nodes) => nodes.iter().map(Node::to_json).collect::<Vec<_>>().into(),
            Self::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(name, node)| (name.clone(), node.to_json()))
                    .collect(),
            ),
        }
    }

    /// On one line, where it fits there.
    fn inline(&self) -> Option<String> {
        Some(match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Quantity(value) => value.to_string(),
            Self::Word(text) => one_line(text),
            Self::Labelled(text, label) => format!("{text} ({})", shortened(label)),
            Self::Text(text) => shortened(text),
            Self::Bytes(bytes) => match bytes.get(..SHOWN) {
                Some(start) if bytes.len() > SHOWN => format!("{}… ({} bytes)", hex0x(start), bytes.len()),
                _ => hex0x(bytes),
            },
            Self::List(nodes) if nodes.is_empty() => "none".into(),
            Self::List(nodes) => {
                let inline: Option<Vec<String>> = nodes.iter().map(Node::inline).collect();
                inline?.join(", ")
            }
            Self::Map(entries) if entries.is_empty() => "none".into(),
            Self::Map(_) => return None,
        })
    }

    fn lines(&self, depth: usize, out: &mut Vec<String>) {
        let indent = "  ".repeat(depth);
        match self {
            Self::Map(entries) => {
                for (name, node) in entries {
                    let name = one_line(name);
                    match node.inline() {
                        Some(value) => out.push(format!("{indent}{name}: {value}")),
                        None => {
                            out.push(format!("{indent}{name}"));
                            node.lines(depth.saturating_add(1), out);
                        }
                    }
                }
            }
            Self::List(nodes) => nodes.iter().for_each(|node| node.item(depth, out)),
            _ => out.extend(self.inline().map(|value| format!("{indent}{value}"))),
        }
    }

    /// One of several: commands, which have one name each, stand as they are, everything else behind a dash.
    fn item(&self, depth: usize, out: &mut Vec<String>) {
        match self {
            Self::Map(entries) if entries.len() == 1 => self.lines(depth, out),
            _ => {
                let first = out.len();
                self.lines(depth.saturating_add(1), out);
                let indent = "  ".repeat(depth);
                if let Some(line) = out.get_mut(first) {
                    *line = format!("{indent}- {}", line.trim_start());
                }
            }
        }
    }

    /// The tree as a command's report.
    pub fn report(&self) -> Report {
        let mut lines = Vec::new();
        self.lines(0, &mut lines);
        lines.into_iter().fold(Report::new(self.to_json()), Report::line)
    }
}

/// In quotes, on one line, and not longer than people read.
fn shortened(text: &str) -> String {
    let shown: String = text.chars().take(SHOWN).collect();
    let rest = if shown.len() < text.len() {
        format!("… ({} bytes)", text.len())
    } else {
        String::new()
    };
    format!("\"{}\"{rest}", one_line(&shown))
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<usize> for Node {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_commands_are_shown_by_indentation_and_as_json() {
        let fetch = Node::entry("fetch", Node::word("nothing"));
        let tree = Node::Map(vec![
            ("size".into(), 3usize.into()),
            (
                "install".into(),
                Node::List(vec![
                    fetch.clone(),
                    Node::entry("try-each", Node::List(vec![Node::List(vec![fetch.clone()])])),
                    Node::Map(vec![("a".into(), true.into()), ("b".into(), Node::Quantity(u64::MAX))]),
                ]),
            ),
        ]);
        let mut lines = Vec::new();
        tree.lines(0, &mut lines);
        let expected = [
            "size: 3",
            "install",
            "  fetch: nothing",
            "  try-each",
            "    - fetch: nothing",
            "  - a: true",
            "    b: 18446744073709551615",
        ];
        assert_eq!(lines, expected);
        assert_eq!(tree.to_json()["install"][2]["b"], "18446744073709551615");
    }

    #[test]
    fn a_strangers_text_stays_on_its_line() {
        let tree = Node::entry("uri\n\u{1b}[0m", Node::Text(format!("a\nb\u{1b}{}", "x".repeat(SHOWN))));
        let mut lines = Vec::new();
        tree.lines(0, &mut lines);
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(line.starts_with("uri\\n\\u{1b}[0m: \"a\\nb\\u{1b}x"), "{line}");
        assert!(line.ends_with("x\"… (100 bytes)"), "{line}");
    }
}
