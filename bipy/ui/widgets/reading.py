"""The cursor with which one reads the transcript: where it stands, and what it stands on.

It stands on a row of the view, and on no blank row between cells.  The block of that row, some code or an output, is
what commands work on.  Moving the cursor scrolls the view; output that arrives moves neither.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Literal

from bipy.session.transcript import Bundle, Cell, Failure, Output, State
from bipy.ui.mime import export
from bipy.ui.mime.frame import Frame as Table
from bipy.ui.mime.frame import sent
from bipy.ui.mime.output import OutputLines
from bipy.ui.text.find import Needle
from bipy.ui.text.frames import Frame, frame_at
from bipy.ui.widgets.places import Place
from bipy.ui.widgets.search_line import SearchLine, Typed
from bipy.ui.widgets.transcript_view import TranscriptView

# A line by the numbers of its cell, its block and itself.
Line = tuple[int, int, int]


class Reader:
    """The cursor of `view`, which is there while one reads.

    `line` is the line in which a search is typed, `found` says where its places are.  `unfold` is called to open a cell
    whose outputs are folded, or to fold it again.  `suffix` is the ending of the name of a file with the kernel's code.
    """

    def __init__(self, view: TranscriptView) -> None:
        self.view = view
        self.line = SearchLine()
        self.found = ""
        self.suffix = ".txt"
        self.unfold: Callable[[Cell], object] = lambda _: None
        self._began: Place | None = None
        # The lines that were found, and the needle and the revision of the transcript that they were found for.
        self._counted: tuple[object, list[Line]] = (None, [])

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

    def exported(self, *, for_viewer: bool = False) -> tuple[bytes, str] | None:
        """The code or the output at the cursor as a file, and the ending of its name; None where there is none.

        `for_viewer`: a picture or a page only.
        """
        place, output = self._place(), self.output
        if place is None:
            return None
        if isinstance(output, Bundle):
            lines = self._block_lines()
            found = (
                export.for_viewer(output)
                if for_viewer
                else export.exported(output, lines.representation if lines is not None else "")
            )
            if found is not None or for_viewer:
                return found
        text = "\n".join(self._block_text(place.cell, place.block))
        if for_viewer or not text:
            return None
        return f"{text}\n".encode(errors="replace"), ".txt" if place.block else self.suffix

    def table(self) -> Table | None:
        """The data of the table at the cursor; None where there is none."""
        lines, output = self._block_lines(), self.output
        if lines is None or not isinstance(output, Bundle) or lines.representation not in ("", "text/html"):
            return None
        if not lines.representations or lines.representations[0] not in ("text/html", lines.representation):
            return None
        return sent(output)

    @property
    def name(self) -> str:
        """A name for a file of what the cursor stands on."""
        place = self._place()
        number = place.cell.execution_count if place is not None else None
        kind = "out" if place is not None and place.block else "in"
        return f"bipy-{kind}" + (f"-{number}" if number is not None else "")

    def frame(self) -> Frame | None:
        """The frame of a traceback at the cursor; None where there is none."""
        place = self._place()
        if place is None or not isinstance(self.output, Failure):
            return None
        return frame_at(self._block_text(place.cell, place.block), place.line)

    def go_to_cell(self, execution_count: int, line: int) -> bool:
        """Go to a line of the last cell with that execution count; whether there is one."""
        for cell in reversed(self.view.cells):
            if cell.execution_count == execution_count and cell.origin in ("own", "foreign"):
                last = self.view.blocks(cell)[0].count - 1
                self.go(Place(cell, 0, max(0, min(line - 1, last))))
                return True
        return False

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

    # Folding

    def turn_fold(self) -> bool:
        """Fold the code or the output at the cursor to one line, or show all of it; whether that can be done."""
        place = self._place()
        if place is None:
            return False
        if place.cell.origin == "background" and place.cell.code and place.block == 0:
            self.unfold(place.cell)
            return True
        turned = self.view.blocks(place.cell)[place.block].turn_fold()
        if turned:
            self._relaid()
        return turned

    def show_more(self, lines: int) -> bool:
        """Show so many lines more of what is folded at the cursor; whether anything is."""
        place = self._place()
        shown = place is not None and self.view.blocks(place.cell)[place.block].show_more(lines)
        if shown:
            self._relaid()
        return shown

    def _relaid(self) -> None:
        """Something was folded or shown: the cursor stays in view."""
        self.view.redraw()
        self.move(0)

    # Searching

    def search(self) -> None:
        """Begin a search: the keys that follow type its text, and the next place of it is shown."""
        self.line.begin()
        self._began = self._place()

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
            self.view.needle = Needle("")
            if self._began is not None:
                self.go(self._began)
        elif typed is Typed.ENDED and self.view.needle.text:
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
        place, matches = self._place(), self._all()
        if place is None or not matches:
            self.found = self._told(matches)
            return
        here = self.view.places.order(place)[:3]
        there = bisect_right(matches, here) if step > 0 else bisect_left(matches, here) - 1
        self._show(matches[there % len(matches)])
        self.found = self._told(matches)
        if not 0 <= there < len(matches):
            self.found += ", from the start again" if step > 0 else ", from the end again"

    def _look_for(self, text: str) -> None:
        """Go to the first line with `text`, from where the search began."""
        self.view.needle = Needle(text)
        self.found = ""
        if self._began is None or not text:
            return
        here = self.view.places.order(self._began)[:3]
        match = next(self._matches(here), None) or next(self._matches((0, 0, 0)), None)
        if match is None:
            self.found = "not found"
            self.go(self._began)
        else:
            self._show(match)

    def _matches(self, start: Line) -> Iterator[Line]:
        """The lines from `start` on in which the needle stands; no more of them are looked for than are taken."""
        for number in range(start[0], len(self.view.cells)):
            for block, lines in self.view.blocks(self.view.cells[number]).printed:
                first = max((number, block, 0), start)[2] if (number, block) >= start[:2] else lines.count
                for line in lines.lines_with(self.view.needle, self.view.shape[0], first):
                    yield number, block, line

    def _all(self) -> list[Line]:
        """All lines in which the needle stands, which are kept until the transcript changes."""
        about = (self.view.needle, self.view.revision)
        if self._counted[0] != about:
            self._counted = about, list(self._matches((0, 0, 0))) if self.view.needle.text else []
        return self._counted[1]

    def _show(self, match: Line) -> None:
        """Go to a line, and unfold what it is folded in."""
        cell = self.view.cells[match[0]]
        if cell.folded:
            self.unfold(cell)
        block = self.view.blocks(cell)[match[1]]
        if match[2] in block.hidden:
            block.turn_fold()
        self.view.cursor = Place(cell, match[1], match[2])
        self.move(0)

    def _told(self, matches: list[Line]) -> str:
        """Where the cursor stands among the lines that were found."""
        place = self._place()
        if not self.view.needle.text:
            return "Nothing was searched yet: / asks for a text"
        if place is None or not matches:
            return "not found"
        number = bisect_right(matches, self.view.places.order(place)[:3])
        return f"{max(1, number)} of {_counted(len(matches))}"

    def leave(self, *, here: bool = False) -> None:
        """Take the cursor away, and follow the end again, unless what is in view shall stay (`here`)."""
        stays = here and self.view.more_below
        self.view.needle = Needle("")
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
