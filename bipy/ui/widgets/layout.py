"""The rows of the text in the cell, laid out and highlighted: only the lines that changed since the last frame.

A `Layout` compares its lines with those of the buffer from both ends, and keeps the equal ones.  A line is highlighted
when it first comes into view, and again when its text changes, or the state that the lines above leave behind.  No key
and no prompt is known here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import urwid

from bipy.ui.text import rows as cells
from bipy.ui.text.find import Span, marked
from bipy.ui.text.rows import Attribute, Row
from bipy.ui.text.signs import TAB, TAB_ROLE
from bipy.ui.widgets.buffer import Buffer
from bipy.ui.widgets.motions import Position

MASK = "*"
# A longer line is data and stays plain: pygments takes 5 ms for 600 characters, at each key.
LONGEST_HIGHLIGHTED = 600
# At most so many lines are highlighted in a frame; each takes about 0.15 ms.  The others follow in the next frames.
MOST_HIGHLIGHTED = 50
SELECTION = "selection"


class Highlighter(Protocol):
    """The part of `highlight.Highlighter` that the editor uses.  Equal states give equal rows."""

    @property
    def start(self) -> Any:
        """The state of the first line."""

    def line(self, text: str, state: Any) -> tuple[Row, Any]:
        """The row of a line, whose runs join to `text`, and the state of the next line."""


class Marks(NamedTuple):
    """What is marked in the text: brackets in a role each, what a search has found by row, what is selected.

    `block` is a selected rectangle, as columns by row.
    """

    brackets: Sequence[tuple[Position, str]] = ()
    found: Mapping[int, Sequence[Span]] = {}
    selection: tuple[Position, Position] | None = None
    block: Mapping[int, Span] = {}

    def put(self, row: Row, line: _Line, number: int) -> Row:
        """`row`, which is that of line `number`, with the marks that are in it."""
        for (at, column), role in self.brackets:
            if at == number:
                row = _marked(row, _index(line, column), role)
        if number in self.found:
            row = marked(row, [(_index(line, start), _index(line, end)) for start, end in self.found[number]])
        if self.selection is not None and self.selection[0][0] <= number <= self.selection[1][0]:
            row = _selected(row, line, number, self.selection)
        if number in self.block:
            start, end = self.block[number]
            row = _selected(row, line, number, ((number, start), (number, end)))
        return row


class _Line:
    """A line that is laid out: its rows begin at the offsets `starts` in `shown`."""

    __slots__ = ("after", "before", "row", "shown", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.shown = _shown(text)
        self.starts: Sequence[int] = ()
        self.row: Row | None = None
        self.before: Any = None
        self.after: Any = None


class Layout:
    """The rows of one text at one width."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        # The number of rows of each line.  A line that fills its last row has one more, for the cursor behind it.
        self._heights: list[int] = []
        self._columns = 0
        self._highlighter: Highlighter | None = None
        # The colours of so many lines from the top are up to date.
        self._highlighted = 0
        self._seen: object = None
        self.unfinished = False

    @property
    def height(self) -> int:
        """The number of rows."""
        return sum(self._heights)

    def update(self, buffer: Buffer, columns: int, highlighter: Highlighter | None, *, mask: bool) -> None:
        """Lay out the lines that have changed since the last call."""
        seen = (buffer, buffer.revision, columns, highlighter, mask)
        if seen == self._seen:
            return
        self._seen = seen
        if highlighter is not self._highlighter:
            self._highlighter = highlighter
            self._highlighted = 0
            for line in self._lines:
                line.row = None
        texts = [MASK * len(line) for line in buffer.lines] if mask else buffer.lines
        lines = self._lines
        first, most = 0, min(len(lines), len(texts))
        while first < most and lines[first].text == texts[first]:
            first += 1
        kept, most = 0, most - first
        while kept < most and lines[-1 - kept].text == texts[-1 - kept]:
            kept += 1
        changed = [_Line(text) for text in texts[first : len(texts) - kept]]
        self._heights[first : len(lines) - kept] = [0] * len(changed)
        lines[first : len(lines) - kept] = changed
        self._highlighted = min(self._highlighted, first)
        if columns != self._columns:
            self._columns = columns
            first, changed = 0, lines
        for number, line in enumerate(changed, first):
            line.starts = _starts(line.shown, columns)
            self._heights[number] = len(line.starts)

    def cell(self, position: Position) -> tuple[int, int]:
        """The (column, row) of `position`, counted from the first row of this text."""
        row, column = position
        line = self._lines[row]
        index = _index(line, column)
        part = bisect_right(line.starts, index) - 1
        left = cells.row_width(_cut(self._row(row), line.starts[part], index))
        # A character wider than the row would stand outside.
        return min(left, self._columns - 1), sum(self._heights[:row]) + part

    def position(self, column: int, row: int) -> Position:
        """The position of the character at (column, row), counted as `cell` counts, or the nearest one."""
        row = max(0, min(row, self.height - 1))
        number = 0
        while row >= self._heights[number]:
            row -= self._heights[number]
            number += 1
        line = self._lines[number]
        start = line.starts[row]
        end = line.starts[row + 1] if row + 1 < len(line.starts) else len(line.shown)
        if line.shown is line.text and line.text.isascii():
            return number, min(start + max(0, column), end)
        reached, _ = urwid.calc_text_pos(line.shown, start, end, max(0, column))
        at = 0
        while at < len(line.text):
            behind = urwid.move_next_char(line.text, at, len(line.text))
            if len(_shown(line.text[:behind])) > reached:
                break
            at = behind
        return number, at

    def rows(self, top: int, most: int, marks: Marks) -> Iterator[tuple[int, int, Row]]:
        """At most `most` rows from number `top` on, as (line, row within the line, Row)."""
        self.unfinished = False
        if top >= self.height:
            return
        first = 0
        while top >= self._heights[first]:
            top -= self._heights[first]
            first += 1
        self._highlight_to(min(first + most, len(self._lines)) if most > 0 else 0)
        for number, line in enumerate(self._lines[first:], first):
            if most <= 0:
                break
            row = marks.put(self._row(number), line, number)
            # A blank stands behind a line whose end is selected.
            bounds = [*line.starts[top : top + most + 1], len(line.shown) + 1]
            for part, (start, end) in enumerate(pairwise(bounds[: most + 1]), top):
                yield number, part, _cut(row, start, end)
            most -= len(line.starts) - top
            top = 0

    def _highlight_to(self, end: int) -> None:
        """Update the colours of the lines in front of `end`, at most MOST_HIGHLIGHTED of them."""
        room = MOST_HIGHLIGHTED
        state = self._state_before(self._highlighted)
        for line in self._lines[self._highlighted : end]:
            if line.row is None or line.before != state:
                if not room:
                    break
                room -= 1
                self._highlight(line, state)
            state = line.after
            self._highlighted += 1
        self.unfinished = self._highlighted < end

    def _row(self, number: int) -> Row:
        """The row of line `number`; its colours are a guess while those of the lines above are not up to date."""
        line = self._lines[number]
        if line.row is None:
            self._highlight(line, self._state_before(number))
        return line.row or ()

    def _state_before(self, number: int) -> Any:
        """The state behind the line above if that line is highlighted, else the state of the first line."""
        if number and self._lines[number - 1].row is not None:
            return self._lines[number - 1].after
        return self._highlighter.start if self._highlighter else None

    def _highlight(self, line: _Line, state: Any) -> None:
        line.before = line.after = state
        if self._highlighter is None or len(line.text) > LONGEST_HIGHLIGHTED:
            row: Row = (("code", line.text),)
        else:
            row, line.after = self._highlighter.line(line.text, state)
        line.row = row if line.shown is line.text else _drawn(row)


