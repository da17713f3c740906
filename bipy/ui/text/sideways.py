"""Long lines that are not wrapped: each has one row, and the screen shows the same columns of all of them.

A line is laid out as far as the right edge of the screen and no further, so its length costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bipy.ui.text.rows import Row, clip

# Stands at an edge behind which a line goes on.
CUT = ("note", "\u2026")
# A prompt is hardly ever wider.
PROMPT_COLUMNS = 16


class Sideways:
    """The part of long lines that is in view: `first` is its first column, None while lines are wrapped."""

    def __init__(self) -> None:
        self.first: int | None = None

    def begin(self, *, wraps: bool) -> None:
        """Wrap lines, or give each one row and show its first columns."""
        self.first = None if wraps else 0

    def turn(self) -> bool:
        """Wrap lines, or give each one row; whether they are wrapped now."""
        self.begin(wraps=self.first is not None)
        return self.first is None

    def go_to_start(self) -> None:
        """Show the first columns again."""
        self.begin(wraps=self.first is None)

    def scroll(self, step: int, columns: int, in_view: Iterable[Row]) -> bool:
        """Scroll by half a screen to the right (1), if a row `in_view` goes on there, or to the left (-1).

        Tells whether anything has moved.
        """
        if self.first is None or (step > 0 and not any(map(_is_cut, in_view))):
            return False
        was, self.first = self.first, max(0, self.first + step * max(1, columns // 2))
        return self.first != was

    def reveal(self, start: int, end: int, columns: int) -> None:
        """Scroll to have the columns [start, end) of a line in view, in front of which a prompt may stand."""
        first = self.first
        if first is None:
            return
        is_left = start <= first and first > 0
        if is_left or end > first + columns - PROMPT_COLUMNS:
            self.first = max(0, start - columns // 3)

    def rows(self, laid_out: Callable[[int], Sequence[Row]], columns: int) -> Sequence[Row]:
        """The rows of a line that `laid_out` gives for a width: all of them, or the one with the part in view."""
        if self.first is None:
            return laid_out(columns)
        whole = laid_out(self.first + columns)
        row = whole[0]
        if self.first:
            row = (CUT, *clip(row, columns - 1, self.first + 1)) if row else ()
        return ((*clip(row, columns - 1), CUT) if len(whole) > 1 else row,)


def _is_cut(row: Row) -> bool:
    """Whether the line of a row goes on behind the right edge."""
    return len(row) > 1 and row[-1] == CUT
