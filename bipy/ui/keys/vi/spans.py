"""What an operator works on, and what was typed: pieces of a text and the differences of two.  Pure functions."""

from __future__ import annotations

from typing import NamedTuple

from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.motions import Reached
from bipy.ui.keys.vi.objects import Span


class Extent(NamedTuple):
    """How much was selected, for the next time: so many lines, or characters of the last of them.

    A `block` was so many cells wide, or with `to_end` as wide as its lines were.
    """

    lines: int
    characters: int
    linewise: bool
    block: bool = False
    to_end: bool = False


class Typed(NamedTuple):
    """What was typed in insert mode: so much was deleted around the cursor, and a text put there."""

    before: int
    behind: int
    text: str


def span_between(code: str, at: int, reached: Reached, operator: str) -> Span | None:
    """What lies between the cursor and where a motion went, as vi has it."""
    first, last = sorted((at, reached.at))
    if reached.kind == "linewise":
        return Span(texts.line_start(code, first), texts.line_end(code, last), linewise=True)
    inclusive = reached.kind == "inclusive"
    if not inclusive and last > first and last == texts.line_start(code, last):
        # To the start of a line is to the end of the one above; from in front of all code these are whole lines.
        last -= 1
        if texts.is_indented(code, first):
            return Span(texts.line_start(code, first), last, linewise=True)
    elif inclusive:
        last = texts.after(code, last) if last < texts.line_end(code, last) else last
    if operator == "d" and "\n" in code[first:last]:
        rest = code[last : texts.line_end(code, last)]
        if not rest.strip(texts.BLANKS) and texts.is_indented(code, first):
            return Span(texts.line_start(code, first), texts.line_end(code, last), linewise=True)
    if first == last and operator != "c":
        return None
    return Span(first, last)


def extended(code: str, at: int, extent: Extent) -> Span:
    """As much from a place on as was selected once."""
    number = min(texts.row(code, at) + extent.lines - 1, code.count("\n"))
    start = texts.start_of_row(code, number)
    if extent.linewise:
        return Span(texts.line_start(code, at), texts.line_end(code, start), linewise=True)
    begin = at if extent.lines == 1 else start
    reach = max(0, extent.characters)
    return Span(at, min(begin + reach, max(texts.line_end(code, begin), at)))


def typed(before: str, cursor: int, now: str, at: int) -> Typed | None:
    """What was typed between two states of a text; None where more than the place of the cursor has changed."""
    head = same_start(before[:cursor], now[:at])
    tail = same_start(before[cursor:][::-1], now[at:][::-1])
    if at != len(now) - tail:
        return None
    return Typed(cursor - head, len(before) - tail - cursor, now[head : len(now) - tail])


def same_start(one: str, other: str) -> int:
    """How many characters two texts begin alike with; halves are compared, for a text may be long."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def move_marks(marks: dict[str, int], old: str, new: str) -> None:
    """Keep marks, which are offsets by name, at their characters."""
    same = same_start(old, new)
    for name, at in marks.items():
        if at > same:
            marks[name] = max(same, at + len(new) - len(old))
