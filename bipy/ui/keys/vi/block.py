"""A rectangle of the text, as visual block mode selects it, and what is done to it.  Pure functions.

Columns of a rectangle are cells of the screen, so that it is one where characters are wide or tabs.  A character that
is partly in it is.  A row that does not reach it has no part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.edits import Change, Kept
from bipy.ui.keys.vi.spans import Extent
from bipy.ui.widgets.buffer import INDENT
from bipy.ui.widgets.motions import cells_before, column_at, next_cluster


class Block(NamedTuple):
    """The rows `first` to `last` and the cells `left` to `right`, all included, or with `to_end` all from `left` on."""

    first: int
    last: int
    left: int
    right: int
    to_end: bool = False


class Column(NamedTuple):
    """Where what is typed in one row goes in others: in front of a cell, or with `to_end` at their ends.

    Rows that are shorter get blanks first.
    """

    rows: Sequence[int]
    cell: int
    to_end: bool = False


# Turns what is selected of a row into another text.
Turn = Callable[[str], str]
CASES: dict[str, Turn] = {"gu": str.lower, "gU": str.upper, "g~": str.swapcase}


def between(text: str, anchor: int, at: int, *, to_end: bool) -> Block:
    """The rectangle with two characters in opposite corners."""
    rows, starts, ends = [], [], []
    for place in (anchor, at):
        start = texts.line_start(text, place)
        line, column = text[start : texts.line_end(text, place)], place - start
        rows.append(texts.row(text, place))
        starts.append(cells_before(line, column))
        behind = next_cluster(line, column) if column < len(line) else column
        ends.append(max(starts[-1] + 1, cells_before(line, behind)))
    return Block(min(rows), max(rows), min(starts), max(ends) - 1, to_end)


def sized(text: str, at: int, extent: Extent) -> Block:
    """A rectangle that is as large as one that was selected once, from a place on."""
    here = between(text, at, at, to_end=extent.to_end)
    last = min(here.first + extent.lines - 1, text.count("\n"))
    return here._replace(last=last, right=here.left + extent.characters - 1)


def columns(line: str, block: Block) -> tuple[int, int] | None:
    """From where to where a row is in the rectangle; None if it does not reach it."""
    used = cells_before(line, len(line))
    if used <= block.left:
        return (len(line), len(line)) if used == block.left else None
    start, last = column_at(line, block.left), column_at(line, block.right)
    end = len(line) if block.to_end or last >= len(line) else next_cluster(line, last)
    return start, end


def rows_of(text: str, block: Block) -> list[str]:
    """The rows that the rectangle is in."""
    return text.split("\n")[block.first : block.last + 1]


def change(text: str, block: Block, key: str, times: int, argument: str) -> tuple[Change, Column | None] | None:
    """What an operator or a command of visual mode does to the rectangle, and where else its typed text goes."""
    lines = rows_of(text, block)
    within = [columns(line, block) for line in lines]
    start = texts.start_of_row(text, block.first)
    end = start + len("\n".join(lines))
    left = start + (within[0][0] if within[0] else texts.on_character(text, start + len(lines[0])) - start)
    pieces = [line[place[0] : place[1]] if place else "" for line, place in zip(lines, within, strict=True)]
    widest = max(cells_before(piece, len(piece)) for piece in pieces)
    kept = Kept("\n".join(pieces), block=max(1, widest if block.to_end else block.right - block.left + 1))
    if key == "y":
        return Change(start, start, "", left, kept, copied=True), None
    if key in ("I", "A"):
        return _typing(lines, block, start, append=key == "A")
    turn = _turn(key, times, argument)
    if turn is None:
        return None
    made = [
        line[: place[0]] + turn(piece) + line[place[1] :] if place else line
        for line, place, piece in zip(lines, within, pieces, strict=True)
    ]
    if key in (">", "<"):
        made = [_shifted(line, place, key, times) for line, place in zip(lines, within, strict=True)]
    new = "\n".join(made)
    if key == "c":
        others = [block.first + number for number, place in enumerate(within) if place and number]
        return Change(start, end, new, left, kept, inserts=True), Column(others, block.left, block.to_end)
    after = text[:start] + new + text[end:]
    return Change(start, end, new, texts.on_character(after, left), kept if key == "d" else None), None


def _turn(key: str, times: int, argument: str) -> Turn | None:
    if key in ("d", "c", ">", "<"):
        return lambda _: ""
    if key == "r":
        # A wide character gives way to two others.
        return lambda piece: argument * (cells_before(piece, len(piece)) // max(1, cells_before(argument, 1)))
    return CASES.get(key) if times else None


def _shifted(line: str, place: tuple[int, int] | None, key: str, times: int) -> str:
    if place is None or not line:
        return line
    head, rest = line[: place[0]], line[place[0] :]
    if key == ">":
        return head + " " * (INDENT * times) + rest
    blanks = len(rest) - len(rest.lstrip(" "))
    return head + rest[min(blanks, INDENT * times) :]


def _typing(lines: Sequence[str], block: Block, start: int, *, append: bool) -> tuple[Change, Column] | None:
    """Begin to type in the first row, in front of the rectangle or behind it."""
    line = lines[0]
    if append:
        rows = range(block.first + 1, block.last + 1)
        place = Column(rows, block.right + 1, block.to_end)
        column, blanks = _behind(line, place)
        return Change(start + column, start + column, blanks, start + column + len(blanks), inserts=True), place
    reach = [number for number, each in enumerate(lines) if columns(each, block) is not None]
    column = column_at(line, block.left)
    place = Column([block.first + number for number in reach if number], block.left)
    return Change(start + column, start + column, "", start + column, inserts=True), place


def _behind(line: str, place: Column) -> tuple[int, str]:
    """The column of a row where the text goes, and the blanks that it needs in front."""
    used = cells_before(line, len(line))
    if place.to_end or used < place.cell:
        return len(line), "" if place.to_end else " " * (place.cell - used)
    return column_at(line, place.cell), ""


def typed_in_rows(text: str, place: Column, new: str) -> tuple[int, int, str] | None:
    """From where to where the text changes, and to what, when `new` is typed in each row of the column."""
    if not place.rows or not new or "\n" in new:
        return None
    first, last = place.rows[0], place.rows[-1]
    lines = text.split("\n")
    start = texts.start_of_row(text, first)
    made = []
    for row in range(first, last + 1):
        line = lines[row]
        if row in place.rows:
            column, blanks = _behind(line, place)
            line = line[:column] + blanks + new + line[column:]
        made.append(line)
    return start, start + len("\n".join(lines[first : last + 1])), "\n".join(made)


def put(text: str, at: int, held: Kept, times: int, *, behind: bool) -> Change:
    """Insert a rectangle at a place, or behind the character there; rows that are missing are added."""
    start = texts.line_start(text, at)
    lines, row = text.split("\n"), texts.row(text, at)
    column = at - start
    if behind and lines[row]:
        column = next_cluster(lines[row], column) if column < len(lines[row]) else column
    cell = cells_before(lines[row], column)
    pieces = held.text.split("\n")
    made = []
    for number, piece in enumerate(pieces):
        line = lines[row + number] if row + number < len(lines) else ""
        to, blanks = _behind(line, Column((), cell))
        filling = " " * (held.block - cells_before(piece, len(piece)))
        new = (piece + filling) * (times - 1) + piece + (filling if line[to:] else "")
        made.append(line[:to] + blanks + new + line[to:])
    last = min(row + len(pieces), len(lines)) - 1
    end = start + len("\n".join(lines[row : last + 1]))
    return Change(start, end, "\n".join(made), start + column)
