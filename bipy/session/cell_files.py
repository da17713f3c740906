"""The cell behind a file name, where a kernel names its cells like files that nobody has written.  Pure.

ipykernel and xeus-python compile a cell under the name of a file whose stem is a hash of the code.  The debugger would
write it (debugInfo in "Debug request": hashMethod, hashSeed, tmpFilePrefix); both take the same hash and seed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_IS_OF_A_CELL = re.compile(r".*[/\\](?:ipykernel|xpython)_\d+[/\\](\d+)\.py", re.DOTALL)
_SEED = 0xC70F6907
_FACTOR = 0x5BD1E995
_WORD = 0xFFFFFFFF


def is_of_a_cell(path: str) -> bool:
    """Whether a kernel names a cell like that."""
    return _IS_OF_A_CELL.fullmatch(path) is not None


def code_named(path: str, codes: Iterable[str]) -> str | None:
    """The first of `codes` that a kernel compiles under this name; None if there is none."""
    found = _IS_OF_A_CELL.fullmatch(path)
    if found is None:
        return None
    return next((code for code in codes if murmur2(code.encode(errors="replace")) == int(found[1])), None)


def murmur2(data: bytes) -> int:
    """MurmurHash2 for 32 bits, with the seed of the kernels."""
    hashed = _SEED ^ len(data)
    whole = len(data) - len(data) % 4
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * _FACTOR & _WORD
        word = (word ^ word >> 24) * _FACTOR & _WORD
        hashed = hashed * _FACTOR & _WORD ^ word
    if whole < len(data):
        hashed = (hashed ^ int.from_bytes(data[whole:], "little")) * _FACTOR & _WORD
    hashed = (hashed ^ hashed >> 13) * _FACTOR & _WORD
    return hashed ^ hashed >> 15
