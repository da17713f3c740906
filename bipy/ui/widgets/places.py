"""Places in the session, and the way from one to another.

A place is (cell, block, line, row of the line) and never a number of rows: it stays the same when output arrives below,
and after a resize.  Walking lays out the lines that it passes, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bipy.session.transcript import Cell, Transcript
from bipy.ui.text.rows import Row
from bipy.ui.widgets.blocks import CellBlocks


class Place(NamedTuple):
    """A row of the session: a line of a block of a cell, and the `row` of that line if it is wrapped at `columns`."""

    cell: Cell
    block: int
    line: int
    row: int = 0
    columns: int = 0


class Places:
    """The places of a transcript, whose cells have the `blocks`."""

    def __init__(self, transcript: Transcript, blocks: Callable[[Cell], CellBlocks]) -> None:
        self._transcript = transcript
        self._blocks = blocks

    def order(self, place: Place) -> tuple[int, int, int, int]:
        """A key that orders places as they stand on the screen."""
        return self._transcript.cells.index(place.cell), place.block, place.line, place.row

    def is_blank(self, place: Place, columns: int) -> bool:
        """Whether it is the row between two cells."""
        blocks = self._blocks(place.cell)
        return place.block == len(blocks) - 1 and blocks[place.block].rows(place.line, columns)[place.row] == ()

    def down(self, columns: int, start: Place | None = None) -> Iterator[tuple[Place, Sequence[Row]]]:
        """The place and the rows of each line that is shown, from `start` on, or from the first line on."""
        cells = self._transcript.cells
        first_cell, first_block, first_line = (cells.index(start.cell), start.block, start.line) if start else (0, 0, 0)
        for number in range(first_cell, len(cells)):
            blocks = self._blocks(cells[number])
            for block in range(first_block, len(blocks)):
                lines = blocks[block]
                for line in lines.folds.shown(first_line, lines.count):
                    yield Place(cells[number], block, line, 0, columns), lines.rows(line, columns)
                first_line = 0
            first_block = 0

    def up(
        self, columns: int, before: Place | None = None, until: Place | None = None, *, whole: bool = False
    ) -> Iterator[tuple[Place, Sequence[Row]]]:
        """The place and the rows of each line above `before`, or from the last line, going up to `until`.

        `whole`: what is folded in an output too.
        """
        cells = self._transcript.cells
        last_cell = cells.index(before.cell) if before else len(cells) - 1
        first_cell = cells.index(until.cell) if until else 0
        for number in range(last_cell, first_cell - 1, -1):
            blocks = self._blocks(cells[number])
            last_block = before.block if before else len(blocks) - 1
            first_block, first_line = (until.block, until.line) if until and number == first_cell else (0, 0)
            for block in range(last_block, first_block - 1, -1):
                lines = blocks[block]
                end = before.line if before else lines.count
                before = None
                start = first_line if block == first_block else 0
                numbers = range(end - 1, start - 1, -1) if whole else reversed(lines.folds.shown(start, end))
                for line in numbers:
                    rows = lines.lines.rows(line, columns) if whole else lines.rows(line, columns)
                    yield Place(cells[number], block, line, 0, columns), rows

    def above(self, place: Place, rows: int, columns: int) -> Place:
        """The place `rows` rows above `place`, or the first place."""
        place = self.placed(place, columns)
        rows -= place.row
        place = place._replace(row=0)
        if rows < 0:
            return place._replace(row=-rows)
        for above, more in self.up(columns, place):
            if rows <= 0:
                break
            rows -= len(more)
            place = above._replace(row=max(-rows, 0))
        return place

    def below(self, place: Place, rows: int, columns: int) -> Place:
        """The place `rows` rows below `place`, or the last place."""
        place = self.placed(place, columns)
        rows += place.row
        for below, more in self.down(columns, place):
            place = below._replace(row=min(rows, len(more) - 1))
            rows -= len(more)
            if rows < 0:
                break
        return place

    def placed(self, place: Place, columns: int) -> Place:
        """`place` as it is now, if its output has shrunk, is folded, or the width has changed."""
        blocks = self._blocks(place.cell)
        block = min(place.block, len(blocks) - 1)
        count = blocks[block].count
        if block < place.block or place.line >= count:
            # Take the nearest line above.  There is one, unless nothing was ever drawn.
            return next(self.up(columns, Place(place.cell, block, count)), (place, ()))[0]
        folded = blocks[block].folds.around(place.line)
        if folded is not None:
            return Place(place.cell, block, folded.lines.start, 0, columns)
        height = len(blocks[block].rows(place.line, columns))
        row = place.row * place.columns // columns if place.columns else place.row
        return Place(place.cell, block, place.line, min(row, height - 1), columns)
