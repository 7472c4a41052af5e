"""One process of ours that outlives the script: started, found again by its pid file, ended."""

import os
import signal
import subprocess
import time
from pathlib import Path


class Process:
    """A process that is known by its pid file and by a mark on its command line, so that a pid which the system gave to
    somebody else meanwhile is never taken for ours."""

    def __init__(self, pid_file: Path, mark: str):
        self._pid_file = pid_file
        self._mark = mark
        self._child = None

    def start(self, command: list, log: Path, environment: dict = None) -> None:
        """Starts it in a session of its own: a Ctrl-C here does not reach it."""
        with open(log, "ab") as output:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environment
            )
        self._pid_file.write_text(f"{self._child.pid}\n")

    def pid(self):
        """The pid, if it runs."""
        if self._child is not None:
            return self._child.pid if self._child.poll() is None else None
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if self._mark in _command_line(pid) else None

    def kill(self) -> bool:
        """SIGKILL: as if the machine had died. Whether it ran."""
        return self._end(signal.SIGKILL, 10)

    def stop(self) -> bool:
        """SIGTERM, and SIGKILL if that does not help. Whether it ran."""
        return self._end(signal.SIGTERM, 20)

    def _end(self, signal_number: int, patience: float) -> bool:
        pid = self.pid()
        if pid is None:
            self._pid_file.unlink(missing_ok=True)
            return False
        _send(pid, signal_number)
        if not self._gone(patience):
            _send(pid, signal.SIGKILL)
            if not self._gone(10):
                raise OSError(f"process {pid} does not end")
        self._pid_file.unlink(missing_ok=True)
        return True

    def _gone(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while self.pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def _send(pid: int, signal_number: int) -> None:
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        pass


def _command_line(pid: int) -> str:
    """The command line; empty when there is no such process, or only what is left of one."""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    done = subprocess.run(["ps", "-p", str(pid), "-o", "stat=,command="], capture_output=True, text=True)
    return "" if done.stdout.startswith("Z") else done.stdout
