//! A node of its own on loopback, and JSON-RPC with it.

use anyhow::{anyhow, bail, Context, Result};
use serde_json::{json, Value};
use std::{
    env,
    fs::File,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a node may take to start.
const STARTING: Duration = Duration::from_secs(120);

/// A development chain's only node. It ends with this value.
pub struct Node {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Node {
    /// Starts one, and waits until it answers.
    pub fn start() -> Result<Self> {
        let program = env::current_exe()?.with_file_name("suit-node");
        let folder = tempfile::tempdir()?;
        let [p2p, port, gateway, metrics] = free_ports()?;
        let log = File::create(folder.path().join("log"))?;
        let child = Command::new(&program)
            .args([
                "--chain",
                "dev",
                "--alice",
                "--force-authoring",
                "--name",
                "bench",
                "--role",
                "registration",
            ])
            .arg("--base-path")
            .arg(folder.path().join("data"))
            .args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{p2p}")])
            .args(["--rpc-port", &port.to_string()])
            .args(["--gateway-addr", &format!("127.0.0.1:{gateway}")])
            .args(["--prometheus-port", &metrics.to_string()])
            .args(["--node-key", &"01".repeat(32)])
            .args(["--rpc-methods", "unsafe", "--no-telemetry", "--no-mdns"])
            .args(["--pool-limit", "8192", "--pool-kbytes", "65536"])
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            .spawn()
            .with_context(|| format!("{} can't be started: scripts/build", program.display()))?;
        let mut node = Self { child, port, folder };
        let began = Instant::now();
        while node.call("system_health", json!([])).is_err() {
            if let Some(status) = node.child.try_wait()? {
                bail!("the node ended with {status}:\n{}", node.log());
            }
            if began.elapsed() > STARTING {
                bail!("the node does not answer:\n{}", node.log());
            }
            sleep(Duration::from_millis(200));
        }
        Ok(node)
    }

    /// The end of what the node logged.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Calls a method.
    pub fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters});
        let mut answer = post(self.port, &request)?;
        match answer.get("error") {
            Some(error) => bail!("{method}: {error}"),
            None => Ok(answer["result"].take()),
        }
    }

    /// Calls a method with each of these parameters, in one request. Gives how many of the calls failed, and why one did.
    pub fn call_all(&self, method: &str, parameters: &[Value]) -> Result<(usize, Option<String>)> {
        let requests: Vec<Value> = parameters
            .iter()
            .enumerate()
            .map(|(id, parameters)| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}))
            .collect();
        let answers = post(self.port, &Value::Array(requests))?;
        let answers = answers.as_array().ok_or_else(|| anyhow!("no batch: {answers}"))?;
        let mut errors = answers.iter().filter_map(|answer| answer.get("error"));
        let one = errors.next().map(Value::to_string);
        Ok((errors.count() + usize::from(one.is_some()), one))
    }

    /// Number of the best block.
    pub fn best(&self) -> Result<u32> {
        let header = self.call("chain_getHeader", json!([]))?;
        let number = header["number"].as_str().unwrap_or_default();
        Ok(u32::from_str_radix(number.trim_start_matches("0x"), 16)?)
    }

    /// Hash of a block.
    pub fn hash(&self, number: u32) -> Result<String> {
        let hash = self.call("chain_getBlockHash", json!([number]))?;
        Ok(hash
            .as_str()
            .ok_or_else(|| anyhow!("there is no block {number}"))?
            .to_owned())
    }

    /// What is stored under a key after a block.
    pub fn storage(&self, key: &[u8], hash: &str) -> Result<Vec<u8>> {
        let value = self.call("state_getStorage", json!([format!("0x{}", hex::encode(key)), hash]))?;
        Ok(hex::decode(value.as_str().unwrap_or("0x").trim_start_matches("0x"))?)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ports that nobody listens on now.
fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let listeners = (0..N)
        .map(|_| TcpListener::bind("127.0.0.1:0"))
        .collect::<Result<Vec<_>, _>>()?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

/// One request on a connection of its own.
fn post(port: u16, body: &Value) -> Result<Value> {
    let body = serde_json::to_vec(body)?;
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let head = head.ok_or_else(|| anyhow!("the node did not answer in HTTP"))?;
    let (head, body) = (&answer[..head], &answer[head + 4..]);
    let chunked = String::from_utf8_lossy(head)
        .to_lowercase()
        .contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(body)? } else { body.to_vec() };
    serde_json::from_slice(&body).with_context(|| format!("no JSON: {}", String::from_utf8_lossy(&body)))
}

fn unchunked(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let line = rest.windows(2).position(|window| window == b"\r\n");
        let line = line.ok_or_else(|| anyhow!("a chunk has no length"))?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line])?.trim(), 16)?;
        rest = &rest[line + 2..];
        if length == 0 {
            return Ok(out);
        }
        out.extend_from_slice(rest.get(..length).ok_or_else(|| anyhow!("a chunk is cut off"))?);
        rest = &rest[length + 2..];
    }
}
