"""Sections and symbols of a 32-bit little-endian ELF file: what no tool outside of the standard library is needed for."""

import struct
from pathlib import Path

SYMTAB = 2
FUNCTION = 2


class Elf:
    """An ELF file of a microcontroller's program."""

    def __init__(self, path: Path):
        self._data = path.read_bytes()
        if self._data[:6] != b"\x7fELF\x01\x01":
            raise ValueError(f"{path} is not a 32-bit little-endian ELF file")
        (offset,) = struct.unpack_from("<I", self._data, 0x20)
        size, count, names = struct.unpack_from("<HHH", self._data, 0x2E)
        headers = [struct.unpack_from("<10I", self._data, offset + index * size) for index in range(count)]
        self._sections = [(self._string(headers[names][4], header[0]), header) for header in headers]

    def _string(self, table: int, at: int) -> str:
        start = table + at
        return self._data[start : self._data.index(b"\0", start)].decode()

    def size(self, *names: str) -> int:
        """Bytes of these sections together."""
        return sum(header[5] for name, header in self._sections if name in names)

    def functions(self) -> dict:
        """Size in bytes of each function, by its symbol."""
        found = {}
        for _, header in self._sections:
            if header[1] != SYMTAB:
                continue
            strings = self._sections[header[6]][1][4]
            for at in range(header[4], header[4] + header[5], 16):
                name, _, size, info = struct.unpack_from("<IIIB", self._data, at)
                if info & 0xF == FUNCTION:
                    found[self._string(strings, name)] = size
        return found
