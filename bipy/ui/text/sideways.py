"""Long lines that are not wrapped: each has one row, and the screen shows the same columns of all of them.

A line is laid out as far as the right edge of the screen and no further, so its length costs nothing.
"""

from __future__ import annotations

from bipy.ui.text.output import Lines
from bipy.ui.text.rows import Row, clip

# Stands at an edge behind which a line goes on.
CUT = ("note", "\u2026")


class Sideways:
    """The part of long lines that is in view: `first` is its first column, None while lines are wrapped."""

    def __init__(self, first: int | None = None) -> None:
        self.first = first

    def row(self, lines: Lines, line: int, columns: int, first: int) -> Row:
        """The columns from `first` on of a line, at most `columns` of them."""
        rows = lines.rows(line, first + columns)
        row = rows[0]
        if first:
            row = (CUT, *clip(row, columns - 1, first + 1)) if row else ()
        return (*clip(row, columns - 1), CUT) if len(rows) > 1 else row


def is_cut(row: Row) -> bool:
    """Whether the line of a row goes on behind the right edge."""
    return len(row) > 1 and row[-1] == CUT
