"""A cursor over the lines of a docstring.

Lines are taken from their source only as far as they are looked at.  They come without tabs and without blanks at their
end, and never two blank ones together.  A line longer than LONGEST is data and is cut, so that no line costs much.
Which lines make a block is decided in `blocks`; here are the ways of taking lines that need only their indentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from bipy.ui.text.docstring.line import indent_of

# The most characters that are handled at once: 15 ms.
LONGEST = 4_000
# The most lines that are looked at ahead.
FAR = 100


class Cursor:
    """The lines of a docstring and a place between them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._coming = _cleaned(lines)
        self._lines: list[str] = []
        self._at = 0

    def line(self, ahead: int = 0) -> str:
        """The line at the cursor, or the one so many lines further; "" behind the last."""
        at, lines = self._at + ahead, self._lines
        if at >= len(lines):
            lines += islice(self._coming, at + 1 - len(lines))
        return lines[at] if at < len(lines) else ""

    @property
    def place(self) -> int:
        """The number of the line at the cursor."""
        return self._at

    def ended(self) -> bool:
        """Whether the cursor stands behind the last line."""
        return not self.line() and self._at >= len(self._lines)

    def move(self, count: int = 1) -> None:
        """Move behind so many lines."""
        self._at += count

    def below(self) -> tuple[int, str]:
        """The indentation and the text of the next line that is not blank; (-1, "") if there is none."""
        line = self.line() or self.line(1)
        return (indent_of(line), line.lstrip()) if line else (-1, "")

    def skip_blank(self) -> bool:
        """Move to the next line that is not blank; whether there was a blank one."""
        if self.line() or self.ended():
            return False
        self._at += 1
        return True

    def together(self, indent: int) -> Iterator[str]:
        """Take the lines up to the next blank one that are indented by `indent` or more, without that indentation."""
        while (line := self.line()) and indent_of(line) >= indent:
            self._at += 1
            yield line[indent:]

    def deeper(self, indent: int) -> Iterator[str]:
        """Take the lines that are indented by more than `indent`, and the blank ones between them."""
        while self.below()[0] > indent:
            self._at += 1
            yield self._lines[self._at - 1]

    def margin(self, indent: int) -> int:
        """The indentation that the next lines share which are indented by more than `indent`; 0 if there are none."""
        margin = 0
        for ahead in range(FAR):
            line = self.line(ahead)
            here = indent_of(line)
            if line and here <= indent:
                break
            margin = min(here, margin or here) if line else margin
        return margin


def _cleaned(lines: Iterable[str]) -> Iterator[str]:
    blank = True
    for line in lines:
        line = line.expandtabs().rstrip()
        while len(line) > LONGEST:
            end = line.rfind(" ", 1, LONGEST) + 1 or LONGEST
            yield line[:end].rstrip()
            line = line[end:]
        if line or not blank:
            yield line
        blank = not line
