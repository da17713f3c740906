"""The session on the screen: a box widget over a `Transcript`.

A cell is a column of blocks: its code behind the prompt, each of its outputs, a blank row.  The widget lays out single
lines of a block, downwards from the place at the top of the view, or upwards from the end.  So a frame costs only what
it shows.  A place is (cell, block, line, row of the line) and never a number of rows: it stays the same when output
arrives below, and after a resize.

The widget is told of no change.  It compares the revision of the transcript with the one that it drew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import urwid

from bipy.session.transcript import ENDS, Bundle, Cell, Output, Transcript
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.output import Lines, OutputLines, TextLines
from bipy.ui.text.rows import Row, Run, canvas, row_width, visible, wrap, wrap_words

# In a longer cell each line is highlighted alone, without the state of the lines above: 1,000 lines cost 60 ms.
LONGEST_HIGHLIGHTED = 1_000

# The state of a cell -> the role and the word that are shown beside its code.
FATES: dict[str, tuple[str, str]] = {
    "queued": ("prompt.waiting", "queued"),
    "aborted": ("note", "aborted"),
    "interrupted": ("note", "interrupted"),
    "lost": ("output.error", "lost with the kernel"),
}


class Place(NamedTuple):
    """A row of the session: a line of a block of a cell, and the `row` of that line if it is wrapped at `columns`."""

    cell: Cell
    block: int
    line: int
    row: int = 0
    columns: int = 0


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
        self._depth = depth
        self._cells: dict[Cell, _CellBlocks] = {}
        self._place: Place | None = None  # the first row in view; None while the end is followed
        # The view that follows the end begins here after a clear; with the output in which the place lies, if any.
        self._cleared: tuple[Place, Output | None] | None = None
        self._size = (0, 0)
        self._first: Place | None = None  # the first row of the last frame
        self._drawn: tuple[object, urwid.Canvas] = (None, urwid.SolidCanvas(" ", 1, 1))

    @property
    def depth(self) -> int:
        """The number of colours of the screen; another screen may have another."""
        return self._depth

    @depth.setter
    def depth(self, depth: int) -> None:
        self._depth = depth
        self._cells = {}
        self._drawn = (None, self._drawn[1])

    @property
    def at_end(self) -> bool:
        """Whether the view follows the end."""
        return self._place is None

    def height(self, columns: int, limit: int) -> int:
        """The number of rows since the clear, or of all rows if the view is scrolled; at most `limit`."""
        count = 0
        for _, rows in self._down(columns, self._begin() if self.at_end else None):
            count += len(rows)
            if count >= limit:
                return limit
        return count

    def last_rows(self, columns: int, most: int) -> Iterator[Row]:
        """The rows of the last `most` lines of the session; if there are more lines, a first row says so."""
        lines = [rows for _, rows in islice(self._up(columns), most + 1)]
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
            self._go_up(self._above(self._first, -rows, columns), columns)
        elif self._place is not None:
            place = self._below(self._first, rows, columns)
            self._place = place if self._fills(place, columns) else None

    def start(self) -> None:
        """Go to the first row."""
        first = next(self._down(self._size[0]), None)
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
            start = self._placed(self._place, columns)
            for _, more in self._down(columns, start):
                rows.extend(more)
                if len(rows) >= start.row + most:
                    self._first = start
                    return rows[start.row : start.row + most]
        parts: list[Sequence[Row]] = []
        missing = most
        begin = None if self._place is not None else self._begin()
        for place, more in self._up(columns, until=begin):
            self._first = place._replace(row=max(len(more) - missing, 0))
            parts.append(more[-missing:])
            missing -= len(more)
            if missing <= 0:
                break
        return [row for part in reversed(parts) for row in part] + [()] * missing

    def _fills(self, place: Place, columns: int) -> bool:
        """Whether there are more rows from `place` on than the view has."""
        count = -place.row
        for _, rows in self._down(columns, place):
            count += len(rows)
            if count > self._size[1]:
                return True
        return False

    def _above(self, place: Place, rows: int, columns: int) -> Place:
        """The place `rows` rows above `place`, or the first place."""
        place = self._placed(place, columns)
        rows -= place.row
        place = place._replace(row=0)
        if rows < 0:
            return place._replace(row=-rows)
        for above, more in self._up(columns, place):
            if rows <= 0:
                break
            rows -= len(more)
            place = above._replace(row=max(-rows, 0))
        return place

    def _below(self, place: Place, rows: int, columns: int) -> Place:
        """The place `rows` rows below `place`, or the last place."""
        place = self._placed(place, columns)
        rows += place.row
        for below, more in self._down(columns, place):
            place = below._replace(row=min(rows, len(more) - 1))
            rows -= len(more)
            if rows < 0:
                break
        return place

    def _placed(self, place: Place, columns: int) -> Place:
        """`place` as it is now, if its output has shrunk or the width has changed."""
        blocks = self._blocks(place.cell)
        block = min(place.block, len(blocks) - 1)
        count = blocks[block].count
        if block < place.block or place.line >= count:
            # Take the nearest line above.  There is one, unless nothing was ever drawn.
            return next(self._up(columns, Place(place.cell, block, count)), (place, ()))[0]
        height = len(blocks[block].rows(place.line, columns))
        row = place.row * place.columns // columns if place.columns else place.row
        return Place(place.cell, block, place.line, min(row, height - 1), columns)

    def _down(self, columns: int, start: Place | None = None) -> Iterator[tuple[Place, Sequence[Row]]]:
        """The place and the rows of each line from `start` on, or from the first line on."""
        cells = self._transcript.cells
        first_cell, first_block, first_line = (cells.index(start.cell), start.block, start.line) if start else (0, 0, 0)
        for number in range(first_cell, len(cells)):
            blocks = self._blocks(cells[number])
            for block in range(first_block, len(blocks)):
                lines = blocks[block]
                for line in range(first_line, lines.count):
                    yield Place(cells[number], block, line, 0, columns), lines.rows(line, columns)
                first_line = 0
            first_block = 0

    def _up(
        self, columns: int, before: Place | None = None, until: Place | None = None
    ) -> Iterator[tuple[Place, Sequence[Row]]]:
        """The place and the rows of each line above `before`, or from the last line, going up to `until`."""
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
                for line in range(end - 1, first_line - 1 if block == first_block else -1, -1):
                    yield Place(cells[number], block, line, 0, columns), lines.rows(line, columns)

    def _blocks(self, cell: Cell) -> _CellBlocks:
        blocks = self._cells.get(cell)
        if blocks is None:
            cells = self._transcript.cells
            if len(self._cells) > len(cells):
                self._cells = {kept: self._cells[kept] for kept in cells if kept in self._cells}
            note_role = "banner" if cell is cells[0] else "note"
            blocks = self._cells[cell] = _CellBlocks(cell, self, self._depth, note_role)
        return blocks


class _CellBlocks(Sequence[Lines]):
    """The blocks of a cell: its code, each output, a blank row, which a remark may stand above."""

    def __init__(self, cell: Cell, view: TranscriptView, depth: int, note_role: str) -> None:
        self._cell = cell
        self._depth = depth
        self._head: Lines
        if cell.origin == "note":
            self._head = TextLines(note_role, depth, wrap_words, cell.code)
        elif cell.origin == "background":
            self._head = _Heading(cell, depth) if cell.code else _NO_LINES
        else:
            self._head = _CodeLines(cell, view)
        self._outputs: dict[int, OutputLines] = {}
        self._remark: tuple[str, Lines] = ("", _BLANK_LINE)

    def __len__(self) -> int:
        return 2 if self._cell.folded else len(self._cell.outputs) + 2

    def __getitem__(self, number: int) -> Lines:  # type: ignore[override]
        outputs = [] if self._cell.folded else self._cell.outputs
        if number == 0:
            return self._head
        if number > len(outputs):
            return self._last() if outputs or self._head.count else _NO_LINES
        output = outputs[number - 1]
        lines = self._outputs.get(number)
        if lines is None or lines.output is not output:
            lines = self._outputs[number] = OutputLines(output, self._prompt(output), self._depth)
        return lines

    def _last(self) -> Lines:
        """The blank row behind the cell, and the remark."""
        remark = self._cell.remark
        if remark != self._remark[0]:
            self._remark = remark, _Remark(remark, self._depth) if remark else _BLANK_LINE
        return self._remark[1]

    def _prompt(self, output: Output) -> Row:
        """The prompt in front of a result.  Some kernels give an output that is no result the number 0."""
        if not isinstance(output, Bundle) or not output.is_result or not output.execution_count:
            return ()
        role = "prompt.foreign" if self._cell.origin == "foreign" else "prompt.out"
        return ((role, f"Out[{output.execution_count}]: "),)


class _Heading:
    """The heading of a block of no cell, with a sign that says whether there is more below."""

    def __init__(self, cell: Cell, depth: int) -> None:
        self._cell = cell
        self._depth = depth
        self._text = ""
        self._lines = TextLines("note", depth)
        self.count = 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of the heading."""
        cell = self._cell
        sign = "\u25b8 " if cell.folded else "\u25be "
        text = sign + cell.code if cell.origin == "background" else cell.code
        if text != self._text:
            self._text, self._lines = text, TextLines("note", self._depth, wrap_words, text)
        return self._lines.rows(line, columns)


