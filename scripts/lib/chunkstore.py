"""What lies in a node's chunk store, seen from outside. The layout is told in crates/chunks/README.md."""

import base64
import hashlib
from pathlib import Path

LEAF = 262_144


def raw_cid(block: bytes) -> str:
    """The CIDv1 of a raw block: SHA2-256, base32."""
    cid = b"\x01\x55\x12\x20" + hashlib.sha256(block).digest()
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")


def folder(base_path: str) -> Path:
    """The store of the node with this base path."""
    return next(Path(base_path).glob("chains/*/suit"))


def is_complete(base_path: str, root: str) -> bool:
    """Whether the node counts the image as whole."""
    return (folder(base_path) / "complete" / root).is_dir()


def damage_first_chunk(base_path: str, root: str) -> int:
    """Flips one bit of the image's first chunk on the disk, and of every other copy of that chunk in the store: a node
    mends a damaged chunk from a sound copy. Gives the number of copies."""
    store = folder(base_path)
    with open(store / "complete" / root / "image", "rb") as image:
        wanted = image.read(LEAF)
    damaged = 0
    for path in store.glob("*/*/image"):
        with open(path, "r+b") as image:
            at = 0
            while chunk := image.read(LEAF):
                if chunk == wanted:
                    image.seek(at + len(chunk) // 2)
                    image.write(bytes([chunk[len(chunk) // 2] ^ 1]))
                    damaged += 1
                at += len(chunk)
                image.seek(at)
    return damaged