def _shown(text: str) -> str:
    """`text` as it is drawn but for the signs of tabs: those are blanks; control characters are visible."""
    if text.isascii() and text.isprintable():
        return text
    return cells.expand_tabs(cells.printable(text))


def _drawn(row: Row) -> Row:
    """`row` as it is drawn, as long as `_shown`: a tab is a sign and blanks."""
    drawn: list[tuple[Attribute, str]] = []
    column = 0
    for attribute, text in row:
        for number, part in enumerate(cells.printable(text).split("\t")):
            if number:
                blanks = cells.TAB_WIDTH - column % cells.TAB_WIDTH
                drawn.append((TAB_ROLE, TAB + " " * (blanks - 1)))
                column += blanks
            if part:
                drawn.append((attribute, part))
                column += cells.width(part)
    return tuple(drawn)


def _index(line: _Line, column: int) -> int:
    """Where the character in `column` of a line is in what is drawn of it."""
    return column if line.shown is line.text else len(_shown(line.text[:column]))


def _starts(shown: str, columns: int) -> Sequence[int]:
    """The offsets at which the rows of a line begin; a full last row is followed by another, for the cursor."""
    if shown.isascii():
        return range(0, len(shown) + 1, columns)
    starts = [0]
    used = 0
    while True:
        end, used = urwid.calc_text_pos(shown, starts[-1], len(shown), columns)
        if end == len(shown) and used < columns:
            return starts
        # A character wider than the row has a row of its own, and is not drawn.
        starts.append(max(end, starts[-1] + 1))


def _cut(row: Row, start: int, end: int) -> Row:
    """The part of `row` between two offsets of its text."""
    runs = []
    for attribute, text in row:
        if end <= 0:
            break
        if start < len(text):
            runs.append((attribute, text[max(start, 0) : end]))
        start -= len(text)
        end -= len(text)
    return tuple(runs)


def _marked(row: Row, index: int, role: str) -> Row:
    """`row` with the role on the character at `index`."""
    length = sum(len(text) for _, text in row)
    mark = _cut(row, index, index + 1)
    return _cut(row, 0, index) + tuple((role, text) for _, text in mark) + _cut(row, index + 1, length)


def _selected(row: Row, line: _Line, number: int, selection: tuple[Position, Position]) -> Row:
    """`row`, which is that of a line, with what is selected of it in that role; the end of a line is a blank."""
    (first, start), (last, end) = selection
    from_here = _index(line, start) if number == first else 0
    length = len(line.shown)
    to_here = _index(line, end) if number == last else length
    inside = "".join(text for _, text in _cut(row, from_here, to_here))
    behind: Row = ((SELECTION, " "),) if number < last else ()
    return (*_cut(row, 0, from_here), (SELECTION, inside), *_cut(row, to_here, length), *behind)
