"""Where a cursor may stand in lines of text, and where it goes from there.  Pure functions; no text is changed here.

A motion is a function from a position to a position, (row, column) in code points.  It steps over whole grapheme
clusters, as they are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import urwid

from bipy.ui.text.rows import TAB_WIDTH, expand_tabs, printable, split, width

Position = tuple[int, int]
Motion = Callable[[Sequence[str], Position], Position]

# A mark over a letter belongs to its word.
_WORD = re.compile(r"\W*\w[\w\u0300-\u036f]*")
_FIRST_MARK = "\u0300"
_NO_BLANKS = re.compile(r"\s*\S+")


def next_cluster(line: str, column: int) -> int:
    """Behind the grapheme cluster at `column`."""
    return column + 1 if line.isascii() else urwid.move_next_char(line, column, len(line))


def previous_cluster(line: str, column: int) -> int:
    """In front of the grapheme cluster that ends at `column`."""
    return column - 1 if line.isascii() else urwid.move_prev_char(line, 0, column)


def on_boundary(line: str, column: int) -> int:
    """`column`, or the end of the grapheme cluster that it stands in: no cursor may be there."""
    # No two characters below are one cluster; the end of an ASCII line needs no look at all.
    if line.isascii() or not 0 < column < len(line) or (line[column - 1] < _FIRST_MARK and line[column] < _FIRST_MARK):
        return column
    return max(column, next_cluster(line, previous_cluster(line, column)))


def left(lines: Sequence[str], position: Position) -> Position:
    """To the previous grapheme cluster; from the start of a line to the end of the line above."""
    row, column = position
    if column:
        return row, previous_cluster(lines[row], column)
    return (row - 1, len(lines[row - 1])) if row else position


def right(lines: Sequence[str], position: Position) -> Position:
    """To the next grapheme cluster; from the end of a line to the start of the line below."""
    row, column = position
    line = lines[row]
    if column < len(line):
        return row, next_cluster(line, column)
    return (row + 1, 0) if row + 1 < len(lines) else position


def line_start(_lines: Sequence[str], position: Position) -> Position:
    """To the start of the line."""
    return position[0], 0


def home(lines: Sequence[str], position: Position) -> Position:
    """The first character of the line that is no blank; from there, or if there is none, the start."""
    row, column = position
    first = len(lines[row]) - len(lines[row].lstrip())
    return (row, 0 if column == first or first == len(lines[row]) else first)


def line_end(lines: Sequence[str], position: Position) -> Position:
    """To the end of the line."""
    return position[0], len(lines[position[0]])


def line_rest(lines: Sequence[str], position: Position) -> Position:
    """To the end of the line, or over the newline if the cursor is there: the motion of Ctrl-K."""
    row, column = position
    return line_end(lines, position) if column < len(lines[row]) else right(lines, position)


def text_start(_lines: Sequence[str], _position: Position) -> Position:
    """To the start of the text."""
    return 0, 0


def text_end(lines: Sequence[str], _position: Position) -> Position:
    """To the end of the text."""
    return len(lines) - 1, len(lines[-1])


def block_up(lines: Sequence[str], position: Position) -> Position:
    """To the blank line above the block, which are lines without a blank one between them; else to the start."""
    row = position[0]
    while row and not lines[row].strip():
        row -= 1
    while row and lines[row].strip():
        row -= 1
    return row, 0


def block_down(lines: Sequence[str], position: Position) -> Position:
    """To the blank line below the block, else to the end of the text."""
    row = position[0]
    while row < len(lines) and not lines[row].strip():
        row += 1
    while row < len(lines) and lines[row].strip():
        row += 1
    return (row, 0) if row < len(lines) else text_end(lines, position)


def word_right(lines: Sequence[str], position: Position) -> Position:
    """To the end of the next word (letters, digits, underscores), on another line if need be."""
    row, column = position
    while True:
        match = _WORD.match(lines[row], column)
        if match:
            return row, match.end()
        if row + 1 == len(lines):
            return row, len(lines[row])
        row, column = row + 1, 0


def word_left(lines: Sequence[str], position: Position) -> Position:
    """To the start of the previous word, on another line if need be."""
    return _back_to(_WORD, lines, position)


def blank_left(lines: Sequence[str], position: Position) -> Position:
    """To the start of the text behind the previous blank: the motion of Ctrl-W in a shell."""
    return _back_to(_NO_BLANKS, lines, position)


def _back_to(pattern: re.Pattern[str], lines: Sequence[str], position: Position) -> Position:
    row, column = position
    while True:
        # On the reversed line the match is anchored at its start, so it takes linear time on any line.
        match = pattern.match(lines[row][:column][::-1])
        if match:
            return row, column - match.end()
        if not row:
            return 0, 0
        row -= 1
        column = len(lines[row])


def cells_before(line: str, column: int) -> int:
    """How many cells of the screen stand in front of a column of a line."""
    return width(expand_tabs(printable(line[:column])))


def column_at(line: str, cells: int) -> int:
    """The column of the character that stands so many cells from the start of the line, or of the last one."""
    used = column = 0
    for number, part in enumerate(line.split("\t")):
        if number:
            stop = used + TAB_WIDTH - used % TAB_WIDTH
            if cells < stop:
                return column
            used, column = stop, column + 1
        shown = printable(part)
        head = split(shown, cells - used)[0]
        if len(head) < len(shown):
            return column + len(head)
        used, column = used + width(shown), column + len(part)
    return column
