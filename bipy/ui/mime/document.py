"""A document of blocks, one below the other: what Markdown and HTML become, and how it is laid out.

A block is a paragraph, preformatted rows, a table or a blank row.  Each of its lines is laid out alone for a width, so
a long document scrolls as output does.  Text in a block is a row of runs whose attributes are roles, or attributes over
them.  Where the text comes from is not known here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

from bipy.ui.mime.grid import Grid
from bipy.ui.text.rows import Row, Run, row_width, wrap, wrap_words
from bipy.ui.text.sgr import Style, attribute

ROLE, MUTED = "output", "output.more"
# A prefix leaves so many columns for text at least.
LEAST_COLUMNS = 10

BOLD, ITALIC, UNDERLINE, STRUCK = (
    Style(bold=True),
    Style(italic=True),
    Style(underline=True),
    Style(strike=True),
)


class Block(Protocol):
    """Lines that stand together."""

    @property
    def count(self) -> int:
        """The number of lines."""

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""


class Prefix(NamedTuple):
    """What stands in front of the first row of a block, and of its other rows, such as a bullet and blanks."""

    first: Row = ()
    rest: Row = ()

    def within(self, outer: Prefix) -> Prefix:
        """The prefix behind that of a block around it."""
        return Prefix((*outer.first, *self.first), (*outer.rest, *self.rest))

    def room(self, columns: int) -> int:
        """The columns that are left for text."""
        return max(columns - max(row_width(self.first), row_width(self.rest)), min(columns, LEAST_COLUMNS))

    def before(self, rows: Sequence[Row], columns: int) -> Sequence[Row]:
        """The rows behind the prefix, which is left out where it leaves too little room."""
        if not (self.first or self.rest) or self.room(columns) + row_width(self.rest) > columns:
            return rows
        return [((*(self.rest if number else self.first), *row)) for number, row in enumerate(rows)]


NO_PREFIX = Prefix()


class Blank:
    """A blank row."""

    count = 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002
        """One empty row."""
        return ((),)


class Text:
    """Lines of text behind a prefix; `wrapped` breaks each into rows."""

    def __init__(
        self, lines: Sequence[Row], prefix: Prefix, wrapped: Callable[[Sequence[Run], int], Sequence[Row]]
    ) -> None:
        self._lines = lines
        self._prefix = prefix
        self._wrapped = wrapped
        self.count = len(lines)

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        prefix = self._prefix if line == 0 else Prefix(self._prefix.rest, self._prefix.rest)
        return prefix.before(self._wrapped(self._lines[line], prefix.room(columns)), columns)


def paragraph(lines: Sequence[Row], prefix: Prefix = NO_PREFIX) -> Text:
    """Text that is broken between words; `lines` are those that the source breaks itself."""
    return Text(lines, prefix, wrap_words)


def preformatted(lines: Sequence[Row], prefix: Prefix = NO_PREFIX) -> Text:
    """Rows that are broken at the edge alone."""
    return Text(lines, prefix, wrap)


class Rule:
    """A rule across the screen."""

    count = 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002
        """The rule."""
        return (((MUTED, "\u2500" * min(columns, 80)),),)


class Table:
    """A table behind a prefix."""

    def __init__(self, grid: Grid, prefix: Prefix = NO_PREFIX) -> None:
        self.grid = grid
        self._prefix = Prefix(prefix.rest, prefix.rest)
        self.count = grid.count

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line of the table."""
        return self._prefix.before(self.grid.rows(line, self._prefix.room(columns)), columns)


class Document:
    """The lines of all blocks."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = [block for block in blocks if block.count]
        self._ends = list(accumulate(block.count for block in self._blocks))
        self.count = self._ends[-1] if self._ends else 0

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line, at least one."""
        number = bisect_right(self._ends, line)
        block = self._blocks[number]
        return block.rows(line - (self._ends[number] - block.count), max(columns, 1)) or ((),)


def styled(text: str, styles: Sequence[Style], depth: int, role: str = ROLE) -> tuple[object, str]:
    """A run of text with all these styles at once."""
    if not styles:
        return role, text
    merged = Style(
        next((style.foreground for style in reversed(styles) if style.foreground is not None), None),
        next((style.background for style in reversed(styles) if style.background is not None), None),
        bold=any(style.bold for style in styles),
        italic=any(style.italic for style in styles),
        underline=any(style.underline for style in styles),
        strike=any(style.strike for style in styles),
    )
    return attribute(merged, role, depth), text
