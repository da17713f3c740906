"""What of a block is folded to a row: the middle of a long output, all but a first line, a part of a traceback.

Lines are counted by the block; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bipy.ui.text.frames import Part

# So many lines at the head of a long output stay when it folds by itself.
HEAD_KEPT = 10


class Folds:
    """The folds of a block of `count` lines.

    `folds_at` is the number of lines beyond which the block folds by itself, as soon as `is_done`; 0 for never.
    `parts` are lines that belong together, in order, and may be folded each to a row; they are at first.  `late_parts`
    finds those of a block that is known only when it is done.
    """

    def __init__(
        self,
        count: Callable[[], int],
        folds_at: int = 0,
        is_done: Callable[[], bool] = lambda: False,
        parts: Sequence[Part] = (),
        late_parts: Callable[[], Sequence[Part]] | None = None,
    ) -> None:
        self._late_parts = late_parts
        self._count = count
        self._folds_at = folds_at
        self._is_done = is_done
        # So many lines at the head and at the end are shown, and a row in place of the others.
        self._kept: tuple[int, int] | None = None
        self._parts = parts
        self._folded = list(parts)

    def fold_if_long(self, rows: int) -> None:
        """Fold a long block that is done, once; the last `rows` lines stay, so that nothing in view moves."""
        if self._late_parts is not None and self._is_done():
            self._parts, self._late_parts = self._late_parts(), None
            self._folded = list(self._parts)
        if self._folds_at and self._is_done():
            if self._count() - sum(len(part.lines) - 1 for part in self._folded) > self._folds_at:
                self._kept = HEAD_KEPT, max(rows, HEAD_KEPT)
            self._folds_at = 0

    @property
    def folded(self) -> Sequence[Part]:
        """What is folded, in order; a row in the place of the first line of each says so."""
        if self._kept is None:
            return [part for part in self._folded if part.lines.start < self._count()] if self._folded else []
        hidden = range(self._kept[0], self._count() - self._kept[1])
        # A row that says that one line is folded takes as much room as the line.
        if len(hidden) <= 1:
            return []
        outside = [part for part in self._folded if part.lines.stop <= hidden.start or hidden.stop <= part.lines.start]
        return sorted([*outside, Part(hidden, f"{len(hidden):,} more lines")], key=lambda part: part.lines.start)

    def around(self, line: int) -> Part | None:
        """What is folded with this line in it; None if the line is shown."""
        return next((part for part in self.folded if line in part.lines), None)

    def shown(self, start: int, end: int) -> Sequence[int]:
        """The lines from `start` on and in front of `end` that have rows of their own."""
        folded = self.folded
        if not folded or end <= folded[0].lines.start:
            return range(start, end)
        return list(self._shown(folded, start, end))

    def _shown(self, folded: Sequence[Part], start: int, end: int) -> Iterator[int]:
        for part in folded:
            yield from range(start, min(part.lines.start, end))
            # The first line stands for the part, also for a walk that begins inside.
            if part.lines.start < end and start < part.lines.stop:
                yield part.lines.start
            start = max(start, part.lines.stop)
        yield from range(start, end)

    def turn(self, line: int, first: int) -> bool:
        """Show what is folded at `line`, else all that is folded; else fold; whether there is anything to fold.

        The parts are folded, where there are any, else all lines behind the `first` one.
        """
        self._folds_at = 0
        at = self.around(line)
        if at is not None and at in self._folded:
            self._folded.remove(at)
        elif self.folded:
            self._kept, self._folded = None, [] if at is None else self._folded
        elif self._parts:
            self._folded = list(self._parts)
        else:
            self._kept = first + 1, 0
        return bool(self.folded) or at is not None or bool(self._parts)

    def show_more(self, line: int, lines: int) -> bool:
        """Show so many lines more below the head of what is folded, or all of the part at `line`."""
        at = self.around(line)
        if at is not None and at in self._folded:
            self._folded.remove(at)
            return True
        if self._kept is None or not self.folded:
            return False
        self._kept = self._kept[0] + lines, self._kept[1]
        return True
