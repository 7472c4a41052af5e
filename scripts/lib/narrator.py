"""Tells what happens, in plain words and with timings, and remembers each claim and whether it held."""

import sys
import time
from contextlib import contextmanager


class DemoFailed(Exception):
    """Something was not as it must be."""


class Narrator:
    """Speaks to people; what machines need is in `steps`."""

    def __init__(self, stream):
        self.stream = stream
        self._began = time.monotonic()
        self._act = 0
        self.steps = []

    def begin(self) -> None:
        """The story begins now: what was prepared before does not count."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the story began."""
        return time.monotonic() - self._began

    def say(self, line: str = "") -> None:
        print(line, file=self.stream, flush=True)

    def act(self, title: str, why: str = "") -> None:
        """A new part of the story."""
        self._act += 1
        self.say(f"\n{self._act}. {title}")
        if why:
            self.say(f"   {why}")

    @contextmanager
    def step(self, text: str, expected: str, row: str = None):
        """One claim. The block fills in what it got; a failure inside ends the demo. With `row`, it is in the table."""
        step = {"step": row or text, "inTable": row is not None, "expected": expected, "got": None, "ok": False}
        self.steps.append(step)
        began = time.monotonic()
        try:
            yield step
            if step["got"] is None:
                step["got"] = expected
            step["ok"] = True
        except Exception as problem:
            step["got"] = step["got"] or str(problem)
            raise
        finally:
            step["seconds"] = round(time.monotonic() - began, 2)
            mark = "ok " if step["ok"] else "NO "
            self.say(f"   {mark} {text:<88} {step['seconds']:6.1f} s")

    def note(self, text: str) -> None:
        """What belongs to the step just told."""
        self.say(f"       {text}")

    def table(self) -> str:
        """The claims that matter, one a line, and whatever failed."""
        rows = [("WHAT", "EXPECTED", "GOT", "SECONDS", "")]
        for step in self.steps:
            if step["inTable"] or not step["ok"]:
                got = "the same" if step["got"] == step["expected"] else step["got"] or "-"
                rows.append(
                    (step["step"], step["expected"], got, f"{step['seconds']:.1f}", "ok" if step["ok"] else "FAILED")
                )
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        rows.insert(1, tuple("-" * width for width in widths))
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def require(condition: bool, message: str) -> None:
    """Fails the demo unless it holds."""
    if not condition:
        raise DemoFailed(message)


def stream_for(as_json: bool):
    """Where the story goes: stdout is the machine's when it asks for JSON."""
    return sys.stderr if as_json else sys.stdout
