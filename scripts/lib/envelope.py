"""What a stranger can do to a SUIT envelope without any key. Just enough CBOR (RFC 8949) for that."""

ENVELOPE_TAG = b"\xd8\x6b"  # 107
AUTHENTICATION_WRAPPER = 2


def flip_bit(envelope: bytes, within: bytes) -> bytes:
    """The envelope with one bit of it other: in the middle of `within`, which stands in it."""
    at = envelope.index(within) + len(within) // 2
    return envelope[:at] + bytes([envelope[at] ^ 0x10]) + envelope[at + 1 :]


def stuff(envelope: bytes) -> bytes:
    """The envelope with one more member, which the signed manifest does not know."""
    members = _members(envelope)
    return _envelope([*members, (_text("#extra"), _bytes(b"what nobody signed"))])


def strip(envelope: bytes) -> bytes:
    """The envelope without its signatures. Digest and manifest stay as they were."""
    return _envelope(
        [
            (key, _without_signatures(value) if key == _uint(AUTHENTICATION_WRAPPER) else value)
            for key, value in _members(envelope)
        ]
    )


def _without_signatures(wrapper: bytes) -> bytes:
    _, start, _ = _head(wrapper, 0)
    inner = wrapper[start:]
    count, digest_at, _ = _head(inner, 0)
    if count < 2:
        raise ValueError("there is no signature to strip")
    return _bytes(_with_head(4, 1) + inner[digest_at : _skip(inner, digest_at)])


def _members(envelope: bytes) -> list:
    """Key and value of each member, encoded."""
    if not envelope.startswith(ENVELOPE_TAG):
        raise ValueError("not a SUIT envelope")
    count, at, _ = _head(envelope, len(ENVELOPE_TAG))
    members = []
    for _ in range(count):
        middle = _skip(envelope, at)
        end = _skip(envelope, middle)
        members.append((envelope[at:middle], envelope[middle:end]))
        at = end
    return members


def _envelope(members: list) -> bytes:
    # Deterministic CBOR: keys in the order of their encoding.
    return ENVELOPE_TAG + _with_head(5, len(members)) + b"".join(key + value for key, value in sorted(members))


def _head(data: bytes, at: int) -> tuple:
    """Argument, position after the head, major type."""
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return short, at + 1, major
    if short > 27:
        raise ValueError("indefinite lengths are not deterministic")
    end = at + 1 + (1 << (short - 24))
    return int.from_bytes(data[at + 1 : end], "big"), end, major


def _skip(data: bytes, at: int) -> int:
    """Position after the item."""
    argument, at, major = _head(data, at)
    if major in (2, 3):
        return at + argument
    items = {4: argument, 5: 2 * argument, 6: 1}.get(major, 0)
    for _ in range(items):
        at = _skip(data, at)
    return at


def _with_head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | short]) + argument.to_bytes(size, "big")
    raise ValueError("too large")


def _uint(value: int) -> bytes:
    return _with_head(0, value)


def _bytes(value: bytes) -> bytes:
    return _with_head(2, len(value)) + value


def _text(value: str) -> bytes:
    return _with_head(3, len(value.encode())) + value.encode()
