"""A network of suit-node processes on this machine: loopback only, free ports, a data folder of its own."""

import fcntl
import itertools
import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import jsonrpc
import suit
from paths import binary
from process import Process

ROLES = ("registration", "general", "retrieval")
# Keys of the authorities in the chain's preset, in the order in which registration nodes get them.
AUTHORITIES = {"dev": ["alice"], "local": ["alice", "bob"]}
DEFAULT_NODES = {"dev": "registration,retrieval", "local": "registration-1,registration-2,retrieval"}
PORTS = ("p2p", "rpc", "gateway", "prometheus")
PORT_RANGE = range(20_000, 32_768)
# Ports are free when chosen and may be taken a moment later.
ATTEMPTS = 3
PORT_TAKEN = re.compile(r"address already in use|cannot be listened on|AddrInUse", re.IGNORECASE)


class NetworkError(Exception):
    """Something about the network is not as it must be; the message says what to do."""


def parse_nodes(spec: str, chain: str) -> list:
    """Reads `NAME[=ROLE],…`; without a role, the name's first word is it."""
    nodes, keys = [], list(AUTHORITIES[chain])
    for part in spec.split(","):
        name, _, role = part.strip().partition("=")
        role = role or name.split("-")[0]
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name) or role not in ROLES:
            raise NetworkError(f"--nodes {part!r}: write NAME or NAME=ROLE; roles are {', '.join(ROLES)}")
        if name in (node["name"] for node in nodes):
            raise NetworkError(f"--nodes: two nodes are called {name}")
        key = keys.pop(0) if role == "registration" and keys else None
        nodes.append({"name": name, "role": role, "authority": key})
    if keys:
        raise NetworkError(
            f"chain {chain} needs {len(AUTHORITIES[chain])} registration nodes to make blocks: see --nodes"
        )
    return nodes


def free_ports(count: int) -> list:
    """Different ports that nobody listens on. They lie below those that the system gives to outgoing connections, so
    that a node which comes back finds its ports free."""
    candidates = random.sample(PORT_RANGE, len(PORT_RANGE))
    return list(itertools.islice(filter(is_free, candidates), count))


