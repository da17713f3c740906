"""What the cursor of the transcript stands on, for other uses: as text to copy, as a file, as a table, as code to run.

Prompts are left out of all of it.  How it is shown there may be changed too, to another representation.
"""

from __future__ import annotations

from bipy.session import tables
from bipy.session.transcript import Bundle, Cell, Failure, State, Text
from bipy.ui.mime import export
from bipy.ui.mime.frame import Frame as Table
from bipy.ui.mime.frame import sent, without_rows
from bipy.ui.mime.image import FORMATS
from bipy.ui.mime.output import OutputLines
from bipy.ui.text.frames import Frame, frame_at, frame_in_text
from bipy.ui.text.output import joined
from bipy.ui.widgets.reading import Reader


class Taker:
    """Takes what stands at the cursor of `reader`; `suffix` is the ending of a file with the kernel's code."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._view = reader.view
        self.suffix = ".txt"

    def text(self) -> tuple[str, str]:
        """What a copy takes, and what that is: the marked lines, or else the code or the output at the cursor."""
        place = self._reader.place()
        if place is None:
            return "", ""
        marked = self._view.marked
        if marked is not None:
            lines = self._lines(*marked)
            return "\n".join(lines), counted(len(lines))
        lines = self._block_text(place.cell, place.block)
        return "\n".join(lines), f"{'an output' if place.block else 'the code'} of {counted(len(lines))}"

    def cell_text(self) -> tuple[str, str]:
        """The code and the outputs of the cell at the cursor, and what that is."""
        cell = self._reader.cell
        if cell is None:
            return "", ""
        lines = [line for block in range(self._reader.outputs(cell) + 1) for line in self._block_text(cell, block)]
        return "\n".join(lines), f"a cell of {counted(len(lines))}"

    def exported(self, *, for_viewer: bool = False) -> tuple[bytes, str] | None:
        """The code or the output at the cursor as a file, and the ending of its name; None where there is none.

        `for_viewer`: a picture or a page only.
        """
        place, output = self._reader.place(), self._reader.output
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

    def picture(self) -> tuple[str, str] | None:
        """The data and the type of the picture at the cursor; None where there is none."""
        output = self._reader.output
        if isinstance(output, Bundle):
            for mime in FORMATS:
                if (data := joined(output.data.get(mime))) is not None:
                    return data, mime
        return None

    def table(self) -> Table | None:
        """The data of the table at the cursor; None where there is none."""
        lines, output = self._block_lines(), self._reader.output
        if lines is None or not isinstance(output, Bundle):
            return None
        if output.is_result and "text/html" not in output.data:
            return without_rows(output)
        if lines.representation not in ("", "text/html"):
            return None
        if not lines.representations or lines.representations[0] not in ("text/html", lines.representation):
            return None
        return sent(output)

    @property
    def output(self) -> tables.Output | None:
        """By what the kernel may know the value at the cursor, and what was shown of it; None if it has no name."""
        from bipy.session.expressions import digest

        output = self._reader.output
        if not isinstance(output, Bundle) or not output.is_result or output.execution_count is None:
            return None
        mime = "text/html" if "text/html" in output.data else "text/plain"
        shown = joined(output.data.get(mime))
        return None if shown is None else tables.Output(output.execution_count, mime, digest(shown))

    @property
    def name(self) -> str:
        """A name for a file of what the cursor stands on."""
        place = self._reader.place()
        number = place.cell.execution_count if place is not None else None
        kind = "out" if place is not None and place.block else "in"
        return f"bipy-{kind}" + (f"-{number}" if number is not None else "")

    def frame(self) -> Frame | None:
        """The frame of a traceback at the cursor; None where there is none."""
        place = self._reader.place()
        output = self._reader.output
        if place is None or not isinstance(output, Failure | Text):
            return None
        if isinstance(output, Failure):
            return frame_at(self._block_text(place.cell, place.block), place.line)
        block = self._view.blocks(place.cell)[place.block]
        return frame_in_text(lambda line: block.text(line, self._view.shape[0]), place.line)

    def aborted(self) -> list[str]:
        """The codes of the cells of one's own that were aborted last, without a later one that ran, in their order."""
        codes: list[str] = []
        for cell in reversed(self._view.cells):
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
        self._view.redraw()
        self._reader.move(0)
        return lines.representation

    def _block_lines(self) -> OutputLines | None:
        place = self._reader.place()
        if place is None:
            return None
        blocks = self._view.blocks(place.cell)
        lines = blocks[min(place.block, len(blocks) - 1)].lines
        return lines if isinstance(lines, OutputLines) else None

    def _block_text(self, cell: Cell, block: int) -> list[str]:
        shown = self._view.blocks(cell)[block]
        return [shown.text(line, self._view.shape[0]) for line in range(shown.first, shown.count)]

    def _lines(self, first: tuple[int, int, int], last: tuple[int, int, int]) -> list[str]:
        """The texts of the lines from `first` to `last`, both included; blank rows between cells are no lines."""
        texts = []
        for number in range(first[0], last[0] + 1):
            cell = self._view.cells[number]
            blocks = self._view.blocks(cell)
            for block in range(self._reader.outputs(cell) + 1):
                for line in range(blocks[block].first, blocks[block].count):
                    if first <= (number, block, line) <= last:
                        texts.append(blocks[block].text(line, self._view.shape[0]))
        return texts


def counted(lines: int) -> str:
    """So many lines, in words."""
    return "1 line" if lines == 1 else f"{lines:,} lines"
