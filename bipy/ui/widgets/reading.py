"""The cursor with which one reads the transcript: where it stands, how it moves, and what is folded there.

It stands on a row of the view, and on no blank row between cells.  The block of that row, some code or an output, is
what commands work on (see `taking`).  Moving the cursor scrolls the view; output that arrives moves neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from bipy.session.cell_files import code_named
from bipy.session.transcript import Cell, Output
from bipy.ui.text.find import Needle
from bipy.ui.text.frames import Frame
from bipy.ui.widgets.places import Place
from bipy.ui.widgets.transcript_view import TranscriptView

# The role of a row that says what is not shown.
MORE = "output.more"


class Reader:
    """The cursor of `view`, which is there while one reads.

    `unfold` is called to open a cell whose outputs are folded, or to fold it again.
    """

    def __init__(self, view: TranscriptView) -> None:
        self.view = view
        self.unfold: Callable[[Cell], object] = lambda _: None

    @property
    def cell(self) -> Cell | None:
        """The cell that the cursor stands in."""
        place = self.place()
        return place.cell if place is not None else None

    @property
    def output(self) -> Output | None:
        """The output that the cursor stands on, if it stands on one."""
        place = self.place()
        if place is None or not 0 < place.block <= self.outputs(place.cell):
            return None
        return place.cell.outputs[place.block - 1]

    def begin(self) -> bool:
        """Put the cursor into the last row in view; whether there is one."""
        begun = self.view.begin_reading()
        self.move(0)
        return begun

    def mark(self, rows: int) -> None:
        """Go `rows` rows down, and mark the lines from where the marking began to there."""
        self.view.anchor = self.view.anchor or self.place()
        self.move(rows)

    def begin_at(self, row: int) -> bool:
        """Put the cursor into a row of those in view; whether there is one."""
        begun = self.view.read_at(row)
        self.move(0)
        return begun

    def mark_to(self, row: int) -> None:
        """Go to a row of those in view, and mark the lines from where the marking began to there."""
        anchor = self.view.anchor or self.place()
        if self.begin_at(row):
            self.view.anchor = anchor

    def unmark(self) -> bool:
        """Mark nothing any more; whether something was marked."""
        marked, self.view.anchor = self.view.anchor is not None, None
        return marked

    def leave(self, *, here: bool = False) -> None:
        """Take the cursor away, and follow the end again, unless what is in view shall stay (`here`)."""
        stays = here and self.view.more_below
        self.view.needle = Needle("")
        self.view.cursor = self.view.anchor = None
        self.view.sideways.go_to_start()
        if not stays:
            self.view.end()

    def scroll(self, rows: int) -> None:
        """Scroll the view by `rows`; the cursor stays on its row while that is in view."""
        self.view.scroll(rows)
        ends = self.view.in_view()
        place = self.place()
        if ends is not None and place is not None:
            order = self.view.places.order
            self.view.cursor = min(max(place, ends[0], key=order), ends[1], key=order)
            self.move(0)

    @property
    def on_fold(self) -> bool:
        """Whether something is folded in the row of the cursor, or a heading stands there that folds what is below."""
        place = self.place()
        if place is None:
            return False
        return _is_heading(place) or self.view.blocks(place.cell)[place.block].folds.around(place.line) is not None

    @property
    def on_rest(self) -> bool:
        """Whether the row of the cursor says how much of a table has no room."""
        place = self.place()
        if place is None:
            return False
        rows = self.view.blocks(place.cell)[place.block].rows(place.line, self.view.shape[0])
        return any(role == MORE for role, _ in rows[place.row])

    def move(self, rows: int) -> None:
        """Go `rows` rows down, or up if negative."""
        place = self.place()
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
        place = self.place()
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

    def go_to_cell(self, frame: Frame) -> bool:
        """Go to the line of the last cell that a frame belongs to; whether there is one."""
        cells = [cell for cell in reversed(self.view.cells) if cell.origin in ("own", "foreign")]
        if frame.cell is None:
            code = code_named(frame.path, (cell.code for cell in cells))
            found = (cell for cell in cells if cell.code == code)
        else:
            found = (cell for cell in cells if cell.execution_count == frame.cell)
        cell = next(found, None)
        if cell is not None:
            last = self.view.blocks(cell)[0].count - 1
            self.go(Place(cell, 0, max(0, min(frame.line - 1, last))))
        return cell is not None

    def turn_fold(self) -> bool:
        """Fold the code or the output at the cursor to one line, or show all of it; whether that can be done."""
        place = self.place()
        if place is None:
            return False
        if _is_heading(place):
            self.unfold(place.cell)
            return True
        turned = self.view.blocks(place.cell)[place.block].turn_fold(place.line)
        if turned:
            self.relaid()
        return turned

    def turn_wrap(self) -> bool:
        """Wrap long lines, or give each one row; whether they are wrapped now."""
        wrapped = self.view.sideways.turn()
        self.relaid()
        return wrapped

    def show_more(self, lines: int) -> bool:
        """Show so many lines more of what is folded at the cursor; whether anything is."""
        place = self.place()
        shown = place is not None and self.view.blocks(place.cell)[place.block].folds.show_more(place.line, lines)
        if shown:
            self.relaid()
        return shown

    def relaid(self) -> None:
        """Something was folded or shown: the cursor stays in view."""
        self.view.redraw()
        self.move(0)

    def _outputs_from(self, step: int) -> Iterator[Place]:
        place = self.place()
        if place is None:
            return
        cells = self.view.cells
        inside = step < 0 and place[2:4] != (0, 0)
        number, block = cells.index(place.cell), place.block + (0 if inside else step)
        while 0 <= number < len(cells):
            count = self.outputs(cells[number])
            for there in range(block, count + 1) if step > 0 else range(min(block, count), 0, -1):
                if there and self.view.blocks(cells[number])[there].count:
                    yield Place(cells[number], there, 0)
            number += step
            block = 1 if step > 0 else self.outputs(cells[number])

    def outputs(self, cell: Cell) -> int:
        """How many outputs of a cell are shown."""
        return len(self.view.blocks(cell)) - 2

    def place(self) -> Place | None:
        """The cursor as it is now: its cell may be gone, and its output may have shrunk."""
        return self.view.reading_place()

    def _moved(self, place: Place, rows: int) -> Place:
        columns = self.view.shape[0]
        if rows < 0:
            return self.view.places.above(place, -rows, columns)
        return self.view.places.below(place, rows, columns)

    def _blank(self, place: Place) -> bool:
        return self.view.places.is_blank(place, self.view.shape[0])


def _is_heading(place: Place) -> bool:
    """Whether the heading of a block of no cell stands there, which folds what is below."""
    return place.cell.origin == "background" and place.block == 0 and bool(place.cell.code)
