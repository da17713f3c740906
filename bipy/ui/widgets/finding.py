"""Searching in the transcript: the line in which a text is typed, and the way from one of its places to the next.

Everything is searched; what is folded is opened when it is found.  No more is searched than a key needs: the
first place is shown while the text is typed, and all are counted once the search stands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from bipy.ui.text.find import Needle
from bipy.ui.text.rows import width
from bipy.ui.widgets.places import Place
from bipy.ui.widgets.reading import Reader
from bipy.ui.widgets.search_line import SearchLine, Typed
from bipy.ui.widgets.taking import counted

# A line by the numbers of its cell, its block and itself.
Line = tuple[int, int, int]


class Finder:
    """The search of `reader`: `line` is where its text is typed, `found` says where its places are."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._view = reader.view
        self.line = SearchLine()
        self.found = ""
        self._began: Place | None = None
        # The lines that were found, and the needle and the revision of the transcript that they were found for.
        self._counted: tuple[object, list[Line]] = (None, [])

    def search(self) -> None:
        """Begin a search: the keys that follow type its text, and the next place of it is shown."""
        self.line.begin()
        self._began = self._reader.place()

    @property
    def is_searching(self) -> bool:
        """Whether a search is typed."""
        return self.line.is_open

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # noqa: ARG002 - as urwid calls it
        """Take the keys that type a search; any other key ends the typing and is returned."""
        typed = self.line.press(key)
        if typed is Typed.CHANGED:
            self._look_for(self.line.text or "")
        elif typed is Typed.GIVEN_UP:
            self._view.needle = Needle("")
            if self._began is not None:
                self._reader.go(self._began)
        elif typed is Typed.ENDED and self._view.needle.text:
            self.found = self._told(self._all())
        return key if typed is Typed.NOT_TAKEN else None

    def paste(self, text: str) -> bool:
        """Add the first line of `text` to the search that is typed; whether one is."""
        pasted = self.line.paste(text)
        if pasted:
            self._look_for(self.line.text or "")
        return pasted

    def search_next(self, step: int) -> None:
        """Go to the next line (1), or the one before (-1), in which the text stands; at an end, on at the other."""
        place, matches = self._reader.place(), self._all()
        if place is None or not matches:
            self.found = self._told(matches)
            return
        here = self._view.places.order(place)[:3]
        there = bisect_right(matches, here) if step > 0 else bisect_left(matches, here) - 1
        self._show(matches[there % len(matches)])
        self.found = self._told(matches)
        if not 0 <= there < len(matches):
            self.found += ", from the start again" if step > 0 else ", from the end again"

    def _look_for(self, text: str) -> None:
        """Go to the first line with `text`, from where the search began."""
        self._view.needle = Needle(text)
        self.found = ""
        if self._began is None or not text:
            return
        here = self._view.places.order(self._began)[:3]
        match = next(self._matches(here), None) or next(self._matches((0, 0, 0)), None)
        if match is None:
            self.found = "not found"
            self._reader.go(self._began)
        else:
            self._show(match)

    def _matches(self, start: Line) -> Iterator[Line]:
        """The lines from `start` on in which the needle stands; no more of them are looked for than are taken."""
        for number in range(start[0], len(self._view.cells)):
            for block, lines in self._view.blocks(self._view.cells[number]).printed:
                first = max((number, block, 0), start)[2] if (number, block) >= start[:2] else lines.count
                for line in lines.lines_with(self._view.needle, self._view.shape[0], first):
                    yield number, block, line

    def _all(self) -> list[Line]:
        """All lines in which the needle stands, which are kept until the transcript changes."""
        about = (self._view.needle, self._view.revision)
        if self._counted[0] != about:
            self._counted = about, list(self._matches((0, 0, 0))) if self._view.needle.text else []
        return self._counted[1]

    def _show(self, match: Line) -> None:
        """Go to a line, and unfold what it is folded in."""
        cell = self._view.cells[match[0]]
        if cell.folded:
            self._reader.unfold(cell)
        block = self._view.blocks(cell)[match[1]]
        if block.folds.around(match[2]) is not None:
            block.turn_fold(match[2])
        row, columns = 0, self._view.shape[0]
        text = block.text(match[2], columns)
        if spans := self._view.needle.spans(text):
            start, end = (width(text[:offset]) for offset in spans[0])
            self._view.sideways.reveal(start, end, columns)
            row = min(start // columns, len(block.rows(match[2], columns)) - 1)
        self._view.cursor = Place(cell, match[1], match[2], row, columns)
        self._reader.move(0)

    def _told(self, matches: list[Line]) -> str:
        """Where the cursor stands among the lines that were found."""
        place = self._reader.place()
        if not self._view.needle.text:
            return "Nothing was searched yet: / asks for a text"
        if place is None or not matches:
            return "not found"
        number = bisect_right(matches, self._view.places.order(place)[:3])
        return f"{max(1, number)} of {counted(len(matches))}"
