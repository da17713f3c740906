"""An output of a cell becomes lines, and each line becomes rows of a given width.

A line ends at a newline; it takes one or more rows of the screen.  A line is laid out without its neighbours, so a
million lines scroll like ten.  `OutputLines` is told of no change: it compares the output's revision with the one that
it drew, and interprets only the new parts of a Text.

Kernel text passes through `ansi` here.  `transcript_view` lays out the code of a cell and places the outputs below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bipy.session.transcript import Bundle, Failure, Output, Text
from bipy.ui.text.ansi import AnsiText, runs
from bipy.ui.text.rows import Row, Run, printable, wrap
from bipy.ui.text.sgr import attribute

# The rows of so many lines are kept: those in view and a few pages more.
REMEMBERED_LINES = 512


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

    @property
    def count(self) -> int:
        """The number of lines now."""
        return self.text.count

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        text = self.text.line(line)
        if columns != self._columns or len(self._remembered) > REMEMBERED_LINES:
            self._columns = columns
            self._remembered.clear()
        rows = self._remembered.get(text)
        if rows is None:
            rows = self._remembered[text] = self._wrapped(self.row(line), columns)
        return rows

    def row(self, line: int) -> Row:
        """The line as one row of any length."""
        return tuple(
            (attribute(style, self._role, self._depth), piece if piece.isascii() else printable(piece))
            for style, piece in runs(self.text.line(line))
        )


class OutputLines:
    """The lines of an output.

    `prompt` stands in front of a result of one line, and on a line of its own above a longer one, as in IPython.
    `depth` is the number of colours of the screen.
    """

    def __init__(self, output: Output, prompt: Row = (), depth: int = 256) -> None:
        self.output = output
        self._prompt = prompt
        self._depth = depth
        self._lines = TextLines("output", depth)
        self._revision = -1
        self._parts = 0
        self._wrapped: tuple[int, int, Sequence[Row]] = (-1, 0, ())

    @property
    def count(self) -> int:
        """The number of lines now."""
        self._update()
        count = self._lines.count
        return count + 1 if self._prompt and count != 1 else count

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line, 0 <= line < count."""
        self._update()
        if not self._prompt:
            return self._lines.rows(line, columns)
        if self._lines.count == 1:
            return self._behind_prompt(columns)
        return self._lines.rows(line - 1, columns) if line else wrap(self._prompt, columns)

    def _behind_prompt(self, columns: int) -> Sequence[Row]:
        """The rows of the only line.  They are kept: a line of 10 MB takes half a second."""
        if self._wrapped[:2] != (self._revision, columns):
            self._wrapped = self._revision, columns, wrap((*self._prompt, *self._lines.row(0)), columns)
        return self._wrapped[2]

    def _update(self) -> None:
        output = self.output
        if output.revision == self._revision:
            return
        if isinstance(output, Text):
            if self._revision < 0:
                self._lines = TextLines("output.stderr" if output.name == "stderr" else "output", self._depth)
            self._lines.text.feed("".join(output.parts[self._parts :]))
            self._parts = len(output.parts)
        elif isinstance(output, Bundle):
            role, text = bundle_text(output.data)
            self._lines = TextLines(role, self._depth, text=text)
        else:
            role, text = failure_text(output)
            self._lines = TextLines(role, self._depth, text=text)
        self._revision = output.revision


# The text types of a bundle that are readable without rendering, the preferred one first.
READABLE = ("text/plain", "text/markdown", "text/latex")


def bundle_text(data: Mapping[str, object]) -> tuple[str, str]:
    """A mime bundle as (role, text): its first readable type, or else the names of the types that it has."""
    for name in READABLE:
        text = joined(data.get(name))
        if text is not None:
            return "output", text
    types = ", ".join(printable(str(name)) for name in data)
    return "output.more", f"[{types}: not shown]" if types else "[an empty display]"


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