class _Remark:
    """A remark on a cell, and the blank row behind the cell."""

    def __init__(self, text: str, depth: int) -> None:
        self._lines = TextLines("note", depth, wrap_words, text)
        self.count = self._lines.count + 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        return self._lines.rows(line, columns) if line < self._lines.count else ((),)


class _CodeLines:
    """The code of a cell, highlighted, behind its prompt; a wrapped line goes on in the column where its code began."""

    def __init__(self, cell: Cell, view: TranscriptView) -> None:
        self._cell = cell
        self._view = view
        self._code = cell.code.rstrip("\n").split("\n")
        self._highlighter: Highlighter | None = None
        self._highlighted: list[Row] = []
        self._shown_for: object = None
        self._shown: dict[int, Sequence[Row]] = {}

    @property
    def count(self) -> int:
        """The number of lines."""
        return len(self._code)

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        shown_for = (columns, self._cell.state, self._cell.execution_count, self._view.highlighter)
        if shown_for != self._shown_for:
            self._shown_for = shown_for
            self._shown.clear()
        rows = self._shown.get(line)
        if rows is None:
            rows = self._shown[line] = self._lay_out(line, columns)
        return rows

    def _lay_out(self, line: int, columns: int) -> Sequence[Row]:
        role, text = prompt(self._cell)
        if line:
            text = "...: ".rjust(len(text))
        rows: list[Row] = []
        before: Row = ((role, text),)
        if len(text) > columns // 2:
            # A prompt that leaves the code too little room has rows of its own, as in the input cell.
            rows, before, text = wrap(before, columns) if not line else [], (), ""
        code = wrap(self._row(line), columns - len(text))
        rows.append((*before, *code[0]))
        rows.extend(((None, " " * len(text)), *more) for more in code[1:])
        fate = None if line else FATES.get(self._cell.state)
        if fate is not None:
            room = columns - row_width(rows[0]) - row_width([fate])
            if room > 1:
                rows[0] = (*rows[0], (None, " " * room), fate)
            else:
                rows.extend(wrap([fate], columns))
        return rows

    def _row(self, line: int) -> Row:
        """The code of a line, highlighted."""
        highlighter = self._view.highlighter
        if len(self._code) > LONGEST_HIGHLIGHTED:
            return visible(highlighter.line(self._code[line], highlighter.start)[0])
        if highlighter is not self._highlighter:
            self._highlighter = highlighter
            self._highlighted = highlighter.block("\n".join(self._code))
        return visible(self._highlighted[line])


class _Repeated:
    """A block of empty lines."""

    def __init__(self, count: int) -> None:
        self.count = count

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002
        """One empty row."""
        return ((),)


_NO_LINES = _Repeated(0)
_BLANK_LINE = _Repeated(1)


def prompt(cell: Cell) -> Run:
    """The prompt in front of a cell's code."""
    number = "*" if cell.state not in ENDS else " " if cell.execution_count is None else cell.execution_count
    text = f"In [{number}]: "
    if cell.origin == "foreign":
        return "prompt.foreign", f"[remote] {text}"
    return "prompt.waiting" if cell.state == "queued" else "prompt.in", text
