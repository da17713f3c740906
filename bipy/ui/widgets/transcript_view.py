"""The session on the screen: a box widget over a `Transcript`.

A cell is a column of blocks: its code behind the prompt, each of its outputs, a blank row.  The widget lays out single
lines of a block, downwards from the place at the top of the view, or upwards from the end.  So a frame costs only what
it shows.  See `blocks` for the blocks, and `places` for the way through them.

The widget is told of no change.  It compares the revision of the transcript with the one that it drew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import urwid

from bipy.session.transcript import Cell, Output, Transcript
from bipy.ui.mime.means import Means
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row, canvas
from bipy.ui.widgets.blocks import CellBlocks
from bipy.ui.widgets.places import Place, Places


class TranscriptView(urwid.Widget):
    """The cells from the top down.  The view follows the end until it is scrolled.

    `depth` is the number of colours of the screen.  `highlighter` may be replaced at any time.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = False
    no_cache = ("render",)

    def __init__(self, transcript: Transcript, depth: int = 256, highlighter: Highlighter | None = None) -> None:
        super().__init__()
        self.highlighter = highlighter or Highlighter()
        self._transcript = transcript
        self._places = Places(transcript, self._blocks)
        self._means = Means(depth)
        self._cells: dict[Cell, CellBlocks] = {}
        self._place: Place | None = None  # the first row in view; None while the end is followed
        # The view that follows the end begins here after a clear; with the output in which the place lies, if any.
        self._cleared: tuple[Place, Output | None] | None = None
        self._size = (0, 0)
        self._first: Place | None = None  # the first row of the last frame
        self._drawn: tuple[object, urwid.Canvas] = (None, urwid.SolidCanvas(" ", 1, 1))

    @property
    def depth(self) -> int:
        """The number of colours of the screen; another screen may have another."""
        return self._means.depth

    @depth.setter
    def depth(self, depth: int) -> None:
        self.means = self._means.replace(depth=depth)

    @property
    def means(self) -> Means:
        """What the screen can do; another screen may do more or less."""
        return self._means

    @means.setter
    def means(self, means: Means) -> None:
        self._means = means
        self._cells = {}
        self._drawn = (None, self._drawn[1])

    @property
    def at_end(self) -> bool:
        """Whether the view follows the end."""
        return self._place is None

    def height(self, columns: int, limit: int) -> int:
        """The number of rows since the clear, or of all rows if the view is scrolled; at most `limit`."""
        count = 0
        for _, rows in self._places.down(columns, self._begin() if self.at_end else None):
            count += len(rows)
            if count >= limit:
                return limit
        return count

    def last_rows(self, columns: int, most: int) -> Iterator[Row]:
        """The rows of the last `most` lines of the session; if there are more lines, a first row says so."""
        lines = [rows for _, rows in islice(self._places.up(columns, whole=True), most + 1)]
        if len(lines) > most:
            lines[most] = ((("note", "\u2026 what came before is left out here"),),)
        for rows in reversed(lines):
            yield from rows

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the rows in view; a session shorter than the view stands at its top."""
        drawn_from = (size, self._transcript.revision, self._place, self._cleared, self.highlighter)
        if self._drawn[0] != drawn_from:
            columns, most = self._size = size
            self._drawn = drawn_from, canvas(self._visible(columns, most), columns)
        return self._drawn[1]

    def scroll(self, rows: int, columns: int = 0) -> None:
        """Scroll by `rows`, towards the start if negative, at most to the first or the last row."""
        columns = columns or self._size[0]
        if self._first is None or self._first.cell not in self._transcript.cells:
            return
        if rows < 0:
            self._go_up(self._places.above(self._first, -rows, columns), columns)
        elif self._place is not None:
            place = self._places.below(self._first, rows, columns)
            self._place = place if self._fills(place, columns) else None

    def start(self) -> None:
        """Go to the first row."""
        first = next(self._places.down(self._size[0]), None)
        if first is not None:
            self._go_up(first[0], self._size[0])

    def end(self) -> None:
        """Go to the last row, and follow the end."""
        self._place = None

    def clear(self) -> None:
        """Show only what comes from now on, and of a cell that runs the line that it is writing; follow the end.

        Cells that have not begun stay, as they are still to come.
        """
        self.end()
        begun = [cell for cell in self._transcript.cells if cell.state != "queued"]
        if not begun:
            return
        cell = next((cell for cell in begun if cell.state == "running"), begun[-1])
        blocks = self._blocks(cell)
        if cell.state == "running":
            # What it prints stands above what its widgets show.
            block = len(cell.printed)
            line = max(0, blocks[block].count - 1) if block else 0
        else:
            block = len(blocks) - 2
            line = blocks[block].count
        self._cleared = Place(cell, block, line), cell.outputs[block - 1] if block else None
        self._first = self._begin()

    def _begin(self) -> Place | None:
        """The place where the session begins after the clear; None if it was not cleared."""
        if self._cleared is None or self._cleared[0].cell not in self._transcript.cells:
            return None
        place, output = self._cleared
        cell, blocks = place.cell, self._blocks(place.cell)
        last = len(blocks) - 2
        if output is not None and (place.block > last or cell.outputs[place.block - 1] is not output):
            # The cell has cleared its outputs.
            place = Place(cell, 1, 0)
        if place.block < last or (place.block == last and place.line < blocks[last].count):
            return place
        # The cell has no output since the clear, so the blank row behind it is not shown either.
        return Place(cell, last + 2, 0)

    def _go_up(self, place: Place, columns: int) -> None:
        """Show `place` in the first row, unless the whole session fits into the view."""
        self._place = place if self._cleared is not None or self._fills(place, columns) else None

    def _visible(self, columns: int, most: int) -> list[Row]:
        """At most `most` rows to draw; `_first` becomes the place of the first of them."""
        rows: list[Row] = []
        if self._place is not None and self._place.cell not in self._transcript.cells:
            # The cell at the top of the view was taken back.
            self._place = None
        if self._place is not None:
            start = self._places.placed(self._place, columns)
            for _, more in self._places.down(columns, start):
                rows.extend(more)
                if len(rows) >= start.row + most:
                    self._first = start
                    return rows[start.row : start.row + most]
        parts: list[Sequence[Row]] = []
        missing = most
        begin = None if self._place is not None else self._begin()
        for place, more in self._places.up(columns, until=begin):
            self._first = place._replace(row=max(len(more) - missing, 0))
            parts.append(more[-missing:])
            missing -= len(more)
            if missing <= 0:
                break
        return [row for part in reversed(parts) for row in part] + [()] * missing

    def _fills(self, place: Place, columns: int) -> bool:
        """Whether there are more rows from `place` on than the view has."""
        count = -place.row
        for _, rows in self._places.down(columns, place):
            count += len(rows)
            if count > self._size[1]:
                return True
        return False

    def _blocks(self, cell: Cell) -> CellBlocks:
        blocks = self._cells.get(cell)
        if blocks is None:
            cells = self._transcript.cells
            if len(self._cells) > len(cells):
                self._cells = {kept: self._cells[kept] for kept in cells if kept in self._cells}
            note_role = "banner" if cell is cells[0] else "note"
            blocks = self._cells[cell] = CellBlocks(cell, lambda: self.highlighter, self._means, note_role)
        return blocks
