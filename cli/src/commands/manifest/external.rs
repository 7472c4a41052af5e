//! Signatures that are made by a command: a smart card's tool, an HSM's, somebody's script.

use crate::error::{Error, Result};
use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Longest output of a command, in bytes: more than the longest signature, which is one of HSS-LMS.
const MAX_OUTPUT: u64 = 64 * 1024;
/// Most words of a command.
const MAX_WORDS: usize = 256;
/// How often a command that has closed its output is looked at.
const STEP: Duration = Duration::from_millis(20);

/// Splits a command into words at blanks. Quotes, single or double, keep blanks together; a backslash outside of single
/// quotes takes the next character as it is. Nothing else means anything: no variables, no patterns, no pipes.
pub fn words(command: &str) -> Result<Vec<String>> {
    let wrong = |reason: &str| Error::Misuse(format!("--sign-with: {reason}"));
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = command.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => {
                let next = characters
                    .next()
                    .ok_or_else(|| wrong("nothing follows the last backslash"))?;
                word.get_or_insert_default().push(next);
            }
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(wrong("a quote is not closed"));
    }
    words.extend(word);
    if words.is_empty() || words.len() > MAX_WORDS {
        return Err(wrong("the command is empty or has too many words"));
    }
    Ok(words)
}

/// Runs a command with `input` on its standard input, and gives back its standard output. What it says on its standard
/// error goes to ours.
pub fn run(words: &[String], input: &[u8], timeout: Duration) -> Result<Vec<u8>> {
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| Error::Misuse("--sign-with: the command is empty".into()))?;
    let failed = |reason: String| Error::malformed("SignerFailed", program.as_str(), reason);
    let deadline = Instant::now().checked_add(timeout);
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| failed(format!("cannot be run: {e}")))?;
    let output = exchange(&mut child, input.to_vec());
    let left = || deadline.map_or(timeout, |deadline| deadline.saturating_duration_since(Instant::now()));
    let output = output.recv_timeout(left());
    let status = match output {
        Ok(_) => wait(&mut child, left),
        Err(_) => None,
    };
    let Some(status) = status else {
        stop(&mut child);
        return match output {
            Err(RecvTimeoutError::Disconnected) => Err(failed("its output cannot be read".into())),
            _ => Err(Error::Timeout {
                what: format!("a signature by {program}"),
                seconds: timeout.as_secs(),
            }),
        };
    };
    let output = output
        .unwrap_or_else(|_| Ok(Vec::new()))
        .map_err(|e| failed(e.to_string()))?;
    if !status.success() {
        return Err(failed(format!("ended with {status}")));
    }
    if output.is_empty() {
        return Err(failed("gave no signature on its standard output".into()));
    }
    if output.len() as u64 > MAX_OUTPUT {
        return Err(failed(format!("gave more than {MAX_OUTPUT} bytes")));
    }
    Ok(output)
}

/// Writes and reads at once, each in a thread of its own, so that neither side waits for the other for ever.
fn exchange(child: &mut Child, input: Vec<u8>) -> mpsc::Receiver<std::io::Result<Vec<u8>>> {
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read all of its input has decided so.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut output = Vec::new();
            let read = stdout.take(MAX_OUTPUT.saturating_add(1)).read_to_end(&mut output);
            // Nobody may be waiting any more.
            let _ = sender.send(read.map(|_| output));
        });
    }
    receiver
}

fn wait(child: &mut Child, left: impl Fn() -> Duration) -> Option<std::process::ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if left().is_zero() {
            return None;
        }
        thread::sleep(STEP);
    }
}

fn stop(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

/// What a signature may be: as it is, where its length is right; and r ‖ s, where it is DER (RFC 3279 §2.2.3). A DER
/// encoding can be as long as r ‖ s: whoever verifies finds out.
pub fn candidates(signature: &[u8], fits: impl Fn(usize) -> bool) -> Vec<Vec<u8>> {
    let halves = [32, 48].into_iter().filter_map(|half| from_der(signature, half));
    std::iter::once(signature.to_vec())
        .chain(halves)
        .filter(|candidate| fits(candidate.len()))
        .collect()
}

/// r ‖ s, each of `half` bytes.
fn from_der(der: &[u8], half: usize) -> Option<Vec<u8>> {
    let (content, rest) = element(der, 0x30)?;
    let (r, content) = element(content, 0x02)?;
    let (s, content) = element(content, 0x02)?;
    if !rest.is_empty() || !content.is_empty() {
        return None;
    }
    let mut signature = fixed(r, half)?;
    signature.extend(fixed(s, half)?);
    Some(signature)
}

/// An element's content, and what follows it. No signature of these curves has a length of more than a byte.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (head, rest) = der.split_first_chunk::<2>()?;
    match *head {
        [found, len] if found == tag && len < 0x80 => rest.split_at_checked(usize::from(len)),
        _ => None,
    }
}

/// An unsigned integer in exactly `half` bytes.
fn fixed(integer: &[u8], half: usize) -> Option<Vec<u8>> {
    let integer = match integer {
        [0, rest @ ..] => rest,
        other => other,
    };
    let missing = half.checked_sub(integer.len())?;
    let mut out = vec![0; missing];
    out.extend_from_slice(integer);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(command: &str) -> Vec<String> {
        words(command).unwrap()
    }

    #[test]
    fn a_command_is_split_at_blanks_and_nothing_in_it_is_run_by_a_shell() {
        assert_eq!(split("sign  --key a"), ["sign", "--key", "a"]);
        assert_eq!(
            split(r#"sign 'a b' "c \" d" e\ f '' $(rm) | x"#),
            ["sign", "a b", "c \" d", "e f", "", "$(rm)", "|", "x"]
        );
        for wrong in ["", "  ", "sign 'a", "sign \"", "sign \\"] {
            assert_eq!(words(wrong).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn a_command_gets_its_input_and_its_output_comes_back() {
        let long = vec![7; 60_000];
        let run = |command: &str, input: &[u8]| run(&split(command), input, Duration::from_secs(20));
        assert_eq!(run("cat", &long).unwrap(), long);
        assert_eq!(run("false", b"x").unwrap_err().kind(), "SignerFailed");
        assert_eq!(run("true", b"x").unwrap_err().kind(), "SignerFailed");
        assert_eq!(run("/nonexistent/signer", b"x").unwrap_err().kind(), "SignerFailed");
        // More than a signature: cut off, and not kept.
        assert_eq!(run("cat", &vec![7; 200_000]).unwrap_err().kind(), "SignerFailed");
    }

    #[test]
    fn a_command_that_does_not_end_is_stopped() {
        let error = run(&split("sleep 1000"), b"", Duration::from_millis(200)).unwrap_err();
        assert_eq!(error.kind(), "Timeout");
    }

    #[test]
    fn der_becomes_r_and_s_of_full_length() {
        let mut der = vec![0x30, 0x07, 0x02, 0x02, 0x00, 0x80, 0x02, 0x01, 0x05];
        let mut expected = vec![0; 64];
        expected[31] = 0x80;
        expected[63] = 0x05;
        assert_eq!(candidates(&der, |len| len == 64), [expected]);
        der.push(0);
        assert!(candidates(&der, |len| len == 64).is_empty(), "bytes follow");
        assert!(candidates(&der[..4], |len| len == 64).is_empty(), "cut off");
        let raw = vec![9; 64];
        assert_eq!(candidates(&raw, |len| len == 64), [raw]);
    }
}
