"""A small mutator for where there is no atheris: the same targets, always the same inputs for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

_TOKENS = (
    b"<",
    b">",
    b"/>",
    b"&#0;",
    b"&lt;",
    b"<w:p>",
    b"</w:p>",
    b"\0",
    b"\xff",
    b"PK\3\4",
    b'"',
    b"=",
    b"-1",
    b"]]>",
)


def inputs(seeds: Sequence[bytes], door: str, count: int, of_choices: bool) -> Iterator[bytes]:
    """`count` inputs for a door: its seeds changed in a few places; any bytes where they are only choices."""
    random = Random(door)
    for _ in range(count):
        yield random.randbytes(random.randrange(8, 200)) if of_choices else _changed(random.choice(seeds), random)


def _changed(seed: bytes, random: Random) -> bytes:
    data = bytearray(seed)
    for _ in range(random.randrange(1, 6)):
        at, kind = random.randrange(len(data) + 1), random.randrange(5)
        if kind == 0:
            data[at : at + 1] = random.randbytes(1)
        elif kind == 1:
            del data[at : at + random.randrange(1, 40)]
        elif kind == 2:
            data[at:at] = random.choice(_TOKENS)
        elif kind == 3:
            begin = random.randrange(len(data) + 1)
            data[at:at] = data[begin : begin + random.randrange(1, 200)]
        else:
            del data[at : at + random.randrange(1, 4000)]
    return bytes(data)
