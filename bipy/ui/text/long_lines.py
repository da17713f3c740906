"""One long line of text, in colours and in any script, whose rows are made when they are asked for.

The line is cut into blocks of about a thousand characters.  Of each block it is known in which column of the line it
begins and in which style, and nothing else; so 50 MB take a second to be measured, and a row costs the two or three
blocks that it stands in.

Row n of width w begins in column n * w of the line, whatever stands before it: so a row is found without those above.
Where the line has characters of two columns, w is one less than the screen has: one that stands across the end of a row
takes the column that is kept free, and is left out of the next row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from bipy.ui.text.ansi import runs, style_after, without_styles
from bipy.ui.text.rows import (
    Attribute,
    MadeRows,
    Row,
    Run,
    clip,
    expand_tabs,
    is_single,
    printable,
    row_width,
    split,
    width,
)
from bipy.ui.text.sgr import DEFAULT, Style

BLOCK = 1_000
# The longest SGR sequence that is looked for at the end of a block, and the most accents.
_SEQUENCE, _ACCENTS = 200, 16
# The runs of so many blocks are kept: those of a screen.
_KEPT = 64


class LongLine:
    """A line of `AnsiText`, behind `before`; `paint` gives the attribute of a style."""

    def __init__(self, text: str, paint: Callable[[Style], Attribute], before: Row = ()) -> None:
        self.text = text
        self.before = before
        self._paint = paint
        self._before_columns = row_width(before)
        self._has_wide = False
        # Of each block its first character, its first column in the line, and its style.
        self._starts: list[int] = []
        self._columns: list[int] = []
        self._styles: list[Style] = []
        self._kept: dict[int, Row] = {}
        self.columns = self._before_columns + self._measure()

    def _measure(self) -> int:
        """Find the blocks; the columns of the whole text."""
        text, start, column, style = self.text, 0, 0, DEFAULT
        while start < len(text):
            end = _end_of_block(text, start)
            piece = text[start:end]
            self._starts.append(start)
            self._columns.append(self._before_columns + column)
            self._styles.append(style)
            if "\x1b" in piece:
                style = style_after(piece, style)
                piece = without_styles(piece)
            if "\t" in piece:
                piece = expand_tabs(piece, column)
            piece = piece if piece.isascii() else printable(piece)
            self._has_wide = self._has_wide or not is_single(piece)
            column += width(piece)
            start = end
        return column

    def rows(self, columns: int) -> MadeRows:
        """The rows of the line on a screen of so many columns."""
        step = max(1, columns - 1 if self._has_wide else columns)
        count = max(1, -(-self.columns // step))
        return MadeRows(count, lambda number: self.between(number * step, (number + 1) * step, max(1, columns)))

    def between(self, first: int, end: int, most: int) -> Row:
        """The part of the line from column `first` to column `end`, at most `most` columns wide."""
        row: list[Run] = list(clip(self.before, end - first, first)) if first < self._before_columns else []
        number = max(0, bisect_right(self._columns, first) - 1)
        while number < len(self._starts) and self._columns[number] < end:
            row += self._part(number, first - self._columns[number], end - self._columns[number])
            number += 1
        return clip(row, most)

    def _part(self, number: int, first: int, end: int) -> Row:
        """The characters of a block that begin in its columns [first, end)."""
        part: list[Run] = []
        column = 0
        for attribute, text in self._runs(number):
            columns = width(text)
            if column + columns > first and column < end:
                part.append((attribute, _beginning_in(text, first - column, end - column, columns)))
            column += columns
        return tuple(part)

    def _runs(self, number: int) -> Row:
        known = self._kept.get(number)
        if known is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            start = self._starts[number]
            end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
            column = self._columns[number] - self._before_columns
            known = self._kept[number] = tuple(
                (self._paint(style), piece if piece.isascii() else printable(piece))
                for style, piece in runs(self.text[start:end], self._styles[number], column)
            )
        return known


def _beginning_in(text: str, first: int, end: int, columns: int) -> str:
    """The characters of `text` that begin in its columns [first, end)."""
    if end < columns:
        head, rest = split(text, end)
        # One that begins in front of the end and goes on behind it belongs here.
        text = head + split(rest, 2)[0][:1] if width(head) < end else head
    if first > 0:
        head, rest = split(text, first)
        text = split(rest, 2)[1] if width(head) < first else rest
    return text


def _end_of_block(text: str, start: int) -> int:
    """Where a block ends that begins at `start`: neither in a sequence nor in front of an accent."""
    end = start + BLOCK
    if end >= len(text):
        return len(text)
    escape = text.rfind("\x1b", max(start, end - _SEQUENCE), end)
    if escape >= 0 and "m" not in text[escape:end]:
        end = text.find("m", end, end + _SEQUENCE) + 1 or end
    stop = min(len(text), end + _ACCENTS)
    while end < stop and not text[end].isascii() and not width(text[end]):
        end += 1
    return end
