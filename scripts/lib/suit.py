"""The command line `suit`, with its answers as JSON."""

import json
import os
import subprocess
import time
from dataclasses import dataclass

from paths import binary


class SuitFailed(Exception):
    """A command that had to succeed did not."""


@dataclass
class Outcome:
    """What a command said."""

    arguments: list
    exit_code: int
    json: dict
    seconds: float

    @property
    def ok(self) -> bool:
        return self.exit_code == 0

    @property
    def kind(self) -> str:
        """Name of the error; empty when there is none."""
        return self.json.get("error", {}).get("kind", "")

    @property
    def kinds(self) -> list:
        """Every reason for refusal, the first first."""
        error = self.json.get("error", {})
        return [refusal["kind"] for refusal in error.get("refusals", [])] or [self.kind]

    @property
    def message(self) -> str:
        return self.json.get("error", {}).get("message", "")


def run(*arguments, node: str = None, timeout: int = 120) -> Outcome:
    """Runs a command and takes it as it comes."""
    arguments = [str(argument) for argument in arguments]
    command = [str(binary("suit")), "--json", "--timeout", str(timeout)]
    if node:
        command += ["--node", node]
    # Everything is on this machine; a proxy could not reach it.
    environment = {**os.environ, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    began = time.monotonic()
    done = subprocess.run(
        command + arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment
    )
    seconds = time.monotonic() - began
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        said = (done.stderr or done.stdout).strip()
        raise SuitFailed(f"suit {' '.join(arguments)} ended with {done.returncode} and no JSON: {said}") from None
    return Outcome(arguments, done.returncode, answer, seconds)


def do(*arguments, node: str = None, timeout: int = 120) -> dict:
    """Runs a command that must succeed; gives its answer."""
    outcome = run(*arguments, node=node, timeout=timeout)
    if not outcome.ok:
        raise SuitFailed(f"suit {' '.join(outcome.arguments)} failed: {outcome.kind}: {outcome.message}")
    return outcome.json
