"""Lines as long as they like, and how they become rows.

A `Line` is a row without a width: it says in which column it begins and in which it goes on.  `wrapped` breaks it into
rows once the width is known.  Docstrings, code and the pages around them are all made of such lines.  A `Face` names
the roles that they are painted with; the box and the docs pane have one each.
"""

from __future__ import annotations

from typing import NamedTuple

from bipy.ui.text import rows
from bipy.ui.text.rows import Row


class Face(NamedTuple):
    """The roles that a docstring is painted with."""

    text: str
    heading: str
    code: str


BOX = Face("box.docs", "box.docs.heading", "box.docs.code")
PAGE = Face("pager", "pager.heading", "pager.code")


class Line(NamedTuple):
    """A line without a width: its first row begins in column `indent`, its further rows in column `hang`.

    A rule has no further rows; it is cut.
    """

    row: Row = ()
    indent: int = 0
    hang: int = 0
    rule: bool = False


BLANK = Line()


def wrapped(line: Line, columns: int) -> list[Row]:
    """`line` in rows of at most `columns`, broken between words; where room is scarce it is indented less."""
    indent = min(line.indent, columns // 4)
    row = rows.visible(line.row)
    if line.rule:
        row = rows.clip(row, columns - indent)
    if rows.row_width(row) + indent <= columns:
        return [_indented(row, indent)]
    hang = min(indent + line.hang - line.indent, columns // 3)
    first, *others = rows.wrap_words(row, columns - hang, indent - hang)
    return [_indented(first, indent), *(_indented(other, hang) for other in others)]


def indent_of(line: str) -> int:
    """The number of blanks at the start of `line`."""
    return len(line) - len(line.lstrip())


def _indented(row: Row, columns: int) -> Row:
    return ((row[0][0], " " * columns), *row) if row and columns else row
