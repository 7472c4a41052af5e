"""The two firmware images that the demo publishes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

DEFAULT = (Path("/usr/share/OVMF/OVMF_CODE_4M.fd"), Path("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"))
HEADER = b"demo: version 1\n"


@dataclass
class Image:
    """A firmware image on disk."""

    path: Path
    origin: str
    size: int
    sha256: str

    @classmethod
    def read(cls, path: Path, origin: str = None) -> "Image":
        digest, size = hashlib.sha256(), 0
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                size += len(block)
        return cls(path, origin or str(path), size, digest.hexdigest())


def choose(named: list, work: Path) -> tuple:
    """Versions 1 and 2: the images that were named, or those of Debian's package ovmf. Of a single image, version 1 is
    made by putting 16 bytes before it: every chunk of it is then another one."""
    if len(named) == 1:
        (path,) = named
        older = work / "version-1"
        older.write_bytes(HEADER + path.read_bytes())
        images = (Image.read(older, f"{path}, behind a header of {len(HEADER)} bytes"), Image.read(path))
    else:
        images = tuple(Image.read(path) for path in named or DEFAULT)
    for image in images:
        if image.size == 0:
            raise ValueError(f"{image.path} is empty")
    if images[0].sha256 == images[1].sha256:
        raise ValueError(f"{images[0].path} and {images[1].path} are the same; give two different images")
    return images
