"""An output of a cell becomes lines, whichever kind it is: a stream, a mime bundle, an error.

`OutputLines` is told of no change: it compares the output's revision with the one that it drew, and interprets only the
new parts of a Text.  A bundle is shown by the registry.  `transcript_view` lays out the code of a cell and places the
outputs below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bipy.session.transcript import Bundle, Output, Text
from bipy.ui.mime.means import Means
from bipy.ui.mime.registry import render, representations
from bipy.ui.text.find import Needle
from bipy.ui.text.frames import Part, parts_of_text
from bipy.ui.text.output import Lines, TextLines, failure_text, line_text, lines_with
from bipy.ui.text.rows import Row, row_width, wrap

MEANS = Means()


class OutputLines:
    """The lines of an output.

    `prompt` stands in front of a result of one line, and on a line of its own above a longer one, as in IPython.
    """

    def __init__(self, output: Output, prompt: Row = (), means: Means = MEANS) -> None:
        self.output = output
        self._prompt = prompt
        self._means = means
        self._text = TextLines("output", means.depth)
        self._lines: Lines = self._text
        self._representation = ""
        self._revision = -1
        self._parts = 0
        self._wrapped: tuple[int, int, Sequence[Row]] = (-1, 0, ())

    @property
    def means(self) -> Means:
        """What the screen can do."""
        return self._means

    @means.setter
    def means(self, means: Means) -> None:
        self._means = means
        if isinstance(self.output, Bundle):
            self._revision = -1
            self._wrapped = (-1, 0, ())

    @property
    def representations(self) -> list[str]:
        """The names of the ways in which the output can be shown, the best one first; none for plain text."""
        return representations(self.output, self._means) if isinstance(self.output, Bundle) else []

    @property
    def representation(self) -> str:
        """The way in which the output is shown, if one was chosen."""
        return self._representation

    @representation.setter
    def representation(self, name: str) -> None:
        if isinstance(self.output, Bundle):
            self._representation = name
            self._revision = -1
            self._wrapped = (-1, 0, ())

    @property
    def count(self) -> int:
        """The number of lines now."""
        self._update()
        count = self._lines.count
        return count + 1 if self._prompt and count != 1 else count

    @property
    def is_wrapped(self) -> bool:
        """Whether it is text, whose lines are broken where the screen ends."""
        self._update()
        return isinstance(self._lines, TextLines) and self._lines.is_wrapped

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line, 0 <= line < count."""
        self._update()
        if not self._prompt:
            return self._lines.rows(line, columns)
        if self._lines.count == 1:
            return self._behind_prompt(columns)
        return self._lines.rows(line - 1, columns) if line else wrap(self._prompt, columns)

    def text(self, line: int, columns: int) -> str:
        """The text of one line without its prompt."""
        self._update()
        if self._prompt and self._lines.count != 1:
            return line_text(self._lines, line - 1, columns) if line else ""
        return line_text(self._lines, line, columns)

    def lines_with(self, needle: Needle, columns: int, start: int = 0) -> Iterator[int]:
        """The numbers, from `start` on, of the lines in which `needle` stands, prompts aside."""
        self._update()
        first = self.first
        return (first + line for line in lines_with(self._lines, needle, columns, max(0, start - first)))

    def tail(self, lines: int) -> list[str]:
        """The last lines of a text, with their SGR sequences; none of anything else."""
        self._update()
        text = self._text.text
        return [text.line(line) for line in range(max(0, text.count - lines), text.count)]

    def printed_parts(self) -> list[Part]:
        """The parts of tracebacks in a text that may be folded."""
        self._update()
        return parts_of_text(self._text.text)

    @property
    def first(self) -> int:
        """The first line behind the prompt, if that has a line of its own."""
        return 1 if self._prompt and self._lines.count != 1 else 0

    def _behind_prompt(self, columns: int) -> Sequence[Row]:
        """The rows of the only line.  Those of text are kept: a long one has to be measured first."""
        if not isinstance(self._lines, TextLines):
            return self._joined(columns)
        if self._wrapped[:2] != (self._revision, columns):
            self._wrapped = self._revision, columns, self._joined(columns)
        return self._wrapped[2]

    def _joined(self, columns: int) -> Sequence[Row]:
        """The prompt and the only line: in one row where they fit, and where text can be wrapped."""
        if isinstance(self._lines, TextLines):
            return self._lines.behind(self._prompt, columns)
        rows = self._lines.rows(0, columns)
        if len(rows) == 1 and row_width(self._prompt) + row_width(rows[0]) <= columns:
            return ((*self._prompt, *rows[0]),)
        return [*wrap(self._prompt, columns), *rows]

    def _update(self) -> None:
        output = self.output
        if output.revision == self._revision:
            return
        if isinstance(output, Text):
            if self._revision < 0:
                role = "output.stderr" if output.name == "stderr" else "output"
                self._text = TextLines(role, self._means.depth)
                self._lines = self._text
            self._text.text.feed("".join(output.parts[self._parts :]))
            self._parts = len(output.parts)
        elif isinstance(output, Bundle):
            self._lines = render(output, self._means, self._representation)
        else:
            role, text = failure_text(output)
            self._lines = TextLines(role, self._means.depth, text=text)
        self._revision = output.revision
