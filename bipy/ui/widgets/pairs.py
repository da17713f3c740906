"""Brackets and quotes that are closed as they are opened.

The closing one is put behind the cursor where nothing but a blank, another closing one or the end of the line follows.
Typing it then goes over it, and deleting the opening one deletes both.  What is selected is put between the two.
"""

from __future__ import annotations

from collections.abc import Callable

from bipy.ui.widgets.buffer import Buffer
from bipy.ui.widgets.motions import left, right

PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}
QUOTES = "\"'"


def type(buffer: Buffer, key: str, in_code: Callable[[], bool]) -> bool:  # noqa: A001 - as the key does
    """Type an opening or a closing one; whether that was done here."""
    row, column = buffer.cursor
    before, behind = buffer.lines[row][:column], buffer.lines[row][column : column + 1]
    if buffer.selection is not None and key in PAIRS:
        start, end = buffer.selection
        text = buffer.selected
        buffer.replace(buffer.offset_of(start), buffer.offset_of(end), key + text + PAIRS[key])
        return True
    if buffer.selection is not None:
        return False
    if key in PAIRS.values() and behind == key:
        buffer.move(right)
        return True
    if key not in PAIRS or not (behind in ("", " ", ",", ":") or behind in PAIRS.values()) or not in_code():
        return False
    if key in QUOTES and ((before[-1:].isalnum() and before[-1:].lower() not in "rbfu") or before[-1:] == key):
        return False
    buffer.insert(key + PAIRS[key])
    buffer.move(left)
    return True


def delete(buffer: Buffer) -> bool:
    """Delete a pair with nothing between it; whether there was one."""
    row, column = buffer.cursor
    around = buffer.lines[row][max(0, column - 1) : column + 1]
    if buffer.selection is not None or len(around) != 2 or PAIRS.get(around[0]) != around[1]:
        return False
    offset = buffer.offset
    buffer.replace(offset - 1, offset + 1, "")
    return True
