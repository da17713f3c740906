"""The session on the screen: a box widget over a `Transcript`.

A cell is a column of blocks: its code behind the prompt, each of its outputs, a blank row.  The widget lays out single
lines of a block, downwards from the place at the top of the view, or upwards from the end.  So a frame costs only what
it shows.  See `blocks` for the blocks, and `places` for the way through them.

While one reads (see `reading`) there is a cursor, a margin that shows where it stands, and the view stays in its place.

The widget is told of no change.  It compares the revision of the transcript with the one that it drew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import urwid

from bipy.session.transcript import Cell, Output, State, Transcript
from bipy.ui.mime.means import Means
from bipy.ui.text.bars import Progress
from bipy.ui.text.find import Needle
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row, canvas
from bipy.ui.text.sideways import Sideways
from bipy.ui.widgets.blocks import CellBlocks
from bipy.ui.widgets.places import Place, Places

# While one reads, the margin left of the rows: in the row of the cursor, in the rest of its block, in marked rows,
# elsewhere.
CURSOR, FOCUS, MARKED, MARGIN = "\u25b8", "\u2502", "\u2503", " "

# The running cell is one of so many of the newest.
CELLS_LOOKED_AT = 100

# What begins in a row of the session, for a terminal that can go from one to the next.
Mark = Literal["prompt", "output", "done", "failed"]


class TranscriptView(urwid.Widget):
    """The cells from the top down.  The view follows the end until it is scrolled.

    `depth` is the number of colours of the screen.  `highlighter` may be replaced at any time.
    `cursor` is the row that one reads, None while nobody does.  The places of `needle` are marked.  Outputs of more
    than `folds_at` lines fold when their cell is done (0: none), and so do the frames of libraries in a traceback if
    `folds_frames`.  Long lines are wrapped, or scrolled `sideways`.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = False
    no_cache = ("render",)

    def __init__(
        self, transcript: Transcript, depth: int = 256, highlighter: Highlighter | None = None, folds_at: int = 0
    ) -> None:
        super().__init__()
        self.needle = Needle("")
        self.folds_at = folds_at
        self.folds_frames = True
        self.sideways = Sideways()
        self.highlighter = highlighter or Highlighter()
        self._transcript = transcript
        self.places = Places(transcript, self.blocks)
        self.cursor: Place | None = None
        # The other end of the rows that are marked, None while none are.
        self.anchor: Place | None = None
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
        if means.depth != self._means.depth:
            self._cells = {}
        for blocks in self._cells.values():
            blocks.means = means
        self._means = means
        self._drawn = (None, self._drawn[1])

    @property
    def at_end(self) -> bool:
        """Whether the view follows the end."""
        return self._place is None

    @property
    def more_below(self) -> bool:
        """Whether there are rows below those in view."""
        return self._place is not None and self._fills(self._place, self._size[0])

    @property
    def shape(self) -> tuple[int, int]:
        """The columns and rows that were drawn last, without the margin."""
        return self._size

    @property
    def revision(self) -> int:
        """Changes with every change of the transcript."""
        return self._transcript.revision

    @property
    def cells(self) -> Sequence[Cell]:
        """The cells, from the top down."""
        return self._transcript.cells

    @property
    def _drawn_first(self) -> Place | None:
        """The first row of the last frame, if its cell is still there."""
        there = self._first is not None and self._first.cell in self._transcript.cells
        return self._first if there else None

    def begin_reading(self) -> bool:
        """Stay where the view is, with the cursor in the last row; False if there is no row."""
        first = self._drawn_first
        if first is None:
            return False
        self._place = first
        self.cursor = self.places.below(first, self._size[1] - 1, self._size[0])
        return True

    def read_at(self, row: int) -> bool:
        """Put the cursor into a row of those in view; False if nothing stands there."""
        first = self._drawn_first
        if first is None:
            return False
        if self.cursor is None:
            self._place = first
        self.cursor = self.places.below(first, max(0, row), self._size[0])
        return True

    def in_view(self) -> tuple[Place, Place] | None:
        """The first and the last row that are in view now; None if there is none."""
        first = self._place or self._first
        if first is None or first.cell not in self._transcript.cells:
            return None
        return first, self.places.below(first, self._size[1] - 1, self._size[0])

    def reading_place(self) -> Place | None:
        """The cursor as it is now; if its cell is gone, it stands in the first row in view."""
        if self.cursor is None:
            return None
        if self.cursor.cell not in self._transcript.cells:
            self.cursor = next((place for place, _ in self.places.up(self._size[0])), None)
        if self.cursor is not None:
            columns = self._size[0]
            self.cursor = self.places.placed(self.cursor, columns)
            if self.places.is_blank(self.cursor, columns):
                # Its output was cleared.
                self.cursor = self.places.above(self.cursor, 1, columns)
        return self.cursor

    @property
    def marked(self) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
        """The order of the first and the last line that are marked, both included; None if none are."""
        if self.anchor is None or self.cursor is None or self.anchor.cell not in self._transcript.cells:
            return None
        ends = sorted(self.places.order(place)[:3] for place in (self.anchor, self.cursor))
        return ends[0], ends[1]

    def reveal(self, place: Place) -> None:
        """Scroll as little as possible to have `place` in view."""
        columns, most = self._size
        order = self.places.order
        top = self._place or self._first
        if top is None or order(place) < order(top):
            self._place = place
            return
        highest = self.places.above(place, most - 1, columns)
        if order(highest) > order(top):
            self._place = highest

    def height(self, columns: int, limit: int) -> int:
        """The number of rows since the clear, or of all rows if the view is scrolled; at most `limit`."""
        count = 0
        columns = self._inside(columns)
        for _, rows in self.places.down(columns, self._begin() if self.at_end else None):
            count += len(rows)
            if count >= limit:
                return limit
        return count

    def printed(self, columns: int, most: int) -> Iterator[tuple[Mark | None, Row]]:
        """The last `most` rows of the session; if there are more, a first row says so.

        With each row comes what begins there: a prompt, the output of its cell, or the rest when the cell is over.
        """
        lines: list[tuple[Place, Sequence[Row]]] = []
        room = most
        for place, rows in self.places.up(columns, whole=True):
            if room <= 0:
                yield None, (("note", "\u2026 what came before is left out here"),)
                break
            # A single line may have more rows than there is room for.
            lines.append((place, rows[max(0, len(rows) - room) :]))
            room -= len(rows)
        for place, rows in reversed(lines):
            mark = self._mark(place)
            for row in rows:
                yield mark, row
                mark = None

    def last_rows(self, columns: int, most: int) -> Iterator[Row]:
        """The rows that `printed` gives, alone."""
        return (row for _, row in self.printed(columns, most))

    def _mark(self, place: Place) -> Mark | None:
        cell = place.cell
        if place.line or cell.origin not in ("own", "foreign"):
            return None
        if place.block == 0:
            return "prompt"
        if place.block == len(self.blocks(cell)) - 1:
            return "done" if cell.state is State.DONE else "failed"
        return "output" if place.block == 1 else None

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the rows in view; a session shorter than the view stands at its top."""
        drawn_from = (
            size,
            self._transcript.revision,
            self._place,
            self._cleared,
            self.highlighter,
            self.cursor,
            self.anchor,
            self.needle,
            self.sideways.first,
        )
        if self._drawn[0] != drawn_from:
            columns, most = self._size = self._inside(size[0]), size[1]
            if self.cursor is None:
                self._drawn = drawn_from, canvas([row for _, row in self._visible(columns, most)], columns)
            else:
                rows, cursor = self._read(columns, most)
                self._drawn = drawn_from, canvas(rows, size[0], cursor)
        return self._drawn[1]

    def redraw(self) -> None:
        """How something looks has changed, though nothing in the transcript has."""
        self._drawn = (None, self._drawn[1])

    def _read(self, columns: int, most: int) -> tuple[list[Row], tuple[int, int] | None]:
        """The rows in view behind the margin, in which the cursor is marked, and where it is."""
        place = self.reading_place()
        rows: list[Row] = []
        where = None
        marked = self.marked
        for there, row in self._visible(columns, most):
            sign = MARGIN
            if place is not None and there is not None and (there.cell, there.block) == (place.cell, place.block):
                sign = FOCUS
                if there[2:4] == place[2:4]:
                    sign, where = CURSOR, (0, len(rows))
            if marked is not None and there is not None and sign is not CURSOR:
                order = self.places.order(there)[:3]
                sign = MARKED if marked[0] <= order <= marked[1] else sign
            rows.append((("transcript.focus", sign), *row))
        return rows, where

    def _inside(self, columns: int) -> int:
        """The columns behind the margin, at least one: on a screen of one column the margin hides it."""
        return max(1, columns - self._margin)

    @property
    def _margin(self) -> int:
        """The columns of the margin, which is there while one reads."""
        return 0 if self.cursor is None else 1

    def scroll(self, rows: int, columns: int = 0) -> None:
        """Scroll by `rows`, towards the start if negative, at most to the first or the last row."""
        columns = self._inside(columns) if columns else self._size[0]
        first = self._drawn_first
        if first is None:
            return
        if rows < 0:
            self._go_up(self.places.above(first, -rows, columns), columns)
        elif self._place is not None:
            place = self.places.below(first, rows, columns)
            self._place = place if self._fills(place, columns) else None

    def scroll_sideways(self, step: int) -> bool:
        """Scroll by half a screen to the right (1) or to the left (-1); whether there is more there."""
        return self.sideways.scroll(step, self._size[0], (row for _, row in self._visible(*self._size)))

    def start(self) -> None:
        """Go to the first row."""
        first = next(self.places.down(self._size[0]), None)
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
        blocks = self.blocks(cell)
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
        cell, blocks = place.cell, self.blocks(place.cell)
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

    def _visible(self, columns: int, most: int) -> list[tuple[Place | None, Row]]:
        """`most` rows to draw, and their places; `_first` becomes the place of the first of them."""
        rows: list[tuple[Place | None, Row]] = []
        if self._place is not None and self._place.cell not in self._transcript.cells:
            # The cell at the top of the view was taken back.
            self._place = None
        if self._place is not None:
            start = self.places.placed(self._place, columns)
            above = start.row
            for place, more in self.places.down(columns, start):
                rows += _numbered(place, self.needle.marked(more), above, above + most - len(rows))
                above = 0
                if len(rows) >= most:
                    self._first = start
                    return rows
        parts: list[Sequence[tuple[Place | None, Row]]] = []
        missing = most
        begin = None if self._place is not None else self._begin()
        for place, more in self.places.up(columns, until=begin):
            self._first = place._replace(row=max(len(more) - missing, 0))
            parts.append(_numbered(place, self.needle.marked(more), max(0, len(more) - missing), len(more)))
            missing -= len(more)
            if missing <= 0:
                break
        if self.cursor is not None:
            # What is read stays where it is when the view is filled.
            self._place = self._first
        return [row for part in reversed(parts) for row in part] + [(None, ())] * missing

    def _fills(self, place: Place, columns: int) -> bool:
        """Whether there are more rows from `place` on than the view has."""
        count = -place.row
        for _, rows in self.places.down(columns, place):
            count += len(rows)
            if count > self._size[1]:
                return True
        return False

    def progress(self) -> Progress | None:
        """How far the running cell is, as its bars tell; None if no cell runs that has one."""
        for cell in reversed(self._transcript.cells[-CELLS_LOOKED_AT:]):
            if cell.state is State.RUNNING:
                return self.blocks(cell).progress()
        return None

    def blocks(self, cell: Cell) -> CellBlocks:
        """The blocks of a cell."""
        blocks = self._cells.get(cell)
        if blocks is None:
            cells = self._transcript.cells
            if len(self._cells) > len(cells):
                self._cells = {kept: self._cells[kept] for kept in cells if kept in self._cells}
            note_role = "banner" if cell is cells[0] else "note"
            blocks = self._cells[cell] = CellBlocks(
                cell,
                lambda: self.highlighter,
                self._means,
                note_role,
                self.folds_at,
                folds_frames=self.folds_frames,
                sideways=self.sideways,
            )
        return blocks


def _numbered(place: Place, rows: Sequence[Row], first: int, end: int) -> list[tuple[Place | None, Row]]:
    """The rows from `first` on, in front of `end`, of the line at `place`, each with its own place."""
    return [(place._replace(row=number), row) for number, row in enumerate(rows[first:end], first)]
