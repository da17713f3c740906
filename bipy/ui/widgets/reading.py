"""The cursor with which one reads the transcript: where it stands, and what it stands on.

It stands on a row of the view, and on no blank row between cells.  The block of that row, some code or an output, is
what commands work on.  Moving the cursor scrolls the view; output that arrives moves neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bipy.session.transcript import Cell, Output, State
from bipy.ui.mime.output import OutputLines
from bipy.ui.widgets.places import Place
from bipy.ui.widgets.transcript_view import TranscriptView


class Reader:
    """The cursor of `view`, which is there while one reads."""

    def __init__(self, view: TranscriptView) -> None:
        self.view = view

    @property
    def cell(self) -> Cell | None:
        """The cell that the cursor stands in."""
        place = self._place()
        return place.cell if place is not None else None

    @property
    def output(self) -> Output | None:
        """The output that the cursor stands on, if it stands on one."""
        place = self._place()
        if place is None or not 0 < place.block <= self._outputs(place.cell):
            return None
        return place.cell.outputs[place.block - 1]

    def begin(self) -> bool:
        """Put the cursor into the last row in view; whether there is one."""
        begun = self.view.begin_reading()
        self.move(0)
        return begun

    def mark(self, rows: int) -> None:
        """Go `rows` rows down, and mark the lines from where the marking began to there."""
        self.view.anchor = self.view.anchor or self._place()
        self.move(rows)

    def unmark(self) -> bool:
        """Mark nothing any more; whether something was marked."""
        marked, self.view.anchor = self.view.anchor is not None, None
        return marked

    def text(self) -> tuple[str, str]:
        """What a copy takes, and what that is: the marked lines, or else the code or the output at the cursor."""
        place = self._place()
        if place is None:
            return "", ""
        marked = self.view.marked
        if marked is not None:
            lines = self._lines(*marked)
            return "\n".join(lines), _counted(len(lines))
        lines = self._block_text(place.cell, place.block)
        return "\n".join(lines), f"{'an output' if place.block else 'the code'} of {_counted(len(lines))}"

    def cell_text(self) -> tuple[str, str]:
        """The code and the outputs of the cell at the cursor, and what that is."""
        cell = self.cell
        if cell is None:
            return "", ""
        lines = [line for block in range(self._outputs(cell) + 1) for line in self._block_text(cell, block)]
        return "\n".join(lines), f"a cell of {_counted(len(lines))}"

    def aborted(self) -> list[str]:
        """The codes of the cells of one's own that were aborted last, without a later one that ran, in their order."""
        codes: list[str] = []
        for cell in reversed(self.view.cells):
            if cell.origin == "own" and cell.state is State.ABORTED:
                codes.append(cell.code)
            elif cell.origin == "own" and codes:
                break
        return codes[::-1]

    def next_representation(self) -> str:
        """Show the output at the cursor in the next way, and name that; "" if there is no other."""
        lines = self._block_lines()
        names = lines.representations if lines is not None else []
        if lines is None or len(names) < 2:
            return ""
        shown = lines.representation or names[0]
        lines.representation = names[(names.index(shown) + 1) % len(names)] if shown in names else names[0]
        self.view.redraw()
        self.move(0)
        return lines.representation

    def _block_lines(self) -> OutputLines | None:
        place = self._place()
        if place is None:
            return None
        blocks = self.view.blocks(place.cell)
        lines = blocks[min(place.block, len(blocks) - 1)].lines
        return lines if isinstance(lines, OutputLines) else None

    def _block_text(self, cell: Cell, block: int) -> list[str]:
        shown = self.view.blocks(cell)[block]
        return [shown.text(line, self.view.shape[0]) for line in range(shown.first, shown.count)]

    def _lines(self, first: tuple[int, int, int], last: tuple[int, int, int]) -> list[str]:
        """The texts of the lines from `first` to `last`, both included; blank rows between cells are no lines."""
        texts = []
        for number in range(first[0], last[0] + 1):
            cell = self.view.cells[number]
            blocks = self.view.blocks(cell)
            for block in range(self._outputs(cell) + 1):
                for line in range(blocks[block].first, blocks[block].count):
                    if first <= (number, block, line) <= last:
                        texts.append(blocks[block].text(line, self.view.shape[0]))
        return texts

    def leave(self, *, here: bool = False) -> None:
        """Take the cursor away, and follow the end again, unless what is in view shall stay (`here`)."""
        stays = here and self.view.more_below
        self.view.cursor = self.view.anchor = None
        if not stays:
            self.view.end()

    def move(self, rows: int) -> None:
        """Go `rows` rows down, or up if negative."""
        place = self._place()
        if place is None:
            return
        there = self._moved(place, rows)
        if self._blank(there):
            further = self._moved(there, -1 if rows < 0 else 1)
            there = self._moved(there, -1) if self._blank(further) else further
        self.view.cursor = there
        if self._blank(below := self._moved(there, 1)):
            self.view.reveal(below)
        self.view.reveal(there)

    def move_pages(self, pages: float) -> None:
        """Go so many pages down, or up."""
        self.move(round(pages * max(1, self.view.shape[1] - 1)))

    def move_to(self, edge: Literal["start", "end"]) -> None:
        """Go to the first or the last row."""
        columns = self.view.shape[0]
        places = self.view.places
        found = next(places.down(columns) if edge == "start" else places.up(columns), None)
        if found is not None:
            place, rows = found
            self.view.cursor = place if edge == "start" else place._replace(row=len(rows) - 1)
            self.move(0)

    def move_cells(self, step: int) -> None:
        """Go to the code of the next cell (1), or to the begin of this one, then of the one before (-1)."""
        place = self._place()
        if place is None:
            return
        cells = self.view.cells
        number = cells.index(place.cell)
        if step > 0 or place[1:4] == (0, 0, 0):
            number += step
        for cell in cells[number::step] if 0 <= number < len(cells) else []:
            if self.view.blocks(cell)[0].count:
                self.go(Place(cell, 0, 0))
                return

    def move_outputs(self, step: int) -> None:
        """Go to the next output (1), or to the begin of this one, then of the one before (-1)."""
        for place in self._outputs_from(step):
            self.go(place)
            return

    def go(self, place: Place) -> None:
        """Go to a place, and show as much as there is room for of the cell or the output that begins there."""
        self.view.cursor = place
        columns, most = self.view.shape
        rows, last = 0, place
        for there, more in self.view.places.down(columns, place):
            if rows >= most or there.cell is not place.cell or (place.block and there.block != place.block):
                break
            rows += len(more)
            last = there._replace(row=len(more) - 1 - max(0, rows - most))
        self.view.reveal(last)
        self.view.reveal(place)

    def _outputs_from(self, step: int) -> Iterator[Place]:
        place = self._place()
        if place is None:
            return
        cells = self.view.cells
        inside = step < 0 and place[2:4] != (0, 0)
        number, block = cells.index(place.cell), place.block + (0 if inside else step)
        while 0 <= number < len(cells):
            count = self._outputs(cells[number])
            for there in range(block, count + 1) if step > 0 else range(min(block, count), 0, -1):
                if there and self.view.blocks(cells[number])[there].count:
                    yield Place(cells[number], there, 0)
            number += step
            block = 1 if step > 0 else self._outputs(cells[number])

    def _outputs(self, cell: Cell) -> int:
        """How many outputs of a cell are shown."""
        return len(self.view.blocks(cell)) - 2

    def _place(self) -> Place | None:
        """The cursor as it is now: its cell may be gone, and its output may have shrunk."""
        return self.view.reading_place()

    def _moved(self, place: Place, rows: int) -> Place:
        columns = self.view.shape[0]
        if rows < 0:
            return self.view.places.above(place, -rows, columns)
        return self.view.places.below(place, rows, columns)

    def _blank(self, place: Place) -> bool:
        return self.view.places.is_blank(place, self.view.shape[0])


def _counted(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