def is_free(port: int) -> bool:
    """Whether one can listen on the port. What a killed process left half closed is no hindrance."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Network:
    """The network of one folder. What is known of it stands in `network.json`, for whoever comes next."""

    def __init__(self, folder: Path, say=lambda line: None, timeout: float = 180):
        self.folder = Path(folder).resolve()
        self._file = self.folder / "network.json"
        self._say = say
        self._timeout = timeout
        self._processes = {}
        self._nodes = []
        self._chain = None

    # What is there

    def exists(self) -> bool:
        return self._file.exists()

    def load(self) -> "Network":
        """Reads `network.json`."""
        try:
            state = json.loads(self._file.read_text())
        except FileNotFoundError:
            raise NetworkError(f"there is no network in {self.folder}; start one: scripts/network up") from None
        self._chain, self._nodes = state["chain"], state["nodes"]
        return self

    def node(self, name: str) -> dict:
        for node in self._nodes:
            if node["name"] == name:
                return node
        raise NetworkError(f"no node is called {name}; there are {', '.join(node['name'] for node in self._nodes)}")

    def names(self) -> list:
        return [node["name"] for node in self._nodes]

    def describe(self) -> dict:
        """What stands in `network.json`, with the pids of now."""
        for node in self._nodes:
            node["pid"] = self._process(node).pid()
        return {"chain": self._chain, "dir": str(self.folder), "nodes": self._nodes}

    def status(self) -> dict:
        """The same, with what each node says of itself."""
        described = self.describe()
        for node in described["nodes"]:
            node["status"] = self._ask(node) if node["pid"] else {"running": False}
        return described

    def _ask(self, node: dict) -> dict:
        try:
            health = self.rpc(node, "system_health")
            return {
                "running": True,
                "peers": health["peers"],
                "syncing": health["isSyncing"],
                "best": self._height(node, "chain_getBlockHash"),
                "finalised": self.finalised(node),
            }
        except (OSError, jsonrpc.RpcError) as problem:
            return {"running": True, "problem": str(problem)}

    def rpc(self, node: dict, method: str, *params):
        return jsonrpc.call(node["httpUrl"], method, *params)

    def _height(self, node: dict, hash_method: str) -> int:
        return int(self.rpc(node, "chain_getHeader", self.rpc(node, hash_method))["number"], 16)

    def finalised(self, node: dict) -> int:
        """Number of the newest final block that the node knows."""
        return self._height(node, "chain_getFinalizedHead")

    def log_tail(self, name: str, lines: int = 20) -> str:
        try:
            text = Path(self.node(name)["log"]).read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _log_end(self, node: dict) -> str:
        return f"{node['log']} ends with\n{self.log_tail(node['name'])}"

    # Up and down

    def up(
        self,
        chain: str = None,
        nodes: str = None,
        register: bool = True,
        suri: str = "//Alice",
        live: bool = True,
        node_args: list = (),
    ):
        """Starts what does not run, waits until blocks are final everywhere, and registers the storage nodes."""
        chain_of_new = chain or "dev"
        parsed = parse_nodes(nodes or DEFAULT_NODES[chain_of_new], chain_of_new)
        for node in parsed:
            node["args"] = list(node_args)
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock():
            if self.exists():
                self.load()
                if nodes or node_args or chain not in (None, self._chain):
                    raise NetworkError(
                        f"a network on chain {self._chain} is in {self.folder}; first: scripts/network down --purge"
                    )
            else:
                self._create(chain_of_new, parsed)
            fresh = [node for node in self._nodes if self._process(node).pid() is None]
            try:
                self._start_all(fresh)
                self._until_final()
            except BaseException:
                # Half a network is of no use to anybody.
                for node in fresh:
                    self._process(node).kill()
                self._save()
                raise
        if register:
            self.register(suri, live)
        return self

    def down(self, purge: bool = False) -> list:
        """Ends all nodes; with `purge`, deletes their data too. Names of those that ran."""
        with self._lock():
            # What is deleted anyway need not be shut down in order.
            how = Process.kill if purge else Process.stop
            ended = [node["name"] for node in self._nodes if how(self._process(node))]
            if purge:
                self.purge()
            elif self._nodes:
                self._save()
            return ended

    def purge(self) -> None:
        """Deletes what this program put into the folder, and the folder if nothing else is in it."""
        for node in self._nodes:
            self.wipe(node["name"])
            for path in (Path(node["log"]), self._key_file(node), self._pid_file(node)):
                path.unlink(missing_ok=True)
        self._file.unlink(missing_ok=True)
        (self.folder / "lock").unlink(missing_ok=True)
        try:
            self.folder.rmdir()
        except OSError:
            pass

    def wipe(self, name: str) -> None:
        """Deletes the data of a node that does not run."""
        node = self.node(name)
        if self._process(node).pid() is not None:
            raise NetworkError(f"{name} runs; stop it before its data is deleted")
        shutil.rmtree(node["basePath"], ignore_errors=True)

    def kill(self, name: str) -> bool:
        """SIGKILL."""
        return self._end(name, Process.kill)

    def stop(self, name: str) -> bool:
        """SIGTERM."""
        return self._end(name, Process.stop)

    def _end(self, name: str, how) -> bool:
        with self._lock():
            ran = how(self._process(self.node(name)))
            self._save()
            return ran

    def start(self, name: str) -> None:
        """Starts a node again, on the ports that it had: its gateway's address stands on the chain."""
        with self._lock():
            node = self.node(name)
            if self._process(node).pid() is not None:
                return
            deadline = self._deadline()
            while taken := [port for port in node["ports"].values() if not is_free(port)]:
                if time.monotonic() > deadline:
                    raise NetworkError(f"port {taken[0]} of {name} is taken by another program; end that first")
                time.sleep(0.2)
            self._launch(node)
            if not self._until_answers(node):
                raise NetworkError(f"{name} found a port taken; try again\n{self.log_tail(name)}")

    def register(self, suri: str, live: bool = True) -> None:
        """Registers every storage node that is not on the chain yet; with `live`, waits until each has attested."""
        for node in self._nodes:
            node["nodeKey"] = self.rpc(node, "suit_nodeIdentity")["nodeKey"]
            known = suit.do("node", "list", node=node["rpcUrl"])["nodes"]
            if all(other["nodeKey"] != node["nodeKey"] for other in known):
                self._say(f"registering {node['name']} as a storage node")
                suit.do("node", "register", "--suri", suri, node=node["rpcUrl"])
        with self._lock():
            self._save()
        if live:
            self.until_live()

    def until_live(self) -> None:
        """Waits until each node's first attestation is final. Every one of them must see it."""
        ours = {node["nodeKey"] for node in self._nodes}
        deadline = self._deadline()
        for node in self._nodes:
            while True:
                listed = suit.do("node", "list", node=node["rpcUrl"])["nodes"]
                if ours <= {other["nodeKey"] for other in listed if other["live"]}:
                    break
                if time.monotonic() > deadline:
                    raise NetworkError(
                        f"not every storage node has attested; {node['name']} knows {json.dumps(listed)}"
                    )
                time.sleep(0.5)

    # Inside

    def _create(self, chain: str, nodes: list) -> None:
        self._chain, self._nodes = chain, nodes
        for node in nodes:
            node["basePath"] = str(self.folder / node["name"])
            node["log"] = str(self.folder / f"{node['name']}.log")
            node["peerId"] = self._make_key(node)
        self._choose_ports(self._nodes)
        self._save()

    def _choose_ports(self, nodes: list) -> None:
        ports = iter(free_ports(len(PORTS) * len(nodes)))
        for node in nodes:
            node["ports"] = {name: next(ports) for name in PORTS}
            node["rpcUrl"] = f"ws://127.0.0.1:{node['ports']['rpc']}"
            node["httpUrl"] = f"http://127.0.0.1:{node['ports']['rpc']}"
            node["gatewayUrl"] = f"http://127.0.0.1:{node['ports']['gateway']}"
            node["prometheusUrl"] = f"http://127.0.0.1:{node['ports']['prometheus']}/metrics"

    def _make_key(self, node: dict) -> str:
        """Makes the key of the node's network identity, and gives its peer id. It is not in the data folder, so that a
        node whose data is deleted is the same peer when it comes back."""
        path = self._key_file(node)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
        inspect = [str(binary("suit-node")), "key", "inspect-node-key", "--file", str(path)]
        done = subprocess.run(inspect, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        return done.stdout.split()[-1]

    def _start_all(self, nodes: list) -> None:
        """Starts nodes. Ports may be chosen anew only while nothing of the network runs and nothing is registered."""
        young = len(nodes) == len(self._nodes) and not any(Path(node["basePath"]).exists() for node in nodes)
        for attempt in range(ATTEMPTS):
            for node in nodes:
                if not young and not all(is_free(port) for port in node["ports"].values()):
                    raise NetworkError(
                        f"a port of {node['name']} is taken: {node['ports']}; end the program that has it"
                    )
                self._say(f"starting {node['name']}")
                self._launch(node)
            if all([self._until_answers(node) for node in nodes]):
                return
            if not young or attempt + 1 == ATTEMPTS:
                break
            self._say("another program took a port meanwhile; choosing others")
            for node in nodes:
                self._process(node).kill()
                self.wipe(node["name"])
            self._choose_ports(nodes)
            self._save()
        raise NetworkError(
            "the nodes did not get their ports\n" + "\n".join(self.log_tail(node["name"]) for node in nodes)
        )

    def _launch(self, node: dict) -> None:
        ports = node["ports"]
        command = [
            *(str(binary("suit-node")), "--chain", self._chain, "--base-path", node["basePath"]),
            *("--name", node["name"], "--role", node["role"], "--node-key-file", str(self._key_file(node))),
            *("--listen-addr", f"/ip4/127.0.0.1/tcp/{ports['p2p']}", "--rpc-port", str(ports["rpc"])),
            *("--gateway-addr", f"127.0.0.1:{ports['gateway']}", "--prometheus-port", str(ports["prometheus"])),
            *("--rpc-methods", "unsafe", "--rpc-cors", "all", "--no-telemetry", "--no-mdns"),
        ]
        if node["authority"]:
            # Alone, or when the others are down, it goes on making blocks.
            command += [f"--{node['authority']}", "--force-authoring"]
        command += node["args"]
        others = [other for other in self._nodes if other is not node]
        if others:
            command.append("--bootnodes")
            command += [f"/ip4/127.0.0.1/tcp/{other['ports']['p2p']}/p2p/{other['peerId']}" for other in others]
        node["logFrom"] = os.path.getsize(node["log"]) if os.path.exists(node["log"]) else 0
        self._process(node).start(command, Path(node["log"]))
        self._save()

    def _until_answers(self, node: dict) -> bool:
        """Waits for the node's RPC. False when it could not get a port."""
        deadline = self._deadline()
        while time.monotonic() < deadline:
            if self._process(node).pid() is None:
                with open(node["log"], errors="replace") as log:
                    log.seek(node["logFrom"])
                    if PORT_TAKEN.search(log.read()):
                        return False
                raise NetworkError(f"{node['name']} ended while starting; {self._log_end(node)}")
            try:
                # Another program may have the port, or another node.
                return self.rpc(node, "system_localPeerId") == node["peerId"]
            except (OSError, ValueError, jsonrpc.RpcError):
                time.sleep(0.2)
        raise NetworkError(f"{node['name']} does not answer on {node['httpUrl']}; {self._log_end(node)}")

    def _until_final(self) -> None:
        """Waits until every node has peers and a final block."""
        deadline = self._deadline()
        alone = len(self._nodes) == 1
        for node in self._nodes:
            while True:
                state = self._ask(node)
                if (alone or state.get("peers", 0) > 0) and state.get("finalised", 0) > 0:
                    break
                if self._process(node).pid() is None or time.monotonic() > deadline:
                    raise NetworkError(f"{node['name']} gets no final blocks: {state}; {self._log_end(node)}")
                time.sleep(0.2)

    def _process(self, node: dict) -> Process:
        if node["name"] not in self._processes:
            self._processes[node["name"]] = Process(self._pid_file(node), f"--base-path {node['basePath']} ")
        return self._processes[node["name"]]

    def _key_file(self, node: dict) -> Path:
        return self.folder / f"{node['name']}.key"

    def _pid_file(self, node: dict) -> Path:
        return self.folder / f"{node['name']}.pid"

    def _save(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self.describe(), indent=2) + "\n")
        fresh.replace(self._file)

    def _deadline(self) -> float:
        return time.monotonic() + self._timeout

    @contextmanager
    def _lock(self):
        """One command at a time works on the folder."""
        if not self.folder.exists():
            yield
            return
        with open(self.folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
