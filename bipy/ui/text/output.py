"""Text as a terminal would get it becomes lines, and each line becomes rows of a given width.

A line ends at a newline; it takes one or more rows of the screen.  A line is laid out without its neighbours, so a
million lines scroll like ten.  Kernel text passes through `ansi` here.  What an output of a cell looks like, of
whichever kind it is, is the subject of `ui.mime.output`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from bipy.placement import Placement
from bipy.session.transcript import Failure
from bipy.ui.text.ansi import AnsiText, runs
from bipy.ui.text.find import Needle
from bipy.ui.text.long_lines import LongLine
from bipy.ui.text.rows import Attribute, Row, Run, long_run, printable, wrap
from bipy.ui.text.sgr import Style, attribute

# The rows of so many lines are kept: those in view and a few pages more.
REMEMBERED_LINES = 512
# The rows of a longer line are made one by one.
LONG_LINE = 10_000


class Lines(Protocol):
    """A block of lines, one below the other."""

    @property
    def count(self) -> int:
        """The number of lines now."""

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line, 0 <= line < count, at least one."""


class TextLines:
    """Lines of text with SGR sequences.  `wrapped` breaks a line into rows, which are remembered for one width."""

    def __init__(
        self, role: str, depth: int, wrapped: Callable[[Sequence[Run], int], Sequence[Row]] = wrap, text: str = ""
    ) -> None:
        self.text = AnsiText(text)
        self._role = role
        self._depth = depth
        self._wrapped = wrapped
        self._columns = 0
        self._remembered: dict[str, Sequence[Row]] = {}
        self._long: LongLine | None = None

    @property
    def count(self) -> int:
        """The number of lines now."""
        return self.text.count

    @property
    def is_wrapped(self) -> bool:
        """Whether a line is broken wherever the screen ends, and not between words."""
        return self._wrapped is wrap

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        text = self.text.line(line)
        if columns != self._columns or len(self._remembered) > REMEMBERED_LINES:
            self._columns = columns
            self._remembered.clear()
        rows = self._remembered.get(text)
        if rows is None:
            rows = self._remembered[text] = self._lay_out(line, text, columns)
        return rows

    def _lay_out(self, line: int, text: str, columns: int) -> Sequence[Row]:
        if len(text) <= LONG_LINE or self._wrapped is not wrap:
            return self._wrapped(self.row(line), columns)
        if text.isascii() and text.isprintable():
            return long_run(self._role, text, columns)
        return self._measured(text, ()).rows(columns)

    def behind(self, before: Row, columns: int) -> Sequence[Row]:
        """The rows of the first line behind a prompt."""
        text = self.text.line(0)
        if len(text) <= LONG_LINE:
            return wrap((*before, *self.row(0)), columns)
        return self._measured(text, before).rows(columns)

    def _measured(self, text: str, before: Row) -> LongLine:
        """A long line; the last one is kept, for other widths."""
        if self._long is None or (self._long.text, self._long.before) != (text, before):
            self._long = LongLine(text, self._paint, before)
        return self._long

    def _paint(self, style: Style) -> Attribute:
        return attribute(style, self._role, self._depth)

    def row(self, line: int) -> Row:
        """The line as one row of any length."""
        return tuple(
            (self._paint(style), piece if piece.isascii() else printable(piece))
            for style, piece in runs(self.text.line(line))
        )


def lines_with(lines: Lines, needle: Needle, columns: int, start: int = 0) -> Iterator[int]:
    """The numbers, from `start` on, of the lines in which `needle` stands."""
    if isinstance(lines, TextLines):
        yield from lines.text.lines_with(needle, start)
    else:
        yield from (line for line in range(start, lines.count) if needle.within(line_text(lines, line, columns)))


def line_text(lines: Lines, line: int, columns: int) -> str:
    """The text of a line without colours: all of it where it is text, else its rows as they stand in `columns`.

    The cells of a picture have none.
    """
    if isinstance(lines, TextLines):
        return "".join(piece for _, piece in lines.row(line))
    return "\n".join(
        "".join("" if isinstance(attribute, Placement) else piece for attribute, piece in row).rstrip()
        for row in lines.rows(line, columns)
    )


def failure_text(failure: Failure) -> tuple[str, str]:
    """An error as (role, text): its traceback, which keeps the colours that the kernel gave it."""
    text = "\n".join(frame for frame in failure.traceback if isinstance(frame, str))
    if not text.strip():
        text = ": ".join(word for word in (failure.ename, failure.evalue) if word) or "error"
    return ("output" if "\x1b[" in text else "output.error"), text


def joined(value: object) -> str | None:
    """The text of a bundle's entry, which may be a list of lines, as in notebook files; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(piece, str) for piece in value):
        return "".join(value)
    return None
