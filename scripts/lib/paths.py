"""Where things are."""

import os
import sys
from pathlib import Path

# No __pycache__ in the clone.
sys.dont_write_bytecode = True

REPO = Path(__file__).resolve().parents[2]


def target_dir() -> Path:
    """Cargo's target folder, outside the clone: the same rule as in env.sh."""
    named = os.environ.get("CARGO_TARGET_DIR")
    if named:
        return Path(named).resolve()
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "suit-target"


def binary(name: str) -> Path:
    """A built program: `suit-node` or `suit`."""
    path = target_dir() / "release" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there; build it: scripts/build")
    return path
