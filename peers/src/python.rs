//! `taylor-suit` 0.2.2, in a Python process that answers one request a line.

use serde_json::Value;
use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// Names the interpreter whose packages are those of `requirements.txt`; `scripts/setup --interop` makes it.
pub const INTERPRETER: &str = "SUIT_PEERS_PYTHON";

/// The process. It ends when this is dropped.
pub struct Python {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// Starts it.
    pub fn start() -> Result<Self, String> {
        let interpreter = env::var_os(INTERPRETER)
            .ok_or_else(|| format!("{INTERPRETER} is not set; start this by scripts/interop or scripts/bench"))?;
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/peer.py");
        let mut child = Command::new(interpreter)
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("Python does not start: {error}"))?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().ok_or("Python has no output")?;
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers),
        })
    }

    /// Asks for one thing; what Python could not do is an error.
    pub fn ask(&mut self, request: &Value) -> Result<Value, String> {
        let requests = self.requests.as_mut().ok_or("Python has ended")?;
        writeln!(requests, "{request}").map_err(|error| format!("Python takes no request: {error}"))?;
        requests.flush().map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        let answer: Value =
            serde_json::from_str(&line).map_err(|error| format!("Python answered {line:?}: {error}"))?;
        match answer.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer),
        }
    }

    /// Asks for bytes, which it answers in hexadecimal.
    pub fn bytes(&mut self, request: &Value, member: &str) -> Result<Vec<u8>, String> {
        let answer = self.ask(request)?;
        let text = answer[member].as_str().ok_or("the answer has no bytes")?;
        hex::decode(text).map_err(|error| error.to_string())
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
